//! The product of reading one document: its canonical text and the blocks it consists of. Offsets of everything that
//! comes later (passages, evidence, quotes) are into `Report::text`, which never changes for the same file and version.

use crate::span::ByteSpan;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One document, read.
///
/// Blocks are in reading order, do not overlap, and are separated in `text` by one `\n`; a block's own text may hold
/// `\n` (a line break inside a paragraph) and `\t`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The canonical text.
    pub text: String,
    /// Where each heading, paragraph, list item, cell and note stands in `text`.
    pub blocks: Vec<Block>,
    /// What the document holds and the text does not.
    pub omitted: Omitted,
}

/// One paragraph of a document with its place in the structure. A table cell with three paragraphs is three blocks
/// with the same `Place::Cell`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// Where the block's text stands in `Report::text`; never empty.
    pub span: ByteSpan,
    /// What kind of block it is.
    pub kind: BlockKind,
    /// The number or bullet in front of it (`2.1`, `(a)`, `•`), which Word computes and the text does not hold.
    /// Boxed twice, as most blocks have none, and a box of a `str` takes two words.
    pub marker: Option<Box<Box<str>>>,
    /// Index in `Report::blocks` of the heading it stands under, if any; headings point to their parent heading.
    pub heading: Option<u32>,
    /// The table cell it stands in, if any; the innermost of nested tables. Boxed, as most blocks have none and a long
    /// report has many blocks.
    pub cell: Option<Box<Cell>>,
}

/// What kind of block a paragraph is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// The document's title, by style.
    Title,
    /// A heading by style or outline level, 1 (highest) to 9.
    Heading(u8),
    /// A paragraph that only looks like a heading (short, bold or larger, alone); level 1 to 9 as guessed.
    LooksLikeHeading(u8),
    /// Running text.
    Paragraph,
    /// An item of a list; the depth counts from 0.
    ListItem(u8),
    /// A paragraph in a table cell.
    Cell,
    /// A footnote or endnote, placed after the block that refers to it.
    Note,
    /// A paragraph of a text box, placed after the block that anchors it.
    TextBox,
}

impl BlockKind {
    /// Whether it opens a section.
    pub fn is_heading(self) -> bool {
        matches!(self, BlockKind::Title | BlockKind::Heading(_) | BlockKind::LooksLikeHeading(_))
    }
}

/// A place in a table, counted from 0, and the blocks that head its row and column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// Number of the table in the document, in order of their first cells.
    pub table: u32,
    /// Row.
    pub row: u32,
    /// First grid column that it covers (merged cells cover several).
    pub column: u32,
    /// Blocks of the cell that labels this row: the first column's, when this is not the first column.
    /// In a two-column question|answer table that is the question.
    /// Shared by the cells of the row; at most [`Cell::MAX_HEAD`] blocks, so that a table takes no more than linear room.
    pub row_head: Arc<[u32]>,
    /// Blocks of the cell that labels this column: the header row's, when the table has one and this is not in it.
    /// Shared by the cells of the column; at most [`Cell::MAX_HEAD`] blocks.
    pub column_head: Arc<[u32]>,
}

impl Cell {
    /// Most blocks that a row or column head may have; what a longer head says further on is no label.
    pub const MAX_HEAD: usize = 8;
}

/// Counts of what was left out of the text. All zero: nothing was.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Omitted {
    /// Page headers and footers with text.
    pub headers_and_footers: u32,
    /// Comments.
    pub comments: u32,
    /// Runs or paragraphs deleted or moved away by tracked changes.
    pub deletions: u32,
    /// Pictures, charts and drawings without text.
    pub images: u32,
    /// Embedded objects (spreadsheets, other documents, equations kept as objects).
    pub embedded_objects: u32,
}
