//! A document as the file that was asked for: DOCX, HTML, a spreadsheet of its tables or text, to a file or to stdout.

use super::workbook;
use crate::cli::{Failure, Format};
use anyhow::Context as _;
use codeframe::document::{Document, docx, html, plain};
use std::io::Write;
use std::path::Path;

/// Writes a document; `format` is text, HTML, XLSX or DOCX. The latter two are not written to a terminal.
pub fn write(document: &Document, format: Format, output: Option<&Path>) -> Result<(), Failure> {
    let bytes = match format {
        Format::Docx => docx(document).map_err(anyhow::Error::from)?,
        Format::Text => plain(document).into_bytes(),
        Format::Xlsx => workbook::of(document)?,
        _ => html(document).into_bytes(),
    };
    write_bytes(&bytes, format, output)
}

/// Writes a file of a format.
pub fn write_bytes(bytes: &[u8], format: Format, output: Option<&Path>) -> Result<(), Failure> {
    match output {
        Some(path) => {
            let failed = || format!("could not write `{}`", path.display());
            let mut file = codeframe::store::Replacement::of(path).with_context(failed)?;
            file.write(bytes).with_context(failed)?;
            file.finish().with_context(failed)?;
        }
        None if matches!(format, Format::Docx | Format::Xlsx)
            && std::io::IsTerminal::is_terminal(&std::io::stdout()) =>
        {
            let name = if format == Format::Docx { "a DOCX" } else { "a spreadsheet" };
            let failure = Failure::new(format!("{name} cannot be shown on a terminal"));
            return Err(failure.hint("name a file with `--output FILE`"));
        }
        None => {
            let mut out = super::results();
            out.write_all(bytes)?;
            out.flush()?;
        }
    }
    Ok(())
}
