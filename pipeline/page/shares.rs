//! Who is asked what: where the queue was shared out among several people, each sees their own items, whoever else has
//! answered them, and blind ones without anything of the machine; the others see what is left. An item that one of two has
//! answered leaves the queue file with the next run, and is put back here: for the second, and for a third if the two disagree.

use super::queue::{Item, Queue};
use crate::decide::Cell;
use crate::frame::{CodeIndex, Frame};
use crate::review::{Assignment, item_id};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Who is asked an item.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Asked {
    /// Whoever comes: it was not shared out.
    #[default]
    Anybody,
    /// The reviewer, whoever else has answered.
    Me {
        /// Whether nothing of the machine is to be shown.
        is_blind: bool,
    },
    /// These people; others only once all of them have answered and it is still open.
    Others(Vec<Arc<str>>),
}

/// The word for an item that is asked because it was shared out, and for no other reason that may be shown.
pub const ASSIGNED: &str = "assigned";

impl Queue {
    /// Says of each item who is asked, and puts back what was given to somebody and has left the queue. `cell` is what the machine says of
    /// a code of a report, none where there is no such report. Returns whether anything at all was given to the reviewer: then
    /// they are asked that and no more.
    pub fn share_out(
        &mut self,
        assignment: &Assignment,
        frame: &Frame,
        reviewer: &str,
        cell: impl Fn(&str, CodeIndex) -> Option<Cell>,
    ) -> bool {
        let mut shares: BTreeMap<(Arc<str>, CodeIndex), Asked> = BTreeMap::new();
        for line in &assignment.lines {
            let code = frame.find(&format!("{}/{}", line.question, line.code));
            // What was shared out under another definition is another item.
            let Some(code) = code.filter(|code| item_id(&line.report, code) == line.id) else { continue };
            let asked = match line.reviewers.iter().any(|name| name == reviewer) {
                true => Asked::Me { is_blind: line.blind },
                false => Asked::Others(line.reviewers.iter().map(|name| name.as_str().into()).collect()),
            };
            shares.insert((line.report.as_str().into(), code.index), asked);
        }
        for item in &mut self.items {
            item.asked = shares.remove(&(item.report.clone(), item.code)).unwrap_or_default();
        }
        for ((report, code), asked) in shares {
            if let Some(cell) = cell(&report, code) {
                let reason = cell.reason_in_files().map_or(ASSIGNED, |reason| reason.name()).into();
                self.items.push(Item {
                    report,
                    code,
                    reason,
                    probability: cell.probability_in_review(),
                    pi: None,
                    asked,
                });
            }
        }
        for item in self.items.iter_mut().filter(|item| item.asked == Asked::Me { is_blind: true }) {
            (item.reason, item.probability) = (ASSIGNED.into(), None);
        }
        // Where nothing of the machine is shown, its order is not either.
        let is_mine = |item: &&Item| matches!(item.asked, Asked::Me { .. });
        if self.items.iter().filter(is_mine).all(|item| item.asked == Asked::Me { is_blind: true }) {
            let key =
                |item: &Item| (item.asked == Asked::Me { is_blind: true }).then(|| (item.report.clone(), item.code));
            // Stable: what is the reviewer's goes behind, in order of reports; the rest stays as it was.
            self.items.sort_by_cached_key(key);
        }
        assignment.reviewers().contains(reviewer)
    }
}
