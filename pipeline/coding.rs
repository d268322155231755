//! One report as the store keeps it: what was read, what was found in it, what was decided. The bytes are postcard's,
//! which are the same for the same values; the store's version changes when these types do.

mod sample;

pub use sample::sample;

use crate::classify::Scorer;
use crate::decide::{By, Cell, Decision, Judge, decide, derive_again, judge};
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
use std::collections::BTreeMap;

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
    /// By how few numbers the report can be compared with others; empty without a classifier. Comes first, so that it can
    /// be read without the rest.
    pub sketch: Vec<i8>,
    /// Rule hits, by passage and rule.
    pub hits: Vec<Hit>,
    /// Numbers and phases that the report states; empty when no derived code asks for any.
    pub facts: Facts,
    /// Passages that the classifier cites, by code and then most likely first.
    pub cited: Vec<Cited>,
}

/// A passage that the classifier cites for a code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cited {
    /// The code.
    pub code: CodeIndex,
    /// Number of the passage.
    pub passage: u32,
    /// Probability that the passage carries the code; none where the classifier has learned from whole reports only.
    pub probability: Option<f32>,
    /// The terms that weighed most, stemmed, the heaviest first.
    pub terms: Vec<String>,
}

impl Evidence {
    /// Reads the store's bytes.
    ///
    /// # Errors
    /// When they are of another version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Evidence, Unreadable> {
        postcard::from_bytes(bytes).map_err(|_| Unreadable)
    }

    /// Reads only the sketch.
    ///
    /// # Errors
    /// When they are of another version.
    pub fn sketch_from_bytes(bytes: &[u8]) -> Result<Vec<i8>, Unreadable> {
        postcard::take_from_bytes(bytes).map(|(sketch, _)| sketch).map_err(|_| Unreadable)
    }
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

/// Codes reports; it belongs to one thread.
pub struct Coder<'s> {
    study: &'s Study,
    proposer: Proposer<'s>,
    scorer: Option<Scorer<'s>>,
}

impl<'s> Coder<'s> {
    /// A coder that has read nothing yet.
    pub fn new(study: &'s Study) -> Self {
        let scorer = study.classifier.as_ref().map(|chosen| chosen.classifier.scorer());
        Coder { study, proposer: Proposer::new(&study.rules), scorer }
    }

    /// Codes one report by rules and facts alone.
    pub fn by_rules(&mut self, content: &Content) -> (Vec<Hit>, Facts, Vec<Cell>) {
        let study = self.study;
        let hits = self.proposer.propose(&content.report, &content.passages);
        let read = |lexicon| facts(&content.report, &content.passages, lexicon);
        let facts = study.lexicon.as_ref().map(read).unwrap_or_default();
        let cells = decide(study.basis(), &hits, &|name| facts.value(name));
        (hits, facts, cells)
    }

    /// Codes one report.
    pub fn code(&mut self, id: &str, content: &Content) -> (Evidence, Vec<Cell>) {
        let study = self.study;
        let (hits, facts, mut cells) = self.by_rules(content);
        let (mut cited, mut sketch) = (Vec::new(), Vec::new());
        if let (Some(chosen), Some(scorer)) = (&study.classifier, &mut self.scorer) {
            let (targets, models) = (&chosen.classifier.targets, &chosen.classifier.codes);
            let sample = sample(study, content, &hits, &cells, &chosen.target_of, targets.len());
            let scored = scorer.score(&sample);
            sketch = scored.sketch;
            let code_of = |target: usize| study.frame.find(&targets[target].name).map(|code| code.index);
            cited = scored
                .passages
                .into_iter()
                .filter_map(|p| {
                    let (passage, probability) = (p.passage as u32, p.probability.map(|p| p as f32));
                    Some(Cited { code: code_of(p.target)?, passage, probability, terms: p.terms })
                })
                .collect();
            let probability = |code: CodeIndex| {
                let target = chosen.target_of[code.get()]?;
                Some((scored.probabilities[target], models[target].is_automatic))
            };
            let (accept_from, reject_to) = (chosen.classifier.accept_from, chosen.classifier.reject_to);
            let is_audited = |code| study.audits(id, code);
            judge(
                &study.frame,
                &mut cells,
                &Judge { probability: &probability, accept_from, reject_to, is_audited: &is_audited },
            );
            if study.derivations.codes().any(|code| cells[code.get()].by != By::Classifier) {
                derive_again(study.basis(), &mut cells, &|name| facts.value(name));
            }
        }
        (Evidence { sketch, hits, facts, cited }, cells)
    }
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
            evidence: Evidence::from_bytes(&row.evidence)?,
        })
    }

    /// What the index keeps of it: its passages with the codes that they support.
    pub fn entry(&self, study: &Study, metadata: &BTreeMap<String, String>) -> IndexedReport {
        let Content { report, passages } = &self.content;
        let mut entry = IndexedReport::new(&self.id, report, passages, metadata);
        for code in study.frame.codes() {
            let decision = self.cells[code.index.get()].decision;
            for passage in self.supporting_numbers(study, code.index) {
                entry.add_code(passage as usize, code.question.id.as_str(), code.code.id.as_str(), decision.name());
            }
        }
        entry
    }

    /// The rule hits of a code, by passage.
    pub fn hits_of<'c>(&'c self, study: &'c Study, code: CodeIndex) -> impl Iterator<Item = &'c Hit> {
        self.evidence.hits.iter().filter(move |hit| study.rules.rule(hit.rule).code == code)
    }

    /// The passages that the classifier cites for a code, most likely first.
    pub fn cited_for(&self, code: CodeIndex) -> impl Iterator<Item = &Cited> {
        self.evidence.cited.iter().filter(move |cited| cited.code == code)
    }

    /// The passages that support a code: those with a hit of a rule for it that stands as it is, and those that the
    /// classifier cites.
    pub fn supporting(&self, study: &Study, code: CodeIndex) -> Vec<&Passage> {
        let numbers = self.supporting_numbers(study, code);
        numbers.iter().map(|n| &self.content.passages[*n as usize]).collect()
    }

    /// As [`Coded::supporting`], by the numbers of the passages, ascending.
    pub fn supporting_numbers(&self, study: &Study, code: CodeIndex) -> Vec<u32> {
        let mut numbers: Vec<u32> = self
            .hits_of(study, code)
            .filter(|hit| hit.turned.is_none() && !study.rules.rule(hit.rule).against)
            .map(|hit| hit.passage)
            .collect();
        numbers.extend(self.cited_for(code).map(|cited| cited.passage));
        for span in self.facts_behind(study, code) {
            numbers.extend(self.content.passages.iter().position(|p| p.span.contains(&span)).map(|n| n as u32));
        }
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// The numbers of the passages that lie, or lie in part, in a span of the report's text.
    pub fn passages_in(&self, span: ByteSpan) -> impl Iterator<Item = u32> {
        let passages = (0..).zip(&self.content.passages);
        passages.filter(move |(_, p)| p.span.start < span.end && span.start < p.span.end).map(|(n, _)| n)
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
