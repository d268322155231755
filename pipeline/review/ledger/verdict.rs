//! What a person said about one code of one report, with everything that is needed to know later what was meant: the
//! definition that was in force, the passages, what was asked and how the person came to be asked.

use crate::span::ByteSpan;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One verdict. Names repeat over thousands of lines, so they are shared.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// When it was given, as RFC 3339 in UTC.
    pub at: Arc<str>,
    /// Who gave it.
    pub reviewer: Arc<str>,
    /// The report's id.
    pub report: Arc<str>,
    /// The question's id.
    pub question: Arc<str>,
    /// The code's id.
    pub code: Arc<str>,
    /// What was said.
    pub answer: Answer,
    /// Where in the report the answer stands, as far as that was said.
    pub passages: Vec<Quote>,
    /// Hash of the code's definition as it was then.
    pub definition: Arc<str>,
    /// The proposal that was answered, or `None` when nothing of the machine was shown.
    pub answered: Option<Box<serde_json::Value>>,
    /// How the person came to answer.
    pub route: Route,
    /// Probability, above 0 to 1, with which this (report, code) was drawn for review; `None` where nothing was drawn.
    pub pi: Option<f64>,
    /// Anything that the person added.
    pub note: String,
}

/// The note of a verdict that takes back an earlier one where there was none before: with the answer `unsure`, so that
/// nobody who knows nothing of this note counts it as a yes or no.
pub const UNDONE: &str = "undone";

impl Verdict {
    /// Whether it takes back what its reviewer had said, so that the code is as open to them as before.
    pub fn is_undone(&self) -> bool {
        self.answer == Answer::Unsure && self.note == UNDONE
    }
}

impl Verdict {
    /// Whether it was given to settle what others disagree on, of which the person was told.
    pub fn adjudicates(&self) -> bool {
        self.answered.as_ref().is_some_and(|proposal| proposal[ADJUDICATES] == true)
    }
}

/// The key of a proposal that tells people of a disagreement.
pub const ADJUDICATES: &str = "adjudicates";

/// What a person can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The code applies to the report.
    Applies,
    /// It does not.
    DoesNotApply,
    /// The person cannot tell, which is an answer too.
    Unsure,
}

/// Words for each answer, in small letters; the first is the one of files and tables.
const WORDS: [(Answer, &[&str]); 3] = [
    (Answer::Applies, &["applies", "apply", "yes", "y", "1", "true"]),
    (
        Answer::DoesNotApply,
        &["does_not_apply", "does not apply", "doesn't apply", "not apply", "no", "n", "0", "false"],
    ),
    (Answer::Unsure, &["unsure", "not sure", "uncertain", "?"]),
];

impl Answer {
    /// The answer that a person's word stands for; letter case, blanks, underscores and hyphens do not count.
    ///
    /// ```
    /// use codeframe::review::Answer;
    /// assert_eq!(Answer::read(" Does  not-apply"), Some(Answer::DoesNotApply));
    /// assert_eq!(Answer::read("perhaps"), None);
    /// ```
    pub fn read(word: &str) -> Option<Answer> {
        let plain = |word: &str| {
            let word = word.to_lowercase().replace(['_', '-'], " ").replace('’', "'");
            word.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let found = plain(word);
        WORDS.iter().find(|(_, words)| words.iter().any(|word| plain(word) == found)).map(|(answer, _)| *answer)
    }

    /// The word for it in every file and table.
    pub fn name(self) -> &'static str {
        match self {
            Answer::Applies => "applies",
            Answer::DoesNotApply => "does_not_apply",
            Answer::Unsure => "unsure",
        }
    }

    /// Yes or no; `None` when unsure.
    pub fn applies(self) -> Option<bool> {
        match self {
            Answer::Applies => Some(true),
            Answer::DoesNotApply => Some(false),
            Answer::Unsure => None,
        }
    }
}

/// How a person came to give a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// The code was queued.
    Queue,
    /// An automatic decision was drawn at random to be looked at.
    Audit,
    /// The person chose report and code.
    Free,
    /// It came from a file.
    Import,
}

/// A passage that a person pointed to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Quote {
    /// First byte in the report's text.
    pub start: u32,
    /// One past its last byte.
    pub end: u32,
    /// The text between them, by which the passage is found again should the offsets ever be in doubt.
    pub quote: String,
}

impl Quote {
    /// The passage at a span of a report's text.
    ///
    /// # Panics
    /// When the span does not lie on character boundaries inside the text.
    pub fn of(text: &str, span: ByteSpan) -> Quote {
        Quote { start: span.start, end: span.end, quote: span.slice(text).to_owned() }
    }

    /// Whether a text has it where it says.
    pub fn stands_in(&self, text: &str) -> bool {
        text.get(self.start as usize..self.end as usize) == Some(self.quote.as_str())
    }

    /// Whether any of it lies in `start..end`.
    pub fn overlaps(&self, start: u32, end: u32) -> bool {
        self.start < end && start < self.end
    }
}
