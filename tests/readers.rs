//! A project of somebody else, or on a disk that cannot be written, can be read: by a user who may write nothing in it.

#![cfg(unix)]

use crate::project::Project;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

/// Lets everybody read a project and nobody write to it.
fn make_read_only(project: &Project) {
    for entry in walkdir::WalkDir::new(project.root()).contents_first(true) {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode();
        // What the program made private stays private.
        std::fs::set_permissions(entry.path(), std::fs::Permissions::from_mode(mode & 0o555)).unwrap();
    }
    std::fs::set_permissions(project.root(), std::fs::Permissions::from_mode(0o555)).unwrap();
}

fn make_writable(project: &Project) {
    for entry in walkdir::WalkDir::new(project.root()) {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode();
        std::fs::set_permissions(entry.path(), std::fs::Permissions::from_mode(mode | 0o200)).unwrap();
    }
}

/// The command as a user for whom rights count; `None`, with the reason printed, where there is no way to be one.
fn as_reader(project: &Project, arguments: &[&str]) -> Option<String> {
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n");
    let mut command = if is_root { Command::new("setpriv") } else { Command::new(env!("CARGO_BIN_EXE_codeframe")) };
    if is_root {
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups", env!("CARGO_BIN_EXE_codeframe")]);
    }
    let output = command.args(arguments).current_dir(project.root()).output();
    match output {
        Ok(output)
            if output.status.code().is_some_and(|code| code <= 2) && !output.stderr.starts_with(b"setpriv: ") =>
        {
            let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            let code = output.status.code().unwrap_or_default();
            Some(format!("exit code: {code}\n----- stdout -----\n{out}----- stderr -----\n{err}"))
        }
        other => {
            eprintln!("skipped: the command cannot be run as a user without rights: {other:?}");
            None
        }
    }
}

#[test]
fn a_project_that_may_not_be_written_can_be_read() {
    let project = Project::small();
    project.run(&["run"]);
    let commands: [&[&str]; 5] =
        [&["map"], &["export", "codings"], &["search", "came"], &["check"], &["extract", "corpus/reports/first.txt"]];
    let expected = commands.map(|command| project.run(command));
    make_read_only(&project);
    for (command, expected) in commands.iter().zip(expected) {
        match as_reader(&project, command) {
            Some(said) => assert_eq!(project.filtered(&said), expected, "{command:?}"),
            None => break,
        }
    }
    if let Some(said) = as_reader(&project, &["run"]) {
        assert!(said.starts_with("exit code: 2") && said.contains("must be writable"), "{said}");
    }
    make_writable(&project);
}

#[test]
fn what_an_interrupted_run_left_is_not_read_as_if_it_were_whole() {
    let project = Project::small();
    project.run(&["run"]);
    project.write("corpus/derived/store.sqlite-wal", "a beginning");
    make_read_only(&project);
    if let Some(said) = as_reader(&project, &["map"]) {
        assert!(said.starts_with("exit code: 2") && said.contains("the last run did not end"), "{said}");
    }
    make_writable(&project);
}
