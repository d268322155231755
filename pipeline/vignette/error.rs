//! Why a search has no answer, and what the reader can do about it.

use super::citation::CitationError;
use super::request::{MOST_NAMED, STATES};
use crate::coding::Unreadable;
use crate::index::{self, QueryError};
use crate::store;

/// Why a query has no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The query was not understood.
    #[error("could not read the query")]
    Query(#[from] QueryError),
    /// The frame has no such code or question.
    #[error("the frame has no code or question `{found}`")]
    UnknownCode {
        /// What the query names.
        found: String,
        /// The code or question that may have been meant.
        nearest: Option<String>,
    },
    /// There is no such report.
    #[error("there is no report `{found}`")]
    UnknownReport {
        /// The id asked for.
        found: String,
        /// The id that may have been meant.
        nearest: Option<String>,
    },
    /// The report ends before the example's place.
    #[error("report `{report}` has no passage at byte {at}")]
    NoPassageAt {
        /// The report.
        report: String,
        /// The place.
        at: u32,
        /// How long its text is, in bytes.
        n_bytes: usize,
    },
    /// Nothing can be decided so.
    #[error("codes are never in state `{found}`")]
    UnknownState {
        /// The state asked for.
        found: String,
    },
    /// No report has this metadata.
    #[error("no report has {field} `{found}`")]
    UnknownValue {
        /// The key.
        field: String,
        /// The value asked for.
        found: String,
        /// The value that may have been meant.
        nearest: Option<String>,
        /// The values there are, `MOST_NAMED` and one at the most.
        known: Vec<String>,
    },
    /// An order asks for a code.
    #[error("passages can be put in this order only for one code")]
    OrderWithoutCode,
    /// The example has no words that others have.
    #[error("no passage is like this one: others have none of its words, or all have them")]
    NothingLike,
    /// The template of citations.
    #[error(transparent)]
    Citation(#[from] CitationError),
    /// The index.
    #[error(transparent)]
    Index(#[from] index::Error),
    /// The store.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The store's bytes.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

impl Error {
    /// What the reader can do about it.
    pub fn hint(&self) -> Option<String> {
        let meant = |name: &Option<String>| name.as_ref().map(|name| format!("did you mean `{name}`?"));
        match self {
            Error::Query(QueryError::UnknownField { known, .. }) => {
                Some(format!("the fields are {}", known.join(", ")))
            }
            Error::UnknownCode { nearest, .. } | Error::UnknownReport { nearest, .. } => meant(nearest),
            Error::NoPassageAt { n_bytes, .. } => Some(format!(
                "its text has {n_bytes} bytes; `codeframe search --format json` says where passages start"
            )),
            Error::UnknownState { .. } => Some(format!("the states are {}", STATES.join(", "))),
            Error::UnknownValue { nearest: Some(near), .. } => Some(format!("did you mean `{near}`?")),
            Error::UnknownValue { known, field, .. } if known.len() <= MOST_NAMED => {
                Some(format!("{field} is one of {}", known.join(", ")))
            }
            Error::Query(_) | Error::NothingLike | Error::UnknownValue { .. } => None,
            Error::OrderWithoutCode => Some("name it with --code QUESTION/CODE".to_owned()),
            Error::Citation(error) => error.hint(),
            Error::Index(index::Error::Busy { .. }) => None,
            Error::Store(error) => error.hint(),
            Error::Index(index::Error::Missing { .. }) | Error::Unreadable(_) => {
                Some("run `codeframe run`, which makes it again".to_owned())
            }
            // A fault of the disk does not show in a file's times, by which a run sees damage.
            Error::Index(_) => Some(
                "run `codeframe run`, which makes it again; if that does not help, delete corpus/derived/index first"
                    .to_owned(),
            ),
        }
    }
}
