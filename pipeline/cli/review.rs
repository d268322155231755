//! `codeframe review`: what awaits a person, and what people said.

mod status;

use super::{Context, End, Failure};

/// Say how far the review is
#[derive(clap::Args)]
pub struct Arguments {
    /// How much is answered and waits, and by code whether enough has been asked or how many items more that takes
    #[arg(long, required = true)]
    status: bool,
}

/// Does what the arguments say.
pub fn run(context: &Context, _: &Arguments) -> Result<End, Failure> {
    status::run(context)
}
