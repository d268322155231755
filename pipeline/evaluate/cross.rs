//! The classifier beside people, on every report with verdicts, each answered by a classifier that has not learned from it.
//! Beside it the same for the reports that the authors of the rules have not read, and what rules or classifier do alone.

use super::subgroups::{Groups, Subgroup, ValueOf};
use super::table::{Builder, Judged, Overall, Table};
use super::{Error, Selection};
use crate::frame::{CodeIndex, Frame};
use crate::learn::{LeftOut, Lesson};
use crate::store::Store;
use serde::Serialize;
use std::collections::BTreeMap;

/// What leaving each report out gives. A code counts as given from a probability of one half on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Crossed {
    /// Codes, over all reports with verdicts.
    #[serde(flatten)]
    pub table: Table,
    /// The same answers by rules alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules: Option<Overall>,
    /// By a classifier that knows of no rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub without_rules: Option<Overall>,
    /// The reports that the authors of the rules have not read, when there are others: what the card shows, and the
    /// figures that new reports will come near to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fresh: Option<Fresh>,
    /// By value of the metadata's column that was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub subgroups: Vec<Subgroup>,
}

/// Figures of the reports that the authors of the rules have not read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fresh {
    /// By classifier and rules.
    #[serde(flatten)]
    pub overall: Overall,
    /// By rules alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules: Option<Overall>,
    /// By a classifier that knows of no rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub without_rules: Option<Overall>,
}

/// Compares what each report would have been given with what people said of it; `subgroup` gives the value of a report by
/// id and path, when subgroups are wanted.
///
/// # Errors
/// When the store cannot be read, or nothing is selected.
pub fn crossed(
    frame: &Frame,
    store: &Store,
    lesson: &Lesson,
    left_out: &LeftOut,
    selection: &Selection,
    subgroup: Option<&ValueOf<'_>>,
) -> Result<Crossed, Error> {
    let LeftOut { probabilities, without_rules, fresh } = left_out;
    let all: Vec<usize> =
        (0..lesson.taught.len()).filter(|report| selection.has_report(&lesson.taught[*report].id)).collect();
    let fresh: Vec<usize> = fresh.iter().copied().filter(|report| all.contains(report)).collect();
    let side = Side { frame, lesson, selection };
    let likely = |rows: &[Vec<f64>], report: usize, code: usize| {
        let probability = rows[report][code];
        (probability >= 0.5, Some(probability))
    };
    let both = |report, code| likely(probabilities, report, code);
    let by_rules = |report: usize, code: usize| (lesson.taught[report].sample.rules[code].applies, None);
    let has_rules = without_rules.is_some();
    let rules = |reports: &[usize]| has_rules.then(|| side.table(reports, by_rules).overall);
    let alone = |reports: &[usize]| {
        let rows = without_rules.as_ref()?;
        Some(side.table(reports, |report, code| likely(rows, report, code)).overall)
    };
    let table = side.table(&all, both);
    if table.overall.figures.answers == 0 {
        let reason = "no verdict is on the reports and questions asked for".to_owned();
        return Err(Error::Nothing { reason });
    }
    let mut groups = Groups::default();
    if let Some(value_of) = subgroup {
        let paths: BTreeMap<String, String> = store.reports()?.into_iter().collect();
        side.each(&all, both, |id, _, judged| {
            groups.add(&value_of(id, paths.get(id).map_or("", String::as_str)), id, judged);
        });
    }
    Ok(Crossed {
        rules: rules(&all),
        without_rules: alone(&all),
        fresh: (fresh.len() < all.len()).then(|| Fresh {
            overall: side.table(&fresh, both).overall,
            rules: rules(&fresh),
            without_rules: alone(&fresh),
        }),
        table,
        subgroups: groups.finish(),
    })
}

/// What answers are compared with.
struct Side<'s> {
    frame: &'s Frame,
    lesson: &'s Lesson,
    selection: &'s Selection,
}

impl Side<'_> {
    /// The table of some reports; `answer` says of a report and a code of the lesson whether it is given, and how likely.
    fn table(&self, reports: &[usize], answer: impl Fn(usize, usize) -> (bool, Option<f64>)) -> Table {
        let mut builder = Builder::new(self.frame);
        self.each(reports, answer, |id, code, judged| builder.add(id, code, judged));
        builder.finish()
    }

    fn each(
        &self,
        reports: &[usize],
        answer: impl Fn(usize, usize) -> (bool, Option<f64>),
        mut visit: impl FnMut(&str, CodeIndex, Judged),
    ) {
        let codes = self.lesson.targets.iter().map(|target| self.frame.find(&target.name));
        let codes: Vec<_> = codes.map(|code| code.filter(|code| self.selection.has_question(code.question))).collect();
        for report in reports {
            let one = &self.lesson.taught[*report];
            for (target, truth) in one.answers.iter().enumerate() {
                let (Some(code), Some(truth)) = (&codes[target], *truth) else { continue };
                let (given, probability) = answer(*report, target);
                visit(&one.id, code.index, Judged { truth, given, queued: false, probability });
            }
        }
    }
}
