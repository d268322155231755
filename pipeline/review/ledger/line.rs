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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<Cow<'l, Origin>>,
    #[serde(borrow)]
    prev: Cow<'l, str>,
}

/// Where a line stood that was taken from another ledger. With it that ledger's chain can still be followed, and nobody can
/// change the line without being noticed, here or there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Names the other ledger as it was then: the hash of its last line.
    pub chain: String,
    /// The hash of the line there.
    pub line: String,
    /// The hash of the line before it there.
    pub prev: String,
    /// The line as it stood there, when it was written otherwise than this program writes what it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl Origin {
    /// Whether a verdict is what the line said there.
    fn is_of(&self, verdict: &Verdict) -> bool {
        let mut line = Vec::with_capacity(512);
        match &self.text {
            Some(text) => {
                let same = parse(text.as_bytes(), &mut Interner::default());
                line.extend_from_slice(text.as_bytes());
                same.is_ok_and(|there| there.verdict == *verdict && there.prev == self.prev) && hash(&line) == self.line
            }
            None => {
                write(verdict, None, &self.prev, &mut line);
                hash(&line) == self.line
            }
        }
    }
}

/// What a line says.
pub(super) struct Parsed {
    pub verdict: Verdict,
    /// The hash that it holds of the line before.
    pub prev: String,
    /// The place that it had in another ledger.
    pub from: Option<Box<Origin>>,
}

impl Parsed {
    /// Whether it was taken from another ledger and changed since.
    pub fn is_changed(&self) -> bool {
        self.from.as_ref().is_some_and(|from| !from.is_of(&self.verdict))
    }
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

/// Reads a line, or says why it is none.
pub(super) fn parse(bytes: &[u8], words: &mut Interner) -> Result<Parsed, String> {
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
    let from = line.from.map(|from| Box::new(from.into_owned()));
    Ok(Parsed { verdict, prev: line.prev.into_owned(), from })
}

/// Writes a verdict after a line with the hash `prev`, without a line break.
pub(super) fn write(verdict: &Verdict, from: Option<&Origin>, prev: &str, out: &mut Vec<u8>) {
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
        from: from.map(Cow::Borrowed),
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
