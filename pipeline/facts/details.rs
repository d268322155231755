//! What a report's details tables and labelled lines say: rows of a table (`Local authority | Ellerby`), lines
//! (`LA: Ellerby`), and sections whose heading is a label. The words that labels consist of are in the lexicon.

use super::lexicon::Lexicon;
use super::lists::{Place, runs};
use super::tally::tally;
use super::words::Words;
use crate::extract::{Block, BlockKind, Report};
use crate::segment::Passage;
use crate::span::ByteSpan;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The value of a label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detail {
    /// The label as the report writes it.
    pub label: String,
    /// The value, white space single.
    pub value: String,
    /// Where the value stands.
    pub span: ByteSpan,
}

/// A labelled stretch of a report.
#[derive(Debug, Clone)]
pub(super) struct Field {
    /// What the label names, best first: keys of `[labels]`.
    pub names: Vec<String>,
    pub label: String,
    pub span: ByteSpan,
    pub kind: FieldKind,
}

/// How a stretch is labelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FieldKind {
    /// A table row's head, or the head of a table of one row.
    Row,
    /// A label and a colon in running text.
    Line,
    /// A heading.
    Section,
    /// The head of a table's column with several rows: the table's number, and the row.
    Column(u32, u32),
}

/// Finds the labelled stretches, in reading order.
pub(super) fn fields(report: &Report, passages: &[Passage], lexicon: &Lexicon) -> Vec<Field> {
    let mut fields = Vec::new();
    cells(report, lexicon, &mut fields);
    lines(report, passages, lexicon, &mut fields);
    sections(report, lexicon, &mut fields);
    fields.sort_by_key(|field| (field.span.start, field.span.end));
    fields
}

/// The details by name; of several values of one label the first counts.
pub(super) fn details(report: &Report, fields: &[Field]) -> BTreeMap<String, Detail> {
    let mut details = BTreeMap::new();
    for field in fields.iter().filter(|f| matches!(f.kind, FieldKind::Row | FieldKind::Line)) {
        let value = field.span.slice(&report.text).split_whitespace().collect::<Vec<_>>().join(" ");
        let long = value.chars().count() > MAX_VALUE_CHARS;
        for name in &field.names {
            if !long && name != "who" {
                let detail = Detail { label: field.label.clone(), value: value.clone(), span: field.span };
                details.entry(name.clone()).or_insert(detail);
            }
        }
    }
    details
}

/// Longer values are answers, not details.
const MAX_VALUE_CHARS: usize = 400;

fn cells(report: &Report, lexicon: &Lexicon, fields: &mut Vec<Field>) {
    // cells that head a column: what stands beside "School" there is another column's head, no value
    let heads: BTreeSet<u32> =
        report.blocks.iter().filter_map(|b| b.cell.as_ref()).flat_map(|c| c.column_head.iter().copied()).collect();
    let mut widths: BTreeMap<u32, u32> = BTreeMap::new();
    for cell in report.blocks.iter().filter_map(|b| b.cell.as_ref()) {
        let width = widths.entry(cell.table).or_default();
        *width = (*width).max(cell.column + 1);
    }
    let mut i = 0;
    while i < report.blocks.len() {
        let Some(cell) = &report.blocks[i].cell else {
            i += 1;
            continue;
        };
        let same = |b: &Block| {
            b.cell.as_ref().is_some_and(|c| (c.table, c.row, c.column) == (cell.table, cell.row, cell.column))
        };
        let end = (i..report.blocks.len()).find(|&k| !same(&report.blocks[k])).unwrap_or(report.blocks.len());
        let span = ByteSpan { start: report.blocks[i].span.start, end: report.blocks[end - 1].span.end };
        let row_label = text_of(report, &cell.row_head);
        let column_label = text_of(report, &cell.column_head);
        // a row without a head goes on with the row above
        if row_label.is_empty()
            && cell.column > 0
            && column_label.is_empty()
            && let Some(above) = fields.last_mut()
            && above.kind == FieldKind::Row
            && report.blocks[..i].last().is_some_and(|b| b.span.end == above.span.end)
        {
            above.span.end = span.end;
            i = end;
            continue;
        }
        let by_row = names(lexicon, &row_label);
        let first = u32::try_from(i).expect("a report has fewer than 2^32 blocks");
        let wide = widths.get(&cell.table).is_some_and(|&n| n > 2);
        let heading = heads.contains(&first) && (wide || by_row.iter().any(|name| name == "schools"));
        if heading && (wide || !says_school(&report.blocks[i], report, lexicon)) {
            i = end;
            continue;
        }
        if !by_row.is_empty() && cell.column > 0 {
            fields.push(Field { names: by_row, label: row_label, span, kind: FieldKind::Row });
        } else if !column_label.is_empty() {
            let by_column = names(lexicon, &column_label);
            if !by_column.is_empty() {
                let kind = FieldKind::Column(cell.table, cell.row);
                fields.push(Field { names: by_column, label: column_label, span, kind });
            }
        }
        i = end;
    }
}

/// Whether a cell in the first row, taken for a head, is after all the value of `Schools`: it holds a school's name or a
/// number.
fn says_school(block: &Block, report: &Report, lexicon: &Lexicon) -> bool {
    let mut words = Words::default();
    words.read(&report.text, block.span.range().start, block.span.range().end, lexicon);
    runs(&words, Place::Label).first().map(tally).is_some_and(|t| t.said || t.n_names > 0)
}

fn text_of(report: &Report, blocks: &[u32]) -> String {
    let texts = blocks.iter().filter_map(|&b| report.blocks.get(b as usize)).map(|b| b.span.slice(&report.text));
    texts.collect::<Vec<_>>().join(" ")
}

fn names(lexicon: &Lexicon, label: &str) -> Vec<String> {
    if label.len() > MAX_LABEL_BYTES {
        return Vec::new();
    }
    lexicon.labels(label).into_iter().map(str::to_owned).collect()
}

/// A label is a few words.
const MAX_LABEL_BYTES: usize = 120;

/// `Schools: six primaries.` at the start of a passage or of a line in it; the value ends with the passage or line.
fn lines(report: &Report, passages: &[Passage], lexicon: &Lexicon, fields: &mut Vec<Field>) {
    for passage in passages {
        let Some(block) = report.blocks.get(passage.block as usize) else { continue };
        if block.kind.is_heading() {
            continue;
        }
        let mut at = passage.span.start as usize;
        for line in passage.span.slice(&report.text).split('\n') {
            if let Some((label, value)) = split_label(line) {
                let names = names(lexicon, label);
                if !names.is_empty() {
                    let end = at + line.trim_end().len();
                    let start = end - value.len();
                    let label = label.to_owned();
                    fields.push(Field { names, label, span: ByteSpan::new(start, end), kind: FieldKind::Line });
                }
            }
            at += line.len() + 1;
        }
    }
}

/// Label and value of `Label: value`, `Label – value`, `Label<tab>value`.
fn split_label(line: &str) -> Option<(&str, &str)> {
    let head = line.char_indices().nth(MAX_LINE_LABEL_CHARS).map_or(line, |(i, _)| &line[..i]);
    let split = |mark: &str| head.find(mark).map(|i| (&line[..i], line[i + mark.len()..].trim()));
    let (label, value) = [": ", ":\t", "\t", " – ", " - ", " — "].into_iter().find_map(split)?;
    (!value.is_empty() && label.split_whitespace().count() <= MAX_LINE_LABEL_WORDS).then_some((label, value))
}

const MAX_LINE_LABEL_CHARS: usize = 60;
const MAX_LINE_LABEL_WORDS: usize = 6;

/// The first blocks under a heading that is a label.
fn sections(report: &Report, lexicon: &Lexicon, fields: &mut Vec<Field>) {
    for (i, heading) in report.blocks.iter().enumerate() {
        if !heading.kind.is_heading() || heading.kind == BlockKind::Title || heading.span.len() > MAX_LABEL_BYTES {
            continue;
        }
        let label = heading.span.slice(&report.text);
        let names = names(lexicon, label);
        if names.is_empty() {
            continue;
        }
        let body: Vec<&Block> = report.blocks[i + 1..]
            .iter()
            .take_while(|b| !b.kind.is_heading() && b.cell.is_none())
            .take(MAX_SECTION_BLOCKS)
            .collect();
        // a list counts as one value; running text as its first paragraph
        let listed = body.iter().take_while(|b| matches!(b.kind, BlockKind::ListItem(_))).count();
        let Some(last) = body.get(listed.max(1) - 1) else { continue };
        let span = ByteSpan { start: body[0].span.start, end: last.span.end };
        if span.len() <= MAX_SECTION_BYTES {
            fields.push(Field { names, label: label.to_owned(), span, kind: FieldKind::Section });
        }
    }
}

const MAX_SECTION_BLOCKS: usize = 15;
const MAX_SECTION_BYTES: usize = 1500;
