//! Classifiers on disk: `classifier-0001.bin` in the frame's folder with its card `classifier-0001.json` beside it, then
//! `classifier-0002`, and so on; an old one is never overwritten. The file begins with a line that tells its format and a
//! line with the hash of the rest, so that one that was cut short is known before it is used.

use super::Classifier;
use crate::store::{self, Replacement};
use std::path::{Path, PathBuf};

/// The format version of a classifier file.
pub const VERSION: u32 = 2;

const MAGIC: &str = "codeframe classifier";

/// Why a classifier could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file could not be read.
    #[error("could not read `{}`", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It could not be written.
    #[error(transparent)]
    Write(#[from] store::Error),
    /// It is no whole classifier.
    #[error("`{}` is no whole classifier file", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// It has another format.
    #[error("`{}` has format version {found}, and this program reads {VERSION}", path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// The version that it states.
        found: String,
    },
}

impl Error {
    /// What the reader can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Error::Damaged { .. } | Error::Version { .. } => Some(
                "run `codeframe train` to make another beside it, or choose another, or \"none\", as `classifier` in \
                 config.toml, section [train]"
                    .to_owned(),
            ),
            Error::Read { .. } => Some("choose another in config.toml, section [train]: classifier".to_owned()),
            Error::Write(error) => error.hint(),
        }
    }
}

/// The numbers of the classifiers in a frame's folder, ascending.
pub fn numbers(folder: &Path) -> Vec<u32> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let number = |name: String| name.strip_prefix("classifier-")?.strip_suffix(".bin")?.parse().ok();
    let mut numbers: Vec<u32> = entries.filter_map(|e| e.file_name().into_string().ok()).filter_map(number).collect();
    numbers.sort_unstable();
    numbers
}

/// What a classifier is called in the config and in output.
pub fn name(number: u32) -> String {
    format!("classifier-{number:04}")
}

/// Where a classifier stands.
pub fn path(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.bin"))
}

/// Where its card stands.
pub fn card_path(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.json"))
}

/// The hash of a classifier's content, from the head of its file; cheap.
///
/// # Errors
/// When the file cannot be read or is none.
pub fn hash(path: &Path) -> Result<String, Error> {
    use std::io::Read;
    let mut head = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(256).read_to_end(&mut head));
    read.map_err(|source| Error::Read { path: path.to_owned(), source })?;
    Ok(split(path, &head)?.0.to_owned())
}

/// Reads a classifier.
///
/// # Errors
/// When the file cannot be read, is of another version, or is not whole.
pub fn read(path: &Path) -> Result<Classifier, Error> {
    let bytes = std::fs::read(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
    let (hash, body) = split(path, &bytes)?;
    let damaged = || Error::Damaged { path: path.to_owned() };
    if blake3::hash(body).to_hex().as_str() != hash {
        return Err(damaged());
    }
    postcard::from_bytes(body).map_err(|_| damaged())
}

/// Writes a classifier.
///
/// # Errors
/// When it cannot be written.
pub fn write(path: &Path, classifier: &Classifier) -> Result<(), Error> {
    let body = postcard::to_stdvec(classifier).expect("plain data always has bytes");
    let mut file = Replacement::of(path)?;
    file.write(format!("{MAGIC} {VERSION}\n{}\n", blake3::hash(&body).to_hex()).as_bytes())?;
    file.write(&body)?;
    Ok(file.finish()?)
}

/// The hash that a file states, and what comes after.
fn split<'b>(path: &Path, bytes: &'b [u8]) -> Result<(&'b str, &'b [u8]), Error> {
    let damaged = || Error::Damaged { path: path.to_owned() };
    let mut lines = bytes.splitn(3, |byte| *byte == b'\n');
    let mut line = || lines.next().ok_or_else(damaged);
    let head = std::str::from_utf8(line()?).map_err(|_| damaged())?;
    let version = head.strip_prefix(MAGIC).ok_or_else(damaged)?.trim();
    if version != VERSION.to_string() {
        return Err(Error::Version { path: path.to_owned(), found: version.to_owned() });
    }
    let hash = std::str::from_utf8(line()?).map_err(|_| damaged())?;
    Ok((hash, line()?))
}
