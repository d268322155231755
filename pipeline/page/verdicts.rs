//! The verdicts that stand, kept level with the ledger: other pages and imports may add to it at any time.

use crate::frame::{CodeRef, Frame};
use crate::project::LEDGER;
use crate::review::{Error, Followed, Follower, Said, Standing, Verdict};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

/// By question, code and reviewer.
type OfReport = BTreeMap<[Arc<str>; 3], Verdict>;

/// See the module.
pub struct Verdicts {
    follower: Follower,
    /// By report, so in the order of [`Standing`].
    standing: BTreeMap<Arc<str>, OfReport>,
}

/// Whose reports have other verdicts than before.
pub enum Changed {
    /// Perhaps all: the ledger is another file.
    All,
    /// These.
    Reports(BTreeSet<Arc<str>>),
}

impl Verdicts {
    /// Those of a ledger that has not been looked at yet.
    pub fn new(path: &Path) -> Verdicts {
        Verdicts { follower: Follower::new(path, LEDGER), standing: BTreeMap::new() }
    }

    /// Takes over what the ledger has that was not there before. Warnings are of its lines.
    pub fn look(&mut self) -> Result<(Changed, Vec<String>), Error> {
        let Followed { is_another, entries, warnings } = self.follower.look()?;
        if is_another {
            self.standing.clear();
        }
        let mut reports = BTreeSet::new();
        for entry in entries {
            let v = entry.verdict;
            let key = [v.question.clone(), v.code.clone(), v.reviewer.clone()];
            reports.insert(v.report.clone());
            self.standing.entry(v.report.clone()).or_default().insert(key, v);
        }
        Ok((if is_another { Changed::All } else { Changed::Reports(reports) }, warnings))
    }

    /// All that stand.
    pub fn all(&self) -> Standing<'_> {
        self.standing.values().flat_map(BTreeMap::values).collect()
    }

    /// Those on a report.
    pub fn of_report<'v>(&'v self, report: &str) -> impl Iterator<Item = &'v Verdict> + use<'v> {
        self.standing.get(report).into_iter().flat_map(BTreeMap::values)
    }

    /// Those on a code of a report that were given under the definition as it is now and not taken back.
    pub fn of_code<'v>(&'v self, report: &str, code: &CodeRef<'_>) -> Vec<&'v Verdict> {
        let (question, id) = (code.question.id.as_str(), code.code.id.as_str());
        let is_it = |v: &&Verdict| &*v.question == question && &*v.code == id;
        let holds = |v: &&Verdict| *v.definition == *code.code.definition_hash && !v.is_undone();
        self.of_report(report).filter(is_it).filter(holds).collect()
    }

    /// The last verdict of a reviewer on a code of a report, under whatever definition.
    pub fn last(&self, report: &str, code: &CodeRef<'_>, reviewer: &str) -> Option<&Verdict> {
        // Most reports have none, and those need no key.
        let of_report = self.standing.get(report)?;
        of_report.get(&[code.question.id.as_str().into(), code.code.id.as_str().into(), reviewer.into()])
    }

    /// What people agree on about one report.
    pub fn said_of(&self, frame: &Frame, report: &str) -> Said {
        Said::of(frame, &self.of_report(report).collect())
    }

    /// What people agree on.
    pub fn said(&self, frame: &Frame) -> Said {
        Said::of(frame, &self.all())
    }

    /// The reports with verdicts.
    pub fn reports(&self) -> BTreeSet<Arc<str>> {
        self.standing.keys().cloned().collect()
    }
}
