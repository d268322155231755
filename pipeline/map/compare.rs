//! The sample beside the whole: for every code N and % in both, and how much the sample differs.
//!
//! The sample is a part of the whole, so their difference is the difference between the sampled reports and the others, made
//! smaller by the share that the others have: p(sample) - p(whole) = (1 - f) (p(sample) - p(others)), with f the share of
//! the reports that is sampled. The interval is Newcombe's (1998, method 10) for the two separate groups times (1 - f): a correction for
//! a finite population, which shrinks to nothing as the sample becomes the whole.

use super::{percent, tenths_of_percent};
use crate::decide::Decision;
use crate::document::{self, Column, Text};
use crate::frame::{CodeRef, Frame, Select};
use crate::grid::Grid;
use crate::score::newcombe;
use serde::Serialize;
use std::collections::BTreeSet;

/// One question, in the sample and in the whole.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Compared {
    /// The question's id.
    pub question: String,
    /// The question as people read it.
    pub title: String,
    /// `one` or `many`.
    pub select: String,
    /// Reports in the sample.
    pub sample_reports: usize,
    /// All reports.
    pub reports: usize,
    /// Its codes, in frame order.
    pub codes: Vec<ComparedRow>,
}

/// One code, in the sample and in the whole.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ComparedRow {
    /// The code's id.
    pub code: String,
    /// The code's label.
    pub label: String,
    /// The heading that it stands under, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Sampled reports to which it applies.
    pub sample_n: usize,
    /// The same in percent of them.
    pub sample_percent: f64,
    /// Reports to which it applies.
    pub n: usize,
    /// The same in percent of all.
    pub percent: f64,
    /// Reports for which a person is still to be asked; they count as not having the code.
    pub queued: usize,
    /// By how many points of a percent the sample is above the whole.
    pub difference: f64,
    /// The 95 % interval of that.
    pub interval: (f64, f64),
}

/// Compares the sample with all reports, for every question that is asked of all (not those of the stage `in_depth`).
pub fn compare(frame: &Frame, grid: &Grid, sample: &BTreeSet<String>, in_depth: &str) -> Vec<Compared> {
    let (inside, outside): (Vec<_>, Vec<_>) = grid.reports.iter().partition(|report| sample.contains(&report.id));
    let reports = grid.reports.len();
    let rest = if reports == 0 { 0. } else { outside.len() as f64 / reports as f64 };
    let row = |code: CodeRef<'_>| {
        let count = |of: &[&crate::grid::Settled], wanted| {
            of.iter().filter(|report| report.decision(code.index) == wanted).count()
        };
        let (sampled, others) = (count(&inside, Decision::Applies), count(&outside, Decision::Applies));
        let (difference, low, high) = newcombe((sampled, inside.len()), (others, outside.len()));
        // Without others, or without a sample, there is nothing to compare with.
        let points = |share: f64| (share * rest * 1000.).round() / 10. + 0.;
        let is_compared = !inside.is_empty() && !outside.is_empty();
        let (difference, interval) =
            if is_compared { (points(difference), (points(low), points(high))) } else { (0., (0., 0.)) };
        ComparedRow {
            code: code.code.id.to_string(),
            label: code.code.label.clone(),
            group: code.code.group.clone(),
            sample_n: sampled,
            sample_percent: percent(sampled, inside.len()),
            n: sampled + others,
            percent: percent(sampled + others, reports),
            queued: count(&inside, Decision::Queue) + count(&outside, Decision::Queue),
            difference,
            interval,
        }
    };
    let asked = frame.questions.iter().filter(|question| question.stage != in_depth);
    asked
        .map(|question| Compared {
            question: question.id.to_string(),
            title: question.title.clone(),
            select: question.select.to_string(),
            sample_reports: inside.len(),
            reports,
            codes: frame.codes_of(question.id.as_str()).map(row).collect(),
        })
        .collect()
}

/// The comparison of a question as a table to print.
pub fn table(compared: &Compared) -> document::Table {
    let mut rows = Vec::new();
    let mut group = None;
    for row in &compared.codes {
        if row.group != group {
            group.clone_from(&row.group);
            rows.push(document::Row::Group(group.clone().unwrap_or_default().into()));
        }
        let share = |n, of| Text::from(format!("{:.1}", tenths_of_percent(n, of)));
        let (low, high) = row.interval;
        // Where no report has the code, or every one, no difference was possible.
        let is_open = 0 < row.n && row.n < compared.reports;
        let interval = if is_open { format!("{} to {}", signed(low), signed(high)) } else { "–".to_owned() };
        rows.push(document::Row::Cells(vec![
            row.label.as_str().into(),
            row.sample_n.to_string().into(),
            share(row.sample_n, compared.sample_reports),
            row.n.to_string().into(),
            share(row.n, compared.reports),
            signed(row.difference).into(),
            interval.into(),
        ]));
    }
    let columns = vec![
        Column::words(""),
        Column::numbers("Sample N"),
        Column::numbers("%"),
        Column::numbers("All N"),
        Column::numbers("%"),
        Column::numbers("Difference"),
        Column::numbers("95 % interval"),
    ];
    let mut notes = vec![Text::from(format!(
        "Sample: {} reports; all: {} reports, the sample among them. Differences in points of a percent.{}",
        compared.sample_reports,
        compared.reports,
        if compared.select == Select::Many.to_string() { " More than one code possible." } else { "" }
    ))];
    let queued: usize = compared.codes.iter().map(|row| row.queued).sum();
    if queued > 0 {
        notes.push(format!("{queued} answers still await a person and count as not given.").into());
    }
    document::Table { caption: format!("{}: sample and all reports", compared.title).into(), columns, rows, notes }
}

/// A number with its sign, as a typographer sets it.
fn signed(number: f64) -> String {
    let size = format!("{:.1}", number.abs());
    match number {
        _ if size == "0.0" => size,
        n if n < 0. => format!("\u{2212}{size}"),
        _ => format!("+{size}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 28 of 129 sampled; 18 of them and 13 of the others have the code. statsmodels 0.15.0 gives 0.5141 (0.3133, 0.6730)
    /// for sampled against others; times 101/129.
    #[test]
    fn the_difference_is_from_the_whole() {
        let (frame, grid) = crate::grid::made(&[("s", 18, 10), ("r", 13, 88)]);
        let sample = grid.reports.iter().map(|report| report.id.clone()).filter(|id| id.starts_with('s')).collect();
        let row = compare(&frame, &grid, &sample, "in_depth")[0].codes[0].clone();
        assert_eq!((row.sample_n, row.n, row.sample_percent, row.percent), (18, 31, 64.29, 24.03));
        assert_eq!((row.difference, row.interval), (40.3, (24.5, 52.7)));
        let whole = grid.reports.iter().map(|report| report.id.clone()).collect();
        let row = compare(&frame, &grid, &whole, "in_depth")[0].codes[0].clone();
        assert_eq!((row.difference, row.interval), (0., (0., 0.)));
        assert!(compare(&frame, &grid, &sample, "map").is_empty());
    }

    /// What rounds to nothing has no sign.
    #[test]
    fn next_to_no_difference_is_none() {
        let (frame, grid) = crate::grid::made(&[("s", 0, 12), ("r", 1, 2987)]);
        let sample = grid.reports.iter().map(|report| report.id.clone()).filter(|id| id.starts_with('s')).collect();
        let row = compare(&frame, &grid, &sample, "in_depth")[0].codes[0].clone();
        assert!(row.difference == 0. && row.difference.is_sign_positive(), "{}", row.difference);
    }
}
