//! Why people looked at what they looked at. What was drawn at random, or read because its whole report was read, says
//! something about everything else that is like it; what was looked at because the machine was unsure of it, or because a
//! person wanted to, is known and says nothing about the rest.
//!
//! - *Audit*: the draw is a hash of seed, report and code, so every verdict on what was drawn counts, whoever gave it and why.
//! - *Whole reports*: codings that were imported. They count as a sample of the reports, which is an assumption and is said.
//!   What the classifier has learned from them it knows too well, so for these cells stands what a classifier said
//!   that had not seen the report. Reports that the rules were written from are known and stand for nothing else.
//! - *A random share of the queue*: verdicts whose ledger line has a probability of being drawn.
//! - *What follows from other answers* was not asked any more. Where it had been drawn, and others drawn after it have been asked, it
//!   stands as they do; else the sample would lack what people's other answers exclude.

use crate::decide::{By, Cell, Decision, ENOUGH, Judge, Reason, judge};
use crate::frame::{CodeIndex, CodeRef};
use crate::learn::Kept;
use crate::review::{Ledger, Route};
use crate::study::Study;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// See the module.
#[derive(Debug, Default)]
pub struct Looked {
    reports: BTreeMap<Arc<str>, OfReport>,
    /// Up to where the random share of the queue has been asked, by code: the largest draw among those asked since the
    /// classifier learned; and the same of what was drawn for the audit alone.
    reached: BTreeMap<CodeIndex, f64>,
    reached_audit: BTreeMap<CodeIndex, f64>,
    random_share: f64,
    /// Whether a classifier has learned from verdicts of which it is no longer known what it would have said without them.
    pub is_forgotten: bool,
}

/// Where a cell stands among those like it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    /// What the machine says of it that has not seen the answer: tells what it is like.
    pub cell: Cell,
    /// What it says of the others, once it is known.
    pub standing: Standing,
}

/// What a known cell says of those that are like it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It was drawn at random and stands for them.
    ForOthers,
    /// It was one of them and was looked at for its use.
    Chosen,
    /// Nothing: it cannot be said where it would have stood.
    Alone,
}

/// What people looked at in a report.
#[derive(Debug, Default)]
struct OfReport {
    /// The cells with verdicts, by code.
    cells: BTreeMap<CodeIndex, Reasons>,
    /// What a classifier says that has not learned from the report, by code; empty when that is not known.
    left_out: Vec<Option<f64>>,
    /// Whether the authors of the rules had read it.
    is_known_to_rules: bool,
}

/// Why people looked at a cell.
#[derive(Debug, Default, Clone, Copy)]
struct Reasons {
    /// The classifier has learned from it.
    learned: bool,
    /// With the whole report.
    whole: bool,
    /// Drawn from the queue.
    drawn: bool,
}

impl Looked {
    /// Reads a ledger; the classifier has learned from its lines up to `learned_to`. `kept` is what classifiers said that
    /// had not seen the report, `known_to_rules` the reports that the authors of the rules had read, and `random_share` how
    /// much of the queue is drawn at random, 0 to 1.
    pub fn of(
        study: &Study,
        ledger: &Ledger,
        learned_to: u32,
        kept: Option<&Kept>,
        known_to_rules: &[String],
        random_share: f64,
    ) -> Looked {
        let mut looked = Looked { random_share, ..Looked::default() };
        let known: BTreeSet<&str> = known_to_rules.iter().map(String::as_str).collect();
        for entry in &ledger.entries {
            let verdict = &entry.verdict;
            let code = study.frame.find(&format!("{}/{}", verdict.question, verdict.code));
            let Some(code) = code.filter(|code| *code.code.definition_hash == *verdict.definition) else { continue };
            let of_report = looked.reports.entry(verdict.report.clone()).or_default();
            let reasons = of_report.cells.entry(code.index).or_default();
            let is_learned = study.classifier.is_some() && entry.line <= learned_to;
            reasons.learned |= is_learned;
            reasons.whole |= verdict.route == Route::Import;
            reasons.drawn |= verdict.route == Route::Queue && verdict.pi.is_some();
            if !is_learned && verdict.pi.is_some() {
                let draw = study.draw(&verdict.report, code.index, study.seed);
                let reached = match verdict.route {
                    Route::Queue | Route::Audit if draw < random_share => &mut looked.reached,
                    Route::Audit => &mut looked.reached_audit,
                    _ => continue,
                };
                let most = reached.entry(code.index).or_insert(draw);
                *most = most.max(draw);
            }
        }
        for (report, of_report) in &mut looked.reports {
            // A few imported answers are answers to what somebody chose to ask; a question answered throughout is a reading.
            for question in &study.frame.questions {
                let codes: Vec<CodeIndex> = study.frame.codes_of(question.id.as_str()).map(|code| code.index).collect();
                let is_whole = |code: &CodeIndex| of_report.cells.get(code).is_some_and(|reasons| reasons.whole);
                if !codes.iter().all(is_whole) {
                    for code in &codes {
                        if let Some(reasons) = of_report.cells.get_mut(code) {
                            reasons.whole = false;
                        }
                    }
                }
            }
            of_report.is_known_to_rules = known.contains(&**report);
            if let Some(kept) = kept {
                of_report.left_out = study.frame.codes().map(|code| kept.probability(report, &code)).collect();
            }
            let is_learned = of_report.cells.values().any(|reasons| reasons.learned);
            looked.is_forgotten |= is_learned && of_report.left_out.iter().all(Option::is_none);
        }
        looked
    }

    /// Where the cells of a report stand, in frame order; `None` when nobody has looked at it. `settled` are its cells after
    /// what people said, `machine` as the store has them.
    pub(super) fn places(&self, study: &Study, report: &str, settled: &[Cell], machine: &[Cell]) -> Option<Vec<Place>> {
        let of_report = self.reports.get(report)?;
        let mut unseen: Option<Vec<Cell>> = None;
        let mut place = |code: CodeRef<'_>| {
            let (number, cell) = (code.index.get(), machine[code.index.get()]);
            if settled[number].by != By::Person {
                return Place { cell, standing: Standing::Chosen };
            }
            let said = of_report.cells.get(&code.index);
            let of_question = || study.frame.codes_of(code.question.id.as_str());
            // What followed from an answer was learned with it.
            let is_learned = match said {
                Some(reasons) => reasons.learned,
                None => of_question().any(|other| of_report.cells.get(&other.index).is_some_and(|r| r.learned)),
            };
            let is_whole = said.is_some_and(|reasons| reasons.whole);
            if is_learned {
                if of_report.left_out.get(number).is_none_or(Option::is_none) {
                    return Place { cell, standing: Standing::Alone };
                }
                let unseen = unseen.get_or_insert_with(|| of_report.unseen(study, machine));
                let stands = is_whole && !of_report.is_known_to_rules;
                let standing = if stands { Standing::ForOthers } else { Standing::Chosen };
                return Place { cell: unseen[number], standing };
            }
            let is_audit = cell.reason == Some(Reason::Audit);
            let is_drawn = match said {
                Some(reasons) => reasons.drawn || is_audit,
                None => self.is_reached(study, report, code.index, is_audit),
            };
            let stands = is_drawn || is_whole && !of_report.is_known_to_rules;
            // A report that the rules were written from is like no other.
            let otherwise = if of_report.is_known_to_rules { Standing::Alone } else { Standing::Chosen };
            Place { cell, standing: if stands { Standing::ForOthers } else { otherwise } }
        };
        Some(study.frame.codes().map(&mut place).collect())
    }

    /// Whether a cell would have been asked by now for having been drawn, had its answer not followed from another.
    fn is_reached(&self, study: &Study, report: &str, code: CodeIndex, is_audit: bool) -> bool {
        let draw = study.draw(report, code, study.seed);
        let is_below = |reached: &BTreeMap<CodeIndex, f64>| reached.get(&code).is_some_and(|most| draw <= *most);
        if draw < self.random_share { is_below(&self.reached) } else { is_audit && is_below(&self.reached_audit) }
    }
}

impl OfReport {
    /// What would have been decided of the report by a classifier that has not learned from it.
    fn unseen(&self, study: &Study, cells: &[Cell]) -> Vec<Cell> {
        let mut cells = cells.to_vec();
        let Some(chosen) = &study.classifier else { return cells };
        for cell in &mut cells {
            // What rules alone decide, as far as the store keeps it.
            let applies = cell.support >= ENOUGH && cell.support > cell.opposition;
            cell.decision = if applies { Decision::Applies } else { Decision::DoesNotApply };
        }
        let classifier = &chosen.classifier;
        let probability = |code: CodeIndex| {
            let target = chosen.target_of[code.get()]?;
            Some(((*self.left_out.get(code.get())?)?, classifier.codes[target].is_automatic))
        };
        let (accept_from, reject_to) = (classifier.accept_from, classifier.reject_to);
        judge(
            &study.frame,
            &mut cells,
            &Judge { probability: &probability, accept_from, reject_to, is_audited: &|_| false },
        );
        cells
    }
}
