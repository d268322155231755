//! The map as text for reading, CSV for spreadsheets, JSON for programs.

use codeframe::frame::Frame;
use codeframe::map::Table;
use std::io::{self, Write};

/// Width of a code's label before it is wrapped, in characters.
const LABEL_WIDTH: usize = 60;

/// A table for each question, as a published report prints it.
pub fn text(frame: &Frame, tables: &[Table]) -> io::Result<()> {
    let mut out = super::results();
    writeln!(out, "{}", frame.title)?;
    for table in tables {
        let number = table.table.map_or_else(String::new, |n| format!("Table {n}: "));
        let base = format!("N = {} {}s", table.reports, frame.unit);
        let many = if table.select == "many" { ", more than one code possible" } else { "" };
        writeln!(out, "\n{number}{}\n{base}{many}", table.title)?;
        let queued = if table.codes.iter().any(|row| row.queued > 0) { "  queued" } else { "" };
        let confirmed = if table.codes.iter().any(|row| row.confirmed > 0) { "  confirmed" } else { "" };
        writeln!(out, "{:LABEL_WIDTH$}  {:>5}  {:>5}{queued}{confirmed}", "", "N", "%")?;
        let mut group = None;
        for row in &table.codes {
            if row.group != group {
                group.clone_from(&row.group);
                writeln!(out, "{}", group.as_deref().unwrap_or(""))?;
            }
            let lines = wrapped(&row.label, LABEL_WIDTH - 2);
            for line in &lines[..lines.len() - 1] {
                writeln!(out, "  {line}")?;
            }
            let last = &lines[lines.len() - 1];
            let queued = if queued.is_empty() { String::new() } else { format!("  {:>6}", row.queued) };
            let confirmed = if confirmed.is_empty() { String::new() } else { format!("  {:>9}", row.confirmed) };
            let fill = " ".repeat((LABEL_WIDTH - 2).saturating_sub(last.chars().count()));
            let share = codeframe::map::tenths_of_percent(row.n, table.reports);
            writeln!(out, "  {last}{fill}  {:>5}  {share:>5.1}{queued}{confirmed}", row.n)?;
        }
    }
    out.flush()
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

/// A row for each code.
pub fn csv(tables: &[Table]) -> io::Result<()> {
    let mut out = csv::Writer::from_writer(super::results());
    out.write_record([
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
    ])?;
    for table in tables {
        for row in &table.codes {
            out.write_record([
                &table.question,
                &table.title,
                &table.select,
                &table.reports.to_string(),
                &row.code,
                &row.label,
                row.group.as_deref().unwrap_or(""),
                &row.n.to_string(),
                &format!("{:.2}", row.percent),
                &row.queued.to_string(),
                &row.confirmed.to_string(),
            ])?;
        }
    }
    out.flush()
}

/// The tables as they are.
pub fn json(tables: &[Table]) -> io::Result<()> {
    super::json(&tables)
}
