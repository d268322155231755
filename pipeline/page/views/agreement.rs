//! How far people agree with each other, and what they do not agree on, each to be settled by a third verdict.

use super::super::Error;
use super::super::desk::Desk;
use super::super::filter::address;
use super::page;
use crate::evaluate::{self, Disagreement, Selection};
use crate::frame::Frame;
use crate::page::values::values;
use serde::Serialize;

/// Disagreements shown.
const MOST: usize = 300;

#[derive(Serialize)]
struct Open<'p> {
    address: String,
    label: String,
    /// Of the question.
    title: String,
    #[serde(flatten)]
    disagreement: &'p Disagreement,
    is_settled: bool,
}

/// The page.
pub fn agreement(desk: &Desk) -> Result<String, Error> {
    let frame = &desk.study.frame;
    let people = match evaluate::people(frame, &desk.verdicts.all(), &Selection::default()) {
        Ok(people) => people,
        Err(evaluate::Error::Nothing { .. }) => {
            return page(desk, "agreement.html", "agreement", "Agreement", values! { is_none => true });
        }
        Err(error) => return Err(error.into()),
    };
    let mut all: Vec<Open<'_>> = people.disagreements.iter().map(|one| of(frame, one)).collect();
    // What awaits somebody first; a stable sort.
    all.sort_by_key(|open| open.is_settled);
    let n_open = all.iter().filter(|open| !open.is_settled).count();
    let (n, n_more) = (all.len(), all.len().saturating_sub(MOST));
    all.truncate(MOST);
    let content = values! { people => people, disagreements => all, n, n_open, n_more };
    page(desk, "agreement.html", "agreement", "Agreement", content)
}

fn of<'p>(frame: &Frame, disagreement: &'p Disagreement) -> Open<'p> {
    let Disagreement { report, question, code, settled, .. } = disagreement;
    let name = format!("{question}/{code}");
    let code = frame.find(&name);
    Open {
        address: address("/item", &[("report", report), ("code", &name), ("adjudicate", "1")]),
        label: code.map_or(String::new(), |code| code.code.label.clone()),
        title: code.map_or(String::new(), |code| code.question.title.clone()),
        is_settled: settled.is_some(),
        disagreement,
    }
}
