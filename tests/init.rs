//! `codeframe init`: a project that is sound, the same at every call, and never written over another.

use crate::project::Project;
use std::fs;

#[test]
fn a_new_project_is_sound() {
    let outer = Project::empty();
    insta::assert_snapshot!("made", outer.run(&["init", "new"]));
    insta::assert_snapshot!("checked", outer.run(&["check", "--project", "new"]));
    outer.run(&["init", "other"]);
    for name in ["corpus/reports/st-bede.docx", "config.toml"] {
        assert_eq!(fs::read(outer.path("new").join(name)).unwrap(), fs::read(outer.path("other").join(name)).unwrap());
    }
}

#[test]
fn nothing_is_written_over() {
    let outer = Project::empty();
    outer.write("old/models/example/frame.toml", "mine");
    insta::assert_snapshot!(outer.run(&["init", "old"]));
    assert_eq!(outer.read("old/models/example/frame.toml"), "mine");
    assert!(!outer.path("old/config.toml").exists());
}

/// Files may not grow beyond a few kilobytes, as on a disk that fills up.
#[cfg(unix)]
#[test]
fn a_project_that_cannot_be_finished_leaves_nothing() {
    let outer = Project::empty();
    outer.write("mine/corpus/notes.txt", "mine");
    let init = |folder: &str, blocks: u32| {
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" init {folder}");
        let mut command = std::process::Command::new("bash");
        let output = command.args(["-c", &script, env!("CARGO_BIN_EXE_codeframe")]).current_dir(outer.root()).output();
        let output = output.expect("bash is there");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("cause: the file may not grow any larger") && said.contains("hint: make room"), "{said}");
    };
    for blocks in [0, 1, 3] {
        init("a/new", blocks);
        assert!(!outer.path("a").exists(), "{blocks}");
        init("mine", blocks);
        let left: Vec<_> = fs::read_dir(outer.path("mine")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["corpus"]);
        assert_eq!(outer.read("mine/corpus/notes.txt"), "mine");
    }
    assert!(outer.run(&["init", "a/new"]).starts_with("exit code: 0"));
}
