//! Reading documents: their structure, what is refused and why, and what happens to damaged ones.

mod damage;
mod refused;
mod structure;
mod text;

use codeframe::extract::{Document, Error, Report, Settings, extract_bytes};
use codeframe::warned::Warned;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::path::Path;
use zip::write::SimpleFileOptions;

/// The parts of a DOCX fixture by name: those of `tests/fixtures/docx/base`, with those of the fixture over them.
fn parts(fixture: &str) -> Vec<(String, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/docx");
    let mut parts = std::collections::BTreeMap::new();
    for folder in ["base", fixture].map(|f| root.join(f)) {
        for file in walkdir::WalkDir::new(&folder).into_iter().map(Result::unwrap).filter(|f| f.file_type().is_file()) {
            let name = file.path().strip_prefix(&folder).unwrap().to_str().unwrap().replace('\\', "/");
            parts.insert(name, std::fs::read(file.path()).unwrap());
        }
    }
    parts.into_iter().collect()
}

/// The parts in a zip container.
fn zip(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
        writer.start_file(name.as_str(), options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A fixture as a file.
fn docx(fixture: &str) -> Vec<u8> {
    zip(&parts(fixture))
}

/// The base fixture with this as one of its parts, in place of what it has under that name.
fn docx_with(part: &str, bytes: impl Into<Vec<u8>>) -> Vec<u8> {
    let mut parts = parts("base");
    parts.retain(|(name, _)| name != part);
    parts.push((part.to_owned(), bytes.into()));
    zip(&parts)
}

/// The base fixture with this as the body of its document.
fn docx_of(body: &str) -> Vec<u8> {
    docx_with("word/document.xml", format!("{HEAD}{body}</w:body></w:document>"))
}

/// What a document starts with.
const HEAD: &str = r#"<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>"#;

fn read(name: &str, bytes: &[u8]) -> Result<Warned<Document>, Error> {
    let mut documents = extract_bytes(name, bytes, &Settings::default())?;
    assert_eq!(documents.len(), 1, "one document a file");
    Ok(documents.remove(0))
}

fn read_docx(bytes: &[u8]) -> Warned<Report> {
    let read = read("report.docx", bytes).unwrap();
    sound(&read.value.report);
    read.map(|document| document.report)
}

/// What holds for every report: blocks in order, apart by one line end, trimmed, with text; and all that they refer to exists.
#[track_caller]
fn sound(report: &Report) {
    let mut end = None;
    for (i, block) in report.blocks.iter().enumerate() {
        let text = block.span.slice(&report.text);
        assert!(!text.trim().is_empty() && text.trim() == text, "{i}: {text:?}");
        assert_eq!(block.span.start as usize, end.map_or(0, |end: usize| end + 1), "{i}: {text:?}");
        end = Some(block.span.range().end);
        assert!(block.heading.is_none_or(|h| (h as usize) < i && report.blocks[h as usize].kind.is_heading()), "{i}");
        if let Some(cell) = &block.cell {
            let heads = cell.row_head.iter().chain(cell.column_head.iter());
            for head in heads {
                let of = report.blocks[*head as usize].cell.as_deref().map(|c| c.table);
                assert_eq!(of, Some(cell.table), "{i}: a label stands in the same table");
            }
        }
    }
    assert_eq!(end.unwrap_or(0), report.text.len());
}

/// A report in lines: number, kind, marker, heading and cell of each block.
fn show(read: &Warned<Report>) -> String {
    let report = &read.value;
    let mut out = String::new();
    for (i, block) in report.blocks.iter().enumerate() {
        let _ = write!(out, "{i}");
        if let Some(heading) = block.heading {
            let _ = write!(out, " in {heading}");
        }
        let _ = write!(out, " {:?}", block.kind);
        if let Some(cell) = &block.cell {
            let _ = write!(out, " table {} row {} column {}", cell.table, cell.row, cell.column);
            for (name, head) in [("by", &cell.row_head), ("under", &cell.column_head)] {
                if !head.is_empty() {
                    let _ = write!(out, " {name} {head:?}");
                }
            }
        }
        let marker = block.marker.as_deref().map(|m| format!("[{m}] ")).unwrap_or_default();
        let _ = writeln!(out, ": {marker}{}", block.span.slice(&report.text).escape_debug());
    }
    if report.omitted != Default::default() {
        let _ = writeln!(out, "{:?}", report.omitted);
    }
    for warning in &read.warnings {
        let _ = writeln!(out, "warning: {warning}");
    }
    out
}
