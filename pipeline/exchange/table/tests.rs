//! One contract for all forms: what is read back by another reader is what was written.

use super::*;
use ::parquet::file::reader::{FileReader, SerializedFileReader};
use ::parquet::record::Field;
use calamine::{Data, Reader, Xlsx};
use proptest::prelude::*;
use std::io::Cursor;

fn columns() -> Vec<Column> {
    vec![Column::text("=name"), Column::number("share"), Column::whole("n")]
}

fn write(mut table: Box<dyn Table + '_>, rows: &[Vec<Cell<'_>>]) {
    rows.iter().for_each(|row| table.row(row).expect("memory can be written"));
    table.finish().expect("memory can be written");
}

/// Each cell as a text that tells its type: `t:` a text, `n:` a number, nothing where blank.
fn told(rows: &[Vec<Cell<'_>>]) -> Vec<Vec<String>> {
    let cell = |cell: &Cell<'_>| match cell {
        Cell::Text(text) if text.is_empty() => String::new(),
        Cell::Text(text) => format!("t:{text}"),
        Cell::Number(number) => format!("n:{number}"),
        Cell::Whole(number) => format!("n:{number}"),
        Cell::Blank => String::new(),
    };
    rows.iter().map(|row| row.iter().map(cell).collect()).collect()
}

fn from_workbook(rows: &[Vec<Cell<'_>>]) -> Vec<Vec<String>> {
    let mut bytes = Vec::new();
    write(Box::new(Workbook::new("t", &columns(), &mut bytes).expect("it has few columns")), rows);
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).expect("it is a workbook");
    assert!(book.worksheet_formula("t").expect("the sheet is there").is_empty(), "no formula");
    let range = book.worksheet_range("t").expect("the sheet is there");
    let cell = |cell: &Data| match cell {
        Data::String(text) => format!("t:{text}"),
        Data::Float(number) => format!("n:{number}"),
        Data::Int(number) => format!("n:{number}"),
        _ => String::new(),
    };
    let mut read: Vec<Vec<String>> = range.rows().map(|row| row.iter().map(cell).collect()).collect();
    assert_eq!(read.remove(0), ["t:=name", "t:share", "t:n"]);
    read
}

fn from_parquet(rows: &[Vec<Cell<'_>>]) -> Vec<Vec<String>> {
    let mut file = tempfile::tempfile().expect("a file can be made");
    write(Box::new(Parquet::new(&columns(), &mut file).expect("the file can be written")), rows);
    let reader = SerializedFileReader::new(file).expect("it is Parquet");
    let cell = |field: &Field| match field {
        Field::Str(text) if text.is_empty() => String::new(),
        Field::Str(text) => format!("t:{text}"),
        Field::Double(number) => format!("n:{number}"),
        Field::Long(number) => format!("n:{number}"),
        _ => String::new(),
    };
    let rows = reader.get_row_iter(None).expect("rows can be read");
    rows.map(|row| row.expect("a row can be read").get_column_iter().map(|(_, field)| cell(field)).collect()).collect()
}

fn rows() -> Vec<Vec<Cell<'static>>> {
    vec![
        vec!["=1+1".into(), Cell::Number(0.25), Cell::Whole(3)],
        vec!["Mums “came”,\nand left".into(), Cell::Blank, Cell::Blank],
        vec![Cell::Blank, Cell::Number(-1.5), Cell::Whole(0)],
    ]
}

#[test]
fn what_is_written_is_read_back() {
    assert_eq!(from_workbook(&rows()), told(&rows()));
    assert_eq!(from_parquet(&rows()), told(&rows()));
    assert_eq!(from_parquet(&[]), Vec::<Vec<String>>::new());
}

#[test]
fn csv_is_harmless() {
    let mut bytes = Vec::new();
    write(Box::new(Rows::new(&columns(), &mut bytes).expect("memory can be written")), &rows());
    let text = String::from_utf8(bytes).expect("it is text");
    assert_eq!(text, "'=name,share,n\n'=1+1,0.25,3\n\"Mums “came”,\nand left\",,\n,-1.5,0\n");
}

#[test]
fn the_same_table_has_the_same_bytes() {
    let bytes = || {
        let mut bytes = Vec::new();
        write(Box::new(Workbook::new("t", &columns(), &mut bytes).expect("it has few columns")), &rows());
        bytes
    };
    assert_eq!(bytes(), bytes());
}

#[test]
fn a_sheet_cannot_have_any_number_of_columns() {
    let columns: Vec<Column> = (0..16_385).map(|n| Column::whole(n.to_string())).collect();
    let refused = Workbook::new("t", &columns, Vec::new()).err().expect("it is refused");
    assert_eq!(refused.to_string(), "a spreadsheet has at most 16384 columns, and there are 16385");
    assert_eq!(refused.hint().as_deref(), Some("choose --format csv or parquet"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_text_survives(texts in prop::collection::vec("[\\PC\n\t=+@'\"]{0,40}", 1..5), numbers in prop::collection::vec(-1e6..1e6_f64, 5)) {
        let rows: Vec<Vec<Cell<'_>>> = texts
            .iter()
            .zip(&numbers)
            .map(|(text, number)| vec![Cell::from(text.as_str()), Cell::Number(*number), Cell::Whole(*number as i64)])
            .collect();
        prop_assert_eq!(from_parquet(&rows), told(&rows));
        prop_assert_eq!(from_workbook(&rows), told(&rows));
    }
}
