//! `codeframe sample`: the in-depth sample, chosen in stages and kept in a file.

use super::print::{self, Output, documents};
use super::{Context, End, Failure, Format};
use codeframe::document::{Block, Document, plain_table, wrapped};
use codeframe::grid::Grid;
use codeframe::sample::{FILE, Flow, Line, Outcome, Sample, draw, table};
use codeframe::study::Study;
use serde::Serialize;
use std::io::Write;

/// Choose the reports that are read in depth, by the stages of config.toml
///
/// Writes corpus/sample.jsonl, which stays as it is until the next `codeframe sample`; from then on the questions in depth
/// are asked of these reports only. The choice rests on the codes as they are decided now, with what people said.
#[derive(clap::Args)]
pub struct Arguments {
    /// Print what would be chosen, and write nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    output: Output,
}

/// What is printed for programs.
#[derive(Serialize)]
struct Drawn<'d> {
    flow: &'d Flow,
    reports: &'d [Line],
}

/// Does what the arguments say.
pub fn run(context: &Context, arguments: &Arguments) -> Result<End, Failure> {
    let known = [Format::Text, Format::Json, Format::Jsonl, Format::Csv, Format::Xlsx, Format::Html, Format::Docx];
    let format = arguments.output.format(context, &known)?;
    let project = context.open()?;
    let study = Study::load(&project)?.value;
    let store = context.store(&project, &study)?;
    let said = context.said(&project, &study)?;
    let grid = Grid::read(&project, &study, &store, &said)?;
    let n_unreadable = store.files()?.values().filter(|file| file.failure.is_some()).count();
    let config = &project.config;
    let (lines, flow) = draw(&config.sample, config.seed, &study.frame, &grid, n_unreadable)?;
    let path = project.path(FILE);
    let before = Sample::read(&path)?;
    if !arguments.dry_run {
        Sample::write(&path, &lines)?;
    }
    let shown = table(&flow, &study.frame.unit);
    let mut out = arguments.output.open()?;
    match format {
        Format::Json => print::json_to(&mut out, &Drawn { flow: &flow, reports: &lines })?,
        Format::Jsonl => {
            for line in &lines {
                serde_json::to_writer(&mut out, line).map_err(std::io::Error::from)?;
                out.write_all(b"\n")?;
            }
        }
        Format::Csv => {
            let mut out = csv::Writer::from_writer(&mut out);
            let failed = |error: csv::Error| Failure::from(std::io::Error::other(error));
            out.write_record(["report", "outcome", "stage", "pi"]).map_err(failed)?;
            for line in &lines {
                out.serialize((&line.report, line.outcome, line.stage, line.pi)).map_err(failed)?;
            }
            out.flush()?;
        }
        Format::Text => {
            writeln!(out, "{}\n\n{}", shown.caption.plain(), plain_table(&shown))?;
            let sampled = lines.iter().filter(|line| line.outcome == Outcome::Sampled);
            let ids: Vec<&str> = sampled.map(|line| line.report.as_str()).collect();
            writeln!(out, "{}", wrapped(&ids.join(" "), 100).join("\n"))?;
        }
        _ => {
            let document = Document {
                title: "The in-depth sample".to_owned(),
                subtitle: vec![study.frame.title.clone()],
                made_at: None,
                blocks: vec![Block::Table(shown)],
            };
            documents::write(&document, format, &mut out)?;
        }
    }
    out.finish()?;
    tell(context, arguments, &flow, before.as_ref(), &lines);
    Ok(End::Done)
}

/// What has come of it, and what comes next.
fn tell(context: &Context, arguments: &Arguments, flow: &Flow, before: Option<&Sample>, lines: &[Line]) {
    let notes = &context.notes;
    if flow.n_open() > 0 {
        let n = flow.n_open();
        let are = if n == 1 { "report is" } else { "reports are" };
        notes.warn(&format!(
            "{n} {are} open: the stages ask about codes that await a person; answer these, then draw again"
        ));
    }
    let differs = before.map(|before| before.changes(lines));
    if let Some((came, went)) = differs.as_ref().filter(|(came, went)| !(came.is_empty() && went.is_empty())) {
        let list = |ids: &[&str]| if ids.is_empty() { "none".to_owned() } else { ids.join(" ") };
        let stood = if arguments.dry_run { "Beside the sample that stands" } else { "Beside the sample before" };
        notes.say(&format!("{stood}: in {}, out {}", list(came), list(went)));
    }
    if arguments.dry_run {
        notes.say("Nothing was written.");
    } else {
        notes.say(&format!(
            "The sample is in {FILE}. Next: `codeframe run`, which asks the questions in depth of it only"
        ));
    }
}
