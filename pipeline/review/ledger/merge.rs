//! Another ledger of the same study, from a colleague's machine or a copy of the project, goes into this one: what is not here
//! yet is appended, in order of time, each line with the place that it had in its own chain; what is here is not touched.
//! A verdict is the same when all that it says is the same, so taking a ledger twice, or taking back what others have taken
//! from here, adds nothing.

mod conflict;

pub use conflict::{Conflict, Statement};

use super::line::{Origin, parse, trimmed, write};
use super::moment::instant;
use super::{Appender, Entry, Error, Ledger, Survey, Verdict, hash};
use crate::fault::Fault;
use conflict::conflicts;
use rustc_hash::FxHashSet;
use std::borrow::Cow;
use std::path::Path;

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Merged {
    /// What the other ledger is named by in the lines taken from it: the hash of its last line.
    pub chain: String,
    /// Verdicts in it.
    pub n_lines: usize,
    /// Those that were added.
    pub n_added: usize,
    /// Those of a time after now: the clock of the other machine was wrong, and later verdicts lose to them.
    pub n_ahead: usize,
    /// What the two ledgers say differently, of what was added; by report, question, code.
    pub conflicts: Vec<Conflict>,
    /// What is wrong with the other ledger.
    pub faults: Vec<Fault>,
    /// What is odd about this one.
    pub warnings: Vec<String>,
}

/// Takes the ledger at `other` into the one at `path`; names are the paths that errors show, `now` is a time as RFC 3339.
///
/// # Errors
/// When the other file cannot be read or has not one verdict, or this ledger cannot be read or written; then nothing is added.
pub fn merge(path: &Path, name: &str, other: &Path, other_name: &str, now: &str) -> Result<Merged, Error> {
    let bytes = std::fs::read(other).map_err(|source| Error::Read { path: other_name.to_owned(), source })?;
    let (theirs, faults) = survey(other_name, &bytes);
    if theirs.entries.is_empty() && !trimmed(&bytes).is_empty() {
        return Err(Error::NoLedger { path: other_name.to_owned() });
    }
    // From here on nobody else appends, so that what is not there now is not there later.
    let mut appender = Appender::open(path, name)?;
    let (ours, own_faults) = Ledger::survey(path, name)?;
    let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').map(trimmed).collect();
    let last = lines.iter().rev().find(|line| !line.is_empty());
    let chain = last.map_or_else(String::new, |line| hash(line));
    let known: FxHashSet<Identity> = ours.entries.iter().map(|entry| identity(&entry.verdict)).collect();
    let theirs_known: FxHashSet<Identity> = theirs.entries.iter().map(|entry| identity(&entry.verdict)).collect();
    let mut seen = known.clone();
    let mut added: Vec<(Verdict, Origin)> = Vec::new();
    for entry in theirs.in_time() {
        if seen.insert(identity(&entry.verdict)) {
            let line = lines[entry.line as usize - 1];
            added.push((entry.verdict.clone(), origin(entry, line, &chain)));
        }
    }
    let now = instant(now);
    let is_ahead = |verdict: &Verdict| instant(&verdict.at).zip(now).is_some_and(|(at, now)| at > now);
    let merged = Merged {
        n_lines: theirs.entries.len(),
        n_added: added.len(),
        n_ahead: added.iter().filter(|(verdict, _)| is_ahead(verdict)).count(),
        conflicts: conflicts(&ours, &theirs, &added, &known, &theirs_known),
        chain,
        faults,
        warnings: own_faults.iter().map(ToString::to_string).collect(),
    };
    appender.append_taken(&added)?;
    Ok(merged)
}

fn survey(name: &str, bytes: &[u8]) -> (Ledger, Vec<Fault>) {
    let mut survey = Survey { name: Cow::Borrowed(name), ..Survey::default() };
    bytes.split_inclusive(|byte| *byte == b'\n').for_each(|line| survey.line(line));
    (Ledger { entries: survey.entries }, survey.faults)
}

/// All that a verdict says, whatever chain it stands in.
type Identity = [u8; 32];

fn identity(verdict: &Verdict) -> Identity {
    let mut bytes = Vec::with_capacity(512);
    write(verdict, None, "", &mut bytes);
    *blake3::hash(&bytes).as_bytes()
}

/// Where a line stood first. One that had been taken from a third ledger keeps that place.
fn origin(entry: &Entry, line: &[u8], chain: &str) -> Origin {
    if let Some(origin) = &entry.from {
        return (**origin).clone();
    }
    let prev = parse(line, &mut Default::default()).map(|parsed| parsed.prev).unwrap_or_default();
    let mut again = Vec::with_capacity(line.len());
    write(&entry.verdict, None, &prev, &mut again);
    let text = (again != line).then(|| String::from_utf8_lossy(line).into_owned());
    Origin { chain: chain.to_owned(), line: hash(line), prev, text }
}

#[cfg(test)]
mod tests;
