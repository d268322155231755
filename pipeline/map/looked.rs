//! Why people looked at what they looked at. What was drawn at random, or read because its whole report was read, says
//! something about everything else that is like it; what was looked at because the machine was unsure of it, or because a
//! person wanted to, is known and says nothing about the rest.
//!
//! - *Audit*: the draw is a hash of seed, report and code, so every verdict on what was drawn counts, whoever gave it and why.
//! - *Whole reports*: codings that were imported. They count as a sample of the reports, which is an assumption and is said.
//!   What the classifier has learned from them it knows too well, so for these cells stands what a classifier said
//!   that had not seen the report. Reports that the rules were written from are known and stand for nothing else.
//! - *A random share of the queue*: verdicts whose ledger line has a probability of being drawn below 1.

use crate::decide::{Cell, Decision, ENOUGH, Judge, judge};
use crate::frame::CodeIndex;
use crate::learn::Kept;
use crate::review::{Ledger, Route};
use crate::study::Study;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// See the module.
#[derive(Debug, Default)]
pub struct Looked {
    reports: BTreeMap<Arc<str>, OfReport>,
    /// Whether a classifier has learned from verdicts of which it is no longer known what it would have said without them.
    pub is_forgotten: bool,
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
    /// had not seen the report, `known_to_rules` the reports that the authors of the rules had read.
    pub fn of(
        study: &Study,
        ledger: &Ledger,
        learned_to: u32,
        kept: Option<&Kept>,
        known_to_rules: &[String],
    ) -> Looked {
        let mut looked = Looked::default();
        let known: BTreeSet<&str> = known_to_rules.iter().map(String::as_str).collect();
        for entry in &ledger.entries {
            let verdict = &entry.verdict;
            let code = study.frame.find(&format!("{}/{}", verdict.question, verdict.code));
            let Some(code) = code.filter(|code| *code.code.definition_hash == *verdict.definition) else { continue };
            let of_report = looked.reports.entry(verdict.report.clone()).or_default();
            let reasons = of_report.cells.entry(code.index).or_default();
            reasons.learned |= study.classifier.is_some() && entry.line <= learned_to;
            reasons.whole |= verdict.route == Route::Import;
            reasons.drawn |= verdict.route == Route::Queue && verdict.pi.is_some_and(|pi| pi < 1.);
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

    /// The cells of a report that stand for others like them, each with what the machine says of it that has not seen the
    /// answer. `cells` are the machine's, as the store has them.
    pub(super) fn standing_for_others(&self, study: &Study, report: &str, cells: &[Cell]) -> BTreeMap<CodeIndex, Cell> {
        let Some(of_report) = self.reports.get(report) else { return BTreeMap::new() };
        let mut standing = BTreeMap::new();
        let mut unseen: Option<Vec<Cell>> = None;
        for (code, reasons) in &of_report.cells {
            let cell = cells[code.get()];
            if !reasons.learned {
                let is_audit = cell.reason == Some(crate::decide::Reason::Audit);
                if is_audit || reasons.drawn || reasons.whole && !of_report.is_known_to_rules {
                    standing.insert(*code, cell);
                }
            } else if reasons.whole && !of_report.is_known_to_rules {
                let has = of_report.left_out.get(code.get()).is_some_and(Option::is_some);
                if has {
                    let unseen = unseen.get_or_insert_with(|| of_report.unseen(study, cells));
                    standing.insert(*code, unseen[code.get()]);
                }
            }
        }
        standing
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
