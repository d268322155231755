//! `codeframe evaluate`: how good codings are.

use super::print::evaluation;
use super::{Context, End, Failure, Format};
use anyhow::Context as _;
use codeframe::evaluate::{self, Selection, ValueOf};
use codeframe::exchange::human::{self, Form};
use codeframe::fault::{did_you_mean, judge};
use codeframe::project::{LEDGER, Project};
use codeframe::report_id::ReportId;
use codeframe::review::Ledger;
use codeframe::study::Study;
use std::fs;
use std::path::{Path, PathBuf};

/// Say how good codings are: machine against people, people against people
///
/// A code counts as given when it is decided `applies`; what is queued counts as not given, and is told.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    what: What,
    /// Only these reports, by id, separated by commas
    #[arg(long, value_name = "IDS", value_delimiter = ',')]
    reports: Vec<String>,
    /// Only these questions, by id, separated by commas
    #[arg(long, value_name = "IDS", value_delimiter = ',')]
    questions: Vec<String>,
    /// Errors by value of this column of the metadata as well (with --against)
    #[arg(long, value_name = "COLUMN", requires = "against")]
    by: Option<String>,
}

/// What is compared: one of them.
#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct What {
    /// This project's codings beside people's in FILE (as for `import codings`)
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
    /// People beside each other, where two gave a verdict on the same code of a report
    #[arg(long)]
    people: bool,
    /// How many automatic decisions can be wrong, by the random sample of them that people looked at
    #[arg(long)]
    audit: bool,
}

/// Does what the arguments say.
pub fn run(context: &Context, arguments: &Arguments) -> Result<End, Failure> {
    let format = context.format_of(&[Format::Text, Format::Json, Format::Csv])?;
    let project = context.open()?;
    let study = Study::load(&project)?.value;
    let selection = Selection::new(&study.frame, &arguments.reports, &arguments.questions)?;
    if let Some(file) = &arguments.what.against {
        return against(context, &project, &study, &selection, file, arguments.by.as_deref());
    }
    let ledger = Ledger::read(&project.ledger(), LEDGER)?;
    context.notes.warn_all(&ledger.warnings);
    let standing = ledger.value.standing();
    if arguments.what.people {
        evaluation::people(&evaluate::people(&study.frame, &standing, &selection)?, format)?;
        return Ok(End::Done);
    }
    let store = context.store(&project, &study)?;
    let confidence = project.config.decide.confidence;
    evaluation::audit(&evaluate::audit(&study.frame, &store, &standing, &selection, confidence)?, format)?;
    Ok(End::Done)
}

fn against(
    context: &Context,
    project: &Project,
    study: &Study,
    selection: &Selection,
    file: &Path,
    column: Option<&str>,
) -> Result<End, Failure> {
    let format = context.format;
    let shown = file.display().to_string();
    let Some(form) = Form::of(&shown) else {
        let message = format!("`{shown}` is not a file of codings");
        return Err(Failure::new(message).hint("save it as .jsonl or .csv"));
    };
    let store = context.store(project, study)?;
    let bytes = fs::read(file).with_context(|| format!("could not read codings `{shown}`"))?;
    let (codings, faults) = human::read(&shown, &bytes, form, &study.frame);
    let warnings = judge(faults).with_context(|| format!("could not use the codings `{shown}`"))?;
    context.notes.warn_all(&warnings);
    let metadata = match column {
        Some(column) => {
            let metadata = project.corpus()?.value.metadata;
            if metadata.columns().iter().all(|known| known != column) {
                let near = did_you_mean(column, metadata.columns().iter().map(String::as_str));
                let failure = Failure::new(format!("the metadata have no column `{column}`"));
                let all = format!("the columns are {}", metadata.columns().join(", "));
                return Err(failure.hint(near.unwrap_or(all)));
            }
            Some((column, metadata))
        }
        None => None,
    };
    let folder = format!("{}/", project.config.corpus.reports.trim_end_matches('/'));
    let value = metadata.as_ref().map(|(column, metadata)| {
        move |id: &str, path: &str| {
            let row = |id: ReportId| metadata.of(&id, path.strip_prefix(&folder).unwrap_or(path)).remove(*column);
            ReportId::try_from(id.to_owned()).ok().and_then(row).unwrap_or_default()
        }
    });
    let subgroup = value.as_ref().map(|of| of as &ValueOf<'_>);
    let found = evaluate::against(study, &store, &codings, selection, subgroup)?;
    for id in &found.missing {
        context.notes.warn(&format!("report `{id}` of `{shown}` is not in the project and is left out"));
    }
    evaluation::against(&found, column, format)?;
    Ok(if found.missing.is_empty() { End::Done } else { End::LeftOut })
}
