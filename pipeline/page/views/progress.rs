//! Whether enough has been asked: by code, how sure it is that the reports with it have been found.

use super::super::Error;
use super::super::desk::Desk;
use super::super::words;
use super::page;
use crate::page::values::values;
use crate::project::LEDGER;
use crate::review::{Goal, Ledger, status};

/// The page.
pub fn progress(desk: &Desk) -> Result<String, Error> {
    let config = &desk.project.config;
    let goal = Goal { recall: config.review.recall, confidence: config.decide.confidence };
    let ledger = Ledger::read(&desk.project.ledger(), LEDGER)?.value;
    let mut status = status(&desk.study, &desk.store, &ledger, goal)?;
    // What takes most comes first; a stable sort.
    status.codes.sort_by_key(|code| std::cmp::Reverse(code.more));
    let percent = |share| words::percent(share);
    let content = values! { recall => percent(goal.recall), confidence => percent(goal.confidence), more => words::count(status.more), status };
    page(desk, "progress.html", "queue", "Is it enough?", content)
}
