//! Lines that are made in one order and written in another: they are laid on a pile in a temporary file, and taken off it
//! by number, so that memory does not grow with them.

use super::Error;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use tempfile::SpooledTempFile;

/// See the module.
#[derive(Debug)]
pub struct Pile {
    path: PathBuf,
    file: SpooledTempFile,
    /// Lines that are not in the file yet.
    waiting: Vec<u8>,
    /// Where each line ends.
    ends: Vec<u64>,
}

/// A pile up to this size stays in memory.
const MAX_BYTES_IN_MEMORY: usize = 1 << 20;
/// Bytes that are written at once.
const WRITTEN_AT_ONCE: usize = 64 << 10;

impl Pile {
    /// A pile without lines for the file at `path`, beside which it is kept.
    pub fn of(path: &Path) -> Pile {
        let folder = path.parent().unwrap_or(Path::new("."));
        let file = tempfile::spooled_tempfile_in(MAX_BYTES_IN_MEMORY, folder);
        Pile { path: path.to_owned(), file, waiting: Vec::new(), ends: Vec::new() }
    }

    /// Lays the next line on it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn put(&mut self, line: &[u8]) -> Result<(), Error> {
        self.waiting.extend_from_slice(line);
        self.ends.push(self.end(self.ends.len()) + line.len() as u64);
        if self.waiting.len() < WRITTEN_AT_ONCE { Ok(()) } else { self.write() }
    }

    fn write(&mut self) -> Result<(), Error> {
        self.file.write_all(&self.waiting).map_err(self.fail())?;
        self.waiting.clear();
        Ok(())
    }

    /// Hands the lines with these numbers to `write`, one after the other.
    ///
    /// # Errors
    /// When one cannot be read, or what `write` returns.
    ///
    /// # Panics
    /// When there is no line with a number.
    pub fn take(
        mut self,
        numbers: impl Iterator<Item = usize>,
        mut write: impl FnMut(&[u8]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.write()?;
        let mut line = Vec::new();
        for number in numbers {
            let (from, to) = (self.end(number), self.ends[number]);
            line.resize((to - from) as usize, 0);
            let read = self.file.seek(SeekFrom::Start(from)).and_then(|_| self.file.read_exact(&mut line));
            read.map_err(self.fail())?;
            write(&line)?;
        }
        Ok(())
    }

    /// Where the line before the one with this number ends.
    fn end(&self, number: usize) -> u64 {
        number.checked_sub(1).map_or(0, |before| self.ends[before])
    }

    fn fail(&self) -> impl FnOnce(std::io::Error) -> Error + use<> {
        let path = self.path.clone();
        move |source| Error::Write { path, source }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_off_in_any_order() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let path = folder.path().join("lines");
        // Some in memory, and more than is kept there.
        for length in [3, MAX_BYTES_IN_MEMORY / 2] {
            let mut pile = Pile::of(&path);
            let line = |number: usize| vec![b'a' + number as u8; length + number];
            (0..4).for_each(|number| pile.put(&line(number)).expect("there is room"));
            let mut lines = Vec::new();
            let order = [2, 0, 3, 1];
            let kept = pile.take(order.into_iter(), |line| {
                lines.push(line.to_vec());
                Ok(())
            });
            kept.expect("all are there");
            assert_eq!(lines, order.map(line));
        }
    }
}
