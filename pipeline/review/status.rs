//! How far the review is: what people have answered, what waits, and by code whether enough has been asked to have found
//! the reports that it applies to, or how many items more that takes.
//!
//! Counted are the cells that people have answered or are asked for. What is decided without a person is not among them:
//! for that there is the promise of the thresholds, and the audit.

use super::labels::{Labels, labels};
use super::ledger::Ledger;
use super::said::Said;
use crate::coding::{Evidence, Unreadable, cells_from_bytes};
use crate::decide::Decision;
use crate::frame::CodeIndex;
use crate::score::{Looked, missed, missed_as_if_drawn, more_to_look_at};
use crate::store::{self, Store};
use crate::study::Study;
use serde::Serialize;
use std::collections::BTreeMap;

/// What is wanted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Goal {
    /// Share of the reports with a code that are to be found; above 0, below 1.
    pub recall: f64,
    /// How sure that is to be; above 0, below 1.
    pub confidence: f64,
}

/// How far the review is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Status {
    /// Reports.
    pub reports: usize,
    /// Cells that people have answered.
    pub answered: usize,
    /// Those of them that were drawn at random.
    pub drawn: usize,
    /// Cells that wait.
    pub queued: usize,
    /// Codes of which enough has been asked, and codes of which people have answered or are asked anything.
    pub enough: usize,
    /// See `enough`.
    pub asked: usize,
    /// About how many items more it takes for all codes; none when it would take so many that it is all of them.
    pub more: usize,
    /// Share of the reports with a code that are to be found, and how sure that is to be.
    pub recall: f64,
    /// See `recall`.
    pub confidence: f64,
    /// By code, in frame order; without those that nobody is asked for.
    pub codes: Vec<CodeStatus>,
}

/// How far the review of one code is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CodeStatus {
    /// `question/code`.
    pub code: String,
    /// Its label.
    pub label: String,
    /// Reports of which people have said whether it applies.
    pub answered: usize,
    /// To how many of them it does.
    pub applies: usize,
    /// Reports of which that is asked.
    pub queued: usize,
    /// On what the test rests.
    pub by: Basis,
    /// How improbable it is that too many have been missed, 0 to 1.
    pub missed: f64,
    /// Whether enough has been asked.
    pub is_enough: bool,
    /// About how many items more that takes, drawn at random.
    pub more: usize,
}

/// On what a test of enough rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Items that were drawn at random.
    Drawn,
    /// None was drawn; the last answers are taken for drawn.
    Last,
}

/// Why nothing can be told.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The store's bytes.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

impl Error {
    /// What the reader can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Error::Store(error) => error.hint(),
            Error::Unreadable(_) => Some("delete the folder corpus/derived and run again; it is made anew".to_owned()),
        }
    }
}

/// One code's cells.
#[derive(Debug, Clone, Default)]
struct Counts {
    /// In the order in which people first answered: whether the code applies, and whether the item was drawn.
    seen: Vec<(bool, bool)>,
    n_queued: usize,
    /// Sum of the queued cells' probabilities, and how many have one.
    likely: f64,
    n_likely: usize,
}

/// Tells how far the review is. What people have said counts at once, without another run.
///
/// # Errors
/// When the store cannot be read.
pub fn status(study: &Study, store: &Store, ledger: &Ledger, goal: Goal) -> Result<Status, Error> {
    let frame = &study.frame;
    let standing = ledger.standing();
    let Labels { reports, .. } = labels(frame, &standing);
    let mut counts = vec![Counts::default(); frame.n_codes()];
    let mut seen = in_order(study, ledger, &reports);
    seen.drain(..).for_each(|(code, applies, is_drawn)| counts[code.get()].seen.push((applies, is_drawn)));
    let said = Said::of_labels(reports);
    let mut n_reports = 0;
    store.each_coding(true, |id, cells, evidence| {
        let evidence = evidence.unwrap_or_default();
        let mut cells = cells_from_bytes(cells)?;
        said.settle_cells(study, id, &mut cells, || Evidence::from_bytes(evidence))?;
        n_reports += 1;
        for (count, cell) in counts.iter_mut().zip(&cells).filter(|(_, cell)| cell.decision == Decision::Queue) {
            count.n_queued += 1;
            if let Some(probability) = cell.probability {
                (count.likely, count.n_likely) = (count.likely + f64::from(probability), count.n_likely + 1);
            }
        }
        Ok::<(), Error>(())
    })?;
    let asked = frame.codes().zip(&counts).filter(|(_, count)| count.n_queued + count.seen.len() > 0);
    let codes: Vec<CodeStatus> = asked.map(|(code, count)| count.status(code.name(), &code.code.label, goal)).collect();
    Ok(Status {
        reports: n_reports,
        answered: codes.iter().map(|code| code.answered).sum(),
        drawn: counts.iter().flat_map(|count| &count.seen).filter(|(_, is_drawn)| *is_drawn).count(),
        queued: codes.iter().map(|code| code.queued).sum(),
        enough: codes.iter().filter(|code| code.is_enough).count(),
        asked: codes.len(),
        more: codes.iter().map(|code| code.more).sum(),
        recall: goal.recall,
        confidence: goal.confidence,
        codes,
    })
}

/// The labels in the order in which their cells were first answered, each with whether any of its verdicts was drawn.
fn in_order(study: &Study, ledger: &Ledger, reports: &[super::Labelled]) -> Vec<(CodeIndex, bool, bool)> {
    let mut of_cell: BTreeMap<(&str, &str), (u32, bool)> = BTreeMap::new();
    let mut names: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    for code in study.frame.codes() {
        names.insert((code.question.id.as_str(), code.code.id.as_str()), &code.code.name);
    }
    for entry in &ledger.entries {
        let verdict = &entry.verdict;
        if let Some(name) = names.get(&(&*verdict.question, &*verdict.code)) {
            let first = of_cell.entry((&verdict.report, name)).or_insert((entry.line, false));
            first.1 |= verdict.pi.is_some();
        }
    }
    let mut seen = Vec::new();
    for report in reports {
        for label in &report.labels {
            let name = study.frame.code(label.code).code.name.as_str();
            if let Some((line, is_drawn)) = of_cell.get(&(&*report.report, name)) {
                seen.push((*line, label.code, label.applies, *is_drawn));
            }
        }
    }
    seen.sort_unstable_by_key(|one| (one.0, one.1));
    seen.into_iter().map(|(_, code, applies, is_drawn)| (code, applies, is_drawn)).collect()
}

impl Counts {
    fn status(&self, code: &str, label: &str, goal: Goal) -> CodeStatus {
        let Counts { seen, n_queued, likely, n_likely } = self;
        let n_all = seen.len() + n_queued;
        let count = |wanted: &dyn Fn(&(bool, bool)) -> bool| seen.iter().filter(|one| wanted(one)).count();
        let applies = count(&|one| one.0);
        let n_drawn = count(&|one| one.1);
        let found_drawn = count(&|one| one.0 && one.1);
        let (n_chosen, found_chosen) = (seen.len() - n_drawn, applies - found_drawn);
        let looked = Looked { n_all, n_chosen, found_chosen, n_drawn, found_drawn };
        // 1 - 0.9 is a little less than 0.1.
        let delta = 1. - goal.confidence + 1e-12;
        let (by, missed) = if n_drawn > 0 {
            (Basis::Drawn, missed(looked, goal.recall))
        } else {
            let order: Vec<bool> = seen.iter().map(|one| one.0).collect();
            (Basis::Last, if *n_queued == 0 { 0. } else { missed_as_if_drawn(&order, n_all, goal.recall) })
        };
        let is_enough = missed <= delta;
        // The share of what is still asked to which it applies: as the classifier has it, else as it was so far.
        let rate = match n_likely {
            0 => (applies as f64 + 0.5) / (seen.len() as f64 + 1.),
            n => likely / *n as f64,
        };
        let more = if is_enough { 0 } else { more_to_look_at(looked, rate, goal.recall, delta) };
        CodeStatus {
            code: code.to_owned(),
            label: label.to_owned(),
            answered: seen.len(),
            applies,
            queued: *n_queued,
            by,
            missed,
            is_enough,
            more,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `seen`: `+` and `-` chosen, `P` and `N` drawn.
    fn status(seen: &str, n_queued: usize, recall: f64) -> CodeStatus {
        let seen = seen.chars().map(|sign| (matches!(sign, '+' | 'P'), matches!(sign, 'P' | 'N'))).collect();
        let count = Counts { seen, n_queued, likely: 0., n_likely: n_queued };
        count.status("q/c", "C", Goal { recall, confidence: 0.9 })
    }

    #[test]
    fn enough_is_what_the_drawn_items_say() {
        let all = status("++--", 0, 0.95);
        assert!(all.is_enough && all.more == 0 && all.missed == 0. && all.by == Basis::Last);
        let nothing = status("", 20, 0.95);
        assert!(!nothing.is_enough && nothing.missed == 1.);
        assert_eq!(nothing.more, 18, "of one among twenty that it applies to, nine tenths of all must be seen");
        // All found were chosen, and none of the drawn half is one.
        let chosen = "+".repeat(20) + &"N".repeat(40);
        let much = status(&chosen, 40, 0.95);
        assert_eq!((much.by, much.answered, much.applies), (Basis::Drawn, 60, 20));
        // scipy 1.17.1: hypergeom.cdf(0, 80, 2, 40)
        assert!((much.missed - 0.246_835_443_037_974_7).abs() < 1e-12, "{}", much.missed);
        assert!(!much.is_enough && (1..40).contains(&much.more), "{}", much.more);
        assert!(status(&chosen, 40, 0.8).is_enough);
    }
}
