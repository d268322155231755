//! `codeframe review`: a page on this machine, until Ctrl-C.

use super::super::{Context, End, Failure, Format, clock, print};
use codeframe::page::{self, Moment, Settings};
use serde::Serialize;
use std::io::Write;
use std::time::SystemTime;

/// Serves the page and says where it is.
pub fn run(context: &Context, reviewer: String, port: u16) -> Result<End, Failure> {
    let format = context.format_of(&[Format::Text, Format::Json])?;
    let project = context.open()?;
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
