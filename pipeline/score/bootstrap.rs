//! How much a figure would vary with other reports: the figure again and again over reports drawn with replacement. The
//! draws come from a seed by a generator of our own, so that they stay the same whatever any crate does.

/// A stream of numbers that depends on its seed alone: SplitMix64 (Steele, Lea and Flood 2014).
///
/// ```
/// use codeframe::score::Random;
/// // The first numbers of the reference implementation for this seed.
/// let mut random = Random::new(1234567);
/// assert_eq!((random.next(), random.next()), (6457827717110365317, 3203168211198807973));
/// ```
#[derive(Debug, Clone)]
pub struct Random {
    state: u64,
}

impl Random {
    /// The stream of a seed.
    pub fn new(seed: u64) -> Random {
        Random { state: seed }
    }

    /// The next number; all are equally likely.
    #[allow(clippy::should_implement_trait, reason = "a stream without an end is no iterator that loops should take")]
    pub fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to below `n`, all equally likely to within 1 in 2^64 / n.
    ///
    /// # Panics
    /// When `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        assert!(n > 0, "there is no number below 0");
        // The upper half of the product maps the stream's range onto 0..n without a division (Lemire 2019).
        usize::try_from((u128::from(self.next()) * n as u128) >> 64).expect("it is below n")
    }

    /// A number from 0 to below 1.
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// The statistic of `n_draws` bootstrap samples (Efron 1979), sorted: each sample is `n` numbers below `n`, drawn with
/// replacement. The numbers stand for reports, never for single answers, since the answers of one report hang
/// together. Samples for which the statistic is undefined are left out.
pub fn bootstrap(n: usize, n_draws: usize, seed: u64, mut statistic: impl FnMut(&[usize]) -> Option<f64>) -> Vec<f64> {
    if n == 0 {
        return Vec::new();
    }
    let mut random = Random::new(seed);
    let mut sample = vec![0; n];
    let mut values: Vec<f64> = (0..n_draws)
        .filter_map(|_| {
            sample.iter_mut().for_each(|number| *number = random.below(n));
            statistic(&sample)
        })
        .collect();
    values.sort_by(f64::total_cmp);
    values
}

/// The interval that holds the middle `level` of sorted values, its ends interpolated between them as numpy does;
/// `None` without values.
pub fn interval(sorted: &[f64], level: f64) -> Option<(f64, f64)> {
    let last = sorted.len().checked_sub(1)?;
    let quantile = |share: f64| {
        let at = share * last as f64;
        let below = (at.floor() as usize).min(last);
        let above = (below + 1).min(last);
        sorted[below] + (sorted[above] - sorted[below]) * (at - below as f64)
    };
    let tail = (1. - level) / 2.;
    Some((quantile(tail), quantile(1. - tail)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same() {
        let mean = |sample: &[usize]| Some(sample.iter().sum::<usize>() as f64 / sample.len() as f64);
        let first = bootstrap(20, 200, 7, mean);
        assert_eq!(first, bootstrap(20, 200, 7, mean));
        assert_ne!(first, bootstrap(20, 200, 8, mean));
    }

    /// The standard error of a mean of n from 0..n is sqrt((n² - 1) / 12 / n): the middle 95 % lie within about 1.96 of it.
    #[test]
    fn the_interval_of_a_mean_is_as_wide_as_theory_has_it() {
        let mean = |sample: &[usize]| Some(sample.iter().sum::<usize>() as f64 / sample.len() as f64);
        let (low, high) = interval(&bootstrap(100, 4_000, 1, mean), 0.95).expect("there are values");
        let error = ((100_f64.powi(2) - 1.) / 12. / 100.).sqrt();
        assert!(((high - low) / (2. * 1.96 * error) - 1.).abs() < 0.05, "{low} to {high}");
    }

    /// Expected: numpy.quantile([1, 2, 4, 8], [.05, .95]) of numpy 2.4.6.
    #[test]
    fn quantiles_are_those_of_numpy() {
        let (low, high) = interval(&[1., 2., 4., 8.], 0.9).expect("there are values");
        assert!((low - 1.15).abs() < 1e-12 && (high - 7.4).abs() < 1e-12, "{low} {high}");
        assert_eq!(interval(&[], 0.9), None);
        assert_eq!(interval(&[3.], 0.9), Some((3., 3.)));
    }

    #[test]
    fn undefined_samples_are_left_out() {
        assert_eq!(bootstrap(3, 50, 1, |_| None), Vec::<f64>::new());
        assert_eq!(bootstrap(0, 50, 1, |_| Some(1.)), Vec::<f64>::new());
    }
}
