//! `codeframe review`: the queue before a person, on a local page.

use super::{Context, End, Failure, Format, clock, print};
use codeframe::page::{self, Moment, Settings};
use codeframe::project::Project;
use serde::Serialize;
use std::io::Write;
use std::time::SystemTime;

/// Review what is queued, on a page in your browser
///
/// Prints an address that works once and on this machine only; Ctrl-C ends it. Every verdict is in the ledger before the
/// page says so, and several people may review one project at once, each with a page of their own.
#[derive(clap::Args)]
pub struct Arguments {
    /// Who gives the verdicts [default: your name on this system]
    #[arg(long, value_name = "ID")]
    reviewer: Option<String>,
    /// Port on 127.0.0.1 [default: a free one]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    port: u16,
}

/// Does what the arguments say.
pub fn run(context: &Context, arguments: &Arguments) -> Result<End, Failure> {
    let format = context.format_of(&[Format::Text, Format::Json])?;
    let reviewer = reviewer(arguments.reviewer.as_deref())?;
    let project = context.open()?;
    serve(context, project, Serve { reviewer, port: arguments.port, format })
}

/// The name under which verdicts are given.
pub fn reviewer(asked_for: Option<&str>) -> Result<String, Failure> {
    let of_system = || ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| std::env::var(name).ok());
    let name = asked_for.map(str::to_owned).or_else(of_system).unwrap_or_default().trim().to_owned();
    if !name.is_empty() && !name.chars().any(char::is_control) {
        return Ok(name);
    }
    let message = match asked_for {
        Some(_) => "the name of the reviewer is not a word or short text",
        None => "this system does not say who you are",
    };
    Err(Failure::new(message).hint("say who reviews with `--reviewer ID`, for instance your initials"))
}

struct Serve {
    reviewer: String,
    port: u16,
    format: Format,
}

fn serve(context: &Context, project: Project, serve: Serve) -> Result<End, Failure> {
    let Serve { reviewer, port, format } = serve;
    let settings = Settings { reviewer, port, token: secret()?, session: secret()?, clock: now };
    let name = settings.reviewer.clone();
    let bound = page::bind(project, settings)?;
    context.notes.warn_all(&bound.notices());
    if format == Format::Json {
        print::json(&Told { reviewer: &name, address: &bound.address })?;
    } else {
        let mut out = print::results();
        writeln!(out, "{}", bound.address)?;
        out.flush()?;
        context.notes.say(&format!("open this address in your browser; you review as `{name}`. Ctrl-C ends it"));
    }
    bound.serve(ended())?;
    Ok(End::Done)
}

#[derive(Serialize)]
struct Told<'t> {
    reviewer: &'t str,
    address: &'t str,
}

/// 32 hex digits that nobody can guess.
fn secret() -> Result<String, Failure> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| Failure::new(format!("the system gives no random numbers: {error}")))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn now() -> Moment {
    let time = SystemTime::now();
    let seconds = time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Moment { at: clock::rfc3339(time), seconds }
}

/// Comes when the program is told to end.
async fn ended() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    let _ = interrupted.await;
}
