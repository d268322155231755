//! What people said goes before what the machine decided, wherever results are shown. The store keeps the machine's view;
//! verdicts are laid over it when it is read, so that each has effect at once, and the machine can still be measured.
//!
//! What people say of one code decides others too: of a question that takes one code the rest, beside an exclusive code all
//! others, and codes that follow from what was said are derived anew.

use super::implied::is_excluded;
use super::labels::{Label, Labelled, Labels, labels};
use super::ledger::{Error, Ledger, Standing};
use crate::coding::{Coded, Evidence};
use crate::decide::{By, Cell, Decision, Reason, derive_again};
use crate::frame::{CodeIndex, CodeRef, Frame, Select};
use crate::study::Study;
use crate::warned::Warned;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::path::Path;
use std::sync::Arc;

/// What people said, by report.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Said {
    /// The answers on which they agree.
    labels: BTreeMap<Arc<str>, Vec<Label>>,
    /// The codes on which they disagree.
    contested: BTreeMap<Arc<str>, Vec<CodeIndex>>,
}

impl Said {
    /// Reads what a ledger says about the codes as they are defined now; `name` is the path that warnings show.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn read(path: &Path, name: &str, frame: &Frame) -> Result<Warned<Said>, Error> {
        let Warned { value: ledger, warnings } = Ledger::read(path, name)?;
        Ok(Warned { value: Said::of(frame, &ledger.standing()), warnings })
    }

    /// What the verdicts that stand say.
    pub fn of(frame: &Frame, standing: &Standing<'_>) -> Said {
        let Labels { reports, contested, .. } = labels(frame, standing);
        Said { contested, ..Said::of_labels(reports) }
    }

    /// What labels say; nothing is contested.
    pub fn of_labels(reports: Vec<Labelled>) -> Said {
        let labels = reports.into_iter().map(|of_report| (of_report.report, of_report.labels)).collect();
        Said { labels, contested: BTreeMap::new() }
    }

    /// Whether people have said anything about a report.
    pub fn has_report(&self, report: &str) -> bool {
        self.labels.contains_key(report)
    }

    /// What people said, report by report, each in frame order.
    pub fn reports(&self) -> impl Iterator<Item = (&str, &[Label])> {
        self.labels.iter().map(|(report, labels)| (&**report, &labels[..]))
    }

    /// What people said about a report, in frame order.
    pub fn labels(&self, report: &str) -> &[Label] {
        self.labels.get(report).map_or(&[], |labels| &labels[..])
    }

    /// What people said about a code of a report.
    pub fn label(&self, report: &str, code: CodeIndex) -> Option<&Label> {
        find(self.labels.get(report)?, code)
    }

    /// The codes of a report on which as many people say yes as say no, in frame order.
    pub fn contested(&self, report: &str) -> &[CodeIndex] {
        self.contested.get(report).map_or(&[], Vec::as_slice)
    }

    /// The reports with such codes, by id.
    pub fn contested_reports(&self) -> impl Iterator<Item = &str> {
        self.contested.keys().map(|report| &**report)
    }

    /// Lays what people said over a coded report.
    pub fn settle(&self, study: &Study, coded: &mut Coded) {
        let Coded { id, evidence, cells, .. } = coded;
        match self.settle_cells(study, id, cells, || Ok::<_, Infallible>(evidence.clone())) {
            Ok(()) => {}
            Err(never) => match never {},
        }
    }

    /// Lays what people said over a report's decisions. `evidence` is asked for only when codes are to be derived anew.
    ///
    /// # Errors
    /// What `evidence` returns.
    pub fn settle_cells<E>(
        &self,
        study: &Study,
        report: &str,
        cells: &mut Vec<Cell>,
        evidence: impl FnOnce() -> Result<Evidence, E>,
    ) -> Result<(), E> {
        let labels = self.labels.get(report).map_or(&[][..], Vec::as_slice);
        let contested = self.contested(report);
        if labels.is_empty() && contested.is_empty() {
            return Ok(());
        }
        say(&study.frame, labels, contested, cells);
        let is_open = |code: CodeIndex| matches!(cells[code.get()].by, By::Rule | By::Derived);
        if study.derivations.codes().any(is_open) {
            let facts = evidence()?.facts;
            derive_again(study.basis(), cells, &|name| facts.value(name));
            say(&study.frame, labels, contested, cells);
        }
        Ok(())
    }
}

fn find(labels: &[Label], code: CodeIndex) -> Option<&Label> {
    labels.binary_search_by_key(&code, |label| label.code).ok().map(|at| &labels[at])
}

/// The answers themselves, and what they mean for the other codes of their questions. What is contested is open, unless
/// such an answer decides it.
fn say(frame: &Frame, labels: &[Label], contested: &[CodeIndex], cells: &mut [Cell]) {
    for label in labels {
        decide(&mut cells[label.code.get()], label.applies);
    }
    for code in contested {
        let cell = &mut cells[code.get()];
        (cell.decision, cell.reason) = (Decision::Queue, Some(Reason::PeopleDisagree));
    }
    for question in &frame.questions {
        let codes: Vec<CodeRef<'_>> = frame.codes_of(question.id.as_str()).collect();
        let said = |code: &CodeRef<'_>| find(labels, code.index).map(|label| label.applies);
        let open = || codes.iter().filter(|code| said(code).is_none());
        let chosen: Vec<CodeRef<'_>> = codes.iter().filter(|code| said(code) == Some(true)).copied().collect();
        let excluded = open().filter(|code| is_excluded(question, code, &chosen));
        excluded.for_each(|code| decide(&mut cells[code.index.get()], false));
        // The machine's answer was denied and no other given, so the question is open again.
        let is_asked = codes.len() > open().count();
        let is_without = codes.iter().all(|code| cells[code.index.get()].decision == Decision::DoesNotApply);
        if question.select == Select::One && chosen.is_empty() && is_asked && is_without {
            let rank = |code: &&CodeRef<'_>| {
                let cell = &cells[code.index.get()];
                cell.probability.unwrap_or(cell.support - cell.opposition)
            };
            // Of equals the first.
            let likeliest = open().rev().max_by(|a, b| rank(a).total_cmp(&rank(b))).map(|code| code.index);
            if let Some(code) = likeliest {
                let cell = &mut cells[code.get()];
                (cell.decision, cell.reason) = (Decision::Queue, Some(Reason::Unsure));
            }
        }
    }
}

fn decide(cell: &mut Cell, applies: bool) {
    let decision = if applies { Decision::Applies } else { Decision::DoesNotApply };
    *cell = Cell { decision, by: By::Person, reason: None, ..*cell };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::Source;

    const FRAME: &str = r#"
        version = 1
        id = "f"
        title = "F"
        [[question]]
        id = "phase"
        title = "Phase"
        select = "one"
        code = [
            { id = "a", label = "A", definition = "a" },
            { id = "b", label = "B", definition = "b" },
            { id = "c", label = "C", definition = "c" },
        ]
        [[question]]
        id = "gap"
        title = "Gap"
        select = "many"
        code = [
            { id = "x", label = "X", definition = "x" },
            { id = "y", label = "Y", definition = "y" },
            { id = "none", label = "None", definition = "none", exclusive = true },
        ]
    "#;

    /// Decisions of the machine on a, b, c, x, y, none and, in the same order, what people say: `+`, `-`, `?` for queued,
    /// `=` for what they disagree on, `.` for nothing said. Expected: decisions, small letters `y n q` for the machine's and
    /// large `Y N` for people's, `Q` for what they disagree on.
    fn check(machine: &str, people: &str, expected: &str) {
        let frame = crate::frame::parse(&Source::new("f", FRAME)).0.expect("the frame is sound");
        let decision = |sign: char| match sign {
            '+' => Decision::Applies,
            '-' => Decision::DoesNotApply,
            _ => Decision::Queue,
        };
        let cell = |(n, sign): (usize, char)| Cell {
            decision: decision(sign),
            by: By::Classifier,
            reason: None,
            support: 0.,
            opposition: 0.,
            // The second code of the first question is likelier than the third.
            probability: Some(0.4 - n as f32 / 100.),
        };
        let mut cells: Vec<Cell> = machine.chars().enumerate().map(cell).collect();
        let contested: Vec<CodeIndex> = people.match_indices('=').map(|(n, _)| CodeIndex::new(n)).collect();
        let said = people.chars().enumerate().filter(|(_, sign)| !['.', '='].contains(sign));
        let label = |(n, sign)| Label { code: CodeIndex::new(n), applies: sign == '+', passages: Vec::new() };
        let labels: Vec<Label> = said.map(label).collect();
        say(&frame, &labels, &contested, &mut cells);
        let letter = |cell: &Cell| {
            let letter = match cell.decision {
                Decision::Applies => 'y',
                Decision::DoesNotApply => 'n',
                Decision::Queue => 'q',
            };
            let is_peoples = cell.by == By::Person || cell.reason == Some(Reason::PeopleDisagree);
            if is_peoples { letter.to_ascii_uppercase() } else { letter }
        };
        assert_eq!(cells.iter().map(letter).collect::<String>(), expected, "{machine} {people}");
    }

    #[test]
    fn what_people_say_stands() {
        check("+--+--", "......", "ynnynn");
        check("+--+--", "+..-+.", "YNNNYN");
        check("???+?-", "...+..", "qqqYqN");
    }

    #[test]
    fn what_people_disagree_on_is_open_whatever_the_machine_says() {
        check("+--+--", "=..=..", "QnnQnn");
        check("+--+--", "==....", "QQnynn");
        // Once one code of a question that takes one is settled, so is the other.
        check("+--+--", "+=....", "YNNynn");
        check("---++-", "...=.+", "nnnNNY");
    }

    #[test]
    fn one_code_of_a_question_decides_the_others() {
        check("+--+--", ".+....", "NYNynn");
        check("+-????", "..+...", "NNYqqq");
        // People who give two have said so.
        check("+-----", ".++...", "NYYnnn");
    }

    #[test]
    fn a_question_whose_answer_was_denied_is_open_again() {
        check("+-----", "-.....", "Nqnnnn");
        check("+-----", "--....", "NNqnnn");
        check("+-----", "---...", "NNNnnn");
        check("+-----", ".-....", "yNnnnn");
        check("?+----", "-.....", "Nynnnn");
    }

    #[test]
    fn an_exclusive_code_stands_alone() {
        check("---++-", ".....+", "nnnNNY");
        check("-----+", "...+..", "nnnYnN");
        check("-----+", "...-..", "nnnNny");
    }
}
