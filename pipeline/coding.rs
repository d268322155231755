//! One report as the store keeps it: what was read, what was found in it, what was decided. The bytes are postcard's,
//! which are the same for the same values; the store's version changes when these types do.

use crate::decide::{By, Cell, Decision, decide};
use crate::extract::Report;
use crate::facts::{Facts, facts};
use crate::frame::CodeIndex;
use crate::index::IndexedReport;
use crate::propose::{Hit, Proposer};
use crate::segment::{Passage, segment};
use crate::span::ByteSpan;
use crate::store::ReportRow;
use crate::study::Study;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A report and the passages it falls into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// The report.
    pub report: Report,
    /// Its passages.
    pub passages: Vec<Passage>,
}

/// What was found in a report.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// Rule hits, by passage and rule.
    pub hits: Vec<Hit>,
    /// Numbers and phases that the report states; empty when no derived code asks for any.
    pub facts: Facts,
}

/// A coded report.
#[derive(Debug, Clone, PartialEq)]
pub struct Coded {
    /// Its id.
    pub id: String,
    /// Text, blocks and passages.
    pub content: Content,
    /// What was found.
    pub evidence: Evidence,
    /// What is decided of each code, in frame order.
    pub cells: Vec<Cell>,
}

/// The bytes of the store are not what this program writes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the store has bytes that this version did not write")]
pub struct Unreadable;

impl Content {
    /// Cuts a report into passages.
    pub fn of(report: Report) -> Content {
        let passages = segment(&report);
        Content { report, passages }
    }

    /// Reads the store's bytes.
    ///
    /// # Errors
    /// When they are of another version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Content, Unreadable> {
        postcard::from_bytes(bytes).map_err(|_| Unreadable)
    }
}

/// Codes one report.
pub fn code(study: &Study, proposer: &mut Proposer<'_>, content: &Content) -> (Evidence, Vec<Cell>) {
    let hits = proposer.propose(&content.report, &content.passages);
    let read = |lexicon| facts(&content.report, &content.passages, lexicon);
    let facts = study.lexicon.as_ref().map(read).unwrap_or_default();
    let cells = decide(study.basis(), &hits, &|name| facts.value(name));
    (Evidence { hits, facts }, cells)
}

/// Reads the decisions of a report.
///
/// # Errors
/// When the bytes are of another version.
pub fn cells_from_bytes(bytes: &[u8]) -> Result<Vec<Cell>, Unreadable> {
    postcard::from_bytes(bytes).map_err(|_| Unreadable)
}

impl Coded {
    /// The row that keeps it.
    pub fn to_row(&self, path: &str) -> ReportRow {
        let bytes = |result: postcard::Result<Vec<u8>>| result.expect("plain data always has bytes");
        ReportRow {
            id: self.id.clone(),
            path: path.to_owned(),
            content: bytes(postcard::to_stdvec(&self.content)),
            cells: bytes(postcard::to_stdvec(&self.cells)),
            evidence: bytes(postcard::to_stdvec(&self.evidence)),
        }
    }

    /// Reads a row.
    ///
    /// # Errors
    /// When its bytes are of another version.
    pub fn from_row(row: &ReportRow) -> Result<Coded, Unreadable> {
        Ok(Coded {
            id: row.id.clone(),
            content: Content::from_bytes(&row.content)?,
            cells: cells_from_bytes(&row.cells)?,
            evidence: postcard::from_bytes(&row.evidence).map_err(|_| Unreadable)?,
        })
    }

    /// What the index keeps of it: its passages with the codes that they support.
    pub fn entry(&self, study: &Study, metadata: &BTreeMap<String, String>) -> IndexedReport {
        let Content { report, passages } = &self.content;
        let mut entry = IndexedReport::new(&self.id, report, passages, metadata);
        let mut noted = BTreeSet::new();
        for hit in self.evidence.hits.iter().filter(|hit| hit.turned.is_none()) {
            let rule = study.rules.rule(hit.rule);
            if rule.against || !noted.insert((hit.passage, rule.code)) {
                continue;
            }
            let code = study.frame.code(rule.code);
            let decision = self.cells[rule.code.get()].decision;
            entry.add_code(hit.passage as usize, code.question.id.as_str(), code.code.id.as_str(), decision.name());
        }
        entry
    }

    /// The rule hits of a code, by passage.
    pub fn hits_of<'c>(&'c self, study: &'c Study, code: CodeIndex) -> impl Iterator<Item = &'c Hit> {
        self.evidence.hits.iter().filter(move |hit| study.rules.rule(hit.rule).code == code)
    }

    /// The passages that support a code: those with a hit of a rule for it that stands as it is.
    pub fn supporting(&self, study: &Study, code: CodeIndex) -> Vec<&Passage> {
        let mut numbers: Vec<u32> = self
            .hits_of(study, code)
            .filter(|hit| hit.turned.is_none() && !study.rules.rule(hit.rule).against)
            .map(|hit| hit.passage)
            .collect();
        for span in self.facts_behind(study, code) {
            numbers.extend(self.content.passages.iter().position(|p| p.span.contains(&span)).map(|n| n as u32));
        }
        numbers.sort_unstable();
        numbers.dedup();
        numbers.iter().map(|n| &self.content.passages[*n as usize]).collect()
    }

    /// Where the facts stand that a derived code which applies asks for.
    fn facts_behind(&self, study: &Study, code: CodeIndex) -> Vec<ByteSpan> {
        let cell = &self.cells[code.get()];
        if cell.by != By::Derived || cell.decision != Decision::Applies {
            return Vec::new();
        }
        study.derivations.facts_of(code).iter().flat_map(|name| self.evidence.facts.places(name)).collect()
    }

    /// How many codes are decided, and how many queued.
    pub fn n_decided_and_queued(&self) -> (usize, usize) {
        let queued = self.cells.iter().filter(|c| c.decision == Decision::Queue).count();
        (self.cells.len() - queued, queued)
    }
}
