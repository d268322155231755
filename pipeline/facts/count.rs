//! How many schools a group has, weighed from everything that says a number. What a details table says outweighs a
//! statement about the group, that a list of names, and that a mention; many mentions of one number outweigh a few of
//! another.

use super::phase::Phases;
use crate::span::ByteSpan;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What said a number, the strongest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountSource {
    /// Nothing says a number; the report speaks of its one school.
    Inferred,
    /// The number is mentioned: "all three headteachers", "the other two schools".
    Mention,
    /// Schools are named one after the other, in text, headings, a list or a table.
    Enumeration,
    /// A statement about the group: "we are five primary schools".
    Statement,
    /// A row of a details table, or a `label:`.
    Details,
}

/// One thing that says how many schools there are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CountEvidence {
    /// The number it says.
    pub n: u32,
    /// What it is.
    pub source: CountSource,
    /// How much it counts: 1 is a clear mention, 10 a details table.
    pub weight: f32,
    /// Where it stands.
    pub span: ByteSpan,
}

/// How sure a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Little speaks for it, or nearly as much against.
    Unclear,
    /// Mentions agree, or a statement is opposed by something.
    Likely,
    /// A details table or a statement says it and nothing of weight says otherwise.
    Certain,
}

/// The number of schools with what speaks for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Counted {
    /// How many schools the group has.
    pub n: u32,
    /// How sure that is.
    pub confidence: Confidence,
    /// What says this number, strongest first; at most eight, never none.
    pub evidence: Vec<CountEvidence>,
    /// The strongest thing that says another number.
    pub against: Option<CountEvidence>,
}

/// Evidence with what only the weighing needs.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub evidence: CountEvidence,
    /// It counts schools of these phases only, so perhaps a part of the group.
    pub of_phases: Phases,
    /// It is too weak to bring up a number of its own.
    pub supports_only: bool,
}

/// Weighs what was said; `None` when nothing lets a reader say.
pub(super) fn decide(said: &[Said]) -> Option<Counted> {
    let mut all: Vec<Said> = said.to_vec();
    if let Some(sum) = sum_of_phases(said) {
        // numbers of one phase each count parts, so by themselves they say less of the whole
        for s in all.iter_mut().filter(|s| !s.of_phases.is_empty()) {
            s.evidence.weight *= PART;
        }
        all.push(sum);
    }
    let mut by_number: BTreeMap<u32, Vec<&Said>> = BTreeMap::new();
    for s in &all {
        by_number.entry(s.evidence.n).or_default().push(s);
    }
    let mut scores: Vec<(f32, u32)> = Vec::new();
    for (n, list) in &mut by_number {
        list.sort_by(|a, b| {
            b.evidence.weight.total_cmp(&a.evidence.weight).then(a.evidence.span.cmp(&b.evidence.span))
        });
        if list.iter().all(|s| s.supports_only) {
            continue;
        }
        let mut share = 1.0;
        let mut score = 0.0;
        for s in list.iter() {
            score += s.evidence.weight * share;
            share *= REPEATED;
        }
        scores.push((score, *n));
    }
    scores.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let &(best, n) = scores.first()?;
    if best < SAYS_ANYTHING {
        return None;
    }
    let second = scores.get(1).map_or(0.0, |s| s.0);
    let confidence = if best >= CERTAIN && second <= best * 0.5 {
        Confidence::Certain
    } else if best >= LIKELY && second <= best * 0.8 {
        Confidence::Likely
    } else {
        Confidence::Unclear
    };
    let against = scores.get(1).and_then(|(_, m)| by_number[m].first()).map(|s| s.evidence.clone());
    let evidence = by_number[&n].iter().take(MAX_EVIDENCE).map(|s| s.evidence.clone()).collect();
    Some(Counted { n, confidence, evidence, against })
}

/// "the four primaries … the two high schools": numbers of different phases add up to a further candidate.
fn sum_of_phases(said: &[Said]) -> Option<Said> {
    let mut best: BTreeMap<Phases, &Said> = BTreeMap::new();
    for s in said.iter().filter(|s| !s.of_phases.is_empty()) {
        let known = best.entry(s.of_phases).or_insert(s);
        if s.evidence.weight > known.evidence.weight {
            *known = s;
        }
    }
    if best.len() < 2 || best.keys().enumerate().any(|(i, a)| best.keys().skip(i + 1).any(|b| a.meets(*b))) {
        return None;
    }
    let weight = best.values().map(|s| s.evidence.weight).fold(f32::INFINITY, f32::min);
    let first = best.values().min_by_key(|s| s.evidence.span.start)?;
    let evidence = CountEvidence {
        n: best.values().map(|s| s.evidence.n).sum(),
        weight: (weight * SUM_OF_PHASES).min(LIKELY),
        ..first.evidence.clone()
    };
    Some(Said { evidence, of_phases: Phases::NONE, supports_only: false })
}

/// Each further thing that says the same number counts this share of the one before.
const REPEATED: f32 = 0.7;
/// A number that counts a part of the group counts this much for the whole.
const PART: f32 = 0.5;
/// A sum is worth more than the lighter of its parts.
const SUM_OF_PHASES: f32 = 1.5;
/// Below, nothing is said.
const SAYS_ANYTHING: f32 = 0.9;
const LIKELY: f32 = 2.4;
const CERTAIN: f32 = 6.0;
const MAX_EVIDENCE: usize = 8;
