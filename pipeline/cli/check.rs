//! `codeframe check`: everything that people write or put into the project is read and judged, and all that is wrong is
//! said at once; nothing is run and nothing written.

use super::failure::said;
use super::print::problems::{self, Checked, Problem};
use super::{Context, End, Failure, Format};
use codeframe::config::{self, near_file};
use codeframe::decide::Derivations;
use codeframe::exchange::{Lost, Texts, cited};
use codeframe::facts;
use codeframe::fault::{Fault, did_you_mean};
use codeframe::frame::{self, Frame};
use codeframe::learn::examples;
use codeframe::project::{Error as ProjectError, Holds, LEDGER, Project, ReportFile, Table as Metadata};
use codeframe::propose;
use codeframe::review::{Ledger, Said, labels};
use codeframe::sample;
use codeframe::study;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read;

/// Check config, frame, rules, examples, classifier, metadata, report files and the ledger; runs nothing
#[derive(clap::Args)]
pub struct Arguments {
    /// Read every report's file anew, too, and find each cited quote in it again
    #[arg(long)]
    quotes: bool,
}

/// Does what the arguments say.
pub fn run(context: &Context, arguments: &Arguments) -> Result<End, Failure> {
    let format = context.format_of(&[Format::Text, Format::Json])?;
    let mut checked = check(context)?;
    if arguments.quotes && checked.n_errors() == 0 {
        check_quotes(context, &mut checked)?;
    } else if arguments.quotes {
        checked.not_checked.push("quotes");
    }
    match format {
        Format::Json => problems::json(&checked)?,
        _ => problems::text(&checked)?,
    }
    Ok(if checked.n_errors() == 0 { End::Done } else { End::LeftOut })
}

/// Every part is checked that the parts before it allow: without a sound config nothing else can be found, without a
/// sound frame no rule has codes to name.
fn check(context: &Context) -> Result<Checked, Failure> {
    let mut checked = Checked::default();
    let (config, faults) = config::parse(&Project::read_config(&context.project)?);
    checked.add(faults);
    let Some(config) = config else {
        checked.not_checked = vec!["frame", "rules", "sample", "metadata", "reports", "ledger"];
        return Ok(checked);
    };
    let project = Project { root: context.project.clone(), config };
    let frame = check_frame(&project, &mut checked);
    match &frame {
        Some(frame) => {
            checked.add(Derivations::compile(frame, &facts::NAMES).err().unwrap_or_default());
            check_rules(&project, frame, &mut checked);
            check_examples(&project, frame, &mut checked);
            check_classifier(&project, frame, &mut checked);
            let known = Metadata::of(&project).values();
            for column in known.keys().filter(|column| frame.question(column).is_some()) {
                let message =
                    format!("the column `{column}` has the name of a question, which filters and `--by` mean by it");
                let hint = format!("write `metadata.{column}` for the column, or give it another name");
                checked.warning(&project.metadata().unwrap_or_default(), message, Some(hint));
            }
            checked.add(sample::faults(&project.config.sample, frame, &known));
        }
        None => checked.not_checked.extend(["rules", "sample"]),
    }
    let ids = check_reports(&project, &mut checked);
    check_ledger(&project, frame.as_ref(), ids.as_ref(), &mut checked);
    Ok(checked)
}

/// Every quote that the results cite, in the reports as their files say now.
fn check_quotes(context: &Context, checked: &mut Checked) -> Result<(), Failure> {
    let project = context.open()?;
    let study = study::Study::load(&project)?.value;
    let store = context.store(&project, &study)?;
    let ledger = Ledger::read(&project.ledger(), LEDGER)?.value;
    let standing = ledger.standing();
    let said = Said::of(&study.frame, &standing);
    let texts = Texts::from_files(&project).map_err(|error| {
        let hint = error.hint().unwrap_or_default();
        Failure::new(error.to_string()).hint(hint)
    })?;
    let found = cited(&study, &store, &said, &standing, &texts)?;
    checked.quotes = Some(found.quotes);
    for Lost { report, code, start, end, quote, unreadable } in &found.lost {
        let why = unreadable.as_ref().map_or_else(String::new, |why| format!(" ({why})"));
        let shown: String = quote.chars().take(80).collect();
        let message =
            format!("`{report}` no longer has the quote at {start}-{end} that `{code}` rests on{why}: “{shown}”");
        let hint = "run `codeframe run` to code the report as it is now, or bring back the file as it was".to_owned();
        checked.problem(Problem::of_file(report, message).hint(Some(hint)));
    }
    if found.moved > 0 {
        let message = format!("{} quotes stand elsewhere in their reports than the results say", found.moved);
        checked.warning("", message, Some("run `codeframe run`; the reports have changed since".to_owned()));
    }
    Ok(())
}

fn check_frame(project: &Project, checked: &mut Checked) -> Option<Frame> {
    let named = &project.config.frame;
    let source = match std::fs::read_to_string(project.path(&named.text)) {
        Ok(text) => codeframe::fault::Source::new(named.text.clone(), &text),
        Err(error) => {
            checked.add(vec![unreadable(project, "frame", named, &error)]);
            return None;
        }
    };
    let (frame, faults) = frame::parse(&source);
    checked.add(faults);
    if let Some(frame) = &frame {
        checked.questions = Some(frame.questions.len());
        checked.codes = Some(frame.n_codes());
    }
    frame
}

fn check_rules(project: &Project, frame: &Frame, checked: &mut Checked) {
    let Some(name) = project.rules() else {
        checked.rules = Some(0);
        return;
    };
    match propose::Rules::load(&project.path(&name), &name, frame) {
        Ok(rules) => {
            checked.rules = Some(rules.value.all().len());
            checked.warnings(rules.warnings);
            checked.add(rules.value.failing_examples());
        }
        Err(propose::Error::Unsound { source, .. }) => checked.add(source.0),
        Err(propose::Error::Read { path, source }) => match &project.config.rules {
            Some(named) if named.text == path => {
                checked.add(vec![unreadable(project, "rules", named, &source)]);
            }
            _ => checked.problem(Problem::of_file(&path, format!("it cannot be read: {}", said(&source)))),
        },
    }
}

fn check_examples(project: &Project, frame: &Frame, checked: &mut Checked) {
    let Some(name) = project.examples() else { return };
    match std::fs::read_to_string(project.path(&name)) {
        Ok(text) => {
            let (examples, faults) = examples::parse(&name, &text, frame);
            checked.examples = Some(examples.len());
            checked.add(faults);
        }
        Err(error) => match &project.config.train.examples {
            Some(named) => checked.add(vec![unreadable(project, "examples", named, &error)]),
            None => checked.problem(Problem::of_file(&name, format!("it cannot be read: {}", said(&error)))),
        },
    }
}

/// The classifier that a run would use: whole, of this version, for this frame.
fn check_classifier(project: &Project, frame: &Frame, checked: &mut Checked) {
    let error = match study::chosen(project, frame) {
        Ok(chosen) => return checked.warnings(chosen.warnings),
        Err(error) => error,
    };
    let hint = error.hint();
    match error {
        study::Error::NoClassifier { name, place, .. } => {
            checked.add(vec![Fault::error(place, format!("there is no classifier `{name}`")).hint(hint)]);
        }
        error => checked.problem(Problem::of_file("", error.to_string()).hint(hint)),
    }
}

/// Gives the ids of the reports, when the files' names tell them all.
fn check_reports(project: &Project, checked: &mut Checked) -> Option<BTreeSet<String>> {
    let (corpus, faults) = match project.survey() {
        Ok(survey) => survey,
        Err(error) => {
            let path = match &error {
                ProjectError::NoReports { path } | ProjectError::Read { path, .. } => path.clone(),
                _ => String::new(),
            };
            let cause = std::error::Error::source(&error).map_or_else(String::new, |cause| {
                let io = cause.downcast_ref::<std::io::Error>();
                format!(": {}", io.map_or_else(|| cause.to_string(), said))
            });
            checked.problem(Problem::of_file(&path, format!("{error}{cause}")).hint(error.hint()));
            return None;
        }
    };
    checked.add(faults);
    checked.reports = Some(corpus.files.len());
    for twice in corpus.same_ids() {
        let ProjectError::SameId { second, .. } = &twice else { continue };
        checked.problem(Problem::of_file(second, twice.to_string()).hint(twice.hint()));
    }
    for file in corpus.unreachable {
        checked.problem(Problem::of_file(&file.path, file.reason));
    }
    for file in &corpus.files {
        if file.stamp.bytes == 0 {
            let hint = "copy the file again: the transfer probably broke off".to_owned();
            checked.problem(Problem::of_file(&file.path, "the file is empty (0 bytes)".to_owned()).hint(Some(hint)));
        }
        if let Err(error) = File::open(&file.location).and_then(|mut file| file.read(&mut [0; 8])) {
            checked.problem(Problem::of_file(&file.path, format!("it cannot be read: {}", said(&error))));
        }
    }
    checked.skipped = corpus.skipped;
    let id = |file: &ReportFile| match &file.holds {
        Holds::One(id) => Some(id.to_string()),
        Holds::Lines => None,
    };
    corpus.files.iter().map(id).collect()
}

/// The chain of the ledger, and verdicts that say nothing about the present frame and reports. These are kept and not
/// used, so each kind is said once with its number.
fn check_ledger(project: &Project, frame: Option<&Frame>, ids: Option<&BTreeSet<String>>, checked: &mut Checked) {
    let (ledger, faults) = match Ledger::survey(&project.ledger(), LEDGER) {
        Ok(found) => found,
        Err(error) => {
            let cause = std::error::Error::source(&error).and_then(|cause| cause.downcast_ref::<std::io::Error>());
            let cause = cause.map_or_else(|| error.to_string(), said);
            return checked.problem(Problem::of_file(LEDGER, format!("it cannot be read: {cause}")));
        }
    };
    checked.add(faults);
    let standing = ledger.standing();
    if !ledger.entries.is_empty() {
        checked.verdicts = Some(standing.len());
    }
    if let Some(frame) = frame {
        let labels = labels(frame, &standing);
        for (code, n) in &labels.stale {
            let message =
                format!("{} on `{code}` {} given under an earlier definition and not used", verdicts(*n), was(*n));
            checked.warning(LEDGER, message, None);
        }
        for (code, n) in &labels.unknown {
            let message = format!("{} on `{code}`, which the frame does not have, {} not used", verdicts(*n), is(*n));
            checked.warning(LEDGER, message, did_you_mean(code, frame.codes().map(|code| code.name())));
        }
    }
    let mut strays: BTreeMap<&str, usize> = BTreeMap::new();
    for verdict in standing.iter().filter(|verdict| ids.is_some_and(|ids| !ids.contains(&*verdict.report))) {
        *strays.entry(&verdict.report).or_default() += 1;
    }
    for (report, n) in strays {
        let near = did_you_mean(report, ids.into_iter().flatten().map(String::as_str));
        checked.warning(
            LEDGER,
            format!("no report is named `{report}`, on which there {} {}", is(n), verdicts(n)),
            near,
        );
    }
    if standing.iter().all(|verdict| verdict.passages.is_empty()) {
        return;
    }
    // Without reports, or with a store that another version left, there is nothing to compare with, which others say.
    let misplaced = Texts::of(project).and_then(|texts| texts.misplaced(&standing)).unwrap_or_default();
    for (report, n) in misplaced {
        let passages = if n == 1 { "passage" } else { "passages" };
        let message = format!("{n} {passages} of verdicts on `{report}` {} not where the ledger says", is(n));
        let hint = "the report has changed since; review it again, or bring back the file as it was".to_owned();
        checked.warning(LEDGER, message, Some(hint));
    }
}

fn verdicts(n: usize) -> String {
    format!("{n} verdict{}", if n == 1 { "" } else { "s" })
}

fn was(n: usize) -> &'static str {
    if n == 1 { "was" } else { "were" }
}

fn is(n: usize) -> &'static str {
    if n == 1 { "is" } else { "are" }
}

/// A file that the config names and that cannot be read: said where the config names it.
fn unreadable(project: &Project, what: &str, named: &config::Written, error: &std::io::Error) -> Fault {
    let message = format!("{what} `{}` cannot be read: {}", named.text, said(error));
    Fault::error(named.place.clone(), message).hint(near_file(&project.path(&named.text)))
}
