//! `codeframe init`: a small project that runs at once, to be looked at and then filled with one's own frame and
//! reports. All of it is in the program, so no other file is needed. Nothing that exists is written over.

mod sample;

use super::{Context, End, Failure, Format, print};
use anyhow::Context as _;
use codeframe::config::TEMPLATE;
use serde::Serialize;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Make a new project folder that runs
#[derive(clap::Args)]
pub struct Arguments {
    /// The folder; made if it is not there
    dir: PathBuf,
}

/// Does what the arguments say.
pub fn run(context: &Context, arguments: &Arguments) -> Result<End, Failure> {
    let format = context.format_of(&[Format::Text, Format::Json])?;
    let dir = &arguments.dir;
    let shown = dir.display();
    let files = files()?;
    if let Some((taken, _)) = files.iter().find(|(name, _)| dir.join(name).symlink_metadata().is_ok()) {
        let failure = Failure::new(format!("`{shown}` holds `{taken}` already; nothing was written"));
        return Err(failure.hint("name a folder that does not exist yet"));
    }
    for (name, bytes) in &files {
        write(&dir.join(name), bytes)?;
    }
    match format {
        Format::Json => {
            let files = files.iter().map(|(name, _)| *name).collect();
            print::json(&Made { project: shown.to_string(), files })?;
        }
        _ => {
            let mut out = print::results();
            for (name, _) in &files {
                writeln!(out, "{}", dir.join(name).display())?;
            }
            out.flush()?;
            context.notes.say(&format!("The project is in `{shown}`. Next: `codeframe run --project \"{shown}\"`"));
        }
    }
    Ok(End::Done)
}

/// What was made, for programs.
#[derive(Serialize)]
struct Made {
    project: String,
    files: Vec<&'static str>,
}

/// The files of a new project, by path.
fn files() -> Result<Vec<(&'static str, Vec<u8>)>, Failure> {
    let text = |text: &str| text.as_bytes().to_vec();
    Ok(vec![
        (".gitignore", text("# made again by `codeframe run`\n/corpus/derived/\n/corpus/review/\n/corpus/*.lock\n")),
        ("config.toml", text(TEMPLATE)),
        ("corpus/reports.csv", text("id,school_type\norchard-lane,primary\nriverside,junior\nst-bede,secondary\n")),
        ("corpus/reports/orchard-lane.txt", text(include_str!("orchard-lane.txt"))),
        ("corpus/reports/riverside.md", text(include_str!("riverside.md"))),
        ("corpus/reports/st-bede.docx", sample::docx().context("could not make the sample document")?),
        ("models/english/context.toml", text(include_str!("../../../models/english/context.toml"))),
        ("models/example/frame.toml", text(include_str!("../../../models/example/frame.toml"))),
        ("models/example/rules.toml", text(include_str!("../../../models/example/rules.toml"))),
    ])
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("could not make folder `{}`", folder.display()))?;
    }
    let made = fs::File::create_new(path).and_then(|mut file| file.write_all(bytes));
    made.with_context(|| format!("could not write `{}`", path.display()))?;
    Ok(())
}
