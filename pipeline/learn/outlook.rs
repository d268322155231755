//! A lesson comes in; what coding more reports would bring goes out, by following the learning curve. It is of the
//! classifier without rules, since rules do not get better with more coded reports.

use super::Lesson;
use super::card::Outlook;
use crate::classify::{Taught, fit};
use crate::score::{Confusion, Random};

/// The learning curve is measured for so many reports at least and at most.
const MIN_REPORTS_CURVE: usize = 24;
const MAX_REPORTS_CURVE: usize = 400;

/// What more reports would bring: classifiers without rules, by their first stack as in `left_out`, learned from a random quarter and half of the reports, are
/// measured on the others; with `left_out`, what all reports but one come to, they lie on a curve `a - b / n`
/// (Cortes et al. 1994, with exponent one), which is followed. None with few reports, or so many that it would take
/// longer than it is worth.
pub fn outlook(lesson: &Lesson, left_out: &[Vec<f64>]) -> Option<Outlook> {
    let n = lesson.taught.len();
    if !(MIN_REPORTS_CURVE..=MAX_REPORTS_CURVE).contains(&n) {
        return None;
    }
    // Not every second one: ids may be in an order that means something.
    let mut order: Vec<usize> = (0..n).collect();
    let mut random = Random::new(lesson.seed);
    (1..n).rev().for_each(|i| order.swap(i, random.below(i + 1)));
    let bare = |report: &usize| {
        let mut one = lesson.taught[*report].clone();
        one.sample.rules.clear();
        one.sample.passages.iter_mut().for_each(|passage| passage.clues.clear());
        one
    };
    let mut curve = Vec::new();
    for n_some in [n / 4, n / 2] {
        let mut some = order[..n_some].to_vec();
        some.sort_unstable();
        let some: Vec<Taught> = some.iter().map(bare).collect();
        let classifier = fit(&some, &lesson.examples, &lesson.targets, lesson.seed).classifier.by_words_alone();
        let mut scorer = classifier.scorer();
        let scored = order[n_some..].iter().map(|report| (*report, scorer.score(&bare(report).sample).probabilities));
        curve.push((n_some, mean_kappa(lesson, scored)));
    }
    let all = mean_kappa(lesson, left_out.iter().cloned().enumerate());
    curve.push((n, all));
    let (n_few, few) = curve[0];
    let b = (all - few) / (1. / n_few as f64 - 1. / n as f64);
    let with_20_more = all + b * (1. / n as f64 - 1. / (n + 20) as f64);
    Some(Outlook { with_20_more: with_20_more.clamp(-1., 1.), curve })
}

/// Mean kappa over the codes with two or more positives in reports with probabilities.
fn mean_kappa(lesson: &Lesson, scored: impl Iterator<Item = (usize, Vec<f64>)>) -> f64 {
    let mut confusions = vec![Confusion::default(); lesson.targets.len()];
    for (report, probabilities) in scored {
        for (code, answer) in lesson.taught[report].answers.iter().enumerate() {
            answer.iter().for_each(|truth| confusions[code].add(*truth, probabilities[code] >= 0.5));
        }
    }
    let often: Vec<f64> = confusions.iter().filter(|c| c.n_positive() >= 2).filter_map(Confusion::kappa).collect();
    often.iter().sum::<f64>() / often.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::{Sample, Target};

    /// Codes that come and go with the number of the report, as where two groups took turns, are in every part.
    #[test]
    fn parts_are_not_every_second_report() {
        let taught = |i: usize| {
            let whole = ["The boat sailed on salty waves.", "The path climbed over steep rocks."][i % 2].to_owned();
            let answers = vec![Some(i % 2 == 1)];
            Taught {
                id: format!("r{i:02}"),
                sample: Sample { whole, ..Sample::default() },
                answers,
                ..Taught::default()
            }
        };
        let target = Target { name: "place/hill".to_owned(), definition: String::new(), question: 0, is_one_of: false };
        let lesson = Lesson {
            taught: (0..32).map(taught).collect(),
            examples: Vec::new(),
            targets: vec![target],
            hash: String::new(),
            frame: String::new(),
            stale: Default::default(),
            warnings: Vec::new(),
            n_left_out: 0,
            last_line: 0,
            seed: 1,
        };
        let left_out: Vec<Vec<f64>> = (0..32).map(|i| vec![if i % 2 == 1 { 0.9 } else { 0.1 }]).collect();
        let found = outlook(&lesson, &left_out).expect("there are reports enough");
        assert_eq!(found.curve, [(8, 1.), (16, 1.), (32, 1.)]);
        assert_eq!(found.with_20_more, 1.);
    }
}
