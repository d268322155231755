//! `codeframe run`: the main job, with a progress bar on a terminal and a summary at the end.

use super::print::summary;
use super::{Context, End, Failure, Format};
use codeframe::project::Project;
use codeframe::run::{self, Outcome, Progress, Settings};
use codeframe::warned::Warned;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::num::NonZeroUsize;

/// Read, index and code the reports; write the review queue
#[derive(clap::Args)]
pub struct Arguments {}

/// Does what the arguments say.
pub fn run(context: &Context, _: &Arguments) -> Result<End, Failure> {
    let format = context.format_of(&[Format::Text, Format::Json])?;
    let project = context.open()?;
    let outcome = work(context, &project)?;
    match format {
        Format::Json => summary::json(&outcome)?,
        _ => summary::text(&outcome)?,
    }
    Ok(if outcome.failed.is_empty() { End::Done } else { End::LeftOut })
}

/// Reads and codes what has changed, with a progress bar on a terminal.
fn work(context: &Context, project: &Project) -> Result<Outcome, Failure> {
    let jobs = context.jobs.or(project.config.jobs).and_then(NonZeroUsize::new);
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    // Hidden in a pipe by itself; asked-for quiet hides it on a terminal as well.
    if context.notes.is_quiet() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    let style = ProgressStyle::with_template("{msg:8} {bar:30} {pos}/{len} reports, {per_sec}, {eta} left");
    bar.set_style(style.expect("the template is valid"));
    let show = |progress: Progress| match progress {
        Progress::Coding { done, of } => {
            bar.set_message("coding");
            bar.set_length(of as u64);
            bar.set_position(done as u64);
        }
        Progress::Queue => bar.set_message("queue"),
    };
    let Warned { value: outcome, warnings } = run::run(project, Settings { jobs }, &show)?;
    bar.finish_and_clear();
    context.notes.warn_all(&warnings);
    Ok(outcome)
}

impl Context {
    /// Brings what has been coded level with the reports, and tells whether any was left out.
    pub(super) fn bring_up_to_date(&self, project: &Project) -> Result<End, Failure> {
        let outcome = work(self, project)?;
        for (path, reason) in &outcome.failed {
            self.notes.warn(&format!("{path} is left out: {reason}"));
        }
        Ok(if outcome.failed.is_empty() { End::Done } else { End::LeftOut })
    }
}
