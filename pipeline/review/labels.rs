//! The verdicts that stand become labels to learn from: one answer for every (report, code) on which people agree, with
//! the passages that they pointed to. Pure.

use super::ledger::{Answer, Quote, Standing, Verdict};
use crate::frame::{CodeIndex, Frame};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What people have said about the reports, as far as it holds for a frame as it is now.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Labels {
    /// The reports with at least one label, by id.
    pub reports: Vec<Labelled>,
    /// By `question/code`: verdicts that were given under another definition than the code has now, and so say nothing
    /// about it any more.
    pub stale: BTreeMap<String, usize>,
    /// By `question/code`: verdicts on codes that the frame does not have.
    pub unknown: BTreeMap<String, usize>,
    /// How many (report, code) people have answered without agreeing: as many yes as no, or nobody was sure.
    pub n_undecided: usize,
    /// By report the codes on which there is no majority, also where all are unsure.
    pub undecided: BTreeMap<Arc<str>, Vec<CodeIndex>>,
    /// By report the codes on which as many say yes as say no, in frame order; somebody else has to settle them.
    pub contested: BTreeMap<Arc<str>, Vec<CodeIndex>>,
}

/// One report's labels.
#[derive(Debug, Clone, PartialEq)]
pub struct Labelled {
    /// The report's id.
    pub report: Arc<str>,
    /// Its labels, in frame order.
    pub labels: Vec<Label>,
}

/// What people agree on.
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    /// The code.
    pub code: CodeIndex,
    /// Whether it applies.
    pub applies: bool,
    /// The passages that those who gave this answer pointed to, in order, each once: for a code that does not apply,
    /// passages that must not be taken for it.
    pub passages: Vec<Quote>,
}

impl Labels {
    /// Number of labels over all reports.
    pub fn n_labels(&self) -> usize {
        self.reports.iter().map(|report| report.labels.len()).sum()
    }

    /// Number of stale verdicts over all codes.
    pub fn n_stale(&self) -> usize {
        self.stale.values().sum()
    }
}

/// Makes labels of the verdicts that stand: the answer of most reviewers; those who are unsure are not counted.
pub fn labels(frame: &Frame, standing: &Standing<'_>) -> Labels {
    let mut labels = Labels::default();
    let cell = |v: &Verdict| (v.report.clone(), v.question.clone(), v.code.clone());
    for of_cell in standing.chunk_by(|a, b| cell(a) == cell(b)) {
        let first = of_cell[0];
        let name = format!("{}/{}", first.question, first.code);
        let Some(code) = frame.find(&name) else {
            *labels.unknown.entry(name).or_default() += of_cell.len();
            continue;
        };
        let is_current = |v: &&&Verdict| *v.definition == *code.code.definition_hash;
        let current: Vec<&Verdict> = of_cell.iter().filter(is_current).copied().collect();
        if current.len() < of_cell.len() {
            *labels.stale.entry(name).or_default() += of_cell.len() - current.len();
        }
        if current.is_empty() {
            continue;
        }
        let votes = |answer| current.iter().filter(|v| v.answer == answer).count();
        let (yes, no) = (votes(Answer::Applies), votes(Answer::DoesNotApply));
        if yes == no {
            labels.n_undecided += 1;
            labels.undecided.entry(first.report.clone()).or_default().push(code.index);
            if yes > 0 {
                labels.contested.entry(first.report.clone()).or_default().push(code.index);
            }
            continue;
        }
        let applies = yes > no;
        let agreeing = current.iter().filter(|v| v.answer.applies() == Some(applies));
        let mut passages: Vec<Quote> = agreeing.flat_map(|v| v.passages.iter().cloned()).collect();
        passages.sort();
        passages.dedup();
        let label = Label { code: code.index, applies, passages };
        match labels.reports.last_mut() {
            Some(last) if last.report == first.report => last.labels.push(label),
            _ => labels.reports.push(Labelled { report: first.report.clone(), labels: vec![label] }),
        }
    }
    // Verdicts are sorted by names, labels by the frame.
    labels.reports.iter_mut().for_each(|report| report.labels.sort_by_key(|label| label.code));
    labels.contested.values_mut().for_each(|codes| codes.sort());
    labels
}

#[cfg(test)]
mod tests {
    use super::super::ledger::{Entry, Ledger, Route};
    use super::*;
    use crate::fault::Source;

    const FRAME: &str = r#"
        version = 1
        id = "f"
        title = "F"
        [[question]]
        id = "who"
        title = "Who"
        select = "many"
        code = [
            { id = "pupil", label = "Pupil", definition = "One who learns." },
            { id = "parent", label = "Parent", definition = "Kin." },
            { id = "nobody", label = "Nobody", definition = "Nobody.", exclusive = true },
        ]
        [[question]]
        id = "phase"
        title = "Phase"
        select = "one"
        code = [
            { id = "early", label = "Early", definition = "Early." },
            { id = "primary", label = "Primary", definition = "Primary." },
            { id = "late", label = "Late", definition = "Late." },
        ]
    "#;

    /// Each verdict is `report reviewer code answer`, answer one of `+ - ?`, or `!` for a yes under another
    /// definition; a number after it is where a passage starts. Expected: `report code answer passages`.
    fn check(verdicts: &[&str], expected: &[&str], rest: (usize, usize, usize)) {
        let found = found(verdicts);
        assert_eq!(lines(&found), expected);
        assert_eq!((found.n_stale(), found.unknown.values().sum(), found.n_undecided), rest);
    }

    /// The same with what follows from the verdicts.
    fn check_completed(verdicts: &[&str], expected: &[&str]) {
        assert_eq!(lines(&found(verdicts).completed(&frame())), expected);
    }

    fn frame() -> Frame {
        crate::frame::parse(&Source::new("f", FRAME)).0.expect("the frame is sound")
    }

    fn found(verdicts: &[&str]) -> Labels {
        let frame = frame();
        let read = |text: &&str| {
            let words: Vec<&str> = text.split(' ').collect();
            let of_phase = ["early", "primary", "late"].contains(&words[2]);
            let question = if of_phase { "phase" } else { "who" };
            let hash = frame.find(&format!("{question}/{}", words[2])).map(|c| c.code.definition_hash.clone());
            let quote = |start: u32| Quote { start, end: start + 1, quote: "x".to_owned() };
            let verdict = Verdict {
                at: "".into(),
                reviewer: words[1].into(),
                report: words[0].into(),
                question: question.into(),
                code: words[2].into(),
                answer: match words[3] {
                    "-" => Answer::DoesNotApply,
                    "?" => Answer::Unsure,
                    _ => Answer::Applies,
                },
                passages: words[4..].iter().map(|n| quote(n.parse().expect("it is a number"))).collect(),
                definition: hash.filter(|_| words[3] != "!").unwrap_or_default().into(),
                answered: None,
                route: Route::Free,
                pi: None,
                note: String::new(),
            };
            Entry { line: 1, verdict, from: None }
        };
        let ledger = Ledger { entries: verdicts.iter().map(read).collect() };
        labels(&frame, &ledger.standing())
    }

    fn lines(found: &Labels) -> Vec<String> {
        let frame = frame();
        let line = |report: &Labelled, label: &Label| {
            let code = &frame.code(label.code).code.id;
            let starts: String = label.passages.iter().map(|p| format!(" {}", p.start)).collect();
            format!("{} {code} {}{starts}", report.report, if label.applies { "+" } else { "-" })
        };
        let of_report = |report: &Labelled| report.labels.iter().map(|label| line(report, label)).collect::<Vec<_>>();
        found.reports.iter().flat_map(of_report).collect()
    }

    #[test]
    fn labels_are_what_most_reviewers_say() {
        check(
            &["A ms parent +", "A ms pupil -", "B ms parent -"],
            &["A pupil -", "A parent +", "B parent -"],
            (0, 0, 0),
        );
        check(&["A ms parent +", "A jk parent -", "A al parent +"], &["A parent +"], (0, 0, 0));
        check(&["A ms parent +", "A jk parent ?"], &["A parent +"], (0, 0, 0));
        check(&["A ms parent +", "A jk parent -"], &[], (0, 0, 1));
        check(&["A ms parent ?"], &[], (0, 0, 1));
        check(&["A ms parent +", "A ms parent -"], &["A parent -"], (0, 0, 0));
    }

    #[test]
    fn passages_are_those_of_the_agreeing() {
        check(&["A ms parent + 7 3", "A jk parent + 3", "A al parent - 9"], &["A parent + 3 7"], (0, 0, 0));
    }

    #[test]
    fn an_edited_definition_makes_only_its_own_verdicts_stale() {
        check(&["A ms parent !", "A ms pupil +"], &["A pupil +"], (1, 0, 0));
        check(&["A ms parent !", "A jk parent -"], &["A parent -"], (1, 0, 0));
        check(&["A ms cousin +"], &[], (0, 1, 0));
    }

    #[test]
    fn one_code_of_a_question_says_that_the_others_do_not_apply() {
        check_completed(
            &["A ms early +", "B ms primary -", "C ms late +"],
            &["A early +", "A primary -", "A late -", "B primary -", "C early -", "C primary -", "C late +"],
        );
        // What somebody has said of a code stands, a doubt included.
        check_completed(&["A ms early +", "A jk late +", "A jk primary ?"], &["A early +", "A late +"]);
    }

    #[test]
    fn an_exclusive_code_and_the_others_say_no_to_each_other() {
        check_completed(&["A ms nobody +"], &["A pupil -", "A parent -", "A nobody +"]);
        check_completed(&["A ms pupil +"], &["A pupil +", "A nobody -"]);
        check_completed(&["A ms pupil -"], &["A pupil -"]);
    }

    #[test]
    fn nothing_follows_for_a_code_whose_definition_has_changed() {
        check_completed(&["A ms early +", "B ms primary !", "B ms early -"], &["A early +", "A late -", "B early -"]);
        // Once it has been answered as it is now, it is one of the question again.
        check_completed(
            &["A ms early +", "B ms primary !", "C ms primary +"],
            &["A early +", "A primary -", "A late -", "C early -", "C primary +", "C late -"],
        );
    }
}
