//! What holds for the command as a whole: help, version, exit codes, and a reader of stdout who goes away.

use crate::project::Project;
use std::process::{Command, Stdio};

#[test]
fn help_says_what_can_be_done() {
    let project = Project::empty();
    insta::assert_snapshot!("help", project.run(&["--help"]));
    for command in [
        "init", "check", "import", "extract", "run", "search", "themes", "map", "train", "export", "evaluate", "review",
    ] {
        insta::assert_snapshot!(format!("help_{command}"), project.run(&["help", command]));
    }
    insta::assert_snapshot!("help_import_frame", project.run(&["import", "frame", "--help"]));
    insta::assert_snapshot!("help_import_codings", project.run(&["import", "codings", "--help"]));
    insta::assert_snapshot!("help_import_ledger", project.run(&["import", "ledger", "--help"]));
    insta::assert_snapshot!("version", project.run(&["--version"]));
}

#[test]
fn wrong_arguments_end_with_2() {
    insta::assert_snapshot!(Project::empty().run(&["chek"]));
}

/// The reader of results may go away; writers of CSV hide what they then meet in an error of their own.
#[test]
fn a_broken_pipe_is_success() {
    let project = Project::small();
    project.command(&["run", "-q"]).assert().success();
    for arguments in [
        &["check", "--format", "json"][..],
        &["map", "--by", "cohort", "--format", "csv"],
        &["search", "mums", "--format", "csv"],
    ] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_codeframe"))
            .args(arguments)
            .current_dir(project.root())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), said.as_ref()), (Some(0), ""), "{arguments:?}");
    }
}

#[cfg(unix)]
#[test]
fn results_that_cannot_be_written_are_an_error() {
    let project = Project::small();
    project.run(&["run"]);
    for arguments in
        [&["map"] as &[&str], &["map", "--format", "csv"], &["export", "codings"], &["check", "--format", "json"]]
    {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_codeframe"));
        let output = command.args(arguments).current_dir(project.root()).stdout(full).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        let expected = "error: could not write the results\n  cause: the disk is full\n  hint: make room where the results go, then run the command again\n";
        assert_eq!((output.status.code(), said.as_ref()), (Some(2), expected), "{arguments:?}");
    }
}

#[test]
fn codings_are_lines_or_one_array() {
    let project = Project::small();
    project.run(&["run"]);
    let output = |format: &str| project.command(&["export", "codings", "--format", format]).output().unwrap().stdout;
    let array: Vec<serde_json::Value> = serde_json::from_slice(&output("json")).unwrap();
    let text = String::from_utf8(output("jsonl")).unwrap();
    let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(!lines.is_empty() && text.ends_with("}\n"));
    assert_eq!(array, lines);
}

#[test]
fn as_many_threads_can_be_asked_for_as_in_the_config() {
    let project = Project::small();
    assert!(project.run(&["run", "--jobs", "1024"]).starts_with("exit code: 0"));
    insta::assert_snapshot!("too_many_threads", project.run(&["run", "--jobs", "1025"]));
}

#[test]
fn what_the_system_says_is_told_without_its_numbers() {
    let project = Project::small();
    project.edit("models/small/rules.toml", "version = 1", "version = 1\ninclude = [\"folder\"]");
    std::fs::create_dir_all(project.path("models/small/folder")).unwrap();
    let said = [
        project.run(&["run"]),
        project.run(&["extract", "corpus/reports"]),
        project.run(&["import", "frame", "models/small/folder.csv"]),
    ];
    insta::assert_snapshot!("system_words", said.join("\n"));
}

/// What is asked to be kept in a file is kept there in every format, and its ending says the format.
#[test]
fn results_go_into_the_file_that_is_named() {
    let project = Project::small();
    project.edit("config.toml", "frame.toml\"\n", "frame.toml\"\n[[sample.stage]]\nwhere = \"who/parent\"\n");
    project.command(&["run", "-q"]).assert().success();
    for arguments in [
        &["map"][..],
        &["map", "--by", "cohort"],
        &["map", "--cooccurrence"],
        &["map", "--matrix"],
        &["map", "--explain", "who/parent"],
        &["sample"],
        &["map", "--compare", "sample"],
        &["search", "mums"],
        &["search", "mums", "--show", "context"],
        &["export", "codings"],
        &["export", "quotes"],
    ] {
        let formats: &[&str] = match arguments {
            [_, "--explain", _] => &["text", "json"],
            [_, "quotes"] => &["text", "csv"],
            _ => &["text", "csv", "json"],
        };
        for format in formats {
            let of = |more: &[&str]| {
                let all = [arguments, &["-q"], more].concat();
                let output = project.command(&all).output().expect("it runs");
                assert!(output.status.success(), "{all:?}: {}", String::from_utf8_lossy(&output.stderr));
                output.stdout
            };
            let printed = of(&["--format", format]);
            // No two codes go together in these reports.
            assert!(!printed.is_empty() || arguments == ["map", "--cooccurrence"], "{arguments:?}");
            assert_eq!(of(&["--format", format, "--output", "out/kept"]), b"", "{arguments:?}");
            assert_eq!(project.read("out/kept").as_bytes(), printed, "{arguments:?}");
            let ending = if *format == "text" { "txt" } else { format };
            assert_eq!(of(&["--output", &format!("kept.{ending}")]), b"", "{arguments:?}");
            assert_eq!(project.read(&format!("kept.{ending}")).as_bytes(), printed, "{arguments:?} {format}");
        }
    }
    project.command(&["report", "-q", "--output", "a.HTM"]).assert().code(1);
    assert!(project.read("a.HTM").starts_with("<!DOCTYPE html>"), "the ending speaks");
    let said = [
        project.run(&["report", "--output", "a.pdf"]),
        project.run(&["map", "--matrix", "--output", "a.docx"]),
        project.run(&["map", "--format", "parquet", "--output", "a.docx"]),
        project.run(&["map", "--output", "corpus"]),
    ];
    insta::assert_snapshot!(said.join("\n"));
    assert!(!project.path("a.pdf").exists() && !project.path("a.docx").exists());
}
