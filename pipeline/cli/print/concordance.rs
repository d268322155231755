//! What `search` found as a concordance: a line for each place that was found, with what stands around it (keyword in context).

use super::Results;
use super::vignettes::{cited, plain};
use codeframe::document::{Block, Column, Document, Inline, Row, Table, Text};
use codeframe::sheet::harmless;
use codeframe::vignette::{Vignette, Vignettes};
use serde::Serialize;
use std::io::{self, Write};

/// Letters on either side that fit into a line of a terminal, or of a page.
const SIDE: usize = 45;
/// The same where there is room.
const WIDE_SIDE: usize = 100;

/// A place that was found; of a passage without such a place its beginning.
#[derive(Serialize)]
struct Place<'f> {
    /// The passage's number in the answer, from 1.
    number: usize,
    report: &'f str,
    citation: &'f str,
    file: &'f str,
    /// The passage's place in the report's text, in bytes.
    start: u32,
    left: String,
    keyword: String,
    right: String,
}

fn places(found: &Vignettes, side: usize) -> impl Iterator<Item = Place<'_>> {
    (1..).zip(&found.vignettes).flat_map(move |(number, vignette)| of_passage(number, vignette, side))
}

fn of_passage(number: usize, vignette: &Vignette, side: usize) -> Vec<Place<'_>> {
    let text = format!("{}{}{}", vignette.before, vignette.text, vignette.after);
    let from = vignette.before.len();
    let mut spans: Vec<(usize, usize)> =
        vignette.highlights.iter().map(|span| (from + span.range().start, from + span.range().end)).collect();
    if spans.is_empty() {
        spans.push((from, from));
    }
    let place = |(start, end): (usize, usize)| {
        let left: Vec<char> = plain(&format!("x{}", &text[..start])).chars().skip(1).collect();
        let gap = if text[..start].ends_with(char::is_whitespace) { " " } else { "" };
        let left: String = left[left.len().saturating_sub(side - gap.len())..].iter().collect();
        Place {
            number,
            report: &vignette.report,
            citation: &vignette.citation,
            file: &vignette.path,
            start: vignette.span.start,
            left: format!("{left}{gap}"),
            keyword: plain(&text[start..end]),
            right: plain(&format!("x{}", &text[end..])).chars().skip(1).take(side).collect(),
        }
    };
    spans.into_iter().map(place).collect()
}

/// The places below each other, what was found in the middle and on a terminal bold.
pub fn text(out: &mut Results, found: &Vignettes) -> io::Result<()> {
    let bold = out.is_bold();
    let width = found.vignettes.iter().map(|v| v.report.chars().count()).max().unwrap_or(0);
    for Place { number, report, left, keyword, right, .. } in places(found, SIDE) {
        let keyword = if bold { format!("\u{1b}[1m{keyword}\u{1b}[0m") } else { keyword };
        writeln!(out, "{:>4} {report:width$}  {left:>SIDE$}{keyword}{right}", format!("[{number}]"))?;
    }
    out.flush()
}

/// A row a place.
pub fn csv(out: &mut impl Write, found: &Vignettes) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(["number", "citation", "report", "file", "start", "left", "keyword", "right"])?;
    for Place { number, citation, report, file, start, left, keyword, right } in places(found, WIDE_SIDE) {
        let (number, start) = (number.to_string(), start.to_string());
        let row = [&number, citation, report, file, &start, &left, &keyword, &right];
        table.write_record(row.map(|cell| harmless(cell).into_owned()))?;
    }
    table.flush()
}

#[derive(Serialize)]
struct Printed<'f> {
    query: &'f str,
    /// All passages that match, also those not printed.
    n_passages: usize,
    places: Vec<Place<'f>>,
}

/// An object with the query and the places.
pub fn json(out: &mut impl Write, query: &str, found: &Vignettes) -> io::Result<()> {
    let places = places(found, WIDE_SIDE).collect();
    super::json_to(out, &Printed { query, n_passages: found.n_passages, places })
}

/// A table of the places under title and subtitle of `document`.
pub fn document(document: Document, found: &Vignettes) -> Document {
    let row = |place: Place<'_>| {
        let runs = [Inline::Plain(place.left), Inline::Marked(place.keyword), Inline::Plain(place.right)];
        let runs = runs.into_iter().filter(|run| !Text(vec![run.clone()]).plain().is_empty());
        Row::Cells(vec![plain(&cited(place.citation, place.report)).into(), Text(runs.collect())])
    };
    let table = Table {
        caption: "What was found, in context".into(),
        columns: vec![Column::words("Source"), Column::words("In context")],
        rows: places(found, SIDE).map(row).collect(),
        notes: Vec::new(),
    };
    Document { blocks: vec![Block::Table(table)], ..document }
}
