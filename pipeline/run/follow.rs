//! The index follows the store. Every report written to the store has the sequence of its batch; the index says up to
//! which sequence it has followed. What it missed, since a run was killed or somebody deleted it, it gets from the store.

use super::Error;
use crate::coding::Coded;
use crate::index::{FOLDER, Index, IndexedReport, Settings, Writer};
use crate::store::{self, Store};
use crate::study::Study;
use std::collections::BTreeMap;
use std::path::Path;

/// An open index, when there is anything for it to follow.
pub(super) struct Follower {
    open: Option<(Index, Writer)>,
}

impl Follower {
    /// Opens the index in the folder of derived data when it is to be changed or is behind the store.
    pub fn open(derived: &Path, store: &Store, settings: &Settings, is_changed: bool) -> Result<Follower, Error> {
        let folder = derived.join(FOLDER);
        let sequence = store.sequence()?;
        let level = Index::level(&folder);
        // An index that is ahead belongs to a store that is no more.
        if level.is_some_and(|level| level > sequence) {
            std::fs::remove_dir_all(&folder).map_err(|source| store::Error::Write { path: folder.clone(), source })?;
        }
        let is_level = match level {
            Some(level) if level <= sequence => {
                let (written, gone) = store.since(level)?;
                written.is_empty() && gone.is_empty()
            }
            _ => false,
        };
        if is_level && !is_changed {
            return Ok(Follower { open: None });
        }
        let (index, _) = Index::open_or_create(&folder, settings)?;
        let writer = index.writer()?;
        Ok(Follower { open: Some((index, writer)) })
    }

    /// Takes over from the store what it missed.
    pub fn catch_up(
        &mut self,
        study: &Study,
        store: &Store,
        metadata: &dyn Fn(&str, &str) -> BTreeMap<String, String>,
    ) -> Result<(), Error> {
        let Some((index, writer)) = &mut self.open else { return Ok(()) };
        let level = index.committed()?;
        let (written, gone) = store.since(level)?;
        gone.iter().for_each(|id| writer.delete_report(id));
        for id in written {
            if let Some(row) = store.report(&id)? {
                let entry = Coded::from_row(&row)?.entry(study, &metadata(&id, &row.path));
                writer.delete_report(&id);
                writer.add_report(entry)?;
            }
        }
        Ok(())
    }

    /// Puts a report in the place of what the index had under its id.
    pub fn replace(&mut self, entry: IndexedReport) -> Result<(), Error> {
        if let Some((_, writer)) = &mut self.open {
            writer.delete_report(entry.id());
            writer.add_report(entry)?;
        }
        Ok(())
    }

    /// Takes a report away.
    pub fn remove(&mut self, id: &str) {
        if let Some((_, writer)) = &mut self.open {
            writer.delete_report(id);
        }
    }

    /// Makes all of it lasting: the index is level with the store at `sequence`.
    pub fn commit(self, sequence: u64) -> Result<(), Error> {
        if let Some((_, mut writer)) = self.open {
            writer.commit(sequence)?;
            writer.finish()?;
        }
        Ok(())
    }
}
