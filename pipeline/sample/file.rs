//! `corpus/sample.jsonl`: a line for each report with what became of it, in order of ids, so that two samples can be
//! compared line by line. It is written whole and only by `codeframe sample`.

use super::{Error, Outcome};
use crate::fault::Place;
use crate::store::Replacement;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::Path;

/// The file, relative to the project.
pub const FILE: &str = "corpus/sample.jsonl";

/// The format version of a line.
pub const VERSION: u32 = 1;

/// What became of one report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Version of the format, 1.
    pub v: u32,
    /// The report's id.
    pub report: String,
    /// What became of it.
    pub outcome: Outcome,
    /// The stage that left it out or waits for it, from 1.
    pub stage: Option<usize>,
    /// How probable it was to be in the sample before the draw; none when nothing was drawn by chance, or it is open.
    pub pi: Option<f64>,
}

/// A sample that has been drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// A line for each report that there was.
    pub lines: Vec<Line>,
    /// blake3 of the file, in hex.
    pub hash: String,
    reports: BTreeSet<String>,
}

impl Sample {
    /// Reads the file; none when no sample has been drawn.
    ///
    /// # Errors
    /// When it is there and cannot be read, or a line is not sound.
    pub fn read(path: &Path) -> Result<Option<Sample>, Error> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(Error::Read { path: FILE.to_owned(), source }),
        };
        let hash = blake3::hash(text.as_bytes()).to_hex().to_string();
        let mut lines = Vec::new();
        for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
            let place = Place { path: FILE.to_owned(), line: number, column: 1 };
            let read: Line = serde_json::from_str(line)
                .map_err(|error| Error::Damaged { place: place.clone(), reason: error.to_string() })?;
            if read.v > VERSION {
                return Err(Error::Newer { place, version: read.v });
            }
            lines.push(read);
        }
        Ok(Some(Sample::of(lines, hash)))
    }

    fn of(lines: Vec<Line>, hash: String) -> Sample {
        let reports =
            lines.iter().filter(|line| line.outcome == Outcome::Sampled).map(|line| line.report.clone()).collect();
        Sample { lines, hash, reports }
    }

    /// Writes a sample in place of the one before.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(path: &Path, lines: &[Line]) -> Result<(), Error> {
        let mut replacement = Replacement::of(path)?;
        for line in lines {
            let mut text = serde_json::to_string(line).expect("plain data always has a text");
            text.push('\n');
            replacement.write(text.as_bytes())?;
        }
        Ok(replacement.finish()?)
    }

    /// The reports in it, by id.
    pub fn reports(&self) -> &BTreeSet<String> {
        &self.reports
    }

    /// Whether a report is in it.
    pub fn has(&self, report: &str) -> bool {
        self.reports.contains(report)
    }

    /// Reports that are in one of two samples only: those that came, those that went.
    pub fn changes<'s>(&'s self, lines: &'s [Line]) -> (Vec<&'s str>, Vec<&'s str>) {
        let now: BTreeSet<&str> =
            lines.iter().filter(|line| line.outcome == Outcome::Sampled).map(|line| line.report.as_str()).collect();
        let before: BTreeSet<&str> = self.reports.iter().map(String::as_str).collect();
        (now.difference(&before).copied().collect(), before.difference(&now).copied().collect())
    }
}
