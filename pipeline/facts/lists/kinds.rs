//! Schools by their kind ("a nursery school", "the primaries"), and the phase that is said of schools listed before:
//! in brackets, as an age range, or of all of them.

use super::*;

impl Reader<'_> {
    /// "a nursery school", "our small primary school".
    pub(super) fn kind(&self, i: usize) -> Option<(Unit, usize)> {
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
            } else if word.is(Tags::HYPHEN) && plain > 0
                || (word.is(Tags::STATUS) || self.is_modifier(j)) && plain < MAX_MODIFIERS
            {
                plain += 1;
            } else {
                return None;
            }
            j += 1;
        }
    }

    /// "the primaries", "our partner schools": schools without a number.
    pub(super) fn several(&self, i: usize) -> Option<(Unit, usize)> {
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
            let modifies = predicate && j < i + MAX_MODIFIERS && !word.is(Tags::MANY) && self.is_modifier(j);
            if !(joins || qualifies || modifies) {
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
    pub(super) fn is_predicate(&self, i: usize) -> bool {
        let mut k = i;
        while self.words.before(k).is(Tags::ALL | Tags::BOTH | Tags::ADVERB) {
            k -= 1;
        }
        self.words.before(k).is(Tags::BE)
            && k >= 2
            && self.words.at(k - 2).is(Tags::NUMBER | Tags::MANY | Tags::ALL | Tags::BOTH | Tags::WE | Tags::US)
            || self.words.before(i).is(Tags::NUMBER) && self.words.before(i).value == 1
    }

    /// "(all 11-16)", "both for students aged 11 to 16", "3-11": ages of the school before, or of all.
    pub(super) fn ages(&mut self, i: usize) -> Option<usize> {
        let from = if self.words.at(i).is(Tags::AGE) { i + 1 } else { i };
        let (phases, next) = self.age_range(from)?;
        let sure =
            from > i || self.depth > 0 || self.place == Place::Label || self.words.at(next).is(Tags::ONE | Tags::MANY);
        if !sure || self.run.units.is_empty() {
            return None;
        }
        let of_all = (1..=6)
            .any(|back| i.checked_sub(back).is_some_and(|k| self.words.at(k).is(Tags::ALL | Tags::BOTH | Tags::EACH)));
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
    pub(super) fn all_of(&mut self, i: usize) -> Option<usize> {
        let words = self.words;
        if !words.at(i).is(Tags::ALL | Tags::BOTH | Tags::EACH)
            || self.run.units.is_empty()
            || self.gap
            || !self.begins_item(i)
        {
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
            } else if word.is(Tags::QUALIFIER | Tags::ONE | Tags::MANY | Tags::STATUS)
                || word.is(Tags::AND) && phases != Phases::NONE && words.at(j + 1).is(Tags::QUALIFIER)
            {
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
    pub(super) fn bracketed_phase(&mut self, i: usize) -> Option<usize> {
        let words = self.words;
        let mut j = i;
        let mut phases = Phases::NONE;
        while words.at(j).is(Tags::QUALIFIER | Tags::ONE | Tags::MANY) {
            phases = phases.union(words.at(j).phases);
            j += 1;
        }
        let opened = words.before(i).is(Tags::OPEN | Tags::DASH | Tags::COMMA)
            && words.at(j).is(Tags::SEPARATOR | Tags::CLOSE | Tags::STOP);
        if j == i || !opened || phases.is_empty() {
            return None;
        }
        for unit in self.run.units.iter_mut().rev().take_while(|u| u.what.names() && u.phases.is_empty()) {
            unit.phases = phases;
        }
        Some(j)
    }

    /// "an infant | and a junior school"
    pub(super) fn elided_kind(&self, i: usize) -> bool {
        let words = self.words;
        words.at(i).is(Tags::AND)
            && words.at(i + 1).is(Tags::ARTICLE | Tags::THE)
            && words.at(i + 2).is(Tags::QUALIFIER)
            && words.at(i + 3).is(Tags::ONE)
    }
}
