//! `codeframe import ledger`: a colleague's verdicts, from their ledger into this one.

use super::{Context, End, Failure, Format, print};
use crate::cli::clock::rfc3339;
use codeframe::project::LEDGER;
use codeframe::review::{Answer, Conflict, Merged, Statement, merge};
use serde::Serialize;
use std::io::Write;
use std::path::PathBuf;
use std::time::SystemTime;

/// Take a colleague's ledger into this one
///
/// What is not in this project's ledger yet is appended in order of time, each line with its place in its own chain;
/// nothing that stands there is changed, and taking a ledger twice adds nothing. Where the two say different things this
/// is shown: of one reviewer the verdict given last stands, different reviewers disagree until a third settles it.
#[derive(clap::Args)]
pub struct Arguments {
    /// The other ledger: corpus/ledger.jsonl of their project
    file: PathBuf,
}

/// Conflicts that are told one by one.
const MOST_TOLD: usize = 20;

/// Does what the arguments say.
pub fn run(context: &Context, arguments: &Arguments) -> Result<End, Failure> {
    let format = context.format_of(&[Format::Text, Format::Json])?;
    let project = context.open()?;
    let shown = arguments.file.display().to_string();
    let merged = merge(&project.ledger(), LEDGER, &arguments.file, &shown, &rfc3339(SystemTime::now()))?;
    context.notes.warn_all(&merged.warnings);
    let faults: Vec<String> = merged.faults.iter().map(ToString::to_string).collect();
    match format {
        Format::Json => print::json(&Told {
            chain: &merged.chain,
            lines: merged.n_lines,
            added: merged.n_added,
            already: merged.n_lines - merged.n_added,
            ahead: merged.n_ahead,
            conflicts: &merged.conflicts,
            faults: &faults,
        })?,
        _ => text(context, &merged, &faults)?,
    }
    Ok(if faults.is_empty() { End::Done } else { End::LeftOut })
}

fn text(context: &Context, merged: &Merged, faults: &[String]) -> Result<(), Failure> {
    context.notes.warn_all(&faults[..faults.len().min(MOST_TOLD)]);
    if merged.n_ahead > 0 {
        let n = merged.n_ahead;
        context.notes.warn(&format!(
            "{n} of the verdicts added are of a time to come: a clock was wrong, and they go before others"
        ));
    }
    let mut out = print::results();
    let (n, n_added) = (merged.n_lines, merged.n_added);
    writeln!(out, "verdicts  {n_added} added, {} there already", n - n_added)?;
    if !merged.conflicts.is_empty() {
        writeln!(out, "conflicts {}", merged.conflicts.len())?;
    }
    for conflict in merged.conflicts.iter().take(MOST_TOLD) {
        let Conflict { report, question, code, said } = conflict;
        let said: Vec<String> = said.iter().map(statement).collect();
        writeln!(out, "  {report}  {question}/{code}: {}", said.join("; "))?;
    }
    if merged.conflicts.len() > MOST_TOLD {
        writeln!(
            out,
            "  {} more; `codeframe evaluate --people --disagreements` lists them",
            merged.conflicts.len() - MOST_TOLD
        )?;
    }
    writeln!(out, "ledger    {LEDGER}")?;
    out.flush()?;
    Ok(())
}

fn statement(said: &Statement) -> String {
    let verdict = match said.verdict {
        Answer::Applies => "applies",
        Answer::DoesNotApply => "does not apply",
        Answer::Unsure => "unsure",
    };
    let place = if said.is_added { "there" } else { "here" };
    let stands = if said.stands { "" } else { ", replaced" };
    format!("{} {verdict} ({place}, {}{stands})", said.reviewer, said.at)
}

/// What was done, for programs.
#[derive(Serialize)]
struct Told<'a> {
    chain: &'a str,
    lines: usize,
    added: usize,
    already: usize,
    ahead: usize,
    conflicts: &'a [Conflict],
    faults: &'a [String],
}
