//! The map as text for reading, CSV for spreadsheets, JSON for programs.

use codeframe::document::{self, Block, Column, Document, Text};
use codeframe::frame::Frame;
use codeframe::map::{Corrected, Row, Table, Widest};
use codeframe::plot::{self, Bars, Picture, Value};
use std::io::{self, Write};

/// Width of a code's label before it is wrapped, in characters; less where columns of intervals stand beside it.
const LABEL_WIDTH: usize = 60;
const LEAST_LABEL_WIDTH: usize = 44;

/// A table for each question, as a published report prints it; within 100 columns, intervals included.
pub fn text(out: &mut impl Write, frame: &Frame, tables: &[Table]) -> io::Result<()> {
    writeln!(out, "{}", frame.title)?;
    let mut all_notes = tables.iter().map(|table| notes(table, &frame.unit));
    let first = all_notes.next().and_then(|notes| notes.into_iter().next());
    let common = first.filter(|first| all_notes.all(|notes| notes.contains(first)));
    for table in tables {
        let number = table.table.map_or_else(String::new, |n| format!("Table {n}: "));
        let base = format!("N = {}", frame.counted(table.reports));
        let many = if table.select == "many" { ", more than one code possible" } else { "" };
        writeln!(out, "\n{number}{}\n{base}{many}", table.title)?;
        let columns = columns(table);
        let beside: usize = columns.iter().map(|column| column.width + 2).sum();
        let width = (100 - 14_usize).saturating_sub(beside).clamp(LEAST_LABEL_WIDTH, LABEL_WIDTH);
        write!(out, "{:width$}  {:>5}  {:>5}", "", "N", "%")?;
        for column in &columns {
            write!(out, "  {:>1$}", column.head, column.width)?;
        }
        writeln!(out)?;
        let mut group = None;
        for row in &table.codes {
            if row.group != group {
                group.clone_from(&row.group);
                writeln!(out, "{}", group.as_deref().unwrap_or(""))?;
            }
            let lines = wrapped(&row.label, width - 2);
            for line in &lines[..lines.len() - 1] {
                writeln!(out, "  {line}")?;
            }
            let last = &lines[lines.len() - 1];
            let fill = " ".repeat((width - 2).saturating_sub(last.chars().count()));
            let share = codeframe::map::tenths_of_percent(row.n, table.reports);
            write!(out, "  {last}{fill}  {:>5}  {share:>5.1}", row.n)?;
            for column in &columns {
                write!(out, "  {:>1$}", (column.cell)(row), column.width)?;
            }
            writeln!(out)?;
        }
        // What is true of every table is said once, below them.
        for note in notes(table, &frame.unit).iter().filter(|note| common.as_ref() != Some(*note)) {
            for line in wrapped(note, 98) {
                writeln!(out, "{line}")?;
            }
        }
    }
    if let Some(note) = common {
        writeln!(out, "\n{}", wrapped(&note, 98).join("\n"))?;
    }
    Ok(())
}

/// A column beside N and %.
struct Beside {
    head: &'static str,
    width: usize,
    cell: fn(&Row) -> String,
}

/// Those that tell something in this table.
fn columns(table: &Table) -> Vec<Beside> {
    let has = |is: fn(&Row) -> bool| table.codes.iter().any(is);
    let column = |head: &'static str, cell| Beside { head, width: head.chars().count().max(6), cell };
    let mut columns = Vec::new();
    if has(|row| row.passages.is_some()) {
        columns.push(column("passages", |row| row.passages.map_or_else(String::new, |n| n.to_string())));
    }
    if has(|row| row.queued > 0) {
        columns.push(column("queued", |row| row.queued.to_string()));
    }
    if has(|row| row.confirmed > 0) {
        columns.push(column("confirmed", |row| row.confirmed.to_string()));
    }
    if is_corrected(table) {
        columns.push(column("corrected %", |row| corrected(row, |c| format!("{:.1}", c.percent))));
        columns.push(Beside {
            head: "95 % interval",
            width: 13,
            cell: |row| corrected(row, |c| format!("{:.1} - {:.1}", c.low_percent, c.high_percent)),
        });
    }
    columns
}

fn corrected(row: &Row, shown: impl Fn(&Corrected) -> String) -> String {
    row.corrected.as_ref().map_or_else(String::new, shown)
}

/// Corrected counts tell nothing where nobody has looked at anything, or everything is known.
fn is_corrected(table: &Table) -> bool {
    let is_estimated = |row: &Row| row.corrected.is_some_and(|c| c.seen > 0);
    let is_unknown = |row: &Row| row.corrected.is_some_and(|c| c.unknown > 0);
    table.codes.iter().any(is_estimated) && table.codes.iter().any(is_unknown)
}

/// What the reader of a table must know, and what would make its intervals narrower.
pub fn notes(table: &Table, unit: &str) -> Vec<String> {
    if table.reports == 0 {
        return vec![format!("Nobody has coded this question of any {unit}.")];
    }
    let corrected: Vec<&Corrected> = table.codes.iter().filter_map(|row| row.corrected.as_ref()).collect();
    let unknown: usize = corrected.iter().map(|c| c.unknown).sum();
    let open: usize = corrected.iter().map(|c| c.open).sum();
    if unknown == 0 {
        return Vec::new();
    }
    if !is_corrected(table) {
        return vec![format!(
            "Not corrected for the machine's errors: nobody has looked at a random part of these codings (import codings of \
             whole {unit}s, or answer what `run` draws for the audit)."
        )];
    }
    let count = |widest: Widest| corrected.iter().filter(|c| c.widest == widest).count();
    let (queue, automatic) = (count(Widest::Queue), count(Widest::Automatic));
    let narrower = match () {
        () if queue == 0 && automatic == 0 => return Vec::new(),
        () if queue >= automatic => format!("the {open} queued codes, once answered"),
        () => "a larger audit (`audit_rate`), once answered".to_owned(),
    };
    vec![format!(
        "Corrected: {} of {} codings are not by people and are estimated from those that people looked at. The \
         intervals are narrowed most by {narrower}.",
        unknown,
        table.reports * table.codes.len()
    )]
}

/// A captioned table for each question, each with its bars unless only tables are wanted.
pub fn document(frame: &Frame, tables: &[Table], has_bars: bool) -> Document {
    let mut blocks = Vec::new();
    for table in tables {
        let columns = columns(table);
        let mut heads = vec![Column::words(""), Column::numbers("N"), Column::numbers("%")];
        heads.extend(columns.iter().map(|column| Column::numbers(capital(column.head))));
        let mut rows = Vec::new();
        let mut group = None;
        for row in &table.codes {
            if row.group != group {
                group.clone_from(&row.group);
                rows.push(document::Row::Group(group.clone().unwrap_or_default().into()));
            }
            let share = codeframe::map::tenths_of_percent(row.n, table.reports);
            let mut cells = vec![row.label.clone().into(), row.n.to_string().into(), format!("{share:.1}").into()];
            cells.extend(columns.iter().map(|column| Text::from((column.cell)(row))));
            rows.push(document::Row::Cells(cells));
        }
        let many = if table.select == "many" { ", more than one code possible" } else { "" };
        let base = format!("N = {}{many}.", frame.counted(table.reports));
        let notes = std::iter::once(base).chain(notes(table, &frame.unit)).map(Text::from).collect();
        let caption = Text::from(table.title.clone());
        blocks.push(Block::Table(document::Table { caption, columns: heads, rows, notes }));
        if has_bars {
            blocks.push(super::crossings::figure(&table.title, &pictured(frame, table)));
        }
    }
    Document { title: frame.title.clone(), subtitle: Vec::new(), made_at: None, blocks }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The bars of a table: corrected shares with their intervals where there are any, else those decided.
fn pictured(frame: &Frame, table: &Table) -> Picture {
    let is_corrected = is_corrected(table);
    let row = |row: &Row| {
        let decided = codeframe::map::tenths_of_percent(row.n, table.reports);
        let value = match row.corrected.filter(|_| is_corrected) {
            Some(c) => Value {
                value: c.percent,
                interval: Some((c.low_percent, c.high_percent)),
                text: format!("{:.1} ({:.1}-{:.1})", c.percent, c.low_percent, c.high_percent),
            },
            None => Value { value: decided, interval: None, text: format!("{} ({decided:.1} %)", row.n) },
        };
        plot::Row { label: row.label.clone(), group: row.group.clone(), values: vec![value] }
    };
    let axis = if is_corrected {
        format!("% of {}, corrected for the machine's errors, with 95 % intervals", frame.counted(table.reports))
    } else {
        format!("% of {}", frame.counted(table.reports))
    };
    plot::bars(&Bars {
        alt: format!("Bars: {}, {axis}", table.title),
        axis,
        most: 100.,
        series: vec![String::new()],
        rows: table.codes.iter().map(row).collect(),
    })
}

/// The words of a label in lines of at most `width` characters, at least one line; a longer word has its own.
fn wrapped(label: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in label.split_whitespace() {
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

/// The columns of the map as a table of codes.
pub const HEAD: [&str; 18] = [
    "question",
    "title",
    "select",
    "reports",
    "code",
    "label",
    "group",
    "n",
    "percent",
    "queued",
    "confirmed",
    "corrected_n",
    "corrected_percent",
    "low",
    "high",
    "low_percent",
    "high_percent",
    "passages",
];

/// A code under these columns.
pub fn record(table: &Table, row: &Row) -> [String; 18] {
    [
        table.question.clone(),
        table.title.clone(),
        table.select.clone(),
        table.reports.to_string(),
        row.code.clone(),
        row.label.clone(),
        row.group.clone().unwrap_or_default(),
        row.n.to_string(),
        format!("{:.2}", row.percent),
        row.queued.to_string(),
        row.confirmed.to_string(),
        corrected(row, |c| format!("{:.2}", c.n)),
        corrected(row, |c| format!("{:.2}", c.percent)),
        corrected(row, |c| c.low.to_string()),
        corrected(row, |c| c.high.to_string()),
        corrected(row, |c| format!("{:.2}", c.low_percent)),
        corrected(row, |c| format!("{:.2}", c.high_percent)),
        row.passages.map_or_else(String::new, |n| n.to_string()),
    ]
}

/// A row for each code.
pub fn csv(out: &mut impl Write, tables: &[Table]) -> io::Result<()> {
    let mut out = csv::Writer::from_writer(out);
    out.write_record(HEAD)?;
    for table in tables {
        for row in &table.codes {
            out.write_record(record(table, row))?;
        }
    }
    out.flush()
}
