//! The index follows the store. Every report written to the store has the sequence of its batch; the index says up to
//! which sequence it has followed. What it missed, since a run was killed or somebody deleted it, it gets from the store.

use super::Error;
use crate::coding::Coded;
use crate::index::{FOLDER, Index, IndexedReport, Origin, Settings, Writer};
use crate::store::{self, Store};
use crate::study::Study;
use crate::warned::Warned;
use std::collections::BTreeMap;
use std::path::Path;

/// Whether the index is sound and has followed the store to its end.
pub(super) fn is_level(derived: &Path, store: &Store) -> Result<bool, Error> {
    let folder = derived.join(FOLDER);
    let Some(level) = Index::level(&folder) else { return Ok(false) };
    let (written, gone) = store.since(level)?;
    let is_level = level <= store.sequence()? && written.is_empty() && gone.is_empty();
    Ok(is_level && Index::is_sound(&folder))
}

/// The open index.
pub(super) struct Follower {
    index: Index,
    writer: Writer,
    /// Whether there may be reports in it. A deletion waits in memory for the commit, so on a first run, where none can
    /// meet anything, there are none.
    has_reports: bool,
}

impl Follower {
    /// Opens the index in the folder of derived data to write to it; the warning says that the one there was of no use.
    pub fn open(derived: &Path, store: &Store, settings: &Settings) -> Result<Warned<Follower>, Error> {
        let folder = derived.join(FOLDER);
        // An index that is ahead belongs to a store that is no more.
        if Index::level(&folder) > Some(store.sequence()?) {
            std::fs::remove_dir_all(&folder).map_err(|source| store::Error::Write { path: folder.clone(), source })?;
        }
        let (index, origin) = Index::open_or_create(&folder, settings)?;
        let writer = index.writer()?;
        let has_reports = !index.is_empty()?;
        let warnings = match origin {
            Origin::Existing | Origin::Created => Vec::new(),
            Origin::Replaced { reason } => vec![format!("the search index was made again, since {reason}")],
        };
        Ok(Warned { value: Follower { index, writer, has_reports }, warnings })
    }

    /// Takes over from the store what it missed.
    pub fn catch_up(
        &mut self,
        study: &Study,
        store: &Store,
        metadata: &dyn Fn(&str, &str) -> BTreeMap<String, String>,
    ) -> Result<(), Error> {
        let Follower { index, writer, has_reports } = self;
        let level = index.committed()?;
        let (written, gone) = store.since(level)?;
        gone.iter().for_each(|id| writer.delete_report(id));
        let mut has_added = false;
        for id in written {
            if let Some(row) = store.report(&id)? {
                let entry = Coded::from_row(&row)?.entry(study, &metadata(&id, &row.path));
                if *has_reports {
                    writer.delete_report(&id);
                }
                writer.add_report(entry)?;
                has_added = true;
            }
        }
        *has_reports |= has_added;
        Ok(())
    }

    /// Puts a report in the place of what the index had under its id when the run began. An id comes once in a run.
    pub fn replace(&mut self, entry: IndexedReport) -> Result<(), Error> {
        if self.has_reports {
            self.writer.delete_report(entry.id());
        }
        Ok(self.writer.add_report(entry)?)
    }

    /// Takes a report away.
    pub fn remove(&mut self, id: &str) {
        self.writer.delete_report(id);
    }

    /// Makes all of it lasting: the index is level with the store at `sequence`.
    pub fn commit(mut self, sequence: u64) -> Result<(), Error> {
        self.writer.commit(sequence)?;
        Ok(self.writer.finish()?)
    }
}
