//! Scores and other signs become a probability: a logistic regression over the cells of all codes together, fitted by
//! linfa, and for each code a scaling of its own that stays near the common one while there are few examples.

use linfa::Dataset;
use linfa::traits::Fit;
use linfa_logistic::LogisticRegression;
use ndarray::{Array1, Array2, ShapeBuilder};
use serde::{Deserialize, Serialize};

/// A fitted logistic regression.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// Weight of each sign.
    weights: Vec<f64>,
    bias: f64,
}

/// Strength of the ridge on the weights of standardised signs.
const RIDGE: f64 = 1.;

/// Steps after which the fit is taken as it is; it is convex and smooth, and by then moves in the last digits only.
const MAX_STEPS: u64 = 200;

impl Head {
    /// Fits signs (one row a cell, all of the same length) to what is true of them. Signs are standardised first, and the
    /// standard is worked into the weights. With one truth only the answer is that, with the doubt of so few cells.
    pub fn fit(n_signs: usize, signs: &[f64], truths: &[bool]) -> Head {
        let n = truths.len();
        let n_true = truths.iter().filter(|t| **t).count();
        if n_true == 0 || n_true == n {
            return Head { weights: vec![0.; n_signs], bias: logit((n_true as f64 + 0.5) / (n as f64 + 1.)) };
        }
        let mut means = vec![0.; n_signs];
        let mut scales = vec![0_f64; n_signs];
        for cell in signs.chunks_exact(n_signs) {
            means.iter_mut().zip(cell).for_each(|(m, v)| *m += v / n as f64);
        }
        for cell in signs.chunks_exact(n_signs) {
            (0..n_signs).for_each(|k| scales[k] += (cell[k] - means[k]).powi(2) / n as f64);
        }
        scales.iter_mut().for_each(|s| *s = if *s > 1e-12 { s.sqrt() } else { f64::INFINITY });
        // Column by column: linfa's products are nearly twice as quick on that order.
        let mut columns = Array2::zeros((n, n_signs).f());
        for (i, cell) in signs.chunks_exact(n_signs).enumerate() {
            (0..n_signs).for_each(|k| columns[(i, k)] = (cell[k] - means[k]) / scales[k]);
        }
        let data = Dataset::new(columns, Array1::from_iter(truths.iter().copied()));
        let fitted = LogisticRegression::default()
            .alpha(RIDGE)
            .max_iterations(MAX_STEPS)
            .gradient_tolerance(1e-6)
            .fit(&data)
            .expect("there are two truths, and signs are finite");
        // linfa gives the probability of whichever truth is more common.
        let sign = if fitted.labels().pos.class { 1. } else { -1. };
        let weights: Vec<f64> = fitted.params().iter().zip(&scales).map(|(w, s)| sign * w / s).collect();
        let shift: f64 = weights.iter().zip(&means).map(|(w, m)| w * m).sum();
        Head { weights, bias: sign * fitted.intercept() - shift }
    }

    /// The log-odds of a cell.
    pub fn logit(&self, signs: &[f64]) -> f64 {
        self.bias + self.weights.iter().zip(signs).map(|(w, v)| w * v).sum::<f64>()
    }
}

/// How a code's log-odds are turned into its own (Platt 1999).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Platt {
    slope: f64,
    shift: f64,
}

/// How far a code's own scaling may stray from the common one: standard deviations of slope and shift before any example
/// is seen.
const SPREAD_SLOPE: f64 = 0.3;
const SPREAD_SHIFT: f64 = 0.7;

impl Platt {
    /// Changes nothing.
    pub const COMMON: Platt = Platt { slope: 1., shift: 0. };

    /// Fits log-odds to truths by Newton's method, with a normal prior about [`Platt::COMMON`].
    pub fn fit(cells: &[(f64, bool)]) -> Platt {
        let Platt { mut slope, mut shift } = Platt::COMMON;
        let (p_slope, p_shift) = (SPREAD_SLOPE.powi(-2), SPREAD_SHIFT.powi(-2));
        for _ in 0..50 {
            let (mut g0, mut g1) = (p_slope * (slope - 1.), p_shift * shift);
            let (mut h00, mut h01, mut h11) = (p_slope, 0., p_shift);
            for (logit, truth) in cells {
                let p = sigmoid(slope * logit + shift);
                let residual = p - f64::from(u8::from(*truth));
                let v = p * (1. - p);
                g0 += residual * logit;
                g1 += residual;
                h00 += v * logit * logit;
                h01 += v * logit;
                h11 += v;
            }
            let determinant = h00 * h11 - h01 * h01;
            let (d0, d1) = ((h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant);
            // A step is never longer than the priors are wide, so that a bad start cannot throw it out.
            let (d0, d1) = (d0.clamp(-0.5, 0.5), d1.clamp(-1., 1.));
            slope -= d0;
            shift -= d1;
            if d0.abs() + d1.abs() < 1e-10 {
                break;
            }
        }
        // A code whose scores rank the wrong way round is not to be turned round by a handful of cells.
        Platt { slope: slope.max(0.05), shift }
    }

    /// The code's log-odds.
    pub fn apply(self, logit: f64) -> f64 {
        self.slope * logit + self.shift
    }
}

/// Log-odds as a probability.
pub fn sigmoid(logit: f64) -> f64 {
    1. / (1. + (-logit).exp())
}

/// A probability, not 0 or 1, as log-odds.
pub fn logit(p: f64) -> f64 {
    (p / (1. - p)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// scikit-learn 1.9.1: `LogisticRegression(C=1).fit(StandardScaler().fit_transform(x), y).decision_function(...)`.
    #[test]
    fn a_head_is_a_logistic_regression_on_standardised_signs() {
        let x = [0., 1., 1., 0., 2., 1., 3., 0., 4., 2., 5., 1.];
        let y = [false, false, true, false, true, true];
        let head = Head::fit(2, &x, &y);
        let expected = [-0.816254, -1.623955, 0.056134, -0.751567, 2.172418, 1.364717];
        for (cell, expected) in x.chunks_exact(2).zip(expected) {
            assert!((head.logit(cell) - expected).abs() < 1e-3, "{} {expected}", head.logit(cell));
        }
        let turned: Vec<bool> = y.iter().map(|t| !t).collect();
        assert!((Head::fit(2, &x, &turned).logit(&x[..2]) + head.logit(&x[..2])).abs() < 1e-3);
    }

    proptest! {
        /// Signs that are constant, the same as others, or tell the truth outright do not stop a fit.
        #[test]
        fn any_signs_give_a_head(cells in proptest::collection::vec((0_u8..4, -8_f64..8., any::<bool>()), 1..60), scale in -6_i32..6) {
            let truths: Vec<bool> = cells.iter().map(|cell| cell.2).collect();
            let sign = |(few, many, truth): &(u8, f64, bool)| {
                let told = f64::from(u8::from(*truth));
                [f64::from(*few), f64::from(*few), *many * 10_f64.powi(scale), 3., told]
            };
            let signs: Vec<f64> = cells.iter().flat_map(sign).collect();
            let head = Head::fit(5, &signs, &truths);
            prop_assert!(signs.chunks_exact(5).all(|cell| head.logit(cell).is_finite()));
            let scaled: Vec<(f64, bool)> = signs.chunks_exact(5).map(|cell| head.logit(cell)).zip(truths).collect();
            let platt = Platt::fit(&scaled);
            prop_assert!(platt.apply(30.).is_finite() && platt.apply(30.) >= platt.apply(-30.));
        }
    }

    #[test]
    fn one_truth_only_gives_its_share() {
        let head = Head::fit(1, &[1., 2., 3.], &[false, false, false]);
        assert!((sigmoid(head.logit(&[9.])) - 0.125).abs() < 1e-9);
    }

    #[test]
    fn few_cells_hardly_change_the_common_scaling_and_many_do() {
        let cells = |n: usize| -> Vec<(f64, bool)> { (0..n).map(|i| (2., i % 2 == 0)).collect() };
        let (few, many) = (Platt::fit(&cells(2)).apply(2.), Platt::fit(&cells(2000)).apply(2.));
        assert!(few > 1. && many.abs() < 0.05, "{few} {many}");
    }
}
