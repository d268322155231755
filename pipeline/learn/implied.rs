//! What is rejected without a threshold of its own: beside an accepted code of a question that takes one, the others do not
//! apply (`decide/judge.rs`). The promise on rejected codes covers these too, so they are counted among them when the
//! threshold is chosen: as what is rejected first, at whatever threshold. Where none keeps the promise, nothing is rejected
//! in either way.

use super::{Judged, Lesson};
use crate::classify::Classifier;

impl Lesson {
    /// By code, whether a report's codes are rejected because another of their question is accepted. `classifier` has its
    /// codes and its threshold for accepting set.
    pub(super) fn implied(&self, classifier: &Classifier, probabilities: &[f64]) -> Vec<bool> {
        let mut follows = vec![false; self.targets.len()];
        let mut from = 0;
        for codes in self.targets.chunk_by(|a, b| a.question == b.question) {
            let (first, n) = (from, codes.len());
            from += n;
            let likelier = |a: &usize, b: &usize| probabilities[*a].total_cmp(&probabilities[*b]).then(b.cmp(a));
            let best = (first..first + n).filter(|code| self.targets[*code].is_one_of).max_by(likelier);
            let Some(best) = best else { continue };
            let is_accepted = classifier.accept_from.is_some_and(|accepted| probabilities[best] >= accepted);
            if classifier.codes[best].is_automatic && is_accepted {
                (first..first + n).filter(|code| *code != best).for_each(|code| follows[code] = true);
            }
        }
        follows
    }

    /// The answered cells of some reports that are candidates for rejection, with probabilities: those of codes that the
    /// classifier decides alone, and at probability 0 those that follow from an accepted code, of whatever code.
    pub(super) fn to_reject(
        &self,
        classifier: &Classifier,
        probabilities: &[Vec<f64>],
        reports: &[usize],
    ) -> Vec<Judged> {
        let mut cells = Vec::new();
        for report in reports {
            let (probabilities, answers) = (&probabilities[*report], &self.taught[*report].answers);
            for (code, follows) in self.implied(classifier, probabilities).into_iter().enumerate() {
                let Some(applies) = answers[code] else { continue };
                if follows || classifier.codes[code].is_automatic {
                    let probability = if follows { 0. } else { probabilities[code] };
                    cells.push(Judged { report: *report, probability, applies });
                }
            }
        }
        cells
    }
}
