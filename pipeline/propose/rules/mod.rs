//! `rules.toml` and the files it includes become a checked [`Rules`]: keyword rules by code, word lists and context
//! triggers, compiled into one automaton. Every fault is collected with its place; with any error there are no rules.

mod compile;
mod gather;
mod read;

use super::automaton::Automaton;
use crate::fault::{Fault, Faults, Place, Source};
use crate::frame::{CodeIndex, Frame};
use crate::keys::At;
use crate::warned::Warned;
pub use gather::Unread;
use read::Reader;
use std::path::Path;

/// The format version that a rules file states as `version`.
pub const VERSION: u64 = 1;

/// What context can make of a hit (ConText, Harkema et al. 2009, with their *hypothetical* widened to plans, since
/// reports by organisations say what they mean to do rather than what might be).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Property {
    /// It did not happen or is not so.
    Negated,
    /// Somebody else did it, or it is so elsewhere.
    Others,
    /// It is meant, hoped, feared or supposed.
    Planned,
    /// It was so before the work that the report is about.
    Historical,
    /// It is asked.
    Question,
}

impl Property {
    /// All of them, the one that explains most first.
    pub const ALL: [Property; 5] =
        [Property::Negated, Property::Others, Property::Planned, Property::Historical, Property::Question];

    /// The word for it in rules files and output.
    pub fn name(self) -> &'static str {
        match self {
            Property::Negated => "negated",
            Property::Others => "others",
            Property::Planned => "planned",
            Property::Historical => "historical",
            Property::Question => "question",
        }
    }
}

/// A set of properties.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Properties(u8);

impl Properties {
    pub const ALL: Properties = Properties(u8::MAX);

    pub fn with(self, property: Property) -> Self {
        Properties(self.0 | 1 << property as u8)
    }

    pub fn has(self, property: Property) -> bool {
        self.0 & 1 << property as u8 != 0
    }
}

/// What kind of block a rule looks into; everything but headings unless it says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Heading,
    Paragraph,
    Item,
    Cell,
    Note,
}

const KINDS: [(&str, Kind); 5] = [
    ("heading", Kind::Heading),
    ("paragraph", Kind::Paragraph),
    ("item", Kind::Item),
    ("cell", Kind::Cell),
    ("note", Kind::Note),
];

/// A set of patterns matched against headings and question cells; equal sets are one condition.
pub(crate) type Condition = u32;

/// One keyword rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The code it speaks for, or against.
    pub code: CodeIndex,
    /// Its id, unique among the code's rules.
    pub id: String,
    /// Where it stands.
    pub place: Place,
    /// How much one hit is worth; 1 is enough by itself.
    pub weight: f32,
    /// Whether a hit speaks against the code.
    pub against: bool,
    pub(crate) allow: Properties,
    pub(crate) heading: Option<Condition>,
    pub(crate) not_heading: Option<Condition>,
    pub(crate) kinds: u8,
    matches: Vec<At<String>>,
    not_matches: Vec<At<String>>,
    source: usize,
}

impl Rule {
    /// Whether it says of any text that it must match.
    pub fn has_example(&self) -> bool {
        !self.matches.is_empty()
    }

    pub(crate) fn looks_into(&self, kind: Kind) -> bool {
        self.kinds & 1 << kind as u8 != 0
    }

    /// The first kind of block it looks into.
    pub(crate) fn first_kind(&self) -> Kind {
        KINDS[1..].iter().chain(&KINDS[..1]).map(|k| k.1).find(|k| self.looks_into(*k)).unwrap_or(Kind::Paragraph)
    }
}

/// Words that turn the hits near them.
#[derive(Debug, Clone)]
pub(crate) struct Trigger {
    pub property: Property,
    pub scope: Scope,
    /// At most so many words; 0: as far as the passage goes.
    pub words: u32,
    pub heading: bool,
}

/// Which hits a trigger turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    After,
    Before,
    Both,
    Passage,
    Previous,
}

/// What the match of a pattern means.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target {
    Any(u32),
    Not(u32),
    Unless(u32),
    Condition(Condition),
    Trigger(u32),
    Pseudo(u32),
    Terminator(Properties),
}

/// Checked, compiled rules.
#[derive(Debug)]
pub struct Rules {
    rules: Vec<Rule>,
    pub(crate) automaton: Automaton,
    pub(crate) targets: Vec<Vec<Target>>,
    pub(crate) triggers: Vec<Trigger>,
    pub(crate) regexes: Vec<(regex::Regex, u32)>,
    pub(crate) regex_set: regex::RegexSet,
    sources: Vec<Source>,
}

/// Why rules cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file could not be read.
    #[error("could not read rules `{path}`")]
    Read {
        /// The file, relative to the project.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The rules have faults.
    #[error("rules `{path}` are not sound")]
    Unsound {
        /// The file, relative to the project.
        path: String,
        /// What is wrong with it and the files it includes.
        source: Faults,
    },
}

impl Rules {
    /// No rules at all, for a frame without any.
    pub fn none(frame: &Frame) -> Self {
        let mut reader = Reader::new(frame);
        reader.compile(Vec::new()).expect("nothing always compiles")
    }

    /// Reads `file` and what it includes; `name` is the path that errors show.
    ///
    /// # Errors
    /// When a file cannot be read or has a fault.
    pub fn load(file: &Path, name: &str, frame: &Frame) -> Result<Warned<Rules>, Error> {
        Unread::read(file, name)?.compile(frame)
    }

    /// The rules, in the order of the files.
    pub fn all(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule with a number.
    ///
    /// # Panics
    /// When the number is of other rules and too large for these.
    pub fn rule(&self, number: u32) -> &Rule {
        &self.rules[number as usize]
    }

    /// Runs the examples of every rule; a fault for each that does not do what it says.
    pub fn failing_examples(&self) -> Vec<Fault> {
        let mut proposer = super::Proposer::new(self);
        let mut faults = Vec::new();
        for (number, rule) in (0..).zip(&self.rules) {
            let source = &self.sources[rule.source];
            for (examples, expected) in [(&rule.matches, true), (&rule.not_matches, false)] {
                for example in examples {
                    if proposer.supports(number, &example.value) != expected {
                        let message = if expected { "does not match its example" } else { "matches what it must not" };
                        let place = source.place(example.span.start);
                        faults.push(Fault::error(place, format!("rule `{}` {message}: {}", rule.id, example.value)));
                    }
                }
            }
        }
        faults
    }
}
