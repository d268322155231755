//! What README.md shows is what the program does: the commands of its session are run, and their output is compared
//! with what stands below each. Run with `CODEFRAME_UPDATE_README=1` it is written there instead.

use crate::project::Project;
use std::fs;
use std::path::Path;

const PROMPT: &str = "$ codeframe ";

/// The README with the output of each command of its sessions put below the command.
fn with_real_output(readme: &str) -> String {
    let folder = Project::empty();
    let mut written: Vec<String> = Vec::new();
    let mut in_session = false;
    let mut lines = readme.lines().peekable();
    while let Some(line) = lines.next() {
        written.push(line.to_owned());
        if line.starts_with("```") {
            in_session = line == "```console" && lines.peek().is_some_and(|next| next.starts_with(PROMPT));
            continue;
        }
        let Some(command) = line.strip_prefix(PROMPT).filter(|_| in_session) else { continue };
        while lines.peek().is_some_and(|next| !next.starts_with('$') && !next.starts_with("```")) {
            lines.next();
        }
        let arguments: Vec<&str> = command.split_whitespace().collect();
        let output = folder.command(&arguments).output().expect("the command can be run");
        assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
        // On a terminal both streams are seen; these commands write notes last.
        for stream in [output.stdout, output.stderr] {
            written.extend(String::from_utf8_lossy(&stream).lines().map(|line| line.trim_end().to_owned()));
        }
        if lines.peek().is_some_and(|next| next.starts_with('$')) {
            written.push(String::new());
        }
    }
    written.join("\n") + "\n"
}

#[test]
fn the_session_in_the_readme_is_real() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(&path).unwrap();
    let real = with_real_output(&readme);
    if std::env::var_os("CODEFRAME_UPDATE_README").is_some() {
        fs::write(&path, real).unwrap();
    } else {
        assert!(readme == real, "run `CODEFRAME_UPDATE_README=1 cargo test readme` and read what changed\n{real}");
    }
}
