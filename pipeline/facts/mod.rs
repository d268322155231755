//! Facts about a report: how many schools it is about, of which phases, and what its details tables say, each with the
//! places that say so. Codes can be derived from them (`fact.schools in 1..3`, `fact.primary and not fact.secondary`).
//!
//! A [`Report`] and its [`Passage`]s come in, [`Facts`] go out. Everything that says a number or a phase is gathered in
//! one walk (`gather.rs`, on the grammar of lists of schools in `lists.rs`), then weighed (`count.rs`, `phase.rs`),
//! because reports contradict themselves: a table says four, the text thanks "both schools", and a paragraph tells of
//! the forty schools of the borough. Words are data: `models/english/facts.toml`, read as a [`Lexicon`].

mod count;
mod details;
mod gather;
mod lexicon;
mod lists;
mod phase;
mod tally;
mod words;

pub use count::{Confidence, CountEvidence, CountSource, Counted};
pub use details::Detail;
pub use lexicon::{Error, Lexicon};
pub use phase::{Phase, PhaseEvidence, PhaseSource};

use crate::extract::Report;
use crate::segment::Passage;
use crate::span::ByteSpan;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is known of a report beside its codes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// How many schools the group has; nurseries and children's centres that belong to it are counted. `None` when the
    /// report does not let a reader say.
    pub schools: Option<Counted>,
    /// The phases of the group's own schools, youngest first; empty when they cannot be told.
    pub phases: Vec<PhaseEvidence>,
    /// Values of details tables and labelled lines by name (`cohort`, `local_authority`, `group`, `period`, …: the keys
    /// of `[labels]` in the lexicon).
    pub details: BTreeMap<String, Detail>,
}

/// Facts that expressions can ask for, as `fact.` and the name.
pub const NAMES: [&str; 4] = ["schools", "early_years", "primary", "secondary"];

/// Whether a fact of [`NAMES`] is a number, and not something that is so or not.
pub fn is_number(name: &str) -> bool {
    name == "schools"
}

impl Facts {
    /// A fact for an expression: a number, or 1 and 0. Phases are unknown together, when the report shows none.
    pub fn value(&self, name: &str) -> Option<f64> {
        match self.flag(name) {
            Some(_) if self.phases.is_empty() => None,
            Some(flag) => Some(f64::from(u8::from(flag))),
            None => self.number(name),
        }
    }

    /// Where a fact of [`NAMES`] is said.
    pub fn places(&self, name: &str) -> Vec<ByteSpan> {
        if name == "schools" {
            return self.schools.iter().flat_map(|counted| &counted.evidence).map(|evidence| evidence.span).collect();
        }
        self.phases.iter().filter(|found| found.phase.name() == name).flat_map(|found| found.evidence.clone()).collect()
    }

    /// A number by name: `schools`, or a detail whose value begins with a number (`cohort`). `None` when unknown.
    pub fn number(&self, name: &str) -> Option<f64> {
        if name == "schools" {
            return self.schools.as_ref().map(|counted| f64::from(counted.n));
        }
        let value = &self.details.get(name)?.value;
        let digits = value.split(|c: char| !c.is_ascii_digit() && c != '.').find(|part| !part.is_empty())?;
        digits.trim_end_matches('.').parse().ok()
    }

    /// A yes or no by name: `early_years`, `primary`, `secondary`, `phase_known`, `schools_known`. `None`: no such fact.
    pub fn flag(&self, name: &str) -> Option<bool> {
        match name {
            "phase_known" => Some(!self.phases.is_empty()),
            "schools_known" => Some(self.schools.is_some()),
            _ => {
                let phase = Phase::ALL.into_iter().find(|phase| phase.name() == name)?;
                Some(self.phases.iter().any(|found| found.phase == phase))
            }
        }
    }

    /// A text by name: the value of a detail.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.details.get(name).map(|detail| detail.value.as_str())
    }
}

/// Reads the facts of one report.
pub fn facts(report: &Report, passages: &[Passage], lexicon: &Lexicon) -> Facts {
    let fields = details::fields(report, passages, lexicon);
    let gathered = gather::gather(report, passages, &fields, lexicon);
    let schools = count::decide(&gathered.said);
    let phases = phase::decide(&gathered.hints, schools.as_ref().map(|counted| counted.n));
    Facts { schools, phases, details: details::details(report, &fields) }
}
