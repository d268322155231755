//! Which reports are read in depth. Filters come in from the config, in stages; out goes for every report at which stage it
//! was left out, or that it is in the sample and with what probability. The sample is written to a file that people keep
//! (`corpus/sample.jsonl`), and stays as it is until somebody draws another: coding in depth has begun on it.

mod draw;
mod file;
mod flow;

pub use draw::{draw, faults};
pub use file::{FILE, Line, Sample, VERSION};
pub use flow::{Flow, StageFlow, table};

use crate::expression;
use crate::fault::Place;
use crate::grid;
use crate::store;
use serde::{Deserialize, Serialize};

/// What became of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is in the sample.
    Sampled,
    /// A stage left it out.
    LeftOut,
    /// A stage asks about a code that awaits a person.
    Open,
    /// It passed all stages, and the quota was full.
    NotDrawn,
}

/// How the reports that passed all stages became the sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// All of them.
    All,
    /// A simple random draw of so many.
    Random,
    /// So many that differ as much as can be in what the config names; nothing is drawn, so no probability is known.
    Variation,
}

/// Why there is no sample.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A stage's expression, or a name in `spread`.
    #[error("{place}: {fault}")]
    Expression {
        /// Where it stands in the config.
        place: Place,
        /// What is wrong; not the source of this error, whose text has it already.
        fault: expression::Error,
    },
    /// `spread` names what is not there.
    #[error("{place}: there is no question and no column `{name}`")]
    Spread {
        /// Where it stands in the config.
        place: Place,
        /// The name.
        name: String,
        /// What may have been meant.
        near: Option<String>,
    },
    /// The config has no stage and no quota.
    #[error("the config says nothing of a sample")]
    NoStages,
    /// No report passed.
    #[error("no report is left for the sample: {why}")]
    Empty {
        /// What became of them, for people.
        why: String,
        /// How many are open.
        n_open: usize,
        /// What became of them.
        flow: Box<Flow>,
    },
    /// The file of the sample could not be read.
    #[error("could not read `{path}`")]
    Read {
        /// The file, relative to the project.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A line of the file is not one.
    #[error("{place}: this is no line of a sample: {reason}")]
    Damaged {
        /// Where.
        place: Place,
        /// What is wrong.
        reason: String,
    },
    /// The file was written by a newer program.
    #[error("{place}: the line is of version {version}, this program reads up to {VERSION}")]
    Newer {
        /// Where.
        place: Place,
        /// Its version.
        version: u32,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The reports.
    #[error(transparent)]
    Grid(#[from] grid::Error),
}

impl Error {
    /// What the reader can do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Error::Expression { fault, .. } => return fault.hint.clone(),
            Error::Spread { near, .. } => return near.clone(),
            Error::Store(error) => return error.hint(),
            Error::NoStages => "add `[[sample.stage]]` with `where` and `why` to config.toml, or `quota` to `[sample]`",
            Error::Empty { n_open: 0, .. } => "loosen the `where` of a `[[sample.stage]]` in config.toml",
            Error::Empty { .. } => {
                "answer the queued codes that the stages ask about, or loosen a `where` in config.toml"
            }
            Error::Damaged { .. } => "draw the sample again with `codeframe sample`, or take the file from a backup",
            Error::Newer { .. } => "use a newer codeframe",
            Error::Grid(_) => "delete the folder corpus/derived and run again; it is made anew",
            Error::Read { .. } => return None,
        };
        Some(hint.to_owned())
    }
}

#[cfg(test)]
mod tests;
