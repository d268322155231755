//! Codes that go together: of each pair in how many reports both apply, beside how many there would be if the one had nothing to
//! do with the other.

use super::gather::Gathered;
use crate::frame::{CodeIndex, CodeRef, Frame};
use serde::Serialize;

/// Two codes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pair {
    /// `question/code` of the one that comes first in the frame.
    pub first: String,
    /// `question/code` of the other.
    pub second: String,
    /// Reports with both.
    pub both: usize,
    /// Reports with the first.
    pub n_first: usize,
    /// Reports with the second.
    pub n_second: usize,
    /// Reports that would have both if neither had to do with the other, to two decimals.
    pub expected: f64,
    /// Reports with both as a share of those with either (Jaccard 1912), 0 to 1, to four decimals.
    pub overlap: f64,
}

/// How many reports have both codes of each pair; on the diagonal those that have the one.
pub fn counts(gathered: &Gathered, codes: &[CodeIndex]) -> Vec<Vec<usize>> {
    let mut counts = vec![vec![0; codes.len()]; codes.len()];
    for report in &gathered.reports {
        let has: Vec<usize> =
            (0..codes.len()).filter(|n| report.marks[codes[*n].get()].applies() == Some(true)).collect();
        for (at, first) in has.iter().enumerate() {
            for second in &has[at..] {
                counts[*first][*second] += 1;
                if first != second {
                    counts[*second][*first] += 1;
                }
            }
        }
    }
    counts
}

/// All pairs of codes that occur together, those that overlap most first, then in frame order. Codes of one question of
/// which a report can have one only never do.
pub fn together(frame: &Frame, gathered: &Gathered, takes: impl Fn(&CodeRef<'_>) -> bool) -> Vec<Pair> {
    let codes: Vec<CodeRef<'_>> = frame.codes().filter(|code| takes(code)).collect();
    let numbers: Vec<CodeIndex> = codes.iter().map(|code| code.index).collect();
    let counts = counts(gathered, &numbers);
    let n_reports = gathered.reports.len() as f64;
    let mut pairs = Vec::new();
    for first in 0..codes.len() {
        for second in first + 1..codes.len() {
            let (both, a, b) = (counts[first][second], counts[first][first], counts[second][second]);
            if both > 0 {
                pairs.push(Pair {
                    first: codes[first].name().to_owned(),
                    second: codes[second].name().to_owned(),
                    both,
                    n_first: a,
                    n_second: b,
                    expected: (a as f64 * b as f64 / n_reports * 100.).round() / 100.,
                    overlap: (both as f64 / (a + b - both) as f64 * 1e4).round() / 1e4,
                });
            }
        }
    }
    pairs.sort_by(|a, b| b.overlap.total_cmp(&a.overlap));
    pairs
}
