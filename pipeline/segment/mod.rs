//! A report's text becomes passages of about a sentence.
//!
//! Blocks come in; each block's text is cut at sentence boundaries and nowhere else, so that a passage never crosses a
//! block and slices back exactly. Boundaries are those of Unicode (UAX 29), which knows no abbreviations and takes
//! every line break for an end; its known failures on prose are mended in a second step (`mend.rs`). What surrounds a
//! passage, the headings above it and the heads of its row and column, is read from the report when it is asked for.

mod boundary;
mod context;
mod mend;
mod passage;
mod piece;

pub use context::{column_head, heading_path, row_head};
pub use passage::Passage;

use crate::extract::Report;
use crate::span::ByteSpan;

/// Cuts a report into passages, in reading order. Every block with text gives at least one, headings too.
///
/// ```
/// use codeframe::extract::{Block, BlockKind, Report};
/// use codeframe::span::ByteSpan;
/// let text = "Dr. Shah led, e.g. on Fridays. Nineteen mums came.".to_owned();
/// let block = Block { span: ByteSpan::new(0, text.len()), kind: BlockKind::Paragraph, marker: None, heading: None, cell: None };
/// let report = Report { text, blocks: vec![block], ..Report::default() };
/// let passages = codeframe::segment::segment(&report);
/// assert_eq!(passages.len(), 2);
/// assert_eq!(passages[1].span.slice(&report.text), "Nineteen mums came.");
/// ```
pub fn segment(report: &Report) -> Vec<Passage> {
    let mut passages = Vec::with_capacity(report.text.len() / 64 + report.blocks.len());
    let mut boundaries = Vec::new();
    for (number, block) in report.blocks.iter().enumerate() {
        let number = u32::try_from(number).expect("a report has fewer than 2^32 blocks");
        let text = block.span.slice(&report.text);
        boundary::find(text, &mut boundaries);
        let base = block.span.range().start;
        piece::cut(text, &boundaries, |piece| {
            let span = ByteSpan::new(base + piece.start, base + piece.end);
            passages.push(Passage { span, block: number });
        });
    }
    passages
}
