//! One writer a project: the lock is the operating system's, so it ends with the process that holds it, however that ends.

use super::Error;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

/// Held while a command writes to a project's derived data; released when dropped.
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
        let write = |source| Error::Write { path: path.clone(), source };
        std::fs::create_dir_all(folder).map_err(write)?;
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(write)?;
        match file.try_lock() {
            Ok(()) => Ok(Lock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Error::Locked { path }),
            Err(TryLockError::Error(source)) => Err(write(source)),
        }
    }
}
