//! What `search` found, for people and for programs.

use codeframe::vignette::{Vignette, Vignettes};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};

/// Passages, best first: report and headings, the passage, its codes. What was found is bold on a terminal.
pub fn text(found: &Vignettes) -> io::Result<()> {
    let bold = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let mut out = super::results();
    for (n, vignette) in found.vignettes.iter().enumerate() {
        if n > 0 {
            writeln!(out)?;
        }
        let heads = vignette.headings.iter().chain([&vignette.row_head, &vignette.column_head]);
        let place: Vec<String> = heads.filter(|head| !head.is_empty()).map(|head| plain(head)).collect();
        writeln!(out, "{}", format!("{}  {}", vignette.report, place.join(" > ")).trim_end())?;
        writeln!(out, "  {}", marked(vignette, bold))?;
        let codes: Vec<String> =
            vignette.codes.iter().map(|(code, decision)| format!("{code} ({})", decision.name())).collect();
        if !codes.is_empty() {
            writeln!(out, "  {}", codes.join(", "))?;
        }
    }
    out.flush()
}

/// On one line and without characters that would move the cursor.
fn plain(text: &str) -> String {
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
}

/// An object with the query and its passages.
pub fn json(query: &str, found: &Vignettes) -> io::Result<()> {
    let passages = found.vignettes.iter().map(|vignette| PrintedPassage {
        report: &vignette.report,
        file: &vignette.path,
        start: vignette.span.start,
        end: vignette.span.end,
        text: &vignette.text,
        highlights: vignette.highlights.iter().map(|span| [span.start, span.end]).collect(),
        headings: &vignette.headings,
        row_head: &vignette.row_head,
        column_head: &vignette.column_head,
        codes: vignette.codes.iter().map(|(code, decision)| PrintedCode { code, decision: decision.name() }).collect(),
        metadata: &vignette.metadata,
        score: vignette.score,
    });
    super::json(&Printed { query, n_passages: found.n_passages, passages: passages.collect() })
}
