//! What an answer on one code says about the others of its question: of a question that takes one code the rest do not
//! apply, an exclusive code stands alone. People need not say so, and seldom do; results and training take it from here,
//! agreement between people counts only what was said.

use super::labels::{Label, Labels};
use crate::frame::{CodeIndex, CodeRef, Frame, Question, Select};
use std::collections::BTreeSet;

/// Whether a code of a question does not apply since those in `chosen` do; `chosen` does not have it.
pub(super) fn is_excluded(question: &Question, code: &CodeRef<'_>, chosen: &[CodeRef<'_>]) -> bool {
    match question.select {
        Select::One => !chosen.is_empty(),
        Select::Many if code.code.exclusive => !chosen.is_empty(),
        Select::Many => chosen.iter().any(|other| other.code.exclusive),
    }
}

impl Labels {
    /// The same labels and those that follow from them. Nothing follows for a (report, code) on which people have said
    /// something without agreeing, nor for a code whose verdicts were all given under another definition: with what
    /// follows alone it would look as if it never applied.
    pub fn completed(mut self, frame: &Frame) -> Labels {
        let said = self.reports.iter().flat_map(|report| report.labels.iter().map(|label| label.code));
        let said: BTreeSet<CodeIndex> = said.collect();
        let is_stale = |code: &CodeRef<'_>| self.stale.contains_key(code.name()) && !said.contains(&code.index);
        for of_report in &mut self.reports {
            let open = self.undecided.get(&of_report.report);
            let is_open = |code: CodeIndex| open.is_some_and(|codes| codes.contains(&code));
            let labels = &of_report.labels;
            let label = |code: &CodeRef<'_>| labels.iter().find(|label| label.code == code.index);
            let mut implied = Vec::new();
            for question in &frame.questions {
                let codes = || frame.codes_of(question.id.as_str());
                let chosen: Vec<CodeRef<'_>> = codes().filter(|c| label(c).is_some_and(|l| l.applies)).collect();
                let takes = |code: &CodeRef<'_>| {
                    label(code).is_none()
                        && !is_open(code.index)
                        && !is_stale(code)
                        && is_excluded(question, code, &chosen)
                };
                implied.extend(codes().filter(takes).map(|code| code.index));
            }
            let implied = implied.into_iter().map(|code| Label { code, applies: false, passages: Vec::new() });
            of_report.labels.extend(implied);
            of_report.labels.sort_by_key(|label| label.code);
        }
        self
    }
}
