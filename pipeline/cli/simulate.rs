//! `codeframe simulate`: the ledger's verdicts replayed through the review loop.

use super::print::{self, simulation};
use super::{Context, End, Failure, Format};
use anyhow::Context as _;
use codeframe::order::Order;
use codeframe::propose::Rules;
use codeframe::simulate::{Settings, simulate};
use codeframe::store::Replacement;
use codeframe::study::Study;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::path::{Path, PathBuf};

/// Replay known verdicts through the review loop: how many reviews until the codings are good
///
/// Some of the ledger's verdicts are taken as given, a classifier is learned from them, the queue is put in order, its next
/// items get the verdicts that the ledger has for them, and so on. A third of the reports is held back and only measured. A
/// review is a verdict on one code of one report. The project is not changed.
#[derive(clap::Args)]
pub struct Arguments {
    /// Verdicts before the first classifier, drawn at random
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(2..))]
    start: u32,
    /// Verdicts between two classifiers
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    batch: u32,
    /// Batches at the most
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(..=10_000))]
    rounds: u32,
    /// Orders to replay, separated by commas: diverse, hybrid, uncertain, report, code, random [default: `order` of config.toml, and random]
    #[arg(long, value_name = "ORDERS", value_delimiter = ',', value_parser = order, hide_possible_values = true)]
    order: Vec<Order>,
    /// Seeds, separated by commas: each order is replayed with each, and the mean is shown [default: `seed` of config.toml]
    #[arg(long, value_name = "SEEDS", value_delimiter = ',')]
    seed: Vec<u32>,
    /// Learn and code as if no rules were written
    #[arg(long)]
    without_rules: bool,
    /// Learn as if the codebook had no examples
    #[arg(long)]
    without_examples: bool,
    /// Write the curves as a picture (.svg) or a page (.html) as well; may be given twice
    #[arg(long, value_name = "FILE")]
    plot: Vec<PathBuf>,
}

fn order(name: &str) -> Result<Order, String> {
    let names = || Order::ALL.map(Order::name);
    Order::named(name).ok_or_else(|| {
        let near = codeframe::fault::did_you_mean(name, names());
        near.unwrap_or_else(|| format!("the orders are {}", names().join(", ")))
    })
}

/// Does what the arguments say.
pub fn run(context: &Context, arguments: &Arguments) -> Result<End, Failure> {
    let format = context.format_of(&[Format::Text, Format::Json, Format::Csv])?;
    let drawings: Vec<Drawing<'_>> = arguments.plot.iter().map(|path| Drawing::of(path)).collect::<Result<_, _>>()?;
    let mut project = context.open()?;
    // What has been learned has seen all the answers.
    project.config.train.is_off = true;
    let review = &project.config.review;
    let mut orders = arguments.order.clone();
    if orders.is_empty() {
        orders = vec![review.order, Order::Random];
    }
    orders.dedup();
    let mut seeds: Vec<u64> = arguments.seed.iter().map(|seed| u64::from(*seed)).collect();
    if seeds.is_empty() {
        seeds.push(project.config.seed);
    }
    let settings = Settings {
        orders,
        seeds,
        start: arguments.start as usize,
        batch: arguments.batch as usize,
        rounds: arguments.rounds as usize,
        random_share: review.random_share,
        with_examples: !arguments.without_examples,
    };
    let mut study = Study::load(&project)?.value;
    let store = context.texts(&project)?;
    if arguments.without_rules {
        study.rules = Rules::none(&study.frame);
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if context.notes.is_quiet() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    let style = ProgressStyle::with_template("replaying {bar:30} {pos}/{len} rounds, {eta} left");
    bar.set_style(style.expect("the template is valid"));
    let show = move |done: usize, of: usize| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
    };
    let threads = context.threads(&project)?;
    let found = threads.install(move || simulate(&project, &study, &store, &settings, &show))?;
    for drawing in drawings {
        drawing.write(&found)?;
    }
    match format {
        Format::Json => print::json(&found)?,
        Format::Csv => simulation::csv(&found)?,
        _ => simulation::text(&found)?,
    }
    Ok(End::Done)
}

/// A file that curves are drawn into.
struct Drawing<'a> {
    path: &'a Path,
    is_page: bool,
}

impl<'a> Drawing<'a> {
    fn of(path: &'a Path) -> Result<Self, Failure> {
        let ending = path.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase);
        let is_page = match ending.as_deref() {
            Some("html" | "htm") => true,
            Some("svg") => false,
            _ => {
                let failure = Failure::new(format!("`{}` is neither a picture nor a page", path.display()));
                return Err(failure.hint("let its name end in .svg or .html"));
            }
        };
        Ok(Drawing { path, is_page })
    }

    fn write(&self, found: &codeframe::simulate::Simulation) -> Result<(), Failure> {
        let text = if self.is_page { simulation::page(found) } else { simulation::picture(found) };
        let write = || {
            let mut file = Replacement::of(self.path)?;
            file.write(text.as_bytes())?;
            file.finish()
        };
        Ok(write().with_context(|| format!("could not write `{}`", self.path.display()))?)
    }
}
