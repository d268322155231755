//! `codeframe review`: the queue before people, on a page or as a spreadsheet; their verdicts in; and how far that is. Without a
//! choice it is the page.

mod desk;
mod page;
mod status;

use super::{Context, End, Failure};

/// Review what is queued, on a page in your browser or as a spreadsheet; share it out; say how far the review is
///
/// Prints an address that works once and on this machine only; Ctrl-C ends it. Every verdict is in the ledger before the
/// page says so, and several people may review one project at once, each with a page of their own.
#[derive(clap::Args)]
pub struct Arguments {
    /// Who gives the verdicts [default: your name on this system]
    #[arg(long, value_name = "ID", conflicts_with = "status")]
    reviewer: Option<String>,
    /// Port on 127.0.0.1 [default: a free one]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    port: u16,
    /// No page: how much is answered and waits, and by code whether enough has been asked or how many items more that takes
    #[arg(long, group = "desk")]
    status: bool,
    #[command(flatten)]
    desk: desk::Arguments,
}

/// Does what the arguments say.
pub fn run(context: &Context, arguments: &Arguments) -> Result<End, Failure> {
    if arguments.status {
        return status::run(context);
    }
    if !arguments.desk.is_asked() {
        return page::run(context, reviewer(arguments.reviewer.as_deref())?, arguments.port);
    }
    let named = arguments.reviewer.as_deref().map(|name| reviewer(Some(name))).transpose()?;
    desk::run(context, &arguments.desk, named.as_deref(), || reviewer(None))
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
