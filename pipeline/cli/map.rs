//! `codeframe map`: the tables over all reports.

use super::print::tables;
use super::{Context, End, Failure, Format, compare};
use codeframe::classify::files;
use codeframe::learn::{Card, Kept};
use codeframe::map::{self, Choice, Gathered, Looked};
use codeframe::project::{LEDGER, Project};
use codeframe::review::{Ledger, Said};
use codeframe::store::Store;
use codeframe::study::Study;

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
    /// The in-depth sample beside all reports: N and % in both, and how they differ
    #[arg(long, value_name = "WHAT", value_parser = ["sample"], conflicts_with_all = ["machine", "people", "passages"])]
    compare: Option<String>,
    /// Count passages beside reports
    #[arg(long)]
    passages: bool,
}

/// Does what the arguments say.
pub fn run(context: &Context, arguments: &Arguments) -> Result<End, Failure> {
    if arguments.compare.is_some() {
        return compare::run(context);
    }
    let format = context.format_of(&[Format::Text, Format::Csv, Format::Json])?;
    let project = context.open()?;
    let study = Study::load(&project)?.value;
    let store = context.store(&project, &study)?;
    let gathered = gather(context, arguments, &project, &study, &store)?;
    let tables = map::tables_of(&study.frame, &gathered);
    match format {
        Format::Csv => tables::csv(&tables)?,
        Format::Json => tables::json(&tables)?,
        _ => tables::text(&study.frame, &tables)?,
    }
    Ok(End::Done)
}

fn gather(
    context: &Context,
    arguments: &Arguments,
    project: &Project,
    study: &Study,
    store: &Store,
) -> Result<Gathered, Failure> {
    let ledger = if arguments.machine {
        Ledger::default()
    } else {
        let ledger = Ledger::read(&project.ledger(), LEDGER)?;
        context.notes.warn_all(&ledger.warnings);
        ledger.value
    };
    let said = Said::of(&study.frame, &ledger.standing());
    let is_corrected = !arguments.machine && !arguments.people;
    let looked = is_corrected.then(|| looked(context, project, study, &ledger));
    let choice = Choice {
        said: &said,
        looked: looked.as_ref(),
        takes: &|_, _| true,
        passages: arguments.passages,
        people_only: arguments.people,
    };
    Ok(map::gather(study, store, &choice)?)
}

/// Why people looked at what they looked at.
fn looked(context: &Context, project: &Project, study: &Study, ledger: &Ledger) -> Looked {
    let folder = project.frame_folder();
    let card = study.classifier.as_ref().map(|chosen| Card::read(&files::card_path(&folder, &chosen.name)));
    // A classifier without a card may have learned from all of it.
    let learned_to = card.map_or(0, |card| card.map_or(u32::MAX, |card| card.last_line));
    let kept = Kept::read(&project.derived());
    let known_to_rules = &project.config.train.rules_written_from;
    let looked = Looked::of(study, ledger, learned_to, kept.as_ref(), known_to_rules);
    if looked.is_forgotten {
        context.notes.warn(
            "what the classifier would say of the reports that it has learned from is no longer known, so they do not \
             help to correct the counts; `codeframe evaluate` finds it out again",
        );
    }
    looked
}
