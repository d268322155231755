//! Why a query was not understood, and where in it.

use super::{MAX_GAP, MAX_PARTS, Query};

/// A query that was not understood. Columns count characters from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// There is no word, phrase or field in it.
    #[error("the query has no words")]
    Empty,
    /// It is longer than [`Query::MAX_BYTES`].
    #[error("the query is longer than {limit} bytes", limit = Query::MAX_BYTES)]
    TooLong,
    /// Brackets stand in brackets more than [`Query::MAX_DEPTH`] deep.
    #[error("column {column}: brackets are nested more than {limit} deep", limit = Query::MAX_DEPTH)]
    TooDeep {
        /// Where it is too much.
        column: usize,
    },
    /// A quotation mark or bracket has no partner.
    #[error("column {column}: `{mark}` is not closed")]
    NotClosed {
        /// Where it stands.
        column: usize,
        /// The mark.
        mark: char,
    },
    /// Something is missing on one side of an operator, or a bracket closes that was not opened.
    #[error("column {column}: `{found}` is not expected here")]
    Unexpected {
        /// Where it stands.
        column: usize,
        /// What stands there.
        found: String,
    },
    /// A star stands before or inside the value of a field.
    #[error("column {column}: `*` can stand only at the end of a field's value")]
    Star {
        /// Where it stands.
        column: usize,
    },
    /// A star stands in a heading, of which the index knows stems alone.
    #[error("column {column}: `*` cannot be used with `heading:`, which finds a word in all its forms")]
    StarInHeading {
        /// Where it stands.
        column: usize,
    },
    /// Behind a word `~` is followed by something else than 1 or 2, or there are several words before it.
    #[error("column {column}: `~` stands behind one word, with 1 or 2 for how many letters may differ")]
    Letters {
        /// Where it stands.
        column: usize,
    },
    /// Behind a phrase `~`, or behind `NEAR` a stroke, is not followed by a number of words.
    #[error("column {column}: a number of words from 0 to {MAX_GAP} is expected after `{after}`")]
    Gap {
        /// Where the number should stand.
        column: usize,
        /// What it should follow.
        after: &'static str,
    },
    /// Beside `NEAR` stands something else than words.
    #[error("column {column}: `NEAR` joins words, phrases, and words in brackets with `OR` between them")]
    NearWhat {
        /// Where it stands.
        column: usize,
    },
    /// More words are to be near each other than the program looks for.
    #[error("column {column}: more than {MAX_PARTS} words are to be near each other")]
    TooMany {
        /// Where they stand.
        column: usize,
    },
    /// No field has this name.
    #[error("column {column}: no field is called `{found}`{}", near(.nearest.as_deref()))]
    UnknownField {
        /// Where it stands.
        column: usize,
        /// The name.
        found: String,
        /// The field that may have been meant.
        nearest: Option<String>,
        /// All fields there are.
        known: Vec<String>,
    },
    /// A field has nothing to look for.
    #[error("column {column}: nothing stands after `{field}:`")]
    NoValue {
        /// Where the value should stand.
        column: usize,
        /// The field.
        field: String,
    },
}

fn near(name: Option<&str>) -> String {
    name.map_or(String::new(), |name| format!("; did you mean `{name}`?"))
}
