//! What is queued, in the order in which it is best asked: the queue file, of which only what lists and filters need is
//! kept, a few bytes an item.

use super::Error;
use super::filter::{Filter, Order};
use super::shares::Asked;
use crate::frame::{CodeIndex, Frame};
use crate::project::Stamp;
use rayon::prelude::*;
use serde::Deserialize;
use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

/// The queue file, as messages name it.
const FILE: &str = "corpus/review/queue.jsonl";

/// One item of the queue.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The report.
    pub report: Arc<str>,
    /// The code.
    pub code: CodeIndex,
    /// The word for why it is asked.
    pub reason: Arc<str>,
    /// Probability that the code applies; none without a classifier.
    pub probability: Option<f64>,
    /// Probability with which it was drawn, where it was.
    pub pi: Option<f64>,
    /// Who is asked.
    pub asked: Asked,
}

/// The items, by rank, and by what change of the file is noticed.
#[derive(Debug, Default)]
pub struct Queue {
    /// By rank.
    pub items: Vec<Item>,
    stamp: Stamp,
}

#[derive(Deserialize)]
struct Line<'l> {
    rank: u64,
    #[serde(borrow)]
    report: Cow<'l, str>,
    #[serde(borrow)]
    question: Cow<'l, str>,
    #[serde(borrow)]
    code: Cow<'l, str>,
    definition_hash: Cow<'l, str>,
    reason: Cow<'l, str>,
    probability: Option<f64>,
    #[serde(default)]
    pi: Option<f64>,
}

impl Queue {
    /// Reads the queue; lines of another version of the frame are passed over, and a queue that is not there is empty.
    pub fn read(path: &Path, frame: &Frame) -> Result<Queue, Error> {
        let stamp = stamp(path);
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Queue::default()),
            Err(source) => return Err(Error::Queue { path: FILE, source }),
        };
        let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
        let read = |line: &&[u8]| {
            let line: Line<'_> = serde_json::from_slice(line).ok()?;
            let code = frame.find(&format!("{}/{}", line.question, line.code))?;
            let is_current = *line.definition_hash == *code.code.definition_hash;
            let item = Item {
                report: line.report.as_ref().into(),
                code: code.index,
                reason: line.reason.as_ref().into(),
                probability: line.probability,
                pi: line.pi,
                asked: Asked::Anybody,
            };
            is_current.then_some((line.rank, item))
        };
        let mut ranked: Vec<(u64, Item)> = lines.par_iter().filter_map(read).collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        Ok(Queue { items: ranked.into_iter().map(|(_, item)| item).collect(), stamp })
    }

    /// Whether the file is still the one that was read.
    pub fn is_current(&self, path: &Path) -> bool {
        stamp(path) == self.stamp
    }

    /// The numbers of the items that a filter lets through, in its order.
    pub fn shown(&self, frame: &Frame, filter: &Filter, metadata: &dyn Fn(&str, &str) -> Option<String>) -> Vec<usize> {
        let passes = |item: &Item| {
            let code = frame.code(item.code);
            let is = |wanted: &Option<String>, found: &str| wanted.as_deref().is_none_or(|wanted| wanted == found);
            is(&filter.question, code.question.id.as_str())
                && is(&filter.code, code.name())
                && is(&filter.report, &item.report)
                && is(&filter.reason, &item.reason)
                && filter.metadata.iter().all(|(column, v)| metadata(&item.report, column).as_ref() == Some(v))
        };
        let mut shown: Vec<usize> = (0..self.items.len()).filter(|n| passes(&self.items[*n])).collect();
        let item = |n: &usize| &self.items[*n];
        let sureness = |n: &usize| item(n).probability.map_or(0., |p| (p - 0.5).abs());
        // Stable sorts: of equals the first of the queue.
        match filter.order {
            Order::Useful => {}
            Order::Uncertain => shown.sort_by(|a, b| sureness(a).total_cmp(&sureness(b))),
            Order::Report => {
                shown.sort_by(|a, b| (&item(a).report, item(a).code).cmp(&(&item(b).report, item(b).code)))
            }
            Order::Code => shown.sort_by_key(|n| item(n).code),
        }
        shown
    }
}

/// The stamp of a file; of one that is not there a blank one.
pub fn stamp(path: &Path) -> Stamp {
    std::fs::metadata(path).map(|metadata| Stamp::of(&metadata)).unwrap_or_default()
}
