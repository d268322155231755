//! Names of schools: those that end like one ("Oak Hill High") wherever they stand, others ("Oak Hill") only as items of
//! a list of schools, where a place or a person is left out.

use super::*;

impl Reader<'_> {
    /// "Oak Hill Primary", "St Anne's C of E infant school", "the Marlowe Academy".
    pub(super) fn name(&self, i: usize) -> Option<(Unit, usize)> {
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
            } else if last > proper
                && words.at(last).is(Tags::AND)
                && words.at(last - 1).is(Tags::QUALIFIER | Tags::NAME)
                && words.at(last + 1).is(Tags::QUALIFIER)
                && (words.at(last + 1).capital || words.at(last + 2).is(Tags::ONE | Tags::MANY))
            {
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
    pub(super) fn bare_name(&self, i: usize) -> Option<(Unit, usize)> {
        let words = self.words;
        let begins = self.begins_item(i)
            || words.before(i).is(Tags::AT)
                && self
                    .run
                    .units
                    .last()
                    .is_some_and(|u| matches!(u.what, What::Several | What::Schools) && u.last + 1 == i);
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
        if !(closes || ends_list && !next.is(Tags::DIGITS) || self.place == Place::Label && next.is(Tags::PREPOSITION))
        {
            return None;
        }
        Some((self.unit(What::BareName, 1, Phases::NONE, i, end), end))
    }

    /// The capitalised names of a list before its last one, which alone told that it is a list of schools.
    pub(super) fn names_before(&self, last: usize) -> Vec<Unit> {
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

    /// "in Isle and Coast": a place is no school.
    pub(super) fn place_name(&self, i: usize) -> Option<usize> {
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
    pub(super) fn capitals(&self, start: usize) -> usize {
        let words = self.words;
        let mut end = start;
        let mut k = start;
        loop {
            let word = words.at(k);
            if word.capital && !word.is(Tags::AND) {
                k += 1;
                end = k;
                continue;
            }
            let named = k > start && !words.at(end - 1).is(Tags::NAME);
            let inside = word.is(Tags::PREPOSITION | Tags::THE) && k - end < 3 && !word.is(Tags::PLACE);
            let of = word.is(Tags::OF) && (words.at(k + 1).capital || words.at(k + 1).is(Tags::THE));
            if k > start && word.is(Tags::HYPHEN) || named && (inside || of) {
                k += 1;
            } else {
                return end;
            }
        }
    }

    /// Whether these capitalised words can name something: not only function words and kinds.
    pub(super) fn is_proper(&self, start: usize, end: usize) -> bool {
        let first = self.words.at(start);
        let function = Tags::OUR
            | Tags::WE
            | Tags::ALL
            | Tags::BOTH
            | Tags::EACH
            | Tags::BE
            | Tags::PREPOSITION
            | Tags::RELATIVE
            | Tags::THERE
            | Tags::OTHER
            | Tags::ARTICLE
            | Tags::TITLE
            | Tags::YEAR
            | Tags::PEOPLE
            | Tags::NUMBER
            | Tags::ADVERB
            | Tags::THESE
            | Tags::GROUP;
        let plain = |k: usize| !self.words.at(k).is(function | KIND_OR_STATUS | Tags::THE | Tags::NOT_A_SCHOOL);
        if first.is(function) {
            (start + 1..end).any(plain) && !first.is(Tags::TITLE) && end > start + 1
        } else {
            (start..end).any(plain) || end > start + 1 && !first.is(Tags::NOT_A_SCHOOL)
        }
    }
}
