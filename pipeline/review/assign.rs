//! Who of several reviewers is asked what: the queue is shared out among them, a part of it to two each, so that it can be
//! seen how well they agree. The shares are kept in `corpus/review/assignment.jsonl`, an item a line, which the page and
//! spreadsheets follow. What was shared out before stays with those who have it; what is new is added.
//!
//! By default whole reports are shared out: who has read a report answers all that is asked about it.

use crate::fault::{Fault, Place};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The file, relative to the project.
pub const ASSIGNMENT: &str = "corpus/review/assignment.jsonl";

/// The format version of its lines.
const VERSION: u32 = 1;

/// What is shared out: an item of the queue.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item {
    /// The report's id.
    pub report: String,
    /// The question's id.
    pub question: String,
    /// The code's id.
    pub code: String,
    /// The item's id.
    pub id: String,
}

/// One line of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assigned {
    /// Version of the format, 1.
    pub v: u32,
    /// The item's id.
    pub id: String,
    /// The report's id.
    pub report: String,
    /// The question's id.
    pub question: String,
    /// The code's id.
    pub code: String,
    /// Who is asked, by name: one person, or two.
    pub reviewers: Vec<String>,
    /// Whether they are to see nothing of what the machine says.
    pub blind: bool,
}

/// All that is shared out, by report, question and code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assignment {
    /// The lines.
    pub lines: Vec<Assigned>,
}

/// How to share out.
#[derive(Debug, Clone, PartialEq)]
pub struct Sharing {
    /// Who takes part: two or more different names.
    pub reviewers: Vec<String>,
    /// The share of items that two people answer, 0 to 1.
    pub overlap: f64,
    /// Whether people are to see nothing of what the machine says.
    pub is_blind: bool,
    /// What stays together.
    pub unit: Unit,
    /// What the draw depends on beside the items.
    pub seed: u64,
}

/// What stays together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unit {
    /// All items of a report.
    #[default]
    Report,
    /// Nothing: each item for itself, so that two people see parts of every report.
    Item,
}

impl Assignment {
    /// Reads the file; one that is not there shares out nothing. Lines that are none are faults and passed over.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    pub fn read(path: &Path) -> std::io::Result<(Assignment, Vec<Fault>)> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Default::default()),
            Err(error) => return Err(error),
        };
        let (mut assignment, mut faults) = (Assignment::default(), Vec::new());
        for (n, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let read: Result<Assigned, _> = serde_json::from_str(line);
            let cause = match read {
                Ok(line) if line.v == VERSION => {
                    assignment.lines.push(line);
                    continue;
                }
                Ok(line) => format!("it has version {}, and this codeframe knows version {VERSION}", line.v),
                Err(error) => error.to_string(),
            };
            let place =
                Place { path: ASSIGNMENT.to_owned(), line: u32::try_from(n + 1).unwrap_or(u32::MAX), column: 1 };
            faults.push(Fault::warning(place, format!("the line assigns nothing and is passed over: {cause}")));
        }
        Ok((assignment, faults))
    }

    /// The lines as the file has them.
    pub fn text(&self) -> String {
        let line = |line: &Assigned| serde_json::to_string(line).expect("plain data always has a text") + "\n";
        self.lines.iter().map(line).collect()
    }

    /// Everybody who is asked anything.
    pub fn reviewers(&self) -> BTreeSet<&str> {
        self.lines.iter().flat_map(|line| line.reviewers.iter().map(String::as_str)).collect()
    }

    /// What somebody is asked.
    pub fn of<'a>(&'a self, reviewer: &'a str) -> impl Iterator<Item = &'a Assigned> {
        self.lines.iter().filter(move |line| line.reviewers.iter().any(|name| name == reviewer))
    }
}

/// Shares out items that are open, beside what was shared out before: lines whose reviewers are all still taking part stay,
/// answered or not.
pub fn assign(open: &[Item], before: &Assignment, sharing: &Sharing) -> Assignment {
    let mut units: BTreeMap<String, Share> = BTreeMap::new();
    let key = |report: &str, id: &str| match sharing.unit {
        Unit::Report => report.to_owned(),
        Unit::Item => id.to_owned(),
    };
    let stays = |line: &&Assigned| line.reviewers.iter().all(|name| sharing.reviewers.contains(name));
    for line in before.lines.iter().filter(stays) {
        let Assigned { id, report, question, code, .. } = line.clone();
        let share = units.entry(key(&report, &id)).or_default();
        share.items.insert(Item { report, question, code, id });
        share.add(&line.reviewers);
    }
    for item in open {
        units.entry(key(&item.report, &item.id)).or_default().items.insert(item.clone());
    }
    let mut drawn: Vec<(u64, Share)> = units
        .into_iter()
        .map(|(key, share)| {
            let hash = blake3::hash(format!("{}\0{key}", sharing.seed).as_bytes());
            (u64::from_le_bytes(hash.as_bytes()[..8].try_into().expect("a hash has 32 bytes")), share)
        })
        .collect();
    drawn.sort_by_key(|(number, share)| (*number, share.items.first().cloned()));
    let mut shares: Vec<Share> = drawn.into_iter().map(|(_, share)| share).collect();
    draw_doubles(&mut shares, sharing.overlap);
    hand_out(&mut shares, &sharing.reviewers);
    let mut lines: Vec<Assigned> = shares.into_iter().flat_map(|share| share.lines(sharing.is_blind)).collect();
    lines.sort_by(|a, b| (&a.report, &a.question, &a.code).cmp(&(&b.report, &b.question, &b.code)));
    Assignment { lines }
}

/// Items that stay together, and who is asked.
#[derive(Debug, Default)]
struct Share {
    items: BTreeSet<Item>,
    reviewers: Vec<String>,
    is_double: bool,
}

impl Share {
    fn add(&mut self, reviewers: &[String]) {
        for name in reviewers {
            if !self.reviewers.contains(name) {
                self.reviewers.push(name.clone());
            }
        }
        self.is_double = self.reviewers.len() > 1;
    }

    fn lines(self, blind: bool) -> impl Iterator<Item = Assigned> {
        let mut reviewers = self.reviewers;
        reviewers.sort();
        self.items.into_iter().map(move |Item { report, question, code, id }| Assigned {
            v: VERSION,
            id,
            report,
            question,
            code,
            reviewers: reviewers.clone(),
            blind,
        })
    }
}

/// Takes shares for two people in the order of the draw, those that nobody has yet first, as long as that comes nearer to
/// the overlap that is wanted.
fn draw_doubles(shares: &mut [Share], overlap: f64) {
    let n_items: usize = shares.iter().map(|share| share.items.len()).sum();
    let wanted = overlap * n_items as f64;
    let mut n_double: usize = shares.iter().filter(|share| share.is_double).map(|share| share.items.len()).sum();
    for had in [false, true] {
        for share in shares.iter_mut().filter(|share| !share.is_double && share.reviewers.is_empty() != had) {
            let with = n_double + share.items.len();
            if (with as f64 - wanted).abs() < (n_double as f64 - wanted).abs() {
                n_double = with;
                share.is_double = true;
            }
        }
    }
}

/// Gives each share to whoever has the least to do; large shares first, which balances best. Of two, those who have least in
/// common so far.
fn hand_out(shares: &mut [Share], reviewers: &[String]) {
    let mut load: Vec<usize> = vec![0; reviewers.len()];
    let mut common: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let place = |name: &String| reviewers.iter().position(|known| known == name).expect("all take part");
    let mut order: Vec<usize> = (0..shares.len()).collect();
    order.sort_by_key(|n| (shares[*n].reviewers.is_empty(), !shares[*n].is_double, Reverse(shares[*n].items.len())));
    for n in order {
        let share = &mut shares[n];
        let wanted = if share.is_double { 2.max(share.reviewers.len()) } else { 1 };
        while share.reviewers.len() < wanted {
            let first = share.reviewers.first().map(place);
            let shared = |other: usize| {
                first.map_or(0, |first| common.get(&(first.min(other), first.max(other))).copied().unwrap_or(0))
            };
            let free = (0..reviewers.len()).filter(|n| !share.reviewers.contains(&reviewers[*n]));
            let next = free.min_by_key(|n| (shared(*n), load[*n], *n)).expect("there are two or more reviewers");
            share.reviewers.push(reviewers[next].clone());
        }
        let places: Vec<usize> = share.reviewers.iter().map(place).collect();
        places.iter().for_each(|place| load[*place] += share.items.len());
        if let [first, second, ..] = places[..] {
            *common.entry((first.min(second), first.max(second))).or_default() += share.items.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn items(reports: usize, each: usize) -> Vec<Item> {
        let item = |n: usize| Item {
            report: format!("G{:03}", n / each),
            question: "who".to_owned(),
            code: format!("c{:02}", n % each),
            id: format!("{n:016x}"),
        };
        (0..reports * each).map(item).collect()
    }

    fn sharing(reviewers: &[&str], overlap: f64, unit: Unit) -> Sharing {
        let reviewers = reviewers.iter().map(|name| (*name).to_owned()).collect();
        Sharing { reviewers, overlap, is_blind: true, unit, seed: 1 }
    }

    fn n_double(assignment: &Assignment) -> usize {
        assignment.lines.iter().filter(|line| line.reviewers.len() == 2).count()
    }

    #[test]
    fn each_has_a_fair_part_and_two_have_the_overlap() {
        let by_item = assign(&items(20, 10), &Assignment::default(), &sharing(&["ms", "jk"], 0.2, Unit::Item));
        assert_eq!((n_double(&by_item), by_item.of("ms").count(), by_item.of("jk").count()), (40, 120, 120));
        let by_report = assign(&items(20, 10), &Assignment::default(), &sharing(&["ms", "jk"], 0.2, Unit::Report));
        assert_eq!((n_double(&by_report), by_report.of("ms").count(), by_report.of("jk").count()), (40, 120, 120));
        for of_report in by_report.lines.chunk_by(|a, b| a.report == b.report) {
            assert!(of_report.iter().all(|line| line.reviewers == of_report[0].reviewers));
        }
        let three = assign(&items(30, 1), &Assignment::default(), &sharing(&["a", "b", "c"], 0.4, Unit::Report));
        let pairs: Vec<usize> = [["a", "b"], ["a", "c"], ["b", "c"]]
            .iter()
            .map(|pair| three.lines.iter().filter(|line| line.reviewers == pair.map(str::to_owned)).count())
            .collect();
        assert_eq!((n_double(&three), pairs), (12, vec![4, 4, 4]));
    }

    #[test]
    fn what_is_shared_out_stays_and_what_is_new_is_added() {
        let two = sharing(&["ms", "jk"], 0.5, Unit::Report);
        let first = assign(&items(10, 4), &Assignment::default(), &two);
        assert_eq!(assign(&items(10, 4), &first, &two), first);
        assert_eq!(assign(&[], &first, &two), first, "answered items have left the queue");
        let more = assign(&items(20, 4), &first, &two);
        assert!(first.lines.iter().all(|line| more.lines.contains(line)));
        assert_eq!((more.lines.len(), n_double(&more)), (80, 40));
        let others = assign(&items(10, 4), &first, &sharing(&["ms", "al"], 0.5, Unit::Report));
        assert!(others.of("jk").next().is_none() && others.lines.len() == 40);
    }

    #[test]
    fn the_file_reads_as_it_is_written() {
        let assignment = assign(&items(3, 2), &Assignment::default(), &sharing(&["ms", "jk"], 0.5, Unit::Item));
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let path = folder.path().join("a");
        assert_eq!(Assignment::read(&path).expect("none is empty"), Default::default());
        std::fs::write(&path, assignment.text() + "{}\n\n").expect("it can be written");
        let (read, faults) = Assignment::read(&path).expect("it can be read");
        assert_eq!((read, faults.len()), (assignment, 1));
    }

    proptest! {
        #[test]
        fn everything_is_asked_of_somebody(reports in 1_usize..20, each in 1_usize..6, people in 2_usize..5, overlap in 0. ..=1_f64, is_report in any::<bool>()) {
            let names = ["a", "b", "c", "d"];
            let unit = if is_report { Unit::Report } else { Unit::Item };
            let assignment = assign(&items(reports, each), &Assignment::default(), &sharing(&names[..people], overlap, unit));
            prop_assert_eq!(assignment.lines.len(), reports * each);
            prop_assert!(assignment.lines.iter().all(|line| (1..=2).contains(&line.reviewers.len())));
            let size = if is_report { each } else { 1 };
            let off = (n_double(&assignment) as f64 - overlap * (reports * each) as f64).abs();
            prop_assert!(off <= size as f64 / 2. + 1e-9, "{off}");
        }
    }
}
