//! `codeframe evaluate`: how good codings are.

use super::print::{self, agreement, evaluation};
use super::{Context, End, Failure, Format};
use anyhow::Context as _;
use codeframe::classify::files;
use codeframe::evaluate::{self, Selection, Unsure, ValueOf};
use codeframe::exchange::human::{self, Form};
use codeframe::extract::{Document, extract_lines};
use codeframe::fault::{did_you_mean, judge};
use codeframe::learn::{Card, Lesson};
use codeframe::project::{Holds, LEDGER, Metadata, Project};
use codeframe::report_id::ReportId;
use codeframe::review::Ledger;
use codeframe::store::Store;
use codeframe::study::Study;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Say how good codings are: machine against people, people against people
///
/// Without a choice: the classifier beside people, on each report with verdicts as if it had not learned from that report.
/// A code counts as given from a probability of one half on; with --against when it is decided `applies`, and what is
/// queued counts as not given, and is told.
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
    /// Errors by value of this column of the metadata as well (not with --people and --audit)
    #[arg(long, value_name = "COLUMN", conflicts_with_all = ["people", "audit"])]
    by: Option<String>,
    /// With --people: only what they disagree on, all of it
    #[arg(long, requires = "people", conflicts_with_all = ["against", "audit"])]
    disagreements: bool,
    /// With --people: what becomes of those who could not tell
    #[arg(long, value_enum, value_name = "HOW", default_value_t = UnsureArgument::LeftOut, conflicts_with_all = ["against", "audit"])]
    unsure: UnsureArgument,
}

// Not documented by variant: clap would turn that into long help.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum UnsureArgument {
    LeftOut,
    Answer,
}

/// What is compared: one of them, or what the classifier has learned from.
#[derive(clap::Args)]
#[group(multiple = false)]
struct What {
    /// This project's codings beside people's in FILE (as for `import codings`)
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
    /// People beside each other, where two gave a verdict on the same code of a report: kappa, Krippendorff's alpha, PABAK,
    /// Gwet's AC1, and what they disagree on
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
    let column = arguments.by.as_deref();
    match &arguments.what {
        What { against: Some(file), .. } => against(context, &project, &study, &selection, file, (column, format)),
        What { people: true, .. } => {
            let ledger = ledger(context, &project)?;
            selection.check_reports(ledger.entries.iter().map(|entry| &*entry.verdict.report))?;
            let unsure = match arguments.unsure {
                UnsureArgument::LeftOut => Unsure::LeftOut,
                UnsureArgument::Answer => Unsure::Answer,
            };
            let people = evaluate::people_with(&study.frame, &ledger.standing(), &selection, unsure)?;
            if arguments.disagreements {
                agreement::disagreements(&people, format)?;
            } else {
                agreement::people(&people, format)?;
            }
            Ok(End::Done)
        }
        What { audit: true, .. } => audit(context, &project, &study, &selection, format),
        _ => crossed(context, &project, &study, &selection, (column, format)),
    }
}

/// Refuses reports that the store does not have.
fn check_reports(selection: &Selection, store: &Store) -> Result<(), Failure> {
    let reports = store.reports()?;
    Ok(selection.check_reports(reports.iter().map(|(id, _)| id.as_str()))?)
}

fn ledger(context: &Context, project: &Project) -> Result<Ledger, Failure> {
    let ledger = Ledger::read(&project.ledger(), LEDGER)?;
    context.notes.warn_all(&ledger.warnings);
    Ok(ledger.value)
}

fn audit(
    context: &Context,
    project: &Project,
    study: &Study,
    selection: &Selection,
    format: Format,
) -> Result<End, Failure> {
    let store = context.store(project, study)?;
    check_reports(selection, &store)?;
    let ledger = ledger(context, project)?;
    let mut learned_to = 0;
    if let Some(chosen) = &study.classifier {
        match Card::read(&files::card_path(&project.frame_folder(), &chosen.name)) {
            Some(card) => learned_to = card.last_line,
            None => context.notes.warn(&format!(
                "`{}` has no card, so decisions on which it has learned what people say cannot be left out",
                chosen.name
            )),
        }
    }
    let confidence = project.config.decide.confidence;
    let audit = evaluate::audit(study, &store, &ledger, learned_to, selection, confidence)?;
    let (drawn, audited) = audit.pooled.iter().fold((0, 0), |sum, row| (sum.0 + row.drawn, sum.1 + row.audited));
    if audited < drawn {
        context.notes.warn(&format!(
            "of {drawn} decisions that were drawn for the audit {audited} have been looked at; these are no random sample, and \
             the bounds hold only when all of them have been"
        ));
    }
    print::audit::audit(&audit, format)?;
    Ok(End::Done)
}

fn crossed(
    context: &Context,
    project: &Project,
    study: &Study,
    selection: &Selection,
    (column, format): (Option<&str>, Format),
) -> Result<End, Failure> {
    // Each report is coded here by a classifier that has not learned from it, whichever coded the reports.
    let store = context.store_of_any_classifier(project, study, false)?;
    check_reports(selection, &store)?;
    let lesson = Lesson::gather(project, study, &store)?;
    context.notes.warn_all(&lesson.warnings);
    let values = column.map(|column| Values::of(project, column)).transpose()?;
    let note =
        || context.notes.say("learning once more, as `codeframe train` does, to measure on each report left out");
    let (derived, key) = (project.derived(), lesson.key(&store)?);
    let left_out = context.threads(project)?.install(|| lesson.left_out(&derived, &key, note));
    let value_of = |id: &str, path: &str| values.as_ref().map_or_else(String::new, |values| values.value(id, path));
    let subgroup = values.as_ref().map(|_| &value_of as &ValueOf<'_>);
    let found = evaluate::crossed(&study.frame, &store, &lesson, &left_out, selection, subgroup)?;
    evaluation::crossed(&found, column, format)?;
    Ok(if lesson.n_left_out > 0 { End::LeftOut } else { End::Done })
}

fn against(
    context: &Context,
    project: &Project,
    study: &Study,
    selection: &Selection,
    file: &Path,
    (column, format): (Option<&str>, Format),
) -> Result<End, Failure> {
    let shown = file.display().to_string();
    let Some(form) = Form::of(&shown) else {
        let message = format!("`{shown}` is not a file of codings");
        return Err(Failure::new(message).hint("save it as .jsonl or .csv"));
    };
    let store = context.store(project, study)?;
    check_reports(selection, &store)?;
    let bytes = fs::read(file).with_context(|| format!("could not read codings `{shown}`"))?;
    let (codings, faults) = human::read(&shown, &bytes, form, &study.frame);
    let warnings = judge(faults).with_context(|| format!("could not use the codings `{shown}`"))?;
    context.notes.warn_all(&warnings);
    let values = column.map(|column| Values::of(project, column)).transpose()?;
    let value_of = |id: &str, path: &str| values.as_ref().map_or_else(String::new, |values| values.value(id, path));
    let subgroup = values.as_ref().map(|_| &value_of as &ValueOf<'_>);
    let learned = context.said(project, study)?;
    let found = evaluate::against(study, &store, &codings, &learned, selection, subgroup)?;
    for id in &found.missing {
        context.notes.warn(&format!("report `{id}` of `{shown}` is not in the project and is left out"));
    }
    evaluation::against(&found, column, format)?;
    Ok(if found.missing.is_empty() { End::Done } else { End::LeftOut })
}

/// A column of the metadata: of the project's table, and beside it what `.jsonl` files say of their reports.
struct Values<'c> {
    column: &'c str,
    metadata: Metadata,
    /// By id, for reports of `.jsonl` files.
    of_lines: BTreeMap<String, String>,
    /// The folder of the reports, as paths begin.
    folder: String,
}

impl<'c> Values<'c> {
    fn of(project: &Project, column: &'c str) -> Result<Self, Failure> {
        let corpus = project.corpus()?.value;
        let metadata = corpus.metadata;
        let mut columns: BTreeSet<String> = metadata.columns().iter().cloned().collect();
        let mut of_lines = BTreeMap::new();
        for file in corpus.files.iter().filter(|file| file.holds == Holds::Lines) {
            // Lines without a report were named when they were read by the run.
            let lines = extract_lines(&file.location, &project.config.extract).unwrap_or_default();
            let documents = lines.into_iter().filter_map(|line| line.document.ok()).map(|document| document.value);
            for Document { id, metadata, .. } in documents {
                columns.extend(metadata.keys().cloned());
                let value = metadata.into_iter().find(|(name, _)| name == column).map(|(_, value)| value);
                if let (Some(id), Some(value)) = (id, value) {
                    of_lines.entry(id).or_insert(value);
                }
            }
        }
        if !columns.contains(column) {
            let failure = Failure::new(format!("the metadata have no column `{column}`"));
            let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
            let all = match columns.len() {
                0 => "there are no metadata: they go into corpus/reports.csv, or `metadata` of a .jsonl".to_owned(),
                _ => format!("the columns are {}", columns.join(", ")),
            };
            return Err(failure.hint(did_you_mean(column, columns).unwrap_or(all)));
        }
        let folder = format!("{}/", project.config.corpus.reports.trim_end_matches('/'));
        Ok(Values { column, metadata, of_lines, folder })
    }

    /// The value of a report, by its id and path; empty when there is none.
    fn value(&self, id: &str, path: &str) -> String {
        let file = path.strip_prefix(&self.folder).unwrap_or(path);
        let row = |id: ReportId| self.metadata.of(&id, file).remove(self.column);
        let of_table = ReportId::try_from(id.to_owned()).ok().and_then(row);
        of_table.or_else(|| self.of_lines.get(id).cloned()).unwrap_or_default()
    }
}
