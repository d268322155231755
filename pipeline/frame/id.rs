//! Ids of questions and codes. They stand in file names, in `question/code`, in expressions of derived codes, in
//! spreadsheet columns and on the command line, so what they may hold is checked once, here.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Longest id, in bytes.
const MAX_BYTES: usize = 100;

/// Why a word cannot be an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{id}` cannot be an id: letters, digits, `_`, `-` and `.` are allowed, starting with a letter, digit or `_`, at most {MAX_BYTES} bytes"
)]
pub struct IllegalId {
    /// The word.
    pub id: String,
}

fn check(id: &str) -> Result<String, IllegalId> {
    let inner = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let first = |c: char| c.is_alphanumeric() || c == '_';
    let legal = id.len() <= MAX_BYTES && id.starts_with(first) && id.chars().all(inner);
    if legal { Ok(id.to_owned()) } else { Err(IllegalId { id: id.to_owned() }) }
}

/// The id of a question, unique in its frame.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QuestionId(String);

/// The id of a code, unique in its question.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodeId(String);

macro_rules! word {
    ($type:ident) => {
        impl $type {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<&str> for $type {
            type Error = IllegalId;

            fn try_from(id: &str) -> Result<Self, IllegalId> {
                check(id).map($type)
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

word!(QuestionId);
word!(CodeId);

/// The number of a code in its frame, from 0 in frame order, without gaps: an index for vectors that hold something for
/// every code. It means nothing outside the frame it came from, and only the store, which forgets when
/// the frame changes, keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CodeIndex(u16);

impl CodeIndex {
    /// Most codes that a frame can have.
    pub const MAX_CODES: usize = u16::MAX as usize;

    /// The number as an index.
    ///
    /// # Panics
    /// When `n` is not below [`CodeIndex::MAX_CODES`], which a frame never is.
    pub fn new(n: usize) -> Self {
        assert!(n < CodeIndex::MAX_CODES, "a frame has fewer codes than {n}");
        CodeIndex(u16::try_from(n).expect("it is below the maximum"))
    }

    /// The number as a `usize`.
    pub fn get(self) -> usize {
        usize::from(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_words_without_slashes_and_blanks() {
        for legal in ["parent", "up_to_3", "Q1.2", "élève", "_x", "7", "a-b", "學生"] {
            assert!(CodeId::try_from(legal).is_ok(), "{legal}");
        }
        for illegal in ["", "a b", "a/b", "-a", ".a", "a\n", "a\u{0}", "x&y", &"x".repeat(101)] {
            assert!(QuestionId::try_from(illegal).is_err(), "{illegal}");
        }
    }
}
