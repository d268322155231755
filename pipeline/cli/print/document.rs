//! What `extract` read, as plain text and as JSON.

use codeframe::extract::{Block, BlockKind, Document, Omitted};
use codeframe::warned::Warned;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The text and nothing else; of several documents one after the other.
pub fn text(documents: &[Warned<Document>]) -> io::Result<()> {
    let mut out = super::results();
    for document in documents {
        writeln!(out, "{}", document.value.report.text)?;
    }
    out.flush()
}

/// One document, for programs.
#[derive(Serialize)]
struct Printed<'a> {
    /// Only of a document that brings its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: &'a Option<String>,
    text: &'a str,
    blocks: PrintedBlocks<'a>,
    omitted: &'a Omitted,
    warnings: &'a [String],
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    metadata: &'a BTreeMap<String, String>,
}

/// The blocks, each made as it is written: a large document has hundreds of thousands.
struct PrintedBlocks<'a>(&'a [Block]);

impl Serialize for PrintedBlocks<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(print_block))
    }
}

/// One block; offsets are UTF-8 bytes in `text`.
#[derive(Serialize)]
struct PrintedBlock<'a> {
    start: u32,
    end: u32,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    marker: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    heading: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cell: Option<PrintedCell<'a>>,
}

/// A place in a table; heads are numbers of blocks.
#[derive(Serialize)]
struct PrintedCell<'a> {
    table: u32,
    row: u32,
    column: u32,
    row_head: &'a [u32],
    column_head: &'a [u32],
}

/// An object for the document; of a `.jsonl` a list of them.
pub fn json(documents: &[Warned<Document>]) -> io::Result<()> {
    let printed: Vec<_> = documents
        .iter()
        .map(|Warned { value: Document { id, report, metadata }, warnings }| Printed {
            id,
            text: &report.text,
            blocks: PrintedBlocks(&report.blocks),
            omitted: &report.omitted,
            warnings,
            metadata,
        })
        .collect();
    match printed.as_slice() {
        [one] if one.id.is_none() => super::json(one),
        several => super::json(&several),
    }
}

fn print_block(block: &Block) -> PrintedBlock<'_> {
    let (kind, level) = match block.kind {
        BlockKind::Title => ("title", None),
        BlockKind::Heading(level) => ("heading", Some(level)),
        BlockKind::LooksLikeHeading(level) => ("looks_like_heading", Some(level)),
        BlockKind::Paragraph => ("paragraph", None),
        BlockKind::ListItem(depth) => ("item", Some(depth)),
        BlockKind::Cell => ("cell", None),
        BlockKind::Note => ("note", None),
        BlockKind::TextBox => ("text_box", None),
    };
    PrintedBlock {
        start: block.span.start,
        end: block.span.end,
        kind,
        level,
        marker: block.marker.as_deref().map(|marker| &**marker),
        heading: block.heading,
        cell: block.cell.as_ref().map(|cell| PrintedCell {
            table: cell.table,
            row: cell.row,
            column: cell.column,
            row_head: &cell.row_head,
            column_head: &cell.column_head,
        }),
    }
}
