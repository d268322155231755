//! Where the cells of a table stand: rows and grid columns counted while the table is read, merged cells included.

use super::names::Tag;
use super::xml::{Events, Fault, Node};
use crate::extract::builder::Place;
use crate::extract::table::Table;

/// A table that has started and not ended.
#[derive(Default)]
pub(super) struct OpenTable {
    /// Its number, once a cell has text.
    pub id: Option<u32>,
    /// What labels its cells, as far as it is known.
    pub facts: Table,
    n_rows: u32,
    /// The column at which the next cell starts, and the current one did.
    next_column: u32,
    column: u32,
    span: u32,
}

/// Widest span that a cell is believed to have.
const MAX_SPAN: u32 = 1000;

impl OpenTable {
    pub fn start_row(&mut self) {
        self.n_rows = self.n_rows.saturating_add(1);
        self.next_column = 0;
    }

    pub fn start_cell(&mut self) {
        self.column = self.next_column;
        self.span = 1;
    }

    pub fn end_cell(&mut self) {
        self.next_column = self.column.saturating_add(self.span);
    }

    /// The place of the current cell, in the table with this number.
    pub fn place(&self, table: u32) -> Place {
        Place { table, row: self.row(), column: self.column }
    }

    fn row(&self) -> u32 {
        self.n_rows.saturating_sub(1)
    }

    /// Reads `w:trPr`, which just started.
    pub fn read_row_properties(&mut self, events: &mut Events) -> Result<(), Fault> {
        let depth = events.depth();
        while events.depth() >= depth {
            if let Node::Start(tag, element) = events.next()? {
                match tag {
                    Tag::HeaderRow if element.is_on() && self.facts.n_header_rows + 1 == self.n_rows => {
                        self.facts.n_header_rows += 1;
                    }
                    Tag::GridBefore => self.next_column = element.get_number(b"val").unwrap_or(0).min(MAX_SPAN),
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Reads `w:tcPr`, which just started.
    pub fn read_cell_properties(&mut self, events: &mut Events) -> Result<(), Fault> {
        let depth = events.depth();
        while events.depth() >= depth {
            if let Node::Start(tag, element) = events.next()? {
                match tag {
                    Tag::GridSpan => self.span = element.get_number(b"val").unwrap_or(1).clamp(1, MAX_SPAN),
                    Tag::VerticalMerge if self.column == 0 && element.get(b"val") != Some(b"restart") => {
                        let row = self.row();
                        if self.facts.continued.last() != Some(&row) {
                            self.facts.continued.push(row);
                        }
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }
}
