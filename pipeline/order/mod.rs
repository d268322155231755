//! In which order people are asked. What is queued comes in, compactly; a place for every item goes out.
//!
//! A part of the queue (`random_share`) is drawn at random and asked between the others: from those answers follows what
//! holds for the rest, which no order by usefulness allows (stopping, the map's estimates). The rest is asked by
//! usefulness. *Diverse* is k-centre (Gonzalez 1985; Sener and Savarese 2018) among cells: two cells are as near as their reports are
//! by the classifier's kernel when they are of one code, and far apart else; a cell counts the more, the less sure the
//! classifier is of it. So nobody is asked twice in a row what the last answer has as good as told.

mod centres;
mod sketch;

pub use sketch::Sketches;

use crate::decide::Reason;
use centres::Centres;
use std::cmp::Ordering;

/// What is asked first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// Doubtful cells of reports unlike those that have been answered; see the module.
    #[default]
    Diverse,
    /// The most doubtful [`N_UNCERTAIN`] cells, then as [`Order::Diverse`].
    Hybrid,
    /// The most doubtful cells.
    Uncertain,
    /// Report by report.
    Report,
    /// Code by code.
    Code,
    /// By chance.
    Random,
}

/// Cells that a hybrid order asks by doubt alone.
pub const N_UNCERTAIN: usize = 300;

impl Order {
    /// All of them, in the order in which they are told.
    pub const ALL: [Order; 6] =
        [Order::Diverse, Order::Hybrid, Order::Uncertain, Order::Report, Order::Code, Order::Random];

    /// The word for it in the config and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Order::Diverse => "diverse",
            Order::Hybrid => "hybrid",
            Order::Uncertain => "uncertain",
            Order::Report => "report",
            Order::Code => "code",
            Order::Random => "random",
        }
    }

    /// The order with a name.
    pub fn named(name: &str) -> Option<Order> {
        Order::ALL.into_iter().find(|order| order.name() == name)
    }
}

/// How people are asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// What is asked first.
    pub order: Order,
    /// Share of the queue that is drawn at random; 0 to 1.
    pub random_share: f64,
    /// Share of the reports with a code that are to be found; 0.5 to 0.999.
    pub recall: f64,
}

impl Settings {
    /// The share of the queue that is drawn at random: all of it when that is the order.
    pub fn share(&self) -> f64 {
        if self.order == Order::Random { 1. } else { self.random_share }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Settings { order: Order::Diverse, random_share: 0.25, recall: 0.95 }
    }
}

/// One queued (report, code).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Item {
    /// Number of the report, in order of ids.
    pub report: u32,
    /// Number of the code, in frame order.
    pub code: u32,
    /// Why it is queued.
    pub reason: Reason,
    /// Probability that the code applies, by the classifier.
    pub probability: Option<f32>,
    /// A number from 0 to below 1 that depends on seed, report, code and definition alone: those below the share are
    /// drawn.
    pub draw: f32,
}

/// What an order depends on beside the items.
#[derive(Debug, Clone, Copy)]
pub struct Grounds<'g> {
    /// What is asked first.
    pub order: Order,
    /// Share of the queue that is drawn at random, and share of such items among those asked; 0 to 1.
    pub random_share: f64,
    /// How alike reports are; empty without a classifier.
    pub sketches: &'g Sketches,
    /// The cells that people have answered, ascending.
    pub answered: &'g [Answered],
}

/// A cell that people have answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Answered {
    /// Number of the code.
    pub code: u32,
    /// Number of the report.
    pub report: u32,
}

/// The place of an item.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Number of the item.
    pub item: usize,
    /// The probability with which it was drawn at random from the queue; none for what was chosen by usefulness.
    pub pi: Option<f64>,
}

/// Puts all items in order: first what people must settle among themselves, then the rest. Of equals the first goes first, so the same items come out in the same order.
pub fn rank(items: &[Item], grounds: &Grounds<'_>) -> Vec<Place> {
    let share = if grounds.order == Order::Random { 1. } else { grounds.random_share };
    // Both are no more than the draw says, so that which items are there for the audit cannot be told from their places.
    let (mut drawn, mut chosen, mut audited) = (Vec::new(), Vec::new(), Vec::new());
    let mut first = Vec::new();
    for (number, item) in items.iter().enumerate() {
        match item.reason {
            // It has been answered, and there is nothing to learn of others from it.
            Reason::PeopleDisagree => first.push(number),
            _ if f64::from(item.draw) < share => drawn.push(number),
            Reason::Audit => audited.push(number),
            _ => chosen.push(number),
        }
    }
    let by_draw = |a: &usize, b: &usize| items[*a].draw.total_cmp(&items[*b].draw).then(a.cmp(b));
    drawn.sort_by(by_draw);
    audited.sort_by(by_draw);
    let chosen = scattered(items, by_use(items, chosen, grounds), &audited, share);
    let mut places: Vec<Place> = first.into_iter().map(|item| Place { item, pi: None }).collect();
    places.extend(mixed(drawn.into_iter().map(|item| Place { item, pi: Some(share) }), chosen, share));
    places
}

/// Puts what is there for the audit between the others, where its draw falls.
fn scattered(items: &[Item], chosen: Vec<usize>, audited: &[usize], share: f64) -> Vec<usize> {
    let n = chosen.len() as f64;
    let place = |number: &usize| (f64::from(items[*number].draw) - share) / (1. - share).max(f64::MIN_POSITIVE) * n;
    let mut audited = audited.iter().peekable();
    let mut all = Vec::with_capacity(chosen.len() + audited.len());
    for (at, number) in chosen.into_iter().enumerate() {
        while let Some(next) = audited.next_if(|next| place(next) <= at as f64) {
            all.push(*next);
        }
        all.push(number);
    }
    all.extend(audited);
    all
}

/// Takes from both so that of any number of places the share is drawn.
fn mixed(drawn: impl Iterator<Item = Place>, chosen: Vec<usize>, share: f64) -> Vec<Place> {
    let (mut drawn, mut chosen) =
        (drawn.peekable(), chosen.into_iter().map(|item| Place { item, pi: None }).peekable());
    let mut places: Vec<Place> = Vec::new();
    let mut n_drawn = 0;
    loop {
        let is_due = (n_drawn as f64) < share * (places.len() + 1) as f64;
        let from_drawn = drawn.peek().is_some() && (is_due || chosen.peek().is_none());
        let Some(place) = (if from_drawn { drawn.next() } else { chosen.next() }) else { return places };
        n_drawn += usize::from(from_drawn);
        places.push(place);
    }
}

/// The items that were not drawn, the most useful first.
fn by_use(items: &[Item], mut chosen: Vec<usize>, grounds: &Grounds<'_>) -> Vec<usize> {
    let has_probabilities = chosen.iter().any(|n| items[*n].probability.is_some());
    let pressing = |a: &usize, b: &usize| -> Ordering {
        let (x, y) = (&items[*a], &items[*b]);
        urgency(x.reason).cmp(&urgency(y.reason)).then(doubt(y).total_cmp(&doubt(x)))
    };
    match grounds.order {
        Order::Report => chosen.sort_by(|a, b| items[*a].report.cmp(&items[*b].report).then_with(|| pressing(a, b))),
        Order::Code => chosen.sort_by(|a, b| items[*a].code.cmp(&items[*b].code).then_with(|| pressing(a, b))),
        Order::Random => {}
        _ if !has_probabilities => chosen = in_turn(items, chosen),
        Order::Uncertain => sort_by_doubt(items, &mut chosen),
        Order::Diverse => chosen = diverse(items, chosen, grounds, &[]),
        Order::Hybrid => {
            sort_by_doubt(items, &mut chosen);
            let rest = chosen.split_off(chosen.len().min(N_UNCERTAIN));
            let asked: Vec<(u32, u32)> = chosen.iter().map(|n| (items[*n].code, items[*n].report)).collect();
            chosen.extend(diverse(items, rest, grounds, &asked));
        }
    }
    chosen
}

fn sort_by_doubt(items: &[Item], chosen: &mut [usize]) {
    chosen.sort_by(|a, b| doubt(&items[*b]).total_cmp(&doubt(&items[*a])).then(a.cmp(b)));
}

/// Without a classifier: what contradicts itself first, and of what is alike every code in turn, each time in another
/// report.
fn in_turn(items: &[Item], mut chosen: Vec<usize>) -> Vec<usize> {
    let class = |n: usize| (urgency(items[n].reason), items[n].code);
    chosen.sort_by(|a, b| class(*a).cmp(&class(*b)).then(items[*a].draw.total_cmp(&items[*b].draw)).then(a.cmp(b)));
    let mut turns: Vec<(u8, usize, usize)> = Vec::with_capacity(chosen.len());
    for of_class in chosen.chunk_by(|a, b| class(*a) == class(*b)) {
        turns.extend(of_class.iter().enumerate().map(|(turn, n)| (class(*n).0, turn, *n)));
    }
    // A stable sort: within a turn the codes stay in frame order.
    turns.sort_by_key(|(urgency, turn, _)| (*urgency, *turn));
    turns.into_iter().map(|(.., n)| n).collect()
}

/// K-centre among the cells, from those answered and those `asked` before.
fn diverse(items: &[Item], mut chosen: Vec<usize>, grounds: &Grounds<'_>, asked: &[(u32, u32)]) -> Vec<usize> {
    chosen.sort_by_key(|n| (items[*n].code, *n));
    let codes: Vec<&[usize]> = chosen.chunk_by(|a, b| items[*a].code == items[*b].code).collect();
    let mut scored: Vec<(f32, usize)> = Centres { items, grounds, asked, n_codes: codes.len() }.score(&codes);
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    scored.into_iter().map(|(_, n)| n).collect()
}

/// Doubt of a cell of which the classifier says nothing: it can learn from it, and most such cells are plain.
const UNKNOWN_DOUBT: f32 = 0.5;

/// How little is known of a cell, 0 to 1: one where rule and classifier contradict each other, or where probability is one half.
fn doubt(item: &Item) -> f32 {
    match item.reason {
        Reason::Tie
        | Reason::Unsure
        | Reason::NothingFound
        | Reason::NoRule
        | Reason::TooFewExamples
        | Reason::Audit => item.probability.map_or(UNKNOWN_DOUBT, |p| 4. * p * (1. - p)),
        _ => 1.,
    }
}

/// What is asked first has the lowest number: contradictions, then doubts, then what the machine knows nothing of.
fn urgency(reason: Reason) -> u8 {
    match reason {
        Reason::Disagree => 1,
        Reason::Tie => 2,
        Reason::Unsure | Reason::Audit => 3,
        Reason::NothingFound => 4,
        Reason::TooFewExamples => 5,
        Reason::NoRule => 6,
        _ => 0,
    }
}

#[cfg(test)]
mod tests;
