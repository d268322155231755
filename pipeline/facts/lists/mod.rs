//! Words become lists of schools: "two nursery schools, seven primaries and Oak Hill High" is a run of three units. This
//! is the grammar of how people list schools; what a run adds up to is told in `tally.rs`.

mod kinds;
mod names;
mod numbers;

use super::lexicon::Cue;
use super::phase::Phases;
use super::words::{Tags, Word, Words};

/// Where a list stands, which says how much may be taken for a school's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The value of a label that names schools: capitalised words are schools, numbers count schools.
    Label,
    /// Running text.
    Text,
}

/// What one unit of a list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// A number of schools: "three primary schools".
    Schools,
    /// A number of people of whom each school has one: "the five headteachers".
    People,
    /// "four of us", "we are four".
    Us,
    /// A number alone.
    Bare,
    /// A name that ends like a school's.
    Name,
    /// A name that only its place in the list makes a school's.
    BareName,
    /// One school by its kind: "a nursery school".
    Kind,
    /// Schools without a number: "the primaries".
    Several,
}

impl What {
    /// Whether it says a number in words.
    pub fn counts(self) -> bool {
        matches!(self, What::Schools | What::People | What::Us | What::Bare)
    }

    /// Whether it is a name.
    pub fn names(self) -> bool {
        matches!(self, What::Name | What::BareName)
    }
}

/// A part of a list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unit {
    pub what: What,
    /// How many schools; 0 when it does not say.
    pub n: u16,
    pub phases: Phases,
    /// "the three", "all three", "our three", "both".
    pub definite: bool,
    /// "our three": nobody else's.
    pub ours: bool,
    /// "the other three": the writer's own school is not among them.
    pub remainder: bool,
    /// "a three-school federation".
    pub adjectival: bool,
    /// First word, and one past the last.
    pub first: usize,
    pub last: usize,
    /// What separates it from the unit before.
    pub separator: Tags,
    /// Whether other words stand between it and the unit before.
    pub gap: bool,
}

/// Units that belong together, and what is said of all of them.
#[derive(Debug, Default)]
pub(super) struct Run {
    pub units: Vec<Unit>,
    /// "all primary schools", "both 11-16".
    pub all: Phases,
}

/// The lists of schools in these words. In a label's value there is at most one.
pub(super) fn runs(words: &Words, place: Place) -> Vec<Run> {
    let mut reader =
        Reader { words, place, runs: Vec::new(), run: Run::default(), separator: Tags::LINE, gap: false, depth: 0 };
    let mut i = 0;
    while i < words.len() {
        i = reader.step(i);
    }
    reader.flush();
    reader.runs
}

struct Reader<'w> {
    words: &'w Words,
    place: Place,
    runs: Vec<Run>,
    run: Run,
    separator: Tags,
    /// Whether unknown words stand between the last unit and here.
    gap: bool,
    /// Depth of brackets.
    depth: usize,
}

impl Reader<'_> {
    /// Reads what begins at `i`; the next place to read.
    fn step(&mut self, i: usize) -> usize {
        let word = self.words.at(i);
        // most words: nothing begins with them
        if word.tags.is_empty() && !word.capital {
            self.gap |= self.depth == 0;
            self.separator = Tags::default();
            return i + 1;
        }
        if word.is(Tags::PUNCTUATION | Tags::AND) {
            self.punctuation(word);
            return i + 1;
        }
        if let Some((unit, next)) = self.counted(i).or_else(|| self.counted_behind(i)) {
            return self.push(unit, next);
        }
        if let Some(next) = self.ages(i) {
            return next;
        }
        if let Some(next) = self.all_of(i) {
            return next;
        }
        if let Some((unit, next)) = self.name(i).or_else(|| self.kind(i)).or_else(|| self.several(i)) {
            return self.push(unit, next);
        }
        if let Some(next) = self.bracketed_phase(i) {
            return next;
        }
        if let Some((unit, next)) = self.bare_name(i) {
            return self.push(unit, next);
        }
        if word.is(Tags::PLACE)
            && self.name(i + 1).is_none()
            && let Some(next) = self.place_name(i + 1)
        {
            return next;
        }
        if word.is(Tags::DEFINITE | Tags::OTHER | Tags::ADVERB | Tags::ARTICLE) && self.determines(i + 1) {
            return i + 1;
        }
        if self.depth == 0 {
            self.gap = true;
        }
        self.separator = Tags::default();
        i + 1
    }

    fn punctuation(&mut self, word: Word) {
        if word.is(Tags::OPEN) {
            self.depth += 1;
        }
        if word.is(Tags::CLOSE) {
            self.depth = self.depth.saturating_sub(1);
            self.separator = Tags::default();
            return;
        }
        if word.is(Tags::HYPHEN | Tags::SIGN) {
            return;
        }
        if word.is(Tags::STOP) && self.place == Place::Text {
            self.flush();
        }
        // "primaries, and the high school": the comma stays a comma only when nothing stronger comes
        if word.is(Tags::AND) || !self.separator.any(Tags::COLON | Tags::OPEN | Tags::LINE | Tags::STOP) {
            self.separator = word.tags;
        }
        if word.is(Tags::COLON | Tags::OPEN | Tags::DASH) {
            self.gap = false; // what follows explains what stands before, whatever words were between
        }
    }

    fn push(&mut self, mut unit: Unit, next: usize) -> usize {
        // "five schools, and all five schools agreed": said again, not added
        let again =
            unit.definite && unit.what.counts() && self.run.units.iter().any(|u| u.what.counts() && u.n == unit.n);
        let people = |u: &Unit| u.what == What::People;
        if again
            || self.gap && self.place == Place::Text
            || self.run.units.last().is_some_and(|u| people(u) || people(&unit))
        {
            self.flush(); // heads are counted with their schools, not besides
        }
        unit.separator = self.separator;
        unit.gap = self.gap;
        // "Oak Lane, Elm Row and High Street primaries": the kind at the end is that of the names before it
        if unit.what == What::Name && unit.n == 1 && self.words.at(unit.last - 1).is(Tags::MANY) {
            if self.run.units.is_empty() {
                self.run.units = self.names_before(unit.first);
                unit.separator = if self.run.units.is_empty() { unit.separator } else { Tags::AND };
            }
            for before in
                self.run.units.iter_mut().rev().take_while(|u| u.what == What::BareName && u.phases.is_empty())
            {
                before.phases = unit.phases;
            }
        }
        self.run.units.push(unit);
        self.separator = Tags::default();
        self.gap = false;
        next
    }

    fn flush(&mut self) {
        if !self.run.units.is_empty() {
            self.runs.push(std::mem::take(&mut self.run));
        }
        self.run = Run::default();
        self.gap = false;
    }

    fn unit(&self, what: What, n: u16, phases: Phases, first: usize, last: usize) -> Unit {
        Unit {
            what,
            n,
            phases,
            definite: false,
            ours: false,
            remainder: false,
            adjectival: false,
            first,
            last,
            separator: Tags::default(),
            gap: false,
        }
    }

    /// A lower-case word that can stand between a number and what it counts.
    fn is_modifier(&self, i: usize) -> bool {
        let word = self.words.at(i);
        let known = Tags::QUALIFIER | Tags::STATUS;
        (word.tags.is_empty()
            || word.is(known)
            || word.is(Tags::GROUP) && self.words.at(i + 1).is(Tags::ONE | Tags::MANY))
            && (!word.capital || word.is(known))
            && word.end > word.start
            && !self.words.cues.iter().any(|(cue, first, _)| *first == i && *cue == Cue::Contrast)
    }

    /// Whether a noun phrase can end before `i`: not "a school | council".
    fn ends_noun(&self, i: usize) -> bool {
        let word = self.words.at(i);
        !word.tags.is_empty() && !word.is(Tags::HYPHEN | Tags::QUALIFIER | Tags::PEOPLE)
            || self
                .words
                .cues
                .iter()
                .any(|(cue, first, _)| *first == i && matches!(cue, Cue::MemberAfter | Cue::MemberBefore))
    }

    /// Whether an item of a list can begin at `i`.
    fn begins_item(&self, i: usize) -> bool {
        i == 0 || self.words.before(i).is(Tags::SEPARATOR | Tags::STOP)
    }
}

const KIND_OR_STATUS: Tags = Tags::KIND_OR_STATUS;

/// What stands before "11 to 16" when it is an age range.
const AGES_FOLLOW: Tags = Tags::AGES_FOLLOW;
/// More schools than this are nobody's group.
pub(super) const MAX_SCHOOLS: u16 = 60;
/// "three very different rural village schools"
const MAX_MODIFIERS: usize = 4;
/// Longer runs of capitals are headings.
const MAX_NAME_WORDS: usize = 6;
