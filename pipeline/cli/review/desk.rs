//! `codeframe review` without the page: the queue as a file and back, and shared out among several people.

use super::super::clock::rfc3339;
use super::super::{Context, End, Failure, Format, print};
use anyhow::Context as _;
use codeframe::exchange::worksheet::{self, Exported, Filled, Form, LeftOutRow, Taken, Wish};
use codeframe::frame;
use codeframe::project::{LEDGER, Project};
use codeframe::review::{ASSIGNMENT, Assignment, Ledger, Sharing, Unit, assign};
use codeframe::store::Replacement;
use codeframe::study::Study;
use serde::Serialize;
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What is done instead of opening the page.
#[derive(clap::Args)]
#[group(skip)]
pub struct Arguments {
    /// Write the queue to FILE for filling in: .xlsx, .csv or .jsonl; with --reviewer what that person is asked
    #[arg(long, value_name = "FILE", group = "desk")]
    export: Option<PathBuf>,
    /// Take the verdicts of a filled FILE (.xlsx, .ods, .csv, .jsonl) into the ledger
    #[arg(long, value_name = "FILE", group = "desk")]
    import: Option<PathBuf>,
    /// Share the queue out among these people, by name, separated by commas
    #[arg(long, value_name = "NAMES", value_delimiter = ',', group = "desk", conflicts_with = "reviewer")]
    assign: Option<Vec<String>>,
    /// With --assign: the share of items that two people answer, 0 to 1
    #[arg(long, value_name = "SHARE", requires = "assign", default_value_t = 0.2, value_parser = share)]
    overlap: f64,
    /// With --assign: what goes to the same people, whole reports or each item for itself
    #[arg(long, value_enum, value_name = "UNIT", requires = "assign", default_value_t = UnitArgument::Report)]
    by: UnitArgument,
    /// With --assign and --export: show nothing of what the machine says
    #[arg(long, conflicts_with = "import")]
    blind: bool,
    /// With --export: at most so many items, the first of the queue
    #[arg(long, value_name = "N", requires = "export")]
    limit: Option<usize>,
}

// Not documented by variant: clap would turn that into long help.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum UnitArgument {
    Report,
    Item,
}

/// Rows and warnings that are told one by one.
const MOST_TOLD: usize = 50;

impl Arguments {
    /// Whether any of this is asked for.
    pub fn is_asked(&self) -> bool {
        self.export.is_some() || self.import.is_some() || self.assign.is_some()
    }
}

/// Does what the arguments say. `named` is the reviewer asked for, `of_system` the one otherwise.
pub fn run(
    context: &Context,
    arguments: &Arguments,
    named: Option<&str>,
    of_system: impl Fn() -> Result<String, Failure>,
) -> Result<End, Failure> {
    let format = context.format_of(&[Format::Text, Format::Json])?;
    let project = context.open()?;
    match arguments {
        Arguments { import: Some(file), .. } => import(context, &project, file, named, of_system, format),
        Arguments { assign: Some(reviewers), .. } => share_out(context, &project, reviewers, arguments, format),
        Arguments { export: Some(file), .. } => export(context, &project, file, arguments, named, format),
        _ => Ok(End::Done),
    }
}

fn form_of(file: &Path) -> Result<(String, Form), Failure> {
    let shown = file.display().to_string();
    let form = Form::of(&shown).ok_or_else(|| {
        Failure::new(format!("`{shown}` is of no form that is known")).hint("name it .xlsx, .csv or .jsonl")
    })?;
    Ok((shown, form))
}

fn assignment(context: &Context, project: &Project) -> Result<Assignment, Failure> {
    let read = Assignment::read(&project.path(ASSIGNMENT));
    let (assignment, faults) = read.with_context(|| format!("could not read `{ASSIGNMENT}`"))?;
    faults.iter().for_each(|fault| context.notes.warn(&fault.to_string()));
    Ok(assignment)
}

fn ledger(context: &Context, project: &Project) -> Result<Ledger, Failure> {
    let ledger = Ledger::read(&project.ledger(), LEDGER)?;
    context.notes.warn_all(&ledger.warnings);
    Ok(ledger.value)
}

fn export(
    context: &Context,
    project: &Project,
    file: &Path,
    arguments: &Arguments,
    reviewer: Option<&str>,
    format: Format,
) -> Result<End, Failure> {
    let (shown, form) = form_of(file)?;
    if form == Form::OtherWorkbook {
        return Err(
            Failure::new(format!("workbooks are not written as `{shown}`")).hint("name it .xlsx; LibreOffice reads it")
        );
    }
    // Somebody's afternoon may be in it.
    if file.exists() {
        let hint = "import it if it is filled in, then move it away, or name another file";
        return Err(Failure::new(format!("there is a file `{shown}` already")).hint(hint));
    }
    let study = Study::load(project)?.value;
    let store = context.store(project, &study)?;
    let ledger = ledger(context, project)?;
    let assignment = assignment(context, project)?;
    let wish = Wish { reviewer, is_blind: arguments.blind, limit: arguments.limit, assignment: &assignment };
    let exported = worksheet::export(project, &study, &store, &ledger, &wish, (file, form))?;
    let Exported { n_items, n_reports, n_blind } = exported;
    if format == Format::Json {
        print::json(&ToldOut { file: &shown, items: n_items, reports: n_reports, blind: n_blind })?;
        return Ok(End::Done);
    }
    let mut out = print::results();
    let blind = if n_blind > 0 { format!(", {n_blind} of them blind") } else { String::new() };
    writeln!(out, "items    {n_items} of {n_reports} reports{blind}")?;
    writeln!(out, "file     {shown}")?;
    let who = reviewer.map_or_else(String::new, |name| format!(" --reviewer {name}"));
    writeln!(out, "next     fill in the column `verdict`, then `codeframe review --import {shown}{who}`")?;
    out.flush()?;
    Ok(End::Done)
}

#[derive(Serialize)]
struct ToldOut<'t> {
    file: &'t str,
    items: usize,
    reports: usize,
    blind: usize,
}

fn import(
    context: &Context,
    project: &Project,
    file: &Path,
    named: Option<&str>,
    of_system: impl Fn() -> Result<String, Failure>,
    format: Format,
) -> Result<End, Failure> {
    let (shown, form) = form_of(file)?;
    let frame_name = &project.config.frame.text;
    let frame = frame::load(&project.path(frame_name), frame_name)?.value;
    let bytes = fs::read(file).with_context(|| format!("could not read `{shown}`"))?;
    let otherwise = of_system().ok();
    let at = rfc3339(SystemTime::now());
    let filled = Filled { name: &shown, bytes, form, reviewer: named, otherwise: otherwise.as_deref(), at: &at };
    let taken = worksheet::take(project, &frame, project.config.decide.audit_rate, filled)?;
    match format {
        Format::Json => print::json(&ToldIn::of(&taken))?,
        _ => text(context, &taken)?,
    }
    Ok(if taken.left_out.is_empty() { End::Done } else { End::LeftOut })
}

fn text(context: &Context, taken: &Taken) -> Result<(), Failure> {
    let Taken { n_rows, n_empty, n_added, n_changed, n_already, left_out, warnings } = taken;
    context.notes.warn_all(&warnings[..warnings.len().min(MOST_TOLD)]);
    if warnings.len() > MOST_TOLD {
        context.notes.warn(&format!("{} more like these; `--format json` has them all", warnings.len() - MOST_TOLD));
    }
    let mut out = print::results();
    writeln!(out, "rows      {n_rows}, {n_empty} of them without a verdict")?;
    for LeftOutRow { row, reason, hint } in left_out.iter().take(MOST_TOLD) {
        writeln!(out, "left out  row {row}: {reason}")?;
        if let Some(hint) = hint {
            writeln!(out, "          hint: {hint}")?;
        }
    }
    if left_out.len() > MOST_TOLD {
        writeln!(out, "left out  {} more; `--format json` has them all", left_out.len() - MOST_TOLD)?;
    }
    let changed = if *n_changed > 0 { format!(" ({n_changed} of them a changed mind)") } else { String::new() };
    writeln!(out, "verdicts  {n_added} added{changed}, {n_already} there already")?;
    writeln!(out, "ledger    {LEDGER}")?;
    out.flush()?;
    Ok(())
}

/// What was taken, for programs.
#[derive(Serialize)]
struct ToldIn<'t> {
    rows: usize,
    empty: usize,
    added: usize,
    changed: usize,
    already: usize,
    left_out: &'t [LeftOutRow],
    warnings: &'t [String],
}

impl<'t> ToldIn<'t> {
    fn of(taken: &'t Taken) -> ToldIn<'t> {
        ToldIn {
            rows: taken.n_rows,
            empty: taken.n_empty,
            added: taken.n_added,
            changed: taken.n_changed,
            already: taken.n_already,
            left_out: &taken.left_out,
            warnings: &taken.warnings,
        }
    }
}

fn share_out(
    context: &Context,
    project: &Project,
    reviewers: &[String],
    arguments: &Arguments,
    format: Format,
) -> Result<End, Failure> {
    let names: Vec<String> = reviewers.iter().map(|name| name.trim().to_owned()).collect();
    let different: BTreeSet<&String> = names.iter().collect();
    if different.len() < names.len()
        || names.len() < 2
        || names.iter().any(|name| name.is_empty() || name.chars().any(char::is_control))
    {
        let message = "the queue is shared out among two or more different people";
        return Err(Failure::new(message).hint("name them like `--assign ms,jk`"));
    }
    let study = Study::load(project)?.value;
    // Without a run there is no queue to share out.
    context.store(project, &study)?;
    let ledger = ledger(context, project)?;
    let before = assignment(context, project)?;
    let sharing = Sharing {
        reviewers: names,
        overlap: arguments.overlap,
        is_blind: arguments.blind,
        unit: if arguments.by == UnitArgument::Item { Unit::Item } else { Unit::Report },
        seed: project.config.seed,
    };
    let open = worksheet::open_items(project, &study, &ledger)?;
    let assignment = assign(&open, &before, &sharing);
    let mut file = Replacement::of(&project.path(ASSIGNMENT))?;
    file.write(assignment.text().as_bytes())?;
    file.finish()?;
    let n_items = assignment.lines.len();
    let n_double = assignment.lines.iter().filter(|line| line.reviewers.len() > 1).count();
    let reports = |name: &str| assignment.of(name).map(|line| &line.report).collect::<BTreeSet<_>>().len();
    let shares = sharing.reviewers.iter().map(|name| ToldShare {
        reviewer: name,
        items: assignment.of(name).count(),
        reports: reports(name),
    });
    let shares: Vec<ToldShare<'_>> = shares.collect();
    if format == Format::Json {
        let told = ToldShares { file: ASSIGNMENT, items: n_items, double: n_double, blind: arguments.blind, shares };
        print::json(&told)?;
        return Ok(End::Done);
    }
    let mut out = print::results();
    let blind = if arguments.blind { ", blind" } else { "" };
    writeln!(out, "items    {n_items}, {n_double} of them for two people{blind}")?;
    let width = shares.iter().map(|share| share.reviewer.chars().count()).max().unwrap_or(0);
    for ToldShare { reviewer, items, reports } in &shares {
        writeln!(out, "  {reviewer:width$}  {items} items of {reports} reports")?;
    }
    writeln!(out, "file     {ASSIGNMENT}")?;
    let first = shares.first().map_or("NAME", |share| share.reviewer);
    writeln!(out, "next     `codeframe review --export {first}.xlsx --reviewer {first}` writes what {first} is asked")?;
    out.flush()?;
    Ok(End::Done)
}

#[derive(Serialize)]
struct ToldShares<'t> {
    file: &'t str,
    items: usize,
    double: usize,
    blind: bool,
    shares: Vec<ToldShare<'t>>,
}

#[derive(Serialize)]
struct ToldShare<'t> {
    reviewer: &'t str,
    items: usize,
    reports: usize,
}

fn share(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "it is no number".to_owned())?;
    if (0. ..=1.).contains(&number) { Ok(number) } else { Err("it is not from 0 to 1".to_owned()) }
}
