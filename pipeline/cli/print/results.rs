//! Where results go: to stdout, or to the file that `--output` names, which takes its place only when all of it is written. The
//! file's ending says the format unless `--format` does.

use crate::cli::{Context, Failure, Format};
use clap::ValueEnum;
use codeframe::store::Replacement;
use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};
use std::path::{Path, PathBuf};

/// The option of commands whose results are made to be kept.
#[derive(clap::Args)]
pub struct Output {
    /// The file to write; its ending says the format, unless --format does [default: printed]
    #[arg(long, global = true, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// The stream of results. What is written must be ended by [`Results::finish`].
pub enum Results {
    /// To stdout. A write that fails because the reader went away becomes an error that `main` takes for the end.
    Printed(BufWriter<StdoutLock<'static>>),
    /// To a file.
    Kept(Replacement),
}

impl Output {
    /// The format asked for by `--format`, or by the ending of the file, when the command writes it; else text.
    ///
    /// # Errors
    /// When the command does not write that format, or the ending is that of none.
    pub fn format(&self, context: &Context, known: &[Format]) -> Result<Format, Failure> {
        let ending = self.output.as_deref().and_then(Path::extension).filter(|_| context.format.is_none());
        let Some(ending) = ending else { return context.format_of(known) };
        let shown = ending.to_string_lossy().to_lowercase();
        let found = match shown.as_str() {
            "txt" => Some(Format::Text),
            "htm" => Some(Format::Html),
            name => Format::from_str(name, true).ok(),
        };
        match found {
            Some(format) if known.contains(&format) => Ok(format),
            _ => {
                let message = format!("this command does not write files that end with `.{shown}`");
                Err(Failure::new(message).hint(format!("choose --format {}", Format::names(known))))
            }
        }
    }

    /// Opens the stream.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn open(&self) -> Result<Results, Failure> {
        Ok(match &self.output {
            Some(path) => Results::Kept(Replacement::of(path)?),
            None => Results::Printed(super::results()),
        })
    }
}

impl Results {
    /// Whether a person reads along.
    pub fn is_terminal(&self) -> bool {
        matches!(self, Results::Printed(_)) && io::stdout().is_terminal()
    }

    /// Whether what was found is to be shown bold.
    pub fn is_bold(&self) -> bool {
        self.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
    }

    /// Ends the stream; a file takes its place.
    ///
    /// # Errors
    /// When the last of it cannot be written; then a file that was there stays.
    pub fn finish(self) -> Result<(), Failure> {
        match self {
            Results::Printed(mut out) => out.flush()?,
            Results::Kept(file) => file.finish()?,
        }
        Ok(())
    }
}

impl Write for Results {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Results::Printed(out) => out.write(bytes),
            Results::Kept(file) => Write::write(file, bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Results::Printed(out) => out.flush(),
            Results::Kept(file) => Write::flush(file),
        }
    }
}
