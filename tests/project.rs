//! The fixture of the command's tests: a temporary project, the binary run in it, and what it said with everything
//! taken out that differs between machines and versions.

use assert_cmd::Command;
use std::fs;
use std::path::{Path, PathBuf};

/// A temporary folder in which the command is run.
pub struct Project {
    folder: tempfile::TempDir,
}

impl Project {
    /// An empty folder.
    pub fn empty() -> Project {
        Project { folder: tempfile::tempdir().expect("a temporary folder can be made") }
    }

    /// A folder with a sound small project: a frame with two questions, one rule, two reports with metadata.
    pub fn small() -> Project {
        let project = Project::empty();
        project.write("config.toml", "frame = \"models/small/frame.toml\"\n");
        project.write("models/small/frame.toml", SMALL_FRAME);
        project.write("models/small/rules.toml", SMALL_RULES);
        project.write("corpus/reports/first.txt", "Nineteen mums came on Fridays.\n");
        project.write("corpus/reports/second.txt", "No parents came.\n");
        project.write("corpus/reports.csv", "id,cohort\nfirst,1\nsecond,2\n");
        project
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// The path of something in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root().join(name)
    }

    /// Writes a file, with its folders.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("folders can be made");
        fs::write(path, content).expect("a file can be written");
    }

    /// Changes a part of a text file that must be there.
    pub fn edit(&self, name: &str, old: &str, new: &str) {
        let text = fs::read_to_string(self.path(name)).expect("the file is text");
        assert!(text.contains(old), "{name} holds {old}");
        fs::write(self.path(name), text.replace(old, new)).expect("a file can be written");
    }

    /// The text of a file.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("the file is text")
    }

    /// The command, to be run in the folder.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_codeframe"));
        // The width of help must not depend on the terminal that the tests run in.
        command.current_dir(self.root()).args(arguments).env("COLUMNS", "100").env("RUST_BACKTRACE", "1");
        command
    }

    /// Runs the command and gives its exit code, stdout and stderr as one text to compare.
    pub fn run(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().expect("the command can be run");
        let code = output.status.code().map_or("none".to_owned(), |code| code.to_string());
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        self.filtered(&format!("exit code: {code}\n----- stdout -----\n{out}----- stderr -----\n{err}"))
    }

    /// Takes paths and versions out of a text.
    pub fn filtered(&self, text: &str) -> String {
        let root = self.root().display().to_string();
        let real = self.root().canonicalize().expect("the folder exists").display().to_string();
        text.replace(&real, "[PROJECT]").replace(&root, "[PROJECT]").replace(env!("CARGO_PKG_VERSION"), "[VERSION]")
    }
}

const SMALL_FRAME: &str = r#"version = 1
id = "small"
title = "Small"

[[question]]
id = "who"
title = "Who took part"
select = "many"

[[question.code]]
id = "parent"
label = "Parents"
definition = "A parent took part."

[[question.code]]
id = "pupil"
label = "Pupils"
definition = "A pupil took part."

[[question]]
id = "size"
title = "How many schools"
select = "one"

[[question.code]]
id = "one"
label = "One"
definition = "One school."

[[question.code]]
id = "more"
label = "More"
definition = "More than one school."
"#;

const SMALL_RULES: &str = r#"version = 1

[lists]
kin = ["parent*", "mum*"]

[[context]]
property = "negated"
any = ["no", "not"]
scope = "after"

[[rule]]
code = "who/parent"
id = "kin-came"
any = ["{kin} <3> (came or joined)"]
matches = ["Nineteen mums came on Fridays."]
not_matches = ["No mums came."]
"#;
