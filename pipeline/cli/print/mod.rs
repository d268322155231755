//! How things are said: results on stdout, notes and log on stderr. Each output format of a result has its file here.

pub mod agreement;
pub mod audit;
pub mod by_group;
pub mod card;
pub mod concordance;
pub mod crossings;
pub mod document;
pub mod documents;
pub mod evaluation;
pub mod passages;
pub mod problems;
pub mod progress;
mod results;
pub mod simulation;
pub mod summary;
pub mod tables;
pub mod themes;
pub mod vignettes;
pub mod workbook;

pub use results::{Output, Results};

use std::collections::BTreeSet;
use std::io::{self, BufWriter, StdoutLock, Write};
use std::sync::{Mutex, PoisonError};

/// The stream of results. A write that fails because the reader went away becomes an error that `main` takes for the
/// end; the caller flushes, so that this is noticed.
pub fn results() -> BufWriter<StdoutLock<'static>> {
    BufWriter::new(io::stdout().lock())
}

/// Prints a value as indented JSON with a line break at its end.
pub fn json(value: &impl serde::Serialize) -> io::Result<()> {
    json_to(&mut results(), value)
}

/// The same into a stream.
pub fn json_to(out: &mut impl Write, value: &impl serde::Serialize) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// Says something on stderr. When nobody can hear it (a closed pipe, a full disk), the exit code still tells the end.
pub fn to_stderr(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

/// What is said to the person beside the results.
#[derive(Debug)]
pub struct Notes {
    quiet: bool,
    /// The oddities that have been said.
    said: Mutex<BTreeSet<String>>,
}

impl Notes {
    /// Notes that are kept to oneself when `quiet`.
    pub fn new(quiet: bool) -> Self {
        Notes { quiet, said: Mutex::default() }
    }

    /// Whether only results and errors are wanted.
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Says what was done or comes next.
    pub fn say(&self, sentence: &str) {
        if !self.quiet {
            to_stderr(&format!("{sentence}\n"));
        }
    }

    /// Says what was odd, once: several steps of a command may find the same.
    pub fn warn(&self, sentence: &str) {
        if !self.quiet && self.is_new(sentence) {
            to_stderr(&format!("warning: {sentence}\n"));
        }
    }

    fn is_new(&self, sentence: &str) -> bool {
        // Whoever failed while saying something has left the set as it was.
        self.said.lock().unwrap_or_else(PoisonError::into_inner).insert(sentence.to_owned())
    }

    /// Says each of several oddities.
    pub fn warn_all(&self, sentences: &[String]) {
        sentences.iter().for_each(|sentence| self.warn(sentence));
    }
}

/// Sends log events of the library to stderr: none unless asked for with `-v`.
pub fn start_log(quiet: bool, verbose: u8) {
    use tracing_subscriber::filter::LevelFilter;
    let level = match (quiet, verbose) {
        (true, _) => LevelFilter::OFF,
        (_, 0) => LevelFilter::WARN,
        (_, 1) => LevelFilter::INFO,
        (_, 2) => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    let log = tracing_subscriber::fmt().with_writer(io::stderr).without_time().with_target(false).with_ansi(false);
    log.with_max_level(level).init();
}
