//! Where atoms occur in the text that a [`Matcher`] is at: words by their numbers, phrases and marks in chains by the
//! position at which they start and end, and for atoms that are often asked for a bit a position.

use super::{Matcher, narrow};
use crate::propose::automaton::{ANY_WORD, Atom, END, START};

/// Where an atom occurs in the text of this number, a bit a position. Positions of texts of more than [`MAX_BITS`] words
/// do not fit; there only the number means something.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Seen {
    text: u32,
    starts: u64,
    ends: u64,
}

/// Most words of a text whose positions are kept as bits.
const MAX_BITS: usize = 62;

/// Bits from one position to another, both included, for positions up to [`MAX_BITS`].
pub(super) fn bits(from: u32, to: u32) -> u64 {
    (u64::MAX >> (63 - to)) & (u64::MAX << from)
}

/// Where an atom occurs that is no single word.
#[derive(Debug, Clone, Copy)]
pub(super) struct Occurrence {
    pub atom: Atom,
    pub start: u32,
    pub end: u32,
    next_starting: u32,
    next_ending: u32,
}

/// The end of a chain of occurrences, after which the single word is still to be tried.
const NONE: u32 = u32::MAX;
/// Nothing more to be tried.
const DONE: u32 = u32::MAX - 1;

impl Matcher<'_> {
    pub(super) fn is_present(&self, atom: Atom) -> bool {
        self.seen[atom as usize].text == self.text_number
    }

    pub(super) fn see(&mut self, atom: Atom, start: u32, end: u32) {
        let seen = &mut self.seen[atom as usize];
        if seen.text != self.text_number {
            *seen = Seen { text: self.text_number, starts: 0, ends: 0 };
        }
        seen.starts |= 1 << start.min(63);
        seen.ends |= 1 << end.min(63);
    }

    /// Positions from one to another at which an atom can start, as bits, where that is known without looking.
    pub(super) fn starts(&self, atom: Atom, from: u32, to: u32) -> Option<u64> {
        let known = self.text.len() <= MAX_BITS && self.automaton.asked_for[atom as usize];
        known.then(|| if self.is_present(atom) { self.seen[atom as usize].starts & bits(from, to) } else { 0 })
    }

    /// The same for positions at which an atom can end.
    pub(super) fn ends(&self, atom: Atom, from: u32, to: u32) -> Option<u64> {
        let known = self.text.len() <= MAX_BITS && self.automaton.asked_for[atom as usize];
        known.then(|| if self.is_present(atom) { self.seen[atom as usize].ends & bits(from, to) } else { 0 })
    }

    pub(super) fn reserve(&mut self, position: usize) {
        if self.starting.len() <= position {
            self.starting.resize(position + 1, NONE);
            self.ending.resize(position + 1, NONE);
        }
    }

    fn occur(&mut self, atom: Atom, start: u32, end: u32) {
        self.reserve(end as usize);
        let mut at = self.starting[start as usize];
        while at != NONE {
            let o = self.occurrences[at as usize];
            if o.atom == atom && o.end == end {
                return;
            }
            at = o.next_starting;
        }
        let number = narrow(self.occurrences.len());
        self.occurrences.push(Occurrence {
            atom,
            start,
            end,
            next_starting: self.starting[start as usize],
            next_ending: self.ending[end as usize],
        });
        self.starting[start as usize] = number;
        self.ending[end as usize] = number;
        self.see(atom, start, end);
    }

    /// An atom that occurs, and the lists of which it is an entry.
    pub(super) fn occur_with_lists(&mut self, atom: Atom, start: u32, end: u32) {
        let automaton = self.automaton;
        self.occur(atom, start, end);
        automaton.implied[atom as usize].iter().for_each(|list| self.occur(*list, start, end));
    }

    /// Whether the word at a position, if there is one, is an atom.
    fn is_word(&self, atom: Atom, position: u32) -> bool {
        let word = self.text.get(position as usize);
        word.is_some_and(|word| atom == ANY_WORD || self.vocabulary.is(*word, atom))
    }

    /// The end of the first occurrence of an atom that starts here, and where to look for the next. Phrases come before
    /// the single word, so that the longer match is tried first.
    pub(super) fn first_starting(&self, atom: Atom, start: u32) -> Option<(u32, u32)> {
        match atom {
            START => (start == 0).then_some((0, DONE)),
            END => (start as usize == self.text.len()).then_some((start, DONE)),
            _ => self.next_starting(atom, start, self.starting[start as usize]),
        }
    }

    pub(super) fn next_starting(&self, atom: Atom, start: u32, mut at: u32) -> Option<(u32, u32)> {
        while at < DONE {
            let o = self.occurrences[at as usize];
            if o.atom == atom {
                return Some((o.end, o.next_starting));
            }
            at = o.next_starting;
        }
        (at == NONE && self.is_word(atom, start)).then_some((start + 1, DONE))
    }

    /// The start of the first occurrence of an atom that ends here, and where to look for the next.
    pub(super) fn first_ending(&self, atom: Atom, end: u32) -> Option<(u32, u32)> {
        match atom {
            START => (end == 0).then_some((0, DONE)),
            END => (end as usize == self.text.len()).then_some((end, DONE)),
            _ => self.next_ending(atom, end, self.ending[end as usize]),
        }
    }

    pub(super) fn next_ending(&self, atom: Atom, end: u32, mut at: u32) -> Option<(u32, u32)> {
        while at < DONE {
            let o = self.occurrences[at as usize];
            if o.atom == atom {
                return Some((o.start, o.next_ending));
            }
            at = o.next_ending;
        }
        (at == NONE && end > 0 && self.is_word(atom, end - 1)).then(|| (end - 1, DONE))
    }
}
