//! `codeframe train`: verdicts become a classifier and its card.

use super::print::{self, card};
use super::{Context, End, Failure, Format};
use codeframe::learn::{Outcome, train};
use codeframe::study::Study;
use codeframe::warned::Warned;

/// Learn a classifier from people's verdicts
///
/// What people have said of the reports (corpus/ledger.jsonl) becomes a classifier beside the frame, with a card that says
/// how well it does on reports that it has not seen. `codeframe run` then uses it. Nothing is done when nothing has
/// changed since the last time; old classifiers stay.
#[derive(clap::Args)]
pub struct Arguments {}

/// Does what the arguments say.
pub fn run(context: &Context, _: &Arguments) -> Result<End, Failure> {
    let format = context.format_of(&[Format::Text, Format::Json, Format::Csv])?;
    let mut project = context.open()?;
    match Study::load(&project) {
        Err(error) if error.is_of_classifier() => {
            // What stands in the way of coding must not stand in the way of making another.
            context.notes.warn(&format!("{error}; it is left aside"));
            project.config.train.is_off = true;
        }
        sound => drop(sound?),
    }
    // Reports that nobody has read yet are read now; when all have been, this looks at file stamps only.
    let read = context.bring_up_to_date(&project)?;
    let study = Study::load(&project)?.value;
    let store = context.store(&project, &study)?;
    let threads = context.threads(&project)?;
    let Warned { value: outcome, warnings } = threads.install(move || train(&project, &study, &store))?;
    context.notes.warn_all(&warnings);
    let Outcome { card, state, n_left_out } = &outcome;
    match format {
        Format::Json => print::json(card)?,
        Format::Csv => card::csv(card)?,
        _ => card::text(card, *state)?,
    }
    Ok(if *n_left_out > 0 { End::LeftOut } else { read })
}
