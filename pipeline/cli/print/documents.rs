//! A document as the file that was asked for: DOCX, HTML, a spreadsheet of its tables or text.

use super::{Results, workbook};
use crate::cli::{Failure, Format};
use codeframe::document::{Document, docx, html, plain};
use std::io::Write;

/// Writes a document; `format` is text, HTML, XLSX or DOCX. The latter two are not written to a terminal.
pub fn write(document: &Document, format: Format, out: &mut Results) -> Result<(), Failure> {
    let bytes = match format {
        Format::Docx => docx(document).map_err(anyhow::Error::from)?,
        Format::Text => plain(document).into_bytes(),
        Format::Xlsx => workbook::of(document)?,
        _ => html(document).into_bytes(),
    };
    write_bytes(&bytes, format, out)
}

/// Writes what a file of a format holds.
pub fn write_bytes(bytes: &[u8], format: Format, out: &mut Results) -> Result<(), Failure> {
    if matches!(format, Format::Docx | Format::Xlsx) && out.is_terminal() {
        let name = if format == Format::Docx { "a DOCX" } else { "a spreadsheet" };
        let failure = Failure::new(format!("{name} cannot be shown on a terminal"));
        return Err(failure.hint("name a file with `--output FILE`"));
    }
    Ok(out.write_all(bytes)?)
}
