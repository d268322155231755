//! What a run has to do: the files in the folder beside what the store knows of them.

use super::Error;
use super::lines;
use super::worker::{Job, Read};
use crate::extract::{self, Report};
use crate::project::{Holds, ReportFile, Stamp};
use crate::report_id::ReportId;
use crate::store::{FileRow, Store};
use std::collections::{BTreeMap, BTreeSet};

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Plan<'c> {
    /// What is to be read or coded, in order of paths.
    pub jobs: Vec<Job<'c>>,
    /// Files known to the store that are no longer there.
    pub gone_files: Vec<String>,
    /// Reports whose file, or whose line in it, is no longer there.
    pub gone_reports: Vec<String>,
    /// Files of many reports that have been read here; their rows are kept when all their reports are.
    pub line_files: Vec<(String, FileRow)>,
    /// Reports that need not be read.
    pub n_unchanged: usize,
}

impl<'c> Plan<'c> {
    /// Compares the files in the folder with the store.
    pub fn make(
        files: &'c [ReportFile],
        store: &Store,
        basis: &str,
        limits: &extract::Settings,
    ) -> Result<Self, Error> {
        let known = store.files()?;
        let mut ids_of: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (id, path) in store.reports()? {
            ids_of.entry(path).or_default().push(id);
        }
        let outdated: BTreeSet<String> = store.outdated(basis)?.into_iter().collect();
        let mut plan = Plan::default();
        let present: BTreeSet<&str> = files.iter().map(|f| f.path.as_str()).collect();
        plan.gone_files = known.keys().filter(|path| !present.contains(path.as_str())).cloned().collect();
        for (path, ids) in &ids_of {
            if !present.contains(path.as_str()) {
                plan.gone_reports.extend(ids.iter().cloned());
            }
        }
        let mut taken: BTreeSet<String> = files.iter().filter_map(|f| own_id(f).map(|id| id.to_string())).collect();
        for file in files {
            let before = known.get(&file.path);
            let ids = ids_of.remove(&file.path).unwrap_or_default();
            let expected = own_id(file).is_none_or(|id| ids == [id.as_str()]);
            let failed = before.is_some_and(|row| row.failure.is_some());
            // A line that was left out for its id may come in when another file has gone.
            let waits = failed && own_id(file).is_none() && !plan.gone_files.is_empty();
            let same = before.is_some_and(|row| row.stamp == stamp(file.stamp))
                && (expected || failed && ids.is_empty())
                && !waits;
            if same {
                plan.n_unchanged += ids.len();
                let stale = ids.iter().filter(|id| outdated.contains(*id));
                plan.jobs.extend(stale.map(|id| Job::Recode { id: id.clone(), path: &file.path }));
                taken.extend(ids);
                continue;
            }
            match &file.holds {
                Holds::One(id) => {
                    let is_current = expected && !ids.iter().any(|id| outdated.contains(id));
                    let known_hash =
                        before.filter(|row| is_current && row.failure.is_none()).map(|row| row.hash.clone());
                    plan.jobs.push(Job::Read(Box::new(Read { file, id: id.as_str(), known_hash, before: ids })));
                }
                Holds::Lines => plan.lines(file, ids, &mut taken, limits),
            }
        }
        // One that has gone from one file may have come in another.
        let coming: BTreeSet<&str> = plan.jobs.iter().filter_map(Job::id).collect();
        plan.gone_reports.retain(|id| !coming.contains(id.as_str()));
        Ok(plan)
    }

    /// Whether the folder is as the store knows it.
    pub fn is_empty(&self) -> bool {
        self.jobs.is_empty() && self.gone_files.is_empty() && self.gone_reports.is_empty() && self.line_files.is_empty()
    }

    /// Reads a file that holds a report a line. Here and not in a worker, so that which of two reports with the same id
    /// is kept does not depend on which was read first.
    fn lines(
        &mut self,
        file: &'c ReportFile,
        before: Vec<String>,
        taken: &mut BTreeSet<String>,
        limits: &extract::Settings,
    ) {
        let read = lines::read(&file.location, &file.name, taken, limits);
        let present: BTreeSet<String> = read.reports.iter().map(|(id, _)| id.clone()).collect();
        self.jobs.extend(read.reports.into_iter().map(|(id, report)| text(id, &file.path, report)));
        self.gone_reports.extend(before.into_iter().filter(|id| !present.contains(id)));
        let row =
            FileRow { stamp: stamp(file.stamp), hash: Vec::new(), failure: read.failure, warnings: read.warnings };
        self.line_files.push((file.path.clone(), row));
    }
}

fn text(id: String, path: &str, report: Report) -> Job<'_> {
    Job::Text { id, path, report: Box::new(report) }
}

fn own_id(file: &ReportFile) -> Option<&ReportId> {
    match &file.holds {
        Holds::One(id) => Some(id),
        Holds::Lines => None,
    }
}

/// The stamp as the store keeps it.
pub(super) fn stamp(stamp: Stamp) -> [u64; 3] {
    [stamp.bytes, stamp.modified_ns, stamp.changed_ns]
}
