//! Why a command could not run, printed once, by `main`: what failed, a line for each cause, and a hint where the
//! reader can act.

use codeframe::fault::Faults;
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

/// What the system said, in our words where it is common.
pub fn said(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::InvalidData => "it is not UTF-8 text".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        io::ErrorKind::AlreadyExists => "a file of that name stands in the way".to_owned(),
        io::ErrorKind::NotADirectory => "a file stands where a folder should be".to_owned(),
        io::ErrorKind::FileTooLarge => "the file may not grow any larger".to_owned(),
        io::ErrorKind::StorageFull => "the disk is full".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "the file system is read-only".to_owned(),
        _ => one_line(&error.to_string()),
    }
}

/// Errors of other crates may spread over lines; here each is one.
fn one_line(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("; ")
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Failure { error, hint: None }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure { error: error.into(), hint: None }
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

impl From<codeframe::run::Error> for Failure {
    fn from(error: codeframe::run::Error) -> Self {
        Failure { hint: error.hint(), error: error.into() }
    }
}

impl From<codeframe::study::Error> for Failure {
    fn from(error: codeframe::study::Error) -> Self {
        Failure { error: error.into(), hint: None }
    }
}

impl From<codeframe::map::Error> for Failure {
    fn from(error: codeframe::map::Error) -> Self {
        Failure { error: error.into(), hint: None }
    }
}

impl From<codeframe::exchange::Error> for Failure {
    fn from(error: codeframe::exchange::Error) -> Self {
        Failure { error: error.into(), hint: None }
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

impl From<codeframe::exchange::ImportError> for Failure {
    fn from(error: codeframe::exchange::ImportError) -> Self {
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
