//! `codeframe themes`: the passages of a code in groups that are alike, as a start for new codes.

use super::print::themes as print;
use super::{Context, End, Failure, Format};
use codeframe::study::Study;
use codeframe::themes::{Settings, themes};

/// Group the passages of a code into themes, as a start for new codes
///
/// Made for codes such as `other`. Each theme has the words that tell it from the others and its most typical passages;
/// what it is called, and whether it is one, is for a person to say. The same seed gives the same themes.
#[derive(clap::Args)]
pub struct Arguments {
    /// The code
    #[arg(value_name = "QUESTION/CODE")]
    code: String,
    /// How many themes [default: as many as the passages fall into]
    #[arg(short, long, value_name = "N")]
    n: Option<usize>,
    /// How many passages of each theme to print
    #[arg(long, value_name = "N", default_value_t = 3)]
    quotes: usize,
    /// Where random choice starts [default: `seed` of config.toml]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

/// Does what the arguments say.
pub fn run(context: &Context, arguments: &Arguments) -> Result<End, Failure> {
    let format = context.format_of(&[Format::Text, Format::Json, Format::Csv])?;
    let project = context.open()?;
    let study = Study::load(&project)?.value;
    let store = context.store(&project, &study)?;
    let said = context.said(&project, &study)?;
    let settings = Settings { n_themes: arguments.n, seed: arguments.seed.unwrap_or(project.config.seed) };
    let found = themes(&project, &study, &store, &said, &arguments.code, settings)?;
    match format {
        Format::Json => print::json(&found)?,
        Format::Csv => print::csv(&found)?,
        _ => print::text(&found, arguments.quotes)?,
    }
    if found.n_left_out > 0 {
        context.notes.warn(&format!("{} passages more than can be grouped were left out", found.n_left_out));
    }
    if found.silhouette().is_some_and(|silhouette| silhouette < WEAK) {
        context
            .notes
            .say("the passages hardly fall into groups (silhouette below 0.1), so read these as a first sorting");
    }
    Ok(End::Done)
}

/// Below this groups are hardly any; Kaufman and Rousseeuw (1990) call 0.25 the least of a structure, in few dimensions.
const WEAK: f64 = 0.1;
