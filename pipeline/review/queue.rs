//! The queued codes of one report become lines of `corpus/review/queue.jsonl`, which other programs read: what is asked,
//! why, what the machine would say, and every passage that speaks for or against it with its place in the report.

use crate::coding::{Cited, Coded};
use crate::decide::{By, Cell, Decision, Reason};
use crate::frame::{CodeRef, Select};
use crate::propose::{Hit, Property};
use crate::segment::{column_head, heading_path, row_head};
use crate::study::Study;
use serde::Serialize;

/// The format version of a queue line.
pub const VERSION: u32 = 1;

/// Most passages found by rules that are shown with an item, the strongest first.
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
    /// Probability that the code applies; none without a classifier, and none where the reason is that the machine is unsure:
    /// what is asked for the audit says so too, and an extreme probability would betray it.
    pub probability: Option<f64>,
    /// Why a person is asked; what is asked for the audit is said to be unsure.
    pub reason: Reason,
    /// What the machine would say; goes into the verdict's ledger line as what it answered.
    pub proposal: Put<'q>,
    /// Sum of what speaks for the code; 1 would be enough by itself.
    pub support: f64,
    /// Sum of what speaks against it.
    pub opposition: f64,
    /// The passages that speak for and against it.
    pub passages: Vec<Quoted<'q>>,
}

/// A proposal as a person is shown it.
#[derive(Debug, Clone, Serialize)]
pub struct Put<'q> {
    /// The proposal.
    #[serde(flatten)]
    pub proposal: Proposal<'q>,
    /// Whether the person is asked because others disagree; only written when it is so.
    #[serde(skip_serializing_if = "is_false")]
    pub adjudicates: bool,
}

fn is_false(value: &bool) -> bool {
    !value
}

/// What the machine would say of a code if it had to.
#[derive(Debug, Clone, Serialize)]
pub struct Proposal<'q> {
    /// `applies` or `does_not_apply`.
    pub decision: Decision,
    /// Probability that the code applies; none without a classifier. In the queue it is withheld where the line's is.
    pub probability: Option<f64>,
    /// What says so.
    pub by: By,
    /// The classifier, when it is the classifier that says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub classifier: Option<&'q str>,
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
    /// The words that the rule found, when it was a rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<&'q str>,
    /// The rule's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<&'q str>,
    /// Probability that the passage carries the code, when the classifier cites it; withheld where the line's is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// The terms that weighed most with the classifier, stemmed, the heaviest first.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub terms: &'q [String],
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

/// The queued codes of a report, by reason, then those that the classifier is least sure of, then in frame order; ranks
/// start at `rank`.
pub fn queue_of<'q>(study: &'q Study, coded: &'q Coded, rank: usize) -> Vec<QueueLine<'q>> {
    let cell = |code: &CodeRef<'_>| &coded.cells[code.index.get()];
    let mut queued: Vec<CodeRef<'q>> =
        study.frame.codes().filter(|code| cell(code).decision == Decision::Queue).collect();
    let sureness = |code: &CodeRef<'_>| match cell(code).reason {
        // What is asked for the audit stands anywhere among what the machine is unsure of.
        Some(Reason::Audit) => chance(&item_id(&coded.id, code)) / 2.,
        _ => cell(code).probability.map_or(0., |p| (p - 0.5).abs()),
    };
    // A stable sort: of equals the first of the frame.
    queued.sort_by(|a, b| {
        let order = urgency(shown_reason(cell(a))).cmp(&urgency(shown_reason(cell(b))));
        order.then(sureness(a).total_cmp(&sureness(b)))
    });
    queued.into_iter().enumerate().map(|(n, code)| line_of(study, coded, code, rank + n)).collect()
}

/// The line of one code of a report, whether it is queued or not.
pub fn line_of<'q>(study: &'q Study, coded: &'q Coded, code: CodeRef<'q>, rank: usize) -> QueueLine<'q> {
    let cell = &coded.cells[code.index.get()];
    let probability = cell.probability_in_review();
    QueueLine {
        v: VERSION,
        id: item_id(&coded.id, &code),
        rank,
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
        probability,
        reason: shown_reason(cell),
        proposal: Put {
            proposal: Proposal {
                decision: cell.leaning(),
                probability,
                by: cell.by,
                classifier: study.classifier_of(cell.by),
            },
            adjudicates: cell.reason == Some(Reason::PeopleDisagree),
        },
        support: cell.support_in_hundredths(),
        opposition: cell.opposition_in_hundredths(),
        passages: passages(study, coded, &code),
    }
}

fn shown_reason(cell: &Cell) -> Reason {
    cell.reason_in_files().unwrap_or(Reason::Unsure)
}

/// What is asked first has the lowest number: what people disagree on, contradictions, then doubts, then what the machine knows nothing of.
fn urgency(reason: Reason) -> u8 {
    match reason {
        Reason::PeopleDisagree => 0,
        Reason::Opposed => 1,
        Reason::Disagree => 2,
        Reason::Tie => 3,
        Reason::Unsure | Reason::Audit => 4,
        Reason::NothingFound => 5,
        Reason::TooFewExamples => 6,
        Reason::NoRule => 7,
    }
}

/// The first 16 hex digits of blake3 over report, code and definition.
pub fn item_id(report: &str, code: &CodeRef<'_>) -> String {
    item_id_of(report, code.name(), &code.code.definition_hash)
}

/// A number from 0 to below 1 that an item's id stands for.
fn chance(id: &str) -> f32 {
    let drawn = blake3::hash(id.as_bytes());
    f32::from(u16::from_le_bytes([drawn.as_bytes()[0], drawn.as_bytes()[1]])) / 65_536.
}

/// As [`item_id`], of a code's name (`question/code`) and the hash of its definition as it was at some time.
pub fn item_id_of(report: &str, code: &str, definition_hash: &str) -> String {
    blake3::hash([report, code, definition_hash].join("\0").as_bytes()).to_hex()[..16].to_owned()
}

/// The passages that speak for and against a code of a report, in the report's order: the strongest that rules found, and
/// those that the classifier cites.
pub fn passages<'q>(study: &'q Study, coded: &'q Coded, code: &CodeRef<'q>) -> Vec<Quoted<'q>> {
    let mut hits: Vec<&Hit> = coded.hits_of(study, code.index).collect();
    let weight = |hit: &Hit| study.rules.rule(hit.rule).weight;
    hits.sort_by(|a, b| weight(b).total_cmp(&weight(a)).then(a.passage.cmp(&b.passage)).then(a.rule.cmp(&b.rule)));
    hits.truncate(MAX_PASSAGES);
    hits.sort_by_key(|hit| (hit.passage, hit.rule));
    let mut shown: Vec<(u32, Quoted<'q>)> =
        hits.into_iter().map(|hit| (hit.passage, of_hit(study, coded, hit))).collect();
    for cited in coded.cited_for(code.index) {
        let found = shown.iter_mut().find(|(passage, quoted)| *passage == cited.passage && quoted.speaks == FOR);
        match found {
            Some((_, quoted)) => add_terms(quoted, cited),
            None => {
                let mut quoted = quoted(coded, cited.passage, FOR);
                add_terms(&mut quoted, cited);
                shown.push((cited.passage, quoted));
            }
        }
    }
    if coded.cells[code.index.get()].probability_in_review().is_none() {
        shown.iter_mut().for_each(|(_, quoted)| quoted.probability = None);
    }
    // A stable sort: what rules found in a passage stays before what the classifier cites.
    shown.sort_by_key(|(passage, _)| *passage);
    shown.into_iter().map(|(_, quoted)| quoted).collect()
}

const FOR: &str = "for";
const AGAINST: &str = "against";

fn of_hit<'q>(study: &'q Study, coded: &'q Coded, hit: &Hit) -> Quoted<'q> {
    let rule = study.rules.rule(hit.rule);
    let text = &coded.content.report.text;
    Quoted {
        words: Some(hit.span.slice(text)),
        rule: Some(&rule.id),
        context: hit.turned.as_ref().map(|t| t.by),
        trigger: hit.turned.as_ref().map(|t| t.trigger.slice(text)),
        ..quoted(coded, hit.passage, if rule.against == hit.turned.is_some() { FOR } else { AGAINST })
    }
}

fn add_terms<'q>(quoted: &mut Quoted<'q>, cited: &'q Cited) {
    quoted.probability = cited.probability.map(|p| (f64::from(p) * 1e4).round() / 1e4);
    quoted.terms = &cited.terms;
}

/// A passage and where it stands.
fn quoted<'q>(coded: &'q Coded, passage: u32, speaks: &'static str) -> Quoted<'q> {
    let report = &coded.content.report;
    let passage = &coded.content.passages[passage as usize];
    Quoted {
        start: passage.span.start,
        end: passage.span.end,
        quote: passage.span.slice(&report.text),
        speaks,
        words: None,
        rule: None,
        probability: None,
        terms: &[],
        context: None,
        trigger: None,
        headings: heading_path(report, passage.block),
        row: row_head(report, passage.block),
        column: column_head(report, passage.block),
    }
}
