//! What a group of texts is about, in a few words: class-based tf-idf (Grootendorst 2022), over words that the group has
//! more often than reports have them anywhere.

use super::stems;
use std::collections::{BTreeMap, BTreeSet};

/// What reports say anywhere: how often each word, and some passages.
#[derive(Debug, Clone, Default)]
pub struct Background {
    counts: BTreeMap<String, usize>,
    n_passages_of: BTreeMap<String, usize>,
    n_words: usize,
    n_passages: usize,
    sample: Vec<String>,
}

/// Passages by which rarity is learned.
const MOST_PASSAGES: usize = 20_000;
/// A word in more than this share of all passages tells nothing.
const COMMON: f64 = 0.05;
/// A word of a name occurs so many times as often in the group as anywhere.
const LEAST_LIFT: f64 = 2.;
/// Words of a name.
const MOST_TERMS: usize = 5;

impl Background {
    /// Adds the passages of a report; beyond some thousand no more are needed.
    pub fn add<'t>(&mut self, passages: impl Iterator<Item = &'t str>) {
        for passage in passages {
            if self.n_passages == MOST_PASSAGES {
                return;
            }
            self.n_passages += 1;
            let mut seen = BTreeSet::new();
            for (stem, _) in stems(passage) {
                self.n_words += 1;
                *self.counts.entry(stem.clone()).or_default() += 1;
                if seen.insert(stem.clone()) {
                    *self.n_passages_of.entry(stem).or_default() += 1;
                }
            }
            self.sample.push(passage.to_owned());
        }
    }

    /// The passages that were added.
    pub fn sample(&self) -> &[String] {
        &self.sample
    }

    /// The words of a text that are not common to most passages, and no numbers.
    pub fn telling(&self, text: &str) -> Vec<String> {
        stems(text).into_iter().filter(|(stem, word)| self.tells(stem, word)).map(|(_, word)| word).collect()
    }

    fn tells(&self, stem: &str, word: &str) -> bool {
        let n = self.n_passages_of.get(stem).copied().unwrap_or(0);
        // In a handful of passages any word is common.
        let is_common = n as f64 > COMMON * self.n_passages as f64 && n > 10;
        !is_common && word.chars().count() > 1 && word.chars().any(char::is_alphabetic) && !is_function_word(word)
    }
}

/// Words that only join others. They are rare in no language, but may be in a small corpus.
fn is_function_word(word: &str) -> bool {
    const WORDS: &str = " a about after all also am an and another any are as at be because been before being both but by \
        can could did do does doing down during each either few for from further had has have having he her here hers him \
        his how i if in into is it its itself just like many may me might more most much must my no nor not of off on once \
        one only or other our ours out over own per same she should since so some such than that the their theirs them \
        then there these they this those through to too two under until up upon us very was we were what when where which \
        while who whom whose why will with within without would you your ";
    WORDS.contains(&format!(" {word} "))
}

/// The words that tell a group of texts from the other groups, as they are mostly written, the most telling first.
pub fn name(groups: &[Vec<&str>], group: usize, background: &Background) -> Vec<String> {
    let mut counts: Vec<BTreeMap<String, usize>> = vec![BTreeMap::new(); groups.len()];
    let mut texts_of: BTreeMap<String, usize> = BTreeMap::new();
    let mut written: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for (number, texts) in groups.iter().enumerate() {
        for text in texts {
            let mut seen = BTreeSet::new();
            for (stem, word) in stems(text) {
                *counts[number].entry(stem.clone()).or_default() += 1;
                if number == group {
                    *written.entry(stem.clone()).or_default().entry(word).or_default() += 1;
                    if seen.insert(stem.clone()) {
                        *texts_of.entry(stem).or_default() += 1;
                    }
                }
            }
        }
    }
    let n_words = |counts: &BTreeMap<String, usize>| counts.values().sum::<usize>();
    let mean = counts.iter().map(n_words).sum::<usize>() as f64 / groups.len().max(1) as f64;
    let n_here = n_words(&counts[group]).max(1) as f64;
    // A word of one passage alone is that passage's, not the group's.
    let least = if groups[group].len() >= 3 { 2 } else { 1 };
    let mut weighed: Vec<(f64, String)> = Vec::new();
    for (stem, n) in &counts[group] {
        let forms = &written[stem];
        let Some(word) = forms.iter().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0))).map(|(word, _)| word) else {
            continue;
        };
        let rate = *n as f64 / n_here;
        let anywhere = background.counts.get(stem).copied().unwrap_or(0) as f64 / background.n_words.max(1) as f64;
        let fits = background.tells(stem, word) && texts_of[stem] >= least && rate >= LEAST_LIFT * anywhere;
        if fits {
            let all: usize = counts.iter().filter_map(|counts| counts.get(stem)).sum();
            weighed.push((rate * (1. + mean / all as f64).ln(), word.clone()));
        }
    }
    weighed.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    weighed.into_iter().take(MOST_TERMS).map(|(_, word)| word).collect()
}
