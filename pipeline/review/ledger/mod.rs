//! The ledger: every verdict that a person gave, a line each, in the order in which they came. It is the one file that
//! cannot be made again, so it is only appended to, and read with patience: a line that is damaged is named and passed
//! over, the rest is used. Each line carries the hash of the line before, so that a line that was changed, taken out or
//! put in is noticed.

mod append;
mod follow;
mod line;
mod merge;
mod moment;
#[cfg(test)]
mod tests;
mod verdict;

pub use append::{Appender, append};
pub use follow::{Followed, Follower};
pub use line::Origin;
pub use merge::{Conflict, Merged, Statement, merge};
pub use moment::instant;
pub use verdict::{ADJUDICATES, Answer, Quote, Route, UNDONE, Verdict};

use crate::fault::{Fault, Place};
use crate::store;
use crate::warned::Warned;
use line::{Interner, hash, trimmed};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// All verdicts of a ledger.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ledger {
    /// The lines that could be read, in the file's order.
    pub entries: Vec<Entry>,
}

/// One line.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its number in the file, from 1.
    pub line: u32,
    /// What it says.
    pub verdict: Verdict,
    /// The place that it had in another ledger, when it was taken from one.
    pub from: Option<Box<Origin>>,
}

/// The verdicts that stand: of each reviewer the last on each (report, code), by report, question, code, reviewer. A
/// changed mind replaces the earlier verdict here and stays in the file. Last is what stands last in the file; among lines
/// taken from another ledger and those that were here before them, what was said last.
pub type Standing<'l> = Vec<&'l Verdict>;

/// Why the ledger could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It could not be read.
    #[error("could not read the ledger `{path}`")]
    Read {
        /// The file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// What was to be taken for a ledger has not one verdict.
    #[error("`{path}` is not a ledger: no line of it is a verdict")]
    NoLedger {
        /// The file.
        path: String,
    },
    /// It could not be appended to; nothing of what was to be added is in it.
    #[error("could not append to the ledger `{path}`")]
    Write {
        /// The file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// Its lock.
    #[error(transparent)]
    Lock(#[from] store::Error),
}

impl Error {
    /// What the reader can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Error::Lock(error) => error.hint(),
            Error::Read { .. } => None,
            Error::NoLedger { .. } => Some(
                "name a colleague's corpus/ledger.jsonl; codings of other forms go in by `codeframe import codings`"
                    .to_owned(),
            ),
            Error::Write { source, .. } => match source.kind() {
                std::io::ErrorKind::StorageFull | std::io::ErrorKind::FileTooLarge => {
                    Some("make room on the disk and run the command again; nothing is lost".to_owned())
                }
                _ => Some(
                    "the project's folder must be writable: people's verdicts go into corpus/ledger.jsonl".to_owned(),
                ),
            },
        }
    }
}

impl Ledger {
    /// Reads a ledger; `name` is the path that warnings show. One that is not there is empty.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn read(path: &Path, name: &str) -> Result<Warned<Ledger>, Error> {
        let (ledger, faults) = Ledger::survey(path, name)?;
        Ok(Warned { value: ledger, warnings: faults.iter().map(ToString::to_string).collect() })
    }

    /// As [`Ledger::read`], for a reader who wants faults with their places: a line that was changed, taken out or put
    /// in is an error, a line that cannot be read a warning.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn survey(path: &Path, name: &str) -> Result<(Ledger, Vec<Fault>), Error> {
        let fail = |source| Error::Read { path: name.to_owned(), source };
        let file = match std::fs::File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Default::default()),
            Err(error) => return Err(fail(error)),
        };
        let mut reader = BufReader::with_capacity(1 << 16, file);
        let mut survey = Survey { name: Cow::Borrowed(name), ..Survey::default() };
        let mut bytes = Vec::new();
        while reader.read_until(b'\n', &mut bytes).map_err(fail)? > 0 {
            survey.line(&bytes);
            bytes.clear();
        }
        Ok((Ledger { entries: survey.entries }, survey.faults))
    }

    /// The verdicts that stand.
    pub fn standing(&self) -> Standing<'_> {
        let mut verdicts: Vec<&Verdict> = self.in_time().into_iter().map(|entry| &entry.verdict).collect();
        let key = |v: &Verdict| (v.report.clone(), v.question.clone(), v.code.clone(), v.reviewer.clone());
        verdicts.sort_by(|a, b| {
            (&a.report, &a.question, &a.code, &a.reviewer).cmp(&(&b.report, &b.question, &b.code, &b.reviewer))
        });
        let mut last: Standing<'_> = Vec::with_capacity(verdicts.len());
        for verdict in verdicts {
            match last.last_mut() {
                // The sort keeps the order of time among equals, so the later one comes later.
                Some(before) if key(before) == key(verdict) => *before = verdict,
                _ => last.push(verdict),
            }
        }
        last
    }

    /// The lines in the order in which they were said. That is the file's order, but for lines that were taken from another
    /// ledger: these come by their time. Within one ledger the order of its lines goes before the clock, which may have been
    /// set back; and who adds a line has everything before it in view.
    fn in_time(&self) -> Vec<&Entry> {
        let mut entries: Vec<&Entry> = self.entries.iter().collect();
        if entries.iter().all(|entry| entry.from.is_none()) {
            return entries;
        }
        let (mut of_chains, mut latest) = (BTreeMap::new(), i128::MIN);
        let mut time = |entry: &&Entry| {
            let at = instant(&entry.verdict.at).unwrap_or(i128::MIN);
            let time = match &entry.from {
                None => at.max(latest),
                Some(from) => {
                    let of_chain = of_chains.entry(from.chain.clone()).or_insert(at);
                    *of_chain = at.max(*of_chain);
                    *of_chain
                }
            };
            latest = latest.max(time);
            time
        };
        let mut timed: Vec<(i128, &Entry)> = entries.drain(..).map(|entry| (time(&entry), entry)).collect();
        // A stable sort: of the same moment the file's order.
        timed.sort_by_key(|(time, _)| *time);
        timed.into_iter().map(|(_, entry)| entry).collect()
    }
}

/// The file as far as it has been gone through.
#[derive(Default)]
struct Survey<'n> {
    name: Cow<'n, str>,
    entries: Vec<Entry>,
    faults: Vec<Fault>,
    words: Interner,
    n_lines: u32,
    /// Hash of the last line that was not blank; empty before the first.
    last: String,
    is_broken: bool,
}

impl Survey<'_> {
    fn line(&mut self, bytes: &[u8]) {
        self.n_lines += 1;
        let is_ended = bytes.ends_with(b"\n");
        let bytes = trimmed(bytes);
        if bytes.is_empty() {
            return;
        }
        let place = Place { path: self.name.to_string(), line: self.n_lines, column: 1 };
        match line::parse(bytes, &mut self.words) {
            Ok(parsed) => {
                if parsed.is_changed() {
                    let message = "the line was taken from another ledger and does not say what it said there";
                    let hint = "compare it with that ledger, or with a copy of this one".to_owned();
                    self.faults.push(Fault::error(place.clone(), message).hint(Some(hint)));
                }
                let line::Parsed { verdict, prev, from } = parsed;
                // After the first break every line would be as suspect; one name is enough.
                if prev != self.last && !self.is_broken {
                    let message = "the line before is not the one that this line was written after: a line was changed, \
                                   taken out or put in";
                    let hint = "compare the file with a copy, or with its history if it is kept under version control";
                    self.faults.push(Fault::error(place, message).hint(Some(hint.to_owned())));
                    self.is_broken = true;
                }
                self.entries.push(Entry { line: self.n_lines, verdict, from });
            }
            Err(cause) => {
                let what = if is_ended { "the line is no verdict" } else { "the last line is cut off" };
                self.faults.push(Fault::warning(place, format!("{what} and is passed over: {cause}")));
            }
        }
        self.last = hash(bytes);
    }
}
