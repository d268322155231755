//! `codeframe themes`: what is printed, and what is said where there is nothing to group.

use crate::project::Project;

/// A project in which a code has passages about three things.
fn coded() -> Project {
    let project = Project::small();
    let reports = [
        ("a", "Mums came to dig the garden beds. Mums came to sing in the choir."),
        ("b", "Parents joined the garden beds project. Parents joined to serve breakfast toast."),
        ("c", "Mums came with drums for the choir. Parents came for breakfast toast."),
        ("d", "Parents joined in digging beds in the garden. Mums joined the choir to sing."),
        ("e", "Mums came to eat breakfast toast. No mums came to the fair."),
    ];
    for (id, text) in reports {
        project.write(&format!("corpus/reports/{id}.txt"), format!("{text}\n"));
    }
    let output = project.command(&["run", "--quiet"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    project
}

#[test]
fn themes_have_words_and_quotes() {
    let project = coded();
    insta::assert_snapshot!("text", project.run(&["themes", "who/parent"]));
    insta::assert_snapshot!("csv", project.run(&["themes", "who/parent", "-n", "2", "--format", "csv"]));
    let json = |seed: &str| project.run(&["themes", "who/parent", "--format", "json", "--seed", seed]);
    assert_eq!(json("4"), json("4"));
    let parsed: serde_json::Value = serde_json::from_slice(
        &project.command(&["themes", "who/parent", "--format", "json"]).output().unwrap().stdout,
    )
    .unwrap();
    let members = parsed["themes"].as_array().unwrap().iter().map(|t| t["passages"].as_array().unwrap().len());
    assert_eq!(members.sum::<usize>(), 9); // to serve is neither to come nor to join in three words
}

#[test]
fn what_has_no_themes_is_said() {
    let project = coded();
    insta::assert_snapshot!("too_few", project.run(&["themes", "who/pupil"]));
    insta::assert_snapshot!("too_many", project.run(&["themes", "who/parent", "-n", "9"]));
    insta::assert_snapshot!("unknown", project.run(&["themes", "who/parents"]));
    insta::assert_snapshot!("not_run", Project::small().run(&["themes", "who/parent"]));
}
