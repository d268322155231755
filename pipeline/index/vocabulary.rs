//! All words of an index in one list, gathered when a query first asks for words that look so or so. A pattern or a misspelt word
//! is compared with each of them: what cannot fit is passed over by its length or its letters, so that some
//! hundred thousand words take a millisecond.

use super::query::{fits_pattern, is_like};
use super::words::STEM_MARK;
use tantivy::schema::Field;
use tantivy::{Searcher, TantivyError};

/// The words as written, without stems, ascending.
pub struct Vocabulary {
    letters: String,
    words: Vec<Word>,
}

#[derive(Clone, Copy)]
struct Word {
    start: u32,
    end: u32,
    /// A bit for each letter that is in it.
    has: u32,
}

impl Vocabulary {
    /// Gathers the words of a field.
    pub fn of(searcher: &Searcher, field: Field) -> tantivy::Result<Vocabulary> {
        // Stems stand before all words.
        let from = STEM_MARK.to_string() + "\u{10ffff}";
        let mut all: Vec<String> = Vec::new();
        for segment in searcher.segment_readers() {
            let index = segment.inverted_index(field)?;
            let mut entries = index.terms().range().ge(from.as_bytes()).into_stream()?;
            let mut merged = Vec::with_capacity(all.len());
            let mut before = all.into_iter().peekable();
            while entries.advance() {
                let Ok(word) = std::str::from_utf8(entries.key()) else { continue };
                while let Some(other) = before.next_if(|other| other.as_str() < word) {
                    merged.push(other);
                }
                if before.peek().is_none_or(|other| other != word) {
                    merged.push(word.to_owned());
                }
            }
            merged.extend(before);
            all = merged;
        }
        let mut vocabulary = Vocabulary { letters: String::new(), words: Vec::with_capacity(all.len()) };
        let place = |at: usize| u32::try_from(at).map_err(|_| TantivyError::InternalError("too many words".to_owned()));
        for word in all {
            let start = place(vocabulary.letters.len())?;
            vocabulary.letters.push_str(&word);
            vocabulary.words.push(Word { start, end: place(vocabulary.letters.len())?, has: letters_of(&word) });
        }
        Ok(vocabulary)
    }

    /// The words that fit a pattern with `*` for any letters and `?` for one.
    pub fn fitting(&self, pattern: &str) -> Vec<&str> {
        let asked = letters_of(pattern);
        let may_fit = |word: &&Word| word.has & asked == asked;
        self.words
            .iter()
            .filter(may_fit)
            .map(|word| self.text(word))
            .filter(|word| fits_pattern(word, pattern))
            .collect()
    }

    /// The words that become this one by changing so many letters at the most.
    pub fn like(&self, word: &str, letters: u8) -> Vec<&str> {
        let asked = letters_of(word);
        // A changed letter is one that the other has not, and one that only the other has.
        let may_fit = |other: &&Word| (other.has ^ asked).count_ones() <= 2 * u32::from(letters);
        self.words
            .iter()
            .filter(may_fit)
            .map(|other| self.text(other))
            .filter(|other| is_like(other, word, letters))
            .collect()
    }

    fn text(&self, word: &Word) -> &str {
        &self.letters[word.start as usize..word.end as usize]
    }
}

/// A bit for each letter of a word; letters beyond a to z share what is left. Marks of a pattern have none.
fn letters_of(word: &str) -> u32 {
    word.chars().filter(|c| !matches!(c, '*' | '?')).fold(0, |has, c| match c {
        'a'..='z' => has | 1 << (c as u32 - 'a' as u32),
        c => has | 1 << (26 + c as u32 % 6),
    })
}
