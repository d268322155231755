//! `codeframe import`: what other programs and people hold becomes part of the project.

mod codings;
mod frame;
mod ledger;

use super::{Context, End, Failure, Format, print};

/// Import frames, codings and colleagues' ledgers from the forms that people use
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    Frame(frame::Arguments),
    Codings(codings::Arguments),
    Ledger(ledger::Arguments),
}

/// Does what the arguments say.
pub fn run(context: &Context, arguments: &Arguments) -> Result<End, Failure> {
    match &arguments.what {
        What::Frame(arguments) => frame::run(context, arguments),
        What::Codings(arguments) => codings::run(context, arguments),
        What::Ledger(arguments) => ledger::run(context, arguments),
    }
}
