//! What the documents about models show is what the program reads.

use codeframe::fault::Source;
use std::path::Path;

/// The first TOML example below a heading of models/README.md.
fn example(heading: &str) -> String {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("models/README.md")).unwrap();
    let below = text.split(&format!("## {heading}\n")).nth(1).expect("the heading is there");
    let block = below.split("```toml\n").nth(1).expect("it has an example");
    block.split("```").next().expect("the example ends").to_owned()
}

#[test]
fn the_example_of_a_frame_is_a_frame() {
    let (frame, faults) = codeframe::frame::parse(&Source::new("models/README.md", &example("Frames")));
    assert_eq!(faults, []);
    let frame = frame.unwrap();
    assert!(codeframe::decide::Derivations::compile(&frame, &codeframe::facts::NAMES).is_ok());
    assert_eq!(frame.find("stakeholders/parent").unwrap().code.published_n, Some(40));
}

/// What is decided of the small project's code `parent` in reports of these texts, with the context of models/english.
fn decisions(texts: &[&str]) -> Vec<String> {
    let project = crate::project::Project::small();
    project.write("models/english/context.toml", include_str!("../models/english/context.toml"));
    project.edit("models/small/rules.toml", "version = 1\n", "version = 1\ninclude = [\"../english/context.toml\"]\n");
    let rules = project.read("models/small/rules.toml");
    let (own, rest) = rules.split_once("[[context]]").expect("the small rules have a context");
    let rule = rest.split_once("[[rule]]").expect("and a rule").1;
    project.write("models/small/rules.toml", format!("{own}[[rule]]{rule}"));
    for (i, text) in texts.iter().enumerate() {
        project.write(&format!("corpus/reports/h{i}.md"), text);
    }
    project.run(&["run"]);
    let codings = project.command(&["export", "codings"]).output().expect("the command can be run").stdout;
    String::from_utf8(codings)
        .expect("codings are text")
        .lines()
        .filter_map(|line| {
            let coding: serde_json::Value = serde_json::from_str(line).expect("a coding is JSON");
            let is_asked = coding["code"] == "parent" && coding["report"].as_str()?.starts_with('h');
            is_asked.then(|| coding["decision"].as_str().unwrap_or_default().to_owned())
        })
        .collect()
}

/// Under each heading the small project's own finding stands once; its decision says whose finding the section tells.
#[test]
fn what_stands_under_a_heading_of_others_is_not_ours() {
    let headings = [
        "Impact",
        "Our reading group",
        "Literature review",
        "What the research says",
        "The national picture",
        "Next steps",
    ];
    let texts = headings.map(|heading| format!("# {heading}\n\nNineteen mums came on Fridays.\n"));
    let decided = decisions(&texts.each_ref().map(String::as_str));
    assert_eq!(decided, ["applies", "applies", "does_not_apply", "does_not_apply", "does_not_apply", "does_not_apply"]);
}

/// A number, an absent colleague and a wide audience say nothing of who came.
#[test]
fn look_alikes_of_other_times_and_places_leave_a_finding_as_it_is() {
    let texts = [
        "Nineteen mums of 195 came on Fridays.",
        "Nineteen mums came on Fridays while the head was on sick leave.",
        "Nineteen mums came on Fridays, and we shared this across the country.",
        "In the 1990s nineteen mums came on Fridays.",
        "Across England nineteen mums came on Fridays.",
        "Nineteen mums came on Fridays, none of whom took any part.",
    ];
    let decided = decisions(&texts);
    assert_eq!(decided, ["applies", "applies", "applies", "does_not_apply", "does_not_apply", "does_not_apply"]);
}
