//! `codeframe import codings`: what people have coded elsewhere becomes verdicts in the ledger.

use super::{Context, End, Failure, Format, print};
use crate::cli::clock::rfc3339;
use anyhow::Context as _;
use codeframe::exchange::human::{self, Form};
use codeframe::exchange::{Import, Imported, import};
use codeframe::fault::judge;
use codeframe::frame;
use codeframe::project::LEDGER;
use serde::Serialize;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::time::SystemTime;

/// Add people's codings to the ledger
///
/// A .jsonl file has a report a line: {"id", "codes": {question: [code, …]}, "passages": [{"code": "question/code",
/// "quote"}], "not_to_be_coded": […]}; each code of a question that is listed and not named does not apply. A .csv file
/// has an answer a row, with the columns report, question, code, verdict (applies, does_not_apply, unsure) and, if you
/// like, quote and reviewer. With any fault in the file nothing is imported; what the ledger has already is not added again.
#[derive(clap::Args)]
pub struct Arguments {
    /// The codings, .jsonl or .csv
    file: PathBuf,
    /// Who gave them, where the file does not say
    #[arg(long, value_name = "NAME", default_value = "people")]
    reviewer: String,
}

/// Reports left out and oddities that are told one by one; a file for another corpus has thousands.
const MOST_TOLD: usize = 20;

/// Does what the arguments say.
pub fn run(context: &Context, arguments: &Arguments) -> Result<End, Failure> {
    let format = context.format_of(&[Format::Text, Format::Json])?;
    let reviewer = arguments.reviewer.trim();
    if reviewer.is_empty() || reviewer.chars().any(char::is_control) {
        return Err(Failure::new("the name of the reviewer is not a word or short text"));
    }
    let shown = arguments.file.display().to_string();
    let Some(form) = Form::of(&shown) else {
        let message = format!("`{shown}` is not a file of codings that can be imported");
        return Err(Failure::new(message).hint("save it as .jsonl or .csv"));
    };
    let project = context.open()?;
    let frame_name = &project.config.frame.text;
    let frame = frame::load(&project.path(frame_name), frame_name)?.value;
    let bytes = fs::read(&arguments.file).with_context(|| format!("could not read codings `{shown}`"))?;
    let (codings, mut faults) = human::read(&shown, &bytes, form, &frame);
    drop(bytes);
    faults.extend(human::contradictions(&shown, &frame, &codings));
    let warnings =
        judge(faults).with_context(|| format!("could not import `{shown}`; nothing was added to the ledger"))?;
    let at = rfc3339(SystemTime::now());
    let imported = import(&project, &frame, &codings, Import { file: &shown, reviewer, at: &at })?;
    let warnings: Vec<String> = warnings.into_iter().chain(imported.warnings.iter().cloned()).collect();
    match format {
        Format::Json => print::json(&Told::of(&imported, &warnings))?,
        _ => text(context, &imported, &warnings, project.ledger().is_file())?,
    }
    let is_whole = imported.left_out.is_empty() && imported.n_not_found == 0;
    Ok(if is_whole { End::Done } else { End::LeftOut })
}

fn text(context: &Context, imported: &Imported, warnings: &[String], has_ledger: bool) -> Result<(), Failure> {
    context.notes.warn_all(&warnings[..warnings.len().min(MOST_TOLD)]);
    if warnings.len() > MOST_TOLD {
        context.notes.warn(&format!("{} more like these; `--format json` has them all", warnings.len() - MOST_TOLD));
    }
    let Imported { n_reports, n_added, n_already, n_found, n_not_found, left_out, .. } = imported;
    let mut out = print::results();
    writeln!(out, "reports   {n_reports} in the corpus, {} left out", left_out.len())?;
    for report in left_out.iter().take(MOST_TOLD) {
        let hint = report.nearest.as_ref().map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        writeln!(out, "left out  `{}` (line {}): the corpus has no such report{hint}", report.report, report.line)?;
    }
    if left_out.len() > MOST_TOLD {
        writeln!(out, "left out  {} more; `--format json` has them all", left_out.len() - MOST_TOLD)?;
    }
    writeln!(out, "verdicts  {n_added} added, {n_already} there already")?;
    writeln!(out, "passages  {n_found} found in their reports, {n_not_found} not found")?;
    if has_ledger {
        writeln!(out, "ledger    {LEDGER}")?;
    }
    out.flush()?;
    Ok(())
}

/// What was imported, for programs.
#[derive(Serialize)]
struct Told<'a> {
    reports: usize,
    added: usize,
    already: usize,
    passages_found: usize,
    passages_not_found: usize,
    left_out: Vec<Left<'a>>,
    warnings: &'a [String],
}

#[derive(Serialize)]
struct Left<'a> {
    report: &'a str,
    line: u32,
}

impl<'a> Told<'a> {
    fn of(imported: &'a Imported, warnings: &'a [String]) -> Told<'a> {
        Told {
            reports: imported.n_reports,
            added: imported.n_added,
            already: imported.n_already,
            passages_found: imported.n_found,
            passages_not_found: imported.n_not_found,
            left_out: imported.left_out.iter().map(|left| Left { report: &left.report, line: left.line }).collect(),
            warnings,
        }
    }
}
