//! A table that people keep in a spreadsheet and save as CSV (metadata, codebooks) comes in; its columns and rows with
//! line numbers go out. Reads what spreadsheets really write: `,`, `;` or tabs, a byte order mark, Windows-1252, blank
//! rows, blanks around cells.

mod quotes;

use crate::fault::{Fault, Place, nearest};
use quotes::{Unclosed, unclosed};
use std::borrow::Cow;

/// How a column is written where it is typed: `Local authority` becomes `local_authority`.
pub fn column_key(name: &str) -> String {
    let words: Vec<String> =
        name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    words.join("_")
}

/// The column that a name stands for: the one that is called so, or else the only one of the same [`column_key`].
///
/// ```
/// use codeframe::sheet::column_named;
/// let columns = ["id", "Local authority"];
/// assert_eq!(column_named("local_authority", columns), Some("Local authority"));
/// assert_eq!(column_named("authority", columns), None);
/// ```
pub fn column_named<'c>(name: &str, columns: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let mut alike = Vec::new();
    let key = column_key(name);
    for column in columns {
        if column == name {
            return Some(column);
        }
        if column_key(column) == key {
            alike.push(column);
        }
    }
    if let [only] = alike[..] { Some(only) } else { None }
}

/// A table with a header row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The name of the file, for places.
    pub path: String,
    /// The header row, as written.
    pub columns: Vec<String>,
    /// The rows below it that hold anything; each has as many cells as there are columns.
    pub rows: Vec<Row>,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The line of the file that it starts on, from 1.
    pub line: u32,
    /// Its cells, trimmed.
    pub cells: Vec<String>,
}

impl Sheet {
    /// Reads a file's bytes. Rows that are too long or too short are faults and left out. After a quotation mark that
    /// nobody closed nothing can be told from text, so then there are no rows at all.
    pub fn read(path: &str, bytes: &[u8]) -> (Sheet, Vec<Fault>) {
        let mut faults = Vec::new();
        let text = decode(path, bytes, &mut faults);
        let separator = delimiter(&text);
        let mut lines = Lines { text: &text, line: 1, counted: 0 };
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let mut sheet = Sheet { path: path.to_owned(), columns: Vec::new(), rows: Vec::new() };
        if let Some(Unclosed { line, column, message }) = unclosed(&text, separator) {
            sheet.columns = reader
                .records()
                .next()
                .and_then(Result::ok)
                .map_or_else(Vec::new, |header| header.iter().map(str::to_owned).collect());
            let hint = "close it, and double each quotation mark that is part of a cell's text (`\"\"`)".to_owned();
            faults.push(Fault::error(Place { path: path.to_owned(), line, column }, message).hint(Some(hint)));
            return (sheet, faults);
        }
        for record in reader.records() {
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    let line = error.position().map_or(1, |at| narrow(at.line()));
                    faults.push(Fault::error(sheet.place(line), error.to_string()));
                    break;
                }
            };
            let cells: Vec<String> = record.iter().map(str::to_owned).collect();
            let line = record.position().map_or(1, |at| lines.of(at.byte()));
            if cells.iter().all(String::is_empty) {
                continue;
            }
            if sheet.columns.is_empty() {
                sheet.columns = cells;
                sheet.check_columns(line, &mut faults);
            } else {
                sheet.rows.extend(sheet.fit(line, cells, &mut faults));
            }
        }
        (sheet, faults)
    }

    /// The place of a row: its line.
    pub fn place(&self, line: u32) -> Place {
        Place { path: self.path.clone(), line, column: 1 }
    }

    /// The position of the column with one of these names, letter case aside.
    pub fn column(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.columns.iter().position(|column| column.eq_ignore_ascii_case(name)))
    }

    /// The hint for a column that is not there: to rename the one that seems to be it.
    pub fn near_column(&self, name: &str) -> Option<String> {
        let near = nearest(name, self.columns.iter().map(String::as_str))?;
        Some(format!("rename the column `{near}` if it is meant"))
    }

    fn check_columns(&self, line: u32, faults: &mut Vec<Fault>) {
        for (n, column) in self.columns.iter().enumerate() {
            if column.is_empty() {
                faults.push(Fault::error(self.place(line), format!("column {} has no name", n + 1)));
            } else if self.columns[..n].iter().any(|earlier| earlier.eq_ignore_ascii_case(column)) {
                faults.push(Fault::error(self.place(line), format!("column `{column}` stands twice")));
            }
        }
    }

    /// Fills a short row with empty cells and drops empty cells past the last column, as spreadsheets leave them.
    fn fit(&self, line: u32, mut cells: Vec<String>, faults: &mut Vec<Fault>) -> Option<Row> {
        let wanted = self.columns.len();
        if cells.len() > wanted && cells[wanted..].iter().any(|cell| !cell.is_empty()) {
            let message = format!("{} cells in a table of {wanted} columns", cells.len());
            let hint = "put a cell that holds the separator in quotation marks".to_owned();
            faults.push(Fault::error(self.place(line), message).hint(Some(hint)));
            return None;
        }
        cells.resize(wanted, String::new());
        Some(Row { line, cells })
    }
}

fn decode(path: &str, bytes: &[u8], faults: &mut Vec<Fault>) -> String {
    let place = Place { path: path.to_owned(), line: 1, column: 1 };
    if let Some((encoding, skip)) = encoding_rs::Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[skip..]).0.into_owned();
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => {
            faults.push(Fault::warning(place, "the file is not UTF-8; it was read as Windows-1252"));
            encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned()
        }
    }
}

/// The separator that stands most often in the first line that holds anything, outside quotation marks.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in first.bytes() {
        quoted ^= byte == b'"';
        if let Some((_, n)) = counts.iter_mut().find(|(delimiter, _)| *delimiter == byte && !quoted) {
            *n += 1;
        }
    }
    let most = counts.iter().rev().max_by_key(|(_, n)| *n).expect("there are three");
    most.0
}

/// Counts lines along the text, so that a long table is gone through once. csv's own count gives blank lines before a
/// record to the record; people count to the first cell.
struct Lines<'t> {
    text: &'t str,
    line: u32,
    counted: usize,
}

impl Lines<'_> {
    /// The line of the record at a byte; records come in order.
    fn of(&mut self, byte: u64) -> u32 {
        let start = usize::try_from(byte).unwrap_or(usize::MAX).clamp(self.counted, self.text.len());
        let rest = &self.text[start..];
        let first = start + rest.len() - rest.trim_start_matches(['\r', '\n']).len();
        self.line += narrow(self.text[self.counted..first].matches('\n').count() as u64);
        self.counted = first;
        self.line
    }
}

fn narrow(n: u64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// A text as a cell of a table that spreadsheets open: one that they would take for a formula (it begins with `=`, `+`,
/// `-`, `@`, a tab or a carriage return) gets an apostrophe before it, as OWASP advises; a plain number stays.
///
/// ```
/// use codeframe::sheet::harmless;
/// assert_eq!(harmless("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
/// assert_eq!((harmless("-0.5"), harmless("Mums came.")), ("-0.5".into(), "Mums came.".into()));
/// ```
pub fn harmless(cell: &str) -> Cow<'_, str> {
    let is_risky = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
    if is_risky { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(bytes: &[u8], columns: &[&str], rows: &[(u32, &[&str])], faults: &[&str]) {
        let (sheet, found) = Sheet::read("t.csv", bytes);
        assert_eq!(sheet.columns, columns);
        let read: Vec<(u32, Vec<&str>)> =
            sheet.rows.iter().map(|row| (row.line, row.cells.iter().map(String::as_str).collect())).collect();
        assert_eq!(read, rows.iter().map(|(line, cells)| (*line, cells.to_vec())).collect::<Vec<_>>());
        assert_eq!(found.iter().map(ToString::to_string).collect::<Vec<_>>(), faults);
    }

    #[test]
    fn what_spreadsheets_write_is_read() {
        check(b"a,b\n1,2\n", &["a", "b"], &[(2, &["1", "2"])], &[]);
        check(b"\xef\xbb\xbfa;b\r\n1,5;2\r\n", &["a", "b"], &[(2, &["1,5", "2"])], &[]);
        check(b"a\tb\n1\t\n", &["a", "b"], &[(2, &["1", ""])], &[]);
        check(b"a,b\n\"x\ny\",2\n\n ,\n3\n", &["a", "b"], &[(2, &["x\ny", "2"]), (6, &["3", ""])], &[]);
        check(b"a,b\n1,2,,\n", &["a", "b"], &[(2, &["1", "2"])], &[]);
        check(b"", &[], &[], &[]);
        check(
            b"a,b\n\"x \"\"y\"\" z\",5\" tape\n\"p\"q,2\n",
            &["a", "b"],
            &[(2, &["x \"y\" z", "5\" tape"]), (3, &["pq", "2"])],
            &[],
        );
    }

    #[test]
    fn a_quotation_mark_that_nobody_closed_is_said_and_no_row_is_lost_in_silence() {
        let open = "t.csv:3:3: a quotation mark opens here and is not closed";
        check(b"a,b\n1,2\n3,\"4\n5,6\n", &["a", "b"], &[], &[open]);
        let later = "t.csv:2:1: a quotation mark opens here and is closed on line 4, where another cell begins";
        check(b"a,b\n\"1,2\n3,4\n5,\"6\"\n", &["a", "b"], &[], &[later]);
        let rows = "7,8\n".repeat(150);
        let long = "t.csv:2:3: a quotation mark opens here and is closed 151 lines below";
        check(format!("a,b\n1,\"2\n{rows}3\",4\n").as_bytes(), &["a", "b"], &[], &[long]);
    }

    proptest! {
        /// Whatever bytes a file holds, its rows are as wide as its header and its faults lie in it.
        #[test]
        fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let (sheet, faults) = Sheet::read("t.csv", &bytes);
            prop_assert!(sheet.rows.iter().all(|row| row.cells.len() == sheet.columns.len()));
            let n_lines = bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() + 1;
            let lines = sheet.rows.iter().map(|row| row.line).chain(faults.iter().map(|fault| fault.place.line));
            prop_assert!(lines.into_iter().all(|line| line >= 1 && line as usize <= n_lines.max(300)));
        }

        /// What a spreadsheet would write of a table comes back as it was, with the right line numbers.
        #[test]
        fn a_written_table_is_read_back(
            cells in prop::collection::vec(prop::collection::vec("[a-z ,;\"\n]{1,8}", 3), 1..8),
            separator in prop::sample::select(vec![b',', b';', b'\t']),
        ) {
            let mut writer = csv::WriterBuilder::new().delimiter(separator).from_writer(Vec::new());
            writer.write_record(["one", "two", "three"]).expect("memory takes it");
            cells.iter().for_each(|row| writer.write_record(row).expect("memory takes it"));
            let bytes = writer.into_inner().expect("memory takes it");
            let (sheet, faults) = Sheet::read("t.csv", &bytes);
            prop_assert_eq!(faults, vec![]);
            let read: Vec<_> = sheet.rows.iter().map(|row| row.cells.clone()).collect();
            let trimmed = |row: &Vec<String>| row.iter().map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
            let written: Vec<_> = cells.iter().map(trimmed).filter(|row| row.iter().any(|cell| !cell.is_empty())).collect();
            prop_assert_eq!(read, written);
        }
    }

    #[test]
    fn oddities_are_said() {
        let latin = "t.csv:1:1: the file is not UTF-8; it was read as Windows-1252";
        check(b"a\n\xe9\n", &["a"], &[(2, &["é"])], &[latin]);
        check(b"a,b\n1,2,3\n4,5\n", &["a", "b"], &[(3, &["4", "5"])], &["t.csv:2:1: 3 cells in a table of 2 columns"]);
        check(
            b"a,,A\n",
            &["a", "", "A"],
            &[],
            &["t.csv:1:1: column 2 has no name", "t.csv:1:1: column `A` stands twice"],
        );
    }
}
