//! What a run did, as text and as JSON.

use codeframe::run::{Outcome, ToLearn};
use serde::Serialize;
use std::io::{self, Write};

/// A few lines: what was read, what failed and why, what is decided and queued, where the files are.
pub fn text(outcome: &Outcome) -> io::Result<()> {
    let mut out = super::results();
    let Outcome { n_read, n_recoded, n_unchanged, n_removed, failed, warnings, skipped, classifier, summary, .. } =
        outcome;
    let mut parts = vec![format!("{n_read} read"), format!("{n_unchanged} unchanged")];
    let more =
        [(*n_recoded, "coded again"), (*n_removed, "removed"), (failed.len(), "failed"), (skipped.len(), "no reports")];
    parts.extend(more.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")));
    writeln!(out, "reports  {}", parts.join(", "))?;
    for (path, reason) in failed {
        writeln!(out, "failed   {path}: {}", indented(reason))?;
    }
    for (path, warning) in warnings {
        writeln!(out, "odd      {path}: {}", indented(warning))?;
    }
    for file in skipped {
        writeln!(out, "left out {}: {}", file.path, file.reason)?;
    }
    let n_cells = summary.n_applies + summary.n_does_not_apply + summary.n_queued;
    let share = |n: usize| codeframe::map::percent(n, n_cells).round();
    writeln!(
        out,
        "codes    {} in {} reports: {} apply ({} %), {} do not ({} %), {} queued ({} %)",
        n_cells,
        summary.n_reports,
        summary.n_applies,
        share(summary.n_applies),
        summary.n_does_not_apply,
        share(summary.n_does_not_apply),
        summary.n_queued,
        share(summary.n_queued),
    )?;
    if summary.n_not_asked > 0 {
        writeln!(out, "sample   {} codes in depth are not asked of reports outside it", summary.n_not_asked)?;
    }
    let n_decided = summary.n_applies + summary.n_does_not_apply;
    let n_by_rules = n_decided - summary.n_by_people - summary.n_by_classifier;
    let mut by = vec![format!("{n_by_rules} by rules")];
    by.extend(classifier.iter().map(|name| format!("{} by {name}", summary.n_by_classifier)));
    by.extend((summary.n_by_people > 0).then(|| format!("{} by people", summary.n_by_people)));
    if by.len() > 1 {
        writeln!(out, "decided  {}", by.join(", "))?;
    }
    writeln!(out, "queue    corpus/review/queue.jsonl")?;
    if let Some(ToLearn { n_verdicts, since }) = &outcome.to_learn {
        let since = since.as_ref().map_or("and no classifier yet".to_owned(), |name| format!("since {name} was made"));
        writeln!(out, "learn    `codeframe train` is worth while: {n_verdicts} verdicts {since}")?;
    }
    writeln!(
        out,
        "next     `codeframe map` prints the tables, `codeframe export codings` every code with its passages"
    )?;
    out.flush()
}

/// Further lines of a message stand below its first.
fn indented(text: &str) -> String {
    text.replace('\n', "\n         ")
}

/// One object with all of it.
pub fn json(outcome: &Outcome) -> io::Result<()> {
    #[derive(Serialize)]
    struct Said<'a> {
        path: &'a str,
        reason: &'a str,
    }
    #[derive(Serialize)]
    struct All<'a> {
        read: usize,
        coded_again: usize,
        unchanged: usize,
        removed: usize,
        failed: Vec<Said<'a>>,
        warnings: Vec<Said<'a>>,
        left_out: Vec<Said<'a>>,
        classifier: Option<&'a str>,
        reports: usize,
        applies: usize,
        does_not_apply: usize,
        queued: usize,
        #[serde(skip_serializing_if = "Option::is_none")]
        not_asked: Option<usize>,
        by_classifier: usize,
        by_people: usize,
        queue: &'static str,
        verdicts_to_learn: Option<usize>,
    }
    fn said(all: &[(String, String)]) -> Vec<Said<'_>> {
        all.iter().map(|(path, reason)| Said { path, reason }).collect()
    }
    super::json(&All {
        read: outcome.n_read,
        coded_again: outcome.n_recoded,
        unchanged: outcome.n_unchanged,
        removed: outcome.n_removed,
        failed: said(&outcome.failed),
        warnings: said(&outcome.warnings),
        left_out: outcome.skipped.iter().map(|s| Said { path: &s.path, reason: &s.reason }).collect(),
        classifier: outcome.classifier.as_deref(),
        reports: outcome.summary.n_reports,
        applies: outcome.summary.n_applies,
        does_not_apply: outcome.summary.n_does_not_apply,
        queued: outcome.summary.n_queued,
        not_asked: Some(outcome.summary.n_not_asked).filter(|n| *n > 0),
        by_classifier: outcome.summary.n_by_classifier,
        by_people: outcome.summary.n_by_people,
        queue: "corpus/review/queue.jsonl",
        verdicts_to_learn: outcome.to_learn.as_ref().map(|found| found.n_verdicts),
    })
}
