//! Two sets of yes-or-no answers about the same things become counts, and the counts precision, recall, F1 and Cohen's
//! kappa. Counts can be added up, so pooled figures come from the counts of the parts.

use serde::Serialize;

/// How often two sets of answers agree: the first are taken for the truth (a reader), the second are judged (the
/// machine, or another reader; kappa does not care which is which).
///
/// ```
/// use codeframe::score::Confusion;
/// let answers = [(true, true), (true, false), (false, false), (false, false)];
/// let counts: Confusion = answers.into_iter().collect();
/// assert_eq!((counts.precision(), counts.recall(), counts.kappa()), (Some(1.), Some(0.5), Some(0.5)));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Confusion {
    /// Both say yes.
    pub true_positives: usize,
    /// Only the judged says yes.
    pub false_positives: usize,
    /// Only the truth says yes.
    pub false_negatives: usize,
    /// Both say no.
    pub true_negatives: usize,
}

impl Confusion {
    /// Counts one pair of answers.
    pub fn add(&mut self, truth: bool, judged: bool) {
        let count = match (truth, judged) {
            (true, true) => &mut self.true_positives,
            (false, true) => &mut self.false_positives,
            (true, false) => &mut self.false_negatives,
            (false, false) => &mut self.true_negatives,
        };
        *count += 1;
    }

    /// Adds the counts of another part.
    pub fn merge(&mut self, other: &Confusion) {
        self.true_positives += other.true_positives;
        self.false_positives += other.false_positives;
        self.false_negatives += other.false_negatives;
        self.true_negatives += other.true_negatives;
    }

    /// Pairs counted.
    pub fn n(&self) -> usize {
        self.n_positive() + self.false_positives + self.true_negatives
    }

    /// Pairs in which the truth says yes.
    pub fn n_positive(&self) -> usize {
        self.true_positives + self.false_negatives
    }

    /// Share of the judged yeses that are right; undefined when there is none.
    pub fn precision(&self) -> Option<f64> {
        share(self.true_positives, self.true_positives + self.false_positives)
    }

    /// Share of the true yeses that are found; undefined when there is none.
    pub fn recall(&self) -> Option<f64> {
        share(self.true_positives, self.n_positive())
    }

    /// Harmonic mean of precision and recall (van Rijsbergen 1979); undefined when nobody says yes.
    pub fn f1(&self) -> Option<f64> {
        let twice = 2 * self.true_positives;
        share(twice, twice + self.false_positives + self.false_negatives)
    }

    /// Agreement beyond what two who answer independently with these shares would reach (Cohen 1960): 1 is perfect, 0
    /// is chance. Undefined when both always give the same one answer, and when nothing was asked.
    pub fn kappa(&self) -> Option<f64> {
        let n = self.n();
        let truth = self.n_positive();
        let judged = self.true_positives + self.false_positives;
        // In whole numbers, so that chance agreement of exactly 1 is seen as such.
        let by_chance = truth as u128 * judged as u128 + (n - truth) as u128 * (n - judged) as u128;
        let all = n as u128 * n as u128;
        let agreed = (self.true_positives + self.true_negatives) as u128 * n as u128;
        (by_chance < all).then(|| (agreed as f64 - by_chance as f64) / (all - by_chance) as f64)
    }
}

fn share(n: usize, of: usize) -> Option<f64> {
    (of > 0).then(|| n as f64 / of as f64)
}

impl FromIterator<(bool, bool)> for Confusion {
    fn from_iter<I: IntoIterator<Item = (bool, bool)>>(pairs: I) -> Self {
        let mut counts = Confusion::default();
        pairs.into_iter().for_each(|(truth, judged)| counts.add(truth, judged));
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Figures = (Option<f64>, Option<f64>, Option<f64>, Option<f64>);

    /// Precision, recall, F1, kappa of counts: true and false positives, false and true negatives.
    fn check(counts: [usize; 4], expected: Figures) {
        let [true_positives, false_positives, false_negatives, true_negatives] = counts;
        let c = Confusion { true_positives, false_positives, false_negatives, true_negatives };
        let close = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => (a - b).abs() < 1e-12,
            (a, b) => a == b,
        };
        let found = (c.precision(), c.recall(), c.f1(), c.kappa());
        let same = close(found.0, expected.0)
            && close(found.1, expected.1)
            && close(found.2, expected.2)
            && close(found.3, expected.3);
        assert!(same, "{counts:?}: {found:?}, expected {expected:?}");
    }

    /// Expected: precision_score, recall_score, f1_score, cohen_kappa_score of scikit-learn 1.9.1, `None` where it
    /// warns that the figure is undefined.
    #[test]
    fn figures_are_those_of_scikit_learn() {
        check([8, 2, 4, 43], (Some(0.8), Some(0.6666666666666666), Some(0.7272727272727273), Some(0.6627218934911243)));
        check([0, 3, 2, 20], (Some(0.0), Some(0.0), Some(0.0), Some(-0.10619469026548689)));
        check([3, 0, 0, 9], (Some(1.0), Some(1.0), Some(1.0), Some(1.0)));
        check([1, 30, 0, 70], (Some(0.03225806451612903), Some(1.0), Some(0.0625), Some(0.04416403785488954)));
        check([0, 0, 5, 5], (None, Some(0.0), Some(0.0), Some(0.0)));
        check([5, 5, 0, 0], (Some(0.5), Some(1.0), Some(0.6666666666666666), Some(0.0)));
        check([0, 0, 0, 7], (None, None, None, None));
        check([6, 0, 0, 0], (Some(1.0), Some(1.0), Some(1.0), None));
        check([0, 0, 0, 0], (None, None, None, None));
        check(
            [57, 13, 21, 909],
            (Some(0.8142857142857143), Some(0.7307692307692307), Some(0.7702702702702703), Some(0.7519696527575139)),
        );
    }

    proptest! {
        #[test]
        fn kappa_does_not_care_who_is_the_truth(pairs in prop::collection::vec(any::<(bool, bool)>(), 0..60)) {
            let there: Confusion = pairs.iter().copied().collect();
            let back: Confusion = pairs.iter().map(|(a, b)| (*b, *a)).collect();
            prop_assert_eq!(there.kappa(), back.kappa());
            prop_assert!(there.kappa().is_none_or(|k| (-1. ..=1.).contains(&k)));
        }
    }
}
