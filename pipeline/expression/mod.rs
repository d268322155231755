//! A filter over coded reports comes in as a line of text, `phase = primary and cohort = 2`; an [`Expression`] goes out in which
//! every question, code, column and value has been looked up, so that a misspelt one is refused and never merely finds
//! nothing. It is evaluated over a report's decisions with what people said laid over them.
//!
//! A code that still awaits a person makes an answer neither yes nor no: logic is three-valued (Kleene 1938), and who
//! filters is told how many reports are open instead of losing them in silence.

mod parse;

pub use parse::parse;

use crate::decide::{Cell, Decision};
use crate::frame::CodeIndex;
use std::collections::{BTreeMap, BTreeSet};

/// Whether an expression holds for a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truth {
    /// It holds.
    Yes,
    /// It does not.
    No,
    /// It depends on a code that still awaits a person.
    Open,
}

/// The columns of the project's metadata with the values that occur in each.
pub type Fields = BTreeMap<String, BTreeSet<String>>;

/// One report, as expressions see it.
#[derive(Debug, Clone, Copy)]
pub struct Case<'c> {
    /// The report's id.
    pub report: &'c str,
    /// What is decided of each code, in frame order.
    pub cells: &'c [Cell],
    /// What is known of the report, by column; empty cells of the table are not in it.
    pub metadata: &'c BTreeMap<String, String>,
}

/// Why an expression cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}, at character {column} of `{text}`")]
pub struct Error {
    /// The expression.
    pub text: String,
    /// Which character of it, from 1.
    pub column: usize,
    /// What is wrong, in lower case without a final stop.
    pub message: String,
    /// What the reader can do, if that is known.
    pub hint: Option<String>,
}

/// See the module.
///
/// ```
/// use codeframe::{expression::parse, fault::Source, frame};
/// let text = "version = 1\nid = 'f'\ntitle = 'F'\n[[question]]\nid = 'phase'\ntitle = 'Phase'\nselect = 'one'\n\
///     code = [{ id = 'primary', label = 'Primary', definition = 'Primary schools.' }]\n";
/// let frame = frame::parse(&Source::new("frame.toml", text)).0.expect("it is sound");
/// assert!(parse("phase = primary", &frame, &Default::default()).is_ok());
/// let error = parse("phase = primray", &frame, &Default::default()).unwrap_err();
/// assert_eq!(error.hint.as_deref(), Some("did you mean `primary`?"));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    text: String,
    root: Node,
}

#[derive(Debug, Clone, PartialEq)]
enum Node {
    Not(Box<Node>),
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
    /// The code applies.
    Applies(CodeIndex),
    /// So many of the codes apply.
    Count(Vec<CodeIndex>, Comparison, f64),
    /// The column has the value.
    Is(String, Value),
    /// The column's value is a number for which this holds.
    Number(String, Comparison, f64),
    /// The report has the id.
    Report(String),
}

/// A value that a column may have: texts are equal letter for letter, or as numbers.
#[derive(Debug, Clone, PartialEq)]
struct Value {
    text: String,
    number: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Less,
    AtMost,
    More,
    AtLeast,
    Equal,
    Unequal,
}

impl Expression {
    /// The expression as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it holds for a report.
    pub fn holds(&self, case: &Case<'_>) -> Truth {
        self.root.holds(case)
    }

    /// The codes that it asks about, in frame order: their questions are the ones to be answered.
    pub fn codes(&self) -> BTreeSet<CodeIndex> {
        let mut codes = BTreeSet::new();
        self.root.gather(&mut codes);
        codes
    }
}

impl Node {
    fn holds(&self, case: &Case<'_>) -> Truth {
        let decision = |code: &CodeIndex| case.cells[code.get()].decision;
        match self {
            Node::Not(inner) => inner.holds(case).not(),
            Node::And(left, right) => left.holds(case).and(right.holds(case)),
            // Not both not.
            Node::Or(left, right) => left.holds(case).not().and(right.holds(case).not()).not(),
            Node::Applies(code) => match decision(code) {
                Decision::Applies => Truth::Yes,
                Decision::DoesNotApply => Truth::No,
                Decision::Queue => Truth::Open,
            },
            Node::Count(codes, comparison, number) => {
                let of = |wanted: Decision| codes.iter().filter(|code| decision(code) == wanted).count();
                let (sure, open) = (of(Decision::Applies), of(Decision::Queue));
                let mut possible = (sure..=sure + open).map(|n| comparison.holds(n as f64, *number));
                let first = possible.next().unwrap_or(false);
                if possible.any(|other| other != first) { Truth::Open } else { Truth::of(first) }
            }
            Node::Is(column, value) => {
                let found = case.metadata.get(column).map_or("", String::as_str);
                Truth::of(value.is(found))
            }
            Node::Number(column, comparison, number) => {
                let found = case.metadata.get(column).and_then(|text| number_of(text));
                Truth::of(found.is_some_and(|found| comparison.holds(found, *number)))
            }
            Node::Report(id) => Truth::of(case.report == id),
        }
    }

    fn gather(&self, codes: &mut BTreeSet<CodeIndex>) {
        match self {
            Node::Not(inner) => inner.gather(codes),
            Node::And(left, right) | Node::Or(left, right) => {
                left.gather(codes);
                right.gather(codes);
            }
            Node::Applies(code) => {
                codes.insert(*code);
            }
            Node::Count(counted, ..) => codes.extend(counted),
            Node::Is(..) | Node::Number(..) | Node::Report(_) => {}
        }
    }
}

impl Truth {
    fn of(holds: bool) -> Truth {
        if holds { Truth::Yes } else { Truth::No }
    }

    fn not(self) -> Truth {
        match self {
            Truth::Yes => Truth::No,
            Truth::No => Truth::Yes,
            Truth::Open => Truth::Open,
        }
    }

    /// Whether both hold; one that does not is enough to know.
    pub fn and(self, other: Truth) -> Truth {
        match (self, other) {
            (Truth::No, _) | (_, Truth::No) => Truth::No,
            (Truth::Open, _) | (_, Truth::Open) => Truth::Open,
            (Truth::Yes, Truth::Yes) => Truth::Yes,
        }
    }
}

impl Value {
    fn new(text: &str) -> Value {
        Value { text: text.to_owned(), number: number_of(text) }
    }

    fn is(&self, found: &str) -> bool {
        self.text == found || self.number.is_some() && self.number == number_of(found)
    }
}

/// A text as a number; none for `nan` and `inf`, which Rust would read.
fn number_of(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

impl Comparison {
    fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Comparison::Less => left < right,
            Comparison::AtMost => left <= right,
            Comparison::More => left > right,
            Comparison::AtLeast => left >= right,
            Comparison::Equal => left == right,
            Comparison::Unequal => left != right,
        }
    }
}

#[cfg(test)]
mod tests;
