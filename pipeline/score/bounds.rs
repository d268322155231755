//! What a sample without much room for doubt says about all: upper bounds on how many, or what share, are wrong.

use libm::lgamma;

/// Of `n_all` things `n_seen` were looked at, drawn at random, and `n_wrong` were wrong: the most that can be wrong
/// among all of them with confidence `1 - delta`. It is the largest K for which seeing so few wrong ones still has a
/// probability above `delta`, the exact one-sided bound of the hypergeometric distribution (Buonaccorsi 1987).
///
/// ```
/// use codeframe::score::most_wrong;
/// assert_eq!(most_wrong(60, 25, 0, 0.05), 5);
/// assert_eq!(most_wrong(60, 60, 2, 0.1), 2, "all were looked at");
/// assert_eq!(most_wrong(60, 0, 0, 0.1), 60, "none was");
/// ```
///
/// # Panics
/// When more are seen than there are, or more wrong than seen.
pub fn most_wrong(n_all: usize, n_seen: usize, n_wrong: usize, delta: f64) -> usize {
    assert!(n_wrong <= n_seen && n_seen <= n_all, "a sample lies within what it is drawn from");
    // The rest of the sample was right, so no more than this can be wrong. The probability falls as K grows.
    let (mut at_most, mut above) = (n_wrong, n_all - (n_seen - n_wrong) + 1);
    while above - at_most > 1 {
        let middle = at_most + (above - at_most) / 2;
        if at_most_seen(n_all, middle, n_seen, n_wrong) > delta { at_most = middle } else { above = middle }
    }
    at_most
}

/// Of `n` independent draws `n_wrong` were wrong: the largest share of wrong ones that is possible with confidence
/// `1 - delta`, one-sided (Clopper and Pearson 1934). 1 when nothing was drawn.
///
/// # Panics
/// When more are wrong than drawn.
pub fn clopper_pearson_upper(n: usize, n_wrong: usize, delta: f64) -> f64 {
    assert!(n_wrong <= n, "of {n} no {n_wrong} can be wrong");
    if n_wrong == n {
        return 1.;
    }
    // The share at which seeing so few wrong ones has become as improbable as delta. Halving finds it to the last
    // digit; approximations of the beta distribution's quantiles do not.
    let (mut low, mut high) = (0., 1.);
    loop {
        let middle = (low + high) / 2.;
        if middle <= low || middle >= high {
            return middle;
        }
        let term = |k: usize| {
            let (k_wrong, k_right) = (k as f64, (n - k) as f64);
            (ln_choose(n, k) + k_wrong * f64::ln(middle) + k_right * f64::ln_1p(-middle)).exp()
        };
        if (0..=n_wrong).map(term).sum::<f64>() > delta { low = middle } else { high = middle }
    }
}

/// Probability of at most `x` wrong ones among `n` drawn of `all` in which `wrong` are wrong.
pub(super) fn at_most_seen(all: usize, wrong: usize, n: usize, x: usize) -> f64 {
    let least = (n + wrong).saturating_sub(all);
    let all_ways = ln_choose(all, n);
    let term = |k: usize| (ln_choose(wrong, k) + ln_choose(all - wrong, n - k) - all_ways).exp();
    (least..=x.min(wrong).min(n)).map(term).sum()
}

/// The logarithm of the number of ways to choose `k` of `n`.
fn ln_choose(n: usize, k: usize) -> f64 {
    let ln_factorial = |n: usize| lgamma(n as f64 + 1.);
    ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Expected: the largest K with scipy.stats.hypergeom(all, K, seen).cdf(wrong) > delta, scipy 1.17.1.
    #[test]
    fn the_most_that_can_be_wrong_is_that_of_scipy() {
        let check = |all, seen, wrong, delta, expected| {
            assert_eq!(most_wrong(all, seen, wrong, delta), expected, "{wrong} of {seen} of {all}, {delta}");
        };
        check(60, 25, 0, 0.1, 4);
        check(129, 40, 0, 0.1, 6);
        check(129, 40, 3, 0.1, 18);
        check(10, 10, 2, 0.05, 2);
        check(10, 9, 2, 0.05, 3);
        check(7200, 720, 11, 0.1, 162);
        check(40000, 500, 0, 0.1, 182);
        check(320000, 900, 17, 0.05, 9019);
        check(5, 1, 1, 0.1, 5);
        check(1, 0, 0, 0.1, 1);
    }

    /// Expected: statsmodels 0.15.0's proportion_confint(wrong, n, alpha=2 * delta, method="beta")[1].
    #[test]
    fn the_largest_share_is_that_of_statsmodels() {
        let check = |n, wrong, delta, expected: f64| {
            let found = clopper_pearson_upper(n, wrong, delta);
            assert!((found - expected).abs() < 1e-10, "{wrong} of {n}, {delta}: {found}, expected {expected}");
        };
        check(20, 0, 0.1, 0.10874906186625447);
        check(20, 1, 0.05, 0.21610616420684733);
        check(29, 3, 0.03333333333333333, 0.26243214991916325);
        check(1000, 47, 0.1, 0.05677591696888045);
        check(100000, 2, 0.05, 6.295658396092179e-05);
        check(5, 5, 0.1, 1.0);
        assert_eq!(clopper_pearson_upper(0, 0, 0.1), 1.);
    }

    proptest! {
        #[test]
        fn more_seen_right_never_loosens_the_bound(all in 1_usize..200, wrong in 0_usize..5, seen in 0_usize..200) {
            let seen = seen.min(all).max(wrong.min(all));
            let wrong = wrong.min(seen);
            let bound = most_wrong(all, seen, wrong, 0.1);
            prop_assert!((wrong..=all).contains(&bound));
            if seen < all {
                prop_assert!(most_wrong(all, seen + 1, wrong, 0.1) <= bound);
            }
        }
    }
}
