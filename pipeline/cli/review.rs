//! `codeframe review`: the queue out to people, their verdicts in; and how far that is.

mod desk;
mod status;

use super::{Context, End, Failure};

/// Put the queue before people: as a spreadsheet and back, shared out among several; say how far the review is
#[derive(clap::Args)]
pub struct Arguments {
    /// Who gives the verdicts [default: your name on this system]
    #[arg(long, value_name = "ID", conflicts_with = "status")]
    reviewer: Option<String>,
    /// How much is answered and waits, and by code whether enough has been asked or how many items more that takes
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
        let hint = "choose --export FILE, --import FILE, --assign NAMES or --status";
        return Err(Failure::new("it was not said what to do with the queue").hint(hint));
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
