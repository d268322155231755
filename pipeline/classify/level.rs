//! Some codes follow from others and from the report as a whole: how good the evidence is follows from which kinds there
//! are, how well something is described from how much is said of it. So each code is also learned from a short
//! description of the report: how likely every code is by its own words, and how long and how finely divided the report is.

use super::head::sigmoid;
use super::ridge::{Task, fit, weights};
use super::sample::Sample;
use super::vocabulary::Row;
use faer::Mat;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A learned description: a linear score of each code.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Level {
    /// By sign of the description: its mean and how it is scaled.
    scales: Vec<(f32, f32)>,
    /// By code: the score of an average report.
    means: Vec<f32>,
    /// Signs x codes.
    weights: Vec<f32>,
}

/// Signs of a report beside the likelihoods of its codes.
const N_SHAPES: usize = 4;

/// Signs further from the mean are taken as so many standard deviations away: a report much longer than those learned
/// from is long, and what that means far out nobody has seen.
const MAX_DEVIATIONS: f32 = 3.;

/// The ridge: descriptions have length one on average, and few reports are to decide on many signs.
const LAMBDA: f32 = 1.;

impl Level {
    /// Learns from descriptions, given whether each code applies to each report; gives the scores of all reports, each
    /// left out: reports x codes. Unknown answers count as average.
    pub fn learn(
        described: &[Vec<f32>],
        answers: &dyn Fn(usize, usize) -> Option<bool>,
        n_codes: usize,
    ) -> (Level, Vec<f32>) {
        let n = described.len();
        let n_signs = described.first().map_or(0, Vec::len);
        let scales: Vec<(f32, f32)> = (0..n_signs)
            .map(|sign| {
                let mean = described.iter().map(|d| d[sign]).sum::<f32>() / n as f32;
                let spread = (described.iter().map(|d| (d[sign] - mean).powi(2)).sum::<f32>() / n as f32).sqrt();
                (mean, 1. / (spread.max(0.02) * (n_signs as f32).sqrt()))
            })
            .collect();
        let mut level = Level { scales, means: vec![0.; n_codes], weights: Vec::new() };
        let rows: Vec<Row> = described.iter().map(|d| level.row(d)).collect();
        let mut targets = Mat::<f32>::zeros(n, n_codes);
        for code in 0..n_codes {
            let known: Vec<f32> = (0..n).filter_map(|i| answers(i, code)).map(|a| f32::from(u8::from(a))).collect();
            let mean = known.iter().sum::<f32>() / known.len().max(1) as f32;
            (0..n).for_each(|i| targets[(i, code)] = answers(i, code).map_or(mean, |a| f32::from(u8::from(a))));
        }
        let groups: Vec<Range<usize>> = (0..n).map(|i| i..i + 1).collect();
        let task = Task { rows: &rows, n_columns: n_signs, groups: &groups, targets: &targets, lambda: LAMBDA };
        let ridge = fit(&task);
        level.weights = weights(&rows, n_signs, &ridge.alpha);
        level.means = ridge.means;
        let left_out = (0..n).flat_map(|i| (0..n_codes).map(move |code| (i, code))).map(|cell| ridge.left_out[cell]);
        let left_out = left_out.collect();
        (level, left_out)
    }

    /// Scores of one description, by code.
    pub fn scores(&self, described: &[f32]) -> Vec<f32> {
        let mut scores = self.means.clone();
        let n_codes = scores.len();
        for (sign, value) in self.row(described).values.into_iter().enumerate() {
            let weights = &self.weights[sign * n_codes..(sign + 1) * n_codes];
            scores.iter_mut().zip(weights).for_each(|(score, weight)| *score += value * weight);
        }
        scores
    }

    fn row(&self, described: &[f32]) -> Row {
        let limit = MAX_DEVIATIONS / (described.len() as f32).sqrt();
        let scaled = described
            .iter()
            .zip(&self.scales)
            .map(|(value, (mean, scale))| ((value - mean) * scale).clamp(-limit, limit));
        Row { columns: (0..described.len() as u32).collect(), values: scaled.collect() }
    }
}

/// Describes a report, given the log-odds of its codes by their own words.
pub(super) fn describe(sample: &Sample, logits: &[f64]) -> Vec<f32> {
    let mut described: Vec<f32> = logits.iter().map(|logit| sigmoid(*logit) as f32).collect();
    let n = sample.passages.len() as f32;
    let n_headings = sample.passages.iter().filter(|p| p.is_heading).count() as f32;
    let shapes: [f32; N_SHAPES] = [
        (sample.whole.len() as f32).ln_1p(),
        n.ln_1p(),
        n_headings.ln_1p(),
        sample.passages.iter().filter(|p| !p.unit.context.is_empty()).count() as f32 / n.max(1.),
    ];
    described.extend(shapes);
    described
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The second code follows from the first sign; the first is the same everywhere, and so is the second sign.
    #[test]
    fn a_code_that_follows_from_the_description_is_learned() {
        let described: Vec<Vec<f32>> = (0..20).map(|i| vec![i as f32 / 20., 0.5]).collect();
        let answers = |report: usize, code: usize| match (report, code) {
            (3, _) => None,
            (_, 0) => Some(true),
            (report, _) => Some(report >= 10),
        };
        let (level, left_out) = Level::learn(&described, &answers, 2);
        assert!(left_out.iter().all(|score| score.is_finite()));
        let (low, high) = (left_out[2 + 1], left_out[18 * 2 + 1]);
        assert!(low < 0.4 && high > 0.6, "{low} {high}");
        let scores = level.scores(&[0.9, 0.5]);
        assert!((scores[0] - 1.).abs() < 1e-5 && scores[1] > 0.6, "{scores:?}");
        assert_eq!(level.scores(&[5., 0.5]), level.scores(&[50., 0.5]), "far out is far out");
    }

    #[test]
    fn a_report_without_passages_has_a_description() {
        let described = describe(&Sample::default(), &[0., 3.]);
        assert_eq!(described, [0.5, sigmoid(3.) as f32, 0., 0., 0., 0.]);
    }
}
