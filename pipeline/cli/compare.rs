//! `codeframe map --compare sample`: the in-depth sample beside all reports.

use super::asked::Asked;
use super::map::{Arguments, FORMATS};
use super::print::{self, documents};
use super::{Context, End, Failure, Format};
use codeframe::document::{Block, Document};
use codeframe::grid::Grid;
use codeframe::map::compare::{compare, table};
use codeframe::sample::{FILE, Sample};
use codeframe::study::Study;

/// Compares and prints.
pub fn run(context: &Context, arguments: &Arguments) -> Result<End, Failure> {
    let format = arguments.output.format(context, &FORMATS)?;
    let project = context.open()?;
    let study = Study::load(&project)?.value;
    let store = context.store(&project, &study)?;
    let Some(sample) = Sample::read(&project.path(FILE))? else {
        return Err(Failure::new("no in-depth sample has been drawn").hint("run `codeframe sample`"));
    };
    let said = context.said(&project, &study)?;
    let asked = Asked::of(arguments, &project, &study, &store)?;
    let mut grid = Grid::read(&project, &study, &store, &said)?;
    grid.reports.retain(|report| asked.takes(&report.id, &report.cells));
    asked.tell(context, grid.reports.len())?;
    if !grid.reports.iter().any(|report| sample.has(&report.id)) {
        return Err(Failure::new("none of these reports is in the sample, so there is nothing to compare"));
    }
    let mut compared = compare(&study.frame, &grid, sample.reports(), &project.config.sample.asks);
    compared.retain(|question| asked.has(&question.question));
    let mut out = arguments.output.open()?;
    match format {
        Format::Json => print::json_to(&mut out, &compared)?,
        Format::Csv => {
            let mut out = csv::Writer::from_writer(&mut out);
            let failed = |error: csv::Error| Failure::from(std::io::Error::other(error));
            let head = [
                "question",
                "code",
                "label",
                "sample_reports",
                "sample_n",
                "sample_percent",
                "reports",
                "n",
                "percent",
                "queued",
                "difference",
                "low",
                "high",
            ];
            out.write_record(head).map_err(failed)?;
            for question in &compared {
                for row in &question.codes {
                    let counts = (question.sample_reports, row.sample_n, row.sample_percent, question.reports, row.n);
                    let names = (&question.question, &row.code, &row.label);
                    out.serialize((names, counts, row.percent, row.queued, row.difference, row.interval))
                        .map_err(failed)?;
                }
            }
            out.flush()?;
        }
        _ => {
            let document = Document {
                title: "Sample and all reports".to_owned(),
                subtitle: vec![study.frame.title.clone()],
                made_at: None,
                blocks: compared.iter().map(|question| Block::Table(table(question))).collect(),
            };
            documents::write(&document, format, &mut out)?;
        }
    }
    out.finish()?;
    Ok(End::Done)
}
