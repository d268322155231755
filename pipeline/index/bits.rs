//! A set of entries of one segment, a bit each. Queries are answered with whole sets: a segment has some hundred
//! thousand entries, and a set of them is smaller than a page of text is long.

use tantivy::DocId;

/// A set of entries.
#[derive(Clone)]
pub struct Bits {
    words: Vec<u64>,
}

impl Bits {
    /// No entry, of so many.
    pub fn empty(n_entries: u32) -> Bits {
        Bits { words: vec![0; n_entries.div_ceil(64) as usize] }
    }

    /// All of so many entries.
    pub fn full(n_entries: u32) -> Bits {
        let mut words = vec![u64::MAX; n_entries.div_ceil(64) as usize];
        if let Some(last) = words.last_mut().filter(|_| !n_entries.is_multiple_of(64)) {
            *last = (1 << (n_entries % 64)) - 1;
        }
        Bits { words }
    }

    pub fn insert(&mut self, doc: DocId) {
        self.words[doc as usize / 64] |= 1 << (doc % 64);
    }

    pub fn contains(&self, doc: DocId) -> bool {
        self.words[doc as usize / 64] & (1 << (doc % 64)) != 0
    }

    pub fn union(&mut self, other: &Bits) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word |= other);
    }

    pub fn intersect(&mut self, other: &Bits) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word &= other);
    }

    pub fn subtract(&mut self, other: &Bits) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word &= !other);
    }

    /// The entries, ascending.
    pub fn docs(&self) -> Vec<DocId> {
        let mut docs = Vec::new();
        for (number, &word) in (0..).zip(&self.words) {
            let mut word = word;
            while word != 0 {
                docs.push(number * 64 + word.trailing_zeros());
                word &= word - 1;
            }
        }
        docs
    }
}
