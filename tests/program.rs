//! What holds for the command as a whole: help, version, exit codes, and a reader of stdout who goes away.

use crate::project::Project;
use std::process::{Command, Stdio};

#[test]
fn help_says_what_can_be_done() {
    let project = Project::empty();
    insta::assert_snapshot!("help", project.run(&["--help"]));
    for command in ["init", "check", "import", "extract", "run", "search", "map", "export", "evaluate"] {
        insta::assert_snapshot!(format!("help_{command}"), project.run(&["help", command]));
    }
    insta::assert_snapshot!("help_import_frame", project.run(&["import", "frame", "--help"]));
    insta::assert_snapshot!("help_import_codings", project.run(&["import", "codings", "--help"]));
    insta::assert_snapshot!("version", project.run(&["--version"]));
}

#[test]
fn wrong_arguments_end_with_2() {
    insta::assert_snapshot!(Project::empty().run(&["chek"]));
}

#[test]
fn a_broken_pipe_is_success() {
    let project = Project::small();
    let mut child = Command::new(env!("CARGO_BIN_EXE_codeframe"))
        .args(["check", "--format", "json"])
        .current_dir(project.root())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
}
