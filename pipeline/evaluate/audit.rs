//! What the audit says: of the automatic decisions a random share was put before people, and from how many of those were
//! wrong follows, exactly, how many of all of them can be. For codes accepted and codes rejected, pooled and by code.

use super::{Error, Selection};
use crate::coding::cells_from_bytes;
use crate::decide::Decision;
use crate::frame::{CodeIndex, Frame};
use crate::review::{Answer, Route, Standing, Verdict};
use crate::score::most_wrong;
use crate::store::Store;
use serde::Serialize;
use std::collections::BTreeMap;

/// What the audit says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Audit {
    /// How sure the bounds are.
    pub confidence: f64,
    /// Over all codes, accepted and then rejected.
    pub pooled: Vec<AuditRow>,
    /// By code, in frame order; those of which none was audited are left out.
    pub codes: Vec<AuditRow>,
}

/// One bound.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AuditRow {
    /// `question/code`; `None` for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Which decisions.
    pub direction: Direction,
    /// Automatic decisions, those that people have looked at since included.
    pub decisions: usize,
    /// Those that people looked at.
    pub audited: usize,
    /// Those of them that people call wrong; a person who cannot tell has not called them right.
    pub wrong: usize,
    /// The most that can be wrong among all, with the confidence.
    pub most_wrong: usize,
    /// As a share of all.
    pub most_wrong_share: Option<f64>,
}

/// Which way a decision went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Decided to apply.
    Accepted,
    /// Decided not to.
    Rejected,
}

/// Counts of one code and direction.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    decisions: usize,
    audited: usize,
    wrong: usize,
}

/// Draws the bounds. A verdict counts when it came by audit and is about the code as it is defined now; which way the
/// decision went is in the proposal that it answered.
///
/// # Errors
/// When the store cannot be read, or nothing has been audited.
pub fn audit(
    frame: &Frame,
    store: &Store,
    standing: &Standing<'_>,
    selection: &Selection,
    confidence: f64,
) -> Result<Audit, Error> {
    let mut counts: Vec<[Count; 2]> = vec![Default::default(); frame.n_codes()];
    // Whether all who looked at a decision call it right.
    let mut audited: BTreeMap<(&str, CodeIndex, Direction), bool> = BTreeMap::new();
    for verdict in standing.iter().filter(|v| v.route == Route::Audit && selection.has_report(&v.report)) {
        let Some(code) = frame.find(&format!("{}/{}", verdict.question, verdict.code)) else { continue };
        let is_current = *verdict.definition == *code.code.definition_hash;
        let Some(direction) = direction(verdict).filter(|_| is_current && selection.has_question(code.question)) else {
            continue;
        };
        // Two people's verdicts on one decision are one look at it; it is wrong when one of them says so.
        let is_right = verdict.answer.applies() == Some(direction == Direction::Accepted);
        *audited.entry((&*verdict.report, code.index, direction)).or_insert(true) &= is_right;
    }
    for ((_, code, direction), is_right) in &audited {
        let count = &mut counts[code.get()][*direction as usize];
        count.audited += 1;
        count.decisions += 1;
        count.wrong += usize::from(!is_right);
    }
    if audited.is_empty() {
        let reason = "the ledger has no verdicts that came by audit".to_owned();
        return Err(Error::Nothing { reason });
    }
    store.each_cells(|id, bytes| {
        if !selection.has_report(id) {
            return Ok::<(), Error>(());
        }
        for (code, cell) in frame.codes().zip(cells_from_bytes(bytes)?) {
            let direction = match cell.decision {
                Decision::Applies => Direction::Accepted,
                Decision::DoesNotApply => Direction::Rejected,
                Decision::Queue => continue,
            };
            // Those audited have been counted, whatever has become of them.
            let is_automatic = cell.by.name() != "person" && selection.has_question(code.question);
            if is_automatic && !audited.contains_key(&(id, code.index, direction)) {
                counts[code.index.get()][direction as usize].decisions += 1;
            }
        }
        Ok(())
    })?;
    let delta = 1. - confidence;
    let row = |code: Option<String>, direction: Direction, count: Count| {
        let most = most_wrong(count.decisions, count.audited, count.wrong, delta);
        AuditRow {
            code,
            direction,
            decisions: count.decisions,
            audited: count.audited,
            wrong: count.wrong,
            most_wrong: most,
            most_wrong_share: (count.decisions > 0).then(|| most as f64 / count.decisions as f64),
        }
    };
    let mut audit = Audit { confidence, pooled: Vec::new(), codes: Vec::new() };
    for direction in [Direction::Accepted, Direction::Rejected] {
        let mut all = Count::default();
        for of_code in &counts {
            let count = of_code[direction as usize];
            all.decisions += count.decisions;
            all.audited += count.audited;
            all.wrong += count.wrong;
        }
        audit.pooled.push(row(None, direction, all));
    }
    for code in frame.codes() {
        for direction in [Direction::Accepted, Direction::Rejected] {
            let count = counts[code.index.get()][direction as usize];
            if count.audited > 0 {
                audit.codes.push(row(Some(code.name().to_owned()), direction, count));
            }
        }
    }
    Ok(audit)
}

/// Which way the decision went that a verdict looked at.
fn direction(verdict: &Verdict) -> Option<Direction> {
    match verdict.answered.as_ref()?.get("decision")?.as_str()? {
        word if word == Answer::Applies.name() => Some(Direction::Accepted),
        word if word == Answer::DoesNotApply.name() => Some(Direction::Rejected),
        _ => None,
    }
}
