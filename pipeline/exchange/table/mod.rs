//! Rows become a file that other programs open: CSV, a spreadsheet, or Parquet for data frames. What the rows hold is not
//! known here. Texts never become formulas, numbers stay numbers, and what is not known stays blank.

mod parquet;
mod rows;
mod sheet;

pub use parquet::Parquet;
pub use rows::Rows;
pub use sheet::Workbook;

use std::borrow::Cow;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// Numbers.
    Number,
    /// Whole numbers.
    Whole,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
}

impl Column {
    /// A column of texts.
    pub fn text(name: impl Into<String>) -> Column {
        Column { name: name.into(), kind: Kind::Text }
    }

    /// A column of numbers.
    pub fn number(name: impl Into<String>) -> Column {
        Column { name: name.into(), kind: Kind::Number }
    }

    /// A column of whole numbers.
    pub fn whole(name: impl Into<String>) -> Column {
        Column { name: name.into(), kind: Kind::Whole }
    }
}

/// What stands in a cell. A text in a column of numbers, or the other way round, counts as blank in Parquet.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'c> {
    /// A text.
    Text(Cow<'c, str>),
    /// A number; one that is not finite is blank.
    Number(f64),
    /// A whole number.
    Whole(i64),
    /// Nothing is known.
    Blank,
}

impl<'c> From<&'c str> for Cell<'c> {
    fn from(text: &'c str) -> Self {
        Cell::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Cell<'_> {
    fn from(text: String) -> Self {
        Cell::Text(Cow::Owned(text))
    }
}

/// Why a table could not be written.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The place it goes to.
    #[error("could not write the table")]
    Output(#[from] std::io::Error),
    /// It has more rows than a spreadsheet can have.
    #[error("a spreadsheet has at most {most} rows, and there are more")]
    TooManyRows {
        /// How many it can have.
        most: u32,
    },
    /// It has more columns than a spreadsheet can have.
    #[error("a spreadsheet has at most {most} columns, and there are {found}")]
    TooManyColumns {
        /// How many it can have.
        most: u16,
        /// How many there are.
        found: usize,
    },
    /// The spreadsheet.
    #[error("could not make the spreadsheet")]
    Sheet(#[from] rust_xlsxwriter::XlsxError),
    /// The Parquet file.
    #[error("could not make the Parquet file")]
    Parquet(#[from] ::parquet::errors::ParquetError),
}

impl TableError {
    /// What the reader can do about it.
    pub fn hint(&self) -> Option<String> {
        let is_too_much = matches!(self, TableError::TooManyRows { .. } | TableError::TooManyColumns { .. });
        is_too_much.then(|| "choose --format csv or parquet".to_owned())
    }
}

/// A table being written.
pub trait Table {
    /// Adds a row with a cell for each column.
    ///
    /// # Errors
    /// When it cannot be written.
    fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), TableError>;

    /// Ends the table.
    ///
    /// # Errors
    /// When what is left cannot be written.
    fn finish(self: Box<Self>) -> Result<(), TableError>;
}

#[cfg(test)]
mod tests;
