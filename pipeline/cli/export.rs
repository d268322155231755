//! `codeframe export`: codings for other programs.

use super::{Context, End, Failure, Format, print};
use codeframe::exchange;
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
    /// Every code of every report with decision and passages, one a line (JSON lines or CSV)
    Codings,
}

/// Does what the arguments say.
pub fn run(context: &Context, arguments: &Arguments) -> Result<End, Failure> {
    let What::Codings = arguments.what;
    let format = context.format_of(&[Format::Text, Format::Jsonl, Format::Csv])?;
    let project = context.open()?;
    let study = Study::load(&project)?.value;
    let store = context.store(&project, &study)?;
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
                "support",
                "opposition",
                "passages",
            ])
            .map_err(std::io::Error::from)?;
        exchange::codings(&study, &store, |line| {
            table.write_record([
                line.report,
                line.question,
                line.code,
                line.decision.name(),
                line.by.name(),
                line.reason.map_or("", |reason| reason.name()),
                &line.support.to_string(),
                &line.opposition.to_string(),
                &line.passages.iter().map(|p| p.quote).collect::<Vec<_>>().join(" | "),
            ])?;
            Ok(())
        })?;
        table.flush()?;
        return Ok(End::Done);
    }
    exchange::codings(&study, &store, |line| {
        serde_json::to_writer(&mut out, line)?;
        out.write_all(b"\n")
    })?;
    out.flush()?;
    Ok(End::Done)
}
