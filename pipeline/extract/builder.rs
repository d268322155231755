//! Puts a report together block by block, whatever format the blocks come from. Text is written straight into the
//! canonical text; what a block is (a heading by its look, whose section it stands in, which cells label it) can only be
//! said when the blocks after it are known, so that is worked out once at the end.

use super::budget::Budget;
use super::report::{Block, BlockKind, Cell, Omitted, Report};
use super::table::Table;
use super::{Error, heading, table};
use crate::span::ByteSpan;
use crate::warned::Warned;
use std::sync::Arc;

/// How a paragraph looks, as far as that tells a heading from running text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Look {
    /// All of it is bold.
    pub bold: bool,
    /// All of it is in capitals, by its letters or by its formatting.
    pub capitals: bool,
    /// All of it is underlined.
    pub underlined: bool,
    /// It stands in the middle of the line.
    pub centred: bool,
    /// An empty paragraph or line stands before it.
    pub after_blank: bool,
    /// Size of its letters in half points; 0 when nothing says so.
    pub size: u16,
}

/// Where a block stands in a table, before its heads are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Number of the table.
    pub table: u32,
    /// Row.
    pub row: u32,
    /// First grid column.
    pub column: u32,
}

/// What is known of a block when it ends.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    /// What kind it is; `Paragraph` for one in a cell, too.
    pub kind: BlockKind,
    /// Its number or bullet.
    pub marker: Option<String>,
    /// Its cell.
    pub place: Option<Place>,
    /// How it looks.
    pub look: Look,
}

impl Shape {
    /// A block of a kind, without anything else.
    pub fn of(kind: BlockKind) -> Self {
        Shape { kind, marker: None, place: None, look: Look::default() }
    }
}

/// A report in the making.
pub(super) struct Builder<'b> {
    budget: &'b Budget<'b>,
    /// The canonical text so far. Between [`Builder::open`] and [`Builder::close`] runs are added to it.
    pub text: String,
    /// The blocks so far.
    pub blocks: Vec<Block>,
    looks: Vec<Look>,
    /// The tables so far, in the order of their numbers.
    pub tables: Vec<Table>,
    /// What was left out so far.
    pub omitted: Omitted,
    /// What was odd so far.
    pub warnings: Vec<String>,
    /// Where the text ended before the open block, and where the block's own text starts.
    open: Option<(usize, usize)>,
}

impl<'b> Builder<'b> {
    pub fn new(budget: &'b Budget<'b>) -> Self {
        Builder {
            budget,
            text: String::new(),
            blocks: Vec::new(),
            looks: Vec::new(),
            tables: Vec::new(),
            omitted: Omitted::default(),
            warnings: Vec::new(),
            open: None,
        }
    }

    /// Opens a block; what is added to `text` from now on is its own.
    pub fn open(&mut self) {
        debug_assert!(self.open.is_none(), "blocks do not lie in one another");
        let before = self.text.len();
        if before > 0 {
            self.text.push('\n');
        }
        self.open = Some((before, self.text.len()));
    }

    /// Whether the open block has no text so far but white space.
    pub fn is_blank(&self) -> bool {
        self.open.is_none_or(|(_, start)| self.text[start..].chars().all(char::is_whitespace))
    }

    /// Where the open block's text starts in `text`.
    pub fn open_start(&self) -> usize {
        self.open.map_or(self.text.len(), |(_, start)| start)
    }

    /// Numbers a new table.
    pub fn new_table(&mut self, within: Option<u32>) -> u32 {
        self.tables.push(Table { within, ..Table::default() });
        self.tables.len() as u32 - 1
    }

    /// Keeps what was found out about a table; of one without a number (without text) nothing is kept.
    pub fn keep_table(&mut self, id: Option<u32>, facts: Table) {
        if let Some(table) = id.and_then(|id| self.tables.get_mut(id as usize)) {
            *table = Table { within: table.within, ..facts };
        }
    }

    /// Drops the open block and its text.
    pub fn discard(&mut self) {
        if let Some((before, _)) = self.open.take() {
            self.text.truncate(before);
        }
    }

    /// Closes the open block. White space around its text is no part of it; a block without text is none.
    pub fn close(&mut self, shape: Shape) -> Result<(), Error> {
        if self.is_blank() {
            self.discard();
            return Ok(());
        }
        let (_, start) = self.open.take().expect("a block is closed after it was opened");
        let end = start + self.text[start..].trim_end().len();
        let leading = end - start - self.text[start..end].trim_start().len();
        self.text.truncate(end);
        if leading > 0 {
            self.text.drain(start..start + leading);
        }
        self.check_text(0)?;
        let max_blocks = self.budget.settings.max_blocks;
        if self.blocks.len() as u64 >= max_blocks {
            return Err(self.budget.limit("the text", max_blocks, "paragraphs", "max_blocks"));
        }
        let Shape { kind, marker, place, look } = shape;
        let kind = if kind == BlockKind::Paragraph && place.is_some() { BlockKind::Cell } else { kind };
        let cell = place.map(|Place { table, row, column }| {
            let none: Arc<[u32]> = Arc::default();
            Box::new(Cell { table, row, column, row_head: none.clone(), column_head: none })
        });
        let marker = marker.map(|marker| Box::new(marker.into_boxed_str()));
        self.blocks.push(Block { span: ByteSpan::new(start, end - leading), kind, marker, heading: None, cell });
        self.looks.push(look);
        Ok(())
    }

    /// Adds a whole block.
    pub fn add(&mut self, text: &str, shape: Shape) -> Result<(), Error> {
        self.open();
        self.text.push_str(text);
        self.close(shape)
    }

    /// Fails when the text, with `more` bytes that are not in it yet, is longer than it may be.
    pub fn check_text(&self, more: usize) -> Result<(), Error> {
        let max = self.budget.settings.max_text_bytes;
        if (self.text.len() + more) as u64 <= max {
            return Ok(());
        }
        Err(self.budget.limit("the text", max, "bytes", "max_text_bytes"))
    }

    /// The report: headings found, every block put under its own, and every cell given what labels it.
    pub fn finish(mut self) -> Warned<Report> {
        self.discard();
        table::label_cells(&self.text, &mut self.blocks, &self.looks, &self.tables);
        heading::mark(&self.text, &mut self.blocks, &self.looks);
        heading::link(&mut self.blocks, &self.tables);
        let report = Report { text: self.text, blocks: self.blocks, omitted: self.omitted };
        Warned { value: report, warnings: self.warnings }
    }
}
