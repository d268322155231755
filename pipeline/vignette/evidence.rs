//! Which passages speak for a code of a report, and what stands of it: what the machine found, with what people said laid
//! over it.

use crate::coding::{Coded, Unreadable};
use crate::decide::{By, Decision};
use crate::exchange::pointed_to;
use crate::exchange::quotes::Haystack;
use crate::frame::CodeIndex;
use crate::index::Correction;
use crate::review::Said;
use crate::store::{self, Store};
use crate::study::Study;

/// A code for which a passage is evidence, and what stands of it in the report.
#[derive(Debug, Clone, PartialEq)]
pub struct PassageCode {
    /// `question/code`.
    pub code: String,
    /// What stands.
    pub decision: Decision,
    /// Whose decision that is.
    pub by: By,
}

/// A report with the passages that speak for its codes.
pub(super) struct Known {
    /// The file, relative to the project.
    pub path: String,
    /// With what people said laid over the machine's decisions.
    pub coded: Coded,
    /// By passage the codes that it speaks for, ascending.
    codes_of: Vec<Vec<CodeIndex>>,
}

impl Known {
    /// Reads a report; `None` when the store has none of this id.
    pub fn read<E>(study: &Study, store: &Store, said: &Said, id: &str) -> Result<Option<Known>, E>
    where
        E: From<store::Error> + From<Unreadable>,
    {
        let Some(row) = store.report(id)? else { return Ok(None) };
        let mut coded = Coded::from_row(&row)?;
        said.settle(study, &mut coded);
        let mut codes_of = vec![Vec::new(); coded.content.passages.len()];
        let mut haystack = Haystack::new(&coded.content.report.text);
        for code in study.frame.codes() {
            let mut numbers = coded.supporting_numbers(study, code.index);
            if let Some(label) = said.label(id, code.index).filter(|label| label.applies) {
                let spans = pointed_to(label, &coded.content.report.text, &mut haystack);
                numbers.extend(spans.into_iter().flat_map(|span| coded.passages_in(span)));
            }
            numbers.sort_unstable();
            numbers.dedup();
            numbers.into_iter().for_each(|n| codes_of[n as usize].push(code.index));
        }
        Ok(Some(Known { path: row.path.clone(), coded, codes_of }))
    }

    /// The codes that a passage speaks for, in frame order.
    pub fn codes(&self, study: &Study, passage: u32) -> Vec<PassageCode> {
        let codes = self.codes_of.get(passage as usize).into_iter().flatten();
        let told = |&code: &CodeIndex| {
            let cell = &self.coded.cells[code.get()];
            PassageCode { code: study.frame.code(code).name().to_owned(), decision: cell.decision, by: cell.by }
        };
        codes.map(told).collect()
    }
}

/// What people said that the index does not know, for every code.
pub(super) fn corrections<E>(study: &Study, store: &Store, said: &Said) -> Result<Vec<(String, Correction)>, E>
where
    E: From<store::Error> + From<Unreadable>,
{
    let mut corrections: Vec<(String, Correction)> =
        study.frame.codes().map(|code| (code.name().to_owned(), Correction::default())).collect();
    for (id, labels) in said.reports() {
        let Some(row) = store.report(id)? else { continue };
        let mut coded = Coded::from_row(&row)?;
        let machine = coded.cells.clone();
        said.settle(study, &mut coded);
        for (at, (before, now)) in machine.iter().zip(&coded.cells).enumerate() {
            if before.decision != now.decision {
                corrections[at].1.states.push((id.to_owned(), now.decision.name()));
            }
        }
        let mut haystack = Haystack::new(&coded.content.report.text);
        for label in labels.iter().filter(|label| label.applies && !label.passages.is_empty()) {
            let decision = coded.cells[label.code.get()].decision.name();
            let spans = pointed_to(label, &coded.content.report.text, &mut haystack);
            let places = spans.into_iter().flat_map(|span| coded.passages_in(span));
            corrections[label.code.get()].1.places.extend(places.map(|n| (id.to_owned(), n, decision)));
        }
    }
    Ok(corrections)
}

/// The passages that speak against a code: hits that their context turns (denied, planned, of somebody else), hits of
/// rules against it, and passages of which people said that they must not be taken for it.
pub(super) fn against<E>(study: &Study, store: &Store, said: &Said, code: CodeIndex) -> Result<Vec<(String, u32)>, E>
where
    E: From<store::Error> + From<Unreadable>,
{
    let mut places = Vec::new();
    let mut failure = None;
    store.each_report(|row| {
        let coded = match Coded::from_row(&row) {
            Ok(coded) => coded,
            Err(error) => {
                failure.get_or_insert(error);
                return Ok::<_, store::Error>(());
            }
        };
        let hits = coded.hits_of(study, code).filter(|hit| hit.turned.is_some() != study.rules.rule(hit.rule).against);
        let mut numbers: Vec<u32> = hits.map(|hit| hit.passage).collect();
        if let Some(label) = said.label(&coded.id, code) {
            let text = &coded.content.report.text;
            let spans = pointed_to(label, text, &mut Haystack::new(text));
            let pointed: Vec<u32> = spans.into_iter().flat_map(|span| coded.passages_in(span)).collect();
            if label.applies {
                // What a person shows for the code does not speak against it, whatever a rule makes of its words.
                numbers.retain(|number| !pointed.contains(number));
            } else {
                numbers.extend(pointed);
            }
        }
        numbers.sort_unstable();
        numbers.dedup();
        places.extend(numbers.into_iter().map(|n| (coded.id.clone(), n)));
        Ok(())
    })?;
    failure.map_or(Ok(places), |error| Err(error.into()))
}
