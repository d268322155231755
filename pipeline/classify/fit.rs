//! Learning, from reports and what people said of them to a classifier, and the probabilities that each of those reports
//! would have had without itself.
//!
//! Reports are looked at as a whole, and where people have marked passages (or a codebook has examples) also passage by
//! passage. Each look gives scores with the report left out. A first head makes passages' scores log-odds; a second makes
//! a report's best passages, its score as a whole and its rule sums log-odds; each code scales them for itself; codes of
//! which exactly one applies share one in the end. The second head and what follows are fitted in folds of reports.
//!
//! What a left-out report still has a part in: the vocabulary, the ridge, the passage head (fifteen weights), spreads and
//! temperatures are learned from all reports, and so are the first stack's log-odds of the others that the second learns
//! from. That is little each, and makes left-out figures somewhat better than those of reports to come.

mod looks;

use super::head::{Head, Platt};
use super::level::{Level, describe};
use super::memory::Memory;
use super::sample::{Example, Sample, Target, Taught};
use super::signs::{Known, N_REPORT_SIGNS, Pooled, Rules, margin, report_signs};
use super::{Classifier, CodeModel, First, PassageView, Second, Stack, share_one};
use crate::score::Random;
use looks::{Passages, Priors, Whole};
use rayon::prelude::*;
use std::ops::Range;

/// What learning gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// The classifier, without thresholds.
    pub classifier: Classifier,
    /// By report and code: the probability by a classifier that has not learned from the report; of codes that were not
    /// answered as well.
    pub left_out: Vec<Vec<f64>>,
    /// The same by a classifier that knows of no rules, when there are any.
    pub without_rules: Option<Vec<Vec<f64>>>,
    /// The reports, by number, that say how far rules and scores are to be trusted: calibration rests on them.
    pub fresh: Vec<usize>,
}

/// Folds of reports for the second head: more where there are few reports.
const fn n_folds(n_reports: usize) -> usize {
    if n_reports <= 300 { 10 } else { 5 }
}

/// Cells that the second head is fitted on at most; it has some twenty weights.
const MAX_REPORT_CELLS: usize = 300_000;

/// From so many reports that the authors of rules have not read, only those say how far rules are to be trusted.
const MIN_FRESH: usize = 10;

/// How sharply codes of which one applies are told apart: the log-odds are divided by one of these.
const TEMPERATURES: [f64; 6] = [0.5, 0.7, 0.85, 1., 1.3, 1.7];

/// Learns. `taught` is in order of ids; every answer list is as long as `targets`.
pub fn fit(taught: &[Taught], examples: &[Example], targets: &[Target], seed: u64) -> Fitted {
    fit_again(&mut Memory::none(), taught, examples, targets, seed)
}

/// As [`fit`], taking over what the memory has from the last time.
pub fn fit_again(
    memory: &mut Memory,
    taught: &[Taught],
    examples: &[Example],
    targets: &[Target],
    seed: u64,
) -> Fitted {
    let looks = Looks {
        whole: Whole::learn(taught, targets, seed, &mut memory.whole),
        passages: Passages::learn(taught, examples, targets, seed, &mut memory.passages),
        priors: Priors::of(taught, targets),
        folds: folds(taught.len(), seed),
    };
    let all: Vec<usize> = (0..taught.len()).collect();
    // What hears of no rules can learn from every report; how far rules are to be trusted, only the fresh ones tell.
    let (alone, alone_left_out) = looks.stack(taught, targets, &all, None);
    let has_rules = taught.iter().any(|one| !one.sample.rules.is_empty());
    let fresh = if has_rules { fresh(taught) } else { all.clone() };
    let both = (has_rules || looks.passages.is_some()).then(|| {
        let described: Vec<Vec<f32>> =
            taught.iter().zip(&alone_left_out).map(|(one, logits)| describe(&one.sample, logits)).collect();
        let (level, scores) = Level::learn(&described, &|report, code| taught[report].answers[code], targets.len());
        let first: Vec<First> = alone_left_out
            .iter()
            .zip(scores.chunks_exact(targets.len()))
            .map(|(logits, level)| First { logits: logits.clone(), level: level.to_vec() })
            .collect();
        let (stack, logits) = looks.stack(taught, targets, &fresh, Some(&first));
        (Second { level, stack }, logits)
    });
    let of = |logits: &[Vec<f64>], temperatures: &[f64]| -> Vec<Vec<f64>> {
        logits.iter().map(|l| share_one(targets, temperatures, l)).collect()
    };
    let of_alone = temperatures(taught, targets, &alone_left_out, &all);
    let without_rules = of(&alone_left_out, &of_alone);
    let (second, temperatures, left_out, without_rules) = match both {
        None => (None, of_alone, without_rules, None),
        Some((stack, logits)) => {
            let temperatures = temperatures(taught, targets, &logits, &fresh);
            let left_out = of(&logits, &temperatures);
            (Some(stack), temperatures, left_out, has_rules.then_some(without_rules))
        }
    };
    let Looks { whole, passages, priors, .. } = looks;
    let code = |code: usize| CodeModel {
        prior: priors.of_code(code),
        n_reports: priors.known[code],
        n_applies: priors.applies[code],
        is_automatic: false,
    };
    let classifier = Classifier {
        targets: targets.to_vec(),
        codes: (0..targets.len()).map(code).collect(),
        temperatures,
        whole: whole.view,
        passages: passages.map(|p| PassageView { view: p.view, spreads: p.spreads, priors: p.priors }),
        alone,
        second,
        accept_from: None,
        reject_to: None,
    };
    Fitted { classifier, left_out, without_rules, fresh }
}

/// Both ways of looking at the reports, and how they are parted.
struct Looks {
    whole: Whole,
    passages: Option<Passages>,
    priors: Priors,
    folds: Vec<usize>,
}

impl Looks {
    /// Fits the heads on some reports; gives log-odds of all reports by heads that were fitted without them. `first` is
    /// what the stack that hears of no rules says of each report.
    fn stack(
        &self,
        taught: &[Taught],
        targets: &[Target],
        learners: &[usize],
        first: Option<&[First]>,
    ) -> (Stack, Vec<Vec<f64>>) {
        let Looks { whole, passages, priors, folds } = self;
        let n = targets.len();
        let rules = if first.is_some() { Rules::Heard } else { Rules::Unheard };
        let passage_head = passages.as_ref().map(|passages| passages.head(taught, targets, learners, rules));
        let signs_of = |(i, one): (usize, &Taught)| {
            let mut pooled = vec![Pooled::default(); n];
            if let (Some(passages), Some(head)) = (passages, &passage_head) {
                let (_, of_codes) = Pooled::all(head, &passages.scores(i), &one.sample, targets, rules);
                passages.view.codes.iter().zip(of_codes).for_each(|(code, p)| pooled[*code] = p);
            }
            let scores = &whole.scores[i * n..(i + 1) * n];
            all_signs(scores, &pooled, |code| priors.of_code(code), first.map(|first| &first[i]), &one.sample, targets)
        };
        let signs: Vec<Vec<f64>> = taught.par_iter().enumerate().map(signs_of).collect();
        let n_folds = folds.iter().max().map_or(0, |last| last + 1);
        let of_fold = |fold: usize| -> Vec<(usize, Vec<f64>)> {
            let others: Vec<usize> = learners.iter().copied().filter(|i| folds[*i] != fold).collect();
            let (head, platts) = second_head(taught, &signs, targets, &others);
            let held = (0..taught.len()).filter(|i| folds[*i] == fold);
            held.map(|i| (i, code_logits(&head, &platts, &signs[i]))).collect()
        };
        let mut logits = vec![vec![0.; n]; taught.len()];
        let of_folds: Vec<Vec<(usize, Vec<f64>)>> = (0..n_folds).into_par_iter().map(of_fold).collect();
        for (i, of_report) in of_folds.into_iter().flatten() {
            logits[i] = of_report;
        }
        let (head, platts) = second_head(taught, &signs, targets, learners);
        (Stack { passage_head, head, platts }, logits)
    }
}

/// The signs of a report for all codes, code by code.
pub(super) fn all_signs(
    scores: &[f32],
    pooled: &[Pooled],
    prior: impl Fn(usize) -> f64,
    first: Option<&First>,
    sample: &Sample,
    targets: &[Target],
) -> Vec<f64> {
    let own_margins = margins(scores, targets);
    let level_margins = first.map(|first| margins(&first.level, targets)).unwrap_or_default();
    let of = |code: usize| {
        let (alone, level, level_margin) =
            first.map_or((0., 0., 0.), |first| (first.logits[code], first.level[code], level_margins[code]));
        let rule = first.and_then(|_| sample.rules.get(code)).copied().unwrap_or_default();
        let (score, margin, prior) = (scores[code], own_margins[code], prior(code));
        report_signs(pooled[code], Known { score, margin, prior, alone, level, level_margin, rule })
    };
    (0..targets.len()).flat_map(of).collect()
}

/// By how much the score of each code is above the best other of its question.
fn margins(scores: &[f32], targets: &[Target]) -> Vec<f64> {
    let mut margins = vec![0.; targets.len()];
    for codes in questions(targets) {
        margin(&scores[codes.clone()], &mut margins[codes]);
    }
    margins
}

/// The codes of each question.
pub(super) fn questions(targets: &[Target]) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    targets.chunk_by(|a, b| a.question == b.question).map(move |codes| {
        from += codes.len();
        from - codes.len()..from
    })
}

/// Log-odds of all codes of a report, each scaled for itself.
pub(super) fn code_logits(head: &Head, platts: &[Platt], signs: &[f64]) -> Vec<f64> {
    signs.chunks_exact(N_REPORT_SIGNS).zip(platts).map(|(cell, platt)| platt.apply(head.logit(cell))).collect()
}

/// The fold of each report, by chance and of equal size.
fn folds(n: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    let mut random = Random::new(seed);
    for i in (1..n).rev() {
        order.swap(i, random.below(i + 1));
    }
    let n_folds = n_folds(n).min(n.max(1));
    let mut folds = vec![0; n];
    order.into_iter().enumerate().for_each(|(place, report)| folds[report] = place % n_folds);
    folds
}

/// The reports on which heads are fitted.
fn fresh(taught: &[Taught]) -> Vec<usize> {
    let fresh: Vec<usize> = (0..taught.len()).filter(|i| !taught[*i].is_known_to_rules).collect();
    if fresh.len() >= MIN_FRESH { fresh } else { (0..taught.len()).collect() }
}

/// The head over reports, and each code's scaling of it.
fn second_head(taught: &[Taught], signs: &[Vec<f64>], targets: &[Target], learners: &[usize]) -> (Head, Vec<Platt>) {
    let step = (learners.len() * targets.len()).div_ceil(MAX_REPORT_CELLS).max(1);
    let (mut cells, mut truths) = (Vec::new(), Vec::new());
    for report in learners.iter().step_by(step) {
        for (cell, answer) in signs[*report].chunks_exact(N_REPORT_SIGNS).zip(&taught[*report].answers) {
            if let Some(answer) = answer {
                cells.extend_from_slice(cell);
                truths.push(*answer);
            }
        }
    }
    let head = Head::fit(N_REPORT_SIGNS, &cells, &truths);
    let platt = |code: usize| {
        let cell = |report: &usize| {
            let sign = &signs[*report][code * N_REPORT_SIGNS..(code + 1) * N_REPORT_SIGNS];
            taught[*report].answers[code].map(|answer| (head.logit(sign), answer))
        };
        Platt::fit(&learners.iter().filter_map(cell).collect::<Vec<_>>())
    };
    let platts = (0..targets.len()).map(platt).collect();
    (head, platts)
}

/// By question: the temperature with the smallest log loss of the code that applies; 1 where any number can.
fn temperatures(taught: &[Taught], targets: &[Target], logits: &[Vec<f64>], fresh: &[usize]) -> Vec<f64> {
    let of_question = |codes: Range<usize>| {
        if !targets[codes.start].is_one_of {
            return 1.;
        }
        let loss = |temperature: f64| -> f64 {
            let of_report = |report: &usize| -> f64 {
                let applies = codes.clone().find(|code| taught[*report].answers[*code] == Some(true));
                let Some(applies) = applies else { return 0. };
                let exp = |code: usize| (logits[*report][code] / temperature).exp();
                -(exp(applies) / codes.clone().map(exp).sum::<f64>()).max(1e-12).ln()
            };
            fresh.iter().map(of_report).sum()
        };
        let best = TEMPERATURES.into_iter().map(|t| (loss(t), (t - 1.).abs(), t));
        best.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))).map_or(1., |best| best.2)
    };
    questions(targets).map(of_question).collect()
}
