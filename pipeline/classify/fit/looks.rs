//! The two ways of looking at reports, as a whole and passage by passage, each with the scores that a report would have had
//! without itself; and how often each code applies.

use super::super::head::{Head, logit};
use super::super::memory::ViewMemory;
use super::super::sample::{Example, Target, Taught};
use super::super::signs::{N_PASSAGE_SIGNS, PassageScores, Rules};
use super::super::view::{Lesson, View};
use super::super::vocabulary::Unit;
use rayon::prelude::*;
use std::ops::Range;

/// Cells that the head over passages is fitted on at most; it has fifteen weights.
const MAX_PASSAGE_CELLS: usize = 1_500_000;

/// The look at reports as a whole.
pub(super) struct Whole {
    pub view: View,
    /// Reports x codes, each report left out.
    pub scores: Vec<f32>,
}

impl Whole {
    pub fn learn(taught: &[Taught], targets: &[Target], seed: u64, memory: &mut ViewMemory) -> Whole {
        let units: Vec<Unit> =
            taught.iter().map(|one| Unit { text: one.sample.whole.clone(), context: String::new() }).collect();
        let groups: Vec<Range<usize>> = (0..taught.len()).map(|i| i..i + 1).collect();
        let codes: Vec<usize> = (0..targets.len()).collect();
        let lesson = Lesson {
            units: &units,
            groups: &groups,
            codes: &codes,
            carries: &|unit, code| taught[unit].answers[code] == Some(true),
            is_known: &|group, code| taught[group].answers[code].is_some(),
            seed,
        };
        let (view, scores) = View::learn(&lesson, memory);
        Whole { view, scores }
    }
}

/// The look at passages.
pub(super) struct Passages {
    pub view: View,
    pub spreads: Vec<f64>,
    pub priors: Vec<f64>,
    /// By report: whether it is known which of its passages carry a code, by code.
    known: Vec<Vec<bool>>,
    /// By unit: its codes.
    carried: Vec<Vec<usize>>,
    /// Units x view codes, each report left out; examples come first.
    scores: Vec<f32>,
    groups: Vec<Range<usize>>,
}

impl Passages {
    /// Nothing is learned when nobody has marked a passage and there is no example.
    pub fn learn(
        taught: &[Taught],
        examples: &[Example],
        targets: &[Target],
        seed: u64,
        memory: &mut ViewMemory,
    ) -> Option<Passages> {
        let mut units: Vec<Unit> = examples.iter().map(|example| example.unit.clone()).collect();
        let mut carried: Vec<Vec<usize>> = examples.iter().map(|example| example.codes.clone()).collect();
        let mut groups = Vec::new();
        let mut has_marks: Vec<Vec<bool>> = Vec::new();
        let mut is_code = vec![false; targets.len()];
        carried.iter().flatten().for_each(|code| is_code[*code] = true);
        for one in taught {
            let from = units.len();
            units.extend(one.sample.passages.iter().map(|passage| passage.unit.clone()));
            groups.push(from..units.len());
            carried.resize(units.len(), Vec::new());
            let mut has_mark = vec![false; targets.len()];
            for (passage, code) in &one.marked {
                carried[from + passage].push(*code);
                has_mark[*code] = true;
                is_code[*code] = true;
            }
            has_marks.push(has_mark);
        }
        let codes: Vec<usize> = (0..targets.len()).filter(|code| is_code[*code]).collect();
        if codes.is_empty() {
            return None;
        }
        let carries = |unit: usize, code: usize| carried[unit].contains(&code);
        // Where a code applies and nobody has said in which passage, nothing is known of the passages.
        let is_known = |group: usize, code: usize| match taught[group].answers[code] {
            Some(true) => has_marks[group][code],
            answer => answer.is_some(),
        };
        let lesson =
            Lesson { units: &units, groups: &groups, codes: &codes, carries: &carries, is_known: &is_known, seed };
        let (view, scores) = View::learn(&lesson, memory);
        let n_codes = codes.len();
        let from = groups.first().map_or(units.len(), |group| group.start);
        let column = |k: usize| (from..units.len()).map(move |unit| (unit, unit * n_codes + k));
        let spread = |k: usize| {
            let n = (units.len() - from).max(1) as f64;
            let mean = column(k).map(|(_, at)| f64::from(scores[at])).sum::<f64>() / n;
            (column(k).map(|(_, at)| (f64::from(scores[at]) - mean).powi(2)).sum::<f64>() / n).sqrt() + 1e-3
        };
        let prior = |k: usize| {
            let n = column(k).filter(|(unit, _)| carries(*unit, codes[k])).count();
            logit((n as f64 + 0.5) / ((units.len() - from) as f64 + 1.))
        };
        let spreads: Vec<f64> = (0..n_codes).map(spread).collect();
        let priors: Vec<f64> = (0..n_codes).map(prior).collect();
        let known =
            (0..taught.len()).map(|group| (0..targets.len()).map(|code| is_known(group, code)).collect()).collect();
        Some(Passages { view, spreads, priors, known, carried, scores, groups })
    }

    /// The scores of a report's passages.
    pub fn scores(&self, report: usize) -> PassageScores<'_> {
        let n_codes = self.view.n_codes();
        let group = &self.groups[report];
        let scores = &self.scores[group.start * n_codes..group.end * n_codes];
        PassageScores { scores, codes: &self.view.codes, spreads: &self.spreads, priors: &self.priors }
    }

    /// The head that turns a passage's signs into log-odds.
    pub fn head(&self, taught: &[Taught], targets: &[Target], learners: &[usize], rules: Rules) -> Head {
        let n_codes = self.view.n_codes();
        let cells = |report: &usize| {
            let signs = self.scores(*report).signs(&taught[*report].sample, targets, rules);
            let mut kept = (Vec::new(), Vec::new());
            for (cell, sign) in signs.chunks_exact(N_PASSAGE_SIGNS).enumerate() {
                let (unit, code) = (self.groups[*report].start + cell / n_codes, self.view.codes[cell % n_codes]);
                if self.known[*report][code] {
                    kept.0.extend_from_slice(sign);
                    kept.1.push(self.carried[unit].contains(&code));
                }
            }
            kept
        };
        let n_cells: usize = learners.iter().map(|report| self.groups[*report].len() * n_codes).sum();
        let step = n_cells.div_ceil(MAX_PASSAGE_CELLS).max(1);
        let parts: Vec<(Vec<f64>, Vec<bool>)> = learners.par_iter().step_by(step).map(cells).collect();
        let (mut signs, mut truths) = (Vec::new(), Vec::new());
        for (s, t) in parts {
            signs.extend(s);
            truths.extend(t);
        }
        Head::fit(N_PASSAGE_SIGNS, &signs, &truths)
    }
}

/// How often each code applies.
pub(super) struct Priors {
    pub known: Vec<usize>,
    pub applies: Vec<usize>,
}

impl Priors {
    pub fn of(taught: &[Taught], targets: &[Target]) -> Priors {
        let count = |wanted: &dyn Fn(Option<bool>) -> bool| {
            (0..targets.len()).map(|code| taught.iter().filter(|one| wanted(one.answers[code])).count()).collect()
        };
        Priors { known: count(&|answer| answer.is_some()), applies: count(&|answer| answer == Some(true)) }
    }

    /// Log-odds that a code applies, the same for all reports: as the others have it, it would tell of each its own answer.
    pub fn of_code(&self, code: usize) -> f64 {
        logit((self.applies[code] as f64 + 0.5) / (self.known[code] as f64 + 1.))
    }
}
