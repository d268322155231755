//! `codeframe report`: the synthesis document.

use super::clock::rfc3339;
use super::print::documents;
use super::{Context, End, Failure, Format};
use codeframe::grid::Grid;
use codeframe::project::LEDGER;
use codeframe::review::{Ledger, Said};
use codeframe::sample::{self, Sample, draw};
use codeframe::study::Study;
use codeframe::synthesis::{Material, synthesize, template_of};
use std::path::PathBuf;
use std::time::SystemTime;

/// Write the synthesis document: tables, charts, sample, patterns, vignettes, method
///
/// Its template is report.md.j2 beside the frame, or a built-in one: Markdown in which numbers, tables and quotations are
/// put in from the codings. Print it as text, or write --format docx or html with --output FILE.
#[derive(clap::Args)]
pub struct Arguments {
    /// Where the document goes; without it to stdout
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Does what the arguments say.
pub fn run(context: &Context, arguments: &Arguments) -> Result<End, Failure> {
    let format = context.format_of(&[Format::Text, Format::Html, Format::Docx])?;
    let project = context.open()?;
    let template = template_of(&project)?;
    let study = Study::load(&project)?.value;
    let store = context.store(&project, &study)?;
    let ledger = Ledger::read(&project.ledger(), LEDGER)?;
    context.notes.warn_all(&ledger.warnings);
    let ledger = ledger.value;
    let said = Said::of(&study.frame, &ledger.standing());
    let grid = Grid::read(&project, &study, &store, &said)?;
    let sampled = Sample::read(&project.path(sample::FILE))?;
    let config = &project.config;
    let n_unreadable = store.files()?.values().filter(|file| file.failure.is_some()).count();
    let flow = match draw(&config.sample, config.seed, &study.frame, &grid, n_unreadable) {
        Ok((_, flow)) => Some(flow),
        Err(sample::Error::NoStages) => None,
        Err(sample::Error::Empty { flow, .. }) => Some(*flow),
        Err(error) => return Err(error.into()),
    };
    let material = Material {
        project: &project,
        study: &study,
        store: &store,
        said: &said,
        ledger: &ledger,
        grid: &grid,
        sample: sampled.as_ref(),
        flow: flow.as_ref(),
        made_at: &rfc3339(SystemTime::now()),
        version: env!("CARGO_PKG_VERSION"),
    };
    let made = synthesize(&material, &template)?;
    documents::write(&made.value, format, arguments.output.as_deref())?;
    context.notes.warn_all(&made.warnings);
    Ok(if made.warnings.is_empty() { End::Done } else { End::LeftOut })
}
