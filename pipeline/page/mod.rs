//! The local review page: a coded project comes in; a server on this machine alone goes out, on which a person answers
//! what is queued, reads reports, and sees map, search and agreement. Every verdict goes through the ledger, which is the
//! only thing that the page writes.
//!
//! One `Desk` holds what is needed of the project and answers one request after the other; a request takes
//! milliseconds and the page has one reader, so nothing is gained by answering several at once. Templates, style and
//! script are part of the program.

mod answer;
mod desk;
mod filter;
mod guard;
mod queue;
mod record;
mod server;
mod shares;
mod text;
mod values;
mod verdicts;
mod views;
mod words;

pub use server::{Bound, bind};

use crate::coding::Unreadable;
use crate::evaluate;
use crate::map;
use crate::project;
use crate::review;
use crate::run;
use crate::sample;
use crate::store;
use crate::study;
use crate::vignette;

/// What the page is told by whoever starts it; it reads neither clock nor chance by itself.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Who gives the verdicts.
    pub reviewer: String,
    /// Port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// What the first address must name, once; unguessable.
    pub token: String,
    /// What the browser's cookie then holds; unguessable.
    pub session: String,
    /// The time now.
    pub clock: fn() -> Moment,
}

/// A time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// As RFC 3339 in UTC, for the ledger.
    pub at: String,
    /// Seconds since any fixed instant, for how long things take.
    pub seconds: u64,
}

/// Why the page could not be served, or a request of it not be answered.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The port.
    #[error("could not serve on port {port} of this machine")]
    Port {
        /// The port asked for; 0 for any.
        port: u16,
        /// What the system said.
        source: std::io::Error,
    },
    /// The server ended by itself.
    #[error("the page could not be served any longer")]
    Serve(#[source] std::io::Error),
    /// Nothing has been coded that could be shown.
    #[error("{reason}")]
    NotCoded {
        /// What is the matter.
        reason: &'static str,
    },
    /// The queue.
    #[error("could not read the queue `{path}`")]
    Queue {
        /// Its file, relative to the project.
        path: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
    /// The project.
    #[error(transparent)]
    Project(#[from] project::Error),
    /// What it codes by.
    #[error(transparent)]
    Study(#[from] study::Error),
    /// The store.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The store's bytes.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] review::Error),
    /// How far the review is.
    #[error(transparent)]
    Status(#[from] review::status::Error),
    /// The map.
    #[error(transparent)]
    Map(#[from] map::Error),
    /// The in-depth sample.
    #[error(transparent)]
    Sample(#[from] sample::Error),
    /// The search.
    #[error(transparent)]
    Search(#[from] vignette::Error),
    /// People beside each other.
    #[error(transparent)]
    Agreement(#[from] evaluate::Error),
    /// A page could not be made.
    #[error("a page could not be made")]
    Template(#[from] minijinja::Error),
    /// What was asked for is not there.
    #[error("there is no {what} `{found}`")]
    NotThere {
        /// What kind of thing.
        what: &'static str,
        /// What was asked for.
        found: String,
    },
    /// A form says what cannot be meant.
    #[error("{reason}")]
    Form {
        /// Why.
        reason: String,
    },
    /// The definition has changed since the page was shown.
    #[error("the definition of `{code}` has changed since this page was shown")]
    Changed {
        /// `question/code`.
        code: String,
    },
}

impl Error {
    /// What the reader can do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Error::Port { .. } => "choose another with `--port N`, or leave it out to take a free one",
            Error::NotCoded { .. } => "run `codeframe run` first",
            Error::Unreadable(_) | Error::Queue { .. } => "run `codeframe run`, which makes it again",
            Error::Changed { .. } => "read the definition again; nothing was recorded",
            Error::Form { .. } => "go back and try again; nothing was recorded",
            Error::Project(error) => return error.hint(),
            Error::Study(error) => return error.hint(),
            Error::Sample(error) => return error.hint(),
            Error::Store(error) => return error.hint(),
            Error::Ledger(error) => return error.hint(),
            Error::Search(error) => return error.hint(),
            Error::Status(error) => return error.hint(),
            Error::Agreement(error) => return error.hint(),
            Error::Map(_) | Error::Template(_) | Error::NotThere { .. } | Error::Serve(_) => return None,
        };
        Some(hint.to_owned())
    }
}

/// Whether what is in the store can be shown.
fn is_coded(study: &study::Study, store: &store::Store) -> Result<(), Error> {
    let reason = match run::state(study, store)? {
        run::State::Coded => return Ok(()),
        run::State::Unfinished => "no run has come to its end yet",
        run::State::Outdated => match run::other_classifier(study, store)? {
            Some(_) => "another classifier is used, or another audit, than when the reports were coded",
            None => "frame or rules have changed since the reports were coded",
        },
    };
    Err(Error::NotCoded { reason })
}
