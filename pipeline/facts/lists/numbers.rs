//! Numbers of schools in a list: "three small primary schools", "both heads", "four of us", "Primary: 4". A number of
//! anything else, a year group or an age range is none.

use super::*;

impl Reader<'_> {
    /// "three small primary schools", "both schools", "the other two heads", "four of us", "a three-school trust".
    pub(super) fn counted(&self, i: usize) -> Option<(Unit, usize)> {
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
            unit.last = i + 3;
            return Some((unit, i + 3));
        }
        if words.at(i + 1).is(Tags::OF) && words.at(i + 2).is(Tags::US) {
            unit.what = What::Us;
            unit.last = i + 3;
            return Some((unit, i + 3));
        }
        let mut j = i + 1;
        let mut plain = 0;
        // "Oak Hill Academy and four of its primaries"
        if words.at(j).is(Tags::OF)
            && words.at(j + 1).is(Tags::THE | Tags::OUR)
            && !self.run.units.is_empty()
            && self.separator.any(Tags::AND | Tags::COMMA)
        {
            j += 2;
        }
        loop {
            let word = words.at(j);
            let qualified =
                word.is(Tags::QUALIFIER) && words.at(j + 1).is(Tags::QUALIFIER | Tags::ONE | Tags::MANY | Tags::PEOPLE);
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
                if let Some((schools, next)) = words.at(j).is(Tags::OF).then(|| self.kinds(j + 1)).flatten() {
                    unit.phases = unit.phases.union(schools); // "eight headteachers of primary schools"
                    j = next;
                }
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

    /// "primary schools": phases, and the word after.
    pub(super) fn kinds(&self, i: usize) -> Option<(Phases, usize)> {
        let mut j = i;
        let mut phases = Phases::NONE;
        while self.words.at(j).is(Tags::QUALIFIER | Tags::STATUS) && !self.words.at(j).is(Tags::MANY) {
            phases = phases.union(self.words.at(j).phases);
            j += 1;
        }
        let head = self.words.at(j);
        head.is(Tags::MANY).then_some((phases.union(head.phases), j + 1))
    }

    /// A number without a noun, where its place says what it counts: first in a label's value, or "we are four".
    pub(super) fn bare(&self, mut unit: Unit, i: usize) -> Option<(Unit, usize)> {
        let words = self.words;
        let next = words.at(i + 1);
        let ends = next.is(Tags::SEPARATOR | Tags::CLOSE | Tags::PREPOSITION | Tags::US | Tags::RELATIVE)
            || next.tags == Tags::STOP;
        let mut k = i;
        while words.before(k).is(Tags::ADVERB | Tags::THE | Tags::ALL) {
            k -= 1;
        }
        let we_are = words.before(k).is(Tags::BE) && k >= 2 && words.at(k - 2).is(Tags::WE)
            || words.before(k).is(Tags::WE)
                && !words.before(k).is(Tags::BE)
                && k + 1 > i
                && next.is(Tags::PEOPLE | Tags::MANY)
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
        if all
            && unit.n > 1
            && (next.is(Tags::BE | Tags::PREPOSITION | Tags::COMMA | Tags::AND) || next.tags == Tags::STOP)
        {
            return Some((unit, i + 1));
        }
        None
    }

    /// What stands before a number: "the", "all", "our", "the other".
    pub(super) fn determine(&self, i: usize, unit: &mut Unit) {
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
    pub(super) fn counted_behind(&self, i: usize) -> Option<(Unit, usize)> {
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

    /// Whether a school word follows after a further number: "three primary | and two secondary schools".
    pub(super) fn elided(&self, i: usize) -> bool {
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

    /// "Year 7", "Section 3", "11-16": a number that counts nothing.
    pub(super) fn is_label_number(&self, i: usize) -> bool {
        let words = self.words;
        let range = |k: usize| words.at(k).is(Tags::HYPHEN) && words.at(k + 1).is(Tags::DIGITS);
        let after_range = words.before(i).is(Tags::HYPHEN) && i >= 2 && words.at(i - 2).is(Tags::DIGITS);
        let in_ages = self.age_range(i).is_some() || i >= 2 && self.age_range(i - 2).is_some();
        in_ages
            || range(i + 1)
            || after_range
            || words.before(i).is(Tags::YEAR | Tags::AGE) && words.at(i).is(Tags::DIGITS)
            || words.before(i).is(Tags::SCHOOL_YEAR)
    }

    /// "11-16", "11 to 16", "eleven to sixteen".
    pub(super) fn age_range(&self, i: usize) -> Option<(Phases, usize)> {
        let words = self.words;
        let (from, between, to) = (words.at(i), words.at(i + 1), words.at(i + 2));
        let joined =
            between.is(Tags::HYPHEN | Tags::DASH) || between.is(Tags::PREPOSITION | Tags::AND) && to.is(Tags::NUMBER);
        if !from.is(Tags::NUMBER)
            || !joined
            || !to.is(Tags::NUMBER)
            || words.before(i).is(Tags::YEAR) && !words.before(i).is(Tags::AGE)
        {
            return None;
        }
        let of_schools = words.at(i + 3).is(Tags::ONE | Tags::MANY | Tags::QUALIFIER);
        if between.is(Tags::AND | Tags::PREPOSITION) && !words.before(i).is(AGES_FOLLOW) && !of_schools {
            return None;
        }
        let phases = Phases::of_ages(from.value, to.value);
        (!phases.is_empty()).then_some((phases, i + 3))
    }

    /// Whether a number of schools begins here, perhaps behind further determiners.
    pub(super) fn determines(&self, i: usize) -> bool {
        let mut k = i;
        while self.words.at(k).is(Tags::DEFINITE | Tags::OTHER | Tags::ADVERB) && k < i + 3 {
            k += 1;
        }
        self.counted(k).is_some()
    }
}
