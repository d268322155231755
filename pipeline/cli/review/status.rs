//! `codeframe review --status`: how far the review is, and whether enough has been asked.

use super::super::print::{self, progress};
use super::super::{Context, End, Failure, Format};
use codeframe::project::LEDGER;
use codeframe::review::{Goal, Ledger, status};
use codeframe::study::Study;

/// Prints it.
pub fn run(context: &Context) -> Result<End, Failure> {
    let format = context.format_of(&[Format::Text, Format::Json])?;
    let project = context.open()?;
    let study = Study::load(&project)?.value;
    let store = context.store(&project, &study)?;
    let ledger = Ledger::read(&project.ledger(), LEDGER)?;
    context.notes.warn_all(&ledger.warnings);
    let goal = Goal { recall: project.config.review.recall, confidence: project.config.decide.confidence };
    let found = status(&study, &store, &ledger.value, goal)?;
    match format {
        Format::Json => print::json(&found)?,
        _ => progress::text(&found)?,
    }
    Ok(End::Done)
}
