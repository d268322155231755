//! `codeframe report`: the synthesis document.

use super::clock::rfc3339;
use super::print::{Output, documents};
use super::{Context, End, Failure, Format, map};
use anyhow::Context as _;
use codeframe::grid::Grid;
use codeframe::project::LEDGER;
use codeframe::review::{Ledger, Said};
use codeframe::sample::{self, Sample, draw};
use codeframe::study::Study;
use codeframe::synthesis::{Material, TEMPLATE, counted, place_of, synthesize, template_of};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Write the synthesis document: tables, charts, sample, patterns, vignettes, method
///
/// Its template is report.md.j2 beside the frame, or a built-in one: Markdown in which numbers, tables and quotations are
/// put in from the codings. Print it as text, or write it with --output FILE.docx or FILE.html.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    output: Output,
    /// Write the built-in template, to be changed: to FILE, or to where the project's own is looked for
    #[arg(long, value_name = "FILE", num_args = 0..=1, conflicts_with = "output")]
    write_template: Option<Option<PathBuf>>,
}

/// Does what the arguments say.
pub fn run(context: &Context, arguments: &Arguments) -> Result<End, Failure> {
    let format = arguments.output.format(context, &[Format::Text, Format::Html, Format::Docx])?;
    let project = context.open()?;
    if let Some(file) = &arguments.write_template {
        let place = place_of(&project);
        let path = file.clone().unwrap_or_else(|| project.path(&place));
        return write_template(context, &path, file.is_none(), &place);
    }
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
    let looked = map::looked(context, &project, &study, &ledger);
    let tables = counted(&study, &store, &said, &looked, sampled.as_ref(), &config.sample.asks)?;
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
        tables: &tables,
        sample: sampled.as_ref(),
        flow: flow.as_ref(),
        made_at: &rfc3339(SystemTime::now()),
        version: env!("CARGO_PKG_VERSION"),
    };
    let made = synthesize(&material, &template)?;
    let mut out = arguments.output.open()?;
    documents::write(&made.value, format, &mut out)?;
    out.finish()?;
    context.notes.warn_all(&made.warnings);
    Ok(if made.warnings.is_empty() { End::Done } else { End::LeftOut })
}

/// Writes the built-in template where there is none yet.
fn write_template(context: &Context, path: &Path, is_used: bool, place: &str) -> Result<End, Failure> {
    let shown = path.display();
    match std::fs::File::create_new(path) {
        Ok(mut file) => {
            file.write_all(TEMPLATE.as_bytes()).with_context(|| format!("could not write `{shown}`"))?;
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let failure = Failure::new(format!("`{shown}` is there already; nothing was written"));
            return Err(failure.hint("name another file with `--write-template FILE`"));
        }
        Err(error) => return Err(anyhow::Error::new(error).context(format!("could not write `{shown}`")).into()),
    }
    let next = if is_used {
        "`codeframe report` uses it from now on".to_owned()
    } else {
        format!(
            "`codeframe report` uses it when it stands at {place}, or where `template` in [report] of config.toml says"
        )
    };
    context.notes.say(&format!("The template is in {shown}; {next}"));
    Ok(End::Done)
}
