//! How many of the things that nobody has looked at have a property, when of things like them some were looked at: in each
//! stratum exactly, by the hypergeometric distribution, and over the strata summed. Populations are finite: where all
//! has been looked at nothing is left to guess, and the interval has no width.

use super::most_wrong;

/// A part of the whole whose members are alike as far as is known, so that those looked at stand for the others.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Stratum {
    /// Members that nobody has looked at.
    pub unknown: usize,
    /// Members that are known and stand for no others, since what they are like had to do with why they were looked at. The
    /// sample was drawn when they were still unknown, so it tells of them too.
    pub chosen: usize,
    /// Those of `chosen` that have the property.
    pub chosen_positive: usize,
    /// Members that were looked at for a reason that has nothing to do with what was found.
    pub seen: usize,
    /// Those of `seen` that have the property.
    pub positive: usize,
    /// How many of `unknown` are thought to have it, 0 to `unknown`: the estimate when nothing was seen, and nothing else.
    pub guess: f64,
}

/// How many of the unknown have the property.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Total {
    /// The estimate.
    pub estimate: f64,
    /// The least, at the level that was asked for.
    pub low: f64,
    /// The most.
    pub high: f64,
}

/// Of `all` things `seen` were drawn at random and `positive` of these have a property: the least and the most that can
/// have it among all, at a two-sided level (the exact interval of the hypergeometric distribution with equal tails, Buonaccorsi
/// 1987).
///
/// ```
/// use codeframe::score::hypergeometric_interval;
/// assert_eq!(hypergeometric_interval(20, 20, 3, 0.95), (3, 3), "all were looked at");
/// assert_eq!(hypergeometric_interval(20, 0, 0, 0.95), (0, 20), "none was");
/// ```
///
/// # Panics
/// When more are seen than there are, or more positive than seen.
pub fn hypergeometric_interval(all: usize, seen: usize, positive: usize, level: f64) -> (usize, usize) {
    let tail = (1. - level) / 2.;
    let most = most_wrong(all, seen, positive, tail);
    let least = all - most_wrong(all, seen, seen - positive, tail);
    // Each end leaves out one value too many when a tail falls on the other side of what was seen, with a handful of things.
    (least.min(most), most.max(least))
}

impl Stratum {
    /// Of its unknown members.
    fn total(&self, level: f64) -> Total {
        if self.unknown == 0 {
            return Total { estimate: 0., low: 0., high: 0. };
        }
        if self.seen == 0 {
            return Total { estimate: self.guess, low: 0., high: self.unknown as f64 };
        }
        let all = self.unknown + self.chosen + self.seen;
        let (least, most) = hypergeometric_interval(all, self.seen, self.positive, level);
        let share = self.positive as f64 / self.seen as f64;
        let known = self.positive + self.chosen_positive;
        let unknown = self.unknown as f64;
        Total {
            estimate: (share * (self.unknown + self.chosen) as f64 - self.chosen_positive as f64).clamp(0., unknown),
            low: least.saturating_sub(known).min(self.unknown) as f64,
            high: most.saturating_sub(known).min(self.unknown) as f64,
        }
    }

    /// By how much the interval of its own is wide.
    pub fn width(&self, level: f64) -> f64 {
        let Total { low, high, .. } = self.total(level);
        high - low
    }
}

/// Sums strata. The distances from estimate to limit of strata that were looked into are summed as squares, the method of
/// variance estimates recovery (Zou and Donner 2008, Statistics in Medicine 27:1693): with one stratum it gives that one's
/// exact interval. Strata of which nothing is known may be anything all at once, so theirs are summed as they are.
pub fn total(strata: &[Stratum], level: f64) -> Total {
    let mut sum = Total { estimate: 0., low: 0., high: 0. };
    let (mut below, mut above) = (0., 0.);
    for stratum in strata {
        let Total { estimate, low, high } = stratum.total(level);
        sum.estimate += estimate;
        if stratum.seen == 0 {
            sum.low += low - estimate;
            sum.high += high - estimate;
        } else {
            below += (estimate - low).max(0.).powi(2);
            above += (high - estimate).max(0.).powi(2);
        }
    }
    let unknown: usize = strata.iter().map(|stratum| stratum.unknown).sum();
    Total {
        estimate: sum.estimate,
        low: (sum.estimate + sum.low - below.sqrt()).max(0.),
        high: (sum.estimate + sum.high + above.sqrt()).min(unknown as f64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::Random;

    fn stratum(unknown: usize, seen: usize, positive: usize) -> Stratum {
        Stratum { unknown, seen, positive, guess: unknown as f64 / 4., ..Stratum::default() }
    }

    /// Expected: all K with scipy.stats.hypergeom(all, K, seen).cdf(positive) > .025 and .sf(positive - 1) > .025, the
    /// least and the most of them, scipy 1.17.1.
    #[test]
    fn intervals_are_those_of_scipy() {
        let check = |all, seen, positive, expected| {
            assert_eq!(hypergeometric_interval(all, seen, positive, 0.95), expected, "{positive} of {seen} of {all}");
        };
        check(129, 40, 3, (3, 23));
        check(60, 25, 0, (0, 6));
        check(20, 5, 5, (11, 20));
        check(129, 57, 31, (57, 83));
        check(1000, 50, 1, (1, 104));
        check(7, 2, 1, (1, 6));
        check(10000, 500, 120, (2041, 2789));
    }

    #[test]
    fn one_stratum_has_its_exact_interval_and_what_is_known_has_none() {
        let Total { estimate, low, high } = total(&[stratum(80, 40, 10)], 0.95);
        let (least, most) = hypergeometric_interval(120, 40, 10, 0.95);
        assert!((estimate - 20.).abs() < 1e-9);
        assert!((low - (least - 10) as f64).abs() < 1e-9 && (high - (most - 10) as f64).abs() < 1e-9, "{low} {high}");
        assert_eq!(total(&[stratum(0, 40, 10)], 0.95), Total { estimate: 0., low: 0., high: 0. });
        assert_eq!(total(&[], 0.95), Total { estimate: 0., low: 0., high: 0. });
    }

    /// What was chosen counts to what was drawn from, and is taken off again.
    #[test]
    fn what_was_chosen_leaves_less_for_the_rest() {
        let chosen = Stratum { chosen: 20, chosen_positive: 18, ..stratum(60, 40, 10) };
        let Total { estimate, low, high } = total(&[chosen], 0.95);
        let (least, most) = hypergeometric_interval(120, 40, 10, 0.95);
        assert!((estimate - 2.).abs() < 1e-9, "a quarter of 80, of which 18 are found");
        assert!((low - least.saturating_sub(28) as f64).abs() < 1e-9 && (high - (most - 28) as f64).abs() < 1e-9);
        let all_found = Stratum { chosen: 20, chosen_positive: 20, ..stratum(3, 40, 2) };
        assert_eq!(total(&[all_found], 0.95), Total { estimate: 0., low: 0., high: 0. });
    }

    #[test]
    fn strata_that_nobody_has_looked_into_may_be_anything_all_at_once() {
        let found = total(&[stratum(8, 0, 0), stratum(12, 0, 0)], 0.95);
        assert_eq!(found, Total { estimate: 5., low: 0., high: 20. });
        let with_another = total(&[stratum(8, 0, 0), stratum(100, 50, 5)], 0.95);
        let alone = total(&[stratum(100, 50, 5)], 0.95);
        assert!((with_another.high - alone.high - 8.).abs() < 1e-9, "{with_another:?} {alone:?}");
        assert!((with_another.low - alone.low).abs() < 1e-9);
    }

    /// The point estimate is that of prediction-powered inference (Angelopoulos et al. 2023) when what is predicted is the
    /// stratum's share. Expected: ppi_py.ppi_mean_pointestimate(Y, Yhat, Yhat_unlabeled, lam=1) * 150, ppi-python 0.2.3, on
    /// three strata of 100, 30, 20 unknown and 20, 12, 8 seen with 1, 5, 7 positive.
    #[test]
    fn the_estimate_is_that_of_prediction_powered_inference() {
        let strata = [stratum(100, 20, 1), stratum(30, 12, 5), stratum(20, 8, 7)];
        assert!((total(&strata, 0.95).estimate - 35.).abs() < 1e-9);
    }

    /// With many seen of many more the exact limits come near to the normal ones of prediction-powered inference, which takes no
    /// account of a population that ends. Expected: ppi_py.ppi_mean_ci(Y, Yhat, Yhat_unlabeled, alpha=.05, lam=1) * 150,000,
    /// ppi-python 0.2.3, on 100,000, 30,000 and 20,000 unknown, 2,000, 600 and 400 seen and 100, 250 and 350 positive.
    #[test]
    fn the_limits_come_near_to_those_of_prediction_powered_inference() {
        let strata = [stratum(100_000, 2_000, 100), stratum(30_000, 600, 250), stratum(20_000, 400, 350)];
        let Total { estimate, low, high } = total(&strata, 0.95);
        let half = 36_667.77 - 35_000.;
        let near = |distance: f64| (distance / half - 1.).abs() < 0.05;
        assert!((estimate - 35_000.).abs() < 1e-6 && near(estimate - low) && near(high - estimate), "{low} {high}");
    }

    /// In a population so large that drawing does not use it up the limits are those of the binomial distribution. Expected:
    /// statsmodels 0.15.0's proportion_confint(7, 60, method="beta").
    #[test]
    fn large_populations_come_near_to_statsmodels() {
        let (least, most) = hypergeometric_interval(1_000_000, 60, 7, 0.95);
        let near = |found: usize, expected: f64| (found as f64 / 1e6 - expected).abs() < 2e-5;
        assert!(near(least, 0.048214841871341924) && near(most, 0.2257161531456483), "{least} {most}");
    }

    /// Over 2,000 draws each: the truth lies within the limits at least as often as promised, for rare and common, few and
    /// many, also when people have gone through some of the rest and looked for what has the property.
    #[test]
    fn the_truth_lies_within_the_limits() {
        let mut random = Random::new(7);
        for (sizes, shares, rate, sought) in [
            ([90, 25, 14], [0.02, 0.3, 0.85], 0.2, 0.),
            ([900, 60, 40], [0.005, 0.2, 0.95], 0.1, 0.),
            ([60, 40, 29], [0.1, 0.5, 0.7], 0.4, 0.),
            ([129, 0, 0], [0.04, 0., 0.], 0.1, 0.),
            ([90, 25, 14], [0.02, 0.3, 0.85], 0.2, 1.),
            ([900, 60, 40], [0.02, 0.2, 0.95], 0.1, 1.),
        ] {
            let n_draws = 2_000;
            let mut covered = 0;
            for _ in 0..n_draws {
                let (mut strata, mut truth) = (Vec::new(), 0);
                for (size, share) in sizes.iter().zip(shares) {
                    let mut stratum = Stratum::default();
                    let positives = (f64::from(*size) * share).round() as u32;
                    for member in 0..*size {
                        let positive = usize::from(member < positives);
                        if random.unit() < rate {
                            stratum.seen += 1;
                            stratum.positive += positive;
                        } else if random.unit() < if positive == 1 { 0.5 } else { 0.1 } * sought {
                            stratum.chosen += 1;
                            stratum.chosen_positive += positive;
                        } else {
                            stratum.unknown += 1;
                            truth += positive;
                        }
                    }
                    strata.push(stratum);
                }
                let Total { low, high, .. } = total(&strata, 0.95);
                covered += usize::from(low <= truth as f64 && truth as f64 <= high);
            }
            let share = covered as f64 / f64::from(n_draws);
            assert!(share >= 0.95, "{sizes:?}: {share}");
        }
    }
}
