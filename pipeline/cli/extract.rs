//! `codeframe extract`: one document's text, as everything after it will see it.

use super::{Context, End, Failure, Format, print};
use codeframe::extract::{Line, Settings, extract_lines};
use codeframe::project::{Error, Project};
use std::path::PathBuf;

/// Print one document's text
///
/// With `--format text` nothing but the text, as offsets in every other output count it; with `--format json` also the
/// blocks it consists of (headings, paragraphs, list items, cells, notes) and counts of what was left out.
#[derive(clap::Args)]
pub struct Arguments {
    /// The document: .docx, .txt, .md or .jsonl
    file: PathBuf,
}

/// Does what the arguments say.
pub fn run(context: &Context, arguments: &Arguments) -> Result<End, Failure> {
    let format = context.format_of(&[Format::Text, Format::Json])?;
    let shown = arguments.file.display();
    // The limits are the project's; outside of one, the defaults.
    let settings = match Project::open(&context.project) {
        Ok(project) => project.value.config.extract,
        Err(Error::NoProject { .. }) => Settings::default(),
        Err(error) => return Err(error.into()),
    };
    let read = extract_lines(&arguments.file, &settings);
    let lines = read.map_err(|error| Failure::from(error).context(format!("could not read report `{shown}`")))?;
    let n_lines = lines.len();
    let mut documents = Vec::new();
    for Line { number, document } in lines {
        match document {
            Ok(document) => documents.push(document),
            Err(error) => {
                let message = format!("could not read line {number} of `{shown}`");
                super::to_stderr(&Failure::from(error).context(message).to_string());
            }
        }
    }
    let end = if documents.len() < n_lines { End::LeftOut } else { End::Done };
    if format == Format::Json {
        print::document::json(&documents)?;
        return Ok(end);
    }
    for document in &documents {
        for warning in &document.warnings {
            context.notes.warn(&format!("{shown}: {warning}"));
        }
    }
    print::document::text(&documents)?;
    Ok(end)
}
