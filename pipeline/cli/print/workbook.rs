//! Tables as a spreadsheet: a sheet for each table, as the document has them, with numbers as numbers. The map has a first sheet
//! with all codes below each other and every figure in a column of its own, to be filtered and counted on with.

use super::Results;
use super::documents::write_bytes;
use super::tables::{HEAD, record};
use crate::cli::{Failure, Format};
use anyhow::Context as _;
use codeframe::document::{Align, Block, Document, Row, Table};
use codeframe::frame::Frame;
use codeframe::map;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format as Style, FormatAlign, Workbook, Worksheet, XlsxError};

/// The widest column, in letters; longer texts are wrapped.
const WIDEST: usize = 60;

/// The columns of all codes that hold words, whatever these look like.
const WORDS: [&str; 6] = ["question", "title", "select", "code", "label", "group"];

/// The tables of a document.
pub fn of(document: &Document) -> Result<Vec<u8>, Failure> {
    let sheets = tables_of(document).map(sheet).collect::<Result<Vec<_>, _>>();
    Ok(sheets.and_then(saved).context("could not make the spreadsheet")?)
}

/// The map.
pub fn map(frame: &Frame, tables: &[map::Table], out: &mut Results) -> Result<(), Failure> {
    let document = super::tables::document(frame, tables, false);
    let made = || {
        let mut sheets = vec![all_codes(tables)?];
        for table in tables_of(&document) {
            sheets.push(sheet(table)?);
        }
        saved(sheets)
    };
    let bytes = made().context("could not make the spreadsheet")?;
    write_bytes(&bytes, Format::Xlsx, out)
}

fn tables_of(document: &Document) -> impl Iterator<Item = &Table> {
    document.blocks.iter().filter_map(|block| match block {
        Block::Table(table) => Some(table),
        _ => None,
    })
}

/// Every code in a row, under the names of the CSV.
fn all_codes(tables: &[map::Table]) -> Result<Worksheet, XlsxError> {
    let mut sheet = Worksheet::new();
    sheet.set_name("All codes")?;
    let bold = Style::new().set_bold();
    for (name, at) in HEAD.iter().zip(0..) {
        sheet.write_string_with_format(0, at, *name, &bold)?;
    }
    let mut n_rows = 0;
    for table in tables {
        for row in &table.codes {
            n_rows += 1;
            for ((text, name), at) in record(table, row).iter().zip(HEAD).zip(0..) {
                let align = if WORDS.contains(&name) { Align::Left } else { Align::Right };
                put(&mut sheet, (n_rows, at), align, text, &Style::new())?;
            }
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    sheet.autofilter(0, 0, n_rows, HEAD.len() as u16 - 1)?;
    // Question, title, code, label and group hold words, the others numbers under short names.
    for (at, width) in [(0, 22), (1, 40), (4, 24), (5, 60), (6, 24), (12, 16)] {
        sheet.set_column_width(at, width)?;
    }
    Ok(sheet)
}

/// Caption, heads, rows and notes below each other.
fn sheet(table: &Table) -> Result<Worksheet, XlsxError> {
    let mut sheet = Worksheet::new();
    let (bold, top) = (Style::new().set_bold(), Style::new().set_text_wrap().set_align(FormatAlign::Top));
    let italic = Style::new().set_italic();
    sheet.write_string_with_format(0, 0, table.caption.plain(), &bold)?;
    let mut widths: Vec<usize> = vec![6; table.columns.len()];
    let heads = table.columns.iter().map(|column| column.head.clone());
    for ((head, at), width) in heads.zip(0..).zip(&mut widths) {
        *width = (*width).max(head.chars().count());
        sheet.write_string_with_format(2, at, head, &bold)?;
    }
    let mut line = 2;
    for row in &table.rows {
        line += 1;
        match row {
            Row::Group(name) => drop(sheet.write_string_with_format(line, 0, name.plain(), &italic)?),
            Row::Cells(cells) => {
                for (((cell, column), at), width) in cells.iter().zip(&table.columns).zip(0..).zip(&mut widths) {
                    let text = cell.plain();
                    *width = (*width).max(text.chars().count().min(WIDEST));
                    put(&mut sheet, (line, at), column.align, &text, &top)?;
                }
            }
        }
    }
    for (note, at) in table.notes.iter().zip(line + 2..) {
        sheet.write_string(at, 0, note.plain())?;
    }
    for (width, at) in widths.iter().zip(0..) {
        sheet.set_column_width(at, *width as f64 + 2.)?;
    }
    sheet.set_freeze_panes(3, 1)?;
    Ok(sheet)
}

/// A number in a column of numbers as a number, anything else as text: none is a formula, and a code `01` stays as it is.
fn put(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    align: Align,
    text: &str,
    style: &Style,
) -> Result<(), XlsxError> {
    // A minus as typographers set it.
    let number = text.replace('\u{2212}', "-").parse::<f64>().ok().filter(|number| number.is_finite());
    let number = number.filter(|_| align == Align::Right);
    match number {
        Some(number) => sheet.write_number_with_format(row, column, number, style)?,
        None if text.is_empty() => return Ok(()),
        None => sheet.write_string_with_format(row, column, text, style)?,
    };
    Ok(())
}

/// The sheets as a file: those without a name numbered as tables are, and the same tables the same bytes.
fn saved(sheets: Vec<Worksheet>) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let date = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&date));
    let mut number = 0;
    for mut sheet in sheets {
        if sheet.name().is_empty() {
            number += 1;
            sheet.set_name(format!("Table {number}"))?;
        }
        book.push_worksheet(sheet);
    }
    book.save_to_buffer()
}
