//! Whether groups differ in how often something occurs: Pearson's chi-square where its assumption holds, Fisher's exact
//! test for two groups where it does not, and nothing where neither can be trusted.

use libm::lgamma;
use serde::Serialize;
use statrs::function::gamma::checked_gamma_ur;

/// A test of the hypothesis that groups do not differ.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "test", rename_all = "snake_case")]
pub enum Difference {
    /// Pearson's chi-square, without correction for continuity.
    ChiSquare {
        /// The statistic.
        statistic: f64,
        /// Degrees of freedom.
        degrees: usize,
        /// How probable a statistic as large is when groups do not differ.
        p: f64,
    },
    /// Fisher's exact test of two groups, two-sided.
    Fisher {
        /// The probability of all tables that are no more probable than this one.
        p: f64,
    },
}

impl Difference {
    /// The probability, when groups do not differ, of a difference as large as this.
    pub fn p(&self) -> f64 {
        match self {
            Difference::ChiSquare { p, .. } | Difference::Fisher { p } => *p,
        }
    }
}

/// Tests groups, each with how many have something and how many have not. Chi-square wants an expected count of 5 in every
/// cell (Cochran 1954); with fewer there is Fisher's test for two groups, and for more groups none. `None` as well
/// when there is nothing to compare: fewer than two groups with members, or all have it, or none has.
///
/// ```
/// use codeframe::score::difference;
/// assert_eq!(difference(&[(3, 0), (4, 0)]), None, "all have it");
/// assert!(difference(&[(3, 1), (0, 4), (2, 2)]).is_none(), "too few for three groups");
/// ```
pub fn difference(groups: &[(usize, usize)]) -> Option<Difference> {
    let groups: Vec<(f64, f64)> =
        groups.iter().filter(|(with, without)| with + without > 0).map(|(a, b)| (*a as f64, *b as f64)).collect();
    let with: f64 = groups.iter().map(|group| group.0).sum();
    let without: f64 = groups.iter().map(|group| group.1).sum();
    let all = with + without;
    if groups.len() < 2 || with == 0. || without == 0. {
        return None;
    }
    let expected = |(a, b): &(f64, f64)| ((a + b) * with / all, (a + b) * without / all);
    if groups.iter().all(|group| expected(group).0.min(expected(group).1) >= 5.) {
        let part = |observed: f64, expected: f64| (observed - expected).powi(2) / expected;
        let statistic: f64 =
            groups.iter().map(|group| part(group.0, expected(group).0) + part(group.1, expected(group).1)).sum();
        let degrees = groups.len() - 1;
        // The upper tail of the chi-square distribution is that of a gamma distribution.
        let p = if statistic == 0. { 1. } else { checked_gamma_ur(degrees as f64 / 2., statistic / 2.).ok()? };
        return Some(Difference::ChiSquare { statistic, degrees, p });
    }
    match groups[..] {
        [(a, b), (c, d)] => Some(Difference::Fisher { p: fisher(a, b, c, d) }),
        _ => None,
    }
}

/// Fisher's exact test of a table with rows `a b` and `c d`, two-sided.
fn fisher(a: f64, b: f64, c: f64, d: f64) -> f64 {
    let ln_factorial = |n: f64| lgamma(n + 1.);
    let ln_choose = |n: f64, k: f64| ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k);
    let (first, second, with) = (a + b, c + d, a + c);
    let ln_p = |x: f64| ln_choose(first, x) + ln_choose(second, with - x) - ln_choose(first + second, with);
    let (least, most) = ((with - second).max(0.) as usize, first.min(with) as usize);
    // Tables as probable as this one count, also when rounding makes them seem a little more so.
    let bound = ln_p(a) + 1e-7;
    let sum: f64 = (least..=most).map(|x| ln_p(x as f64)).filter(|ln| *ln <= bound).map(f64::exp).sum();
    sum.min(1.)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expected: scipy 1.17.1's chi2_contingency(table, correction=False) and fisher_exact(table).
    #[test]
    fn tests_are_those_of_scipy() {
        let near = |a: f64, b: f64| (a - b).abs() <= 1e-9 * b.abs().max(1e-9);
        let chi = |groups: &[(usize, usize)], expected: (f64, usize, f64)| match difference(groups) {
            Some(Difference::ChiSquare { statistic, degrees, p }) => {
                assert!(near(statistic, expected.0) && degrees == expected.1 && near(p, expected.2), "{statistic} {p}");
            }
            other => panic!("{groups:?}: {other:?}"),
        };
        let exact = |groups: &[(usize, usize)], expected: f64| match difference(groups) {
            Some(Difference::Fisher { p }) => assert!(near(p, expected), "{groups:?}: {p}"),
            other => panic!("{groups:?}: {other:?}"),
        };
        chi(&[(30, 20), (18, 39)], (8.697925958965213, 1, 0.003185723249282488));
        chi(&[(12, 30), (25, 18), (9, 41)], (17.403143649161645, 2, 0.00016632417299348965));
        chi(&[(200, 2000), (260, 1900)], (10.024060748698423, 1, 0.0015450844630953975));
        exact(&[(3, 1), (1, 3)], 0.48571428571428565);
        exact(&[(0, 12), (5, 9)], 0.04247491638795986);
        exact(&[(2, 40), (9, 21)], 0.005927810537188922);
    }
}
