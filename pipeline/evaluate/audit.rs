//! What the audit says: of the automatic decisions a random share was put before people, and from how many of those were
//! wrong follows, exactly, how many of all of them can be. For codes accepted and codes rejected, pooled and by code.

use super::{Error, Selection};
use crate::coding::cells_from_bytes;
use crate::decide::{By, Decision, Reason};
use crate::frame::{CodeIndex, CodeRef, Frame};
use crate::review::{Ledger, Verdict};
use crate::score::most_wrong;
use crate::store::Store;
use crate::study::Study;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What the audit says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Audit {
    /// How sure the bounds are.
    pub confidence: f64,
    /// Automatic decisions that are left out, since the classifier has learned what people say of them.
    pub learned: usize,
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
    /// Those that were drawn at random to be looked at.
    pub drawn: usize,
    /// Those of them that people looked at.
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
    drawn: usize,
    audited: usize,
    wrong: usize,
}

/// Draws the bounds. What the machine decided, and which of it was drawn for the audit, is in the store. Verdicts of any
/// route count, since the draw did not depend on them. Decisions on which the classifier has learned what people say (in
/// the ledger up to line `learned_to`) are left out: they say nothing about the others.
///
/// # Errors
/// When the store cannot be read, or nothing has been audited.
pub fn audit(
    study: &Study,
    store: &Store,
    ledger: &Ledger,
    learned_to: u32,
    selection: &Selection,
    confidence: f64,
) -> Result<Audit, Error> {
    let frame = &study.frame;
    let learned: BTreeSet<(&str, CodeIndex)> = ledger
        .entries
        .iter()
        .filter(|entry| entry.line <= learned_to)
        .filter_map(|entry| Some((&*entry.verdict.report, code_of(frame, &entry.verdict)?.index)))
        .collect();
    let standing = ledger.standing();
    let mut answers: BTreeMap<(&str, CodeIndex), Vec<Option<bool>>> = BTreeMap::new();
    for verdict in &standing {
        let code = code_of(frame, verdict).filter(|code| *verdict.definition == *code.code.definition_hash);
        if let Some(code) = code {
            answers.entry((&*verdict.report, code.index)).or_default().push(verdict.answer.applies());
        }
    }
    let mut counts: Vec<[Count; 2]> = vec![Default::default(); frame.n_codes()];
    let mut n_learned = 0;
    store.each_cells(|id, bytes| {
        if !selection.has_report(id) {
            return Ok::<(), Error>(());
        }
        for (code, cell) in frame.codes().zip(cells_from_bytes(bytes)?) {
            let is_drawn = cell.reason == Some(Reason::Audit);
            let is_automatic = cell.by == By::Classifier && (is_drawn || cell.decision != Decision::Queue);
            if !is_automatic || !selection.has_question(code.question) {
                continue;
            }
            if learned.contains(&(id, code.index)) {
                n_learned += 1;
                continue;
            }
            let is_accepted = cell.leaning() == Decision::Applies;
            let direction = if is_accepted { Direction::Accepted } else { Direction::Rejected };
            let count = &mut counts[code.index.get()][direction as usize];
            count.decisions += 1;
            count.drawn += usize::from(is_drawn);
            if let Some(answers) = answers.get(&(id, code.index)).filter(|_| is_drawn) {
                // Two people's verdicts on one decision are one look at it; it is wrong when one of them says so.
                count.audited += 1;
                count.wrong += usize::from(answers.iter().any(|answer| *answer != Some(is_accepted)));
            }
        }
        Ok(())
    })?;
    let sum = |of: fn(&Count) -> usize| counts.iter().flatten().map(of).sum::<usize>();
    let nothing = match () {
        () if sum(|count| count.drawn) == 0 => {
            Some("no decision was drawn for the audit, which takes a classifier that decides, and an `audit_rate`")
        }
        () if sum(|count| count.audited) == 0 => Some("no decision that was drawn for the audit has a verdict yet"),
        () => None,
    };
    if let Some(reason) = nothing {
        return Err(Error::Nothing { reason: reason.to_owned() });
    }
    let delta = 1. - confidence;
    let row = |code: Option<String>, direction: Direction, count: Count| {
        let most = most_wrong(count.decisions, count.audited, count.wrong, delta);
        AuditRow {
            code,
            direction,
            decisions: count.decisions,
            drawn: count.drawn,
            audited: count.audited,
            wrong: count.wrong,
            most_wrong: most,
            most_wrong_share: (count.decisions > 0).then(|| most as f64 / count.decisions as f64),
        }
    };
    let mut audit = Audit { confidence, learned: n_learned, pooled: Vec::new(), codes: Vec::new() };
    for direction in [Direction::Accepted, Direction::Rejected] {
        let mut all = Count::default();
        for of_code in &counts {
            let count = of_code[direction as usize];
            all.decisions += count.decisions;
            all.drawn += count.drawn;
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

fn code_of<'f>(frame: &'f Frame, verdict: &Verdict) -> Option<CodeRef<'f>> {
    frame.find(&format!("{}/{}", verdict.question, verdict.code))
}
