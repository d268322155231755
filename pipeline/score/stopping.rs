//! Whether enough has been looked at: how improbable it is that more than a given share of what is sought has been missed,
//! by the hypergeometric test of Callaghan and Müller-Hansen (2020, Systematic Reviews 9:273).
//!
//! What has been looked at, in order, is taken for a first part that was chosen and a last part drawn at random from what was
//! left. If too much had been missed, the last part would hardly hold so few.

use super::bounds::at_most_seen;

/// What was looked at of `n_all` things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Looked {
    /// How many there are.
    pub n_all: usize,
    /// How many were chosen and looked at, and how many of these were sought.
    pub n_chosen: usize,
    /// See `n_chosen`.
    pub found_chosen: usize,
    /// How many were drawn at random from all others and looked at, and how many of these were sought.
    pub n_drawn: usize,
    /// See `n_drawn`.
    pub found_drawn: usize,
}

/// The probability of finding so few among those drawn if less than a share `recall` of what is sought were found by now:
/// when it is below one less the confidence, enough has been looked at. 1 when nothing was drawn, 0 when nothing is
/// left or what is left cannot hold as much.
///
/// ```
/// use codeframe::score::{Looked, missed};
/// let looked = Looked { n_all: 1000, n_chosen: 200, found_chosen: 60, n_drawn: 400, found_drawn: 0 };
/// // scipy 1.17.1: hypergeom.cdf(0, 800, 4, 400)
/// assert!((missed(looked, 0.95) - 0.0620).abs() < 1e-4);
/// ```
///
/// # Panics
/// When more is looked at than there is, or found than looked at, or `recall` is not above 0.
pub fn missed(looked: Looked, recall: f64) -> f64 {
    let Looked { n_all, n_chosen, found_chosen, n_drawn, found_drawn } = looked;
    assert!(n_chosen + n_drawn <= n_all && found_chosen <= n_chosen && found_drawn <= n_drawn && recall > 0.);
    let urn = n_all - n_chosen;
    // The fewest that the urn must have held for the share found to be too small.
    let found = found_chosen + found_drawn;
    let fewest = (found as f64 / recall + 1. - found_chosen as f64).floor() as usize;
    if fewest - found_drawn > urn - n_drawn {
        return 0.;
    }
    at_most_seen(urn, fewest, n_drawn, found_drawn).min(1.)
}

/// The same where nothing was drawn: whatever was looked at last is taken for drawn, as many of the last as make it most
/// improbable. `seen` says of each, in order, whether it was sought. Right where later ones are no less often sought
/// than any others; an order by usefulness sees to that only roughly.
pub fn missed_as_if_drawn(seen: &[bool], n_all: usize, recall: f64) -> f64 {
    let n_found = seen.iter().filter(|sought| **sought).count();
    let (mut n_drawn, mut found_drawn, mut least) = (0, 0, 1_f64);
    for sought in seen.iter().rev() {
        n_drawn += 1;
        found_drawn += usize::from(*sought);
        let (n_chosen, found_chosen) = (seen.len() - n_drawn, n_found - found_drawn);
        least = least.min(missed(Looked { n_all, n_chosen, found_chosen, n_drawn, found_drawn }, recall));
    }
    least
}

/// How many more must be drawn and looked at until [`missed`] is at most `delta`, if a share `rate` of them is sought: at
/// most as many as are left.
pub fn more_to_look_at(looked: Looked, rate: f64, recall: f64, delta: f64) -> usize {
    let left = looked.n_all - looked.n_chosen - looked.n_drawn;
    let is_enough = |more: usize| {
        let found_more = (more as f64 * rate).floor() as usize;
        let then =
            Looked { n_drawn: looked.n_drawn + more, found_drawn: looked.found_drawn + found_more.min(more), ..looked };
        // A probability of just `delta` is enough; its logarithms leave dust behind it.
        missed(then, recall) <= delta * (1. + 1e-9)
    };
    // It hardly ever gets worse with more, and with all it is enough.
    let (mut low, mut high) = (0, left);
    while low < high {
        let middle = low + (high - low) / 2;
        if is_enough(middle) { high = middle } else { low = middle + 1 }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::Random;

    /// buscarpy 0.0.2, `calculate_h0(labels, N, recall_target)`, with the labels below: `1` at every position of the list.
    #[test]
    fn as_if_drawn_is_what_buscarpy_says() {
        let check = |n_seen: usize, sought: &[usize], n_all: usize, recall: f64, expected: f64| {
            let seen: Vec<bool> = (0..n_seen).map(|at| sought.contains(&at)).collect();
            let found = missed_as_if_drawn(&seen, n_all, recall);
            assert!((found - expected).abs() < 1e-9, "{n_seen} {n_all} {recall}: {found} {expected}");
        };
        check(60, &[0, 1, 2, 3, 10, 16], 200, 0.95, 0.765027322404372);
        check(150, &[1, 3, 4, 5, 8, 9, 17, 18, 24, 27, 38, 62], 200, 0.95, 0.364963503649635);
        check(150, &[0, 1, 10, 11, 12, 16, 21, 22, 26, 40], 200, 0.8, 0.029816279993124);
        check(40, &[], 100, 0.95, 0.6);
        check(90, &[], 100, 0.95, 0.1);
        check(
            120,
            &[
                0, 19, 23, 24, 25, 29, 30, 38, 41, 48, 49, 55, 58, 60, 61, 68, 72, 75, 76, 87, 88, 89, 91, 93, 103,
                105, 111, 115, 117, 119,
            ],
            1000,
            0.9,
            0.999974261365537,
        );
        check(
            500,
            &[
                2, 3, 4, 5, 8, 9, 10, 12, 19, 20, 21, 27, 32, 34, 35, 47, 50, 57, 59, 60, 62, 64, 68, 69, 90, 102, 106,
                127, 131, 152, 171, 194, 209, 211,
            ],
            1000,
            0.95,
            0.402318126406904,
        );
        check(
            500,
            &[
                8, 9, 11, 12, 18, 19, 20, 23, 25, 28, 29, 34, 37, 39, 46, 51, 57, 58, 70, 71, 74, 75, 77, 89, 100, 107,
                124, 130, 154, 165, 175, 186, 246, 256, 262, 285,
            ],
            1000,
            0.7,
            0.0031084838171149,
        );
        check(700, &[29, 39, 135], 10000, 0.95, 0.942822384428224);
        check(
            25,
            &[1, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22],
            300,
            0.95,
            0.9855857269921,
        );
    }

    #[derive(serde::Deserialize)]
    struct Case {
        looked: [usize; 5],
        recall: f64,
        p: f64,
        rate: f64,
        level: f64,
        first: usize,
        always: usize,
    }

    /// Expected: the paper's formula in exact fractions, by scripts/stopping_cases.py.
    #[test]
    fn the_test_and_what_it_still_takes_are_the_papers() {
        let text = include_str!("../../tests/fixtures/stopping.jsonl");
        for (n, line) in text.lines().enumerate() {
            let case: Case = serde_json::from_str(line).expect("the fixture is sound");
            let [n_all, n_chosen, found_chosen, n_drawn, found_drawn] = case.looked;
            let looked = Looked { n_all, n_chosen, found_chosen, n_drawn, found_drawn };
            let p = missed(looked, case.recall);
            assert!((p - case.p).abs() < 1e-9, "line {}: {p}, expected {}", n + 1, case.p);
            let more = more_to_look_at(looked, case.rate, case.recall, case.level);
            assert!((case.first..=case.always).contains(&more), "line {}: {more}", n + 1);
        }
        assert_eq!(text.lines().count(), 80);
    }

    #[test]
    fn the_ends_are_plain() {
        let looked = |n_all, n_chosen, found_chosen, n_drawn, found_drawn| Looked {
            n_all,
            n_chosen,
            found_chosen,
            n_drawn,
            found_drawn,
        };
        assert_eq!(missed(looked(50, 0, 0, 0, 0), 0.95), 1., "nothing was looked at");
        assert_eq!(missed(looked(50, 20, 7, 30, 2), 0.95), 0., "all was");
        assert_eq!(missed(looked(100, 60, 40, 38, 0), 0.9), 0., "the two that are left are fewer than may be missed");
        let nothing = looked(200, 50, 5, 20, 0);
        let more = more_to_look_at(nothing, 0., 0.95, 0.1);
        let then = |more| missed(Looked { n_drawn: 20 + more, ..nothing }, 0.95);
        assert!(then(more) <= 0.1 && then(more - 1) > 0.1, "{more}");
        assert!(more_to_look_at(nothing, 0.2, 0.95, 0.1) > more, "as long as there are some, there may be more");
        assert_eq!(more_to_look_at(looked(50, 20, 7, 30, 2), 0.5, 0.95, 0.1), 0);
    }

    /// The promise, simulated: of 1,000 reviews in which three quarters are chosen (those sought eight times as likely) and a
    /// quarter is drawn from the whole queue, stopped when the test first says so, at most a tenth has found less than
    /// was asked for. The test is looked at after every 20 reviews, which the promise of a single look does not cover; that
    /// what is chosen holds more of what is sought than the rest makes up for it.
    #[test]
    fn stopping_keeps_its_promise() {
        let mut random = Random::new(5);
        let (mut n_short, mut n_early) = (0, 0);
        const TRIALS: usize = 1_000;
        for _ in 0..TRIALS {
            let n_all = 800;
            let mut things: Vec<(bool, bool, f64)> = (0..n_all)
                .map(|_| {
                    let sought = random.unit() < 0.15;
                    let weight = if sought { 8. } else { 1. };
                    (sought, random.unit() < 0.25, -random.unit().ln() / weight)
                })
                .collect();
            let n_sought = things.iter().filter(|thing| thing.0).count();
            things.sort_by(|a, b| a.2.total_cmp(&b.2));
            let (mut drawn, chosen): (Vec<_>, Vec<_>) = things.into_iter().partition(|thing| thing.1);
            (1..drawn.len()).rev().for_each(|i| drawn.swap(i, random.below(i + 1)));
            let (mut drawn, mut chosen) = (drawn.into_iter(), chosen.into_iter());
            let mut looked = Looked { n_all, n_chosen: 0, found_chosen: 0, n_drawn: 0, found_drawn: 0 };
            loop {
                for turn in 0..20 {
                    let next_drawn = if turn % 4 == 0 { drawn.next() } else { None };
                    if let Some((sought, ..)) = next_drawn {
                        looked.n_drawn += 1;
                        looked.found_drawn += usize::from(sought);
                    } else if let Some((sought, ..)) = chosen.next() {
                        looked.n_chosen += 1;
                        looked.found_chosen += usize::from(sought);
                    } else if let Some((sought, ..)) = drawn.next() {
                        looked.n_drawn += 1;
                        looked.found_drawn += usize::from(sought);
                    }
                }
                if missed(looked, 0.9) <= 0.1 {
                    break;
                }
            }
            let found = looked.found_chosen + looked.found_drawn;
            n_early += usize::from(looked.n_chosen + looked.n_drawn < n_all);
            n_short += usize::from((found as f64) < 0.9 * n_sought as f64);
        }
        assert!(n_early > TRIALS / 2, "{n_early} stopped before the end");
        assert!(n_short <= TRIALS / 10, "{n_short} of {TRIALS} fell short");
    }
}
