//! What people have coded outside of codeframe comes in: a file of human codings becomes answers to codes of the frame,
//! with the passages that people cited and those that they marked as not to be coded. Everything that is wrong with the
//! file is found in one go, with its line. Two forms: JSON lines with a report a line, and a CSV with an answer a row.

mod json;
mod rows;
#[cfg(test)]
mod tests;

use crate::fault::{Fault, Place, did_you_mean};
use crate::frame::{CodeIndex, CodeRef, Frame, Question, Select};
use crate::report_id::ReportId;
use crate::review::Answer;
use std::collections::BTreeMap;

/// The form of a file of human codings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// An object a line: `id`, `codes`, and optionally `passages` and `not_to_be_coded`; other keys are passed over.
    JsonLines,
    /// Columns `report`, `question`, `code`, `verdict`, and optionally `quote` and `reviewer`.
    Csv,
}

impl Form {
    /// The form that a file name's ending stands for.
    pub fn of(name: &str) -> Option<Form> {
        match name.rsplit_once('.')?.1.to_lowercase().as_str() {
            "jsonl" | "ndjson" | "json" => Some(Form::JsonLines),
            "csv" | "tsv" | "txt" => Some(Form::Csv),
            _ => None,
        }
    }
}

/// What one person coded of one report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HumanCoding {
    /// The report's id, in whatever corpus.
    pub report: ReportId,
    /// Who coded it, when the file says so.
    pub reviewer: Option<String>,
    /// The line of the file on which it begins, from 1.
    pub line: u32,
    /// The answers, in frame order; a code that is not there was not coded.
    pub answers: BTreeMap<CodeIndex, HumanAnswer>,
    /// Passages, in the file's order.
    pub passages: Vec<HumanPassage>,
}

impl HumanCoding {
    /// Whether a code applies; `None` when it was not coded, or the person was unsure.
    pub fn applies(&self, code: CodeIndex) -> Option<bool> {
        self.answers.get(&code)?.answer.applies()
    }
}

/// An answer and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HumanAnswer {
    /// The answer.
    pub answer: Answer,
    /// The line of the file on which it was first given.
    pub line: u32,
}

/// A passage that somebody cited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HumanPassage {
    /// The code.
    pub code: CodeIndex,
    /// The passage's words, as the file has them.
    pub quote: String,
    /// The answer that it goes with: a passage that is not to be coded goes with `DoesNotApply`.
    pub answer: Answer,
    /// The line of the file on which it stands.
    pub line: u32,
}

/// The codings of a file, by report and reviewer, and everything that is odd about it. With an error among the faults
/// the codings are what could be understood.
pub fn read(path: &str, bytes: &[u8], form: Form, frame: &Frame) -> (Vec<HumanCoding>, Vec<Fault>) {
    let mut reader = Reader { path, frame, codings: BTreeMap::new(), faults: Vec::new() };
    match form {
        Form::JsonLines => json::read(bytes, &mut reader),
        Form::Csv => rows::read(bytes, &mut reader),
    }
    let codings: Vec<HumanCoding> = reader.codings.into_values().collect();
    let mut faults = reader.faults;
    for coding in &codings {
        check(path, frame, coding, &mut faults);
    }
    faults.sort_by(|a, b| a.place.cmp(&b.place));
    (codings, faults)
}

/// The codings of a file while it is read.
struct Reader<'r> {
    path: &'r str,
    frame: &'r Frame,
    codings: BTreeMap<(ReportId, Option<String>), HumanCoding>,
    faults: Vec<Fault>,
}

type Key = (ReportId, Option<String>);

impl<'r> Reader<'r> {
    fn place(&self, line: u32) -> Place {
        Place { path: self.path.to_owned(), line, column: 1 }
    }

    fn fault(&mut self, line: u32, message: impl Into<String>, hint: Option<String>) {
        self.faults.push(Fault::error(self.place(line), message).hint(hint));
    }

    /// The key of a report's coding; a fault when the id is illegal.
    fn key(&mut self, line: u32, id: &str, reviewer: Option<String>) -> Option<Key> {
        match ReportId::try_from(id.to_owned()) {
            Ok(id) => Some((id, reviewer)),
            Err(error) => {
                self.fault(line, error.to_string(), None);
                None
            }
        }
    }

    fn coding(&mut self, key: &Key, line: u32) -> &mut HumanCoding {
        self.codings.entry(key.clone()).or_insert_with(|| HumanCoding {
            report: key.0.clone(),
            reviewer: key.1.clone(),
            line,
            answers: BTreeMap::new(),
            passages: Vec::new(),
        })
    }

    fn question(&mut self, line: u32, id: &str) -> Option<&'r Question> {
        let frame = self.frame;
        let question = frame.question(id);
        if question.is_none() {
            let near = did_you_mean(id, frame.questions.iter().map(|question| question.id.as_str()));
            self.fault(line, format!("the frame has no question `{id}`"), near);
        }
        question
    }

    fn code(&mut self, line: u32, question: &str, code: &str) -> Option<CodeRef<'r>> {
        let frame = self.frame;
        let found = frame.find(&format!("{question}/{code}"));
        if found.is_none() {
            let near = did_you_mean(code, frame.codes_of(question).map(|code| code.code.id.as_str()));
            self.fault(line, format!("question `{question}` has no code `{code}`"), near);
        }
        found
    }

    /// Notes an answer; one that contradicts an earlier one of the same person is a fault.
    fn answer(&mut self, key: &Key, line: u32, code: CodeIndex, answer: Answer) {
        let first = *self.coding(key, line).answers.entry(code).or_insert(HumanAnswer { answer, line });
        if first.answer != answer {
            let (name, now, then) = (self.frame.code(code).name(), answer.name(), first.answer.name());
            let message = format!("`{name}` of report `{}` is {now} here and {then} on line {}", key.0, first.line);
            self.fault(line, message, None);
        }
    }
}

/// What no line shows by itself: two codes of a question that allows one, an exclusive code beside others.
fn check(path: &str, frame: &Frame, coding: &HumanCoding, faults: &mut Vec<Fault>) {
    let place = Place { path: path.to_owned(), line: coding.line, column: 1 };
    for question in &frame.questions {
        let applies = |code: &CodeRef<'_>| coding.applies(code.index) == Some(true);
        let given: Vec<CodeRef<'_>> = frame.codes_of(question.id.as_str()).filter(applies).collect();
        if given.len() < 2 {
            continue;
        }
        let names: Vec<String> = given.iter().map(|code| format!("`{}`", code.code.id)).collect();
        let has = format!("report `{}` has {} on `{}`", coding.report, names.join(", "), question.id);
        if question.select == Select::One {
            faults.push(Fault::error(place.clone(), format!("{has}, which allows one code")));
        } else if let Some(alone) = given.iter().find(|code| code.code.exclusive) {
            faults.push(Fault::warning(place.clone(), format!("{has}, where `{}` stands alone", alone.code.id)));
        }
    }
}

/// Passages that contradict the answers; whoever makes verdicts leaves them out. A passage that is not to be coded with a
/// code which applies to the report for others contradicts nothing; a verdict has the passages of its answer alone, so it
/// has no place in one either.
pub fn contradictions(path: &str, frame: &Frame, codings: &[HumanCoding]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (coding, passage) in codings.iter().flat_map(|coding| coding.passages.iter().map(move |p| (coding, p))) {
        let (name, report) = (frame.code(passage.code).name(), &coding.report);
        let place = Place { path: path.to_owned(), line: passage.line, column: 1 };
        faults.push(match coding.answers.get(&passage.code).map(|given| given.answer) {
            Some(answer) if answer == passage.answer => continue,
            Some(Answer::Applies) => continue,
            Some(_) => Fault::warning(place, format!("report `{report}` has a passage for `{name}` and not the code")),
            None => {
                let message = format!("report `{report}` has a passage for `{name}`, on which it was not coded");
                Fault::warning(place, message)
            }
        });
    }
    faults
}
