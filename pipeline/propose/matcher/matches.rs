//! What a [`super::Matcher`] finds in a text.

use crate::propose::automaton::PatternNumber;
use crate::propose::words::Word;
use crate::span::ByteSpan;

/// A match of a pattern in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Match {
    /// Which pattern.
    pub pattern: PatternNumber,
    /// First word, as a number of words from the start.
    pub start: u32,
    /// One past the last word; equal to `start` for a mark alone.
    pub end: u32,
    /// Where the words that the pattern names (not those in its gaps) are in [`Matches::named`].
    pub(super) named: (u32, u32),
}

/// The matches of one text, and its words.
#[derive(Debug, Default)]
pub(crate) struct Matches {
    /// The words.
    pub words: Vec<Word>,
    /// The matches, in no order that means anything but the same one each time.
    pub found: Vec<Match>,
    pub(super) named: Vec<(u32, u32)>,
}

impl Matches {
    /// Stretches of words that the pattern itself names, without its gaps.
    pub fn named(&self, found: &Match) -> &[(u32, u32)] {
        &self.named[found.named.0 as usize..found.named.1 as usize]
    }

    /// The bytes of the text that a stretch of words covers; a mark alone gives the empty span before the next word.
    pub fn span(&self, start: u32, end: u32) -> ByteSpan {
        let at = |n: u32| self.words.get(n as usize);
        let first = at(start).map_or_else(|| self.words.last().map_or(0, |w| w.end), |w| w.start);
        let last = if end > start { self.words[end as usize - 1].end } else { first };
        ByteSpan { start: first, end: last }
    }
}
