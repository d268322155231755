//! What goes to other programs and people and comes from them. Out go codings in the form that other programs read: one
//! (report, code) a line, every one present, with the passages behind it; the types here are the format, and the domain's
//! own types may change without it. In come human codings ([`human`]), which become verdicts ([`import`]).

mod behind;
mod cited;
pub mod human;
pub mod quotes;
pub mod table;
pub mod tables;
mod texts;
mod verdicts;
pub mod worksheet;

pub use behind::{Behind, Given, Ground, behind};
pub use cited::{Cited, Lost, cited};
pub use texts::{Error as TextsError, Texts};
pub use verdicts::{Error as ImportError, Import, Imported, LeftOut, import};

use crate::coding::{Coded, Unreadable};
use crate::decide::{By, Decision, Reason};
use crate::frame::CodeIndex;
use crate::review::{Label, Said};
use crate::span::ByteSpan;
use crate::store::{self, Store};
use crate::study::Study;
use quotes::Haystack;
use serde::Serialize;

/// One line of `export codings --format jsonl`.
#[derive(Debug, Clone, Serialize)]
pub struct CodingLine<'c> {
    /// The report's id.
    pub report: &'c str,
    /// The question's id.
    pub question: &'c str,
    /// The code's id.
    pub code: &'c str,
    /// Probability that the code applies, 0 to 1; none without a classifier.
    pub probability: Option<f64>,
    /// What is decided.
    pub decision: Decision,
    /// What decided it.
    pub by: By,
    /// The classifier, when it decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub classifier: Option<&'c str>,
    /// Why it is queued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// Sum of what speaks for it, by rules.
    pub support: f64,
    /// Sum of what speaks against it.
    pub opposition: f64,
    /// The passages that speak for it; where a person decided and pointed to some, those.
    pub passages: Vec<Passage<'c>>,
    /// The terms that weighed most in the passage that the classifier is surest of, stemmed, the heaviest first.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub terms: &'c [String],
}

/// A passage of a coding line.
#[derive(Debug, Clone, Serialize)]
pub struct Passage<'c> {
    /// First byte in the report's text.
    pub start: u32,
    /// One past its last byte.
    pub end: u32,
    /// The passage.
    pub quote: &'c str,
}

/// Why codings could not be exported.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The store's bytes.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The table that they go to.
    #[error(transparent)]
    Table(table::TableError),
    /// The place they go to.
    #[error("could not write the codings")]
    Output(#[from] std::io::Error),
}

/// Hands every (report, code) to `visit`, by report id and in frame order. What people `said` goes before the machine's
/// decisions; with nothing said they are the machine's own.
///
/// # Errors
/// When the store cannot be read, or what `visit` returns.
pub fn codings(
    study: &Study,
    store: &Store,
    said: &Said,
    mut visit: impl FnMut(&CodingLine<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    store.each_report(|row| {
        let mut coded = Coded::from_row(&row)?;
        said.settle(study, &mut coded);
        let coded = coded;
        let mut haystack = Haystack::new(&coded.content.report.text);
        for (code, cell) in study.frame.codes().zip(&coded.cells) {
            // What supports a code that does not apply is no evidence for the reader of a coding.
            let applies = cell.decision != Decision::DoesNotApply;
            let spans = if applies { passages(study, &coded, said, code.index, &mut haystack) } else { Vec::new() };
            let text = &coded.content.report.text;
            let passage = |span: ByteSpan| Passage { start: span.start, end: span.end, quote: span.slice(text) };
            let best = coded.cited_for(code.index).next().filter(|_| applies);
            let line = CodingLine {
                report: &coded.id,
                question: code.question.id.as_str(),
                code: code.code.id.as_str(),
                probability: cell.probability_in_files(),
                decision: cell.decision,
                by: cell.by,
                classifier: study.classifier_of(cell.by),
                reason: cell.reason_in_files(),
                support: cell.support_in_hundredths(),
                opposition: cell.opposition_in_hundredths(),
                passages: spans.into_iter().map(passage).collect(),
                terms: best.map_or(&[], |cited| &cited.terms),
            };
            visit(&line)?;
        }
        Ok(())
    })
}

/// What speaks for a code that applies or may: the passages that people pointed to, where they did, else the machine's.
pub fn passages(
    study: &Study,
    coded: &Coded,
    said: &Said,
    code: CodeIndex,
    haystack: &mut Haystack<'_>,
) -> Vec<ByteSpan> {
    let label = said.label(&coded.id, code).filter(|label| label.applies);
    let mut spans = label.map_or_else(Vec::new, |label| pointed_to(label, &coded.content.report.text, haystack));
    if spans.is_empty() {
        spans = coded.supporting(study, code).into_iter().map(|passage| passage.span).collect();
    }
    spans
}

/// Where the passages stand that people pointed to: where the ledger says, unless the report has changed since.
pub fn pointed_to(label: &Label, text: &str, haystack: &mut Haystack<'_>) -> Vec<ByteSpan> {
    let mut spans: Vec<ByteSpan> = Vec::new();
    for quote in &label.passages {
        let found = text.get(quote.start as usize..quote.end as usize);
        let stands = (found == Some(&quote.quote)).then_some(ByteSpan { start: quote.start, end: quote.end });
        spans.extend(stands.or_else(|| haystack.find(&quote.quote, &spans)));
    }
    spans
}
