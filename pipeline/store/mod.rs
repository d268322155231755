//! What a project has derived from its reports, in one SQLite file, and the two ways in which files are replaced safely.
//!
//! The store knows no stage: contents and codings are bytes to it. It may be deleted at any time and is made again, so a
//! file of another version, or one that SQLite calls damaged, is replaced without asking. Index and store are kept level
//! by a number: each batch of reports written has the next *sequence*, and the index says up to which it has them.

mod atomic;
mod batch;
mod connect;
mod lock;
mod pile;

pub use atomic::Replacement;
pub use batch::Batch;
pub use lock::Lock;
pub use pile::Pile;

use connect::{connect, connect_to_read, is_damage, is_unwritable};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// The store's file, in the folder of derived data.
pub const FILE: &str = "store.sqlite";

/// Why the store could not be used.
#[derive(Debug, Error)]
pub enum Error {
    /// SQLite could not do it.
    #[error("could not {act} the store `{}`", path.display())]
    Database {
        /// What was attempted.
        act: &'static str,
        /// The store's file.
        path: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// A file could not be written.
    #[error("could not write `{}`", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Another codeframe works in the project.
    #[error("another codeframe is at work in this project")]
    Locked {
        /// The lock file.
        path: PathBuf,
    },
}

impl Error {
    /// What the reader can do about it.
    pub fn hint(&self) -> Option<String> {
        // A quota, or a file that may not grow, comes as a failure of input and output.
        let full = |e: &rusqlite::Error| {
            matches!(e.sqlite_error_code(), Some(rusqlite::ErrorCode::DiskFull | rusqlite::ErrorCode::SystemIoFailure))
        };
        let kind = |e: &std::io::Error, k| e.kind() == k;
        let hint = match self {
            Error::Locked { .. } => "wait until it has finished, then run the command again",
            Error::Database { source, .. } if full(source) => {
                "look whether the disk is full, make room and run the command again; nothing is lost"
            }
            Error::Database { act: "open", path, source } if is_unwritable(source) && connect::is_unfinished(path) => {
                "the last run did not end: run `codeframe run` where the project's folder is writable"
            }
            Error::Database { source, .. } if is_unwritable(source) => {
                "the project's folder must be writable: codeframe keeps its index and store in corpus/derived"
            }
            Error::Database { source, .. } if is_damage(source) => {
                "delete the folder corpus/derived and run `codeframe run`, which makes it again"
            }
            Error::Write { source, .. }
                if kind(source, std::io::ErrorKind::StorageFull) || kind(source, std::io::ErrorKind::FileTooLarge) =>
            {
                "make room on the disk and run the command again; nothing is lost"
            }
            Error::Write { source, .. }
                if kind(source, std::io::ErrorKind::PermissionDenied)
                    || kind(source, std::io::ErrorKind::ReadOnlyFilesystem) =>
            {
                "the project's folder must be writable: codeframe keeps its index and store in corpus/derived"
            }
            _ => return None,
        };
        Some(hint.to_owned())
    }
}

/// What is known of an input file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRow {
    /// Size and times by which a change is noticed; their meaning is the caller's.
    pub stamp: [u64; 3],
    /// Hash of its bytes; empty when it could not be read.
    pub hash: Vec<u8>,
    /// Why it gave no report, for people: the error with its causes and hint, a line each.
    pub failure: Option<String>,
    /// What was odd about it, a line each.
    pub warnings: String,
}

/// What is kept of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRow {
    /// Its id.
    pub id: String,
    /// The file it came from.
    pub path: String,
    /// Text, blocks and passages.
    pub content: Vec<u8>,
    /// Decisions, for what reads all reports at once.
    pub cells: Vec<u8>,
    /// Everything else that was found out about it.
    pub evidence: Vec<u8>,
}

/// The open store. One process writes to it at a time, which [`Lock`] sees to.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    path: PathBuf,
}

impl Store {
    /// Opens the store in `folder`, which is made when it is not there; `writable` also makes a missing, damaged or
    /// outdated store anew.
    ///
    /// # Errors
    /// When the folder or file cannot be made or opened.
    pub fn open(folder: &Path) -> Result<Store, Error> {
        std::fs::create_dir_all(folder).map_err(|source| Error::Write { path: folder.to_owned(), source })?;
        let path = folder.join(FILE);
        let act = if path.exists() { "open" } else { "make" };
        match connect(&path, true) {
            Ok(Some(connection)) => return Ok(Store { connection, path }),
            Ok(None) => {}
            Err(error) if is_damage(&error) => {}
            Err(source) => return Err(Error::Database { act, path, source }),
        }
        Store::make(path)
    }

    /// Throws everything away and begins with an empty store.
    ///
    /// # Errors
    /// When the old file cannot be removed or the new one not be made.
    pub fn made_anew(self) -> Result<Store, Error> {
        let path = self.path.clone();
        drop(self);
        Store::make(path)
    }

    fn make(path: PathBuf) -> Result<Store, Error> {
        for ending in ["", "-wal", "-shm"] {
            let mut stale = path.clone().into_os_string();
            stale.push(ending);
            match std::fs::remove_file(&stale) {
                Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Error::Write { path: stale.into(), source });
                }
                _ => {}
            }
        }
        match connect(&path, true) {
            Ok(connection) => Ok(Store { connection: connection.expect("a store just made has this version"), path }),
            Err(source) => Err(Error::Database { act: "make", path, source }),
        }
    }

    /// Opens the store to read from it, also where nothing may be written; `None` when there is none yet, or only one of
    /// another version.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn open_existing(folder: &Path) -> Result<Option<Store>, Error> {
        let path = folder.join(FILE);
        if !path.is_file() {
            return Ok(None);
        }
        match connect_to_read(&path) {
            Ok(connection) => Ok(connection.map(|connection| Store { connection, path })),
            Err(error) if is_damage(&error) => Ok(None),
            Err(source) => Err(Error::Database { act: "open", path, source }),
        }
    }

    fn fail(&self, act: &'static str) -> impl Fn(rusqlite::Error) -> Error + '_ {
        move |source| Error::Database { act, path: self.path.clone(), source }
    }

    /// All input files known, by path.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn files(&self) -> Result<BTreeMap<String, FileRow>, Error> {
        let read = || {
            let sql = "SELECT path, bytes, modified, changed, hash, failure, warnings FROM file";
            let mut statement = self.connection.prepare_cached(sql)?;
            let number = |n: i64| n.cast_unsigned();
            let rows = statement.query_map([], |row| {
                let stamp = [number(row.get(1)?), number(row.get(2)?), number(row.get(3)?)];
                Ok((row.get(0)?, FileRow { stamp, hash: row.get(4)?, failure: row.get(5)?, warnings: row.get(6)? }))
            })?;
            rows.collect::<rusqlite::Result<_>>()
        };
        read().map_err(self.fail("read"))
    }

    /// Every report's id with the path of its file, in order of ids.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn reports(&self) -> Result<Vec<(String, String)>, Error> {
        self.rows("SELECT id, path FROM report ORDER BY id", params![], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// Ids of reports that were coded on another basis than this, in order.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn outdated(&self, basis: &str) -> Result<Vec<String>, Error> {
        self.rows("SELECT id FROM report WHERE basis != ?1 ORDER BY id", params![basis], |row| row.get(0))
    }

    /// Ids of reports written since, in order, and of reports that have gone since.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn since(&self, sequence: u64) -> Result<(Vec<String>, Vec<String>), Error> {
        let after = sequence.cast_signed();
        let written =
            self.rows("SELECT id FROM report WHERE sequence > ?1 ORDER BY id", params![after], |row| row.get(0))?;
        let gone =
            self.rows("SELECT id FROM gone WHERE sequence > ?1 ORDER BY id", params![after], |row| row.get(0))?;
        Ok((written, gone))
    }

    fn rows<T>(
        &self,
        sql: &str,
        parameters: &[&dyn rusqlite::ToSql],
        read: impl Fn(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, Error> {
        let collect =
            || self.connection.prepare_cached(sql)?.query_map(parameters, read)?.collect::<rusqlite::Result<_>>();
        collect().map_err(self.fail("read"))
    }

    /// Text, blocks and passages of a report.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn content(&self, id: &str) -> Result<Option<Vec<u8>>, Error> {
        let sql = "SELECT content FROM content WHERE id = ?1";
        let read = || self.connection.prepare_cached(sql)?.query_row([id], |row| row.get(0)).optional();
        read().map_err(self.fail("read"))
    }

    /// A whole report.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn report(&self, id: &str) -> Result<Option<ReportRow>, Error> {
        let sql = "SELECT id, path, content, cells, evidence FROM report JOIN coding USING (id) JOIN content USING (id) WHERE id = ?1";
        let read = || self.connection.prepare_cached(sql)?.query_row([id], report_row).optional();
        read().map_err(self.fail("read"))
    }

    /// Hands every report to `visit`, in order of ids, one at a time; stops at its first error.
    ///
    /// # Errors
    /// When the store cannot be read, or what `visit` returns.
    pub fn each_report<E: From<Error>>(&self, mut visit: impl FnMut(ReportRow) -> Result<(), E>) -> Result<(), E> {
        let sql = "SELECT id, path, content, cells, evidence FROM report JOIN coding USING (id) JOIN content USING (id) ORDER BY id";
        let fail = self.fail("read");
        let mut statement = self.connection.prepare_cached(sql).map_err(&fail)?;
        let mut rows = statement.query([]).map_err(&fail)?;
        while let Some(row) = rows.next().map_err(&fail)? {
            visit(report_row(row).map_err(&fail)?)?;
        }
        Ok(())
    }

    /// Hands every report's id and decisions to `visit`, in order of ids, one at a time; stops at its first error.
    ///
    /// # Errors
    /// When the store cannot be read, or what `visit` returns.
    pub fn each_cells<E: From<Error>>(&self, mut visit: impl FnMut(&str, &[u8]) -> Result<(), E>) -> Result<(), E> {
        self.each_coding(false, |id, cells, _| visit(id, cells))
    }

    /// As [`Store::each_cells`], with what else was found out about the report when `with_evidence`.
    ///
    /// # Errors
    /// When the store cannot be read, or what `visit` returns.
    pub fn each_coding<E: From<Error>>(
        &self,
        with_evidence: bool,
        mut visit: impl FnMut(&str, &[u8], Option<&[u8]>) -> Result<(), E>,
    ) -> Result<(), E> {
        let fail = self.fail("read");
        let sql = if with_evidence {
            "SELECT id, cells, evidence FROM coding ORDER BY id"
        } else {
            "SELECT id, cells, NULL FROM coding ORDER BY id"
        };
        let mut statement = self.connection.prepare_cached(sql).map_err(&fail)?;
        let mut rows = statement.query([]).map_err(&fail)?;
        while let Some(row) = rows.next().map_err(&fail)? {
            let id = row.get_ref(0).map_err(&fail)?.as_str().map_err(|e| fail(e.into()))?;
            let cells = row.get_ref(1).map_err(&fail)?.as_blob().map_err(|e| fail(e.into()))?;
            let evidence = row.get_ref(2).map_err(&fail)?.as_blob_or_null().map_err(|e| fail(e.into()))?;
            visit(id, cells, evidence)?;
        }
        Ok(())
    }

    /// A short text kept under a key.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn note(&self, key: &str) -> Result<Option<String>, Error> {
        let read = || {
            self.connection
                .prepare_cached("SELECT value FROM note WHERE key = ?1")?
                .query_row([key], |row| row.get(0))
                .optional()
        };
        read().map_err(self.fail("read"))
    }

    /// The sequence of the last batch.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn sequence(&self) -> Result<u64, Error> {
        Ok(self.note("sequence")?.and_then(|text| text.parse().ok()).unwrap_or(0))
    }

    /// Runs `write` in one transaction with the next sequence: all of it is kept, or nothing.
    ///
    /// # Errors
    /// When the store cannot be written, or what `write` returns.
    pub fn batch<T>(&mut self, write: impl FnOnce(&Batch<'_>) -> Result<T, Error>) -> Result<T, Error> {
        let sequence = self.sequence()? + 1;
        let path = self.path.clone();
        let fail = |source| Error::Database { act: "write", path: path.clone(), source };
        let transaction = self.connection.transaction().map_err(fail)?;
        let batch = Batch { transaction, sequence, path: &path };
        let written = write(&batch)?;
        batch.set_note("sequence", &sequence.to_string())?;
        batch.transaction.commit().map_err(fail)?;
        Ok(written)
    }
}

fn report_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<ReportRow> {
    Ok(ReportRow {
        id: row.get(0)?,
        path: row.get(1)?,
        content: row.get(2)?,
        cells: row.get(3)?,
        evidence: row.get(4)?,
    })
}
