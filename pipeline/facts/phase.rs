//! Phases of schooling, and which of them a group's own schools belong to. What is said about the group's schools
//! decides (a `Phase` row, the kinds and names of its schools); where that leaves a school open, ages and year groups
//! do, and last what only happens in such schools.

use crate::span::ByteSpan;
use serde::{Deserialize, Serialize};

/// A phase of schooling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Nursery schools, children's centres and other settings before school; not a primary school's own nursery class.
    EarlyYears,
    /// Primary, infant, junior and first schools: ages up to eleven or twelve.
    Primary,
    /// Secondary and high schools, academies, colleges and sixth forms.
    Secondary,
}

impl Phase {
    /// All phases, youngest first.
    pub const ALL: [Phase; 3] = [Phase::EarlyYears, Phase::Primary, Phase::Secondary];

    /// The name in files and expressions.
    pub fn name(self) -> &'static str {
        match self {
            Phase::EarlyYears => "early_years",
            Phase::Primary => "primary",
            Phase::Secondary => "secondary",
        }
    }
}

/// How a phase is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhaseSource {
    /// A weak sign: a year group, a key stage, what only happens in such schools.
    Sign,
    /// A school of the group, or a number of them, is called so.
    Mention,
    /// A statement about the group covers all its schools.
    Statement,
    /// A row of a details table or a `label:` says so.
    Details,
}

/// A phase of the group's own schools, with the passages' parts that say so, best first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhaseEvidence {
    /// The phase.
    pub phase: Phase,
    /// The best source.
    pub source: PhaseSource,
    /// Where it is said; at most five places, never none.
    pub evidence: Vec<ByteSpan>,
}

/// A set of phases.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Phases(u8);

impl Phases {
    pub const NONE: Phases = Phases(0);
    pub const EARLY: Phases = Phases(1);
    pub const PRIMARY: Phases = Phases(2);
    pub const SECONDARY: Phases = Phases(4);

    /// The set of one phase by its name.
    pub fn named(name: &str) -> Option<Phases> {
        Phase::ALL.into_iter().find(|phase| phase.name() == name).map(Phases::from)
    }

    pub fn union(self, other: Phases) -> Phases {
        Phases(self.0 | other.0)
    }

    pub fn has(self, phase: Phase) -> bool {
        self.0 & Phases::from(phase).0 != 0
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether one of these is in `other`.
    pub fn meets(self, other: Phases) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether all of these are in `other`.
    pub fn within(self, other: Phases) -> bool {
        self.0 & !other.0 == 0
    }

    /// The phase of one school whose words name several: an "infant and nursery school" or "primary academy" is primary.
    pub fn of_one_school(self) -> Phases {
        if self.has(Phase::Primary) { Phases::PRIMARY } else { self }
    }

    /// What an age range says: 3-11 primary, 11-16 secondary, 0-5 early years, 3-18 primary and secondary; 9-13 nothing.
    pub fn of_ages(from: u16, to: u16) -> Phases {
        match (from, to) {
            (f, t) if f >= t || f > 16 || !(4..=19).contains(&t) => Phases::NONE,
            (f, 4..=5) if f <= 4 => Phases::EARLY,
            (f, 6..=12) if f <= 9 => Phases::PRIMARY,
            (f, t) if f >= 10 && t >= 14 => Phases::SECONDARY,
            (f, t) if f <= 7 && t >= 15 => Phases::PRIMARY.union(Phases::SECONDARY),
            _ => Phases::NONE,
        }
    }

    /// What one school year says.
    pub fn of_year(year: u16) -> Phases {
        match year {
            1..=6 => Phases::PRIMARY,
            7..=13 => Phases::SECONDARY,
            _ => Phases::NONE,
        }
    }
}

impl From<Phase> for Phases {
    fn from(phase: Phase) -> Self {
        Phases(1 << phase as u8)
    }
}

/// One thing said about phases.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hint {
    pub phases: Phases,
    pub source: PhaseSource,
    /// Whether it says the phase of every school of the group.
    pub covers: bool,
    /// The number of schools whose phases it says.
    pub n: Option<u16>,
    /// How much it counts among hints of its source.
    pub weight: f32,
    pub span: ByteSpan,
}

/// Weighs what was said about a group of `n` schools: a list speaks for the whole only when it lists as many.
pub(super) fn decide(hints: &[Hint], n: Option<u32>) -> Vec<PhaseEvidence> {
    let whole = |h: &Hint| h.covers && h.n.is_none_or(|m| n.is_none_or(|n| n == u32::from(m)));
    // a mention of more schools than the group has is of others
    let more = |h: &Hint| h.source == PhaseSource::Mention && h.n.zip(n).is_some_and(|(m, n)| u32::from(m) > n);
    let hints: Vec<Hint> = hints.iter().filter(|h| !more(h)).map(|h| Hint { covers: whole(h), ..*h }).collect();
    let hints = &hints[..];
    let union = |source: PhaseSource, covering: bool| {
        hints
            .iter()
            .filter(|h| h.source == source && (h.covers || !covering))
            .fold(Phases::NONE, |all, h| all.union(h.phases))
    };
    let mut phases = union(PhaseSource::Details, true);
    if phases.is_empty() {
        phases = covering_statement(hints);
    }
    if phases.is_empty() {
        phases = union(PhaseSource::Details, false).union(union(PhaseSource::Statement, false)).union(mentioned(hints));
        phases = with_signs(phases, hints);
    }
    Phase::ALL.into_iter().filter(|phase| phases.has(*phase)).filter_map(|phase| evidence(phase, hints)).collect()
}

/// What the heaviest statement that covers all schools says; a lighter one adds nothing.
fn covering_statement(hints: &[Hint]) -> Phases {
    let statements = hints.iter().filter(|h| h.source == PhaseSource::Statement && h.covers);
    statements.fold((0.0, Phases::NONE), |best, h| if h.weight > best.0 { (h.weight, h.phases) } else { best }).1
}

/// Phases of which the group's schools are mentioned to be, each often enough.
fn mentioned(hints: &[Hint]) -> Phases {
    let weights = Phase::ALL.map(|phase| -> f32 {
        let of_phase = hints.iter().filter(|h| h.source == PhaseSource::Mention && h.phases.has(phase));
        // what is said of as many schools as there are is said of all of them
        of_phase.map(|h| if h.covers { h.weight.max(MENTIONED) } else { h.weight }).sum()
    });
    let most = weights.iter().copied().fold(0.0, f32::max);
    let enough = |weight: f32| weight >= MENTIONED && weight >= most * MENTIONED_SHARE;
    let chosen = Phase::ALL.into_iter().zip(weights).filter(|(_, weight)| enough(*weight));
    chosen.fold(Phases::NONE, |all, (phase, _)| all.union(phase.into()))
}

/// A phase needs one clear mention, and this share of the most mentioned one's weight.
const MENTIONED: f32 = 0.8;
const MENTIONED_SHARE: f32 = 0.2;

/// Signs decide when no name or word does; otherwise they add a phase only when they speak of it as much as of the rest.
fn with_signs(named: Phases, hints: &[Hint]) -> Phases {
    let signs = |phase: Phase| -> f32 {
        hints.iter().filter(|h| h.source == PhaseSource::Sign && h.phases.has(phase)).map(|h| h.weight).sum()
    };
    let (primary, secondary) = (signs(Phase::Primary), signs(Phase::Secondary));
    let most = primary.max(secondary);
    let mut phases = named;
    for (phase, weight) in [(Phase::Primary, primary), (Phase::Secondary, secondary)] {
        let enough = if named.is_empty() {
            weight >= SIGNS_ENOUGH && weight >= most * SIGNS_SHARE
        } else {
            weight >= SIGNS_BESIDE_NAMES && weight >= most
        };
        if enough {
            phases = phases.union(phase.into());
        }
    }
    if phases.is_empty() && signs(Phase::EarlyYears) >= SIGNS_ENOUGH {
        phases = Phases::EARLY;
    }
    phases
}

/// Weight of signs that decides where no name does: a key stage, or a year group other than those at the move.
const SIGNS_ENOUGH: f32 = 1.0;
/// A second phase needs this share of the first one's signs.
const SIGNS_SHARE: f32 = 0.6;
/// Weight of signs that adds a phase to those the names say.
const SIGNS_BESIDE_NAMES: f32 = 8.0;

const MAX_EVIDENCE: usize = 5;

fn evidence(phase: Phase, hints: &[Hint]) -> Option<PhaseEvidence> {
    let mut found: Vec<&Hint> = hints.iter().filter(|h| h.phases.has(phase)).collect();
    found.sort_by(|a, b| {
        b.source.cmp(&a.source).then(b.weight.total_cmp(&a.weight)).then(a.span.start.cmp(&b.span.start))
    });
    let source = found.first()?.source;
    let mut spans: Vec<ByteSpan> = Vec::new();
    for hint in found {
        if spans.len() < MAX_EVIDENCE && !spans.contains(&hint.span) {
            spans.push(hint.span);
        }
    }
    Some(PhaseEvidence { phase, source, evidence: spans })
}
