//! Why a command could not run, printed once, by `main`: what failed, a line for each cause, and a hint where the
//! reader can act.

use codeframe::fault::Faults;
pub use codeframe::fault::said;
use codeframe::fault::without_number;
use std::error::Error;
use std::fmt;
use std::io;

/// An error with the hint that goes with it.
#[derive(Debug)]
pub struct Failure {
    error: anyhow::Error,
    hint: Option<String>,
}

impl Failure {
    /// A failure that stands alone, as a sentence in lower case without a final stop.
    pub fn new(message: impl fmt::Display + fmt::Debug + Send + Sync + 'static) -> Self {
        Failure { error: anyhow::Error::msg(message), hint: None }
    }

    /// The same failure with a hint.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same failure as the cause of another.
    pub fn context(self, message: impl fmt::Display + Send + Sync + 'static) -> Self {
        Failure { error: self.error.context(message), ..self }
    }

    /// Whether the reader of stdout went away, which is the reader's right and no failure.
    pub fn is_broken_pipe(&self) -> bool {
        let broken = |cause: &(dyn Error + 'static)| {
            let io = cause.downcast_ref::<io::Error>().map(io::Error::kind);
            let json = cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind);
            io.or(json) == Some(io::ErrorKind::BrokenPipe)
        };
        self.error.chain().any(broken)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "error: {}", one_line(&self.error.to_string()))?;
        let mut last = String::new();
        for cause in self.error.chain().skip(1) {
            match cause.downcast_ref::<Faults>() {
                Some(faults) => {
                    for fault in &faults.0 {
                        writeln!(f, "  cause: {}", one_line(&fault.to_string()))?;
                        if let Some(hint) = &fault.hint {
                            writeln!(f, "  hint: {hint}")?;
                        }
                    }
                }
                None => {
                    let io = cause.downcast_ref::<io::Error>();
                    let text = io.map_or_else(|| one_line(&cause.to_string()), said);
                    // Some crates say the same twice, the second time with a number before it.
                    if last.is_empty() || !text.ends_with(&last) {
                        writeln!(f, "  cause: {text}")?;
                    }
                    last = text;
                }
            }
        }
        match &self.hint {
            Some(hint) => writeln!(f, "  hint: {hint}"),
            None => Ok(()),
        }
    }
}

/// Errors of other crates may spread over lines; here each is one, without the system's numbers.
fn one_line(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    without_number(&lines.join("; ")).to_owned()
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Failure { error, hint: None }
    }
}

/// What fails bare, without a file's name, is the printing of results.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        let error = without_csv(error);
        let is_full = matches!(
            error.kind(),
            io::ErrorKind::StorageFull | io::ErrorKind::FileTooLarge | io::ErrorKind::QuotaExceeded
        );
        let hint = is_full.then(|| "make room where the results go, then run the command again".to_owned());
        Failure { error: anyhow::Error::new(error).context("could not write the results"), hint }
    }
}

/// The error that a writer of CSV met, which its own error hides.
fn without_csv(error: io::Error) -> io::Error {
    match error.downcast::<csv::Error>().map(csv::Error::into_kind) {
        Ok(csv::ErrorKind::Io(met)) => met,
        Ok(other) => io::Error::other(format!("{other:?}")),
        Err(error) => error,
    }
}

impl From<codeframe::project::Error> for Failure {
    fn from(error: codeframe::project::Error) -> Self {
        Failure { hint: error.hint(), error: error.into() }
    }
}

impl From<codeframe::frame::Error> for Failure {
    fn from(error: codeframe::frame::Error) -> Self {
        Failure { error: error.into(), hint: None }
    }
}

impl From<codeframe::store::Error> for Failure {
    fn from(error: codeframe::store::Error) -> Self {
        Failure { hint: error.hint(), error: error.into() }
    }
}

impl From<codeframe::page::Error> for Failure {
    fn from(error: codeframe::page::Error) -> Self {
        Failure { hint: error.hint(), error: error.into() }
    }
}

impl From<codeframe::sample::Error> for Failure {
    fn from(error: codeframe::sample::Error) -> Self {
        Failure { hint: error.hint(), error: error.into() }
    }
}

impl From<codeframe::synthesis::Error> for Failure {
    fn from(error: codeframe::synthesis::Error) -> Self {
        Failure { hint: error.hint(), error: error.into() }
    }
}

impl From<codeframe::grid::Error> for Failure {
    fn from(error: codeframe::grid::Error) -> Self {
        codeframe::sample::Error::from(error).into()
    }
}

impl From<codeframe::run::Error> for Failure {
    fn from(error: codeframe::run::Error) -> Self {
        Failure { hint: error.hint(), error: error.into() }
    }
}

impl From<codeframe::study::Error> for Failure {
    fn from(error: codeframe::study::Error) -> Self {
        Failure { hint: error.hint(), error: error.into() }
    }
}

impl From<codeframe::map::Error> for Failure {
    fn from(error: codeframe::map::Error) -> Self {
        match error {
            codeframe::map::Error::Store(error) => error.into(),
            error => Failure { error: error.into(), hint: None },
        }
    }
}

impl From<codeframe::exchange::Error> for Failure {
    fn from(error: codeframe::exchange::Error) -> Self {
        match error {
            codeframe::exchange::Error::Output(error) => error.into(),
            codeframe::exchange::Error::Store(error) => error.into(),
            codeframe::exchange::Error::Table(error) => error.into(),
            error => Failure { error: error.into(), hint: None },
        }
    }
}

impl From<codeframe::extract::Error> for Failure {
    fn from(error: codeframe::extract::Error) -> Self {
        Failure { hint: error.hint(), error: error.into() }
    }
}

impl From<codeframe::vignette::Error> for Failure {
    fn from(error: codeframe::vignette::Error) -> Self {
        Failure { hint: error.hint(), error: error.into() }
    }
}

impl From<codeframe::themes::Error> for Failure {
    fn from(error: codeframe::themes::Error) -> Self {
        Failure { hint: error.hint(), error: error.into() }
    }
}

impl From<codeframe::exchange::table::TableError> for Failure {
    fn from(error: codeframe::exchange::table::TableError) -> Self {
        match error {
            codeframe::exchange::table::TableError::Output(error) => error.into(),
            error => Failure { hint: error.hint(), error: error.into() },
        }
    }
}

impl From<codeframe::vignette::basket::BasketError> for Failure {
    fn from(error: codeframe::vignette::basket::BasketError) -> Self {
        Failure { hint: error.hint(), error: error.into() }
    }
}

impl From<codeframe::exchange::ImportError> for Failure {
    fn from(error: codeframe::exchange::ImportError) -> Self {
        Failure { hint: error.hint(), error: error.into() }
    }
}

impl From<codeframe::learn::Error> for Failure {
    fn from(error: codeframe::learn::Error) -> Self {
        Failure { hint: error.hint(), error: error.into() }
    }
}

impl From<codeframe::review::status::Error> for Failure {
    fn from(error: codeframe::review::status::Error) -> Self {
        Failure { hint: error.hint(), error: error.into() }
    }
}

impl From<codeframe::simulate::Error> for Failure {
    fn from(error: codeframe::simulate::Error) -> Self {
        Failure { hint: error.hint(), error: error.into() }
    }
}

impl From<codeframe::evaluate::Error> for Failure {
    fn from(error: codeframe::evaluate::Error) -> Self {
        Failure { hint: error.hint(), error: error.into() }
    }
}

impl From<codeframe::review::Error> for Failure {
    fn from(error: codeframe::review::Error) -> Self {
        Failure { hint: error.hint(), error: error.into() }
    }
}

impl From<codeframe::exchange::worksheet::Error> for Failure {
    fn from(error: codeframe::exchange::worksheet::Error) -> Self {
        Failure { hint: error.hint(), error: error.into() }
    }
}
