//! A document as the file that was asked for: DOCX, HTML or text, to a file or to stdout.

use crate::cli::{Failure, Format};
use anyhow::Context as _;
use codeframe::document::{Document, docx, html, plain};
use std::io::Write;
use std::path::Path;

/// Writes a document; `format` is text, HTML or DOCX. A DOCX is not written to a terminal.
pub fn write(document: &Document, format: Format, output: Option<&Path>) -> Result<(), Failure> {
    let bytes = match format {
        Format::Docx => docx(document).map_err(anyhow::Error::from)?,
        Format::Text => plain(document).into_bytes(),
        _ => html(document).into_bytes(),
    };
    match output {
        Some(path) => {
            let failed = || format!("could not write `{}`", path.display());
            let mut file = codeframe::store::Replacement::of(path).with_context(failed)?;
            file.write(&bytes).with_context(failed)?;
            file.finish().with_context(failed)?;
        }
        None if format == Format::Docx && std::io::IsTerminal::is_terminal(&std::io::stdout()) => {
            return Err(Failure::new("a DOCX cannot be shown on a terminal").hint("name a file with `--output FILE`"));
        }
        None => {
            let mut out = super::results();
            out.write_all(&bytes)?;
            out.flush()?;
        }
    }
    Ok(())
}
