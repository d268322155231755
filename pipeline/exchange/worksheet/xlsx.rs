//! The table of items as a workbook: the items with a drop-down for the verdict, the definitions of the codes, and how to
//! fill it in. The only user of the crate that writes workbooks for review.

use super::COLUMNS;
use super::items::Cell;
use crate::frame::{Frame, Select};
use rust_xlsxwriter::{
    Color, DataValidation, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet,
    XlsxError,
};

/// Most characters of a cell, a little less than Excel's own 32,767.
const MOST_CHARACTERS: usize = 32_000;

/// Columns up to this one stay in view: the last that is filled in and short.
const LAST_FROZEN: &str = "verdict";

/// Columns that people need not see.
const HIDDEN: [&str; 2] = ["definition hash", "asked"];

/// Columns that people fill in.
const FILLED: [&str; 3] = ["verdict", "note", "passage"];

/// The workbook's bytes. It carries no time, so the same items give the same bytes.
pub(super) fn workbook(frame: &Frame, columns: &[&str], rows: &[Vec<Cell>]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_title(&frame.title).set_creation_datetime(&made));
    items(workbook.add_worksheet().set_name("review")?, columns, rows)?;
    codes(workbook.add_worksheet().set_name("codes")?, frame)?;
    how_to(workbook.add_worksheet().set_name("how to")?)?;
    workbook.save_to_buffer()
}

fn head() -> Format {
    Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::VerticalCenter)
        .set_background_color(Color::RGB(0x1F_3A_4D))
        .set_font_color(Color::White)
}

fn body() -> Format {
    Format::new().set_text_wrap().set_align(FormatAlign::Top)
}

fn items(sheet: &mut Worksheet, columns: &[&str], rows: &[Vec<Cell>]) -> Result<(), XlsxError> {
    let (head, body) = (head(), body());
    let filled = body
        .clone()
        .set_background_color(Color::RGB(0xFF_F8_DC))
        .set_border(FormatBorder::Thin)
        .set_border_color(Color::RGB(0xD9_CF_A8));
    let small = body.clone().set_font_color(Color::RGB(0x80_80_80)).set_font_size(8);
    let last_row = u32::try_from(rows.len()).unwrap_or(u32::MAX).max(1);
    let place = |n: usize| u16::try_from(n).expect("there are few columns");
    sheet.set_row_height(0, 30)?;
    for (n, name) in columns.iter().enumerate() {
        let n = place(n);
        sheet.write_string_with_format(0, n, *name, &head)?;
        let width = COLUMNS.iter().find(|(known, _)| known == name).map_or(12., |(_, width)| *width);
        sheet.set_column_width(n, width)?;
        if HIDDEN.contains(name) {
            sheet.set_column_hidden(n)?;
        }
        if *name == "verdict" {
            let choice = DataValidation::new()
                .allow_list_strings(&["applies", "does not apply", "unsure"])?
                .set_error_title("Not a verdict")?
                .set_error_message("Choose applies, does not apply or unsure, or leave the cell empty.")?;
            sheet.add_data_validation(1, n, last_row, n, &choice)?;
        }
    }
    for (r, cells) in (1_u32..).zip(rows) {
        for (n, (name, cell)) in columns.iter().zip(cells).enumerate() {
            let n = place(n);
            let format = match *name {
                name if FILLED.contains(&name) => &filled,
                "item" | "id" | "definition hash" | "asked" => &small,
                _ => &body,
            };
            match cell {
                Cell::Number(number) => sheet.write_number_with_format(r, n, *number, format)?,
                Cell::Text(text) if text.is_empty() => sheet.write_blank(r, n, format)?,
                Cell::Text(text) => sheet.write_string_with_format(r, n, cut(text), format)?,
            };
        }
    }
    let frozen = columns.iter().position(|name| *name == LAST_FROZEN).map_or(0, |at| at + 1);
    sheet.set_freeze_panes(1, place(frozen))?;
    sheet.autofilter(0, 0, last_row, place(columns.len() - 1))?;
    sheet.set_landscape().set_repeat_rows(0, 0)?.set_print_fit_to_pages(1, 0);
    Ok(())
}

fn codes(sheet: &mut Worksheet, frame: &Frame) -> Result<(), XlsxError> {
    let (head, body) = (head(), body());
    for (n, (name, width)) in
        (0_u16..).zip([("question", 34.), ("answers", 16.), ("code", 34.), ("definition", 90.), ("item", 34.)])
    {
        sheet.write_string_with_format(0, n, name, &head)?;
        sheet.set_column_width(n, width)?;
    }
    for (r, code) in (1_u32..).zip(frame.codes()) {
        let answers = match code.question.select {
            Select::One => "one code",
            Select::Many if code.code.exclusive => "this code alone",
            Select::Many => "several codes",
        };
        let cells = [&*code.question.title, answers, &code.code.label, &code.code.definition, code.name()];
        for (n, text) in (0_u16..).zip(cells) {
            sheet.write_string_with_format(r, n, cut(text), &body)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

fn how_to(sheet: &mut Worksheet) -> Result<(), XlsxError> {
    let lines = [
        "How to fill this in",
        "Each row of the sheet “review” asks whether one code applies to one report. Answer in the column “verdict”: applies, does not apply, or unsure. Unsure is an answer; it means that the report does not let you tell.",
        "Rows that you leave empty are not answered and will be asked again.",
        "If you like, write something into “note”, and copy into “passage” the words of the report on which your verdict rests; they will be found in the report again.",
        "The columns “speaks for” and “speaks against” are what the machine found, each passage with the headings above it in square brackets. “machine says” is a guess and not an answer: nothing is decided until you say so. In a blind table these columns are missing on purpose; please read the report itself.",
        "What each code means stands in the column “definition”, and for all codes in the sheet “codes”.",
        "You may sort, filter, hide and widen as you like, and save as .xlsx, .ods or .csv. Please leave the header, and the column “id”, as they are: it says what a row is about.",
        "Then: codeframe review --import FILE --reviewer YOU. Importing a file twice adds nothing.",
    ];
    let title = Format::new().set_bold().set_font_size(14);
    let body = body();
    sheet.set_column_width(0, 100)?;
    for (r, line) in (0_u32..).zip(lines) {
        sheet.write_string_with_format(r, 0, line, if r == 0 { &title } else { &body })?;
    }
    Ok(())
}

fn cut(text: &str) -> String {
    if text.chars().nth(MOST_CHARACTERS).is_none() {
        return text.to_owned();
    }
    text.chars().take(MOST_CHARACTERS).chain(" […]".chars()).collect()
}
