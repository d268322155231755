//! Reports and what people said of them become a classifier; a classifier and a report become a probability for every
//! code, with the passages and terms behind it. Which probabilities decide is not known here.
//!
//! The method, "gram ridge and a linfa head": tf-idf rows of words, character n-grams and context; kernel ridge scores
//! with the report left out (`ridge`); a linfa logistic regression over passages' scores and rule hits, pooled to the
//! report; a second one over reports; a scaling for each code.

pub mod files;
mod fit;
mod head;
mod level;
pub mod likeness;
mod memory;
mod ridge;
mod sample;
mod signs;
#[cfg(test)]
mod tests;
mod view;
mod vocabulary;

pub use fit::{Fitted, fit, fit_again};
pub use memory::Memory;
pub use sample::{Clue, Example, PassageSample, RuleSum, Sample, Target, Taught};
pub use vocabulary::{Row, Unit};

use crate::score::Random;
use fit::{all_signs, code_logits, questions};
use head::{Head, Platt};
use level::{Level, describe};
use serde::{Deserialize, Serialize};
use signs::{PassageScores, Pooled, Rules};
use view::View;
use vocabulary::Reader;

/// A fitted classifier.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Classifier {
    /// The codes that it knows, codes of a question adjoining.
    pub targets: Vec<Target>,
    /// What it has learned of each.
    pub codes: Vec<CodeModel>,
    /// By question of `targets`: what log-odds are divided by before codes share one.
    temperatures: Vec<f64>,
    whole: View,
    passages: Option<PassageView>,
    /// What hears of no rules.
    alone: Stack,
    /// What hears of rules and of the report as a whole as well, where there are passages or rules.
    second: Option<Second>,
    /// A code applies without a person from this probability on; never, when there is none.
    pub accept_from: Option<f64>,
    /// A code does not apply without a person up to this probability; never, when there is none.
    pub reject_to: Option<f64>,
}

/// What is known of one code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CodeModel {
    /// Log-odds that it applies to a report.
    prior: f64,
    /// Reports of which people said whether it applies.
    pub n_reports: usize,
    /// Reports to which it applies.
    pub n_applies: usize,
    /// Whether there are enough examples to decide without a person.
    pub is_automatic: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct PassageView {
    view: View,
    spreads: Vec<f64>,
    priors: Vec<f64>,
}

/// What comes after the stack that hears of no rules.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Second {
    level: Level,
    stack: Stack,
}

/// What the first stack says of a report: log-odds, and scores of the description that they make, by target.
#[derive(Debug, Clone, PartialEq)]
struct First {
    logits: Vec<f64>,
    level: Vec<f32>,
}

/// The heads on top of the scores.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Stack {
    passage_head: Option<Head>,
    head: Head,
    /// By target.
    platts: Vec<Platt>,
}

impl PassageView {
    fn scores<'s>(&'s self, scores: &'s [f32]) -> PassageScores<'s> {
        PassageScores { scores, codes: &self.view.codes, spreads: &self.spreads, priors: &self.priors }
    }
}

/// What a classifier says of a report.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scored {
    /// By target: the probability that the code applies, in (0, 1).
    pub probabilities: Vec<f64>,
    /// The passages that speak for likely codes, by target and then most likely first.
    pub passages: Vec<ScoredPassage>,
    /// The report's row in few numbers: the cosine of two reports' is about that of their rows in the kernel.
    pub sketch: Vec<i8>,
}

/// A passage that speaks for a code.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoredPassage {
    /// Number of the code in the targets.
    pub target: usize,
    /// Number of the passage.
    pub passage: usize,
    /// Probability that the passage carries the code; none where passages were not learned, only whole reports.
    pub probability: Option<f64>,
    /// The terms that weighed most, the heaviest first.
    pub terms: Vec<String>,
}

/// A classifier at work; it belongs to one thread.
pub struct Scorer<'c> {
    classifier: &'c Classifier,
    whole: Reader<'c>,
    passages: Option<Reader<'c>>,
}

/// Codes less likely than this come without passages.
const MIN_PROBABILITY: f64 = 0.15;

/// Passages of a code: the best, and up to so many that carry it themselves at least so likely.
const MAX_PASSAGES: usize = 4;
const MIN_PASSAGE: f64 = 0.3;

/// Terms of a passage.
const MAX_TERMS: usize = 4;

impl Classifier {
    /// The same without what is learned on top of the first stack, which hears of no rules.
    #[must_use]
    pub fn by_words_alone(self) -> Classifier {
        Classifier { second: None, ..self }
    }

    /// A scorer for this thread.
    pub fn scorer(&self) -> Scorer<'_> {
        Scorer {
            classifier: self,
            whole: self.whole.reader(),
            passages: self.passages.as_ref().map(|p| p.view.reader()),
        }
    }
}

impl Classifier {
    /// Log-odds of all codes by one stack, and of all passages' cells.
    fn logits(
        &self,
        stack: &Stack,
        scores: &[f32],
        of_passages: &[f32],
        first: Option<&First>,
        sample: &Sample,
    ) -> (Vec<f64>, Vec<f32>) {
        let targets = &self.targets;
        let rules = if first.is_some() { Rules::Heard } else { Rules::Unheard };
        let mut pooled = vec![Pooled::default(); targets.len()];
        let mut of_cells = Vec::new();
        if let (Some(passages), Some(head)) = (&self.passages, &stack.passage_head) {
            let of_codes;
            (of_cells, of_codes) = Pooled::all(head, &passages.scores(of_passages), sample, targets, rules);
            passages.view.codes.iter().zip(of_codes).for_each(|(code, p)| pooled[*code] = p);
        }
        let signs = all_signs(scores, &pooled, |code| self.codes[code].prior, first, sample, targets);
        (code_logits(&stack.head, &stack.platts, &signs), of_cells)
    }
}

impl Scorer<'_> {
    /// Scores a report. The codes of its clues and rule sums are numbered as the classifier's targets.
    pub fn score(&mut self, sample: &Sample) -> Scored {
        let Classifier { targets, temperatures, whole, passages, alone, second, .. } = self.classifier;
        let mut scores = vec![0.; targets.len()];
        let row = self.whole.row(&sample.whole, "");
        let sketch = sketch(&row);
        whole.score(&row, &mut scores);
        let mut rows = Vec::with_capacity(sample.passages.len());
        let mut of_passages = Vec::new();
        if let (Some(passages), Some(reader)) = (passages, &mut self.passages) {
            let n_codes = passages.view.n_codes();
            of_passages.resize(sample.passages.len() * n_codes, 0.);
            for (passage, scores) in sample.passages.iter().zip(of_passages.chunks_exact_mut(n_codes)) {
                let row = reader.row(&passage.unit.text, &passage.unit.context);
                passages.view.score(&row, scores);
                rows.push(row);
            }
        }
        let (mut logits, mut of_cells) = self.classifier.logits(alone, &scores, &of_passages, None, sample);
        if let Some(Second { level, stack }) = second {
            let level = level.scores(&describe(sample, &logits));
            let first = First { logits, level };
            (logits, of_cells) = self.classifier.logits(stack, &scores, &of_passages, Some(&first), sample);
        }
        let probabilities = share_one(targets, temperatures, &logits);
        let mut scored = Scored { probabilities, passages: Vec::new(), sketch };
        let is_likely = |target: usize, scored: &Scored| scored.probabilities[target] >= MIN_PROBABILITY;
        let mut has_passages = vec![false; targets.len()];
        if let Some(passages) = passages {
            let n_codes = passages.view.n_codes();
            for (k, target) in passages.view.codes.iter().enumerate() {
                has_passages[*target] = true;
                if !is_likely(*target, &scored) {
                    continue;
                }
                let mut best: Vec<(f64, usize)> = (0..rows.len())
                    .filter(|i| !sample.passages[*i].is_heading)
                    .map(|i| (head::sigmoid(f64::from(of_cells[i * n_codes + k])), i))
                    .collect();
                best.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
                best.truncate(MAX_PASSAGES);
                for (rank, (probability, passage)) in best.into_iter().enumerate() {
                    if rank == 0 || probability >= MIN_PASSAGE {
                        let terms = passages.view.terms(&rows[passage], k, MAX_TERMS);
                        let probability = Some(probability);
                        scored.passages.push(ScoredPassage { target: *target, passage, probability, terms });
                    }
                }
            }
        }
        let of_whole: Vec<usize> =
            (0..targets.len()).filter(|target| !has_passages[*target] && is_likely(*target, &scored)).collect();
        self.cite_by_whole(sample, &of_whole, &mut scored.passages);
        scored
    }

    /// Cites for codes of which no passages were learned: those whose words weigh most in the report's score as a whole.
    fn cite_by_whole(&mut self, sample: &Sample, targets: &[usize], cited: &mut Vec<ScoredPassage>) {
        if targets.is_empty() {
            return;
        }
        let whole = &self.classifier.whole;
        let is_text = |i: &usize| !sample.passages[*i].is_heading;
        let rows: Vec<(usize, Row)> = (0..sample.passages.len())
            .filter(is_text)
            .map(|i| (i, self.whole.row(&sample.passages[i].unit.text, "")))
            .collect();
        for target in targets {
            let weigh = |(i, row): &(usize, Row)| (whole.weight(row, *target), *i);
            let mut best: Vec<(f32, usize)> = rows.iter().map(weigh).filter(|(weight, _)| *weight > 0.).collect();
            best.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            let enough = best.first().map_or(0., |(heaviest, _)| heaviest / 2.);
            for (_, passage) in best.into_iter().take(MAX_PASSAGES).take_while(|(weight, _)| *weight >= enough) {
                let row = rows.iter().find(|(i, _)| *i == passage).map(|(_, row)| row);
                let terms = row.map(|row| whole.terms(row, *target, MAX_TERMS)).unwrap_or_default();
                cited.push(ScoredPassage { target: *target, passage, probability: None, terms });
            }
        }
    }
}

/// Numbers of a sketch. The cosine of two sketches strays from that of the rows by some 0.06 (one over the root of this).
const N_SKETCH: usize = 256;

/// Projects a row at random: each column falls, with a sign, on one number (Weinberger, Dasgupta, Langford, Smola and
/// Attenberg 2009).
fn sketch(row: &Row) -> Vec<i8> {
    let mut sums = [0_f32; N_SKETCH];
    for (column, value) in row.columns.iter().zip(&row.values) {
        let chance = Random::new(u64::from(*column)).next();
        let sign = if chance >> 63 == 0 { 1. } else { -1. };
        sums[chance as usize % N_SKETCH] += sign * value;
    }
    let length = sums.iter().map(|sum| sum * sum).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
    // Most numbers are near 1/16 of the length; a rare one beyond a third is cut.
    sums.iter().map(|sum| (sum / length * 380.).round().clamp(-127., 127.) as i8).collect()
}

/// Log-odds become probabilities; those of codes of which exactly one applies add up to one.
fn share_one(targets: &[Target], temperatures: &[f64], logits: &[f64]) -> Vec<f64> {
    let mut probabilities: Vec<f64> = logits.iter().map(|l| head::sigmoid(*l).clamp(1e-6, 1. - 1e-6)).collect();
    for (codes, temperature) in questions(targets).zip(temperatures) {
        if !targets[codes.start].is_one_of || codes.len() < 2 {
            continue;
        }
        let highest = codes.clone().map(|code| logits[code]).fold(f64::NEG_INFINITY, f64::max);
        let exp = |code: usize| ((logits[code] - highest) / temperature).exp();
        let sum: f64 = codes.clone().map(exp).sum();
        codes.clone().for_each(|code| probabilities[code] = exp(code) / sum);
    }
    probabilities
}
