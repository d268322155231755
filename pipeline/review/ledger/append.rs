//! Verdicts are added to the ledger: all of them in one piece at its end, and on the disk before anybody is told so. A
//! last line that a crash has cut is closed with a line break first, so that nothing is glued to it.

use super::line::{Origin, hash, trimmed, write};
use super::{Error, Verdict};
use crate::store::Lock;
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// The right to append to a ledger. Whoever wants to add only what is not there yet takes it before reading.
#[derive(Debug)]
pub struct Appender {
    path: PathBuf,
    name: String,
    _lock: Lock,
}

/// Adds verdicts to a ledger, which is made if it is not there; `name` is the path that errors show.
///
/// # Errors
/// When the file cannot be locked or written; then none of them is in it.
pub fn append(path: &Path, name: &str, verdicts: &[Verdict]) -> Result<(), Error> {
    Appender::open(path, name)?.append(verdicts)
}

impl Appender {
    /// Waits until nobody else appends.
    ///
    /// # Errors
    /// When the lock beside the file cannot be made.
    pub fn open(path: &Path, name: &str) -> Result<Appender, Error> {
        Ok(Appender { path: path.to_owned(), name: name.to_owned(), _lock: Lock::of_file(path)? })
    }

    /// Adds verdicts, in this order. When this returns they are on the disk.
    ///
    /// # Errors
    /// When they cannot be written; then none of them is in the ledger.
    pub fn append(&mut self, verdicts: &[Verdict]) -> Result<(), Error> {
        self.add(verdicts.iter().map(|verdict| (verdict, None)))
    }

    /// Adds verdicts that were taken from another ledger, each with its place there.
    pub(super) fn append_taken(&mut self, verdicts: &[(Verdict, Origin)]) -> Result<(), Error> {
        self.add(verdicts.iter().map(|(verdict, from)| (verdict, Some(from))))
    }

    fn add<'v>(
        &mut self,
        verdicts: impl ExactSizeIterator<Item = (&'v Verdict, Option<&'v Origin>)>,
    ) -> Result<(), Error> {
        if verdicts.len() == 0 {
            return Ok(());
        }
        let is_new = !self.path.exists();
        let add = || {
            let mut file = OpenOptions::new().read(true).append(true).create(true).open(&self.path)?;
            let (last, is_ended) = last_line(&mut file)?;
            let mut prev = if trimmed(&last).is_empty() { String::new() } else { hash(trimmed(&last)) };
            let mut lines = Vec::with_capacity(verdicts.len() * 256);
            if !is_ended {
                lines.push(b'\n');
            }
            for (verdict, from) in verdicts {
                let start = lines.len();
                write(verdict, from, &prev, &mut lines);
                prev = hash(&lines[start..]);
                lines.push(b'\n');
            }
            let length = file.metadata()?.len();
            if let Err(error) = file.write_all(&lines).and_then(|()| file.sync_all()) {
                // A full disk may have taken a part, which nobody has been told of; without it the file is as it was.
                let _ = file.set_len(length).and_then(|()| file.sync_all());
                return Err(error);
            }
            Ok(())
        };
        add()
            .and_then(|()| if is_new { sync_folder(&self.path) } else { Ok(()) })
            .map_err(|source| Error::Write { path: self.name.clone(), source })
    }
}

/// The last line that is not blank, and whether the file ends with a line break (or is empty).
fn last_line(file: &mut File) -> std::io::Result<(Vec<u8>, bool)> {
    const STEP: u64 = 4096;
    let length = file.seek(SeekFrom::End(0))?;
    let mut tail = Vec::new();
    let mut start = length;
    loop {
        let from = start.saturating_sub(STEP.max(tail.len() as u64));
        file.seek(SeekFrom::Start(from))?;
        tail.resize((length - from) as usize, 0);
        file.read_exact(&mut tail)?;
        start = from;
        let content = trimmed(&tail);
        let line_break = content.iter().rposition(|byte| *byte == b'\n');
        if start == 0 || line_break.is_some() {
            let is_ended = length == 0 || tail.ends_with(b"\n");
            return Ok((content[line_break.map_or(0, |at| at + 1)..].to_vec(), is_ended));
        }
    }
}

/// A new file is safe only when its name in the folder is.
fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Only Unix opens folders as files.
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
