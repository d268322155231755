//! The themes of a code, for people and for programs.

use codeframe::sheet::harmless;
use codeframe::themes::Themes;
use serde::Serialize;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Each theme with its words and its most typical passages, those of different reports first.
pub fn text(found: &Themes, n_quotes: usize) -> io::Result<()> {
    let mut out = super::results();
    let s = |n: usize| if n == 1 { "" } else { "s" };
    let (n, n_reports) = (found.n_passages, found.n_reports);
    write!(out, "{}, “{}”: {n} passages in {n_reports} report{}", found.code, found.label, s(n_reports))?;
    match found.silhouette() {
        Some(silhouette) => writeln!(out, ", {} themes (silhouette {silhouette:.2})", found.themes.len())?,
        None => writeln!(out)?,
    }
    for (number, theme) in found.themes.iter().enumerate() {
        let terms = if theme.terms.is_empty() { "(no words of its own)".to_owned() } else { theme.terms.join(", ") };
        let (n, n_reports) = (theme.passages.len(), theme.n_reports);
        writeln!(out)?;
        writeln!(out, "{}. {terms}: {n} passage{} in {n_reports} report{}", number + 1, s(n), s(n_reports))?;
        let mut seen = BTreeSet::new();
        let (first, again): (Vec<_>, Vec<_>) = theme.passages.iter().partition(|member| seen.insert(&member.report));
        for member in first.into_iter().chain(again).take(n_quotes) {
            let text: Vec<&str> = member.text.split(|c: char| c.is_whitespace() || c.is_control()).collect();
            let text = text.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
            writeln!(out, "   {}: {text}", member.report)?;
        }
    }
    out.flush()
}

#[derive(Serialize)]
struct Printed<'a> {
    code: &'a str,
    label: &'a str,
    n_passages: usize,
    n_reports: usize,
    silhouettes: Vec<PrintedSilhouette>,
    themes: Vec<PrintedTheme<'a>>,
}

#[derive(Serialize)]
struct PrintedSilhouette {
    themes: usize,
    silhouette: f64,
}

#[derive(Serialize)]
struct PrintedTheme<'a> {
    terms: &'a [String],
    n_reports: usize,
    passages: Vec<PrintedMember<'a>>,
}

/// One passage, the most typical of a theme first; offsets are UTF-8 bytes in the report's text.
#[derive(Serialize)]
struct PrintedMember<'a> {
    report: &'a str,
    citation: &'a str,
    start: u32,
    end: u32,
    quote: &'a str,
    typical: f64,
}

/// An object with all themes and all their passages.
pub fn json(found: &Themes) -> io::Result<()> {
    let rounded = |x: f64| (x * 1e4).round() / 1e4;
    let silhouettes =
        found.silhouettes.iter().map(|(n, s)| PrintedSilhouette { themes: *n, silhouette: rounded(*s) }).collect();
    let themes = found.themes.iter().map(|theme| PrintedTheme {
        terms: &theme.terms,
        n_reports: theme.n_reports,
        passages: theme
            .passages
            .iter()
            .map(|member| PrintedMember {
                report: &member.report,
                citation: &member.citation,
                start: member.span.start,
                end: member.span.end,
                quote: &member.text,
                typical: rounded(member.typical),
            })
            .collect(),
    });
    super::json(&Printed {
        code: &found.code,
        label: &found.label,
        n_passages: found.n_passages,
        n_reports: found.n_reports,
        silhouettes,
        themes: themes.collect(),
    })
}

/// One row a passage with the number and words of its theme.
pub fn csv(found: &Themes) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(super::results());
    table.write_record(["theme", "terms", "report", "citation", "start", "end", "typical", "quote"])?;
    for (number, theme) in found.themes.iter().enumerate() {
        for member in &theme.passages {
            let row = [
                (number + 1).to_string(),
                theme.terms.join(", "),
                member.report.clone(),
                member.citation.clone(),
                member.span.start.to_string(),
                member.span.end.to_string(),
                format!("{:.4}", member.typical),
                member.text.clone(),
            ];
            table.write_record(row.iter().map(|cell| harmless(cell).into_owned()))?;
        }
    }
    table.flush()
}
