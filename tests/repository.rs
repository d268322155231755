//! The repository's root is a project that is ready to run, and says what it promises.

use codeframe::{config, project::Project};
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn lines_that_count(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.is_empty()).collect()
}

#[test]
fn its_config_is_the_template_but_for_the_study() {
    let text = std::fs::read_to_string(root().join("config.toml")).unwrap();
    let own = lines_that_count(&text);
    let template = lines_that_count(config::TEMPLATE);
    // The template's last key is a list, empty there; here it names reports, over several lines.
    let n_shared = template.len() - 1;
    assert_eq!((own[n_shared], template[n_shared]), ("rules_written_from = [", "rules_written_from = []"));
    assert_eq!(own.last(), Some(&"]"));
    let same = own.iter().zip(&template[..n_shared]);
    let differing: Vec<_> = same.filter(|(a, b)| a != b).map(|(a, _)| *a).collect();
    assert_eq!(
        differing,
        [
            "frame = \"models/closing-the-gap/frame.toml\"",
            "rules = \"models/closing-the-gap/rules.toml\"",
            "report_id = '^([A-Za-z]+[0-9]+)-'",
        ]
    );
}

#[test]
fn its_reports_have_ids_and_metadata() {
    let project = Project::open(root()).unwrap();
    assert_eq!(project.warnings, Vec::<String>::new());
    let corpus = project.value.corpus().unwrap();
    assert_eq!((corpus.warnings, corpus.value.files.len(), corpus.value.skipped.len()), (Vec::new(), 57, 0));
    assert_eq!(corpus.value.metadata.columns(), ["cohort", "group", "local_authority", "in_depth"]);
}

#[test]
fn the_reports_that_its_rules_were_written_from_are_in_its_corpus() {
    let project = Project::open(root()).unwrap().value;
    let folder = root().join("corpus/reports");
    let names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let known = &project.config.train.rules_written_from;
    let missing: Vec<_> =
        known.iter().filter(|id| !names.iter().any(|name| name.starts_with(&format!("{id}-")))).collect();
    assert_eq!((missing, known.len()), (Vec::<&String>::new(), 38));
}

#[test]
fn its_frame_is_the_published_one() {
    let name = "models/closing-the-gap/frame.toml";
    let frame = codeframe::frame::load(&root().join(name), name).unwrap();
    assert_eq!((frame.value.questions.len(), frame.value.n_codes(), frame.warnings.len()), (23, 136, 0));
    assert_eq!(frame.value.published_total, Some(129));
    assert_eq!(frame.value.find("phase/primary").unwrap().code.published_n, Some(62));
}
