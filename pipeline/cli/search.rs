//! `codeframe search`: passages that match a query, ready to be quoted.

use super::print::vignettes;
use super::{Context, End, Failure, Format};
use codeframe::study::Study;
use codeframe::vignette::{self, Request};

/// Search the reports; print the passages that fit best
///
/// A query is words in any form (`parents reading`), "exact phrases", OR, -word, (brackets), beginnings (`teach*`), and
/// fields: heading:impact, report:G001, code:question/code, decision:queue, and each column of the project's metadata,
/// as in cohort:1.
#[derive(clap::Args)]
pub struct Arguments {
    /// What to look for; may be left out with --code or --report. Put `--` before a query that begins with `-`
    #[arg(value_name = "QUERY", required_unless_present_any = ["code", "report"])]
    query: Vec<String>,
    /// How many passages to print at the most
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
    /// Only evidence for this code, or for any code of this question
    #[arg(long, value_name = "QUESTION/CODE")]
    code: Option<String>,
    /// Only this report
    #[arg(long, value_name = "ID")]
    report: Option<String>,
}

/// Does what the arguments say.
pub fn run(context: &Context, arguments: &Arguments) -> Result<End, Failure> {
    let format = context.format_of(&[Format::Text, Format::Json])?;
    let project = context.open()?;
    let study = Study::load(&project)?.value;
    let store = context.store_of_any_classifier(&project, &study, true)?;
    let query = arguments.query.join(" ");
    let code = arguments.code.as_deref();
    let request = Request { query: &query, code, report: arguments.report.as_deref(), limit: arguments.limit };
    let found = vignette::search(&project, &study, &store, request)?;
    if format == Format::Json {
        vignettes::json(&query, &found)?;
    } else {
        vignettes::text(&found)?;
        match (found.vignettes.len(), found.n_passages) {
            (_, 0) => context.notes.say("no passage matches"),
            (shown, all) if shown < all => context.notes.say(&format!("{shown} of {all} passages")),
            _ => {}
        }
    }
    if found.is_behind {
        context.notes.warn("the last run did not end, so reports may be missing; run `codeframe run`");
    }
    Ok(End::Done)
}
