//! One writer at a time, of a project's derived data or of a file: the lock is the operating system's, so it ends with
//! the process that holds it, however that ends.

use super::Error;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

/// Held while somebody writes; released when dropped.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of the folder, which is made when it is not there.
    ///
    /// # Errors
    /// When another process holds it, or the lock file cannot be made.
    pub fn take(folder: &Path) -> Result<Lock, Error> {
        let path = folder.join("lock");
        let file = open(folder, &path)?;
        match file.try_lock() {
            Ok(()) => Ok(Lock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Error::Locked { path }),
            Err(TryLockError::Error(source)) => Err(Error::Write { path, source }),
        }
    }

    /// Waits for the lock of a file, which others hold for no longer than an addition to it takes. It stands beside the
    /// file, with `.lock` after its name, so that the file itself can be read, copied and replaced meanwhile.
    ///
    /// # Errors
    /// When the lock file cannot be made.
    pub fn of_file(file: &Path) -> Result<Lock, Error> {
        let mut path = file.as_os_str().to_owned();
        path.push(".lock");
        let path = PathBuf::from(path);
        let file = open(file.parent().unwrap_or(Path::new(".")), &path)?;
        match file.lock() {
            Ok(()) => Ok(Lock { _file: file }),
            Err(source) => Err(Error::Write { path, source }),
        }
    }
}

/// Opens the lock file in a folder, both of which are made when they are not there.
fn open(folder: &Path, path: &Path) -> Result<File, Error> {
    let write = |source| Error::Write { path: path.to_owned(), source };
    std::fs::create_dir_all(folder).map_err(write)?;
    OpenOptions::new().create(true).truncate(false).write(true).open(path).map_err(write)
}
