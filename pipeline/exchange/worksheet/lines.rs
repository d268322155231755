//! The table of items as CSV and as JSON lines.

use super::items::{Asked, Cell};
use serde_json::{Value, json};

/// A table as CSV. The byte order mark tells Excel that it is UTF-8; other programs pass over it.
pub(super) fn csv_of(columns: &[&str], rows: &[Vec<Cell>]) -> Vec<u8> {
    let mut bytes = "\u{feff}".as_bytes().to_vec();
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(&mut bytes);
    let text = |cell: &Cell| match cell {
        Cell::Text(text) => inert(text),
        Cell::Number(number) => number.to_string(),
    };
    writer.write_record(columns).expect("memory takes it");
    for row in rows {
        writer.write_record(row.iter().map(text)).expect("memory takes it");
    }
    writer.flush().expect("memory takes it");
    drop(writer);
    bytes
}

/// A spreadsheet runs a cell of a CSV that begins like a formula. Reports come from others; what they wrote is text.
fn inert(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if is_formula { format!("'{text}") } else { text.to_owned() }
}

/// An item as a line of JSON: the line of the queue and what is to be filled in.
pub(super) fn json_of(asked: &Asked<'_>, reviewer: Option<&str>) -> Vec<u8> {
    let line = asked.line;
    let mut value = if asked.is_blind {
        json!({
            "v": line.v, "id": line.id, "report": line.report, "question": line.question, "title": line.title,
            "select": line.select, "code": line.code, "label": line.label, "definition": line.definition,
            "definition_hash": line.definition_hash, "blind": true,
        })
    } else {
        serde_json::to_value(line).expect("a queue line always has a text")
    };
    if let Some(pi) = asked.pi.filter(|_| !asked.is_blind) {
        value["pi"] = pi.into();
    }
    if let Some(reviewer) = reviewer {
        value["reviewer"] = reviewer.into();
    }
    for key in ["verdict", "note", "passage"] {
        value[key] = Value::String(String::new());
    }
    let mut bytes = serde_json::to_vec(&value).expect("plain data always has a text");
    bytes.push(b'\n');
    bytes
}
