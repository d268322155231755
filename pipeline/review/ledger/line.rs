//! A verdict as a line of `corpus/ledger.jsonl`, and back. The order of the keys is part of the format. Unknown keys
//! are passed over, so that a ledger with more in it than this version knows can still be used.

use super::verdict::{Answer, Quote, Route, Verdict};
use crate::report_id::ReportId;
use crate::score::Probability;
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::sync::Arc;

/// The format version of a ledger line.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Line<'l> {
    v: u32,
    #[serde(borrow)]
    at: Cow<'l, str>,
    #[serde(borrow)]
    reviewer: Cow<'l, str>,
    #[serde(borrow)]
    report: Cow<'l, str>,
    #[serde(borrow)]
    question: Cow<'l, str>,
    #[serde(borrow)]
    code: Cow<'l, str>,
    verdict: Answer,
    #[serde(default)]
    passages: Cow<'l, [Quote]>,
    #[serde(borrow)]
    definition: Cow<'l, str>,
    #[serde(default)]
    answered: Option<Box<serde_json::Value>>,
    route: Route,
    #[serde(default)]
    pi: Option<f64>,
    #[serde(borrow, default)]
    note: Cow<'l, str>,
    #[serde(borrow)]
    prev: Cow<'l, str>,
}

/// One copy of every word that repeats.
#[derive(Default)]
pub(super) struct Interner(FxHashSet<Arc<str>>);

impl Interner {
    fn keep(&mut self, word: &str) -> Arc<str> {
        if let Some(known) = self.0.get(word) {
            return known.clone();
        }
        let word: Arc<str> = word.into();
        self.0.insert(word.clone());
        word
    }
}

/// Reads a line; gives the verdict and the hash that it holds of the line before, or why it is none.
pub(super) fn parse(bytes: &[u8], words: &mut Interner) -> Result<(Verdict, String), String> {
    let line: Line<'_> = serde_json::from_slice(bytes).map_err(|error| {
        let text = error.to_string();
        // Each line is a text of its own, so serde's line is always 1.
        text.replace(" at line 1 column ", " at column ")
    })?;
    if line.v != VERSION {
        return Err(format!("it has version {}, and this codeframe knows version {VERSION}", line.v));
    }
    if line.pi.is_some_and(|pi| Probability::new(pi).is_none() || pi == 0.) {
        return Err("`pi` is not above 0 and at most 1".to_owned());
    }
    if line.passages.iter().any(|p| p.start > p.end) {
        return Err("a passage ends before it starts".to_owned());
    }
    if line.reviewer.trim().is_empty() {
        return Err("it does not say who the reviewer is".to_owned());
    }
    ReportId::try_from(line.report.to_string()).map_err(|error| error.to_string())?;
    let verdict = Verdict {
        at: words.keep(&line.at),
        reviewer: words.keep(&line.reviewer),
        report: words.keep(&line.report),
        question: words.keep(&line.question),
        code: words.keep(&line.code),
        answer: line.verdict,
        passages: line.passages.into_owned(),
        definition: words.keep(&line.definition),
        answered: line.answered,
        route: line.route,
        pi: line.pi,
        note: line.note.into_owned(),
    };
    Ok((verdict, line.prev.into_owned()))
}

/// Writes a verdict after a line with the hash `prev`, without a line break.
pub(super) fn write(verdict: &Verdict, prev: &str, out: &mut Vec<u8>) {
    let line = Line {
        v: VERSION,
        at: Cow::Borrowed(&verdict.at),
        reviewer: Cow::Borrowed(&verdict.reviewer),
        report: Cow::Borrowed(&verdict.report),
        question: Cow::Borrowed(&verdict.question),
        code: Cow::Borrowed(&verdict.code),
        verdict: verdict.answer,
        passages: Cow::Borrowed(&verdict.passages),
        definition: Cow::Borrowed(&verdict.definition),
        answered: verdict.answered.clone(),
        route: verdict.route,
        pi: verdict.pi,
        note: Cow::Borrowed(&verdict.note),
        prev: Cow::Borrowed(prev),
    };
    serde_json::to_writer(out, &line).expect("a verdict always has a text");
}

/// A line without what ends it. Version control may turn `\n` into `\r\n`, which must not break the chain.
pub(super) fn trimmed(bytes: &[u8]) -> &[u8] {
    bytes.trim_ascii_end()
}

/// The hash by which the next line names a line: the first 16 hex digits of blake3 over its bytes, without its end.
pub(super) fn hash(line: &[u8]) -> String {
    blake3::hash(line).to_hex()[..16].to_owned()
}
