//! `codeframe map`: the tables over all reports, by group, which codes go together, and what stands behind a number.

use super::print::{self, Output, by_group, crossings, documents, tables, workbook};
use super::{Context, End, Failure, Format, compare};
use codeframe::classify::files;
use codeframe::exchange::behind;
use codeframe::expression::{self, Case, Expression, Truth};
use codeframe::fault::did_you_mean;
use codeframe::frame::{CodeIndex, CodeRef, Frame};
use codeframe::learn::{Card, Kept};
use codeframe::map::{self, By, Choice, InDepth, Looked};
use codeframe::project::{LEDGER, Project, Table as Metadata};
use codeframe::review::{Ledger, Said};
use codeframe::sample::{FILE, Sample};
use codeframe::store::Store;
use codeframe::study::Study;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

/// Print the map: for every question N and % of its codes
///
/// Where people have looked at decisions that were drawn at random (the audit), or have coded whole reports, N and % are also
/// corrected for the machine's errors, with the interval that holds the truth in 95 of 100 cases.
#[derive(clap::Args)]
pub struct Arguments {
    /// The machine's own decisions, without what people said
    #[arg(long)]
    machine: bool,
    /// Only what people said; percentages are of the reports of which they said something about the question
    #[arg(long, conflicts_with = "machine")]
    people: bool,
    /// Only reports for which this holds, such as `phase = primary and cohort = 2`
    #[arg(long = "where", value_name = "EXPR")]
    filter: Option<String>,
    /// Only these questions, by id, separated by commas
    #[arg(long, value_name = "IDS", value_delimiter = ',')]
    questions: Vec<String>,
    /// The in-depth sample beside all reports: N and % in both, and how they differ
    #[arg(long, value_name = "WHAT", value_parser = ["sample"], conflicts_with_all = ["machine", "people", "passages"])]
    compare: Option<String>,
    /// Count passages beside reports
    #[arg(long)]
    passages: bool,
    #[command(flatten)]
    view: View,
    #[command(flatten)]
    output: Output,
}

/// What is shown in place of the tables.
#[derive(clap::Args)]
#[group(multiple = false)]
struct View {
    /// Each code by the codes of a question, or by the values of a column of the metadata
    #[arg(long, value_name = "QUESTION|COLUMN")]
    by: Option<String>,
    /// Codes that go together: in how many reports both apply
    #[arg(long)]
    cooccurrence: bool,
    /// A row for each report and a column for each code: 1, 0, or nothing where a person is still to be asked
    #[arg(long)]
    matrix: bool,
    /// The reports and passages behind the number of a code
    #[arg(long, value_name = "QUESTION/CODE")]
    explain: Option<String>,
}

/// The formats of tables.
pub const FORMATS: [Format; 6] = [Format::Text, Format::Csv, Format::Json, Format::Xlsx, Format::Html, Format::Docx];

/// Does what the arguments say.
pub fn run(context: &Context, arguments: &Arguments) -> Result<End, Failure> {
    if arguments.compare.is_some() {
        return compare::run(context, &arguments.output);
    }
    let view = &arguments.view;
    let known: &[Format] = match view {
        View { matrix: true, .. } => &[Format::Text, Format::Csv, Format::Json],
        View { explain: Some(_), .. } => &[Format::Text, Format::Json],
        _ => &FORMATS,
    };
    let format = arguments.output.format(context, known)?;
    let project = context.open()?;
    let study = Study::load(&project)?.value;
    let store = context.store(&project, &study)?;
    let ledger = if arguments.machine {
        Ledger::default()
    } else {
        let ledger = Ledger::read(&project.ledger(), LEDGER)?;
        context.notes.warn_all(&ledger.warnings);
        ledger.value
    };
    let said = Said::of(&study.frame, &ledger.standing());
    let is_plain = view.by.is_none() && !view.cooccurrence && !view.matrix && view.explain.is_none();
    // By group it is told how often the machine is wrong.
    let is_corrected = (is_plain || view.by.is_some()) && !arguments.machine && !arguments.people;
    let looked = is_corrected.then(|| looked(context, &project, &study, &ledger));
    let sample = Sample::read(&project.path(FILE))?;
    let stage = project.config.sample.asks.as_str();
    let asked = Asked::of(arguments, &project, &study, &store)?;
    let takes = |id: &str, cells: &[codeframe::decide::Cell]| asked.takes(id, cells);
    let choice = Choice {
        said: &said,
        looked: looked.as_ref(),
        takes: &takes,
        passages: arguments.passages && is_plain,
        people_only: arguments.people,
        in_depth: sample.as_ref().map(|sample| InDepth { stage, sample }),
    };
    let gathered = map::gather(&study, &store, &choice)?;
    asked.tell(context, gathered.reports.len())?;
    let mut out = arguments.output.open()?;
    let frame = &study.frame;
    if view.matrix {
        crossings::matrix(&mut out, frame, &gathered, format, |code| asked.has(code.question.id.as_str()))?;
    } else if let Some(name) = &view.explain {
        let code = code(frame, name)?;
        let ids: BTreeSet<&str> = gathered.reports.iter().map(|report| report.id.as_str()).collect();
        let standing = ledger.standing();
        let found = behind(&study, &store, &said, &standing, code, |id| ids.contains(id))?;
        crossings::explained(&mut out, &study, code, &found, format)?;
    } else if let Some(name) = &view.by {
        let values = asked.values(name);
        let by = match frame.question(name) {
            Some(question) => By::Question(question.id.as_str()),
            None => By::Column(name, &values),
        };
        let mut tables = map::crossed(frame, &gathered, by);
        tables.retain(|table| asked.has(&table.question));
        by_group::by_group(&mut out, frame, &tables, format)?;
    } else if view.cooccurrence {
        let takes = |code: &CodeRef<'_>| asked.has(code.question.id.as_str());
        crossings::pairs(&mut out, frame, &gathered, takes, format)?;
    } else {
        let mut tables = map::tables_of(frame, &gathered);
        tables.retain(|table| asked.has(&table.question));
        match format {
            Format::Csv => tables::csv(&mut out, &tables)?,
            Format::Json => print::json_to(&mut out, &tables)?,
            Format::Xlsx => workbook::map(frame, &tables, &mut out)?,
            Format::Html | Format::Docx => {
                documents::write(&tables::document(frame, &tables, true), format, &mut out)?;
            }
            _ => tables::text(&mut out, frame, &tables)?,
        }
    }
    out.finish()?;
    Ok(End::Done)
}

/// Which reports and questions are asked for.
struct Asked<'a> {
    filter: Option<Expression>,
    questions: &'a [String],
    /// What is known of each report, when a filter or a grouping asks for it.
    known: BTreeMap<String, BTreeMap<String, String>>,
    /// Reports for which the filter is open.
    n_open: Cell<usize>,
}

impl<'a> Asked<'a> {
    fn of(arguments: &'a Arguments, project: &Project, study: &Study, store: &Store) -> Result<Asked<'a>, Failure> {
        let frame = &study.frame;
        for id in &arguments.questions {
            if frame.question(id).is_none() {
                let questions = || frame.questions.iter().map(|question| question.id.as_str());
                let all = || format!("the questions are {}", questions().collect::<Vec<_>>().join(", "));
                let near = Some(did_you_mean(id, questions()).unwrap_or_else(all));
                return Err(with_hint(Failure::new(format!("the frame has no question `{id}`")), near));
            }
        }
        let mut asked =
            Asked { filter: None, questions: &arguments.questions, known: BTreeMap::new(), n_open: Cell::new(0) };
        if arguments.filter.is_none() && arguments.view.by.is_none() {
            return Ok(asked);
        }
        let metadata = Metadata::of(project);
        for (id, path) in store.reports()? {
            let row = metadata.row(&id, &path);
            asked.known.insert(id, row);
        }
        if let Some(text) = &arguments.filter {
            let parsed = expression::parse(text, frame, &metadata.values());
            asked.filter = Some(parsed.map_err(|error| {
                let hint = error.hint.clone();
                with_hint(Failure::new(error.to_string()), hint)
            })?);
        }
        if let Some(name) = &arguments.view.by
            && frame.question(name).is_none()
            && !metadata.columns().contains(name)
        {
            let questions = frame.questions.iter().map(|question| question.id.as_str());
            let near = did_you_mean(name, questions.chain(metadata.columns().iter().map(String::as_str)));
            let all = format!("columns of the metadata: {}", metadata.columns().join(", "));
            let failure = Failure::new(format!("there is no question and no column of the metadata named `{name}`"));
            return Err(with_hint(failure, Some(near.unwrap_or(all))));
        }
        Ok(asked)
    }

    fn takes(&self, id: &str, cells: &[codeframe::decide::Cell]) -> bool {
        let Some(filter) = &self.filter else { return true };
        let none = BTreeMap::new();
        match filter.holds(&Case { report: id, cells, metadata: self.known.get(id).unwrap_or(&none) }) {
            Truth::Yes => true,
            Truth::No => false,
            Truth::Open => {
                self.n_open.set(self.n_open.get() + 1);
                false
            }
        }
    }

    fn has(&self, question: &str) -> bool {
        self.questions.is_empty() || self.questions.iter().any(|id| id == question)
    }

    /// The values of a column by report.
    fn values(&self, column: &str) -> BTreeMap<String, String> {
        let value = |(id, row): (&String, &BTreeMap<String, String>)| Some((id.clone(), row.get(column)?.clone()));
        self.known.iter().filter_map(value).collect()
    }

    /// Says what the filter has left out; that nothing is left is a fault.
    fn tell(&self, context: &Context, n_left: usize) -> Result<(), Failure> {
        let Some(filter) = &self.filter else { return Ok(()) };
        let n_open = self.n_open.get();
        let open = format!("{n_open} {} left out because it depends on codes that await a person", reports_are(n_open));
        if n_left == 0 {
            let failure = Failure::new(format!("no report is left for which `{}` holds", filter.text()));
            return Err(if n_open > 0 { failure.hint(open) } else { failure });
        }
        let left = if n_left == 1 { "report".to_owned() } else { format!("{n_left} reports") };
        context.notes.say(&format!("Only the {left} for which `{}` holds", filter.text()));
        if n_open > 0 {
            context.notes.warn(&open);
        }
        Ok(())
    }
}

fn reports_are(n: usize) -> &'static str {
    if n == 1 { "report is" } else { "reports are" }
}

fn with_hint(failure: Failure, hint: Option<String>) -> Failure {
    match hint {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}

fn code(frame: &Frame, name: &str) -> Result<CodeIndex, Failure> {
    frame.find(name).map(|code| code.index).ok_or_else(|| {
        let of_question: Vec<&str> = frame.codes_of(name).map(|code| code.name()).collect();
        let near = || did_you_mean(name, frame.codes().map(|code| code.name()));
        let hint = match of_question.is_empty() {
            true => near().unwrap_or_else(|| "a code is named `question/code`, as in `map --format csv`".to_owned()),
            false => format!("it is a question, of which the codes are {}", of_question.join(", ")),
        };
        Failure::new(format!("the frame has no code `{name}`")).hint(hint)
    })
}

/// Why people looked at what they looked at.
pub(super) fn looked(context: &Context, project: &Project, study: &Study, ledger: &Ledger) -> Looked {
    let folder = project.frame_folder();
    let card = study.classifier.as_ref().map(|chosen| Card::read(&files::card_path(&folder, &chosen.name)));
    // A classifier without a card may have learned from all of it.
    let learned_to = card.map_or(0, |card| card.map_or(u32::MAX, |card| card.last_line));
    let kept = Kept::read(&project.derived());
    let (known_to_rules, share) = (&project.config.train.rules_written_from, project.config.review.share());
    let looked = Looked::of(study, ledger, learned_to, kept.as_ref(), known_to_rules, share);
    if looked.is_forgotten {
        context.notes.warn(
            "what the classifier would say of the reports that it has learned from is no longer known, so they do not \
             help to correct the counts; `codeframe evaluate` finds it out again",
        );
    }
    looked
}
