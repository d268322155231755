//! Words become lists of schools: "two nursery schools, seven primaries and Oak Hill High" is a run of three units. This
//! is the grammar of how people list schools; what a run adds up to is told in `tally.rs`.

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
    let mut reader = Reader { words, place, runs: Vec::new(), run: Run::default(), separator: Tags::LINE, gap: false, depth: 0 };
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

    /// Whether a number of schools begins here, perhaps behind further determiners.
    fn determines(&self, i: usize) -> bool {
        let mut k = i;
        while self.words.at(k).is(Tags::DEFINITE | Tags::OTHER | Tags::ADVERB) && k < i + 3 {
            k += 1;
        }
        self.counted(k).is_some()
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
        let people = |u: &Unit| u.what == What::People;
        if self.gap && self.place == Place::Text || self.run.units.last().is_some_and(|u| people(u) || people(&unit)) {
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
            for before in self.run.units.iter_mut().rev().take_while(|u| u.what == What::BareName && u.phases.is_empty()) {
                before.phases = unit.phases;
            }
        }
        self.run.units.push(unit);
        self.separator = Tags::default();
        self.gap = false;
        next
    }

    /// The capitalised names of a list before its last one, which alone told that it is a list of schools.
    fn names_before(&self, last: usize) -> Vec<Unit> {
        let words = self.words;
        let mut found = Vec::new();
        let mut end = last;
        while words.before(end).is(Tags::AND | Tags::COMMA) {
            end -= 1;
            if words.before(end).is(Tags::COMMA) {
                end -= 1;
            }
            let mut start = end;
            while words.before(start).capital && start > 0 {
                start -= 1;
            }
            while start < end && words.at(start).is(Tags::PREPOSITION | Tags::AND) {
                start += 1;
            }
            if start == end || !self.is_proper(start, end) {
                break;
            }
            let mut unit = self.unit(What::BareName, 1, Phases::NONE, start, end);
            unit.separator = Tags::COMMA;
            found.push(unit);
            end = start;
        }
        found.reverse();
        found
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

    /// "three small primary schools", "both schools", "the other two heads", "four of us", "a three-school trust".
    fn counted(&self, i: usize) -> Option<(Unit, usize)> {
        let words = self.words;
        let number = words.at(i);
        if !number.is(Tags::NUMBER) || !(1..=MAX_SCHOOLS).contains(&number.value) || self.is_label_number(i) {
            return None;
        }
        let mut unit = self.unit(What::Bare, number.value, Phases::NONE, i, i + 1);
        self.determine(i, &mut unit);
        let singular = number.is(Tags::SINGULAR_OF_TWO);
        if words.at(i + 1).is(Tags::HYPHEN) && words.at(i + 2).is(Tags::ONE) {
            unit.what = What::Schools;
            unit.adjectival = true;
            unit.phases = words.at(i + 2).phases;
            return Some((unit, i + 3));
        }
        if words.at(i + 1).is(Tags::OF) && words.at(i + 2).is(Tags::US) {
            unit.what = What::Us;
            return Some((unit, i + 3));
        }
        let mut j = i + 1;
        let mut plain = 0;
        // "Oak Hill Academy and four of its primaries"
        if words.at(j).is(Tags::OF) && words.at(j + 1).is(Tags::THE | Tags::OUR) && !self.run.units.is_empty() && self.separator.any(Tags::AND | Tags::COMMA) {
            j += 2;
        }
        loop {
            let word = words.at(j);
            let qualified = word.is(Tags::QUALIFIER) && words.at(j + 1).is(Tags::QUALIFIER | Tags::ONE | Tags::MANY | Tags::PEOPLE);
            if !qualified && word.is(Tags::MANY) && (unit.n > 1 || word.is(Tags::ONE)) {
                unit.phases = unit.phases.union(word.phases);
                unit.what = What::Schools;
                j += 1;
                break;
            }
            if !qualified && word.is(Tags::ONE) && (unit.n == 1 || singular) && self.ends_noun(j + 1) {
                unit.phases = unit.phases.union(word.phases).of_one_school();
                unit.what = What::Schools;
                j += 1;
                break;
            }
            if word.is(Tags::PEOPLE) && unit.n > 1 {
                let of_subject = word.is(Tags::UNLESS_OF)
                    && words.at(j + 1).is(Tags::OF)
                    && !words.at(j + 2).is(Tags::DEFINITE | Tags::BOTH | Tags::EACH);
                if of_subject {
                    return None;
                }
                unit.what = What::People;
                j += 1;
                break;
            }
            if word.is(Tags::QUALIFIER) {
                unit.phases = unit.phases.union(word.phases);
                let next = words.at(j + 1);
                // "three primary and two secondary schools", "2 infant, 1 junior"
                let ends = next.is(Tags::SEPARATOR | Tags::CLOSE | Tags::STOP);
                let listed = self.run.units.last().is_some_and(|u| u.what == What::Schools) && !self.gap;
                if ends && (self.place == Place::Label && unit.n > 1 || listed || self.elided(j + 1)) {
                    unit.what = What::Schools;
                    j += 1;
                    break;
                }
                if next.is(Tags::AND) && words.at(j + 2).is(Tags::QUALIFIER) {
                    j += 1; // "infant and junior schools"
                }
                j += 1;
                continue;
            }
            if let Some((phases, next)) = self.age_range(j) {
                unit.phases = unit.phases.union(phases);
                j = next;
                continue;
            }
            if word.is(Tags::HYPHEN) && plain > 0 {
                j += 1;
                continue;
            }
            if word.is(Tags::OTHER) {
                unit.remainder = true;
                j += 1;
                continue;
            }
            if word.is(Tags::COMMA) && plain > 0 && self.is_modifier(j + 1) && plain < MAX_MODIFIERS {
                j += 1;
                continue;
            }
            if (word.is(Tags::STATUS) || self.is_modifier(j)) && plain < MAX_MODIFIERS {
                plain += 1;
                j += 1;
                continue;
            }
            return self.bare(unit, i);
        }
        unit.last = j;
        Some((unit, j))
    }

    /// A number without a noun, where its place says what it counts: first in a label's value, or "we are four".
    fn bare(&self, mut unit: Unit, i: usize) -> Option<(Unit, usize)> {
        let words = self.words;
        let next = words.at(i + 1);
        let ends = next.is(Tags::SEPARATOR | Tags::CLOSE | Tags::PREPOSITION | Tags::US | Tags::RELATIVE) || next.tags == Tags::STOP;
        let mut k = i;
        while words.before(k).is(Tags::ADVERB | Tags::THE | Tags::ALL) {
            k -= 1;
        }
        let we_are = words.before(k).is(Tags::BE) && k >= 2 && words.at(k - 2).is(Tags::WE)
            || words.before(k).is(Tags::WE) && !words.before(k).is(Tags::BE) && k + 1 > i && next.is(Tags::PEOPLE | Tags::MANY)
            || words.before(k).is(Tags::WE) && words.before(k).end - words.before(k).start > 2 && ends;
        let first = self.place == Place::Label && self.run.units.is_empty() && k == 0;
        if (we_are || first) && (ends || first && self.is_modifier(i + 1)) {
            if unit.n == 1 && !first {
                return None;
            }
            unit.what = if we_are { What::Us } else { What::Bare };
            return Some((unit, i + 1));
        }
        // "all eight are in": it says whose number it is only beside others that do
        let all = words.before(i).is(Tags::ALL) && self.place == Place::Text && (self.run.units.is_empty() || self.gap);
        if all && unit.n > 1 && (next.is(Tags::BE | Tags::PREPOSITION | Tags::COMMA | Tags::AND) || next.tags == Tags::STOP) {
            return Some((unit, i + 1));
        }
        None
    }

    /// What stands before a number: "the", "all", "our", "the other".
    fn determine(&self, i: usize, unit: &mut Unit) {
        let mut k = i;
        for _ in 0..3 {
            let before = self.words.before(k);
            unit.definite |= before.is(Tags::DEFINITE);
            unit.ours |= before.is(Tags::OUR | Tags::US | Tags::WE);
            unit.remainder |= before.is(Tags::OTHER);
            if !before.is(Tags::DEFINITE | Tags::OTHER | Tags::ADVERB) {
                break;
            }
            k = k.saturating_sub(1);
        }
        unit.definite |= self.words.at(i).is(Tags::BOTH);
    }

    /// "Primary: 4", "infant schools (2)", in a label's value.
    fn counted_behind(&self, i: usize) -> Option<(Unit, usize)> {
        let words = self.words;
        if self.place != Place::Label || !words.at(i).is(Tags::QUALIFIER | Tags::MANY) || !self.begins_item(i) {
            return None;
        }
        let mut j = i;
        let mut phases = Phases::NONE;
        while words.at(j).is(Tags::QUALIFIER | Tags::MANY | Tags::ONE) {
            phases = phases.union(words.at(j).phases);
            j += 1;
        }
        let opened = words.at(j).is(Tags::OPEN);
        if words.at(j).is(Tags::COLON | Tags::OPEN | Tags::DASH) {
            j += 1;
        }
        let number = words.at(j);
        let closed = words.at(j + 1).is(Tags::SEPARATOR | Tags::CLOSE | Tags::STOP);
        if !number.is(Tags::NUMBER) || !(1..=MAX_SCHOOLS).contains(&number.value) || !closed {
            return None;
        }
        let unit = self.unit(What::Schools, number.value, phases, i, j + 1);
        Some((unit, if opened { j + 2 } else { j + 1 }))
    }

    /// "Oak Hill Primary", "St Anne's C of E infant school", "the Marlowe Academy".
    fn name(&self, i: usize) -> Option<(Unit, usize)> {
        let words = self.words;
        let start = if words.at(i).is(Tags::THE) && words.at(i + 1).capital { i + 1 } else { i };
        let run = self.capitals(start);
        // the name's end: the last words of the run, and those in small letters after it, that say a kind
        let mut end = run;
        while end > start && words.at(end - 1).is(KIND_OR_STATUS) {
            end -= 1;
        }
        let proper = end;
        if proper == start || !self.is_proper(start, proper) {
            return None;
        }
        let mut last = run;
        loop {
            if words.at(last).is(KIND_OR_STATUS) && !words.at(last).is(Tags::AND) {
                last += 1;
            } else if last > proper && words.at(last).is(Tags::AND) && words.at(last - 1).is(Tags::QUALIFIER | Tags::NAME) && words.at(last + 1).is(Tags::QUALIFIER) && (words.at(last + 1).capital || words.at(last + 2).is(Tags::ONE | Tags::MANY)) {
                last += 2; // "Hill Nursery and Infant School"
            } else {
                break;
            }
        }
        let kinds = (proper..last).map(|k| words.at(k)).filter(|w| w.is(Tags::NAME | Tags::ONE | Tags::MANY));
        let (mut phases, mut found, mut many) = (Phases::NONE, false, false);
        for kind in kinds {
            phases = phases.union(kind.phases);
            found = true;
            many = kind.is(Tags::MANY);
        }
        // "Oak Hill High English department" is no school's name
        let compound = words.at(last).capital && !words.at(last).is(Tags::YEAR) || words.at(last).is(Tags::GROUP);
        if !found || compound {
            return None;
        }
        let lone = run == start + 1 && words.before(start).is(Tags::STOP | Tags::LINE);
        if lone && last > run && !words.at(run).is(Tags::QUALIFIER) && self.place == Place::Text {
            return None; // "Every school": a capital only because the sentence begins
        }
        let pairs = words.at(last - 1).is(Tags::MANY) && words.at(last - 1).is(Tags::NAME);
        let mut unit = self.unit(What::Name, 1, if many { phases } else { phases.of_one_school() }, i, last);
        if pairs && (proper..last).filter(|&k| words.at(k).is(Tags::QUALIFIER)).count() == 2 {
            unit.n = 2; // "Hill Lane Infant and Junior Schools"
        }
        Some((unit, last))
    }

    /// A capitalised name without a school word, as an item of a list of schools.
    fn bare_name(&self, i: usize) -> Option<(Unit, usize)> {
        let words = self.words;
        let begins = self.begins_item(i)
            || words.before(i).is(Tags::AT) && self.run.units.last().is_some_and(|u| matches!(u.what, What::Several | What::Schools) && u.last + 1 == i);
        let listing = match (self.run.units.last(), self.place) {
            (Some(u), Place::Text) => {
                !self.gap && (u.what.names() || u.what == What::Several || u.what.counts() && u.n > 1)
            }
            (Some(_), Place::Label) => true,
            (None, Place::Label) => i == 0 || self.separator.any(Tags::SEPARATOR),
            (None, Place::Text) => false,
        };
        if !begins || !listing || words.at(i).is(Tags::TITLE | Tags::YEAR | Tags::NOT_A_SCHOOL) {
            return None;
        }
        let start = if words.at(i).is(Tags::THE) && words.at(i).capital && words.at(i + 1).capital { i + 1 } else { i };
        let end = self.capitals(start);
        if end == start || end - i > MAX_NAME_WORDS || !self.is_proper(start, end) {
            return None;
        }
        let next = words.at(end);
        let closes = next.is(Tags::SEPARATOR | Tags::CLOSE) || next.tags == Tags::STOP;
        let ends_list = self.separator.any(Tags::AND) && self.run.units.last().is_some_and(|u| u.what.names());
        if !(closes || ends_list && !next.is(Tags::DIGITS) || self.place == Place::Label && next.is(Tags::PREPOSITION)) {
            return None;
        }
        Some((self.unit(What::BareName, 1, Phases::NONE, i, end), end))
    }

    /// "a nursery school", "our small primary school".
    fn kind(&self, i: usize) -> Option<(Unit, usize)> {
        let words = self.words;
        if !words.at(i).is(Tags::ARTICLE | Tags::THE | Tags::OUR) {
            return None;
        }
        let (mut j, mut plain, mut phases) = (i + 1, 0, Phases::NONE);
        loop {
            let word = words.at(j);
            let qualified = word.is(Tags::QUALIFIER) && words.at(j + 1).is(Tags::QUALIFIER | Tags::ONE);
            if !qualified && word.is(Tags::ONE) {
                let ours = words.at(i).is(Tags::OUR) || self.is_predicate(i);
                let last_of_list = self.separator.any(Tags::AND) && !self.run.units.is_empty() && !self.gap;
                if !ours && !last_of_list && !self.ends_noun(j + 1) || word.is(Tags::NOT_A_SCHOOL) {
                    return None;
                }
                let mut unit = self.unit(What::Kind, 1, phases.union(word.phases).of_one_school(), i, j + 1);
                unit.definite = !words.at(i).is(Tags::ARTICLE);
                unit.ours = ours;
                return Some((unit, j + 1));
            }
            if word.is(Tags::QUALIFIER) {
                phases = phases.union(word.phases);
                if self.elided_kind(j + 1) {
                    return Some((self.unit(What::Kind, 1, phases.of_one_school(), i, j + 1), j + 1));
                }
            } else if let Some((range, next)) = self.age_range(j) {
                phases = phases.union(range);
                j = next - 1;
            } else if word.is(Tags::NUMBER) && words.at(j + 1).is(Tags::HYPHEN) {
                plain += 1; // "a two-form entry primary school"
            } else if word.is(Tags::HYPHEN) && plain > 0 || (word.is(Tags::STATUS) || self.is_modifier(j)) && plain < MAX_MODIFIERS {
                plain += 1;
            } else {
                return None;
            }
            j += 1;
        }
    }

    /// "the primaries", "our partner schools": schools without a number.
    fn several(&self, i: usize) -> Option<(Unit, usize)> {
        let words = self.words;
        let determined = words.at(i).is(Tags::THE | Tags::OUR | Tags::ALL | Tags::THESE);
        let mut j = if determined { i + 1 } else { i };
        let predicate = self.is_predicate(i);
        if !determined && !predicate && !self.begins_item(i) {
            return None;
        }
        let mut phases = Phases::NONE;
        loop {
            let (word, next) = (words.at(j), words.at(j + 1));
            let joins = word.is(Tags::AND) && !phases.is_empty() && next.is(Tags::QUALIFIER);
            let qualifies = word.is(Tags::QUALIFIER | Tags::STATUS) && (!word.is(Tags::MANY) || next.is(Tags::MANY));
            if !joins && !qualifies && !(predicate && j < i + MAX_MODIFIERS && !word.is(Tags::MANY) && self.is_modifier(j)) {
                break;
            }
            phases = phases.union(word.phases);
            j += 1;
        }
        let head = words.at(j);
        if !head.is(Tags::MANY) || head.is(Tags::NUMBER) {
            return None;
        }
        let mut unit = self.unit(What::Several, 0, phases.union(head.phases), i, j + 1);
        unit.definite = determined || predicate;
        unit.ours = words.at(i).is(Tags::OUR) || predicate;
        Some((unit, j + 1))
    }

    /// "two are | infant schools", "both schools are | comprehensives": what is said of schools just counted.
    fn is_predicate(&self, i: usize) -> bool {
        let mut k = i;
        while self.words.before(k).is(Tags::ALL | Tags::BOTH | Tags::ADVERB) {
            k -= 1;
        }
        self.words.before(k).is(Tags::BE) && k >= 2 && self.words.at(k - 2).is(Tags::NUMBER | Tags::MANY | Tags::ALL | Tags::BOTH | Tags::WE)
    }

    /// "(all 11-16)", "both for students aged 11 to 16", "3-11": ages of the school before, or of all.
    fn ages(&mut self, i: usize) -> Option<usize> {
        let from = if self.words.at(i).is(Tags::AGE) { i + 1 } else { i };
        let (phases, next) = self.age_range(from)?;
        let sure = from > i || self.depth > 0 || self.place == Place::Label || self.words.at(next).is(Tags::ONE | Tags::MANY);
        if !sure || self.run.units.is_empty() {
            return None;
        }
        let of_all = (1..=6).any(|back| {
            i.checked_sub(back).is_some_and(|k| self.words.at(k).is(Tags::ALL | Tags::BOTH | Tags::EACH))
        });
        if of_all {
            self.run.all = self.run.all.union(phases);
        } else if let Some(unit) = self.run.units.last_mut()
            && unit.phases.is_empty()
        {
            unit.phases = phases;
        }
        Some(next)
    }

    /// "all primary schools", "both infant": said of all units before.
    fn all_of(&mut self, i: usize) -> Option<usize> {
        let words = self.words;
        if !words.at(i).is(Tags::ALL | Tags::BOTH | Tags::EACH) || self.run.units.is_empty() || self.gap || !self.begins_item(i) {
            return None;
        }
        let mut j = i + 1;
        let mut phases = Phases::NONE;
        let mut plain = 0;
        loop {
            let word = words.at(j);
            if let Some((range, next)) = self.age_range(j) {
                phases = phases.union(range);
                j = next;
            } else if word.is(Tags::QUALIFIER | Tags::ONE | Tags::MANY | Tags::STATUS) || word.is(Tags::AND) && phases != Phases::NONE && words.at(j + 1).is(Tags::QUALIFIER) {
                phases = phases.union(word.phases);
                j += 1;
            } else if phases.is_empty() && self.is_modifier(j) && plain < MAX_MODIFIERS {
                plain += 1;
                j += 1;
            } else {
                break;
            }
        }
        if j == i + 1 || phases.is_empty() {
            return None;
        }
        self.run.all = self.run.all.union(phases);
        Some(j)
    }

    /// "(primary)" behind one or several names.
    fn bracketed_phase(&mut self, i: usize) -> Option<usize> {
        let words = self.words;
        let mut j = i;
        let mut phases = Phases::NONE;
        while words.at(j).is(Tags::QUALIFIER | Tags::ONE | Tags::MANY) {
            phases = phases.union(words.at(j).phases);
            j += 1;
        }
        let opened = words.before(i).is(Tags::OPEN | Tags::DASH | Tags::COMMA) && words.at(j).is(Tags::SEPARATOR | Tags::CLOSE | Tags::STOP);
        if j == i || !opened || phases.is_empty() {
            return None;
        }
        for unit in self.run.units.iter_mut().rev().take_while(|u| u.what.names() && u.phases.is_empty()) {
            unit.phases = phases;
        }
        Some(j)
    }

    /// "in Isle and Coast": a place is no school.
    fn place_name(&self, i: usize) -> Option<usize> {
        let start = if self.words.at(i).is(Tags::THE | Tags::OUR) { i + 1 } else { i };
        let mut end = self.capitals(start);
        if end == start {
            return None;
        }
        if self.words.at(end).is(Tags::AND) {
            let more = self.capitals(end + 1);
            let school = (end + 1..more).any(|k| self.words.at(k).is(Tags::NAME));
            if more > end + 1 && !school && self.words.at(more).is(Tags::SEPARATOR | Tags::STOP) {
                end = more;
            }
        }
        Some(end)
    }

    /// The end of the capitalised words from `start`: "Bishop of the Isles", "Stow-on-the-Wold".
    fn capitals(&self, start: usize) -> usize {
        let words = self.words;
        let mut end = start;
        let mut k = start;
        loop {
            let word = words.at(k);
            if word.capital && !word.is(Tags::AND) {
                k += 1;
                end = k;
            } else if k > start && word.is(Tags::HYPHEN) {
                k += 1;
            } else if k > start && word.is(Tags::PREPOSITION | Tags::OF | Tags::THE) && k - end < 3 && !words.at(end - 1).is(Tags::NAME) && !word.is(Tags::PLACE) {
                k += 1;
            } else if k > start && word.is(Tags::OF) && !words.at(end - 1).is(Tags::NAME) && words.at(k + 1).capital {
                k += 1;
            } else {
                return end;
            }
        }
    }

    /// Whether these capitalised words can name something: not only function words and kinds.
    fn is_proper(&self, start: usize, end: usize) -> bool {
        let first = self.words.at(start);
        let function = Tags::OUR | Tags::WE | Tags::ALL | Tags::BOTH | Tags::EACH | Tags::BE | Tags::PREPOSITION | Tags::RELATIVE
            | Tags::THERE | Tags::OTHER | Tags::ARTICLE | Tags::TITLE | Tags::YEAR | Tags::PEOPLE | Tags::NUMBER | Tags::ADVERB
            | Tags::THESE | Tags::GROUP;
        let plain = |k: usize| !self.words.at(k).is(function | KIND_OR_STATUS | Tags::THE | Tags::NOT_A_SCHOOL);
        if first.is(function) { (start + 1..end).any(plain) && !first.is(Tags::TITLE) && end > start + 1 } else { (start..end).any(plain) || end > start + 1 && !first.is(Tags::NOT_A_SCHOOL) }
    }

    /// A lower-case word that can stand between a number and what it counts.
    fn is_modifier(&self, i: usize) -> bool {
        let word = self.words.at(i);
        let known = Tags::QUALIFIER | Tags::STATUS;
        (word.tags.is_empty() || word.is(known) || word.is(Tags::GROUP) && self.words.at(i + 1).is(Tags::ONE | Tags::MANY))
            && (!word.capital || word.is(known))
            && word.end > word.start
            && !self.words.cues.iter().any(|(cue, first, _)| *first == i && *cue == Cue::Contrast)
    }

    /// Whether a noun phrase can end before `i`: not "a school | council".
    fn ends_noun(&self, i: usize) -> bool {
        let word = self.words.at(i);
        !word.tags.is_empty() && !word.is(Tags::HYPHEN | Tags::QUALIFIER | Tags::PEOPLE)
            || self.words.cues.iter().any(|(cue, first, _)| *first == i && matches!(cue, Cue::MemberAfter | Cue::MemberBefore))
    }

    /// "an infant | and a junior school"
    fn elided_kind(&self, i: usize) -> bool {
        let words = self.words;
        words.at(i).is(Tags::AND)
            && words.at(i + 1).is(Tags::ARTICLE | Tags::THE)
            && words.at(i + 2).is(Tags::QUALIFIER)
            && words.at(i + 3).is(Tags::ONE)
    }

    /// Whether an item of a list can begin at `i`.
    fn begins_item(&self, i: usize) -> bool {
        i == 0 || self.words.before(i).is(Tags::SEPARATOR | Tags::STOP)
    }

    /// "Year 7", "Section 3", "11-16": a number that counts nothing.
    fn is_label_number(&self, i: usize) -> bool {
        let words = self.words;
        let range = |k: usize| words.at(k).is(Tags::HYPHEN) && words.at(k + 1).is(Tags::DIGITS);
        let after_range = words.before(i).is(Tags::HYPHEN) && i >= 2 && words.at(i - 2).is(Tags::DIGITS);
        let in_ages = self.age_range(i).is_some() || i >= 2 && self.age_range(i - 2).is_some();
        in_ages || range(i + 1) || after_range || words.before(i).is(Tags::YEAR | Tags::AGE) && words.at(i).is(Tags::DIGITS) || words.before(i).is(Tags::SCHOOL_YEAR)
    }

    /// "11-16", "11 to 16", "eleven to sixteen".
    fn age_range(&self, i: usize) -> Option<(Phases, usize)> {
        let words = self.words;
        let (from, between, to) = (words.at(i), words.at(i + 1), words.at(i + 2));
        let joined = between.is(Tags::HYPHEN | Tags::DASH) || between.is(Tags::PREPOSITION | Tags::AND) && to.is(Tags::NUMBER);
        if !from.is(Tags::NUMBER) || !joined || !to.is(Tags::NUMBER) || words.before(i).is(Tags::YEAR) && !words.before(i).is(Tags::AGE) {
            return None;
        }
        let of_schools = words.at(i + 3).is(Tags::ONE | Tags::MANY | Tags::QUALIFIER);
        if between.is(Tags::AND | Tags::PREPOSITION) && !words.before(i).is(AGES_FOLLOW) && !of_schools {
            return None;
        }
        let phases = Phases::of_ages(from.value, to.value);
        (!phases.is_empty()).then_some((phases, i + 3))
    }

    /// Whether a school word follows after a further number: "three primary | and two secondary schools".
    fn elided(&self, i: usize) -> bool {
        let words = self.words;
        let mut k = i;
        while words.at(k).is(Tags::AND | Tags::COMMA) {
            k += 1;
        }
        if k == i || !words.at(k).is(Tags::NUMBER | Tags::ARTICLE) {
            return false;
        }
        (k + 1..k + 4).any(|k| words.at(k).is(Tags::ONE | Tags::MANY | Tags::QUALIFIER))
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
