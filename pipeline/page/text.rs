//! A report becomes what a template can draw: headings, paragraphs, lists and tables, each cut into passages and what is
//! between them, with marks on some passages. The text between the tags of a passage is exactly the report's, so that
//! the script can tell the byte at which a selection starts.

use crate::coding::Content;
use crate::extract::{Block, BlockKind};
use crate::segment::Passage;
use crate::span::ByteSpan;
use serde::Serialize;
use std::collections::BTreeMap;
use std::ops::Range;

/// How a passage is marked.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Mark {
    /// Class of its style.
    pub class: String,
    /// What it is called by those who do not see the colour.
    pub name: String,
    /// Words in it that are set off.
    #[serde(skip)]
    pub words: Vec<String>,
    /// Codes that it carries.
    pub tags: Vec<Tag>,
}

/// A code beside a passage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tag {
    pub label: String,
    pub address: String,
    pub class: String,
}

/// Something drawn by itself.
#[derive(Debug, Default, Serialize)]
pub struct Piece {
    /// `heading`, `paragraph`, `item`, `note`, `box`, `table` or `gap`.
    pub kind: &'static str,
    /// Of a heading 2 to 6, of a list item its depth.
    pub level: u8,
    pub marker: Option<String>,
    pub runs: Vec<Run>,
    /// Of a table.
    pub rows: Vec<Row>,
}

#[derive(Debug, Default, Serialize)]
pub struct Row {
    pub cells: Vec<TableCell>,
}

#[derive(Debug, Default, Serialize)]
pub struct TableCell {
    /// Whether it labels its row.
    pub is_head: bool,
    /// Columns that it covers.
    pub span: u32,
    /// The paragraphs in it.
    pub blocks: Vec<Vec<Run>>,
}

/// A stretch of text: a passage, or what is between two.
#[derive(Debug, Serialize)]
pub struct Run {
    /// `start-end` of a passage, in bytes; empty between passages.
    pub at: String,
    pub start: u32,
    /// The first words of a passage, by which its box is called.
    pub first_words: String,
    pub parts: Vec<Part>,
    pub mark: Option<Mark>,
}

#[derive(Debug, Serialize)]
pub struct Part {
    pub text: String,
    pub is_set_off: bool,
}

/// Cuts a report into pieces; of the blocks those that `shows`, with a gap where some are left out.
pub fn pieces(content: &Content, marks: &BTreeMap<u32, Mark>, shows: &dyn Fn(u32) -> bool) -> Vec<Piece> {
    let of_block = passages_of_blocks(content);
    let runs = |number: usize| runs(content, number, of_block[number].clone(), marks);
    let blocks = &content.report.blocks;
    let mut pieces: Vec<Piece> = Vec::new();
    let mut number = 0;
    while number < blocks.len() {
        let block = &blocks[number];
        let table = block.cell.as_ref().map(|cell| cell.table);
        let same = |block: &Block| block.cell.as_ref().map(|cell| cell.table) == table;
        let end = match table {
            Some(_) => blocks[number..].iter().position(|block| !same(block)).map_or(blocks.len(), |n| number + n),
            None => number + 1,
        };
        let shown: Vec<usize> = (number..end).filter(|n| shows(*n as u32)).collect();
        if shown.len() < end - number && pieces.last().is_none_or(|last| last.kind != "gap") {
            pieces.push(Piece { kind: "gap", ..Piece::default() });
        }
        if table.is_some() && !shown.is_empty() {
            pieces.push(Piece { kind: "table", rows: rows(blocks, &shown, &runs), ..Piece::default() });
        } else if !shown.is_empty() {
            let (kind, level) = kind(block.kind);
            pieces.push(Piece {
                kind,
                level,
                marker: block.marker.as_deref().map(|marker| marker.to_string()),
                runs: runs(number),
                ..Piece::default()
            });
        }
        number = end;
    }
    pieces
}

fn kind(kind: BlockKind) -> (&'static str, u8) {
    match kind {
        // The page's own title is the first heading.
        BlockKind::Title => ("heading", 2),
        BlockKind::Heading(level) | BlockKind::LooksLikeHeading(level) => ("heading", (level + 1).clamp(2, 6)),
        BlockKind::ListItem(depth) => ("item", depth.min(5)),
        BlockKind::Note => ("note", 0),
        BlockKind::TextBox => ("box", 0),
        BlockKind::Paragraph | BlockKind::Cell => ("paragraph", 0),
    }
}

/// The rows of a table in which some blocks are shown.
fn rows(blocks: &[Block], shown: &[usize], runs: &dyn Fn(usize) -> Vec<Run>) -> Vec<Row> {
    let mut rows: BTreeMap<u32, BTreeMap<u32, TableCell>> = BTreeMap::new();
    let heads: Vec<u32> = shown
        .iter()
        .filter_map(|n| blocks[*n].cell.as_ref())
        .flat_map(|cell| cell.row_head.iter().chain(cell.column_head.iter()).copied())
        .collect();
    for number in shown {
        let Some(cell) = &blocks[*number].cell else { continue };
        let drawn = rows.entry(cell.row).or_default().entry(cell.column).or_default();
        drawn.is_head |= heads.contains(&(*number as u32));
        drawn.blocks.push(runs(*number));
    }
    let n_columns = rows.values().filter_map(|row| row.keys().last()).max().map_or(0, |last| last + 1);
    let spanned = |row: BTreeMap<u32, TableCell>| {
        let ends: Vec<u32> = row.keys().skip(1).copied().chain([n_columns]).collect();
        let cell = |((start, cell), end): ((u32, TableCell), u32)| TableCell { span: end - start, ..cell };
        Row { cells: row.into_iter().zip(ends).map(cell).collect() }
    };
    rows.into_values().map(spanned).collect()
}

/// The numbers of each block's passages.
fn passages_of_blocks(content: &Content) -> Vec<Range<usize>> {
    let mut of_block = vec![0..0; content.report.blocks.len()];
    let mut start = 0;
    for in_block in content.passages.chunk_by(|a, b| a.block == b.block) {
        if let Some(range) = of_block.get_mut(in_block[0].block as usize) {
            *range = start..start + in_block.len();
        }
        start += in_block.len();
    }
    of_block
}

fn runs(content: &Content, block: usize, passages: Range<usize>, marks: &BTreeMap<u32, Mark>) -> Vec<Run> {
    let text = &content.report.text;
    let block = content.report.blocks[block].span;
    let mut runs = Vec::new();
    let mut at = block.start;
    for number in passages {
        let Passage { span, .. } = content.passages[number];
        if at < span.start {
            runs.push(between(ByteSpan { start: at, end: span.start }.slice(text)));
        }
        let mark = marks.get(&(number as u32)).cloned();
        let passage = span.slice(text);
        runs.push(Run {
            at: format!("{}-{}", span.start, span.end),
            start: span.start,
            first_words: first_words(passage),
            parts: parts(passage, mark.as_ref().map_or(&[], |mark| &mark.words)),
            mark,
        });
        at = span.end;
    }
    if at < block.end {
        runs.push(between(ByteSpan { start: at, end: block.end }.slice(text)));
    }
    runs
}

fn between(text: &str) -> Run {
    let parts = vec![Part { text: text.to_owned(), is_set_off: false }];
    Run { at: String::new(), start: 0, first_words: String::new(), parts, mark: None }
}

/// The beginning of a passage.
pub fn first_words(passage: &str) -> String {
    let words: Vec<&str> = passage.split_whitespace().collect();
    let more = if words.len() > 6 { "…" } else { "" };
    format!("{}{more}", words[..words.len().min(6)].join(" "))
}

/// A text with some words of it set off.
pub fn parts(text: &str, words: &[String]) -> Vec<Part> {
    let mut found: Vec<Range<usize>> =
        words.iter().filter_map(|word| text.find(word.as_str()).map(|at| at..at + word.len())).collect();
    found.sort_by_key(|range| (range.start, range.end));
    let mut parts = Vec::new();
    let mut add = |text: &str, is_set_off| {
        if !text.is_empty() {
            parts.push(Part { text: text.to_owned(), is_set_off });
        }
    };
    let mut at = 0;
    for range in found {
        if range.end <= at {
            continue;
        }
        let start = range.start.max(at);
        add(&text[at..start], false);
        add(&text[start..range.end], true);
        at = range.end;
    }
    add(&text[at..], false);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::{Cell, Report};
    use std::sync::Arc;

    /// A block's text, kind and, in a table, row and column.
    type Given<'g> = (&'g str, BlockKind, Option<(u32, u32)>);

    fn content(blocks: &[Given<'_>]) -> Content {
        let mut report = Report::default();
        for (text, kind, cell) in blocks {
            if !report.text.is_empty() {
                report.text.push('\n');
            }
            let start = report.text.len();
            report.text.push_str(text);
            let head: Arc<[u32]> = Arc::new([]);
            let place = |(row, column)| {
                Box::new(Cell { table: 0, row, column, row_head: head.clone(), column_head: head.clone() })
            };
            let span = ByteSpan::new(start, report.text.len());
            report.blocks.push(Block { span, kind: *kind, marker: None, heading: None, cell: cell.map(place) });
        }
        Content::of(report)
    }

    fn shown(pieces: &[Piece]) -> Vec<String> {
        let text =
            |runs: &[Run]| -> String { runs.iter().flat_map(|run| run.parts.iter().map(|p| &*p.text)).collect() };
        let cell = |cell: &TableCell| cell.blocks.iter().map(|runs| text(runs)).collect::<Vec<_>>().join("/");
        let row = |row: &Row| row.cells.iter().map(cell).collect::<Vec<_>>().join("|");
        let rows = |piece: &Piece| piece.rows.iter().map(row).collect::<Vec<_>>().join(";");
        pieces.iter().map(|piece| format!("{} {}{}", piece.kind, text(&piece.runs), rows(piece))).collect()
    }

    #[test]
    fn all_of_a_text_is_drawn_once_and_in_order() {
        let content = content(&[
            ("Impact", BlockKind::Heading(1), None),
            ("One came.  Two\tcame.", BlockKind::Paragraph, None),
            ("Who?", BlockKind::Cell, Some((0, 0))),
            ("Mums", BlockKind::Cell, Some((0, 1))),
            ("and dads", BlockKind::Cell, Some((0, 1))),
            ("When?", BlockKind::Cell, Some((1, 0))),
            ("End.", BlockKind::Paragraph, None),
        ]);
        let all = pieces(&content, &BTreeMap::new(), &|_| true);
        assert_eq!(
            shown(&all),
            ["heading Impact", "paragraph One came.  Two\tcame.", "table Who?|Mums/and dads;When?", "paragraph End."]
        );
        let some = pieces(&content, &BTreeMap::new(), &|n| n == 3 || n == 6);
        assert_eq!(shown(&some), ["gap ", "table Mums", "paragraph End."]);
    }

    #[test]
    fn words_are_set_off_where_they_stand() {
        let check = |text: &str, words: &[&str], expected: &[&str]| {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            let sign = |part: Part| if part.is_set_off { format!("[{}]", part.text) } else { part.text };
            assert_eq!(parts(text, &words).into_iter().map(sign).collect::<Vec<_>>(), expected);
        };
        check("mums came", &["came"], &["mums ", "[came]"]);
        check("mums came", &["mums came", "came"], &["[mums came]"]);
        check("mums came", &["dads"], &["mums came"]);
        check("über alles", &["über", "alles"], &["[über]", " ", "[alles]"]);
    }
}
