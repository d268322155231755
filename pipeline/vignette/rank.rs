//! The passages that a query found, put in order by what they are to a code: how near to its centre, how extreme, or how
//! much like it although they speak against it. Likeness is that of tf-idf rows; the classifier's own probability of a
//! passage is taken where the store has it.

use super::evidence::Known;
use crate::classify::likeness::{Likeness, alike};
use crate::classify::{Row, Unit};
use crate::frame::CodeIndex;
use crate::index::Hit;
use std::collections::BTreeMap;

/// The order of passages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// How well they fit the query.
    #[default]
    Relevance,
    /// How near they are to the centre of the code's passages.
    Typical,
    /// How strongly they carry the code: what the classifier is surest of, then what is much nearer to the code's centre
    /// than to that of all other passages.
    Extreme,
    /// Passages that speak against the code, the ones most like it first.
    Against,
}

/// Passages at the most from which is learned how rare words are.
const MOST_TEXTS: usize = 20_000;

/// Gives each hit its score in an order, and sorts. `examples` are passages of the code: those by which its centre is
/// known. Of all reports that stand in hits or examples, `reports` has the contents.
pub(super) fn rank(
    hits: &mut [Hit],
    examples: &[(String, u32)],
    reports: &BTreeMap<String, Option<Known>>,
    code: CodeIndex,
    order: Order,
) {
    let known = |id: &str| reports.get(id).and_then(Option::as_ref);
    let text = |id: &str, passage: u32| -> Unit {
        let found = known(id).and_then(|known| {
            let content = &known.coded.content;
            Some(content.passages.get(passage as usize)?.span.slice(&content.report.text).to_owned())
        });
        Unit { text: found.unwrap_or_default(), context: String::new() }
    };
    let others = reports.iter().flat_map(|(id, known)| {
        let n = known.as_ref().map_or(0, |known| known.coded.content.passages.len() as u32);
        (0..n).map(|passage| (id.as_str(), passage))
    });
    let units: Vec<Unit> = others.take(MOST_TEXTS).map(|(id, passage)| text(id, passage)).collect();
    let likeness = Likeness::learn(&units);
    let rows_of = |places: &mut dyn Iterator<Item = (&str, u32)>| -> Vec<Row> {
        likeness.rows(&places.map(|(id, passage)| text(id, passage)).collect::<Vec<_>>())
    };
    let of_code = rows_of(&mut examples.iter().map(|(id, passage)| (id.as_str(), *passage)));
    let centre = likeness.centre(&of_code);
    let ground = if order == Order::Extreme { likeness.centre(&likeness.rows(&units)) } else { Row::default() };
    let of_hits = rows_of(&mut hits.iter().map(|hit| (hit.report.as_str(), hit.passage)));
    for (hit, row) in hits.iter_mut().zip(&of_hits) {
        hit.score = alike(row, &centre);
        if order == Order::Extreme {
            let mut cited = known(&hit.report).into_iter().flat_map(|known| known.coded.cited_for(code));
            let probability =
                cited.find(|cited| cited.passage == hit.passage).and_then(|cited| cited.probability).map(f64::from);
            // What is cited comes first; the difference of two cosines is below 1.
            hit.score = probability.map_or(hit.score - alike(row, &ground), |p| 1. + p);
        }
    }
    hits.sort_by(|a, b| {
        b.score.total_cmp(&a.score).then_with(|| a.report.cmp(&b.report)).then(a.passage.cmp(&b.passage))
    });
}
