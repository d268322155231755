//! Probabilities beside what turned out to be true: do they rank well, are they right on average, how far off are they?
//! Each function takes (probability, truth) pairs in any order.

use serde::{Deserialize, Serialize};

/// Area under precision over recall, by steps and without interpolation: the sum of precision times the recall gained,
/// equal probabilities entering together (as scikit-learn). Undefined without a positive.
pub fn average_precision(cells: &[(f64, bool)]) -> Option<f64> {
    let n_positive = cells.iter().filter(|(_, truth)| *truth).count();
    if n_positive == 0 {
        return None;
    }
    let mut ranked: Vec<(f64, bool)> = cells.to_vec();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut seen, mut hits, mut area) = (0, 0, 0.);
    for level in ranked.chunk_by(|a, b| a.0 == b.0) {
        let gained = level.iter().filter(|(_, truth)| *truth).count();
        seen += level.len();
        hits += gained;
        area += hits as f64 / seen as f64 * gained as f64;
    }
    Some(area / n_positive as f64)
}

/// Mean squared distance between probability and truth (Brier 1950): 0 is perfect, 0.25 is a coin's.
pub fn brier(cells: &[(f64, bool)]) -> Option<f64> {
    let squared = |(p, truth): &(f64, bool)| (p - f64::from(u8::from(*truth))).powi(2);
    (!cells.is_empty()).then(|| cells.iter().map(squared).sum::<f64>() / cells.len() as f64)
}

/// How much better than always saying the share of positives: 1 - Brier / (share * (1 - share)) (Murphy 1973). 1 is
/// perfect, 0 no better, below 0 worse. Undefined when only one truth occurs.
pub fn brier_skill(cells: &[(f64, bool)]) -> Option<f64> {
    let n_positive = cells.iter().filter(|(_, truth)| *truth).count();
    let share = n_positive as f64 / cells.len() as f64;
    let is_mixed = n_positive > 0 && n_positive < cells.len();
    brier(cells).filter(|_| is_mixed).map(|brier| 1. - brier / (share * (1. - share)))
}

/// Probabilities of about the same height, and how often they came true.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// Above this (the first bin: from this on).
    pub from: f64,
    /// Up to and with this.
    pub to: f64,
    /// Probabilities in it.
    pub n: usize,
    /// Their mean; 0 when there are none.
    pub mean: f64,
    /// Share of them that came true; 0 when there are none.
    pub share: f64,
}

/// Number of bins of a reliability table.
const N_BINS: usize = 10;

/// The reliability table (Murphy and Winkler 1977): ten bins of equal width, the empty ones too. A probability on an
/// edge belongs below it, as in scikit-learn's `calibration_curve`.
pub fn reliability(cells: &[(f64, bool)]) -> Vec<Bin> {
    let edge = |n: usize| n as f64 / N_BINS as f64;
    let bin = |n| Bin { from: edge(n), to: edge(n + 1), n: 0, mean: 0., share: 0. };
    let mut bins: Vec<Bin> = (0..N_BINS).map(bin).collect();
    for (p, truth) in cells {
        let number = (1..N_BINS).filter(|n| *p > edge(*n)).count();
        let bin = &mut bins[number];
        bin.n += 1;
        bin.mean += p;
        bin.share += f64::from(u8::from(*truth));
    }
    for bin in bins.iter_mut().filter(|bin| bin.n > 0) {
        bin.mean /= bin.n as f64;
        bin.share /= bin.n as f64;
    }
    bins
}

/// Mean distance between probability and share that came true, over the ten bins of [`reliability`] by their size
/// (Naeini, Cooper and Hauskrecht 2015). 0 is perfect. Undefined without probabilities.
pub fn expected_calibration_error(cells: &[(f64, bool)]) -> Option<f64> {
    let weighted = |bin: &Bin| bin.n as f64 * (bin.mean - bin.share).abs();
    (!cells.is_empty()).then(|| reliability(cells).iter().map(weighted).sum::<f64>() / cells.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// p = k / 16 of `numbers`, truth the second: exact in binary, so that ties are ties everywhere.
    fn cells(numbers: &[(u8, u8)]) -> Vec<(f64, bool)> {
        numbers.iter().map(|(k, truth)| (f64::from(*k) / 16., *truth == 1)).collect()
    }

    fn near(found: Option<f64>, expected: f64) {
        let found = found.expect("it is defined");
        assert!((found - expected).abs() < 1e-12, "{found}, expected {expected}");
    }

    /// Expected: average_precision_score and brier_score_loss of scikit-learn 1.9.1; calibration error from the bins of
    /// its calibration_curve(n_bins=10), weighted with numpy 2.4.6's histogram of them.
    #[test]
    fn figures_are_those_of_scikit_learn() {
        let some = cells(&[(14, 1), (5, 0), (16, 1), (0, 0), (3, 0), (2, 1)]);
        near(average_precision(&some), 0.8666666666666667);
        near(brier(&some), 0.15234375);
        near(brier_skill(&some), 0.390625);
        near(expected_calibration_error(&some), 0.1875);
        let some = cells(&[
            (9, 0),
            (8, 0),
            (14, 1),
            (3, 0),
            (2, 0),
            (8, 1),
            (1, 0),
            (14, 1),
            (2, 1),
            (0, 0),
            (3, 0),
            (2, 0),
            (4, 0),
            (3, 0),
            (16, 1),
            (2, 0),
            (3, 0),
            (8, 1),
            (5, 0),
            (2, 0),
            (5, 1),
            (14, 1),
            (14, 1),
            (5, 1),
            (5, 0),
        ]);
        near(average_precision(&some), 0.8374953548866592);
        near(brier(&some), 0.1321875);
        near(brier_skill(&some), 0.44921875);
        near(expected_calibration_error(&some), 0.12);
        let some = cells(&[
            (9, 0),
            (2, 0),
            (2, 1),
            (0, 0),
            (5, 0),
            (0, 0),
            (8, 1),
            (14, 0),
            (9, 1),
            (2, 0),
            (3, 1),
            (3, 0),
            (9, 1),
            (5, 0),
            (4, 0),
            (1, 0),
            (5, 0),
            (0, 0),
            (1, 0),
            (11, 1),
            (2, 0),
            (11, 1),
            (16, 1),
            (2, 0),
            (16, 1),
            (4, 0),
            (2, 0),
            (1, 0),
            (11, 0),
            (0, 0),
            (14, 1),
            (4, 0),
            (8, 1),
            (16, 1),
            (9, 1),
            (3, 1),
            (14, 0),
            (16, 1),
            (8, 1),
            (8, 1),
            (0, 0),
            (4, 1),
            (14, 0),
            (11, 1),
            (9, 0),
            (5, 0),
            (4, 0),
            (2, 1),
            (11, 0),
            (16, 1),
            (5, 1),
            (9, 1),
            (11, 0),
            (5, 1),
            (5, 0),
            (16, 1),
            (4, 0),
            (16, 1),
            (9, 1),
            (4, 0),
            (5, 0),
            (14, 0),
            (9, 1),
            (4, 0),
            (4, 0),
            (11, 1),
            (5, 0),
            (16, 1),
            (8, 1),
            (2, 0),
            (9, 0),
            (5, 0),
            (11, 0),
            (3, 0),
            (9, 1),
            (1, 0),
            (8, 1),
            (14, 1),
            (8, 1),
            (11, 0),
        ]);
        near(average_precision(&some), 0.7136245074629397);
        near(brier(&some), 0.196337890625);
        near(brier_skill(&some), 0.20218253968253963);
        near(expected_calibration_error(&some), 0.18984375);
    }

    #[test]
    fn what_is_undefined_is_none() {
        let one_class = cells(&[(3, 0), (9, 0)]);
        assert_eq!((average_precision(&one_class), brier_skill(&one_class)), (None, None));
        assert_eq!((brier(&[]), brier_skill(&[]), expected_calibration_error(&[])), (None, None, None));
    }

    #[test]
    fn the_reliability_table_counts_every_probability_once() {
        let table = reliability(&[(0., false), (0.1, true), (0.11, false), (1., true)]);
        assert_eq!(table.iter().map(|bin| bin.n).collect::<Vec<_>>(), [2, 1, 0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!((table[0].mean, table[0].share), (0.05, 0.5));
    }
}
