//! The command `codeframe`: dispatch, errors, exit code.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::quiet_panics();
    match cli::run() {
        Ok(end) => end.into(),
        Err(failure) if failure.is_broken_pipe() => ExitCode::SUCCESS,
        Err(failure) => {
            cli::to_stderr(&failure.to_string());
            ExitCode::from(cli::COULD_NOT_RUN)
        }
    }
}
