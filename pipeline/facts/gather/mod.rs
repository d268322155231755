//! One walk over a report gathers everything that says how many schools there are or of which phase: labelled values,
//! statements, lists, mentions, signs. Each gets a weight by what it is and where it stands; `count.rs` and `phase.rs`
//! weigh them against each other.

mod context;
mod labels;
mod layout;
mod text;

use self::context::Context;
use super::count::{CountEvidence, CountSource, Said};
use super::details::{Field, FieldKind};
use super::lexicon::{Cue, Lexicon};
use super::lists::{Place, Run, What, runs};
use super::phase::{Hint, PhaseSource, Phases};
use super::tally::{Tally, tally};
use super::words::{Tags, Words};
use crate::extract::{BlockKind, Report};
use crate::segment::Passage;
use crate::span::ByteSpan;
use std::collections::{BTreeMap, BTreeSet};

/// Everything said about numbers and phases.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub said: Vec<Said>,
    pub hints: Vec<Hint>,
}

/// Walks over labels and passages.
pub(super) fn gather(report: &Report, passages: &[Passage], fields: &[Field], lexicon: &Lexicon) -> Gathered {
    let mut walk = Walk {
        report,
        lexicon,
        words: Words::default(),
        out: Gathered::default(),
        own: 0.0,
        own_span: None,
        named: BTreeSet::new(),
        named_span: None,
        several: false,
        read: Vec::new(),
        opening: (report.text.len() / OPENING_SHARE).max(OPENING_BYTES),
    };
    walk.labels(fields);
    walk.columns(fields);
    walk.item_lists();
    walk.headings();
    for passage in passages {
        walk.passage(passage);
    }
    walk.inferred();
    walk.out
}

/// The opening of a report: its first sixth, and in a short one this much.
const OPENING_SHARE: usize = 6;
const OPENING_BYTES: usize = 1200;

/// Weights: 1 is a clear mention.
mod weight {
    pub const ROW_SAID: f32 = 12.0;
    pub const ROW_NAMES: f32 = 10.0;
    pub const WHO: f32 = 7.0;
    pub const STATEMENT: f32 = 6.0;
    pub const LATE_STATEMENT: f32 = 2.5;
    pub const TABLE_OF_NAMES: f32 = 5.0;
    pub const HEADINGS: f32 = 4.0;
    pub const NAMES: f32 = 2.5;
    pub const MENTION: f32 = 1.6;
    pub const PEOPLE: f32 = 1.0;
    pub const REMAINDER: f32 = 1.2;
    pub const OPENING_MENTION: f32 = 1.5;
    pub const AGES: f32 = 2.0;
    pub const OWN: f32 = 0.5;
    pub const NAMED: f32 = 0.9;
    pub const SUPPORT: f32 = 0.4;
}

struct Walk<'a> {
    report: &'a Report,
    lexicon: &'a Lexicon,
    words: Words,
    out: Gathered,
    /// How often and where "our school" is said.
    own: f32,
    own_span: Option<ByteSpan>,
    /// Schools named in running text, by their names in small letters, and where the first stands.
    named: BTreeSet<String>,
    named_span: Option<ByteSpan>,
    /// Whether schools of the group are spoken of in the plural.
    several: bool,
    /// Stretches read as labels; their passages are not read again.
    read: Vec<ByteSpan>,
    opening: usize,
}

impl Walk<'_> {
    fn say(&mut self, n: u16, source: CountSource, weight: f32, span: ByteSpan) {
        let evidence = CountEvidence { n: n.into(), source, weight, span };
        self.out.said.push(Said { evidence, of_phases: Phases::NONE, supports_only: false });
    }

    /// `covers`: the number of schools whose phases it says, when it says them all.
    fn hint(&mut self, phases: Phases, source: PhaseSource, covers: Option<u16>, weight: f32, span: ByteSpan) {
        if !phases.is_empty() {
            self.out.hints.push(Hint { phases, source, covers: covers.is_some(), n: covers, weight, span });
        }
    }

    fn span(&self, run: &Run) -> ByteSpan {
        let first = run.units.first().expect("a run has a unit").first;
        let last = run.units.iter().map(|u| u.last).max().expect("a run has a unit");
        ByteSpan { start: self.words.at(first).start, end: self.words.at(last - 1).end }
    }

    fn opens(&self, span: ByteSpan) -> bool {
        (span.start as usize) < self.opening
    }
}
