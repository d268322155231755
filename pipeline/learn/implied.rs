//! What is rejected without a threshold of its own: beside an accepted code of a question that takes one, the others do not
//! apply (`decide/judge.rs`). The promise on rejected codes covers these too, so they are counted among them when the
//! threshold is chosen: as what is rejected first, at whatever threshold. Where none keeps the promise, nothing is rejected
//! in either way.

use super::{Judged, Lesson};
use crate::classify::Classifier;
use std::collections::BTreeMap;

impl Lesson {
    /// The answered cells of some reports that are candidates for rejection, with probabilities: those of codes that the
    /// classifier decides alone, and at probability 0 those that follow from an accepted code, of whatever code.
    /// `classifier` has its codes and its threshold for accepting set.
    pub(super) fn to_reject(
        &self,
        classifier: &Classifier,
        probabilities: &[Vec<f64>],
        reports: &[usize],
    ) -> Vec<Judged> {
        let mut questions: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (code, target) in self.targets.iter().enumerate().filter(|(_, target)| target.is_one_of) {
            questions.entry(target.question).or_default().push(code);
        }
        let mut cells = Vec::new();
        for report in reports {
            let (probabilities, answers) = (&probabilities[*report], &self.taught[*report].answers);
            let mut follows = vec![false; self.targets.len()];
            for codes in questions.values() {
                let likelier =
                    |a: &&usize, b: &&usize| probabilities[**a].total_cmp(&probabilities[**b]).then(b.cmp(a));
                let Some(best) = codes.iter().max_by(likelier) else { continue };
                let is_accepted = classifier.accept_from.is_some_and(|from| probabilities[*best] >= from);
                if classifier.codes[*best].is_automatic && is_accepted {
                    codes.iter().filter(|code| *code != best).for_each(|code| follows[*code] = true);
                }
            }
            for (code, follows) in follows.into_iter().enumerate() {
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
