//! What the two heads look at. A passage's signs for a code are its score, how it stands to the other codes and to its
//! neighbours, and what rules found there; a report's are its best passages, its score as a whole, and what rules add up
//! to. The same functions serve learning and scoring, so that a sign never means two things.

use super::Target;
use super::head::{Head, logit, sigmoid};
use super::sample::{Clue, RuleSum, Sample};

/// Signs of a passage for a code.
pub(super) const N_PASSAGE_SIGNS: usize = 15;

/// Signs of a report for a code.
pub(super) const N_REPORT_SIGNS: usize = 26;

/// Whether what rules found is among the signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rules {
    /// It is.
    Heard,
    /// It is not.
    Unheard,
}

/// Hits that add up to this are enough for a rule to decide (`decide::ENOUGH`, less what sums of fractions lose).
const ENOUGH: f32 = 0.98;

/// Scores of the passages of one report, passage by passage, each with one score a learned code.
#[derive(Debug, Clone, Copy)]
pub(super) struct PassageScores<'s> {
    pub scores: &'s [f32],
    /// By passage code: which of the caller's codes it is.
    pub codes: &'s [usize],
    /// By passage code: spread of its scores over the passages that were learned from.
    pub spreads: &'s [f64],
    /// By passage code: log-odds that a passage carries it.
    pub priors: &'s [f64],
}

impl PassageScores<'_> {
    /// The signs of all cells of a report: passages x codes x [`N_PASSAGE_SIGNS`].
    pub fn signs(&self, sample: &Sample, targets: &[Target], rules: Rules) -> Vec<f64> {
        let n_codes = self.codes.len();
        let n = sample.passages.len();
        let mut signs = Vec::with_capacity(n * n_codes * N_PASSAGE_SIGNS);
        let mut margins = vec![0.; n_codes];
        let mut clues: Vec<Clue> = vec![Clue::default(); targets.len()];
        for (i, passage) in sample.passages.iter().enumerate() {
            let scores = &self.scores[i * n_codes..(i + 1) * n_codes];
            self.margins(scores, targets, &mut margins);
            let found = if rules == Rules::Heard { &passage.clues[..] } else { &[] };
            found.iter().for_each(|clue| clues[clue.code] = *clue);
            for k in 0..n_codes {
                let score = f64::from(scores[k]);
                let at = |i: Option<usize>| {
                    i.filter(|i| *i < n).map_or(0., |i| f64::from(self.scores[i * n_codes + k]) / self.spreads[k])
                };
                let neighbour = at(i.checked_sub(1)).max(at(Some(i + 1)));
                let clue = clues[self.codes[k]];
                let flag = |holds: bool| f64::from(u8::from(holds));
                let stands = f64::from(clue.stands.min(1.5));
                signs.extend([
                    score,
                    score * score,
                    margins[k],
                    score / self.spreads[k],
                    flag(passage.is_heading),
                    neighbour,
                    self.priors[k],
                    stands,
                    flag(clue.stands >= ENOUGH),
                    flag(clue.stands > 0.),
                    flag(clue.turned > 0.),
                    flag(clue.against > 0.),
                    flag(clue.stands > 0.) * score,
                    flag(clue.turned > 0.) * score,
                    (passage.unit.text.len() as f64).ln_1p(),
                ]);
            }
            found.iter().for_each(|clue| clues[clue.code] = Clue::default());
        }
        signs
    }

    /// By how much each score is above the best other code of the same question.
    fn margins(&self, scores: &[f32], targets: &[Target], margins: &mut [f64]) {
        let question = |k: usize| targets[self.codes[k]].question;
        let mut from = 0;
        while from < scores.len() {
            let to = (from..scores.len()).find(|k| question(*k) != question(from)).unwrap_or(scores.len());
            margin(&scores[from..to], &mut margins[from..to]);
            from = to;
        }
    }
}

/// By how much each score is above the best other one; alone, above nothing.
pub(super) fn margin(scores: &[f32], margins: &mut [f64]) {
    let (mut best, mut second) = (f32::NEG_INFINITY, f32::NEG_INFINITY);
    for score in scores {
        if *score > best {
            (best, second) = (*score, best);
        } else {
            second = second.max(*score);
        }
    }
    for (margin, score) in margins.iter_mut().zip(scores) {
        let other = if *score == best { second } else { best };
        *margin = f64::from(score - if other.is_finite() { other } else { 0. });
    }
}

/// What the passages of a report say of one code, summed up.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Pooled {
    /// 1 when passages were learned for this code, else everything here is 0.
    is_learned: f64,
    /// Log-odds of the best and of the second-best passage, and that any passage carries it if they were independent.
    best: f64,
    second: f64,
    any: f64,
    /// The same of the scores before the head, and the mean of the best four.
    best_score: f64,
    second_score: f64,
    mean_score: f64,
}

/// Log-odds are kept within these: beyond, they say more of the fit than of the passage.
const MAX_LOGIT: f64 = 8.;

/// A passage less likely than this adds nothing to the chance that any carries the code; long reports have many.
const MIN_SHARE: f64 = 0.02;

impl Pooled {
    /// Sums up a code's passages, given (log-odds, score) of each. Reorders them.
    pub fn of(cells: &mut [(f64, f32)]) -> Pooled {
        if cells.is_empty() {
            return Pooled {
                best: -MAX_LOGIT,
                second: -MAX_LOGIT,
                any: -MAX_LOGIT,
                is_learned: 1.,
                ..Pooled::default()
            };
        }
        let bounded = |logit: f64| logit.clamp(-MAX_LOGIT, MAX_LOGIT);
        let none: f64 = cells.iter().map(|c| sigmoid(c.0)).filter(|p| *p > MIN_SHARE).map(|p| 1. - p).product();
        cells.sort_by(|a, b| b.0.total_cmp(&a.0));
        let (best, second) = (bounded(cells[0].0), cells.get(1).map_or(-MAX_LOGIT, |c| bounded(c.0)));
        cells.sort_by(|a, b| b.1.total_cmp(&a.1));
        let top = &cells[..cells.len().min(4)];
        Pooled {
            is_learned: 1.,
            best,
            second,
            any: bounded(logit((1. - none).clamp(1e-3, 1. - 1e-3))),
            best_score: f64::from(top[0].1),
            second_score: f64::from(top.get(1).map_or(0., |c| c.1)),
            mean_score: top.iter().map(|c| f64::from(c.1)).sum::<f64>() / 4.,
        }
    }

    /// Sums up all passages of a report by a passage head: log-odds, passages x codes, and a sum for each code.
    pub fn all(
        head: &Head,
        scores: &PassageScores<'_>,
        sample: &Sample,
        targets: &[Target],
        rules: Rules,
    ) -> (Vec<f32>, Vec<Pooled>) {
        let n_codes = scores.codes.len();
        let signs = scores.signs(sample, targets, rules);
        let logits: Vec<f32> = signs.chunks_exact(N_PASSAGE_SIGNS).map(|cell| head.logit(cell) as f32).collect();
        let mut cells = Vec::new();
        let pooled = (0..n_codes).map(|k| {
            cells.clear();
            cells.extend(
                (0..sample.passages.len()).map(|i| i * n_codes + k).map(|c| (f64::from(logits[c]), scores.scores[c])),
            );
            Pooled::of(&mut cells)
        });
        let pooled = pooled.collect();
        (logits, pooled)
    }
}

/// What is known of one (report, code) beside its passages.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    /// Score of the report as a whole, and by how much it is above the other codes of the question.
    pub score: f32,
    /// See `score`.
    pub margin: f64,
    /// Log-odds that the code applies to any report.
    pub prior: f64,
    /// Log-odds by the classifier that does not hear of rules; 0 in that one itself.
    pub alone: f64,
    /// Score of the report's description, and by how much it is above the other codes of the question; 0 as `alone`.
    pub level: f32,
    /// See `level`.
    pub level_margin: f64,
    /// What rules add up to.
    pub rule: RuleSum,
}

/// The signs of one report for one code.
pub(super) fn report_signs(pooled: Pooled, known: Known) -> [f64; N_REPORT_SIGNS] {
    let Known { score, margin, prior, alone, level, level_margin, rule } = known;
    let flag = |holds: bool| f64::from(u8::from(holds));
    let score = f64::from(score);
    let enough = flag(rule.support >= ENOUGH);
    [
        pooled.is_learned,
        pooled.best,
        pooled.second,
        pooled.any,
        pooled.best_score,
        pooled.second_score,
        pooled.mean_score,
        score,
        score * score,
        margin,
        prior,
        prior * score,
        alone,
        f64::from(level),
        level_margin,
        f64::from(rule.support).ln_1p(),
        f64::from(rule.opposition).ln_1p(),
        enough,
        flag(rule.support > 0.),
        flag(rule.applies),
        enough * pooled.best_score,
        flag(rule.applies) * prior,
        flag(rule.applies && rule.is_derived),
        flag(!rule.applies && rule.is_derived),
        flag(rule.applies && rule.is_fact),
        flag(!rule.applies && rule.is_fact),
    ]
}
