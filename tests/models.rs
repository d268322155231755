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

/// Under each heading the small project's own finding stands once; its decision says whose finding the section tells.
#[test]
fn what_stands_under_a_heading_of_others_is_not_ours() {
    let project = crate::project::Project::small();
    project.write("models/english/context.toml", include_str!("../models/english/context.toml"));
    project.edit("models/small/rules.toml", "version = 1\n", "version = 1\ninclude = [\"../english/context.toml\"]\n");
    let rules = project.read("models/small/rules.toml");
    let (own, rest) = rules.split_once("[[context]]").expect("the small rules have a context");
    let rule = rest.split_once("[[rule]]").expect("and a rule").1;
    project.write("models/small/rules.toml", format!("{own}[[rule]]{rule}"));
    let headings = [
        "Impact",
        "Our reading group",
        "Literature review",
        "What the research says",
        "The national picture",
        "Next steps",
    ];
    for (i, heading) in headings.iter().enumerate() {
        project.write(&format!("corpus/reports/h{i}.md"), format!("# {heading}\n\nNineteen mums came on Fridays.\n"));
    }
    project.run(&["run"]);
    let codings = project.command(&["export", "codings"]).output().expect("the command can be run").stdout;
    let decided: Vec<String> = String::from_utf8(codings)
        .expect("codings are text")
        .lines()
        .filter_map(|line| {
            let coding: serde_json::Value = serde_json::from_str(line).expect("a coding is JSON");
            let is_asked = coding["code"] == "parent" && coding["report"].as_str()?.starts_with('h');
            is_asked.then(|| coding["decision"].as_str().unwrap_or_default().to_owned())
        })
        .collect();
    assert_eq!(decided, ["applies", "applies", "does_not_apply", "does_not_apply", "does_not_apply", "does_not_apply"]);
}
