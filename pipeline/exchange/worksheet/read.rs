//! A filled table comes in, in any of its forms; its rows go out, each with its number in the file and what stands in the
//! columns that matter, found by their names wherever they stand.

use super::{Error, Form};
use crate::fault::Fault;
use crate::sheet::Sheet;
use calamine::{Data, Reader, open_workbook_auto_from_rs};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Cursor;

/// Rows above the header that people may have put in.
const MOST_ABOVE: usize = 20;

/// A row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Row {
    /// Its number in the sheet, or the line of the file, from 1.
    pub number: u32,
    /// What stands in it by the name of the column, trimmed; empty cells are left out.
    cells: BTreeMap<String, String>,
}

impl Row {
    /// What stands in a column; empty when nothing does.
    pub fn of(&self, column: &str) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }
}

/// Reads the rows; `name` is the path that errors show. Faults are of rows that could not be read at all.
pub(super) fn read(name: &str, bytes: Vec<u8>, form: Form) -> Result<(Vec<Row>, Vec<Fault>), Error> {
    match form {
        Form::Xlsx | Form::OtherWorkbook => Ok((workbook(name, bytes)?, Vec::new())),
        Form::JsonLines => Ok(json_lines(name, &bytes)),
        Form::Csv => {
            let (sheet, faults) = Sheet::read(name, &bytes);
            let columns: Vec<String> = sheet.columns.iter().map(|column| column_name(column)).collect();
            if !is_header(&columns) {
                return Err(Error::NoColumns { path: name.to_owned() });
            }
            Ok((sheet.rows.into_iter().map(|row| row_of(row.line, &columns, row.cells)).collect(), faults))
        }
    }
}

/// Names of columns as they are compared: letter case, blanks and underscores do not count.
fn column_name(text: &str) -> String {
    text.trim().to_lowercase().replace('_', " ")
}

fn is_header(columns: &[String]) -> bool {
    ["id", "verdict"].iter().all(|needed| columns.iter().any(|column| column == needed))
}

fn row_of(number: u32, columns: &[String], cells: Vec<String>) -> Row {
    let mut row = Row { number, cells: BTreeMap::new() };
    for (column, cell) in columns.iter().zip(cells) {
        let cell = cell.trim();
        if !cell.is_empty() && !column.is_empty() {
            // Of two columns with one name the first.
            row.cells.entry(column.clone()).or_insert_with(|| cell.to_owned());
        }
    }
    row
}

fn workbook(name: &str, bytes: Vec<u8>) -> Result<Vec<Row>, Error> {
    let fail = |error: &dyn std::fmt::Display| Error::NoWorkbook { path: name.to_owned(), reason: error.to_string() };
    let mut workbook = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|error| fail(&error))?;
    for sheet in workbook.sheet_names() {
        let range = workbook.worksheet_range(&sheet).map_err(|error| fail(&error))?;
        let first = range.start().map_or(0, |(row, _)| row);
        let texts = |row: &[Data]| row.iter().map(text_of).collect::<Vec<String>>();
        let mut rows = (first + 1..).zip(range.rows());
        let header = rows.by_ref().take(MOST_ABOVE).map(|(_, row)| row).find_map(|row| {
            let columns: Vec<String> = texts(row).iter().map(|column| column_name(column)).collect();
            is_header(&columns).then_some(columns)
        });
        if let Some(columns) = header {
            let filled = rows.map(|(number, row)| row_of(number, &columns, texts(row)));
            return Ok(filled.filter(|row| !row.cells.is_empty()).collect());
        }
    }
    Err(Error::NoColumns { path: name.to_owned() })
}

fn text_of(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        cell => cell.to_string(),
    }
}

fn json_lines(name: &str, bytes: &[u8]) -> (Vec<Row>, Vec<Fault>) {
    let (mut rows, mut faults) = (Vec::new(), Vec::new());
    for (number, line) in (1_u32..).zip(bytes.split(|byte| *byte == b'\n')) {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let place = crate::fault::Place { path: name.to_owned(), line: number, column: 1 };
        let object: serde_json::Map<String, Value> = match serde_json::from_slice(line) {
            Ok(object) => object,
            Err(error) => {
                let cause = error.to_string().replace(" at line 1 column ", " at column ");
                faults.push(Fault::error(place, format!("the line is no JSON object: {cause}")));
                continue;
            }
        };
        let mut row = Row { number, cells: BTreeMap::new() };
        let text = |value: &Value| match value {
            Value::Null => String::new(),
            Value::String(text) => text.trim().to_owned(),
            Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
            value => value.to_string(),
        };
        for key in ["id", "verdict", "note", "passage", "report", "reviewer"] {
            row.cells.extend(object.get(key).map(text).filter(|text| !text.is_empty()).map(|t| (key.to_owned(), t)));
        }
        if let (Some(question), Some(code)) = (object.get("question"), object.get("code")) {
            row.cells.insert("item".to_owned(), format!("{}/{}", text(question), text(code)));
        }
        if let Some(hash) = object.get("definition_hash") {
            row.cells.insert("definition hash".to_owned(), text(hash));
        }
        let asked = match (object.get("blind"), object.get("proposal")) {
            (Some(Value::Bool(true)), _) => Some(super::BLIND.to_owned()),
            (_, Some(proposal)) => {
                let mut asked = serde_json::json!({ "proposal": proposal });
                if let Some(pi) = object.get("pi") {
                    asked["pi"] = pi.clone();
                }
                Some(asked.to_string())
            }
            _ => None,
        };
        row.cells.extend(asked.map(|asked| ("asked".to_owned(), asked)));
        rows.push(row);
    }
    (rows, faults)
}
