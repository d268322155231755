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

/// Height of a line of text and of the highest row that spreadsheets have, in points.
const LINE: f64 = 15.;
const HIGHEST: f64 = 405.;

/// Letters of running text that stand in the width of a digit, by which columns are measured; a little less than there are.
const LETTERS: f64 = 1.15;

/// The last column that is printed; behind it stand names for programs.
const LAST_PRINTED: &str = "probability";

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
    let line = Color::RGB(0xDD_DD_DD);
    Format::new().set_text_wrap().set_align(FormatAlign::Top).set_border(FormatBorder::Thin).set_border_color(line)
}

fn items(sheet: &mut Worksheet, columns: &[&str], rows: &[Vec<Cell>]) -> Result<(), XlsxError> {
    let (head, body) = (head(), body());
    let filled = body
        .clone()
        .set_background_color(Color::RGB(0xFF_F8_DC))
        .set_border(FormatBorder::Thin)
        .set_border_color(Color::RGB(0xD9_CF_A8));
    let small = body.clone().set_font_color(Color::RGB(0x80_80_80)).set_font_size(8);
    let share = body.clone().set_num_format("0.00");
    let last_row = u32::try_from(rows.len()).unwrap_or(u32::MAX).max(1);
    let place = |n: usize| u16::try_from(n).expect("there are few columns");
    sheet.set_row_height(0, 30)?;
    for (n, name) in columns.iter().enumerate() {
        let n = place(n);
        sheet.write_string_with_format(0, n, *name, &head)?;
        sheet.set_column_width(n, width_of(name))?;
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
        let texts = columns.iter().zip(cells).filter(|(name, _)| !HIDDEN.contains(name));
        let texts = texts.map(|(name, cell)| match cell {
            Cell::Text(text) => (text.as_str(), width_of(name)),
            Cell::Number(_) => ("", width_of(name)),
        });
        sheet.set_row_height(r, height(texts))?;
        for (n, (name, cell)) in columns.iter().zip(cells).enumerate() {
            let n = place(n);
            let format = match *name {
                name if FILLED.contains(&name) => &filled,
                "item" | "id" | "definition hash" | "asked" => &small,
                "probability" => &share,
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
    const A3: u8 = 8;
    sheet.set_landscape().set_paper_size(A3).set_margins(0.4, 0.4, 0.5, 0.5, 0.3, 0.3);
    sheet.set_repeat_rows(0, 0)?.set_print_fit_to_pages(1, 0);
    let last_printed = columns.iter().position(|name| *name == LAST_PRINTED).unwrap_or(columns.len() - 1);
    sheet.set_print_area(0, 0, last_row, place(last_printed))?;
    Ok(())
}

fn width_of(column: &str) -> f64 {
    COLUMNS.iter().find(|(known, _)| *known == column).map_or(12., |(_, width)| *width)
}

/// The height of a row in points, by its texts and the widths of their columns in letters. Spreadsheets do not all find it by
/// themselves: LibreOffice leaves rows of a workbook that another program wrote one line high.
fn height<'t>(texts: impl Iterator<Item = (&'t str, f64)>) -> f64 {
    let n_lines = texts.map(|(text, width)| n_lines(text, width * LETTERS)).max().unwrap_or(1);
    (n_lines.max(1) as f64 * LINE).min(HIGHEST)
}

/// On how many lines a text stands that is wrapped between words.
fn n_lines(text: &str, width: f64) -> usize {
    let width = (width as usize).max(1);
    let of_line = |line: &str| {
        let (mut n, mut at) = (1, 0);
        for word in line.split(' ') {
            let length = word.chars().count();
            if at > 0 && at + length > width {
                (n, at) = (n + 1, 0);
            }
            // A word longer than a line is broken.
            (n, at) = (n + (at + length).saturating_sub(1) / width, (at + length).saturating_sub(1) % width + 2);
        }
        n
    };
    text.split('\n').map(of_line).sum()
}

fn codes(sheet: &mut Worksheet, frame: &Frame) -> Result<(), XlsxError> {
    let (head, body) = (head(), body());
    const WIDTHS: [(&str, f64); 5] =
        [("question", 34.), ("answers", 16.), ("code", 34.), ("definition", 90.), ("item", 34.)];
    for (n, (name, width)) in (0_u16..).zip(WIDTHS) {
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
        sheet.set_row_height(r, height(cells.iter().zip(WIDTHS).map(|(text, (_, width))| (*text, width))))?;
        for (n, text) in (0_u16..).zip(cells) {
            sheet.write_string_with_format(r, n, cut(text), &body)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_landscape().set_repeat_rows(0, 0)?.set_print_fit_to_pages(1, 0);
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
    let body = body().set_border(FormatBorder::None);
    sheet.set_column_width(0, 100)?;
    sheet.set_print_fit_to_pages(1, 0);
    for (r, line) in (0_u32..).zip(lines) {
        sheet.set_row_height(r, if r == 0 { 24. } else { height([(line, 100.)].into_iter()) + LINE / 2. })?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_as_high_as_their_texts() {
        let check =
            |text: &str, width: f64, expected: usize| assert_eq!(n_lines(text, width), expected, "{text:?} {width}");
        check("", 10., 1);
        check("ten letter", 10., 1);
        check("ten letters", 10., 2);
        check("one\ntwo\n", 10., 3);
        check("a word that goes on and on", 10., 3);
        check(&"x".repeat(25), 10., 3);
        assert_eq!(height([("aa bb", 2.), ("aa bb cc", 2.)].into_iter()), 3. * LINE);
        assert_eq!((height([].into_iter()), height([(&*"a ".repeat(99), 1.)].into_iter())), (LINE, HIGHEST));
    }
}
