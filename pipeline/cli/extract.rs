//! `codeframe extract FILE`: one document as codeframe reads it.

use super::{Context, End, Failure, Format, print};
use codeframe::extract::{self, Settings};

use std::io::Write;
use std::path::PathBuf;

/// Print the text of one document, or with --format json its structure
#[derive(clap::Args)]
pub struct Arguments {
    /// The document: .docx, .txt, .md or .jsonl
    file: PathBuf,
}

/// Does what the arguments say. The limits are those of the project, when there is one.
pub fn run(context: &Context, arguments: &Arguments) -> Result<End, Failure> {
    let format = context.format_of(&[Format::Text, Format::Json])?;
    let documents = extract::extract_file(&arguments.file, &Settings::default())?;
    let mut out = print::results();
    for document in documents {
        context.notes.warn_all(&document.warnings);
        if format == Format::Json {
            serde_json::to_writer(&mut out, &document.value).map_err(std::io::Error::from)?;
        } else {
            out.write_all(document.value.report.text.as_bytes())?;
        }
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(End::Done)
}
