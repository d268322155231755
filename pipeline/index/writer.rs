//! The one writer of an index. Reports come in; after `commit` they are found, all of them or none.

use super::entry::{Entry, IndexedReport};
use super::schema::Fields;
use super::{Error, Settings};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;
use tantivy::directory::error::LockError;
use tantivy::indexer::{IndexWriterOptions, LogMergePolicy, UserOperation};
use tantivy::{IndexWriter, TantivyError, Term};

/// Adds reports to an index and takes them away. Nothing of it is seen before [`Writer::commit`]; a writer that is
/// dropped without it leaves the index as it was.
pub struct Writer {
    inner: IndexWriter<Entry>,
    fields: Fields,
    gate: Arc<Gate>,
    dir: PathBuf,
}

impl Writer {
    pub(super) fn new(
        index: &tantivy::Index,
        fields: Fields,
        dir: PathBuf,
        settings: &Settings,
    ) -> Result<Self, Error> {
        let options = IndexWriterOptions::builder()
            .num_worker_threads(INDEXERS)
            .memory_budget_per_thread(settings.max_bytes.clamp(Settings::LEAST_BYTES, Settings::MOST_BYTES))
            .num_merge_threads(1)
            .build();
        let inner = index.writer_with_options(options).map_err(|source| match source {
            TantivyError::LockFailure(LockError::LockBusy, _) => Error::Busy { path: dir.clone() },
            source => Error::Write { path: dir.clone(), source },
        })?;
        let mut policy = LogMergePolicy::default();
        // What a merge reads and writes is in memory, too, so it takes in few segments.
        policy.set_min_num_segments(MERGE_SEGMENTS);
        policy.set_del_docs_ratio_before_merge(0.3);
        inner.set_merge_policy(Box::new(policy));
        Ok(Writer { inner, fields, gate: Arc::default(), dir })
    }

    /// Adds a report. One of the same id that was added before is not taken away: see [`Writer::delete_report`].
    /// Waits while much that was added before is not yet indexed.
    pub fn add_report(&mut self, report: IndexedReport) -> Result<(), Error> {
        let permit = Gate::enter(&self.gate, report.weight());
        let mut entries = report.into_entries(self.fields, permit).map(UserOperation::Add).peekable();
        // A batch stays in memory until all of it is indexed, so a huge report goes in parts.
        while entries.peek().is_some() {
            let batch: Vec<_> = entries.by_ref().take(BATCH).collect();
            self.inner.run(batch).map_err(|source| self.error(source))?;
        }
        Ok(())
    }

    /// Takes away all that was added under this id before.
    pub fn delete_report(&mut self, id: &str) {
        self.inner.delete_term(Term::from_field_text(self.fields.report, id));
    }

    /// Makes all changes since the last commit visible and lasting, together with `payload`, which
    /// [`super::Index::committed`] gives back: the number up to which the index has followed the store.
    pub fn commit(&mut self, payload: u64) -> Result<(), Error> {
        let commit = |writer: &mut IndexWriter<Entry>| {
            let mut prepared = writer.prepare_commit()?;
            prepared.set_payload(&payload.to_string());
            prepared.commit()
        };
        commit(&mut self.inner).map(drop).map_err(|source| self.error(source))
    }

    /// Ends the writer when merges that are under way are done. One that is merely dropped abandons them, and the next
    /// writer begins them again.
    pub fn finish(self) -> Result<(), Error> {
        let path = self.dir;
        self.inner.wait_merging_threads().map_err(|source| Error::Write { path, source })
    }

    fn error(&self, source: TantivyError) -> Error {
        Error::Write { path: self.dir.clone(), source }
    }
}

/// Threads that index, each with the memory of [`Settings::max_bytes`]. One is busy to the end while those that read wait for it.
const INDEXERS: usize = 2;
/// So many segments of about the same size become one.
const MERGE_SEGMENTS: usize = 8;
/// Entries that are handed over at once.
const BATCH: usize = 1_000;
/// Bytes of reports that may wait for the indexing threads.
const WAITING: usize = 2_000_000;

/// Lets reports in while those inside weigh less than [`WAITING`]: tantivy's own queue counts batches, whatever
/// their size.
#[derive(Default)]
struct Gate {
    inside: Mutex<usize>,
    left: Condvar,
}

impl Gate {
    fn enter(gate: &Arc<Gate>, weight: usize) -> Permit {
        let mut inside = gate.inside.lock().unwrap_or_else(PoisonError::into_inner);
        let mut patience = 100;
        while *inside > 0 && *inside + weight > WAITING && patience > 0 {
            // The wait ends of itself, should the indexing threads be dead: `run` then says so.
            (inside, _) =
                gate.left.wait_timeout(inside, Duration::from_millis(100)).unwrap_or_else(PoisonError::into_inner);
            patience -= 1;
        }
        *inside += weight;
        Permit { gate: gate.clone(), weight }
    }
}

/// The right of a report's entries to be in memory; ends when it is dropped.
pub struct Permit {
    gate: Arc<Gate>,
    weight: usize,
}

impl Drop for Permit {
    fn drop(&mut self) {
        *self.gate.inside.lock().unwrap_or_else(PoisonError::into_inner) -= self.weight;
        self.gate.left.notify_one();
    }
}
