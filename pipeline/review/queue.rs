//! The queued codes of one report become lines of `corpus/review/queue.jsonl`, which other programs read: what is asked,
//! why, and every passage that speaks for or against it with its place in the report.

use crate::coding::Coded;
use crate::decide::{Decision, Reason};
use crate::frame::{CodeRef, Select};
use crate::propose::{Hit, Property};
use crate::segment::{column_head, heading_path, row_head};
use crate::study::Study;
use serde::Serialize;

/// The format version of a queue line.
pub const VERSION: u32 = 1;

/// Most passages shown with an item, the strongest first.
const MAX_PASSAGES: usize = 8;

/// One line of the queue file.
#[derive(Debug, Clone, Serialize)]
pub struct QueueLine<'q> {
    /// Version of the format, 1.
    pub v: u32,
    /// Stays the same while report, code and the code's definition do.
    pub id: String,
    /// Place in the queue, from 1.
    pub rank: usize,
    /// The report's id.
    pub report: &'q str,
    /// The question's id.
    pub question: &'q str,
    /// The question as people read it.
    pub title: &'q str,
    /// `one` or `many`.
    pub select: &'static str,
    /// The code's id.
    pub code: &'q str,
    /// The code's label.
    pub label: &'q str,
    /// The code's definition.
    pub definition: &'q str,
    /// Hash of the definition, for the verdict's ledger line.
    pub definition_hash: &'q str,
    /// Probability that the code applies; none without a classifier.
    pub probability: Option<f64>,
    /// Why a person is asked.
    pub reason: Reason,
    /// Sum of what speaks for the code; 1 would be enough by itself.
    pub support: f64,
    /// Sum of what speaks against it.
    pub opposition: f64,
    /// The passages that speak for and against it.
    pub passages: Vec<Quoted<'q>>,
}

/// A passage with what it says about a code and where it stands.
#[derive(Debug, Clone, Serialize)]
pub struct Quoted<'q> {
    /// First byte in the report's text.
    pub start: u32,
    /// One past its last byte.
    pub end: u32,
    /// The passage.
    pub quote: &'q str,
    /// `for` or `against`.
    pub speaks: &'static str,
    /// The words that the rule found.
    pub words: &'q str,
    /// The rule's id.
    pub rule: &'q str,
    /// What its context makes of it, when that is why it speaks against.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<Property>,
    /// The words of the context that say so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trigger: Option<&'q str>,
    /// The headings above it, the outermost first.
    pub headings: Vec<&'q str>,
    /// The head of its table row: in a question|answer table, the question.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub row: String,
    /// The head of its table column.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub column: String,
}

/// The queued codes of a report, by reason and then in frame order; ranks start at `rank`.
pub fn queue_of<'q>(study: &'q Study, coded: &'q Coded, rank: usize) -> Vec<QueueLine<'q>> {
    let mut queued: Vec<(Reason, CodeRef<'q>)> = Vec::new();
    for (code, cell) in study.frame.codes().zip(&coded.cells) {
        if cell.decision == Decision::Queue {
            queued.push((cell.reason.unwrap_or(Reason::Unsure), code));
        }
    }
    queued.sort_by_key(|(reason, code)| (*reason, code.index));
    let line = |(n, (reason, code)): (usize, (Reason, CodeRef<'q>))| {
        let cell = &coded.cells[code.index.get()];
        QueueLine {
            v: VERSION,
            id: item_id(&coded.id, &code),
            rank: rank + n,
            report: &coded.id,
            question: code.question.id.as_str(),
            title: &code.question.title,
            select: match code.question.select {
                Select::One => "one",
                Select::Many => "many",
            },
            code: code.code.id.as_str(),
            label: &code.code.label,
            definition: &code.code.definition,
            definition_hash: &code.code.definition_hash,
            probability: None,
            reason,
            support: cell.support_in_hundredths(),
            opposition: cell.opposition_in_hundredths(),
            passages: passages(study, coded, &code),
        }
    };
    queued.into_iter().enumerate().map(line).collect()
}

/// The first 16 hex digits of blake3 over report, code and definition.
fn item_id(report: &str, code: &CodeRef<'_>) -> String {
    let parts = [report, code.name(), &code.code.definition_hash];
    blake3::hash(parts.join("\0").as_bytes()).to_hex()[..16].to_owned()
}

fn passages<'q>(study: &'q Study, coded: &'q Coded, code: &CodeRef<'q>) -> Vec<Quoted<'q>> {
    let mut hits: Vec<&Hit> = coded.hits_of(study, code.index).collect();
    let weight = |hit: &Hit| study.rules.rule(hit.rule).weight;
    hits.sort_by(|a, b| weight(b).total_cmp(&weight(a)).then(a.passage.cmp(&b.passage)).then(a.rule.cmp(&b.rule)));
    hits.truncate(MAX_PASSAGES);
    hits.sort_by_key(|hit| (hit.passage, hit.rule));
    hits.into_iter().map(|hit| quoted(study, coded, hit)).collect()
}

fn quoted<'q>(study: &'q Study, coded: &'q Coded, hit: &Hit) -> Quoted<'q> {
    let report = &coded.content.report;
    let passage = &coded.content.passages[hit.passage as usize];
    let rule = study.rules.rule(hit.rule);
    Quoted {
        start: passage.span.start,
        end: passage.span.end,
        quote: passage.span.slice(&report.text),
        speaks: if rule.against == hit.turned.is_some() { "for" } else { "against" },
        words: hit.span.slice(&report.text),
        rule: &rule.id,
        context: hit.turned.as_ref().map(|t| t.by),
        trigger: hit.turned.as_ref().map(|t| t.trigger.slice(&report.text)),
        headings: heading_path(report, passage.block),
        row: row_head(report, passage.block),
        column: column_head(report, passage.block),
    }
}
