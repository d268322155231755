//! One replay: what has been answered so far, and the loop's steps.

use super::measure::{Measured, Point};
use super::{Error, Settings};
use crate::classify::{Classifier, Example, Memory, Target, Taught, fit_again};
use crate::coding::{Coder, Content, Evidence, sample};
use crate::decide::{By, Cell, Decision, Judge, derive_again, judge};
use crate::facts::Facts;
use crate::frame::CodeIndex;
use crate::learn::{self, Lesson, Promise};
use crate::order::{Answered, Grounds, Item, Order, Sketches, rank};
use crate::propose::Hit;
use crate::review::{Label, Labelled, Labels, Said};
use crate::score::Random;
use crate::store::Store;
use crate::study::Study;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

/// See the module.
pub(super) struct Replay<'r> {
    study: &'r Study,
    lesson: &'r Lesson,
    promise: Promise,
    settings: &'r Settings,
    seed: u64,
    reports: Vec<Report>,
    /// By target of the lesson: the code.
    codes: Vec<CodeIndex>,
    is_held: Vec<bool>,
    /// Cells to be answered first, as (report, code).
    start: Vec<(usize, usize)>,
    /// Cells answered.
    answered: BTreeSet<(usize, usize)>,
    /// Of the last round: decisions by report, as the machine has them and with what people said laid over.
    cells: Vec<Vec<Cell>>,
    sketches: Sketches,
}

/// A report with what rules find in it, and what the ledger says.
struct Report {
    content: Content,
    hits: Vec<Hit>,
    facts: Facts,
    by_rules: Vec<Cell>,
    /// By code of the frame.
    truths: Vec<Option<bool>>,
}

/// Of how many reports one is held back.
const ONE_HELD_IN: usize = 3;

impl<'r> Replay<'r> {
    /// Holds reports back.
    pub fn new(
        study: &'r Study,
        store: &Store,
        lesson: &'r Lesson,
        promise: Promise,
        settings: &'r Settings,
        seed: u64,
    ) -> Result<Self, Error> {
        let frame = &study.frame;
        let codes: Vec<CodeIndex> =
            lesson.targets.iter().filter_map(|t| frame.find(&t.name)).map(|code| code.index).collect();
        let mut coder = Coder::new(study);
        let mut reports = Vec::with_capacity(lesson.taught.len());
        for one in &lesson.taught {
            let bytes = store.content(&one.id).map_err(learn::Error::from)?.unwrap_or_default();
            let content = Content::from_bytes(&bytes).map_err(learn::Error::from)?;
            let (hits, facts, by_rules) = coder.by_rules(&content);
            let mut truths = vec![None; frame.n_codes()];
            codes.iter().zip(&one.answers).for_each(|(code, answer)| truths[code.get()] = *answer);
            reports.push(Report { content, hits, facts, by_rules, truths });
        }
        let mut random = Random::new(seed);
        let is_held = hold_back(&lesson.taught, &mut random);
        let cells = vec![Vec::new(); reports.len()];
        let mut replay = Replay {
            study,
            lesson,
            promise,
            settings,
            seed,
            reports,
            codes,
            is_held,
            start: Vec::new(),
            answered: BTreeSet::new(),
            cells,
            sketches: Sketches::default(),
        };
        let mut all = replay.known_cells();
        shuffle(&mut all, &mut random);
        all.truncate(settings.start);
        replay.start = all;
        Ok(replay)
    }

    /// Answers the first cells.
    pub fn answer_start(&mut self) {
        self.answered.extend(std::mem::take(&mut self.start));
    }

    /// Reports that are reviewed.
    pub fn n_pool(&self) -> usize {
        self.reports.len() - self.n_held()
    }

    /// Reports held back.
    pub fn n_held(&self) -> usize {
        self.is_held.iter().filter(|held| **held).count()
    }

    /// Cells that can be answered.
    pub fn n_cells(&self) -> usize {
        self.known_cells().len()
    }

    fn known_cells(&self) -> Vec<(usize, usize)> {
        let of_report = |(report, one): (usize, &Report)| {
            let known = one.truths.iter().enumerate().filter(|(_, truth)| truth.is_some());
            known.map(|(code, _)| (report, code)).collect::<Vec<_>>()
        };
        self.reports.iter().enumerate().filter(|(report, _)| !self.is_held[*report]).flat_map(of_report).collect()
    }

    /// Answers the next batch of the queue, in an order; `false` when nothing is queued any more.
    pub fn answer_batch(&mut self, order: Order) -> bool {
        let mut items = Vec::new();
        for (report, cells) in self.cells.iter().enumerate().filter(|(report, _)| !self.is_held[*report]) {
            for (code, cell) in cells.iter().enumerate() {
                let is_open = cell.decision == Decision::Queue && !self.answered.contains(&(report, code));
                if let (true, Some(reason), Some(_)) = (is_open, cell.reason, self.reports[report].truths[code]) {
                    let draw = self.study.draw(&self.lesson.taught[report].id, CodeIndex::new(code), self.seed) as f32;
                    let (report, code) = (report as u32, code as u32);
                    items.push(Item { report, code, reason, probability: cell.probability, draw });
                }
            }
        }
        let of_cell = |(report, code): &(usize, usize)| Answered { code: *code as u32, report: *report as u32 };
        let mut answered: Vec<Answered> = self.answered.iter().map(of_cell).collect();
        answered.sort_unstable();
        let places = rank(
            &items,
            &Grounds { order, random_share: self.settings.random_share, sketches: &self.sketches, answered: &answered },
        );
        let next = places.iter().take(self.settings.batch).map(|place| &items[place.item]);
        self.answered.extend(next.map(|item| (item.report as usize, item.code as usize)));
        !items.is_empty()
    }

    /// Learns from what has been answered, codes all reports, and measures.
    pub fn learn_and_code(&mut self, memory: &mut Memory) -> Point {
        let labelled = self.labelled();
        let learned = Labels { reports: labelled.clone(), ..Labels::default() }.completed(&self.study.frame).reports;
        let targets = learn::targets(&self.study.frame, &learned);
        let mut target_of = vec![None; self.study.frame.n_codes()];
        for (number, target) in targets.iter().enumerate() {
            if let Some(code) = self.study.frame.find(&target.name) {
                target_of[code.index.get()] = Some(number);
            }
        }
        let taught = self.taught(&learned, &target_of, targets.len());
        let is_enough =
            taught.len() > 1 && [true, false].iter().all(|t| taught.iter().any(|one| one.answers.contains(&Some(*t))));
        let classifier = is_enough.then(|| self.learn(memory, taught, targets, &target_of));
        let coded: Vec<(Vec<Cell>, Vec<i8>)> = (0..self.reports.len())
            .into_par_iter()
            .map(|report| self.code(report, classifier.as_ref(), &target_of))
            .collect();
        let said = Said::of_labels(labelled);
        self.sketches = Sketches::default();
        let mut machine = Vec::with_capacity(coded.len());
        for (report, (mut cells, sketch)) in coded.into_iter().enumerate() {
            self.sketches.push(&sketch);
            machine.push(cells.clone());
            let one = &self.reports[report];
            let evidence = || Ok::<_, Infallible>(Evidence { facts: one.facts.clone(), ..Evidence::default() });
            match said.settle_cells(self.study, &self.lesson.taught[report].id, &mut cells, evidence) {
                Ok(()) => self.cells[report] = cells,
                Err(never) => match never {},
            }
        }
        let mut measured = Measured::new(self.study.frame.n_codes());
        for (report, one) in self.reports.iter().enumerate() {
            for (code, truth) in one.truths.iter().enumerate() {
                let Some(truth) = *truth else { continue };
                let is_answered = self.answered.contains(&(report, code));
                measured.add(code, truth, &self.cells[report][code], self.is_held[report], is_answered);
            }
        }
        measured.point(self.answered.len())
    }

    /// What has been answered, as a ledger would have it.
    fn labelled(&self) -> Vec<Labelled> {
        let mut by_report: BTreeMap<usize, Vec<Label>> = BTreeMap::new();
        for (report, code) in &self.answered {
            if let Some(applies) = self.reports[*report].truths[*code] {
                let label = Label { code: CodeIndex::new(*code), applies, passages: Vec::new() };
                by_report.entry(*report).or_default().push(label);
            }
        }
        let labelled = |(report, labels): (usize, Vec<Label>)| Labelled {
            report: self.lesson.taught[report].id.as_str().into(),
            labels,
        };
        by_report.into_iter().map(labelled).collect()
    }

    /// The same as it is learned from, with the passages that people marked.
    fn taught(&self, labelled: &[Labelled], target_of: &[Option<usize>], n_targets: usize) -> Vec<Taught> {
        let number: BTreeMap<&str, usize> = self.lesson.taught.iter().zip(0..).map(|(one, n)| (&*one.id, n)).collect();
        let of_report = |of: &Labelled| {
            let report = number[&*of.report];
            let full = &self.lesson.taught[report];
            let mut answers = vec![None; n_targets];
            for label in &of.labels {
                if let Some(target) = target_of[label.code.get()] {
                    answers[target] = Some(label.applies);
                }
            }
            let marked = full.marked.iter().filter_map(|(passage, target)| {
                let target = target_of[self.codes[*target].get()]?;
                (answers[target] == Some(true)).then_some((*passage, target))
            });
            let mut marked: Vec<(usize, usize)> = marked.collect();
            marked.sort_unstable();
            Taught {
                id: full.id.clone(),
                sample: self.sample(report, target_of, n_targets),
                answers,
                marked,
                is_known_to_rules: full.is_known_to_rules,
            }
        };
        labelled.iter().map(of_report).collect()
    }

    fn sample(&self, report: usize, target_of: &[Option<usize>], n_targets: usize) -> crate::classify::Sample {
        let Report { content, hits, by_rules, .. } = &self.reports[report];
        sample(self.study, content, hits, by_rules, target_of, n_targets)
    }

    fn learn(
        &self,
        memory: &mut Memory,
        taught: Vec<Taught>,
        targets: Vec<Target>,
        target_of: &[Option<usize>],
    ) -> Classifier {
        let example = |example: &Example| Example {
            unit: example.unit.clone(),
            codes: example.codes.iter().filter_map(|target| target_of[self.codes[*target].get()]).collect(),
        };
        let examples: Vec<Example> = self.lesson.examples.iter().map(example).collect();
        let mut fitted = fit_again(memory, &taught, &examples, &targets, self.lesson.seed);
        let lesson = Lesson {
            taught,
            examples,
            targets,
            hash: String::new(),
            frame: self.lesson.frame.clone(),
            stale: BTreeMap::new(),
            warnings: Vec::new(),
            n_left_out: 0,
            last_line: 0,
            seed: self.lesson.seed,
        };
        lesson.set_thresholds(&mut fitted.classifier, &fitted.left_out, &fitted.fresh, self.promise);
        fitted.classifier
    }

    /// Codes one report, as a run would.
    fn code(
        &self,
        report: usize,
        classifier: Option<&Classifier>,
        target_of: &[Option<usize>],
    ) -> (Vec<Cell>, Vec<i8>) {
        let mut cells = self.reports[report].by_rules.clone();
        let Some(classifier) = classifier else { return (cells, Vec::new()) };
        let scored = classifier.scorer().score(&self.sample(report, target_of, classifier.targets.len()));
        let probability = |code: CodeIndex| {
            let target = target_of[code.get()]?;
            Some((scored.probabilities[target], classifier.codes[target].is_automatic))
        };
        let is_audited = |code| self.study.audits(&self.lesson.taught[report].id, code);
        let (accept_from, reject_to) = (classifier.accept_from, classifier.reject_to);
        let by = Judge { probability: &probability, accept_from, reject_to, is_audited: &is_audited };
        judge(&self.study.frame, &mut cells, &by);
        if self.study.derivations.codes().any(|code| cells[code.get()].by != By::Classifier) {
            derive_again(self.study.basis(), &mut cells, &|name| self.reports[report].facts.value(name));
        }
        (cells, scored.sketch)
    }
}

/// A third of the reports that the authors of the rules have read, and a third of the others.
fn hold_back(taught: &[Taught], random: &mut Random) -> Vec<bool> {
    let mut is_held = vec![false; taught.len()];
    for is_known in [false, true] {
        let mut some: Vec<usize> = (0..taught.len()).filter(|n| taught[*n].is_known_to_rules == is_known).collect();
        shuffle(&mut some, random);
        some.truncate(some.len() / ONE_HELD_IN);
        some.into_iter().for_each(|report| is_held[report] = true);
    }
    is_held
}

fn shuffle<T>(items: &mut [T], random: &mut Random) {
    (1..items.len()).rev().for_each(|i| items.swap(i, random.below(i + 1)));
}
