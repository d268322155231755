//! What a project has derived from its reports, in one SQLite file, and the two ways in which files are replaced safely.
//!
//! The store knows no stage: contents and codings are bytes to it. It may be deleted at any time and is made again, so a
//! file of another version, or one that SQLite calls damaged, is replaced without asking. Index and store are kept level
//! by a number: each batch of reports written has the next *sequence*, and the index says up to which it has them.

mod atomic;
mod lock;

pub use atomic::Replacement;
pub use lock::Lock;

use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// The store's file, in the folder of derived data.
pub const FILE: &str = "store.sqlite";

/// Changes with every change of the tables or of the bytes in them.
const VERSION: i64 = 1;

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
        let read_only = |e: &rusqlite::Error| {
            matches!(
                e.sqlite_error_code(),
                Some(
                    rusqlite::ErrorCode::ReadOnly
                        | rusqlite::ErrorCode::CannotOpen
                        | rusqlite::ErrorCode::PermissionDenied
                )
            )
        };
        let kind = |e: &std::io::Error, k| e.kind() == k;
        let hint = match self {
            Error::Locked { .. } => "wait until it has finished, then run the command again",
            Error::Database { source, .. } if full(source) => {
                "look whether the disk is full, make room and run the command again; nothing is lost"
            }
            Error::Database { source, .. } if read_only(source) => {
                "the project's folder must be writable: codeframe keeps its index and store in corpus/derived"
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
        match Store::connect(&path, true) {
            Ok(Some(store)) => return Ok(store),
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
        let store = Store::connect(&path, true).map_err(|source| Error::Database {
            act: "make",
            path: path.clone(),
            source,
        })?;
        Ok(store.expect("a store just made has this version"))
    }

    /// Opens the store to read from it; `None` when there is none yet, or only one of another version.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn open_existing(folder: &Path) -> Result<Option<Store>, Error> {
        let path = folder.join(FILE);
        if !path.is_file() {
            return Ok(None);
        }
        match Store::connect(&path, false) {
            Ok(store) => Ok(store),
            Err(error) if is_damage(&error) => Ok(None),
            Err(source) => Err(Error::Database { act: "open", path, source }),
        }
    }

    /// `None`: the file has another version, or nothing in it and is not to be filled.
    fn connect(path: &Path, fill: bool) -> rusqlite::Result<Option<Store>> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(std::time::Duration::from_secs(10))?;
        let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        let n_tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        if n_tables == 0 && !fill {
            return Ok(None);
        }
        if n_tables == 0 {
            connection.pragma_update(None, "page_size", 8192)?;
            connection.pragma_update(None, "journal_mode", "WAL")?;
            connection.execute_batch(&format!(
                "BEGIN;
                CREATE TABLE file (path TEXT PRIMARY KEY, bytes INTEGER, modified INTEGER, changed INTEGER,
                    hash BLOB, failure TEXT, warnings TEXT) WITHOUT ROWID;
                CREATE TABLE report (id TEXT PRIMARY KEY, path TEXT NOT NULL, basis TEXT NOT NULL, sequence INTEGER NOT NULL);
                CREATE INDEX report_path ON report (path);
                CREATE INDEX report_sequence ON report (sequence);
                CREATE TABLE coding (id TEXT PRIMARY KEY, cells BLOB NOT NULL, evidence BLOB NOT NULL);
                CREATE TABLE content (id TEXT PRIMARY KEY, content BLOB NOT NULL);
                CREATE TABLE gone (id TEXT PRIMARY KEY, sequence INTEGER NOT NULL) WITHOUT ROWID;
                CREATE TABLE note (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
                PRAGMA user_version = {VERSION};
                COMMIT;"
            ))?;
        } else if version != VERSION {
            return Ok(None);
        }
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(Some(Store { connection, path: path.to_owned() }))
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
        let fail = self.fail("read");
        let mut statement =
            self.connection.prepare_cached("SELECT id, cells FROM coding ORDER BY id").map_err(&fail)?;
        let mut rows = statement.query([]).map_err(&fail)?;
        while let Some(row) = rows.next().map_err(&fail)? {
            let id = row.get_ref(0).map_err(&fail)?.as_str().map_err(|e| fail(e.into()))?;
            let cells = row.get_ref(1).map_err(&fail)?.as_blob().map_err(|e| fail(e.into()))?;
            visit(id, cells)?;
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

fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(rusqlite::ErrorCode::NotADatabase | rusqlite::ErrorCode::DatabaseCorrupt))
}

/// An open transaction.
#[derive(Debug)]
pub struct Batch<'s> {
    transaction: rusqlite::Transaction<'s>,
    sequence: u64,
    path: &'s Path,
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
