//! Texts become sparse rows of numbers. Words and pairs of neighbouring words, character n-grams within words, and the
//! words of the context (headings, table heads) are three blocks, each tf-idf with sublinear counts and of length one
//! before it is weighed. Columns are in sorted order, so the same texts give the same numbers.
//!
//! linfa's own vectoriser numbers its columns by hash order and learns idf anew from what it is to transform, so it is
//! of no use here.

use rust_stemmers::{Algorithm, Stemmer};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is to be coded: a passage with what it stands under, or a whole report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unit {
    /// The words themselves.
    pub text: String,
    /// Headings and table heads above it; may be empty.
    pub context: String,
}

/// The columns that were learned from some texts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Vocabulary {
    /// Stems, sorted.
    words: Vec<String>,
    /// Neighbours, as numbers of `words`, sorted.
    pairs: Vec<(u32, u32)>,
    /// Three to five characters of a word, its ends marked by a space, sorted.
    grams: Vec<String>,
    /// Stems of contexts, sorted.
    heads: Vec<String>,
    /// Inverse document frequencies, all columns in the order of the fields above.
    idf: Vec<f32>,
    /// What the three blocks weigh in a product of two rows; they add up to one.
    weights: [f32; 3],
}

/// One text as numbers: columns, ascending, and their values.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Row {
    /// Numbers of columns, ascending.
    pub columns: Vec<u32>,
    /// Their values.
    pub values: Vec<f32>,
}

/// Words and contexts must occur in so many texts to become a column, n-grams in one more: what is rarer cannot be
/// learned from.
const MIN_TEXTS: u32 = 2;
const MIN_TEXTS_GRAM: u32 = 3;

/// How much of a product comes from words, n-grams and context where there are contexts; without, words and n-grams
/// share its part. Chosen by leave-one-report-out average precision; the optimum is flat.
const WEIGHTS: [f32; 3] = [0.4, 0.4, 0.2];
const WEIGHTS_WITHOUT_CONTEXT: [f32; 3] = [0.5, 0.5, 0.];

const NONE: u32 = u32::MAX;

impl Vocabulary {
    /// Learns the columns of some texts.
    pub fn learn<'u>(units: impl Iterator<Item = &'u Unit> + Clone) -> Vocabulary {
        let stemmer = Stemmer::create(Algorithm::English);
        let (mut words, mut heads) = (Counter::default(), Counter::default());
        let mut grams = Counter::default();
        let mut n_units = 0_u32;
        let mut has_context = false;
        for unit in units.clone() {
            n_units += 1;
            each_word(&unit.text, |word| {
                words.add(&stemmer.stem(word), n_units);
                each_gram(word, |gram| grams.add(gram, n_units));
            });
            each_word(&unit.context, |word| heads.add(&stemmer.stem(word), n_units));
            has_context |= !unit.context.is_empty();
        }
        let words = words.columns(MIN_TEXTS);
        // Pairs are counted when it is known which words can be part of one; that leaves few.
        let number: FxHashMap<&str, u32> = words.keys().map(String::as_str).zip(0..).collect();
        let mut counts: FxHashMap<(u32, u32), (u32, u32)> = FxHashMap::default();
        for (unit, n) in units.zip(1..) {
            let mut before = NONE;
            each_word(&unit.text, |word| {
                let word = number.get(stemmer.stem(word).as_ref()).copied().unwrap_or(NONE);
                if before != NONE && word != NONE {
                    let (count, last) = counts.entry((before, word)).or_default();
                    (*count, *last) = (*count + u32::from(*last != n), n);
                }
                before = word;
            });
        }
        let mut pairs: Vec<((u32, u32), u32)> =
            counts.into_iter().map(|(pair, (n, _))| (pair, n)).filter(|(_, n)| *n >= MIN_TEXTS).collect();
        pairs.sort_unstable();
        let (grams, heads) = (grams.columns(MIN_TEXTS_GRAM), heads.columns(MIN_TEXTS));
        let idf = |n: &u32| (((1 + n_units) as f32 / (1 + n) as f32).ln() + 1.).max(f32::MIN_POSITIVE);
        let counts = words.values().chain(pairs.iter().map(|(_, n)| n)).chain(grams.values()).chain(heads.values());
        Vocabulary {
            idf: counts.map(idf).collect(),
            words: words.into_keys().collect(),
            pairs: pairs.into_iter().map(|(pair, _)| pair).collect(),
            grams: grams.into_keys().collect(),
            heads: heads.into_keys().collect(),
            weights: if has_context { WEIGHTS } else { WEIGHTS_WITHOUT_CONTEXT },
        }
    }

    /// Number of columns.
    pub fn n_columns(&self) -> usize {
        self.idf.len()
    }

    /// The word or words of a column; none for character n-grams, which explain nothing to a reader.
    pub fn term(&self, column: u32) -> Option<String> {
        let column = column as usize;
        let (words, pairs) = (self.words.len(), self.words.len() + self.pairs.len());
        if column < words {
            return Some(self.words[column].clone());
        }
        if column < pairs {
            let (a, b) = self.pairs[column - words];
            return Some(format!("{} {}", self.words[a as usize], self.words[b as usize]));
        }
        column.checked_sub(pairs + self.grams.len()).map(|n| format!("under {}", self.heads[n]))
    }

    /// A reader that turns texts into rows.
    pub fn reader(&self) -> Reader<'_> {
        let index = |terms: &'_ [String], from: usize| -> FxHashMap<String, u32> {
            terms.iter().cloned().zip(from as u32..).collect()
        };
        let from_pairs = self.words.len();
        let from_grams = from_pairs + self.pairs.len();
        let from_heads = from_grams + self.grams.len();
        Reader {
            vocabulary: self,
            words: index(&self.words, 0),
            pairs: self.pairs.iter().copied().zip(from_pairs as u32..).collect(),
            grams: index(&self.grams, from_grams),
            heads: index(&self.heads, from_heads),
            starts: [0, from_grams as u32, from_heads as u32],
            known: FxHashMap::default(),
            stemmer: Stemmer::create(Algorithm::English),
            found: Vec::new(),
        }
    }
}

/// Turns texts into rows; it belongs to one thread and keeps what it has learned about words.
pub struct Reader<'v> {
    vocabulary: &'v Vocabulary,
    words: FxHashMap<String, u32>,
    pairs: FxHashMap<(u32, u32), u32>,
    grams: FxHashMap<String, u32>,
    heads: FxHashMap<String, u32>,
    /// The first column of each block.
    starts: [u32; 3],
    known: FxHashMap<String, Known>,
    stemmer: Stemmer,
    found: Vec<u32>,
}

/// The columns of one word.
struct Known {
    word: u32,
    head: u32,
    grams: Box<[u32]>,
}

/// Words kept; a text in which more occur is not language, and memory is bounded.
const MAX_KNOWN: usize = 200_000;

impl Reader<'_> {
    /// The row of a text.
    pub fn row(&mut self, text: &str, context: &str) -> Row {
        let mut found = std::mem::take(&mut self.found);
        found.clear();
        let mut before = NONE;
        each_word(text, |word| {
            self.learn(word);
            let known = &self.known[word];
            if known.word != NONE {
                found.push(known.word);
                found.extend(self.pairs.get(&(before, known.word)));
            }
            found.extend_from_slice(&known.grams);
            before = known.word;
        });
        each_word(context, |word| {
            self.learn(word);
            found.extend(Some(self.known[word].head).filter(|head| *head != NONE));
        });
        found.sort_unstable();
        let mut row = Row::default();
        for same in found.chunk_by(|a, b| a == b) {
            row.columns.push(same[0]);
            row.values.push((1. + (same.len() as f32).ln()) * self.vocabulary.idf[same[0] as usize]);
        }
        let ends = [self.starts[1], self.starts[2], u32::MAX];
        let mut from = 0;
        for (end, weight) in ends.into_iter().zip(self.vocabulary.weights) {
            let to = row.columns.partition_point(|column| *column < end);
            let length = row.values[from..to].iter().map(|v| v * v).sum::<f32>().sqrt();
            if length > 0. {
                row.values[from..to].iter_mut().for_each(|v| *v *= weight.sqrt() / length);
            }
            from = to;
        }
        self.found = found;
        row
    }

    fn learn(&mut self, word: &str) {
        if self.known.contains_key(word) {
            return;
        }
        if self.known.len() >= MAX_KNOWN {
            self.known.clear();
        }
        let stem = self.stemmer.stem(word);
        let mut grams = Vec::new();
        each_gram(word, |gram| grams.extend(self.grams.get(gram).copied()));
        let column = |index: &FxHashMap<String, u32>| index.get(stem.as_ref()).copied().unwrap_or(NONE);
        let known = Known { word: column(&self.words), head: column(&self.heads), grams: grams.into() };
        self.known.insert(word.to_owned(), known);
    }
}

/// In how many texts each term occurs.
#[derive(Default)]
struct Counter {
    /// By term: the number of texts, and the last of them.
    counts: FxHashMap<String, (u32, u32)>,
}

impl Counter {
    fn add(&mut self, term: &str, unit: u32) {
        match self.counts.get_mut(term) {
            Some((_, last)) if *last == unit => {}
            Some((n, last)) => (*n, *last) = (*n + 1, unit),
            None => drop(self.counts.insert(term.to_owned(), (1, unit))),
        }
    }

    /// The terms that occur in enough texts, sorted, with their counts.
    fn columns(self, min: u32) -> BTreeMap<String, u32> {
        self.counts.into_iter().map(|(term, (n, _))| (term, n)).filter(|(_, n)| *n >= min).collect()
    }
}

/// Calls `visit` with each word in lower case: letters and digits, with apostrophes and the like inside.
fn each_word(text: &str, mut visit: impl FnMut(&str)) {
    let mut word = String::new();
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let joins =
            matches!(c, '\'' | '’') && !word.is_empty() && characters.peek().is_some_and(|c| c.is_alphanumeric());
        if joins {
            word.push('\'');
        } else if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        } else if !word.is_empty() {
            visit(&word);
            word.clear();
        }
    }
    if !word.is_empty() {
        visit(&word);
    }
}

/// Calls `visit` with each run of three to five characters of a word between spaces, and with the whole when it is shorter.
fn each_gram(word: &str, mut visit: impl FnMut(&str)) {
    let padded = format!(" {word} ");
    let starts: Vec<usize> = padded.char_indices().map(|(at, _)| at).chain([padded.len()]).collect();
    let n = starts.len() - 1;
    for length in 3..=5 {
        for from in 0..(n + 1).saturating_sub(length) {
            visit(&padded[starts[from]..starts[from + length]]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(texts: &[&str]) -> Vec<Unit> {
        texts.iter().map(|t| Unit { text: (*t).to_owned(), context: String::new() }).collect()
    }

    #[test]
    fn columns_are_what_two_texts_share() {
        let vocabulary = Vocabulary::learn(units(&["Parents read", "parents reading daily"]).iter());
        assert_eq!(vocabulary.words, ["parent", "read"]);
        assert_eq!(vocabulary.term(2).as_deref(), Some("parent read"));
        assert_eq!(vocabulary.grams, Vec::<String>::new());
    }

    #[test]
    fn a_row_has_length_one_and_unknown_words_leave_it_empty() {
        let vocabulary = Vocabulary::learn(units(&["a cat sat", "a cat ran", "a cat sat"]).iter());
        let row = vocabulary.reader().row("the cat sat", "");
        let length: f32 = row.values.iter().map(|v| v * v).sum();
        assert!((length - 1.).abs() < 1e-5, "{length}");
        assert!(row.columns.is_sorted());
        assert_eq!(vocabulary.reader().row("", ""), Row::default());
        assert_eq!(vocabulary.reader().row("xyz", ""), Row::default());
    }

    #[test]
    fn words_keep_inner_apostrophes() {
        let mut words = Vec::new();
        each_word("‘Don’t’ — Year 4’s 2.5", |w| words.push(w.to_owned()));
        assert_eq!(words, ["don't", "year", "4's", "2", "5"]);
    }
}
