//! Probabilities become decisions: what is likely or unlikely enough is decided without a person, and everything else is
//! queued with the reason. What rules alone decided is the second opinion.

use super::{By, Cell, Decision, Reason};
use crate::frame::{CodeIndex, Frame, Select};

/// What a classifier says of one report, and what may be decided by it.
pub struct Judge<'j> {
    /// Of a code: the probability that it applies, and whether it has examples enough to be decided without a person;
    /// none of codes that the classifier does not know.
    pub probability: &'j dyn Fn(CodeIndex) -> Option<(f64, bool)>,
    /// A code applies from this probability on.
    pub accept_from: Option<f64>,
    /// A code does not apply up to this probability.
    pub reject_to: Option<f64>,
    /// Whether the decision on a code is put before a person to check.
    pub is_audited: &'j dyn Fn(CodeIndex) -> bool,
}

/// Two codes of which one applies are tied when their probabilities are as near as this.
const NEAR: f64 = 0.1;

/// Decides anew the codes that the classifier knows, given decisions by rules.
pub fn judge(frame: &Frame, cells: &mut [Cell], judge: &Judge<'_>) {
    for question in &frame.questions {
        let codes: Vec<CodeIndex> = frame.codes_of(question.id.as_str()).map(|c| c.index).collect();
        let known: Vec<(CodeIndex, f64, bool)> =
            codes.iter().filter_map(|c| (judge.probability)(*c).map(|(p, enough)| (*c, p, enough))).collect();
        for (code, probability, enough) in &known {
            let cell = &mut cells[code.get()];
            let by_rules = cell.decision;
            let (decision, reason) = first_opinion(judge, *probability, *enough, by_rules, cell);
            *cell = Cell { decision, reason, by: By::Classifier, probability: Some(*probability as f32), ..*cell };
        }
        match question.select {
            Select::One => one_of(&known, cells),
            Select::Many => exclusive(frame, &known, cells),
        }
        for (code, ..) in &known {
            let cell = &mut cells[code.get()];
            if cell.decision != Decision::Queue && (judge.is_audited)(*code) {
                (cell.decision, cell.reason) = (Decision::Queue, Some(Reason::Audit));
            }
        }
    }
}

fn first_opinion(
    judge: &Judge<'_>,
    probability: f64,
    enough: bool,
    by_rules: Decision,
    cell: &Cell,
) -> (Decision, Option<Reason>) {
    let accepted = judge.accept_from.is_some_and(|from| probability >= from);
    let rejected = judge.reject_to.is_some_and(|to| probability <= to);
    match () {
        () if !enough => (Decision::Queue, Some(Reason::TooFewExamples)),
        () if accepted && by_rules != Decision::Applies && cell.opposition > cell.support => {
            (Decision::Queue, Some(Reason::Disagree))
        }
        () if rejected && by_rules == Decision::Applies => (Decision::Queue, Some(Reason::Disagree)),
        () if accepted => (Decision::Applies, None),
        () if rejected => (Decision::DoesNotApply, None),
        () => (Decision::Queue, Some(Reason::Unsure)),
    }
}

/// Exactly one code applies. Where one is accepted the others do not apply; where none is, the likeliest are asked for.
fn one_of(known: &[(CodeIndex, f64, bool)], cells: &mut [Cell]) {
    let Some(best) = known.iter().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))) else { return };
    let accepted = cells[best.0.get()].decision == Decision::Applies;
    for (code, probability, _) in known {
        let cell = &mut cells[code.get()];
        let is_best = *code == best.0;
        (cell.decision, cell.reason) = match cell.decision {
            _ if accepted && !is_best => (Decision::DoesNotApply, None),
            // Two cannot both apply, so what was accepted and is not the best is open again.
            Decision::Applies if !is_best => (Decision::Queue, Some(Reason::Unsure)),
            Decision::Queue if best.1 - probability < NEAR && known.len() > 1 && !is_best => {
                (Decision::Queue, Some(Reason::Tie))
            }
            decision => (decision, cell.reason),
        };
    }
    // A question without an answer: the likeliest code was rejected with all others.
    if known.iter().all(|(code, ..)| cells[code.get()].decision == Decision::DoesNotApply) {
        let cell = &mut cells[best.0.get()];
        (cell.decision, cell.reason) = (Decision::Queue, Some(Reason::Unsure));
    }
}

/// An exclusive code and another cannot both apply: the less likely side is asked for.
fn exclusive(frame: &Frame, known: &[(CodeIndex, f64, bool)], cells: &mut [Cell]) {
    let accepted = |cells: &[Cell], code: CodeIndex| cells[code.get()].decision == Decision::Applies;
    for (code, probability, _) in known.iter().filter(|k| frame.code(k.0).code.exclusive) {
        let others = || known.iter().filter(|other| other.0 != *code);
        if !accepted(cells, *code) {
            continue;
        }
        if others().any(|other| accepted(cells, other.0) && other.1 >= *probability) {
            let cell = &mut cells[code.get()];
            (cell.decision, cell.reason) = (Decision::Queue, Some(Reason::Tie));
            continue;
        }
        for other in others() {
            if accepted(cells, other.0) {
                let cell = &mut cells[other.0.get()];
                (cell.decision, cell.reason) = (Decision::Queue, Some(Reason::Tie));
            }
        }
    }
}
