//! The verdicts of a ledger are replayed: what would people have had to answer, in which order, until the codings were
//! as good as they are? The same loop as in life runs, with its own code: some cells are answered, a classifier is learned
//! from them, it decides what it may, the rest is queued and put in order, the next batch is answered as the ledger has
//! it. The unit is a verdict on one (report, code).
//!
//! A third of the reports is held back: nothing of them is ever learned or asked. Measured are those, the cells of the
//! others that are not answered yet, and the codings as a whole, people's and machine's together. Deterministic by seed.

mod compare;
mod measure;
mod replay;

pub use compare::{Comparison, compare};
pub use measure::Point;

use crate::classify::Memory;
use crate::learn::{self, Lesson, promise};
use crate::order::Order;
use crate::project::Project;
use crate::store::Store;
use crate::study::Study;
use replay::Replay;
use serde::Serialize;

/// What is replayed.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Orders, each replayed by itself.
    pub orders: Vec<Order>,
    /// Each order is replayed with each of these; curves are means over them.
    pub seeds: Vec<u64>,
    /// Cells answered before the first classifier, drawn at random.
    pub start: usize,
    /// Cells answered between two classifiers.
    pub batch: usize,
    /// Batches at the most.
    pub rounds: usize,
    /// Share of each batch that is drawn at random.
    pub random_share: f64,
    /// Whether the examples of the codebook teach.
    pub with_examples: bool,
}

/// What a simulation found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Simulation {
    /// Reports that are reviewed, and reports held back.
    pub reports: usize,
    /// See `reports`.
    pub held_back: usize,
    /// Cells that the ledger answers in the reports that are reviewed; mean over seeds.
    pub cells: usize,
    /// How many cells are answered before the first classifier, and how many in a batch.
    pub start: usize,
    /// See `start`.
    pub batch: usize,
    /// Seeds.
    pub seeds: Vec<u64>,
    /// A curve an order.
    pub curves: Vec<Curve>,
    /// Each order beside the random one, where that was replayed as well.
    pub comparisons: Vec<Comparison>,
}

/// One order's course, the mean over all seeds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Curve {
    /// The order's name.
    pub order: &'static str,
    /// By number of reviews done; the first is by rules alone.
    pub points: Vec<Point>,
}

/// Bytes of factors that are remembered between two rounds.
const MAX_REMEMBERED: usize = 1 << 30;

/// Why nothing could be replayed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Gathering what people said.
    #[error(transparent)]
    Learn(#[from] learn::Error),
    /// There are too few reports with verdicts.
    #[error(
        "{n_reports} reports have verdicts, and it takes {MIN_REPORTS} to hold a third back and learn from the rest"
    )]
    TooFew {
        /// Reports with verdicts.
        n_reports: usize,
    },
}

/// Fewer reports show nothing.
pub const MIN_REPORTS: usize = 6;

impl Error {
    /// What the reader can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Error::Learn(error) => error.hint(),
            Error::TooFew { .. } => {
                Some("bring codings in with `codeframe import codings FILE`, or review more".to_owned())
            }
        }
    }
}

/// Replays. `study` is what reports are coded by before anything is learned: its classifier has no part in it. `progress`
/// is told how many rounds of how many are done.
///
/// # Errors
/// When store or ledger cannot be read, or there are too few reports with verdicts.
pub fn simulate(
    project: &Project,
    study: &Study,
    store: &Store,
    settings: &Settings,
    progress: &dyn Fn(usize, usize),
) -> Result<Simulation, Error> {
    let mut lesson = Lesson::gather(project, study, store)?;
    if lesson.taught.len() < MIN_REPORTS {
        return Err(Error::TooFew { n_reports: lesson.taught.len() });
    }
    if !settings.with_examples {
        lesson.examples.clear();
    }
    let n_rounds = settings.orders.len() * settings.seeds.len() * (settings.rounds + 2);
    let mut curves: Vec<Vec<Vec<Point>>> = vec![Vec::new(); settings.orders.len()];
    let (mut reports, mut held_back, mut cells, mut done) = (0, 0, 0, 0);
    for seed in &settings.seeds {
        // The same reports are learned from under every order.
        let mut memory = Memory::of(MAX_REMEMBERED);
        for (order, of_order) in settings.orders.iter().zip(&mut curves) {
            let mut replay = Replay::new(study, store, &lesson, promise(project), settings, *seed)?;
            (reports, held_back) = (replay.n_pool(), replay.n_held());
            cells += replay.n_cells();
            let mut points = Vec::new();
            // First by rules alone, then from the first answers.
            for round in 0..=settings.rounds + 1 {
                match round {
                    0 => {}
                    1 => replay.answer_start(),
                    _ if replay.answer_batch(*order) => {}
                    _ => break,
                }
                points.push(replay.learn_and_code(&mut memory));
                progress(done + round + 1, n_rounds);
            }
            done += settings.rounds + 2;
            of_order.push(points);
        }
    }
    let named = settings.orders.iter().map(|order| order.name()).zip(curves);
    let curves: Vec<Curve> = named.map(|(order, of_seeds)| Curve { order, points: measure::mean(&of_seeds) }).collect();
    Ok(Simulation {
        reports,
        held_back,
        cells: cells / (settings.seeds.len() * settings.orders.len()).max(1),
        start: settings.start,
        batch: settings.batch,
        seeds: settings.seeds.clone(),
        comparisons: compare(&curves),
        curves,
    })
}
