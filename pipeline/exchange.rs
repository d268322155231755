//! What goes to other programs and people and comes from them. Out go codings in the form that other programs read: one
//! (report, code) a line, every one present, with the passages behind it; the types here are the format, and the domain's
//! own types may change without it. In come human codings ([`human`]), which become verdicts ([`import`]).

pub mod human;
pub mod quotes;
mod texts;
mod verdicts;

pub use texts::{Error as TextsError, Texts};
pub use verdicts::{Error as ImportError, Import, Imported, LeftOut, import};

use crate::coding::{Coded, Unreadable};
use crate::decide::{By, Decision, Reason};
use crate::store::{self, Store};
use crate::study::Study;
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
    /// Why it is queued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// Sum of what speaks for it, by rules.
    pub support: f64,
    /// Sum of what speaks against it.
    pub opposition: f64,
    /// The passages that speak for it.
    pub passages: Vec<Passage<'c>>,
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
    /// The place they go to.
    #[error("could not write the codings")]
    Output(#[from] std::io::Error),
}

/// Hands every (report, code) to `visit`, by report id and in frame order.
///
/// # Errors
/// When the store cannot be read, or what `visit` returns.
pub fn codings(
    study: &Study,
    store: &Store,
    mut visit: impl FnMut(&CodingLine<'_>) -> std::io::Result<()>,
) -> Result<(), Error> {
    store.each_report(|row| {
        let coded = Coded::from_row(&row)?;
        for (code, cell) in study.frame.codes().zip(&coded.cells) {
            let passage = |p: &crate::segment::Passage| Passage {
                start: p.span.start,
                end: p.span.end,
                quote: p.span.slice(&coded.content.report.text),
            };
            // What supports a code that does not apply is no evidence for the reader of a coding.
            let applies = cell.decision != Decision::DoesNotApply;
            let passages = if applies { coded.supporting(study, code.index) } else { Vec::new() };
            let line = CodingLine {
                report: &coded.id,
                question: code.question.id.as_str(),
                code: code.code.id.as_str(),
                probability: None,
                decision: cell.decision,
                by: cell.by,
                reason: cell.reason,
                support: cell.support_in_hundredths(),
                opposition: cell.opposition_in_hundredths(),
                passages: passages.into_iter().map(passage).collect(),
            };
            visit(&line)?;
        }
        Ok(())
    })
}
