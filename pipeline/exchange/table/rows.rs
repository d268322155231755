//! A table as CSV.

use super::{Cell, Column, Table, TableError};
use crate::sheet::harmless;
use std::io::Write;

/// A table that goes out as CSV, row by row.
pub struct Rows<W: Write> {
    writer: csv::Writer<W>,
}

impl<W: Write> Rows<W> {
    /// Begins with the columns' names.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn new(columns: &[Column], out: W) -> Result<Rows<W>, TableError> {
        let mut writer = csv::Writer::from_writer(out);
        let names = columns.iter().map(|column| harmless(&column.name).into_owned());
        writer.write_record(names).map_err(std::io::Error::from)?;
        Ok(Rows { writer })
    }
}

impl<W: Write> Table for Rows<W> {
    fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), TableError> {
        let text = |cell: &Cell<'_>| match cell {
            Cell::Text(text) => harmless(text).into_owned(),
            Cell::Number(number) if number.is_finite() => number.to_string(),
            Cell::Whole(number) => number.to_string(),
            Cell::Number(_) | Cell::Blank => String::new(),
        };
        Ok(self.writer.write_record(cells.iter().map(text)).map_err(std::io::Error::from)?)
    }

    fn finish(mut self: Box<Self>) -> Result<(), TableError> {
        Ok(self.writer.flush()?)
    }
}
