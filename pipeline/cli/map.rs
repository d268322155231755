//! `codeframe map`: the tables over all reports, by group, which codes go together, and what stands behind a number.

use super::asked::Asked;
use super::print::{self, Output, by_group, crossings, documents, tables, workbook};
use super::{Context, End, Failure, Format, compare};
use codeframe::classify::files;
use codeframe::exchange::behind;
use codeframe::fault::did_you_mean;
use codeframe::frame::{CodeIndex, CodeRef, Frame};
use codeframe::learn::{Card, Kept};
use codeframe::map::{self, By, Choice, InDepth, Looked};
use codeframe::project::{LEDGER, Project};
use codeframe::review::{Ledger, Said};
use codeframe::sample::{FILE, Sample};
use codeframe::study::Study;
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
    pub filter: Option<String>,
    /// Only these questions, by id, separated by commas
    #[arg(long, value_name = "IDS", value_delimiter = ',')]
    pub questions: Vec<String>,
    /// The in-depth sample beside all reports: N and % in both, and how they differ
    #[arg(long, value_name = "WHAT", value_parser = ["sample"], conflicts_with_all = ["machine", "people", "passages", "View"])]
    compare: Option<String>,
    /// Count passages beside reports
    #[arg(long, conflicts_with = "View")]
    passages: bool,
    #[command(flatten)]
    pub view: View,
    #[command(flatten)]
    pub output: Output,
}

/// What is shown in place of the tables.
#[derive(clap::Args)]
#[group(multiple = false)]
pub struct View {
    /// Each code by the codes of a question, or by the values of a column of the metadata
    #[arg(long, value_name = "QUESTION|COLUMN")]
    pub by: Option<String>,
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
        return compare::run(context, arguments);
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
        passages: arguments.passages,
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
        let column = asked.column.as_deref();
        let values = column.map_or_else(BTreeMap::new, |column| asked.values(column));
        let by = match column {
            None => By::Question(name),
            Some(column) => By::Column(column, &values),
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
