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
