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
    let mut made = Vec::new();
    for (name, bytes) in &files {
        if let Err(failure) = write(&dir.join(name), bytes, &mut made) {
            remove(&made);
            return Err(failure);
        }
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

/// Writes a file; it and the folders made for it are added to `made`.
fn write(path: &Path, bytes: &[u8], made: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let missing: Vec<_> = folder.ancestors().take_while(|a| *a != Path::new("") && !a.exists()).collect();
    for folder in missing.into_iter().rev() {
        let result = fs::create_dir(folder);
        result.map_err(|error| explained(error, format!("could not make folder `{}`", folder.display())))?;
        made.push(folder.to_owned());
    }
    let failed = |error| explained(error, format!("could not write `{}`", path.display()));
    let mut file = fs::File::create_new(path).map_err(failed)?;
    made.push(path.to_owned());
    // A disk may be found to be full only when the bytes are to last.
    file.write_all(bytes).and_then(|()| file.sync_data()).map_err(failed)
}

fn explained(error: std::io::Error, message: String) -> Failure {
    use std::io::ErrorKind;
    let hint = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::FileTooLarge | ErrorKind::QuotaExceeded => {
            Some("make room on the disk and run the command again; what was made has been removed")
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Some("name a folder that you may write to"),
        _ => None,
    };
    let failure = Failure::from(anyhow::Error::new(error).context(message));
    hint.into_iter().fold(failure, Failure::hint)
}

/// Removes what was made, the last first. What cannot be removed, or what somebody has put into a new folder, stays.
fn remove(made: &[PathBuf]) {
    for path in made.iter().rev() {
        let _ = if path.is_dir() { fs::remove_dir(path) } else { fs::remove_file(path) };
    }
}
