//! The frame, or codebook: questions, each with codes, in the order in which a person wrote them. It comes from
//! `models/<frame>/frame.toml` (or, once, from a codebook through [`import`]) and is checked as a whole before anything
//! uses it, so the stages can rely on ids that are legal, unique and few enough for a dense number each.

mod hash;
mod id;
pub mod import;
mod read;
mod write;

pub use id::{CodeId, CodeIndex, IllegalId, QuestionId};
pub use read::parse;

use crate::fault::{Faults, Place, Source, judge};
use crate::warned::Warned;
use std::{collections::HashMap, fmt, path::Path};

/// The format version that `frame.toml` states as `version`.
pub const VERSION: u64 = 1;

/// A checked frame.
///
/// ```
/// let text = r#"
/// version = 1
/// id = "reading"
/// title = "Reading projects"
///
/// [[question]]
/// id = "who"
/// title = "Who took part"
/// select = "many"
///
/// [[question.code]]
/// id = "parent"
/// label = "Parents"
/// definition = "A parent or carer took part."
/// "#;
/// let source = codeframe::fault::Source::new("frame.toml", text);
/// let frame = codeframe::frame::parse(&source).0.expect("the frame is sound");
/// let code = frame.find("who/parent").expect("it is there");
/// assert_eq!((code.name(), code.code.label.as_str()), ("who/parent", "Parents"));
/// ```
#[derive(Debug, Clone)]
pub struct Frame {
    /// Short name of the frame.
    pub id: String,
    /// Its title, for people.
    pub title: String,
    /// What is coded: `report`, unless the frame says otherwise. Used in headings of tables ("N of 129 reports").
    pub unit: String,
    /// Anything the author wants to say.
    pub note: Option<String>,
    /// How many units a published map of this frame counts, the base of the codes' `published_n`.
    pub published_total: Option<u32>,
    /// The questions; at least one.
    pub questions: Vec<Question>,
    /// blake3 of everything above, in hex: two frames with the same hash code the same way and print the same map.
    /// Comments, order of keys and white space in the file do not change it.
    pub hash: String,
    /// By dense index: which question, and which code in it.
    positions: Vec<(u32, u32)>,
    /// `question/code` to dense index; looked up, never iterated.
    by_name: HashMap<String, CodeIndex>,
}

/// One question of the frame.
#[derive(Debug, Clone)]
pub struct Question {
    /// Its id, unique in the frame.
    pub id: QuestionId,
    /// The question as people read it.
    pub title: String,
    /// How many of its codes a report can have.
    pub select: Select,
    /// A free word that groups questions for filtering: `map` unless said, the study also has `screen` and `in_depth`.
    pub stage: String,
    /// What the question is asked of, when that is not the frame's unit.
    pub unit: String,
    /// Number of the published table that it fills.
    pub table: Option<u32>,
    /// Anything the author wants to say.
    pub note: Option<String>,
    /// The codes; at least one.
    pub codes: Vec<Code>,
}

/// How many codes of a question a report can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Select {
    /// Exactly one.
    One,
    /// Any number, none included.
    Many,
}

impl fmt::Display for Select {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Select::One => "one",
            Select::Many => "many",
        })
    }
}

/// One code of a question.
#[derive(Debug, Clone)]
pub struct Code {
    /// Its id, unique in its question.
    pub id: CodeId,
    /// `question/code`, unique in the frame.
    pub name: String,
    /// What people read in tables.
    pub label: String,
    /// A heading that it stands under in its question's table, if any.
    pub group: Option<String>,
    /// When the code applies, for the person who codes; empty when the frame gives none.
    pub definition: String,
    /// Whether it stands alone: a report with this code has no other of the question.
    pub exclusive: bool,
    /// How it follows from facts and other codes, if it does.
    pub derived: Option<Derived>,
    /// How many reports a published map gives for it.
    pub published_n: Option<u32>,
    /// The first 16 hex digits of blake3 over the question's id, title and select and the code's id, label and
    /// definition, white space folded. A verdict carries it, so an edited definition makes old verdicts stale.
    pub definition_hash: String,
    /// Where the code stands in the file.
    pub place: Place,
}

/// The expression of a derived code, as written. Its language belongs to the stage that evaluates it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derived {
    /// The expression.
    pub text: String,
    /// Where its first character stands in the file.
    pub place: Place,
    /// Whether the file holds the text letter for letter (no escapes), so that a place inside it can be told.
    verbatim: bool,
}

impl Derived {
    /// The place of the byte `offset` of the expression in the file, or of its start where escapes hide it.
    pub fn place_at(&self, offset: usize) -> Place {
        if !self.verbatim {
            return self.place.clone();
        }
        let inner = Source::new(self.place.path.clone(), &self.text).place(offset);
        let column = if inner.line == 1 { self.place.column + inner.column - 1 } else { inner.column };
        Place { path: inner.path, line: self.place.line + inner.line - 1, column }
    }
}

/// A code with its question and its dense index.
#[derive(Debug, Clone, Copy)]
pub struct CodeRef<'f> {
    /// Its number in frame order.
    pub index: CodeIndex,
    /// The question it answers.
    pub question: &'f Question,
    /// The code.
    pub code: &'f Code,
}

impl<'f> CodeRef<'f> {
    /// `question/code`.
    pub fn name(&self) -> &'f str {
        &self.code.name
    }
}

impl Frame {
    /// So many of what is coded: `1 report`, `57 reports`.
    pub fn counted(&self, n: usize) -> String {
        let plural = if n == 1 { "" } else { "s" };
        format!("{n} {}{plural}", self.unit)
    }

    /// Number of codes in all questions.
    pub fn n_codes(&self) -> usize {
        self.positions.len()
    }

    /// All codes, in frame order; the index counts up from 0.
    pub fn codes(&self) -> impl ExactSizeIterator<Item = CodeRef<'_>> + Clone {
        (0..self.positions.len()).map(|n| self.code(CodeIndex::new(n)))
    }

    /// The code with a dense index.
    ///
    /// # Panics
    /// When the index is of another frame and too large for this one.
    pub fn code(&self, index: CodeIndex) -> CodeRef<'_> {
        let (question, code) = self.positions[index.get()];
        let question = &self.questions[question as usize];
        CodeRef { index, question, code: &question.codes[code as usize] }
    }

    /// The code named `question/code`.
    pub fn find(&self, name: &str) -> Option<CodeRef<'_>> {
        self.by_name.get(name).map(|index| self.code(*index))
    }

    /// The question with an id.
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.id.as_str() == id)
    }

    /// The codes of a question, in frame order.
    pub fn codes_of(&self, id: &str) -> impl Iterator<Item = CodeRef<'_>> + Clone {
        self.codes().filter(move |code| code.question.id.as_str() == id)
    }
}

/// Why a frame could not be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file could not be read.
    #[error("could not read frame `{path}`")]
    Read {
        /// The file, relative to the project.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is not a sound frame.
    #[error("frame `{path}` is not sound")]
    Unsound {
        /// The file, relative to the project.
        path: String,
        /// What is wrong with it.
        source: Faults,
    },
}

/// Reads and checks a frame file; `name` is the path that errors show. Warnings are sentences with their places.
///
/// # Errors
/// When the file cannot be read or has any fault that is not a mere oddity.
pub fn load(file: &Path, name: &str) -> Result<Warned<Frame>, Error> {
    let read = std::fs::read_to_string(file);
    let text = read.map_err(|source| Error::Read { path: name.to_owned(), source })?;
    let (frame, faults) = parse(&Source::new(name, &text));
    let unsound = |source| Error::Unsound { path: name.to_owned(), source };
    let warnings = judge(faults).map_err(unsound)?;
    Ok(Warned { value: frame.expect("a frame without errors is built"), warnings })
}
