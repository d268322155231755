//! Phrases of a lexicon, with what each says, found in one walk over a text's words.

use rustc_hash::FxHashMap;

/// Phrases as a tree over vocabulary numbers: the longest phrase that begins at a word is found in one walk.
#[derive(Debug)]
pub struct Phrases<T> {
    edges: FxHashMap<(u32, u32), u32>,
    /// Whether a phrase begins with this word, by vocabulary number.
    begins: Vec<bool>,
    values: Vec<Option<T>>,
}

impl<T> Default for Phrases<T> {
    fn default() -> Self {
        Phrases { edges: FxHashMap::default(), begins: Vec::new(), values: vec![None] }
    }
}

impl<T: Copy> Phrases<T> {
    /// The longest phrase at the start of `words`, with the number of words it takes.
    pub fn longest(&self, words: impl Iterator<Item = u32>) -> Option<(usize, T)> {
        let (mut node, mut best) = (0, None);
        for (i, word) in words.enumerate() {
            if i == 0 && !self.begins.get(word as usize).copied().unwrap_or(false) {
                return None;
            }
            match self.edges.get(&(node, word)) {
                Some(&next) => node = next,
                None => break,
            }
            if let Some(value) = self.values[node as usize] {
                best = Some((i + 1, value));
            }
        }
        best
    }

    pub fn insert(&mut self, words: &[u32]) -> &mut Option<T> {
        if let Some(&first) = words.first() {
            let first = first as usize;
            if self.begins.len() <= first {
                self.begins.resize(first + 1, false);
            }
            self.begins[first] = true;
        }
        let mut node = 0;
        for &word in words {
            let next = u32::try_from(self.values.len()).expect("a lexicon has fewer than 2^32 phrases");
            node = *self.edges.entry((node, word)).or_insert(next);
            if node == next {
                self.values.push(None);
            }
        }
        &mut self.values[node as usize]
    }
}
