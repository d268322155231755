//! Plain text, Markdown and JSON lines. Plain text has no structure but its lines, so blocks are told by blank lines and
//! headings by their look; Markdown's marks are read and left out of the text.

use super::budget::Budget;
use super::builder::{Builder, Look, Shape};
use super::report::BlockKind;
use super::text::{Font, push_run};
use super::{Document, Error, Line};
use crate::warned::Warned;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::Read;

/// Reads a plain text.
pub(super) fn read_text<S: Read>(source: &mut S, budget: &Budget) -> Result<Warned<Document>, Error> {
    let (text, warnings) = read_to_string(source, budget)?;
    let mut builder = Builder::new(budget);
    builder.warnings = warnings;
    add_text(&mut builder, &text)?;
    Ok(document(builder))
}

/// Reads a Markdown text.
pub(super) fn read_markdown<S: Read>(source: &mut S, budget: &Budget) -> Result<Warned<Document>, Error> {
    let (text, warnings) = read_to_string(source, budget)?;
    let mut builder = Builder::new(budget);
    builder.warnings = warnings;
    super::markdown::add(&mut builder, &text)?;
    Ok(document(builder))
}

/// What stands in a line of a `.jsonl` file. Other keys are refused, so that a misspelt one is not lost in silence.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    id: Option<serde_json::Value>,
    text: String,
    #[serde(default)]
    metadata: BTreeMap<String, serde_json::Value>,
}

/// Reads one document a line; a line that holds none does not keep the others from being read.
pub(super) fn read_json_lines<S: Read>(source: &mut S, budget: &Budget) -> Result<Vec<Line>, Error> {
    let (text, mut warnings) = read_to_string(source, budget)?;
    let mut lines = Vec::new();
    for (i, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        budget.check_time()?;
        let number = i + 1;
        let document = match read_json_line(number, line, budget, &mut warnings) {
            Err(error @ Error::TooSlow { .. }) => return Err(error),
            document => document,
        };
        lines.push(Line { number, document });
    }
    Ok(lines)
}

fn read_json_line(
    number: usize,
    line: &str,
    budget: &Budget,
    warnings: &mut Vec<String>,
) -> Result<Warned<Document>, Error> {
    let line: Written = serde_json::from_str(line).map_err(|e| {
        let cause = e.to_string();
        let cause = cause.split(" at line ").next().unwrap_or_default().to_owned();
        Error::JsonLine { line: number, column: e.column(), cause }
    })?;
    let mut builder = Builder::new(budget);
    builder.warnings = std::mem::take(warnings);
    add_text(&mut builder, &line.text)?;
    let mut read = document(builder);
    read.value.id = line.id.map(plain);
    read.value.metadata = line.metadata.into_iter().map(|(k, v)| (k, plain(v))).collect();
    Ok(read)
}

/// A JSON value as a person would write it.
fn plain(value: serde_json::Value) -> String {
    match value {
        serde_json::Value::String(s) => s,
        serde_json::Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn document(mut builder: Builder) -> Warned<Document> {
    if builder.blocks.is_empty() {
        builder.warnings.push("it holds no text".to_owned());
    }
    builder.finish().map(|report| Document { report, ..Document::default() })
}

/// The whole of a text file, and what was odd about its encoding: UTF-8 or UTF-16 by their marks, else UTF-8, else
/// Windows-1252 (of which Latin-1 is a part), which any bytes are.
fn read_to_string<S: Read>(source: &mut S, budget: &Budget) -> Result<(String, Vec<String>), Error> {
    let max = budget.settings.max_text_bytes;
    let mut bytes = Vec::new();
    source.take(max + 1).read_to_end(&mut bytes).map_err(|e| Error::unreadable(&e))?;
    if bytes.len() as u64 > max {
        return Err(budget.limit("the file", max, "bytes", "max_text_bytes"));
    }
    let mut warnings = Vec::new();
    let text = match encoding_rs::Encoding::for_bom(&bytes) {
        Some((encoding, _)) => encoding.decode(&bytes).0.into_owned(),
        None => match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                warnings.push("it is not UTF-8 and was read as Windows-1252 (Latin-1)".to_owned());
                encoding_rs::WINDOWS_1252.decode(error.as_bytes()).0.into_owned()
            }
        },
    };
    Ok((text, warnings))
}

/// Shortest and longest line, in characters, that somebody's editor has wrapped.
const WRAPPED: std::ops::RangeInclusive<usize> = 45..=100;

/// Adds plain text. Where paragraphs stand apart by blank lines and their lines are wrapped, a paragraph is a block;
/// else each line is.
fn add_text(builder: &mut Builder, text: &str) -> Result<(), Error> {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    // Lines that another line of the same paragraph follows.
    let followed = lines.windows(2).filter(|w| !w[0].is_empty() && !w[1].is_empty());
    let (mut n, mut n_wrapped) = (0usize, 0usize);
    for pair in followed {
        n += 1;
        let length = pair[0].chars().count();
        n_wrapped += usize::from(WRAPPED.contains(&length) && !pair[0].ends_with(['.', ':', '?', '!']));
    }
    let wrapped = n_wrapped * 2 > n && lines.iter().any(|l| l.is_empty());
    let mut after_blank = false;
    let mut paragraph = String::new();
    for line in lines.iter().copied().chain([""]) {
        let item = bullet(line);
        let ends = line.trim().is_empty() || !wrapped || item;
        if ends && !paragraph.is_empty() {
            add_line(builder, &paragraph, after_blank)?;
            paragraph.clear();
            after_blank = false;
        }
        if line.trim().is_empty() {
            after_blank = true;
            continue;
        }
        if !paragraph.is_empty() {
            paragraph.push(' ');
        }
        push_run(&mut paragraph, line.trim().as_bytes(), Font::Any);
    }
    Ok(())
}

fn add_line(builder: &mut Builder, line: &str, after_blank: bool) -> Result<(), Error> {
    let kind = if bullet(line) { BlockKind::ListItem(0) } else { BlockKind::Paragraph };
    let capitals = line.chars().any(char::is_alphabetic) && !line.chars().any(char::is_lowercase);
    builder.add(line, Shape { look: Look { capitals, after_blank, ..Look::default() }, ..Shape::of(kind) })
}

/// Whether a bullet or dash stands in front of a line.
pub(super) fn bullet(line: &str) -> bool {
    let mut chars = line.trim_start().chars();
    matches!(chars.next(), Some('•' | '·' | '-' | '–' | '*' | '▪' | '●' | '○' | '◦'))
        && chars.next().is_some_and(char::is_whitespace)
}
