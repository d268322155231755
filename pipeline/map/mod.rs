//! Decisions over all reports become the map: for every question a table with N and % of every code, as decided, as confirmed
//! by people, and corrected for the machine's errors; tables by group, pairs of codes that go together, and what stands
//! behind a number.

pub mod compare;
mod corrected;
mod crossed;
mod gather;
mod looked;
mod together;

pub use corrected::{Corrected, LEVEL, Widest};
pub use crossed::{By, CrossCell, CrossRow, CrossTable, Errors, Group, crossed};
pub use gather::{Choice, Gathered, InDepth, Judged, Mark, Marked, gather};
pub use looked::Looked;
pub use together::{Pair, counts, together};

use crate::coding::Unreadable;
use crate::frame::{CodeRef, Frame, Question};
use crate::review::Said;
use crate::store::{self, Store};
use crate::study::Study;
use serde::Serialize;

/// The table of one question, in the form that `map --format json` prints.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Table {
    /// The question's id.
    pub question: String,
    /// The question as people read it.
    pub title: String,
    /// `one` or `many`.
    pub select: String,
    /// Number of the published table, if the frame gives one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<u32>,
    /// Stage of the question.
    pub stage: String,
    /// Reports counted: the base of the percentages.
    pub reports: usize,
    /// Its codes, in frame order.
    pub codes: Vec<Row>,
}

/// One code's row.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// The code's id.
    pub code: String,
    /// The code's label.
    pub label: String,
    /// The heading that it stands under, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Reports to which it is decided to apply.
    pub n: usize,
    /// `n` in percent of the reports, to two decimals; 0 when there are none.
    pub percent: f64,
    /// Reports for which a person is still to be asked.
    pub queued: usize,
    /// Those of `n` that a person has confirmed or given.
    pub confirmed: usize,
    /// `n` corrected for the machine's errors, when that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrected: Option<Corrected>,
    /// Passages that carry the code in the reports to which it applies, when they were counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passages: Option<usize>,
}

/// Why there is no map.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The store's bytes.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// Counts the decisions in the store, after what people `said`.
///
/// # Errors
/// When the store cannot be read.
pub fn tables(study: &Study, store: &Store, said: &Said) -> Result<Vec<Table>, Error> {
    let choice =
        Choice { said, looked: None, takes: &|_, _| true, passages: false, people_only: false, in_depth: None };
    Ok(tables_of(&study.frame, &gather(study, store, &choice)?))
}

/// Counts what was gathered. A question's base is the reports that it is asked of; where only what people said was gathered,
/// those of which they said anything about it.
pub fn tables_of(frame: &Frame, gathered: &Gathered) -> Vec<Table> {
    let table = |question: &Question| {
        let codes: Vec<CodeRef<'_>> = frame.codes_of(question.id.as_str()).collect();
        let is_counted = |mark: Mark| mark != Mark::NotAsked && !(gathered.people_only && mark == Mark::Open);
        let is_asked = |report: &&Marked| codes.iter().any(|code| is_counted(report.marks[code.index.get()]));
        let reports: Vec<&Marked> = gathered.reports.iter().filter(is_asked).collect();
        let row = |code: &CodeRef<'_>| {
            let number = code.index.get();
            let count = |wanted: fn(Mark) -> bool| reports.iter().filter(|report| wanted(report.marks[number])).count();
            let n = count(|mark| mark.applies() == Some(true));
            Row {
                code: code.code.id.to_string(),
                label: code.code.label.clone(),
                group: code.code.group.clone(),
                n,
                percent: percent(n, reports.len()),
                queued: count(|mark| mark == Mark::Open),
                confirmed: count(|mark| mark == Mark::Confirmed),
                corrected: gathered.tallies.as_ref().map(|tallies| tallies[number].corrected()),
                passages: gathered.passages.as_ref().map(|passages| passages[number]),
            }
        };
        Table {
            question: question.id.to_string(),
            title: question.title.clone(),
            select: question.select.to_string(),
            table: question.table,
            stage: question.stage.clone(),
            reports: reports.len(),
            codes: codes.iter().map(row).collect(),
        }
    };
    frame.questions.iter().map(table).collect()
}

/// `n` of `of` in percent, rounded to two decimals; 0 of 0 is 0.
///
/// ```
/// assert_eq!(codeframe::map::percent(62, 129), 48.06);
/// assert_eq!(codeframe::map::percent(0, 0), 0.0);
/// ```
pub fn percent(n: usize, of: usize) -> f64 {
    if of == 0 { 0. } else { (n as f64 * 10_000. / of as f64).round() / 100. }
}

/// `n` of `of` in percent, rounded once to one decimal, as printed tables have it; 0 of 0 is 0.
///
/// ```
/// use codeframe::map::{percent, tenths_of_percent};
/// assert_eq!((percent(45, 57), tenths_of_percent(45, 57)), (78.95, 78.9));
/// ```
pub fn tenths_of_percent(n: usize, of: usize) -> f64 {
    if of == 0 { 0. } else { (n as f64 * 1_000. / of as f64).round() / 10. }
}
