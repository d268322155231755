//! Probabilities become decisions: what is likely or unlikely enough is decided without a person, and everything else is
//! queued with the reason, codes that the classifier does not know included. What rules alone decided is the second opinion.

use super::{By, Cell, Decision, Reason};
use crate::frame::{CodeIndex, Frame, Question, Select};

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

/// Decides anew, given decisions by rules: the codes that the classifier knows by their probability; the others are a
/// person's, but for those that follow from an expression.
pub fn judge(frame: &Frame, cells: &mut [Cell], judge: &Judge<'_>) {
    for question in &frame.questions {
        let mut known = Vec::new();
        let mut is_whole = true;
        for code in frame.codes_of(question.id.as_str()) {
            let cell = &mut cells[code.index.get()];
            if let Some((probability, enough)) = (judge.probability)(code.index) {
                let (decision, reason) = first_opinion(judge, probability, enough, cell);
                *cell = Cell { decision, reason, by: By::Classifier, probability: Some(probability as f32), ..*cell };
                known.push((code.index, probability, enough));
                continue;
            }
            is_whole = false;
            if cell.by != By::Derived {
                (cell.decision, cell.reason) = (Decision::Queue, Some(Reason::TooFewExamples));
            }
        }
        match question.select {
            Select::One => one_of(frame, question, &known, is_whole && judge.reject_to.is_some(), cells),
            Select::Many => exclusive(frame, known.iter().map(|k| k.0), cells),
        }
        for (code, ..) in &known {
            let cell = &mut cells[code.get()];
            if cell.decision != Decision::Queue && (judge.is_audited)(*code) {
                (cell.decision, cell.reason) = (Decision::Queue, Some(Reason::Audit));
            }
        }
    }
}

/// Opens what cannot stand together once derived codes have joined what the classifier decided: two codes of a question
/// that takes one, an exclusive code beside another. What people said is left to whoever lays it over this.
pub(super) fn open_contradictions(frame: &Frame, question: &Question, cells: &mut [Cell]) {
    let codes = frame.codes_of(question.id.as_str()).map(|code| code.index);
    let codes: Vec<CodeIndex> = codes.filter(|code| cells[code.get()].by != By::Person).collect();
    if question.select == Select::Many {
        return exclusive(frame, codes.into_iter(), cells);
    }
    let taken: Vec<CodeIndex> = codes.into_iter().filter(|code| is_taken(&cells[code.get()])).collect();
    if taken.len() > 1 {
        taken.iter().for_each(|code| tie(&mut cells[code.get()]));
    }
}

fn first_opinion(judge: &Judge<'_>, probability: f64, enough: bool, by_rules: &Cell) -> (Decision, Option<Reason>) {
    let accepted = judge.accept_from.is_some_and(|from| probability >= from);
    let rejected = judge.reject_to.is_some_and(|to| probability <= to);
    match () {
        () if !enough => (Decision::Queue, Some(Reason::TooFewExamples)),
        () if accepted && by_rules.decision != Decision::Applies && by_rules.opposition > by_rules.support => {
            (Decision::Queue, Some(Reason::Disagree))
        }
        () if rejected && by_rules.decision == Decision::Applies => (Decision::Queue, Some(Reason::Disagree)),
        () if accepted => (Decision::Applies, None),
        () if rejected => (Decision::DoesNotApply, None),
        () => (Decision::Queue, Some(Reason::Unsure)),
    }
}

/// Exactly one code applies. Where one is accepted the others do not apply, if that `follows`; where none is, the likeliest
/// are asked for. What follows is rejected without a threshold of its own, examples enough or not: `learn` counts it among
/// the rejected when it chooses the threshold, which it can do only of questions that the classifier knows whole.
fn one_of(frame: &Frame, question: &Question, known: &[(CodeIndex, f64, bool)], follows: bool, cells: &mut [Cell]) {
    let Some(best) = known.iter().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))) else { return };
    let accepted = cells[best.0.get()].decision == Decision::Applies;
    for (code, probability, _) in known.iter().filter(|k| k.0 != best.0) {
        let cell = &mut cells[code.get()];
        (cell.decision, cell.reason) = match cell.decision {
            _ if accepted && follows => (Decision::DoesNotApply, None),
            // Two cannot both apply, so what was accepted and is not the best is open again.
            Decision::Applies => (Decision::Queue, Some(Reason::Unsure)),
            Decision::Queue if !accepted && best.1 - probability < NEAR => (Decision::Queue, Some(Reason::Tie)),
            decision => (decision, cell.reason),
        };
    }
    // A question without an answer: the likeliest code was rejected with all others.
    if frame.codes_of(question.id.as_str()).all(|code| cells[code.index.get()].decision == Decision::DoesNotApply) {
        let cell = &mut cells[best.0.get()];
        (cell.decision, cell.reason) = (Decision::Queue, Some(Reason::Unsure));
    }
}

/// An exclusive code and another cannot both apply: the less likely side is asked for, and both where one of them has no
/// probability.
fn exclusive(frame: &Frame, codes: impl Iterator<Item = CodeIndex>, cells: &mut [Cell]) {
    let codes: Vec<CodeIndex> = codes.collect();
    for code in codes.iter().filter(|code| frame.code(**code).code.exclusive) {
        if !is_taken(&cells[code.get()]) {
            continue;
        }
        let taken = |other: &&CodeIndex| *other != code && is_taken(&cells[other.get()]);
        let others: Vec<CodeIndex> = codes.iter().filter(taken).copied().collect();
        let probability = cells[code.get()].probability;
        let is_less = |other: &CodeIndex| Some((cells[other.get()].probability?, probability?)).map(|(o, p)| o < p);
        let are_less: Vec<Option<bool>> = others.iter().map(is_less).collect();
        if are_less.iter().any(|is_less| *is_less != Some(true)) {
            tie(&mut cells[code.get()]);
        }
        if are_less.iter().all(|is_less| *is_less != Some(false)) {
            others.iter().for_each(|other| tie(&mut cells[other.get()]));
        }
    }
}

/// Whether a code is decided to apply, put before a person for the audit or not.
fn is_taken(cell: &Cell) -> bool {
    cell.decision == Decision::Applies || cell.reason == Some(Reason::Audit) && cell.leaning() == Decision::Applies
}

fn tie(cell: &mut Cell) {
    (cell.decision, cell.reason) = (Decision::Queue, Some(Reason::Tie));
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

    /// Decisions by rules on a, b, c, x, y, none (`+ - ?`, `=` for one that an expression says applies) and their
    /// probabilities in hundredths: 200 and more stands for too few examples, 999 for a code that is not known. Accepted is
    /// from 90 on, rejected up to 10 unless rejecting is not promised. Expected: `y` applies, `n` does not, `u` unsure, `t`
    /// tie, `f` too few examples, `d` disagree.
    fn check_with(reject_to: Option<f64>, by_rules: &str, hundredths: [u16; 6], expected: &str) {
        let frame = crate::frame::parse(&Source::new("f", FRAME)).0.expect("the frame is sound");
        let cell = |sign: char| Cell {
            decision: match sign {
                '+' | '=' => Decision::Applies,
                '-' => Decision::DoesNotApply,
                _ => Decision::Queue,
            },
            by: if sign == '=' { By::Derived } else { By::Rule },
            reason: None,
            support: f32::from(u8::from(sign == '+')),
            opposition: 0.,
            probability: None,
        };
        let mut cells: Vec<Cell> = by_rules.chars().map(cell).collect();
        let probability = |code: CodeIndex| match hundredths[code.get()] {
            999 => None,
            n => Some((f64::from(n % 200) / 100., n < 200)),
        };
        let by = Judge { probability: &probability, accept_from: Some(0.9), reject_to, is_audited: &|_| false };
        judge(&frame, &mut cells, &by);
        for question in &frame.questions {
            open_contradictions(&frame, question, &mut cells);
        }
        let letter = |cell: &Cell| match (cell.decision, cell.reason) {
            (Decision::Applies, _) => 'y',
            (Decision::DoesNotApply, _) => 'n',
            (_, Some(Reason::Unsure)) => 'u',
            (_, Some(Reason::Tie)) => 't',
            (_, Some(Reason::TooFewExamples)) => 'f',
            (_, Some(Reason::Disagree)) => 'd',
            (_, other) => panic!("{other:?}"),
        };
        assert_eq!(cells.iter().map(letter).collect::<String>(), expected, "{by_rules} {hundredths:?}");
    }

    #[track_caller]
    fn check(by_rules: &str, hundredths: [u16; 6], expected: &str) {
        check_with(Some(0.1), by_rules, hundredths, expected);
    }

    #[test]
    fn codes_that_are_not_known_are_asked_for() {
        check("+-----", [999, 999, 999, 95, 5, 5], "fffynn");
        check("---+-+", [95, 3, 2, 999, 5, 999], "ynnfnf");
        check("-----+", [95, 3, 2, 95, 5, 999], "ynnynf");
    }

    #[test]
    fn one_code_of_a_question_implies_that_the_others_do_not_apply() {
        check("------", [95, 30, 202, 5, 5, 5], "ynnnnn");
        check("------", [60, 30, 202, 5, 5, 5], "uufnnn");
        // Where no rejection is promised none follows either.
        check_with(None, "------", [95, 30, 202, 5, 5, 5], "yufuuu");
        // Nor where another code may apply of which the classifier knows nothing.
        check("-+----", [95, 999, 205, 5, 5, 5], "yffnnn");
    }

    #[test]
    fn an_expression_and_a_probability_do_not_both_decide() {
        check("=-----", [999, 95, 3, 5, 5, 5], "ttnnnn");
        check("=-----", [999, 55, 3, 5, 5, 5], "yunnnn");
        check("-----=", [95, 3, 2, 95, 5, 999], "ynntnt");
        check("-----=", [95, 3, 2, 5, 5, 999], "ynnnny");
    }

    #[test]
    fn an_exclusive_code_stands_alone() {
        check("------", [95, 3, 2, 95, 5, 92], "ynnynt");
        check("------", [95, 3, 2, 92, 93, 95], "ynntty");
        check("------", [95, 3, 2, 95, 5, 95], "ynnynt");
    }
}
