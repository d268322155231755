//! Errors by subgroup: answers beside the truth, apart for each value of a column of the metadata.

use super::table::{Figures, Judged, Tally};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The reports with one value of the metadata.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Subgroup {
    /// The value; empty for reports without one.
    pub value: String,
    /// Its reports.
    pub reports: usize,
    /// Share of the answers that are wrong, of those that are not queued.
    pub error: Option<f64>,
    /// Pooled figures.
    #[serde(flatten)]
    pub figures: Figures,
}

/// The value of a report's metadata, by its id and path.
pub type ValueOf<'m> = dyn Fn(&str, &str) -> String + 'm;

/// Subgroups that are being filled.
#[derive(Debug, Default)]
pub(super) struct Groups(BTreeMap<String, (BTreeSet<String>, Tally)>);

impl Groups {
    /// Counts an answer on a report of the group with this value.
    pub fn add(&mut self, value: &str, report: &str, judged: Judged) {
        if !self.0.contains_key(value) {
            self.0.insert(value.to_owned(), Default::default());
        }
        let (reports, tally) = self.0.get_mut(value).expect("it was put there");
        if !reports.contains(report) {
            reports.insert(report.to_owned());
        }
        tally.add(judged);
    }

    /// The subgroups, by value.
    pub fn finish(self) -> Vec<Subgroup> {
        let subgroup = |(value, (reports, tally)): (String, (BTreeSet<String>, Tally))| {
            let figures = tally.figures();
            let n_decided = figures.answers - figures.queued;
            let error = (n_decided > 0).then(|| tally.n_wrong() as f64 / n_decided as f64);
            Subgroup { value, reports: reports.len(), error, figures }
        };
        self.0.into_iter().map(subgroup).collect()
    }
}
