//! A ledger that grows under its reader: what was added since the last look comes out, whoever added it. Only the new
//! lines are read, so that a look costs the same for a long ledger as for a short one; the last line read before is read
//! again, and when it is not what it was, somebody has put another file in place, which is read from its beginning.

use super::line::hash;
use super::{Entry, Error, Survey};
use std::borrow::Cow;
use std::fs::File;
use std::io::{BufRead, BufReader, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// Reads a ledger again and again.
pub struct Follower {
    path: PathBuf,
    survey: Survey<'static>,
    /// Where the last line that was read starts and ends, in bytes, and its hash.
    last: Option<(u64, u64, String)>,
}

/// What a look at the ledger found.
#[derive(Debug, Default, PartialEq)]
pub struct Followed {
    /// Whether the file is another than before, so that all entries come again.
    pub is_another: bool,
    /// The entries that were not there at the last look, in the file's order.
    pub entries: Vec<Entry>,
    /// What was odd about them.
    pub warnings: Vec<String>,
}

impl Follower {
    /// A reader who has not looked yet; `name` is the path that warnings show.
    pub fn new(path: &Path, name: &str) -> Follower {
        Follower { path: path.to_owned(), survey: blank(name.to_owned()), last: None }
    }

    /// Looks what is new. A last line without a line break is left for the next look: somebody may be writing it.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn look(&mut self) -> Result<Followed, Error> {
        let path = self.survey.name.to_string();
        let mut followed = Followed::default();
        let fail = |source| Error::Read { path, source };
        match File::open(&self.path) {
            Ok(file) => self.read(file, &mut followed).map_err(fail)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                followed.is_another = self.last.is_some();
                self.start_over();
            }
            Err(error) => return Err(fail(error)),
        }
        followed.entries = std::mem::take(&mut self.survey.entries);
        followed.warnings = self.survey.faults.drain(..).map(|fault| fault.to_string()).collect();
        Ok(followed)
    }

    fn read(&mut self, file: File, followed: &mut Followed) -> std::io::Result<()> {
        let mut reader = BufReader::with_capacity(1 << 16, file);
        let mut bytes = Vec::new();
        if let Some((start, end, known)) = self.last.clone() {
            reader.seek(SeekFrom::Start(start))?;
            reader.read_until(b'\n', &mut bytes)?;
            if bytes.len() as u64 != end - start || hash(&bytes) != known {
                followed.is_another = true;
                self.start_over();
                reader.seek(SeekFrom::Start(0))?;
            }
            bytes.clear();
        }
        let mut at = self.last.as_ref().map_or(0, |(_, end, _)| *end);
        while reader.read_until(b'\n', &mut bytes)? > 0 && bytes.ends_with(b"\n") {
            self.survey.line(&bytes);
            let end = at + bytes.len() as u64;
            self.last = Some((at, end, hash(&bytes)));
            at = end;
            bytes.clear();
        }
        Ok(())
    }

    fn start_over(&mut self) {
        let name = self.survey.name.to_string();
        (self.survey, self.last) = (blank(name), None);
    }
}

fn blank(name: String) -> Survey<'static> {
    Survey { name: Cow::Owned(name), ..Survey::default() }
}

#[cfg(test)]
mod tests {
    use super::super::{Answer, Quote, Route, Verdict, append};
    use super::*;
    use std::fs;

    fn verdict(code: &str) -> Verdict {
        Verdict {
            at: "2026-11-23T10:00:00Z".into(),
            reviewer: "ms".into(),
            report: "G001".into(),
            question: "who".into(),
            code: code.into(),
            answer: Answer::Applies,
            passages: vec![Quote { start: 1, end: 5, quote: "mums".to_owned() }],
            definition: "0123456789abcdef".into(),
            answered: None,
            route: Route::Free,
            pi: None,
            note: String::new(),
        }
    }

    fn look(follower: &mut Follower) -> (bool, Vec<(u32, String)>, usize) {
        let found = follower.look().expect("it can be read");
        let entry = |e: Entry| (e.line, e.verdict.code.to_string());
        (found.is_another, found.entries.into_iter().map(entry).collect(), found.warnings.len())
    }

    fn lines(lines: &[(u32, &str)]) -> Vec<(u32, String)> {
        lines.iter().map(|(line, code)| (*line, (*code).to_owned())).collect()
    }

    #[test]
    fn what_is_added_comes_once() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let path = folder.path().join("l");
        let mut follower = Follower::new(&path, "l");
        assert_eq!(look(&mut follower), (false, lines(&[]), 0));
        append(&path, "l", &[verdict("a"), verdict("b")]).expect("it can be written");
        assert_eq!(look(&mut follower), (false, lines(&[(1, "a"), (2, "b")]), 0));
        assert_eq!(look(&mut follower), (false, lines(&[]), 0));
        append(&path, "l", &[verdict("c")]).expect("it can be written");
        assert_eq!(look(&mut follower), (false, lines(&[(3, "c")]), 0));
    }

    #[test]
    fn a_line_that_is_being_written_waits() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let path = folder.path().join("l");
        append(&path, "l", &[verdict("a"), verdict("b")]).expect("it can be written");
        let text = fs::read(&path).expect("it is there");
        fs::write(&path, &text[..text.len() - 20]).expect("it can be cut");
        let mut follower = Follower::new(&path, "l");
        assert_eq!(look(&mut follower), (false, lines(&[(1, "a")]), 0));
        fs::write(&path, &text).expect("it can be written");
        assert_eq!(look(&mut follower), (false, lines(&[(2, "b")]), 0));
    }

    #[test]
    fn another_file_in_its_place_is_read_from_the_beginning() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let (path, other) = (folder.path().join("l"), folder.path().join("o"));
        append(&path, "l", &[verdict("a"), verdict("b")]).expect("it can be written");
        let mut follower = Follower::new(&path, "l");
        follower.look().expect("it can be read");
        append(&other, "o", &[verdict("b"), verdict("a"), verdict("c")]).expect("it can be written");
        fs::rename(&other, &path).expect("it can be moved");
        assert_eq!(look(&mut follower), (true, lines(&[(1, "b"), (2, "a"), (3, "c")]), 0));
        fs::remove_file(&path).expect("it can be removed");
        assert_eq!(look(&mut follower), (true, lines(&[]), 0));
    }
}
