//! How good codings are at one point of a replay, and the mean of several replays.

use crate::decide::{By, Cell, Decision};
use crate::score::Confusion;
use serde::Serialize;

/// Figures after so many reviews. A code counts as given from a probability of one half on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Point {
    /// Cells that people have answered.
    pub reviews: f64,
    /// Reports held back: mean kappa over the codes that apply to two or more of them.
    pub held_mean: f64,
    /// Reports held back: kappa of all cells together.
    pub held_pooled: f64,
    /// Cells of the other reports that are not answered: kappa of all together.
    pub open_pooled: f64,
    /// All cells of the other reports, as people or else the machine say: mean kappa over the codes that apply to two or
    /// more.
    pub result_mean: f64,
    /// The same, all cells together.
    pub result_pooled: f64,
    /// Of the cells that are not answered: share that the classifier decides without a person.
    pub automatic_share: f64,
    /// Share of those that is wrong; 0 when there are none.
    pub automatic_error: f64,
    /// Cells that wait in the queue.
    pub queued: f64,
}

impl Point {
    /// The figures by name, in the order of the fields.
    pub fn figures(&self) -> [(&'static str, f64); 9] {
        [
            ("reviews", self.reviews),
            ("held_mean", self.held_mean),
            ("held_pooled", self.held_pooled),
            ("open_pooled", self.open_pooled),
            ("result_mean", self.result_mean),
            ("result_pooled", self.result_pooled),
            ("automatic_share", self.automatic_share),
            ("automatic_error", self.automatic_error),
            ("queued", self.queued),
        ]
    }

    fn of(figures: [f64; 9]) -> Point {
        let [
            reviews,
            held_mean,
            held_pooled,
            open_pooled,
            result_mean,
            result_pooled,
            automatic_share,
            automatic_error,
            queued,
        ] = figures;
        Point {
            reviews,
            held_mean,
            held_pooled,
            open_pooled,
            result_mean,
            result_pooled,
            automatic_share,
            automatic_error,
            queued,
        }
    }
}

/// Counts of one round.
pub(super) struct Measured {
    held: Vec<Confusion>,
    open: Confusion,
    result: Vec<Confusion>,
    n_open: usize,
    n_automatic: usize,
    n_wrong: usize,
    n_queued: usize,
}

impl Measured {
    pub fn new(n_codes: usize) -> Measured {
        let counts = || vec![Confusion::default(); n_codes];
        Measured {
            held: counts(),
            open: Confusion::default(),
            result: counts(),
            n_open: 0,
            n_automatic: 0,
            n_wrong: 0,
            n_queued: 0,
        }
    }

    /// Counts a cell of which the truth is known.
    pub fn add(&mut self, code: usize, truth: bool, cell: &Cell, is_held: bool, is_answered: bool) {
        let given = cell.leaning() == Decision::Applies;
        if is_held {
            self.held[code].add(truth, given);
            return;
        }
        self.result[code].add(truth, given);
        if is_answered {
            return;
        }
        self.open.add(truth, given);
        self.n_open += 1;
        match (cell.decision, cell.by) {
            (Decision::Queue, _) => self.n_queued += 1,
            (_, By::Classifier) => {
                self.n_automatic += 1;
                self.n_wrong += usize::from(given != truth);
            }
            _ => {}
        }
    }

    pub fn point(&self, reviews: usize) -> Point {
        let (held_mean, held_pooled) = kappas(&self.held);
        let (result_mean, result_pooled) = kappas(&self.result);
        let share = |n: usize, of: usize| n as f64 / of.max(1) as f64;
        Point {
            reviews: reviews as f64,
            held_mean,
            held_pooled,
            // Nothing open is nothing wrong.
            open_pooled: self.open.kappa().unwrap_or(1.),
            result_mean,
            result_pooled,
            automatic_share: share(self.n_automatic, self.n_open),
            automatic_error: share(self.n_wrong, self.n_automatic),
            queued: self.n_queued as f64,
        }
    }
}

/// Mean over the codes with two or more positives, undefined ones as 0, and kappa of all together.
fn kappas(codes: &[Confusion]) -> (f64, f64) {
    let often: Vec<f64> = codes.iter().filter(|c| c.n_positive() >= 2).map(|c| c.kappa().unwrap_or(0.)).collect();
    let mut all = Confusion::default();
    codes.iter().for_each(|code| all.merge(code));
    (often.iter().sum::<f64>() / often.len().max(1) as f64, all.kappa().unwrap_or(0.))
}

/// The mean of several replays, point by point, as far as all of them go.
pub(super) fn mean(replays: &[Vec<Point>]) -> Vec<Point> {
    let n_points = replays.iter().map(Vec::len).min().unwrap_or(0);
    let of_point = |at: usize| {
        let mut sums = [0.; 9];
        for replay in replays {
            sums.iter_mut().zip(replay[at].figures()).for_each(|(sum, (_, value))| *sum += value);
        }
        Point::of(sums.map(|sum| sum / replays.len() as f64))
    };
    (0..n_points).map(of_point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::Reason;

    #[test]
    fn what_is_held_back_answered_or_open_is_counted_apart() {
        let cell = |decision, by, probability| Cell {
            decision,
            by,
            reason: (decision == Decision::Queue).then_some(Reason::Unsure),
            support: 0.,
            opposition: 0.,
            probability: Some(probability),
        };
        let mut measured = Measured::new(1);
        let right = cell(Decision::Applies, By::Classifier, 0.9);
        let queued = cell(Decision::Queue, By::Classifier, 0.4);
        for _ in 0..2 {
            measured.add(0, true, &right, true, false);
            measured.add(0, false, &queued, true, false);
        }
        measured.add(0, true, &cell(Decision::Applies, By::Person, 0.1), false, true);
        measured.add(0, false, &right, false, false);
        measured.add(0, true, &right, false, false);
        measured.add(0, false, &queued, false, false);
        let point = measured.point(1);
        assert_eq!((point.held_mean, point.held_pooled, point.reviews), (1., 1., 1.));
        assert_eq!((point.automatic_share, point.automatic_error, point.queued), (2. / 3., 0.5, 1.));
        // Two yes and a no are right of four: agreement 0.75, by chance 0.5.
        assert_eq!((point.result_mean, point.result_pooled), (0.5, 0.5));
        let other = Point { reviews: 3., ..point };
        assert_eq!(mean(&[vec![point, other], vec![other]]), [Point { reviews: 2., ..point }]);
    }
}
