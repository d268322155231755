//! Opens the SQLite file of the store: to write to it, to read beside a writer, or to read where nothing may be written.
//!
//! SQLite keeps what is being written in a second file (`-wal`) and what readers and writers agree on in a third
//! (`-shm`), which a reader makes when it is not there. Whoever reads a project of somebody else, or on a disk that cannot
//! be written, cannot make it. A store without an unfinished second file does not change by itself, so there it is read
//! as a file that never changes.

use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::path::Path;

/// Changes with every change of the tables or of the bytes in them.
const VERSION: i64 = 3;

/// Opens the store to write to it. `None`: the file has another version, or nothing in it and is not to be filled.
pub(super) fn connect(path: &Path, fill: bool) -> rusqlite::Result<Option<Connection>> {
    set_up(Connection::open(path)?, fill)
}

/// Opens the store to read from it. `None`: as [`connect`].
pub(super) fn connect_to_read(path: &Path) -> rusqlite::Result<Option<Connection>> {
    match connect(path, false) {
        Err(error) if is_unwritable(&error) && !is_unfinished(path) => {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            set_up(Connection::open_with_flags(unchanging(path), flags)?, false)
        }
        opened => opened,
    }
}

/// Whether the system keeps SQLite from writing.
pub(super) fn is_unwritable(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error_code();
    matches!(code, Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied))
}

/// Whether SQLite calls the file damaged.
pub(super) fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt))
}

/// Whether something is written, or was when its writer was killed, that is not yet in the file itself.
pub(super) fn is_unfinished(path: &Path) -> bool {
    let mut beside = path.as_os_str().to_owned();
    beside.push("-wal");
    Path::new(&beside).metadata().is_ok_and(|metadata| metadata.len() > 0)
}

/// SQLite's name for a file that nobody changes.
fn unchanging(path: &Path) -> String {
    let mut uri = "file:".to_owned();
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'-' | b'_' | b'.' | b'~' => uri.push(char::from(*byte)),
            byte if byte.is_ascii_alphanumeric() => uri.push(char::from(*byte)),
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri + "?mode=ro&immutable=1"
}

fn set_up(connection: Connection, fill: bool) -> rusqlite::Result<Option<Connection>> {
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
    Ok(Some(connection))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_any_characters_is_one_name() {
        assert_eq!(
            unchanging(Path::new("a b/100%?#é.sqlite")),
            "file:a%20b/100%25%3F%23%C3%A9.sqlite?mode=ro&immutable=1"
        );
    }

    #[test]
    fn a_store_with_unfinished_writing_is_not_taken_for_one_that_nobody_changes() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let path = folder.path().join("store.sqlite");
        assert!(!is_unfinished(&path));
        std::fs::write(folder.path().join("store.sqlite-wal"), "").expect("it can be written");
        assert!(!is_unfinished(&path), "an empty one holds nothing");
        std::fs::write(folder.path().join("store.sqlite-wal"), "x").expect("it can be written");
        assert!(is_unfinished(&path));
    }
}
