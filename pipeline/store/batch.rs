//! One transaction of the store: all that is written in it is kept together, under one sequence.

use super::{Error, FileRow, ReportRow};
use rusqlite::params;
use std::path::Path;

/// An open transaction.
#[derive(Debug)]
pub struct Batch<'s> {
    pub(super) transaction: rusqlite::Transaction<'s>,
    pub(super) sequence: u64,
    pub(super) path: &'s Path,
}

impl Batch<'_> {
    /// The sequence of this batch.
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    fn execute(&self, sql: &str, parameters: &[&dyn rusqlite::ToSql]) -> Result<(), Error> {
        let run = || self.transaction.prepare_cached(sql)?.execute(parameters);
        run().map(drop).map_err(|source| Error::Database { act: "write", path: self.path.to_owned(), source })
    }

    /// Keeps what is known of a file.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn set_file(&self, path: &str, row: &FileRow) -> Result<(), Error> {
        let [bytes, modified, changed] = row.stamp.map(u64::cast_signed);
        self.execute(
            "INSERT OR REPLACE INTO file VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![path, bytes, modified, changed, row.hash, row.failure, row.warnings],
        )
    }

    /// Forgets a file; its reports are removed by themselves.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn remove_file(&self, path: &str) -> Result<(), Error> {
        self.execute("DELETE FROM file WHERE path = ?1", params![path])
    }

    /// Keeps a report that was coded on this basis.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn set_report(&self, row: &ReportRow, basis: &str) -> Result<(), Error> {
        self.execute("INSERT OR REPLACE INTO content VALUES (?1, ?2)", params![row.id, row.content])?;
        self.execute("DELETE FROM gone WHERE id = ?1", params![row.id])?;
        self.set_coding(row, basis)
    }

    /// Keeps a report's coding; its content stays.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn set_coding(&self, row: &ReportRow, basis: &str) -> Result<(), Error> {
        let sequence = self.sequence.cast_signed();
        self.execute(
            "INSERT OR REPLACE INTO report VALUES (?1, ?2, ?3, ?4)",
            params![row.id, row.path, basis, sequence],
        )?;
        self.execute("INSERT OR REPLACE INTO coding VALUES (?1, ?2, ?3)", params![row.id, row.cells, row.evidence])
    }

    /// Forgets a report, and remembers for the index that it has gone.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn remove_report(&self, id: &str) -> Result<(), Error> {
        for table in ["report", "coding", "content"] {
            self.execute(&format!("DELETE FROM {table} WHERE id = ?1"), params![id])?;
        }
        self.execute("INSERT OR REPLACE INTO gone VALUES (?1, ?2)", params![id, self.sequence.cast_signed()])
    }

    /// Keeps a short text under a key.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn set_note(&self, key: &str, value: &str) -> Result<(), Error> {
        self.execute("INSERT OR REPLACE INTO note VALUES (?1, ?2)", params![key, value])
    }
}
