//! The repository's root is a project that is ready to run, and says what it promises.

use codeframe::{config, project::Project};
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The keys that a config has up to its stages of the sample, and each with its value.
fn keys(text: &str) -> Vec<(&str, &str)> {
    let stages = |line: &&str| !line.trim_start_matches("# ").starts_with("[[sample.stage]]");
    text.lines()
        .take_while(stages)
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(" = "))
        .collect()
}

#[test]
fn its_config_is_the_template_but_for_the_study() {
    let text = std::fs::read_to_string(root().join("config.toml")).unwrap();
    let (own, template) = (keys(&text), keys(config::TEMPLATE));
    let names = |keys: &[(&str, &str)]| keys.iter().map(|key| key.0.to_owned()).collect::<Vec<_>>();
    assert_eq!(names(&own), names(&template));
    let differing: Vec<&str> = own.iter().zip(&template).filter(|(a, b)| a != b).map(|(a, _)| a.0).collect();
    assert_eq!(differing, ["frame", "rules", "report_id", "citation", "rules_written_from"]);
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
