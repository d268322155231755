//! What a template can say in its text: reports, questions and codes with their numbers, the sample, the method. Plain data, in
//! the frame's order, so that templates can go over it.

use super::{Material, Method};
use crate::decide::{By, Decision};
use crate::frame::{CodeRef, Question};
use crate::grid::Settled;
use crate::map::{Corrected, Table, tenths_of_percent};
use crate::sample::Choice;
use serde::Serialize;

/// See the module.
#[derive(Debug, Clone, Serialize)]
pub struct Data {
    /// The frame's title.
    pub title: String,
    /// What is coded: `report`.
    pub unit: String,
    /// The same, of many.
    pub units: String,
    /// `23 November 2026`.
    pub date: String,
    /// Reports coded.
    pub n_reports: usize,
    /// Files in the folder of the reports, with those that gave no report.
    pub n_files: usize,
    /// Files that gave no report.
    pub n_failed: usize,
    /// The in-depth sample, if one has been drawn.
    pub sample: Option<SampleData>,
    /// The questions.
    pub questions: Vec<QuestionData>,
    /// What was done.
    pub method: Method,
}

/// The in-depth sample.
#[derive(Debug, Clone, Serialize)]
pub struct SampleData {
    /// Reports in it that are coded.
    pub n: usize,
    /// In percent of all, to one decimal.
    pub percent: f64,
    /// Their ids.
    pub reports: Vec<String>,
    /// The stages, as they stand in the config now.
    pub stages: Vec<StageData>,
    /// `all`, `random` or `variation`: how it was chosen from what passed.
    pub choice: Option<Choice>,
    /// Reports that wait for an answer at some stage.
    pub n_open: usize,
    /// Whether drawing now would give another sample.
    pub is_outdated: bool,
}

/// One stage.
#[derive(Debug, Clone, Serialize)]
pub struct StageData {
    /// Its name.
    pub name: String,
    /// Its reason.
    pub why: String,
    /// The expression.
    pub filter: String,
    /// Reports that came to it.
    pub n_in: usize,
    /// Reports that went on.
    pub n_kept: usize,
    /// Reports that it left out.
    pub n_left_out: usize,
}

/// A question.
#[derive(Debug, Clone, Serialize)]
pub struct QuestionData {
    /// Its id.
    pub id: String,
    /// As people read it.
    pub title: String,
    /// `one` or `many`.
    pub select: String,
    /// Its stage.
    pub stage: String,
    /// Reports that it is asked of: the base of the percentages.
    pub n_reports: usize,
    /// Reports of which nothing is decided about it.
    pub n_open: usize,
    /// Whether anything is decided about it.
    pub is_coded: bool,
    /// Whether it is asked of the sample only.
    pub is_in_depth: bool,
    /// Whether its codes have corrected counts.
    pub is_corrected: bool,
    /// Its codes.
    pub codes: Vec<CodeData>,
}

/// A code.
#[derive(Debug, Clone, Serialize)]
pub struct CodeData {
    /// Its id.
    pub id: String,
    /// `question/code`.
    pub name: String,
    /// Its label.
    pub label: String,
    /// The heading that it stands under.
    pub group: Option<String>,
    /// Reports that have it.
    pub n: usize,
    /// In percent, to one decimal.
    pub percent: f64,
    /// Those of `n` that a person gave or confirmed.
    pub n_confirmed: usize,
    /// Reports for which a person is still to be asked.
    pub n_open: usize,
    /// Sampled reports that have it; none without a sample.
    pub sample_n: Option<usize>,
    /// In percent of the sample.
    pub sample_percent: Option<f64>,
    /// `n` corrected for the machine's errors; none where that tells nothing.
    pub corrected: Option<CorrectedData>,
}

/// A count corrected for the machine's errors, to one decimal.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct CorrectedData {
    /// Reports to which the code is estimated to apply.
    pub n: f64,
    /// In percent.
    pub percent: f64,
    /// The least, with 95 % confidence, in percent.
    pub low: f64,
    /// The most.
    pub high: f64,
}

impl CorrectedData {
    /// Those of a table's codes that a document shows: they tell nothing where nobody has looked at anything, or where
    /// everything is known.
    pub(super) fn of(table: &Table) -> Option<Vec<CorrectedData>> {
        let rows: Option<Vec<&Corrected>> = table.codes.iter().map(|row| row.corrected.as_ref()).collect();
        let rows = rows.filter(|rows| rows.iter().any(|row| row.seen > 0) && rows.iter().any(|row| row.unknown > 0))?;
        let tenths = |number: f64| (number * 10.).round() / 10.;
        let shown = |row: &Corrected| CorrectedData {
            n: tenths(row.n),
            percent: tenths(row.percent),
            low: tenths(row.low_percent),
            high: tenths(row.high_percent),
        };
        Some(rows.into_iter().map(shown).collect())
    }
}

impl Data {
    /// Counts all there is.
    pub fn gather(material: &Material<'_>, method: Method) -> Data {
        let Material { study, grid, made_at, .. } = material;
        let frame = &study.frame;
        Data {
            title: frame.title.clone(),
            unit: frame.unit.clone(),
            units: format!("{}s", frame.unit),
            date: spelt(made_at),
            n_reports: grid.reports.len(),
            n_files: grid.reports.len() + method.n_failed,
            n_failed: method.n_failed,
            sample: sample(material),
            questions: frame.questions.iter().map(|question| counted(material, question)).collect(),
            method,
        }
    }

    /// The question with an id.
    pub fn question(&self, id: &str) -> Option<&QuestionData> {
        self.questions.iter().find(|question| question.id == id)
    }
}

fn sample(material: &Material<'_>) -> Option<SampleData> {
    let sample = material.sample?;
    let reports: Vec<String> =
        material.grid.reports.iter().filter(|report| sample.has(&report.id)).map(|report| report.id.clone()).collect();
    let stages = material.flow.map_or_else(Vec::new, |flow| {
        let stage = |stage: &crate::sample::StageFlow| StageData {
            name: stage.name.clone(),
            why: stage.why.clone(),
            filter: stage.filter.clone(),
            n_in: stage.n_in,
            n_kept: stage.n_kept(),
            n_left_out: stage.n_left_out,
        };
        flow.stages.iter().map(stage).collect()
    });
    Some(SampleData {
        n: reports.len(),
        percent: tenths_of_percent(reports.len(), material.grid.reports.len()),
        stages,
        choice: material.flow.map(|flow| flow.choice),
        n_open: material.flow.map_or(0, |flow| flow.n_open()),
        is_outdated: material.flow.is_some_and(|flow| flow.n_sampled != reports.len()),
        reports,
    })
}

fn counted(material: &Material<'_>, question: &Question) -> QuestionData {
    let sampled = |report: &&Settled| material.sample.is_none_or(|sample| sample.has(&report.id));
    let is_in_depth = material.sample.is_some() && question.stage == material.project.config.sample.asks;
    let asked: Vec<&Settled> = material.grid.reports.iter().filter(|report| !is_in_depth || sampled(report)).collect();
    let codes: Vec<CodeRef<'_>> = material.study.frame.codes_of(question.id.as_str()).collect();
    let is_open = |report: &&&Settled| codes.iter().all(|code| report.decision(code.index) == Decision::Queue);
    let n_open = asked.iter().filter(is_open).count();
    let in_sample: Vec<&&Settled> = asked.iter().filter(|report| sampled(report)).collect();
    let table = material.tables.iter().find(|table| table.question == question.id.as_str());
    let corrected = table.and_then(CorrectedData::of);
    let code = |(at, code): (usize, &CodeRef<'_>)| {
        let n = asked.iter().filter(|report| report.has(code.index)).count();
        let is_confirmed = |report: &&&Settled| {
            let cell = report.cells[code.index.get()];
            cell.decision == Decision::Applies && cell.by == By::Person
        };
        let sample_n = material.sample.map(|_| in_sample.iter().filter(|report| report.has(code.index)).count());
        CodeData {
            id: code.code.id.to_string(),
            name: code.name().to_owned(),
            label: code.code.label.clone(),
            group: code.code.group.clone(),
            n,
            percent: tenths_of_percent(n, asked.len()),
            n_confirmed: asked.iter().filter(is_confirmed).count(),
            n_open: asked.iter().filter(|report| report.decision(code.index) == Decision::Queue).count(),
            sample_n,
            sample_percent: sample_n.map(|n| tenths_of_percent(n, in_sample.len())),
            corrected: corrected.as_ref().and_then(|corrected| corrected.get(at).copied()),
        }
    };
    QuestionData {
        id: question.id.to_string(),
        title: question.title.clone(),
        select: question.select.to_string(),
        stage: question.stage.clone(),
        n_reports: asked.len(),
        n_open,
        is_coded: n_open < asked.len(),
        is_in_depth,
        is_corrected: corrected.is_some(),
        codes: codes.iter().enumerate().map(code).collect(),
    }
}

/// `2026-11-23T10:00:00Z` as `23 November 2026`; what is no such time as it is.
fn spelt(time: &str) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let parts: Vec<&str> = time.split(['-', 'T']).collect();
    let number = |n: usize| parts.get(n).and_then(|part| part.parse::<usize>().ok());
    match (number(0), number(1).and_then(|month| MONTHS.get(month.wrapping_sub(1))), number(2)) {
        (Some(year), Some(month), Some(day)) => format!("{day} {month} {year}"),
        _ => time.to_owned(),
    }
}
