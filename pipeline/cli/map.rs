//! `codeframe map`: the tables over all reports.

use super::print::tables;
use super::{Context, End, Failure, Format};
use codeframe::map;
use codeframe::review::Said;
use codeframe::study::Study;

/// Print the map: for every question N and % of its codes
#[derive(clap::Args)]
pub struct Arguments {
    /// The machine's own decisions, without what people said
    #[arg(long)]
    machine: bool,
}

/// Does what the arguments say.
pub fn run(context: &Context, arguments: &Arguments) -> Result<End, Failure> {
    let format = context.format_of(&[Format::Text, Format::Csv, Format::Json])?;
    let project = context.open()?;
    let study = Study::load(&project)?.value;
    let store = context.store(&project, &study)?;
    let said = if arguments.machine { Said::default() } else { context.said(&project, &study)? };
    let tables = map::tables(&study, &store, &said)?;
    match format {
        Format::Csv => tables::csv(&tables)?,
        Format::Json => tables::json(&tables)?,
        _ => tables::text(&study.frame, &tables)?,
    }
    Ok(End::Done)
}
