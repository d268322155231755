//! The queue file and the summary follow the store: they are written anew when it has changed since, and else left alone.

use super::Error;
use crate::coding::{Coded, cells_from_bytes};
use crate::decide::{Cell, Decision};
use crate::review::queue_of;
use crate::store::{self, Replacement, Store};
use crate::study::Study;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// How many codes of how many reports are decided and queued.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Reports coded.
    pub n_reports: usize,
    /// Codes decided to apply, over all reports.
    pub n_applies: usize,
    /// Codes decided not to apply.
    pub n_does_not_apply: usize,
    /// Codes queued.
    pub n_queued: usize,
}

/// Keys of the store's notes: the sequence at which the queue was written, the summary, and what the reports were coded by.
const WRITTEN: &str = "queue_sequence";
const SUMMARY: &str = "summary";
const STUDY: &str = "study";

/// How what is in the store stands to a study.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// All reports are coded by it.
    Coded,
    /// No run has come to its end.
    Unfinished,
    /// Frame or rules have changed since the last run.
    Outdated,
}

/// Tells whether what is in the store can be shown as the results of a study.
///
/// # Errors
/// When the store cannot be read.
pub fn state(study: &Study, store: &Store) -> Result<State, store::Error> {
    if store.note(SUMMARY)?.is_none() {
        return Ok(State::Unfinished);
    }
    let by = store.note(STUDY)?;
    Ok(if by.as_ref() == Some(&study.hash) { State::Coded } else { State::Outdated })
}

/// The summary, when the queue has been written by this study since the store last changed.
pub(super) fn known(study: &str, store: &Store, queue: &Path) -> Result<Option<Summary>, Error> {
    let is_written = store.note(WRITTEN)? == Some(store.sequence()?.to_string()) && queue.is_file();
    let is_level = is_written && store.note(STUDY)?.as_deref() == Some(study);
    let summary = store.note(SUMMARY)?.filter(|_| is_level);
    Ok(summary.and_then(|text| serde_json::from_str(&text).ok()))
}

/// Brings queue and summary level with the store. `at_work` is called when there is something to write.
pub(super) fn bring_level(
    study: &Study,
    store: &mut Store,
    queue: &Path,
    at_work: impl FnOnce(),
) -> Result<Summary, Error> {
    if let Some(known) = known(&study.hash, store, queue)? {
        return Ok(known);
    }
    at_work();
    let mut summary = Summary::default();
    let mut replacement = Replacement::of(queue)?;
    let mut line = Vec::new();
    store.each_report(|row| {
        let cells = cells_from_bytes(&row.cells)?;
        let rank = summary.n_queued + 1;
        summary.add(&cells);
        if summary.n_queued >= rank {
            let coded = Coded::from_row(&row)?;
            for item in queue_of(study, &coded, rank) {
                line.clear();
                serde_json::to_writer(&mut line, &item).expect("a queue line always has a text");
                line.push(b'\n');
                replacement.write(&line)?;
            }
        }
        Ok::<(), Error>(())
    })?;
    replacement.finish()?;
    let text = serde_json::to_string(&summary).expect("plain numbers always have a text");
    store.batch(|batch| {
        batch.set_note(SUMMARY, &text)?;
        batch.set_note(STUDY, &study.hash)?;
        batch.set_note(WRITTEN, &batch.sequence().to_string())
    })?;
    Ok(summary)
}

impl Summary {
    fn add(&mut self, cells: &[Cell]) {
        self.n_reports += 1;
        for cell in cells {
            match cell.decision {
                Decision::Applies => self.n_applies += 1,
                Decision::DoesNotApply => self.n_does_not_apply += 1,
                Decision::Queue => self.n_queued += 1,
            }
        }
    }
}
