//! Every group of reports (a value of a column, or a code of a question) is compared with the reports outside it, code by code.

use super::{FALSE_DISCOVERIES, Found, LEAST_REPORTS};
use crate::frame::{CodeIndex, CodeRef, Frame, Question};
use crate::grid::{Grid, Settled};
use crate::score::{Fourfold, benjamini_hochberg};
use serde::Serialize;

/// A group of reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// What it is called, `Cohort: 2`.
    pub name: String,
    of: Of,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Of {
    Value(String, String),
    Code(CodeIndex),
}

/// A group that has a code more or less often than the others.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// The group's name.
    pub group: String,
    /// The code, `question/code`.
    pub code: String,
    /// Reports of the group with the code, and all of the group.
    pub inside: (usize, usize),
    /// The same of the other reports.
    pub outside: (usize, usize),
    /// Fisher's two-sided p.
    pub p: f64,
    /// Adjusted for all that was looked at.
    pub q: f64,
}

/// Most values that a column may have to make groups.
const MOST_VALUES: usize = 12;

/// The groups that a question or a column of the metadata makes; `None` when there is neither of this name.
pub fn groups_of(name: &str, frame: &Frame, grid: &Grid) -> Option<Vec<Group>> {
    if let Some(question) = frame.question(name) {
        let group = |code: CodeRef<'_>| Group {
            name: format!("{}: {}", question.title, code.code.label),
            of: Of::Code(code.index),
        };
        return Some(frame.codes_of(name).filter(|code| !super::mirrors(code)).map(group).collect());
    }
    let values = grid.fields.get(name)?;
    let title = name.replace('_', " ");
    let (first, rest) = title.split_at(title.chars().next().map_or(0, char::len_utf8));
    let group = |value: &String| Group {
        name: format!("{}{rest}: {value}", first.to_uppercase()),
        of: Of::Value(name.to_owned(), value.clone()),
    };
    // Of two values the one is what the other is not, unless reports have neither; the last is `yes`, or the later year.
    let n_known = grid.reports.iter().filter(|report| report.metadata.contains_key(name)).count();
    let skipped = usize::from(values.len() == 2 && n_known == grid.reports.len());
    Some(if values.len() <= MOST_VALUES { values.iter().skip(skipped).map(group).collect() } else { Vec::new() })
}

/// Compares each group with the others on all codes of questions that are asked of all reports (not those of the stage
/// `in_depth`) and that do not make the group.
pub fn differ(frame: &Frame, grid: &Grid, groups: &[Group], in_depth: &str) -> Found<Difference> {
    let n = grid.reports.len();
    let codes: Vec<CodeRef<'_>> =
        frame.codes().filter(|code| code.question.stage != in_depth && !super::mirrors(code)).collect();
    let mut all = Vec::new();
    for group in groups {
        let inside: Vec<bool> = grid.reports.iter().map(|report| group.has(report)).collect();
        let first = inside.iter().filter(|is_inside| **is_inside).count();
        if first < LEAST_REPORTS || n - first < LEAST_REPORTS {
            continue;
        }
        for code in codes.iter().filter(|code| !group.is_made_of(frame, code)) {
            let has = |report: &&Settled| report.has(code.index);
            let second = grid.reports.iter().filter(has).count();
            if second < LEAST_REPORTS || n - second < LEAST_REPORTS {
                continue;
            }
            let both =
                grid.reports.iter().zip(&inside).filter(|(report, is_inside)| **is_inside && has(report)).count();
            all.push(Difference {
                group: group.name.clone(),
                code: code.name().to_owned(),
                inside: (both, first),
                outside: (second - both, n - first),
                p: Fourfold { both, first, second, of: n }.fisher(),
                q: 1.,
            });
        }
    }
    let n_looked_at = all.len();
    let adjusted = benjamini_hochberg(&all.iter().map(|one| one.p).collect::<Vec<_>>());
    for (one, q) in all.iter_mut().zip(adjusted) {
        one.q = q;
    }
    all.retain(|one| one.q <= FALSE_DISCOVERIES);
    all.sort_by(|a, b| a.p.total_cmp(&b.p));
    Found { n_looked_at, found: all }
}

impl Group {
    /// Whether a report is in it.
    pub fn has(&self, report: &Settled) -> bool {
        match &self.of {
            Of::Value(column, value) => report.metadata.get(column) == Some(value),
            Of::Code(code) => report.has(*code),
        }
    }

    /// Whether a code belongs to the question that makes the group, or follows from it.
    fn is_made_of(&self, frame: &Frame, code: &CodeRef<'_>) -> bool {
        let Of::Code(own) = self.of else { return false };
        let own = frame.code(own);
        own.question.id == code.question.id || follows(code, own.question) || follows(&own, code.question)
    }
}

/// Whether a derived code asks for codes of a question.
pub(super) fn follows(code: &CodeRef<'_>, question: &Question) -> bool {
    let asks = |text: &str| text.contains(&format!("{}/", question.id)) || text.contains(&format!("({})", question.id));
    code.code.derived.as_ref().is_some_and(|derived| asks(&derived.text))
}
