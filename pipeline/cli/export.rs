//! `codeframe export`: codings, quotes and the matrix for other programs.

use super::print::{self, Output};
use super::{Context, End, Failure, Format};
use codeframe::exchange::table::{Parquet, Rows, Table, Workbook};
use codeframe::exchange::tables::{Sources, Which, columns, fill};
use codeframe::exchange::{self, CodingLine};
use codeframe::project::{LEDGER, Table as About};
use codeframe::review::{Ledger, Said};
use codeframe::store::Replacement;
use codeframe::study::Study;
use codeframe::warned::Warned;
use std::io::Write;

/// Export codings, quotes or the matrix of reports and codes for other programs
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    output: Output,
    /// The machine's own decisions, without what people said
    #[arg(long, global = true)]
    machine: bool,
}

#[derive(clap::Subcommand, Clone, Copy)]
enum What {
    /// Every code of every report with decision and passages, one a line (jsonl, csv, xlsx, parquet) or as one JSON array
    Codings,
    /// Every quote behind a code that applies or is queued, one a row, with what is known of its report and who decided
    Quotes,
    /// The reports with a column for each code: 1 applies, 0 does not, blank is not decided (csv, xlsx, parquet)
    Matrix,
}

/// Does what the arguments say.
pub fn run(context: &Context, arguments: &Arguments) -> Result<End, Failure> {
    let which = match arguments.what {
        What::Codings => Which::Codings,
        What::Quotes => Which::Quotes,
        What::Matrix => Which::Matrix,
    };
    let known: &[Format] = match which {
        Which::Codings => &[Format::Text, Format::Jsonl, Format::Json, Format::Csv, Format::Xlsx, Format::Parquet],
        _ => &[Format::Text, Format::Csv, Format::Xlsx, Format::Parquet],
    };
    let format = arguments.output.format(context, known)?;
    let is_file = matches!(format, Format::Xlsx | Format::Parquet);
    if is_file && arguments.output.output.is_none() {
        let message = "this format goes into a file, and none is named";
        return Err(Failure::new(message).hint("add --output FILE"));
    }
    let project = context.open()?;
    let study = Study::load(&project)?.value;
    let store = context.store(&project, &study)?;
    let Warned { value: ledger, warnings } = match arguments.machine {
        true => Warned::clean(Ledger::default()),
        false => Ledger::read(&project.ledger(), LEDGER)?,
    };
    context.notes.warn_all(&warnings);
    let standing = ledger.standing();
    let said = Said::of(&study.frame, &standing);
    let about = About::of(&project);
    let sources = Sources { study: &study, store: &store, said: &said, standing: &standing, about: &about };
    match &arguments.output.output {
        None => write(which, format, sources, print::results())?,
        Some(path) => {
            let mut file = Replacement::of(path)?;
            match format {
                Format::Xlsx => {
                    table(Workbook::new(which.name(), &columns(which, sources), &mut file)?, which, sources)?;
                }
                Format::Parquet => table(Parquet::new(&columns(which, sources), &mut file)?, which, sources)?,
                format => write(which, format, sources, &mut file)?,
            }
            file.finish()?;
            context.notes.say(&format!("{} written to {}", which.name(), path.display()));
        }
    }
    Ok(End::Done)
}

/// Writes what can go into a stream.
fn write(which: Which, format: Format, sources: Sources<'_>, mut out: impl Write) -> Result<(), Failure> {
    if format == Format::Csv || which != Which::Codings {
        return table(Rows::new(&columns(which, sources), out)?, which, sources);
    }
    // As an array the lines are the same, so that a reader of either reads the other by its brackets and commas.
    let (first, between, last): (&[u8], &[u8], &[u8]) =
        if format == Format::Json { (b"[\n", b",\n", b"\n]\n") } else { (b"", b"\n", b"\n") };
    out.write_all(first)?;
    let mut is_first = true;
    let Sources { study, store, said, .. } = sources;
    exchange::codings(study, store, said, |line: &CodingLine<'_>| {
        if !std::mem::take(&mut is_first) {
            out.write_all(between)?;
        }
        Ok(serde_json::to_writer(&mut out, line).map_err(std::io::Error::from)?)
    })?;
    if !is_first || format == Format::Json {
        out.write_all(last)?;
    }
    out.flush()?;
    Ok(())
}

fn table<'t>(table: impl Table + 't, which: Which, sources: Sources<'_>) -> Result<(), Failure> {
    let mut table: Box<dyn Table + 't> = Box::new(table);
    fill(which, sources, &mut *table)?;
    Ok(table.finish()?)
}
