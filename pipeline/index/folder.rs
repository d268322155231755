//! The folder of an index as tantivy sees it. It differs from tantivy's own in three ways, all for people who read a
//! project that is not theirs: the list of files may be read by everybody, a lock that cannot be taken since nothing
//! may be written is not needed either, and files are looked at before tantivy trusts what they say of themselves.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;
use tantivy::TantivyError;
use tantivy::directory::error::{DeleteError, LockError, OpenDirectoryError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    Directory, DirectoryLock, FileHandle, INDEX_WRITER_LOCK, Lock, MmapDirectory, WatchCallback, WatchHandle, WritePtr,
};

/// tantivy's list of the segments that make up the index, written last at every commit.
const LIST: &str = "meta.json";
/// tantivy's list of all files that it has made.
pub(super) const MANAGED: &str = ".managed.json";
/// Bytes at the end of every file of a segment that tantivy reads before anything else.
const TAIL: u64 = 8;

/// See the module.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    inner: MmapDirectory,
    path: PathBuf,
}

impl Folder {
    /// Opens a folder that exists.
    pub fn open(path: &Path) -> Result<Folder, OpenDirectoryError> {
        Ok(Folder { inner: MmapDirectory::open(path)?, path: path.to_owned() })
    }
}

impl Directory for Folder {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.inner.get_file_handle(path)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.inner.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.inner.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        self.inner.open_write(path)
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.inner.atomic_read(path)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        self.inner.atomic_write(path, data)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // tantivy makes these two private, unlike all other files of the index.
            std::fs::set_permissions(self.path.join(path), std::fs::Permissions::from_mode(0o644))?;
        }
        Ok(())
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.inner.sync_directory()
    }

    /// The lock of the readers keeps a writer from deleting what they are about to open; where nobody may write, they
    /// need none. The lock of the writer is always needed.
    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        let taken = self.inner.acquire_lock(lock);
        match &taken {
            Err(LockError::IoError(error)) if is_unwritable(error) && lock.filepath != INDEX_WRITER_LOCK.filepath => {
                Ok(DirectoryLock::from(Box::new(())))
            }
            _ => taken,
        }
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.inner.watch(callback)
    }
}

fn is_unwritable(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}

/// Compares every file of the index with its checksum. tantivy's own look takes a list's word for which files there
/// are, and cannot bear a file shorter than a checksum.
pub(super) fn check_files(index: &tantivy::Index, folder: &Path) -> Result<(), String> {
    let metas = index.load_metas().map_err(|error| said(&error))?;
    let files: BTreeSet<PathBuf> = metas.list_segment_files().into_iter().collect();
    for file in files {
        // Not every segment has a file of every kind; whether one is missing, whoever opens the segment sees.
        let Ok(metadata) = folder.join(&file).metadata() else { continue };
        let damaged = |_: OpenReadError| format!("its file `{}` is damaged", file.display());
        if metadata.len() < TAIL || !index.directory().validate_checksum(&file).map_err(damaged)? {
            return Err(format!("its file `{}` is damaged", file.display()));
        }
    }
    Ok(())
}

/// Whether no file of an index has been written since its last commit. Then its files are what they were when they were
/// made; a copy of an index may say no and be sound.
pub(super) fn is_untouched(folder: &Path) -> bool {
    let written = |path: &Path| path.metadata().and_then(|metadata| metadata.modified()).ok();
    let Some(committed) = written(&folder.join(LIST)) else { return false };
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    entries.flatten().all(|entry| {
        let name = entry.file_name();
        let is_part = name != MANAGED && !name.to_string_lossy().ends_with(".lock");
        !is_part || written(&entry.path()).is_some_and(|at: SystemTime| at <= committed)
    })
}

/// What tantivy says of an index that cannot be opened, in a few words.
pub(super) fn said(error: &TantivyError) -> String {
    let of_file = |file: &Path, error: &io::Error| match error.kind() {
        io::ErrorKind::PermissionDenied => format!("its file `{}` may not be read", file.display()),
        _ => format!("its file `{}` is damaged", file.display()),
    };
    match error {
        TantivyError::OpenReadError(OpenReadError::IoError { io_error, filepath }) => of_file(filepath, io_error),
        TantivyError::OpenReadError(OpenReadError::FileDoesNotExist(file)) => {
            format!("its file `{}` is missing", file.display())
        }
        TantivyError::DataCorruption(_) | TantivyError::OpenReadError(_) => "its list of files is damaged".to_owned(),
        TantivyError::OpenDirectoryError(OpenDirectoryError::IoError { io_error, .. }) => io_error.kind().to_string(),
        other => (other as &dyn Display).to_string(),
    }
}
