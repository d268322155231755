//! A table as a spreadsheet (XLSX): one sheet with a bold first row that stays in sight, a filter on every column, and
//! widths that fit. Texts are written as texts, so none is a formula.

use super::{Cell, Column, Kind, Table, TableError};
use rust_xlsxwriter::{Format, FormatAlign, Workbook as Book, Worksheet};
use std::io::Write;

/// The most a sheet can hold, its first row included.
const MOST_ROWS: u32 = 1_048_576;
const MOST_COLUMNS: u16 = 16_384;
/// Letters that a cell can hold.
const MOST_LETTERS: usize = 32_767;
/// The widest column, in letters; longer texts are wrapped.
const WIDEST: usize = 60;

/// A table that becomes a spreadsheet when it is finished.
pub struct Workbook<W: Write> {
    sheet: Worksheet,
    widths: Vec<usize>,
    n_rows: u32,
    wrapped: Format,
    out: W,
}

impl<W: Write> Workbook<W> {
    /// Begins with the columns' names. `name` is what the sheet is called, up to 31 letters.
    ///
    /// # Errors
    /// When there are too many columns.
    pub fn new(name: &str, columns: &[Column], out: W) -> Result<Workbook<W>, TableError> {
        if columns.len() > usize::from(MOST_COLUMNS) {
            return Err(TableError::TooManyColumns { most: MOST_COLUMNS, found: columns.len() });
        }
        let mut sheet = Worksheet::new();
        sheet.set_name(name)?;
        let bold = Format::new().set_bold().set_align(FormatAlign::Top);
        for (column, at) in columns.iter().zip(0..) {
            sheet.write_string_with_format(0, at, cut(&column.name), &bold)?;
        }
        sheet.set_freeze_panes(1, 0)?;
        let least = |column: &Column| if column.kind == Kind::Text { 8 } else { 6 };
        let widths = columns.iter().map(|column| column.name.chars().count().max(least(column))).collect();
        let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
        Ok(Workbook { sheet, widths, n_rows: 1, wrapped, out })
    }
}

impl<W: Write> Table for Workbook<W> {
    fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), TableError> {
        if self.n_rows == MOST_ROWS {
            return Err(TableError::TooManyRows { most: MOST_ROWS - 1 });
        }
        for ((cell, at), width) in cells.iter().zip(0..).zip(&mut self.widths) {
            let letters = match cell {
                Cell::Text(text) if !text.is_empty() => {
                    self.sheet.write_string_with_format(self.n_rows, at, cut(text), &self.wrapped)?;
                    text.chars().count()
                }
                Cell::Number(number) if number.is_finite() => {
                    self.sheet.write_number_with_format(self.n_rows, at, *number, &self.wrapped)?;
                    8
                }
                Cell::Whole(number) => {
                    // Beyond 2^53 a spreadsheet knows no whole numbers; there are none in codings.
                    self.sheet.write_number_with_format(self.n_rows, at, *number as f64, &self.wrapped)?;
                    6
                }
                Cell::Text(_) | Cell::Number(_) | Cell::Blank => 0,
            };
            *width = (*width).max(letters.min(WIDEST));
        }
        self.n_rows += 1;
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<(), TableError> {
        let Workbook { mut sheet, widths, n_rows, mut out, .. } = *self;
        for (width, at) in widths.iter().zip(0..) {
            sheet.set_column_width(at, *width as f64 + 2.)?;
        }
        if let Some(last) = u16::try_from(widths.len()).ok().and_then(|n| n.checked_sub(1)) {
            sheet.autofilter(0, 0, n_rows - 1, last)?;
        }
        let mut book = Book::new();
        // The same table has the same bytes, so the file says no time at which it was made but a fixed one.
        let date = rust_xlsxwriter::ExcelDateTime::from_ymd(2000, 1, 1)?;
        book.set_properties(&rust_xlsxwriter::DocProperties::new().set_creation_datetime(&date));
        book.push_worksheet(sheet);
        let bytes = book.save_to_buffer()?;
        out.write_all(&bytes)?;
        Ok(out.flush()?)
    }
}

/// A text as far as a cell can hold it.
fn cut(text: &str) -> String {
    if text.len() <= MOST_LETTERS || text.chars().count() <= MOST_LETTERS {
        return text.to_owned();
    }
    text.chars().take(MOST_LETTERS - 1).chain(['…']).collect()
}
