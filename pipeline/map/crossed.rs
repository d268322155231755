//! Tables by group: how often each code applies in the reports of each value of a question or of a column of the metadata,
//! with a test whether the groups differ wherever one can be trusted.

use super::gather::{Gathered, Mark, Marked};
use super::percent;
use crate::frame::{CodeIndex, CodeRef, Frame, Select};
use crate::score::{Difference, difference};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What reports are grouped by.
#[derive(Debug, Clone, Copy)]
pub enum By<'b> {
    /// A question, by its id.
    Question(&'b str),
    /// A column of the metadata: its name, and its value by report.
    Column(&'b str, &'b BTreeMap<String, String>),
}

/// The table of one question by group.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CrossTable {
    /// The question's id.
    pub question: String,
    /// The question as people read it.
    pub title: String,
    /// What reports are grouped by.
    pub by: String,
    /// Whether a report can be in several groups, which no test allows for.
    pub overlapping: bool,
    /// The groups.
    pub groups: Vec<Group>,
    /// The codes, in frame order.
    pub codes: Vec<CrossRow>,
}

/// The reports with one value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Group {
    /// The value; empty for reports of which it is not known.
    pub value: String,
    /// As people read it.
    pub label: String,
    /// Its reports of which the question is asked: the base of its percentages.
    pub reports: usize,
    /// How the machine does on them; none where nobody has looked at anything drawn at random.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub machine: Option<Errors>,
}

/// What the machine decided, beside what people say of the same codes of the same reports, where these were drawn at random.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Errors {
    /// Codes of reports that were compared.
    pub compared: usize,
    /// Those that the machine decided wrongly.
    pub wrong: usize,
    /// Those of `wrong` that it gave and people did not.
    pub wrongly_given: usize,
    /// Those of `wrong` that people gave and it did not.
    pub missed: usize,
}

impl Errors {
    /// Adds a comparison.
    pub fn add(&mut self, other: Errors) {
        self.compared += other.compared;
        self.wrong += other.wrong;
        self.wrongly_given += other.wrongly_given;
        self.missed += other.missed;
    }
}

/// One code's row.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CrossRow {
    /// The code's id.
    pub code: String,
    /// The code's label.
    pub label: String,
    /// A cell for each group.
    pub cells: Vec<CrossCell>,
    /// Whether the groups differ, over the reports in which the code is decided and the group is known; none where no test can be
    /// trusted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<Difference>,
}

/// One code in one group.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CrossCell {
    /// Reports of the group to which the code applies.
    pub n: usize,
    /// In percent of the group's reports.
    pub percent: f64,
    /// Reports of the group for which a person is still to be asked.
    pub queued: usize,
}

/// Counts by group.
///
/// # Panics
/// When the question is not in the frame.
pub fn crossed(frame: &Frame, gathered: &Gathered, by: By<'_>) -> Vec<CrossTable> {
    let reports = &gathered.reports;
    let (name, overlapping, groups) = match by {
        By::Question(id) => of_question(frame, reports, id),
        By::Column(name, values) => (name, false, of_column(reports, values)),
    };
    let mut tables = Vec::new();
    for question in
        frame.questions.iter().filter(|question| !matches!(by, By::Question(id) if id == question.id.as_str()))
    {
        let codes: Vec<CodeRef<'_>> = frame.codes_of(question.id.as_str()).collect();
        let is_asked = |n: &usize| codes.iter().any(|code| reports[*n].marks[code.index.get()] != Mark::NotAsked);
        let groups: Groups = groups
            .iter()
            .map(|(group, members)| {
                let members: Vec<usize> = members.iter().copied().filter(is_asked).collect();
                let machine = errors(reports, &members, &codes);
                (Group { reports: members.len(), machine, ..group.clone() }, members)
            })
            .collect();
        let row = |code: CodeRef<'_>| {
            let mark = |report: &usize| reports[*report].marks[code.index.get()];
            let cell = |(_, members): &(Group, Vec<usize>)| {
                let n = members.iter().filter(|report| mark(report).applies() == Some(true)).count();
                let queued = members.iter().filter(|report| mark(report) == Mark::Open).count();
                CrossCell { n, percent: percent(n, members.len()), queued }
            };
            let cells: Vec<CrossCell> = groups.iter().map(cell).collect();
            let known = groups.iter().zip(&cells).filter(|((group, _), _)| !group.value.is_empty());
            let counts: Vec<(usize, usize)> =
                known.map(|((group, _), cell)| (cell.n, group.reports - cell.n - cell.queued)).collect();
            CrossRow {
                code: code.code.id.to_string(),
                label: code.code.label.clone(),
                cells,
                difference: if overlapping { None } else { difference(&counts) },
            }
        };
        tables.push(CrossTable {
            question: question.id.to_string(),
            title: question.title.clone(),
            by: name.to_owned(),
            overlapping,
            groups: groups.iter().map(|(group, _)| group.clone()).collect(),
            codes: codes.iter().copied().map(row).collect(),
        });
    }
    tables
}

/// How the machine does on some codes of some reports.
fn errors(reports: &[Marked], members: &[usize], codes: &[CodeRef<'_>]) -> Option<Errors> {
    let mut errors = Errors::default();
    let of_question = |code: CodeIndex| codes.iter().any(|other| other.index == code);
    for judged in members.iter().flat_map(|n| &reports[*n].judged).filter(|judged| of_question(judged.code)) {
        let (given, missed) = (judged.machine && !judged.applies, judged.applies && !judged.machine);
        errors.add(Errors {
            compared: 1,
            wrong: usize::from(given || missed),
            wrongly_given: usize::from(given),
            missed: usize::from(missed),
        });
    }
    (errors.compared > 0).then_some(errors)
}

type Groups = Vec<(Group, Vec<usize>)>;

fn group(value: &str, label: &str, members: Vec<usize>) -> (Group, Vec<usize>) {
    (Group { value: value.to_owned(), label: label.to_owned(), reports: members.len(), machine: None }, members)
}

fn of_question<'f>(frame: &'f Frame, reports: &[Marked], id: &str) -> (&'f str, bool, Groups) {
    let question = frame.question(id).expect("the caller has looked it up");
    let has = |report: &Marked, code: &CodeRef<'_>| report.marks[code.index.get()].applies() == Some(true);
    let codes: Vec<CodeRef<'_>> = frame.codes_of(id).collect();
    let members = |wanted: &dyn Fn(&Marked) -> bool| (0..reports.len()).filter(|n| wanted(&reports[*n])).collect();
    let of_code =
        |code: &CodeRef<'_>| group(code.code.id.as_str(), &code.code.label, members(&|report| has(report, code)));
    let mut groups: Groups = codes.iter().map(of_code).collect();
    let without: Vec<usize> = members(&|report| !codes.iter().any(|code| has(report, code)));
    if !without.is_empty() {
        groups.push(group("", "not known", without));
    }
    (question.id.as_str(), question.select == Select::Many, groups)
}

fn of_column(reports: &[Marked], values: &BTreeMap<String, String>) -> Groups {
    let value = |report: &Marked| values.get(&report.id).map_or("", String::as_str);
    let known: BTreeSet<&str> = reports.iter().map(value).collect();
    let of_value = |wanted: &str| {
        let members = (0..reports.len()).filter(|n| value(&reports[*n]) == wanted).collect();
        group(wanted, if wanted.is_empty() { "not known" } else { wanted }, members)
    };
    // What is not known comes last.
    let is_known = |value: &&str| !value.is_empty();
    known.iter().copied().filter(is_known).chain(known.get("").copied()).map(of_value).collect()
}
