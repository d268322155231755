//! The way of the reports through the stages, as systematic reviews print it (PRISMA, Page et al. 2021): how many came to each
//! stage, were left out there and why, and how many wait for an answer.

use super::Choice;
use crate::config;
use crate::document::{Column, Row, Table, Text};
use serde::Serialize;

/// See the module.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Flow {
    /// Reports coded.
    pub n_reports: usize,
    /// Files that gave no report.
    pub n_unreadable: usize,
    /// The stages, in order.
    pub stages: Vec<StageFlow>,
    /// Reports that passed all of them.
    pub n_passed: usize,
    /// How many are taken at the most.
    pub quota: Option<usize>,
    /// How they are taken.
    pub choice: Choice,
    /// What they are to differ in.
    pub spread: Vec<String>,
    /// Where the draw starts.
    pub seed: u64,
    /// Reports in the sample.
    pub n_sampled: usize,
}

/// One stage.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StageFlow {
    /// Its name, or its expression when it has none.
    pub name: String,
    /// The expression that a report must meet.
    #[serde(rename = "where")]
    pub filter: String,
    /// The reason for it.
    pub why: String,
    /// Reports that came to it.
    pub n_in: usize,
    /// Reports that it left out.
    pub n_left_out: usize,
    /// Reports of which it asks what awaits a person.
    pub n_open: usize,
}

impl StageFlow {
    pub(super) fn of(stage: &config::SampleStage) -> StageFlow {
        StageFlow {
            name: stage.name.clone().unwrap_or_else(|| stage.filter.text.clone()),
            filter: stage.filter.text.clone(),
            why: stage.why.clone(),
            n_in: 0,
            n_left_out: 0,
            n_open: 0,
        }
    }

    /// Reports that go on.
    pub fn n_kept(&self) -> usize {
        self.n_in - self.n_left_out - self.n_open
    }
}

impl Flow {
    /// Reports that wait for an answer at some stage.
    pub fn n_open(&self) -> usize {
        self.stages.iter().map(|stage| stage.n_open).sum()
    }

    /// Why nobody is left, for people.
    pub(super) fn why_empty(&self) -> String {
        if self.n_reports == 0 {
            return "no report is coded".to_owned();
        }
        let last = self.stages.iter().find(|stage| stage.n_kept() == 0);
        last.map_or_else(
            || "the quota is 0".to_owned(),
            |stage| {
                let open = if stage.n_open == 0 { String::new() } else { format!(", {} open", stage.n_open) };
                format!(
                    "of {} that came to stage `{}`, {} were left out{open}",
                    stage.n_in, stage.name, stage.n_left_out
                )
            },
        )
    }
}

/// The flow as a table to print.
pub fn table(flow: &Flow, unit: &str) -> Table {
    let number = |n: usize| Text::from(n.to_string());
    let line = |text: String, n_in: Option<usize>, out: Option<usize>, open: Option<usize>, kept: usize| {
        let shown = |n: Option<usize>| n.map_or_else(Text::default, number);
        Row::Cells(vec![text.into(), shown(n_in), shown(out), shown(open), number(kept)])
    };
    let mut rows = Vec::new();
    if flow.n_unreadable > 0 {
        let n = flow.n_reports + flow.n_unreadable;
        rows.push(line("Files read".to_owned(), Some(n), Some(flow.n_unreadable), None, flow.n_reports));
    }
    let unit_plural = format!("{unit}s");
    rows.push(line(format!("Coded {unit_plural}"), None, None, None, flow.n_reports));
    for (n, stage) in (1..).zip(&flow.stages) {
        let text = format!("Stage {n}: {}", stage.name);
        rows.push(line(text, Some(stage.n_in), Some(stage.n_left_out), Some(stage.n_open), stage.n_kept()));
    }
    let how = match flow.choice {
        Choice::All => "all that passed".to_owned(),
        Choice::Random => "drawn at random".to_owned(),
        Choice::Variation => format!("chosen to differ in {}", flow.spread.join(", ")),
    };
    let not_taken = flow.n_passed - flow.n_sampled;
    let (came, out) = if not_taken > 0 { (Some(flow.n_passed), Some(not_taken)) } else { (None, None) };
    rows.push(line(format!("In-depth sample ({how})"), came, out, None, flow.n_sampled));
    let mut notes: Vec<Text> = (1..)
        .zip(&flow.stages)
        .map(|(n, stage)| {
            let why = if stage.why.is_empty() { String::new() } else { format!(" {}", stage.why) };
            let filter = if stage.name == stage.filter { String::new() } else { format!(" ({})", stage.filter) };
            format!("Stage {n}{filter}:{why}").trim_end_matches(':').to_owned().into()
        })
        .collect();
    if flow.n_open() > 0 {
        notes.push("Open: a code that the stage asks about still awaits a person.".into());
    }
    let columns = vec![
        Column::words(""),
        Column::numbers("Came"),
        Column::numbers("Left out"),
        Column::numbers("Open"),
        Column::numbers("Kept"),
    ];
    Table { caption: format!("How the in-depth sample of {unit_plural} was chosen").into(), columns, rows, notes }
}
