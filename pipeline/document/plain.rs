//! A [`Document`], or one of its tables, as plain text for a terminal: columns in line, long words wrapped.

use super::{Align, Block, Document, Inline, Row, Table, Text};

/// Width of the page, in characters.
const WIDTH: usize = 100;

/// Widest column of words.
const WIDEST: usize = 56;

/// Writes a document.
pub fn plain(document: &Document) -> String {
    let mut out = String::new();
    let mut say = |text: &str| {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(text);
        out.push('\n');
    };
    let (mut tables, mut figures) = (0, 0);
    if !document.title.is_empty() {
        let subtitle = document.subtitle.iter().flat_map(|line| ["\n", line.as_str()]).collect::<String>();
        say(&format!("{}{subtitle}", document.title));
    }
    for block in &document.blocks {
        match block {
            Block::Contents => {}
            Block::Heading(_, text) | Block::Paragraph(text) => say(&wrapped(&with_notes(text), WIDTH).join("\n")),
            Block::Quotation(text, source) => {
                let quoted = wrapped(&with_notes(text), WIDTH - 4).join("\n    ");
                let source = if source.is_empty() { String::new() } else { format!("\n    ({})", source.plain()) };
                say(&format!("    {quoted}{source}"));
            }
            Block::List(is_numbered, items) => {
                let mark = |n: usize| if *is_numbered { format!("{n}.") } else { "-".to_owned() };
                let item = |(n, item)| format!("{} {}", mark(n), wrapped(&with_notes(item), WIDTH - 4).join("\n  "));
                say(&(1..).zip(items).map(item).collect::<Vec<_>>().join("\n"));
            }
            Block::Table(table) => {
                tables += 1;
                say(&format!("Table {tables}  {}\n{}", table.caption.plain(), plain_table(table).trim_end()));
            }
            Block::Figure(figure) => {
                figures += 1;
                say(&format!("Figure {figures}  {}\n  {}", figure.caption.plain(), figure.alternative));
            }
        }
    }
    out
}

/// The rows of a table with its notes, without its caption.
pub fn plain_table(table: &Table) -> String {
    let cell = |row: &Row, n: usize| match row {
        Row::Cells(cells) => cells.get(n).map(with_notes).unwrap_or_default(),
        Row::Group(_) => String::new(),
    };
    let count = |text: &str| text.chars().count();
    let widths: Vec<usize> = (0..table.columns.len())
        .map(|n| {
            let widest = table.rows.iter().map(|row| count(&cell(row, n))).max().unwrap_or(0);
            widest.max(count(&table.columns[n].head)).min(WIDEST)
        })
        .collect();
    let mut out = String::new();
    let mut put = |texts: Vec<String>| {
        let wrapped: Vec<Vec<String>> = texts.iter().zip(&widths).map(|(text, width)| wrapped(text, *width)).collect();
        let height = wrapped.iter().map(Vec::len).max().unwrap_or(0);
        for at in 0..height {
            let mut line = String::new();
            for ((cell, column), width) in wrapped.iter().zip(&table.columns).zip(&widths) {
                let text = cell.get(at).map_or("", String::as_str);
                let fill = " ".repeat(width.saturating_sub(count(text)));
                match column.align {
                    Align::Left => line.push_str(&format!("{text}{fill}  ")),
                    Align::Right => line.push_str(&format!("{fill}{text}  ")),
                }
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
    };
    put(table.columns.iter().map(|column| column.head.clone()).collect());
    for row in &table.rows {
        match row {
            Row::Group(text) => put(vec![text.plain()]),
            Row::Cells(_) => put((0..table.columns.len()).map(|n| cell(row, n)).collect()),
        }
    }
    for note in &table.notes {
        out.push_str(&wrapped(&with_notes(note), WIDTH).join("\n"));
        out.push('\n');
    }
    out
}

/// The words with footnotes in brackets.
fn with_notes(text: &Text) -> String {
    let words = |inline: &Inline| match inline {
        Inline::Note(note) => format!(" [{}]", note.plain()),
        Inline::Plain(text) | Inline::Strong(text) | Inline::Emphasis(text) | Inline::Marked(text) => text.clone(),
    };
    text.0.iter().map(words).collect()
}

/// The words of a text in lines of at most `width` characters, at least one line; a longer word has its own.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is always a line");
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}
