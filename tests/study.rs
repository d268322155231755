//! The study that the repository ships: its data is tested like code.

use codeframe::project::Project;
use codeframe::study::Study;
use std::path::Path;

fn study() -> Study {
    let project = Project::open(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("the repository is a project").value;
    Study::load(&project).expect("its frame and rules are sound").value
}

#[test]
fn every_rule_does_what_its_examples_say() {
    let failing: Vec<String> = study().rules.failing_examples().iter().map(ToString::to_string).collect();
    assert!(failing.is_empty(), "{}", failing.join("\n"));
}

#[test]
fn every_rule_has_an_example() {
    let study = study();
    let bare: Vec<&str> =
        study.rules.all().iter().filter(|rule| !rule.has_example()).map(|rule| rule.id.as_str()).collect();
    assert_eq!(bare, Vec::<&str>::new());
}

#[test]
fn every_code_has_a_rule_or_a_derivation() {
    let study = study();
    let has_rule = |index| study.rules.all().iter().any(|rule| rule.code == index && !rule.against);
    let bare: Vec<&str> =
        study.frame.codes().filter(|c| c.code.derived.is_none() && !has_rule(c.index)).map(|c| c.name()).collect();
    assert_eq!(bare, Vec::<&str>::new());
}

#[test]
fn the_frame_holds_the_published_study() {
    let frame = study().frame;
    assert_eq!((frame.questions.len(), frame.n_codes(), frame.published_total), (23, 136, Some(129)));
}
