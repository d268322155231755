//! All reports are gone through once: of each what is decided of every code, after what people said, a byte a code, so
//! that tables, cross-tabs, pairs and the matrix are counted from the same numbers however many reports there are.

use super::Error;
use super::corrected::{Tally, count};
use super::looked::Looked;
use crate::coding::{Evidence, Unreadable, cells_from_bytes};
use crate::decide::{By, Cell, Decision};
use crate::frame::{CodeIndex, CodeRef};
use crate::review::Said;
use crate::sample::Sample;
use crate::store::Store;
use crate::study::Study;
use std::collections::BTreeSet;

/// What is decided of one code of one report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// It applies.
    Applies,
    /// It applies, and a person said so.
    Confirmed,
    /// It does not apply.
    No,
    /// It does not apply, and a person said so.
    Denied,
    /// A person is still to be asked.
    Open,
    /// The question is asked of sampled reports only, and this is none.
    NotAsked,
}

impl Mark {
    /// Yes or no; `None` while it is open.
    pub fn applies(self) -> Option<bool> {
        match self {
            Mark::Applies | Mark::Confirmed => Some(true),
            Mark::No | Mark::Denied => Some(false),
            Mark::Open | Mark::NotAsked => None,
        }
    }

    /// Whether a person said so.
    pub fn is_by_person(self) -> bool {
        matches!(self, Mark::Confirmed | Mark::Denied)
    }

    fn of(cell: &Cell) -> Mark {
        match (cell.decision, cell.by) {
            (Decision::Queue, _) => Mark::Open,
            (Decision::Applies, By::Person) => Mark::Confirmed,
            (Decision::Applies, _) => Mark::Applies,
            (Decision::DoesNotApply, By::Person) => Mark::Denied,
            (Decision::DoesNotApply, _) => Mark::No,
        }
    }
}

/// Questions that are asked of some reports only.
#[derive(Debug, Clone, Copy)]
pub struct InDepth<'c> {
    /// Their stage in the frame.
    pub stage: &'c str,
    /// The reports.
    pub sample: &'c Sample,
}

/// What people and the machine said of the same code of the same report, each without knowing of the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judged {
    /// The code.
    pub code: CodeIndex,
    /// Whether it applies, as people say.
    pub applies: bool,
    /// Whether the machine decides so.
    pub machine: bool,
}

/// What is to be gathered.
#[derive(Clone, Copy)]
pub struct Choice<'c> {
    /// What people said; it goes before the machine's decisions.
    pub said: &'c Said,
    /// Why they said it, when counts are to be corrected for the machine's errors.
    pub looked: Option<&'c Looked>,
    /// Whether a report, by id and what is decided of it, is counted.
    pub takes: &'c dyn Fn(&str, &[Cell]) -> bool,
    /// Whether passages are counted too, which reads more.
    pub passages: bool,
    /// Only what people said counts: everything else is open.
    pub people_only: bool,
    /// What is asked of the in-depth sample only, once there is one.
    pub in_depth: Option<InDepth<'c>>,
}

/// All reports that were counted.
#[derive(Debug, Clone, Default)]
pub struct Gathered {
    /// By id.
    pub reports: Vec<Marked>,
    /// What is known of each code, in frame order, when corrected counts were asked for.
    pub(super) tallies: Option<Vec<Tally>>,
    /// Passages that support the code in reports to which it applies, by code, when they were asked for.
    pub(super) passages: Option<Vec<usize>>,
    /// Whether only what people said was counted.
    pub(super) people_only: bool,
}

/// One report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// Its id.
    pub id: String,
    /// What is decided of each code, in frame order.
    pub marks: Vec<Mark>,
    /// Where people looked at what was drawn at random and the machine had decided: both answers. Only where it was asked
    /// for why they looked.
    pub judged: Vec<Judged>,
}

/// Goes through the reports in the store.
///
/// # Errors
/// When the store cannot be read.
pub fn gather(study: &Study, store: &Store, choice: &Choice<'_>) -> Result<Gathered, Error> {
    let n_codes = study.frame.n_codes();
    let mut gathered = Gathered {
        reports: Vec::new(),
        tallies: choice.looked.map(|_| vec![Tally::default(); n_codes]),
        passages: choice.passages.then(|| vec![0; n_codes]),
        people_only: choice.people_only,
    };
    let of_stage = |code: CodeRef<'_>| choice.in_depth.is_some_and(|asked| code.question.stage == asked.stage);
    let is_in_depth: Vec<bool> = study.frame.codes().map(of_stage).collect();
    let mut visit = |id: &str, bytes: &[u8], evidence: Option<&[u8]>| {
        let mut cells = cells_from_bytes(bytes)?;
        let machine = choice.looked.map(|_| cells.clone());
        choice.said.settle_cells(study, id, &mut cells, || {
            let row = store.report(id)?.ok_or(Unreadable)?;
            Ok::<_, Error>(Evidence::from_bytes(&row.evidence)?)
        })?;
        if !(choice.takes)(id, &cells) {
            return Ok::<(), Error>(());
        }
        let is_outside = choice.in_depth.is_some_and(|asked| !asked.sample.has(id));
        let is_left_out = |code: usize| is_outside && is_in_depth[code];
        let mut judged = Vec::new();
        if let (Some(tallies), Some(looked), Some(machine)) = (&mut gathered.tallies, choice.looked, &machine) {
            judged = count(tallies, study, looked, id, &cells, machine, &is_left_out);
        }
        if let (Some(counts), Some(evidence)) = (&mut gathered.passages, evidence) {
            let evidence = Evidence::from_bytes(evidence)?;
            count_passages(counts, study, choice.said, id, &cells, &evidence, &is_left_out);
        }
        let mark = |(code, cell): (usize, &Cell)| match Mark::of(cell) {
            _ if is_left_out(code) => Mark::NotAsked,
            mark if choice.people_only && !mark.is_by_person() => Mark::Open,
            mark => mark,
        };
        gathered.reports.push(Marked {
            id: id.to_owned(),
            marks: cells.iter().enumerate().map(mark).collect(),
            judged,
        });
        Ok(())
    };
    store.each_coding(choice.passages, &mut visit)?;
    Ok(gathered)
}

/// Of each code that applies the passages that people pointed to, else those that rules found or the classifier cites.
fn count_passages(
    counts: &mut [usize],
    study: &Study,
    said: &Said,
    report: &str,
    cells: &[Cell],
    evidence: &Evidence,
    is_left_out: &dyn Fn(usize) -> bool,
) {
    let found = evidence.hits.iter().filter(|hit| hit.turned.is_none()).filter_map(|hit| {
        let rule = study.rules.rule(hit.rule);
        (!rule.against).then_some((rule.code, hit.passage))
    });
    let cited = evidence.cited.iter().map(|cited| (cited.code, cited.passage));
    let supporting: BTreeSet<(CodeIndex, u32)> = found.chain(cited).collect();
    let applying = cells.iter().enumerate().filter(|(_, cell)| cell.decision == Decision::Applies);
    for (number, cell) in applying.filter(|(number, _)| !is_left_out(*number)) {
        let code = CodeIndex::new(number);
        let pointed = said.label(report, code).filter(|label| label.applies).map_or(0, |label| label.passages.len());
        counts[number] += match pointed {
            0 => supporting.range((code, 0)..=(code, u32::MAX)).count(),
            n if cell.by == By::Person => n,
            _ => 0,
        };
    }
}
