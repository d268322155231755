//! What two ledgers say differently when one goes into the other: of one code of one report different reviewers yes and no, or
//! one reviewer two last words of which neither ledger knew the other's. A mind changed within one ledger is no conflict.

use super::super::line::Origin;
use super::super::moment::instant;
use super::super::{Answer, Entry, Ledger, Verdict};
use super::{Identity, identity};
use rustc_hash::FxHashSet;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One code of one report of which the two ledgers say different things.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Conflict {
    /// The report's id.
    pub report: String,
    /// The question's id.
    pub question: String,
    /// The code's id.
    pub code: String,
    /// What is said, by reviewer and then by time.
    pub said: Vec<Statement>,
}

/// A verdict of a conflict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// Who says so.
    pub reviewer: String,
    /// What.
    pub verdict: Answer,
    /// When it was said.
    pub at: String,
    /// Whether it was added just now.
    pub is_added: bool,
    /// Whether it is the reviewer's last word.
    pub stands: bool,
}

/// A code of a report.
type CellKey = (Arc<str>, Arc<str>, Arc<str>);

fn cell(v: &Verdict) -> CellKey {
    (v.report.clone(), v.question.clone(), v.code.clone())
}

/// What is said differently of the cells that `added` touches; `known` and `theirs_known` are all verdicts of the two.
pub(super) fn conflicts(
    ours: &Ledger,
    theirs: &Ledger,
    added: &[(Verdict, Origin)],
    known: &FxHashSet<Identity>,
    theirs_known: &FxHashSet<Identity>,
) -> Vec<Conflict> {
    let touched: BTreeSet<CellKey> = added.iter().map(|(verdict, _)| cell(verdict)).collect();
    let after = Ledger {
        entries: (ours.entries.iter().cloned())
            .chain(added.iter().map(|(verdict, from)| Entry {
                line: u32::MAX,
                verdict: verdict.clone(),
                from: Some(Box::new(from.clone())),
            }))
            .collect(),
    };
    let mut said: BTreeMap<CellKey, Vec<Statement>> = BTreeMap::new();
    let statement = |v: &Verdict, stands| Statement {
        reviewer: v.reviewer.to_string(),
        verdict: v.answer,
        at: v.at.to_string(),
        is_added: !known.contains(&identity(v)),
        stands,
    };
    for verdict in after.standing().into_iter().filter(|verdict| touched.contains(&cell(verdict))) {
        said.entry(cell(verdict)).or_default().push(statement(verdict, true));
    }
    // One reviewer's last words, where neither ledger knows the other's: else it is a changed mind.
    let our_last = ours.standing();
    let our_last: BTreeMap<_, _> = our_last.iter().map(|v| ((cell(v), v.reviewer.clone()), *v)).collect();
    for there in theirs.standing() {
        let Some(here) = our_last.get(&(cell(there), there.reviewer.clone())) else { continue };
        let is_apart = !theirs_known.contains(&identity(here)) && !known.contains(&identity(there));
        if !is_apart || here.answer == there.answer {
            continue;
        }
        let statements = said.entry(cell(there)).or_default();
        for verdict in [*here, there] {
            let lost = statement(verdict, false);
            let stands = |s: &Statement| (&s.reviewer, &s.at, s.verdict) == (&lost.reviewer, &lost.at, lost.verdict);
            if !statements.iter().any(stands) {
                statements.push(lost);
            }
        }
    }
    let is_conflict = |said: &Vec<Statement>| {
        let yes = said.iter().any(|s| s.verdict == Answer::Applies);
        (yes && said.iter().any(|s| s.verdict == Answer::DoesNotApply)) || said.iter().any(|s| !s.stands)
    };
    let conflict = |((report, question, code), mut said): (CellKey, Vec<Statement>)| {
        said.sort_by(|a, b| (&a.reviewer, instant(&a.at)).cmp(&(&b.reviewer, instant(&b.at))));
        Conflict { report: report.to_string(), question: question.to_string(), code: code.to_string(), said }
    };
    said.into_iter().filter(|(_, said)| is_conflict(said)).map(conflict).collect()
}
