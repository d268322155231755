//! How good codings are: a classifier's beside people's on reports that it has not learned from, the machine's beside a
//! set that people coded, people's beside each other's, and automatic decisions beside the random sample of them that
//! people looked at. Each is a function from what is compared to figures;
//! all that compare yes and no share one [`Table`]. Nothing is run or written here.

mod against;
mod audit;
mod cross;
mod people;
mod spread;
mod subgroups;
mod table;

pub use against::{Against, Passages, against};
pub use audit::{Audit, AuditRow, Direction, audit};
pub use cross::{Crossed, crossed};
pub use people::{
    Agreement, CodeAgreement, Disagreement, Estimate, LEVEL, N_DRAWS, People, QuestionAgreement, Unsure, people,
    people_with,
};
pub use subgroups::{Subgroup, ValueOf};
pub use table::{Builder, CodeRow, Figures, Judged, MIN_POSITIVES, Overall, QuestionRow, Table};

use crate::coding::Unreadable;
use crate::exchange;
use crate::fault::nearest;
use crate::frame::{Frame, Question};
use crate::store;
use std::collections::BTreeSet;

/// What of the codings is looked at; empty sets stand for all.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Ids of reports.
    pub reports: BTreeSet<String>,
    /// Ids of questions.
    pub questions: BTreeSet<String>,
}

impl Selection {
    /// A selection of questions that the frame has, and of reports.
    ///
    /// # Errors
    /// When the frame does not have a question.
    pub fn new(frame: &Frame, reports: &[String], questions: &[String]) -> Result<Selection, Error> {
        for found in questions {
            if frame.question(found).is_none() {
                let known = frame.questions.iter().map(|question| question.id.as_str());
                let nearest = nearest(found, known).map(str::to_owned);
                return Err(Error::UnknownQuestion { found: found.clone(), nearest });
            }
        }
        Ok(Selection { reports: reports.iter().cloned().collect(), questions: questions.iter().cloned().collect() })
    }

    /// Refuses reports that are not among those that there are.
    ///
    /// # Errors
    /// Names the first that is not there.
    pub fn check_reports<'r>(&self, known: impl IntoIterator<Item = &'r str>) -> Result<(), Error> {
        let known: BTreeSet<&str> = known.into_iter().collect();
        match self.reports.iter().find(|id| !known.contains(id.as_str())) {
            Some(found) => {
                let nearest = nearest(found, known).map(str::to_owned);
                Err(Error::UnknownReport { found: found.clone(), nearest })
            }
            None => Ok(()),
        }
    }

    fn has_report(&self, id: &str) -> bool {
        self.reports.is_empty() || self.reports.contains(id)
    }

    fn has_question(&self, question: &Question) -> bool {
        self.questions.is_empty() || self.questions.contains(question.id.as_str())
    }
}

/// Why nothing could be compared.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A question was asked for that the frame does not have.
    #[error("the frame has no question `{found}`")]
    UnknownQuestion {
        /// What was asked for.
        found: String,
        /// The question that may be meant.
        nearest: Option<String>,
    },
    /// A report was asked for that the project does not have.
    #[error("there is no report `{found}`")]
    UnknownReport {
        /// What was asked for.
        found: String,
        /// The report that may be meant.
        nearest: Option<String>,
    },
    /// There is nothing that both sides have.
    #[error("there is nothing to compare: {reason}")]
    Nothing {
        /// Why.
        reason: String,
    },
    /// The codings.
    #[error(transparent)]
    Codings(#[from] exchange::Error),
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
        match self {
            Error::UnknownQuestion { nearest, .. } | Error::UnknownReport { nearest, .. } => {
                nearest.as_ref().map(|near| format!("did you mean `{near}`?"))
            }
            Error::Store(error) => error.hint(),
            Error::Codings(_) | Error::Nothing { .. } => None,
            Error::Unreadable(_) => Some("delete the folder corpus/derived and run again; it is made anew".to_owned()),
        }
    }
}
