//! What several people answered about the same things becomes figures of their agreement: observed agreement, Cohen's
//! kappa, Krippendorff's alpha, PABAK and Gwet's AC1. Answers are nominal, anybody may have answered any part of the
//! things, and all that the figures need are sums over things: so the figures of a bootstrap sample come from sums of sums.

use std::ops::Range;

/// Sums over units (things that were judged) from which all figures follow.
///
/// ```
/// use codeframe::score::Ratings;
/// let mut ratings = Ratings::new(2, 3); // yes or no, by three people
/// ratings.add(&[Some(1), Some(1), None]);
/// ratings.add(&[Some(0), None, Some(0)]);
/// ratings.add(&[Some(1), Some(0), Some(1)]);
/// assert_eq!(ratings.n_units(), 3);
/// assert!((ratings.observed().unwrap() - 7. / 9.).abs() < 1e-12);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Ratings {
    n_answers: usize,
    n_raters: usize,
    /// Units with two answers or more; units with any; summed shares of agreeing pairs; summed coincidences of equal
    /// answers; then, by answer, how often it was given where two or more answered; by answer, the summed shares that it
    /// has of a unit's answers; and for each pair of people a table of the answers of both. Whole numbers are exact.
    sums: Vec<f64>,
}

const UNITS: usize = 0;
const RATED: usize = 1;
const AGREED: usize = 2;
const COINCIDENT: usize = 3;
const FIRST: usize = 4;

impl Ratings {
    /// Nothing rated yet; `n_answers` answers are possible, whether or not each is given, and `n_raters` people may give them.
    pub fn new(n_answers: usize, n_raters: usize) -> Ratings {
        let n_pairs = n_raters * n_raters.saturating_sub(1) / 2;
        Ratings { n_answers, n_raters, sums: vec![0.; FIRST + 2 * n_answers + n_pairs * n_answers * n_answers] }
    }

    /// Adds what each person said about one unit: an answer below `n_answers`, or `None`.
    ///
    /// # Panics
    /// When there are not as many as people, or an answer is not below `n_answers`.
    pub fn add(&mut self, said: &[Option<usize>]) {
        assert_eq!(said.len(), self.n_raters, "each person has a place");
        let mut counts = vec![0_usize; self.n_answers];
        said.iter().flatten().for_each(|answer| counts[*answer] += 1);
        let n: usize = counts.iter().sum();
        if n == 0 {
            return;
        }
        self.sums[RATED] += 1.;
        let (marginals, shares) = (self.marginals(), self.shares());
        for (answer, count) in counts.iter().enumerate() {
            self.sums[shares.start + answer] += *count as f64 / n as f64;
        }
        if n < 2 {
            return;
        }
        let equal: usize = counts.iter().map(|count| count * count.saturating_sub(1)).sum();
        self.sums[UNITS] += 1.;
        self.sums[AGREED] += equal as f64 / (n * (n - 1)) as f64;
        self.sums[COINCIDENT] += equal as f64 / (n - 1) as f64;
        for (answer, count) in counts.iter().enumerate() {
            self.sums[marginals.start + answer] += *count as f64;
        }
        let mut at = shares.end;
        for (n, first) in said.iter().enumerate() {
            for second in &said[n + 1..] {
                if let (Some(first), Some(second)) = (first, second) {
                    self.sums[at + first * self.n_answers + second] += 1.;
                }
                at += self.n_answers * self.n_answers;
            }
        }
    }

    /// Adds the ratings of other units by the same people.
    pub fn merge(&mut self, other: &Ratings) {
        debug_assert_eq!((self.n_answers, self.n_raters), (other.n_answers, other.n_raters));
        self.sums.iter_mut().zip(&other.sums).for_each(|(sum, more)| *sum += more);
    }

    /// Nothing rated again.
    pub fn clear(&mut self) {
        self.sums.fill(0.);
    }

    /// Units on which two or more people gave an answer; only these tell of agreement.
    pub fn n_units(&self) -> usize {
        self.sums[UNITS] as usize
    }

    /// Answers on these units.
    pub fn n_given(&self) -> usize {
        self.sums[self.marginals()].iter().sum::<f64>() as usize
    }

    /// Whether only one answer was given to all of them. Then there is nothing that chance could be told from, so kappa
    /// and alpha are undefined, however well people agree.
    pub fn is_of_one_answer(&self) -> bool {
        self.sums[self.marginals()].iter().filter(|n| **n > 0.).count() == 1
    }

    /// The share of agreeing pairs of answers, the mean over units.
    pub fn observed(&self) -> Option<f64> {
        (self.sums[UNITS] > 0.).then(|| self.sums[AGREED] / self.sums[UNITS])
    }

    /// Cohen's kappa (1960) of two people; of more the mean over pairs (Light 1971), pairs for which it is undefined left out.
    pub fn kappa(&self) -> Option<f64> {
        let n_pairs = self.n_raters * self.n_raters.saturating_sub(1) / 2;
        let of_pairs: Vec<f64> = (0..n_pairs).filter_map(|pair| self.kappa_of_pair(pair)).collect();
        (!of_pairs.is_empty()).then(|| of_pairs.iter().sum::<f64>() / of_pairs.len() as f64)
    }

    /// Krippendorff's alpha for nominal data (2011, "Computing Krippendorff's alpha-reliability"): any number of people,
    /// anything missing. Undefined when only one answer was given.
    pub fn alpha(&self) -> Option<f64> {
        let marginals = &self.sums[self.marginals()];
        let n: f64 = marginals.iter().sum();
        if n < 2. || self.is_of_one_answer() {
            return None;
        }
        let by_chance: f64 = marginals.iter().map(|m| m * (m - 1.)).sum::<f64>() / (n * (n - 1.));
        Some(1. - (1. - self.sums[COINCIDENT] / n) / (1. - by_chance))
    }

    /// Agreement beyond that of people who throw a fair die: for two answers the prevalence- and bias-adjusted kappa
    /// (PABAK; Byrt, Bishop and Carlin 1993), for more the coefficient of Brennan and Prediger (1981).
    pub fn pabak(&self) -> Option<f64> {
        let by_chance = 1. / self.n_answers as f64;
        self.observed().map(|observed| (observed - by_chance) / (1. - by_chance))
    }

    /// Gwet's first agreement coefficient (2008), which unlike kappa stays high when nearly all answers are the same.
    pub fn ac1(&self) -> Option<f64> {
        let observed = self.observed()?;
        let share = |sum: &f64| sum / self.sums[RATED];
        let spread: f64 = self.sums[self.shares()].iter().map(share).map(|share| share * (1. - share)).sum();
        let by_chance = spread / (self.n_answers as f64 - 1.);
        Some((observed - by_chance) / (1. - by_chance))
    }

    fn kappa_of_pair(&self, pair: usize) -> Option<f64> {
        let q = self.n_answers;
        let start = self.shares().end + pair * q * q;
        let table = &self.sums[start..start + q * q];
        let n: f64 = table.iter().sum();
        let agreed: f64 = (0..q).map(|k| table[k * q + k]).sum();
        let row = |k: usize| table[k * q..(k + 1) * q].iter().sum::<f64>();
        let column = |k: usize| (0..q).map(|j| table[j * q + k]).sum::<f64>();
        // In whole numbers, so that chance agreement of exactly 1 is seen as such.
        let by_chance: f64 = (0..q).map(|k| row(k) * column(k)).sum();
        (by_chance < n * n).then(|| (agreed * n - by_chance) / (n * n - by_chance))
    }

    fn marginals(&self) -> Range<usize> {
        FIRST..FIRST + self.n_answers
    }

    fn shares(&self) -> Range<usize> {
        FIRST + self.n_answers..FIRST + 2 * self.n_answers
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde::Deserialize;

    /// One random coding and what other programs make of it; `null` is undefined.
    #[derive(Deserialize)]
    struct Case {
        answers: usize,
        /// By unit, by person.
        ratings: Vec<Vec<Option<usize>>>,
        kappa: Option<f64>,
        alpha: Option<f64>,
        pabak: Option<f64>,
        ac1: Option<f64>,
    }

    fn ratings_of(answers: usize, units: &[Vec<Option<usize>>]) -> Ratings {
        let mut ratings = Ratings::new(answers, units[0].len());
        units.iter().for_each(|unit| ratings.add(unit));
        ratings
    }

    /// Expected: 50 random codings with scikit-learn's cohen_kappa_score, `krippendorff`'s alpha and `irrCAC`'s AC1 and
    /// Brennan-Prediger, with missing answers and codings of one answer among them; made by scripts/agreement_cases.py,
    /// which names the versions.
    #[test]
    fn figures_are_those_of_other_programs() {
        let text = include_str!("../../tests/fixtures/agreement.jsonl");
        let mut n_undefined = 0;
        for (n, line) in text.lines().enumerate() {
            let case: Case = serde_json::from_str(line).expect("the fixture is sound");
            let ratings = ratings_of(case.answers, &case.ratings);
            let found = [ratings.kappa(), ratings.alpha(), ratings.pabak(), ratings.ac1()];
            for (found, expected) in found.into_iter().zip([case.kappa, case.alpha, case.pabak, case.ac1]) {
                let same = match (found, expected) {
                    (Some(found), Some(expected)) => (found - expected).abs() < 1e-9,
                    (found, expected) => found == expected,
                };
                assert!(same, "line {}: {found:?}, expected {expected:?}", n + 1);
                n_undefined += usize::from(expected.is_none());
            }
        }
        assert_eq!(text.lines().count(), 50);
        assert!(n_undefined > 5, "undefined cases are among them");
    }

    #[test]
    fn nothing_rated_has_no_figures() {
        let none = Ratings::new(2, 2);
        assert_eq!(
            (none.observed(), none.kappa(), none.alpha(), none.pabak(), none.ac1()),
            (None, None, None, None, None)
        );
        let alone = ratings_of(2, &[vec![Some(1), None]]);
        assert_eq!((alone.n_units(), alone.kappa(), alone.alpha(), alone.ac1()), (0, None, None, None));
    }

    proptest! {
        #[test]
        fn figures_of_parts_are_those_of_the_whole(
            units in prop::collection::vec(prop::collection::vec(prop::option::of(0_usize..3), 3), 2..40),
            cut in 0_usize..40,
        ) {
            let cut = cut.clamp(1, units.len() - 1);
            let whole = ratings_of(3, &units);
            let mut parts = ratings_of(3, &units[..cut]);
            parts.merge(&ratings_of(3, &units[cut..]));
            for of in [Ratings::kappa, Ratings::alpha, Ratings::pabak, Ratings::ac1, Ratings::observed] {
                let (a, b) = (of(&whole), of(&parts));
                prop_assert!(a == b || (a.unwrap_or(9.) - b.unwrap_or(-9.)).abs() < 1e-9, "{a:?} {b:?}");
            }
        }
    }
}
