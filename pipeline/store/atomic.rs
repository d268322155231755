//! Files that others read are replaced as a whole: whoever opens one sees the old bytes or the new, never a mixture,
//! also when the program is killed or the disk fills up on the way.

use super::Error;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A file being written beside the one that it is to replace. Dropped before [`Replacement::finish`], it leaves no trace.
#[derive(Debug)]
pub struct Replacement {
    path: PathBuf,
    file: BufWriter<NamedTempFile>,
}

impl Replacement {
    /// Begins to write what is to stand at `path`; folders above it are made.
    ///
    /// # Errors
    /// When the folder cannot be made or written to.
    pub fn of(path: &Path) -> Result<Replacement, Error> {
        let begin = || {
            let folder = path.parent().unwrap_or(Path::new("."));
            std::fs::create_dir_all(folder)?;
            tempfile::Builder::new().prefix(".codeframe-").tempfile_in(folder)
        };
        let file = begin().map_err(|source| Error::Write { path: path.to_owned(), source })?;
        Ok(Replacement { path: path.to_owned(), file: BufWriter::with_capacity(1 << 16, file) })
    }

    /// Writes some bytes.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.file.write_all(bytes).map_err(|source| Error::Write { path: self.path.clone(), source })
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// When the last bytes cannot be written or the file not be moved; then the old file stays.
    pub fn finish(self) -> Result<(), Error> {
        let Replacement { path, file } = self;
        let end = || {
            let file = file.into_inner().map_err(std::io::IntoInnerError::into_error)?;
            file.as_file().sync_data()?;
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                // Temporary files are private; this one is for colleagues too.
                file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))?;
            }
            file.persist(&path).map_err(|error| error.error)?;
            Ok(())
        };
        end().map_err(|source| Error::Write { path: path.clone(), source })
    }
}

/// For writers that want a stream; what they could not write is said by them, without the path.
impl Write for Replacement {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}
