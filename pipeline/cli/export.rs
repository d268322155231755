//! `codeframe export`: codings for other programs.

use super::{Context, End, Failure, Format, print};
use codeframe::exchange;
use codeframe::review::Said;
use codeframe::study::Study;
use std::io::Write;

/// Export codings for other programs
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Every code of every report with decision and passages, one a line (JSON lines or CSV) or as one JSON array
    Codings {
        /// The machine's own decisions, without what people said
        #[arg(long)]
        machine: bool,
    },
}

/// Does what the arguments say.
pub fn run(context: &Context, arguments: &Arguments) -> Result<End, Failure> {
    let What::Codings { machine } = arguments.what;
    let format = context.format_of(&[Format::Text, Format::Jsonl, Format::Json, Format::Csv])?;
    let project = context.open()?;
    let study = Study::load(&project)?.value;
    let store = context.store(&project, &study)?;
    let said = if machine { Said::default() } else { context.said(&project, &study)? };
    let mut out = print::results();
    if format == Format::Csv {
        let mut table = csv::Writer::from_writer(out);
        table
            .write_record([
                "report",
                "question",
                "code",
                "decision",
                "by",
                "reason",
                "probability",
                "support",
                "opposition",
                "passages",
            ])
            .map_err(std::io::Error::from)?;
        exchange::codings(&study, &store, &said, |line| {
            table.write_record([
                line.report,
                line.question,
                line.code,
                line.decision.name(),
                line.by.name(),
                line.reason.map_or("", |reason| reason.name()),
                &line.probability.map_or_else(String::new, |probability| probability.to_string()),
                &line.support.to_string(),
                &line.opposition.to_string(),
                &line.passages.iter().map(|p| p.quote).collect::<Vec<_>>().join(" | "),
            ])?;
            Ok(())
        })?;
        table.flush()?;
        return Ok(End::Done);
    }
    // As an array the lines are the same, so that a reader of either reads the other by its brackets and commas.
    let (first, between, last): (&[u8], &[u8], &[u8]) =
        if format == Format::Json { (b"[\n", b",\n", b"\n]\n") } else { (b"", b"\n", b"\n") };
    out.write_all(first)?;
    let mut is_first = true;
    exchange::codings(&study, &store, &said, |line| {
        if !std::mem::take(&mut is_first) {
            out.write_all(between)?;
        }
        Ok(serde_json::to_writer(&mut out, line)?)
    })?;
    if !is_first || format == Format::Json {
        out.write_all(last)?;
    }
    out.flush()?;
    Ok(End::Done)
}
