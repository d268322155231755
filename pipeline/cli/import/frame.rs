//! `codeframe import frame`: a codebook becomes a frame of the project.

use super::{Context, End, Failure, Format, print};
use anyhow::Context as _;
use codeframe::frame::import::{Form, Imported, codebook};
use serde::Serialize;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Make a frame from a codebook
///
/// A codebook is a JSON object with `questions` (each with id, title, select, codes) or a CSV with the columns
/// question, select, code, label, definition (and, if you like, title, group, stage, exclusive, n), one code a row.
#[derive(clap::Args)]
pub struct Arguments {
    /// The codebook, .json or .csv
    file: PathBuf,
    /// Where the frame goes; `-` prints it [default: models/<its id>/frame.toml in the project]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// What was imported, for programs.
#[derive(Serialize)]
struct Told<'a> {
    id: &'a str,
    file: Option<String>,
    questions: usize,
    codes: usize,
    warnings: &'a [String],
}

/// Does what the arguments say.
pub fn run(context: &Context, arguments: &Arguments) -> Result<End, Failure> {
    let format = context.format_of(&[Format::Text, Format::Json])?;
    let shown = arguments.file.display().to_string();
    let Some(form) = Form::of(&shown) else {
        let hint = "save it as .json or .csv";
        return Err(Failure::new(format!("`{shown}` is not a codebook that can be imported")).hint(hint));
    };
    let bytes = fs::read(&arguments.file).with_context(|| format!("could not read codebook `{shown}`"))?;
    let stem = arguments.file.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let imported = codebook(&shown, &bytes, form, &stem).with_context(|| format!("could not import `{shown}`"))?;
    let frame = imported.value;

    if arguments.output.as_deref() == Some(Path::new("-")) {
        context.notes.warn_all(&imported.warnings);
        let mut out = print::results();
        out.write_all(frame.text.as_bytes())?;
        out.flush()?;
        return Ok(End::Done);
    }
    let relative = format!("models/{}/frame.toml", frame.id);
    // The project's own folder, `.`, is not worth saying.
    let inside = context.project.join(&relative);
    let target = arguments.output.as_deref().unwrap_or(inside.strip_prefix(".").unwrap_or(&inside));
    write_new(target, &frame)?;
    let told = Told {
        id: &frame.id,
        file: Some(target.display().to_string()),
        questions: frame.n_questions,
        codes: frame.n_codes,
        warnings: &imported.warnings,
    };
    match format {
        Format::Json => print::json(&told)?,
        _ => {
            context.notes.warn_all(&imported.warnings);
            let mut out = print::results();
            let file = target.display();
            writeln!(out, "{file}: {} questions, {} codes", frame.n_questions, frame.n_codes)?;
            out.flush()?;
            if arguments.output.is_none() {
                context.notes.say(&format!("To code by it, set `frame = \"{relative}\"` in config.toml."));
            }
        }
    }
    Ok(End::Done)
}

/// A frame that a person may have edited is not written over.
fn write_new(target: &Path, frame: &Imported) -> Result<(), Failure> {
    let shown = target.display();
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder).with_context(|| format!("could not make folder `{}`", folder.display()))?;
    }
    let mut file = match fs::File::create_new(target) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let hint = "delete or rename it first, or write elsewhere with `--output FILE`";
            return Err(Failure::new(format!("`{shown}` exists already")).hint(hint));
        }
        Err(error) => return Err(anyhow::Error::new(error).context(format!("could not write `{shown}`")).into()),
    };
    file.write_all(frame.text.as_bytes()).with_context(|| format!("could not write `{shown}`"))?;
    Ok(())
}
