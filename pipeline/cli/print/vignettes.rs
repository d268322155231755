//! What `search` found, for people and for programs.

use super::Results;
use codeframe::sheet::harmless;
use codeframe::vignette::basket::Kept;
use codeframe::vignette::{PassageCode, Vignette, Vignettes};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// Passages, best first: number, citation, headings, the passage, its codes. What was found is bold on a terminal.
pub fn text(out: &mut Results, found: &Vignettes) -> io::Result<()> {
    let bold = out.is_bold();
    for (n, vignette) in found.vignettes.iter().enumerate() {
        if n > 0 {
            writeln!(out)?;
        }
        let heads = vignette.headings.iter().chain([&vignette.row_head, &vignette.column_head]);
        let place: Vec<String> = heads.filter(|head| !head.is_empty()).map(|head| plain(head)).collect();
        let cited = plain(&cited(&vignette.citation, &vignette.report));
        writeln!(out, "{}", format!("[{}] {cited}  {}", n + 1, place.join(" > ")).trim_end())?;
        writeln!(out, "  {}", marked(vignette, bold))?;
        let codes: Vec<String> = vignette.codes.iter().map(told).collect();
        if !codes.is_empty() {
            writeln!(out, "  {}", codes.join(", "))?;
        }
    }
    // What is said beside the results comes below them.
    out.flush()
}

/// The citation, with the report's id where that does not stand in it.
pub(super) fn cited(citation: &str, report: &str) -> String {
    if citation.contains(report) { citation.to_owned() } else { format!("{citation} ({report})") }
}

pub(super) fn told(code: &PassageCode) -> String {
    let by = if code.by.name() == "person" { ", said by people" } else { "" };
    format!("{} ({}{by})", code.code, code.decision.name())
}

/// On one line and without characters that would move the cursor.
pub(super) fn plain(text: &str) -> String {
    text.split(|c: char| c.is_control() || c.is_whitespace())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn marked(vignette: &Vignette, bold: bool) -> String {
    // Controls become spaces of the same length, so that the spans still fit.
    let text: String = vignette.text.chars().map(|c| if c.is_ascii_control() { ' ' } else { c }).collect();
    if !bold {
        return plain(&text);
    }
    let mut marked = String::new();
    let mut at = 0;
    for span in &vignette.highlights {
        marked.push_str(&text[at..span.range().start]);
        marked.push_str("\u{1b}[1m");
        marked.push_str(span.slice(&text));
        marked.push_str("\u{1b}[0m");
        at = span.range().end;
    }
    marked + &text[at..]
}

#[derive(Serialize)]
struct Printed<'a> {
    query: &'a str,
    /// All that match, also those not printed.
    n_passages: usize,
    passages: Vec<PrintedPassage<'a>>,
}

/// One passage; offsets are UTF-8 bytes, those of `start` and `end` in the report's text, those of highlights in `text`.
#[derive(Serialize)]
struct PrintedPassage<'a> {
    report: &'a str,
    citation: &'a str,
    file: &'a str,
    start: u32,
    end: u32,
    text: &'a str,
    highlights: Vec<[u32; 2]>,
    headings: &'a [String],
    #[serde(skip_serializing_if = "str::is_empty")]
    row_head: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    column_head: &'a str,
    codes: Vec<PrintedCode<'a>>,
    metadata: &'a BTreeMap<String, String>,
    score: f64,
}

#[derive(Serialize)]
struct PrintedCode<'a> {
    code: &'a str,
    decision: &'static str,
    by: &'static str,
}

/// An object with the query and its passages.
pub fn json(out: &mut impl Write, query: &str, found: &Vignettes) -> io::Result<()> {
    let passages = found.vignettes.iter().map(|vignette| PrintedPassage {
        report: &vignette.report,
        citation: &vignette.citation,
        file: &vignette.path,
        start: vignette.span.start,
        end: vignette.span.end,
        text: &vignette.text,
        highlights: vignette.highlights.iter().map(|span| [span.start, span.end]).collect(),
        headings: &vignette.headings,
        row_head: &vignette.row_head,
        column_head: &vignette.column_head,
        codes: vignette.codes.iter().map(printed).collect(),
        metadata: &vignette.metadata,
        score: vignette.score,
    });
    super::json_to(out, &Printed { query, n_passages: found.n_passages, passages: passages.collect() })
}

fn printed(code: &PassageCode) -> PrintedCode<'_> {
    PrintedCode { code: &code.code, decision: code.decision.name(), by: code.by.name() }
}

/// One row a passage, with the metadata of its report.
pub fn csv(out: &mut impl Write, found: &Vignettes) -> io::Result<()> {
    let columns: BTreeSet<&str> = found.vignettes.iter().flat_map(|v| v.metadata.keys().map(String::as_str)).collect();
    let mut table = csv::Writer::from_writer(out);
    let head = ["number", "citation", "report", "file", "start", "end", "headings", "quote", "codes", "score"];
    table.write_record(head.into_iter().chain(columns.iter().copied()).map(|name| harmless(name).into_owned()))?;
    for (n, vignette) in found.vignettes.iter().enumerate() {
        let heads = vignette.headings.iter().chain([&vignette.row_head, &vignette.column_head]);
        let heads: Vec<&str> = heads.map(String::as_str).filter(|head| !head.is_empty()).collect();
        let codes: Vec<String> = vignette.codes.iter().map(|c| format!("{}={}", c.code, c.decision.name())).collect();
        let fixed = [
            (n + 1).to_string(),
            vignette.citation.clone(),
            vignette.report.clone(),
            vignette.path.clone(),
            vignette.span.start.to_string(),
            vignette.span.end.to_string(),
            heads.join(" > "),
            vignette.text.clone(),
            codes.join(" "),
            format!("{:.4}", vignette.score),
        ];
        let known = columns.iter().map(|column| vignette.metadata.get(*column).cloned().unwrap_or_default());
        table.write_record(fixed.into_iter().chain(known).map(|cell| harmless(&cell).into_owned()))?;
    }
    table.flush()
}

/// A basket: citation and headings, the passage as it was saved, and whether it still stands in its report.
pub fn basket_text(out: &mut impl Write, kept: &[Kept]) -> io::Result<()> {
    for (n, Kept { saved, span }) in kept.iter().enumerate() {
        if n > 0 {
            writeln!(out)?;
        }
        let heads: Vec<String> = saved.headings.iter().map(|head| plain(head)).collect();
        let cited = plain(&cited(&saved.citation, &saved.report));
        writeln!(out, "{}", format!("[{}] {cited}  {}", n + 1, heads.join(" > ")).trim_end())?;
        writeln!(out, "  {}", plain(&saved.quote))?;
        match span {
            None => writeln!(out, "  (not in the report any more)")?,
            Some(span) if span.start != saved.start => writeln!(out, "  (moved in the report since it was saved)")?,
            Some(_) => {}
        }
    }
    Ok(())
}

#[derive(Serialize)]
struct PrintedBasket<'a> {
    basket: &'a str,
    passages: Vec<PrintedKept<'a>>,
}

/// A passage of a basket; `start` and `end` are where it stands now, absent when it is not in the report any more.
#[derive(Serialize)]
struct PrintedKept<'a> {
    report: &'a str,
    citation: &'a str,
    file: &'a str,
    start: Option<u32>,
    end: Option<u32>,
    quote: &'a str,
    headings: &'a [String],
    query: &'a str,
    code: Option<&'a str>,
}

/// An object with the basket's name and its passages.
pub fn basket_json(out: &mut impl Write, name: &str, kept: &[Kept]) -> io::Result<()> {
    let passages = kept.iter().map(|Kept { saved, span }| PrintedKept {
        report: &saved.report,
        citation: &saved.citation,
        file: &saved.file,
        start: span.map(|span| span.start),
        end: span.map(|span| span.end),
        quote: &saved.quote,
        headings: &saved.headings,
        query: &saved.query,
        code: saved.code.as_deref(),
    });
    super::json_to(out, &PrintedBasket { basket: name, passages: passages.collect() })
}

/// One row a passage.
pub fn basket_csv(out: &mut impl Write, kept: &[Kept]) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(["citation", "report", "file", "start", "end", "headings", "quote", "query", "code"])?;
    for Kept { saved, span } in kept {
        let place = |at: Option<u32>| at.map_or_else(String::new, |at| at.to_string());
        let row = [
            saved.citation.clone(),
            saved.report.clone(),
            saved.file.clone(),
            place(span.map(|span| span.start)),
            place(span.map(|span| span.end)),
            saved.headings.join(" > "),
            saved.quote.clone(),
            saved.query.clone(),
            saved.code.clone().unwrap_or_default(),
        ];
        table.write_record(row.iter().map(|cell| harmless(cell).into_owned()))?;
    }
    table.flush()
}
