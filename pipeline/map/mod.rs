//! Decisions over all reports become the map: for every question a table with N and % of every code.

pub mod compare;

use crate::coding::{Evidence, Unreadable, cells_from_bytes};
use crate::decide::{By, Decision};
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
    let frame = &study.frame;
    let mut counts = vec![Count::default(); frame.n_codes()];
    let mut n_reports = 0;
    store.each_cells(|id, bytes| {
        n_reports += 1;
        let mut cells = cells_from_bytes(bytes)?;
        said.settle_cells(study, id, &mut cells, || {
            let row = store.report(id)?.ok_or(Unreadable)?;
            Ok::<_, Error>(Evidence::from_bytes(&row.evidence)?)
        })?;
        for (count, cell) in counts.iter_mut().zip(cells) {
            match cell.decision {
                Decision::Applies => count.n += 1,
                Decision::Queue => count.queued += 1,
                Decision::DoesNotApply => {}
            }
            count.confirmed += usize::from(cell.decision == Decision::Applies && cell.by == By::Person);
        }
        Ok::<(), Error>(())
    })?;
    let row = |code: crate::frame::CodeRef<'_>| {
        let Count { n, queued, confirmed } = counts[code.index.get()];
        Row {
            code: code.code.id.to_string(),
            label: code.code.label.clone(),
            group: code.code.group.clone(),
            n,
            percent: percent(n, n_reports),
            queued,
            confirmed,
        }
    };
    let table = |question: &crate::frame::Question| Table {
        question: question.id.to_string(),
        title: question.title.clone(),
        select: question.select.to_string(),
        table: question.table,
        stage: question.stage.clone(),
        reports: n_reports,
        codes: frame.codes_of(question.id.as_str()).map(row).collect(),
    };
    Ok(frame.questions.iter().map(table).collect())
}

/// Reports of one code.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    n: usize,
    queued: usize,
    confirmed: usize,
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
