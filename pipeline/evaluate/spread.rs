//! How much pooled and mean kappa would vary with other reports. Answers come in report by report; intervals go out, by a
//! bootstrap over reports (Efron 1979), since the answers of one report hang together.

use super::people::{LEVEL, N_DRAWS};
use crate::score::{Confusion, bootstrap, interval};

/// Answers counted in all samples together, at most: with more there are fewer samples.
const MAX_COUNTED: usize = 400_000_000;

/// Fewer samples than this say little of the ends of an interval.
const MIN_DRAWS: usize = 200;

/// Any number does; this one is always taken, so that the same answers give the same intervals.
const SEED: u64 = 7;

/// The answers of reports, to be drawn from.
#[derive(Debug, Default)]
pub(super) struct Spread {
    /// By report: code, truth and answer.
    reports: Vec<Vec<(u32, bool, bool)>>,
}

/// The interval of pooled kappa, and that of mean kappa; none with fewer than two reports.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Intervals {
    pub pooled: Option<(f64, f64)>,
    pub mean: Option<(f64, f64)>,
}

impl Spread {
    /// Counts an answer on a report, by number.
    pub fn add(&mut self, report: usize, code: usize, truth: bool, given: bool) {
        if self.reports.len() <= report {
            self.reports.resize_with(report + 1, Vec::new);
        }
        self.reports[report].push((code as u32, truth, given));
    }

    /// The intervals. `counts` says which codes the mean is over: the same in all samples, though of each only those whose
    /// kappa is defined there.
    pub fn intervals(&self, counts: &[bool]) -> Intervals {
        let n = self.reports.len();
        if n < 2 {
            return Intervals::default();
        }
        let n_answers: usize = self.reports.iter().map(Vec::len).sum();
        let n_draws = (MAX_COUNTED / n_answers.max(1)).clamp(MIN_DRAWS, N_DRAWS);
        let mut codes = vec![Confusion::default(); counts.len()];
        let mut means = Vec::with_capacity(n_draws);
        let pooled = bootstrap(n, n_draws, SEED, |sample| {
            codes.fill(Confusion::default());
            for report in sample {
                self.reports[*report].iter().for_each(|(code, truth, given)| codes[*code as usize].add(*truth, *given));
            }
            let of_mean = codes.iter().zip(counts).filter(|(_, counts)| **counts);
            let kappas: Vec<f64> = of_mean.filter_map(|(code, _)| code.kappa()).collect();
            if !kappas.is_empty() {
                means.push(kappas.iter().sum::<f64>() / kappas.len() as f64);
            }
            let mut all = Confusion::default();
            codes.iter().for_each(|code| all.merge(code));
            all.kappa()
        });
        means.sort_by(f64::total_cmp);
        Intervals { pooled: interval(&pooled, LEVEL), mean: interval(&means, LEVEL) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Forty reports with two codes, answers by a rule of thumb. Expected: 20,000 samples of reports with numpy 2.4.6,
    /// cohen_kappa_score of scikit-learn 1.9.1.
    #[test]
    fn intervals_are_those_of_an_independent_bootstrap() {
        let mut spread = Spread::default();
        for report in 0..40 {
            for code in 0..2 {
                let truth = (report * 7 + code * 3) % 5 < 2;
                let given = if (report * 11 + code) % 6 == 0 { !truth } else { truth };
                spread.add(report, code, truth, given);
            }
        }
        let Intervals { pooled, mean } = spread.intervals(&[true, true]);
        let near = |found: Option<(f64, f64)>, low: f64, high: f64| {
            let found = found.expect("there are reports");
            assert!((found.0 - low).abs() < 0.03 && (found.1 - high).abs() < 0.03, "{found:?}");
        };
        near(pooled, 0.4805, 0.7899);
        near(mean, 0.4736, 0.7852);
    }

    #[test]
    fn one_report_says_nothing_of_others() {
        let mut spread = Spread::default();
        spread.add(0, 0, true, true);
        assert_eq!(spread.intervals(&[true]), Intervals::default());
        assert_eq!(Spread::default().intervals(&[]), Intervals::default());
    }
}
