//! A text becomes the words it is found by. The same split serves passages, headings, queries and highlighting, so that
//! what is highlighted is what was found.
//!
//! A word is a run of letters and digits, with apostrophes between letters and points and commas between digits; a
//! hyphen ends it, as it does for rules. Letter case, accents and the shape of the apostrophe end here. A passage is
//! indexed by each word as written and, where that differs, by its stem, at the same place in the same field: one
//! field serves phrases, prefixes and stemmed words, with two thirds of the entries that two fields would have.

use rust_stemmers::{Algorithm, Stemmer};
use rustc_hash::FxHashMap;
use std::ops::Range;
use tantivy::tokenizer::{AsciiFoldingFilter, RawTokenizer, TextAnalyzer, Token, TokenStream, Tokenizer};

/// Finds the words of a text, one after the other.
#[derive(Clone)]
pub struct Splitter {
    /// The word found last, in lower case and without accents.
    pub word: String,
    folding: TextAnalyzer,
}

impl Splitter {
    pub fn new() -> Self {
        let folding = TextAnalyzer::builder(RawTokenizer::default()).filter(AsciiFoldingFilter).build();
        Splitter { word: String::new(), folding }
    }

    /// Finds the next word of `text` at or after the byte `from`, and says where it stands.
    pub fn next(&mut self, text: &str, from: usize) -> Option<Range<usize>> {
        let bytes = text.as_bytes();
        let mut start = from;
        loop {
            let byte = *bytes.get(start)?;
            if byte.is_ascii_alphanumeric() {
                break;
            }
            if byte < 0x80 {
                start += 1;
                continue;
            }
            let c = char_at(text, start)?;
            if c.is_alphanumeric() {
                break;
            }
            start += c.len_utf8();
        }
        let mut end = start;
        while let Some(&byte) = bytes.get(end) {
            if byte.is_ascii_alphanumeric() {
                end += 1;
            } else if byte < 0x80 {
                if !joins(text, end, byte as char) {
                    break;
                }
                end += 1;
            } else {
                let c = char_at(text, end)?;
                if !(c.is_alphanumeric() || is_silent(c) || joins(text, end, c)) {
                    break;
                }
                end += c.len_utf8();
            }
        }
        self.fold(&text[start..end]);
        Some(start..end)
    }

    fn fold(&mut self, written: &str) {
        self.word.clear();
        if written.is_ascii() {
            self.word.push_str(written);
            self.word.make_ascii_lowercase();
        } else {
            let spoken = written.chars().filter(|&c| !is_silent(c)).map(|c| if c == '’' { '\'' } else { c });
            self.word.extend(spoken.flat_map(char::to_lowercase));
            if !self.word.is_ascii() {
                let folded = self.folding.token_stream(&self.word).next().map(|token| token.text.to_lowercase());
                self.word = folded.unwrap_or_default();
            }
        }
        self.word.truncate(self.word.floor_char_boundary(LONGEST_WORD));
    }
}

/// Bytes of a word that are kept; the rest of a longer one is as if it were not there.
const LONGEST_WORD: usize = 128;

fn char_at(text: &str, at: usize) -> Option<char> {
    text[at..].chars().next()
}

/// Whether `c`, which stands at `at` after a letter or digit, joins it to the next one.
fn joins(text: &str, at: usize, c: char) -> bool {
    let both = |test: fn(char) -> bool| {
        text[..at].chars().next_back().is_some_and(test) && char_at(text, at + c.len_utf8()).is_some_and(test)
    };
    match c {
        '\'' | '’' => both(char::is_alphabetic),
        '.' | ',' => both(|c| c.is_ascii_digit()),
        _ => false,
    }
}

/// Combining marks, soft hyphens and joiners: part of a word, but nothing that one would type.
fn is_silent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}')
}

/// English Snowball stems, remembered: a corpus has far fewer words than running words.
pub struct Stems {
    stemmer: Stemmer,
    /// By word the number of its stem in `stems`, or [`SAME`].
    known: FxHashMap<Box<str>, u32>,
    stems: Vec<Box<str>>,
}

impl Stems {
    pub fn new() -> Self {
        Stems { stemmer: Stemmer::create(Algorithm::English), known: FxHashMap::default(), stems: Vec::new() }
    }

    /// The stem of a folded word, where it differs from the word.
    pub fn differing(&mut self, word: &str) -> Option<&str> {
        if word.len() < 3 {
            return None; // too short for any ending
        }
        let number = match self.known.get(word) {
            Some(&number) => number,
            None => self.learn(word),
        };
        self.stems.get(number as usize).map(|stem| &**stem)
    }

    fn learn(&mut self, word: &str) -> u32 {
        if self.known.len() == MOST_STEMS {
            self.known.clear();
            self.stems.clear();
        }
        let stem = self.stemmer.stem(word);
        let number = if stem == word { SAME } else { self.stems.len() as u32 };
        if number != SAME {
            self.stems.push(stem.into());
        }
        self.known.insert(word.into(), number);
        number
    }
}

/// Words whose stems are remembered, some megabytes.
const MOST_STEMS: usize = 50_000;
/// In place of a stem's number: the word is its own stem.
const SAME: u32 = u32::MAX;

/// Stands before a stem that differs from its word; no word begins with it.
pub const STEM_MARK: char = '\u{1}';

/// What is written to the index for a word.
#[derive(Clone, Copy, PartialEq)]
pub enum Entries {
    /// The word and, where it differs, its stem behind [`STEM_MARK`], both at the word's place.
    WordAndStem,
    /// Its stem alone.
    Stem,
}

/// The split as tantivy takes it.
pub struct Analyser {
    splitter: Splitter,
    stems: Stems,
    entries: Entries,
    token: Token,
}

impl Analyser {
    pub fn new(entries: Entries) -> Self {
        Analyser { splitter: Splitter::new(), stems: Stems::new(), entries, token: Token::default() }
    }
}

impl Clone for Analyser {
    fn clone(&self) -> Self {
        Analyser::new(self.entries)
    }
}

impl Tokenizer for Analyser {
    type TokenStream<'a> = Analysis<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Analysis<'a> {
        self.token.reset();
        Analysis { analyser: self, text, stem_follows: false }
    }
}

/// The entries of one text.
pub struct Analysis<'a> {
    analyser: &'a mut Analyser,
    text: &'a str,
    stem_follows: bool,
}

impl TokenStream for Analysis<'_> {
    fn advance(&mut self) -> bool {
        let Analyser { splitter, stems, entries, token } = &mut *self.analyser;
        if self.stem_follows {
            self.stem_follows = false;
            if let Some(stem) = stems.differing(&splitter.word) {
                token.text.clear();
                token.text.push(STEM_MARK);
                token.text.push_str(stem);
                return true;
            }
        }
        let Some(range) = splitter.next(self.text, token.offset_to) else { return false };
        (token.offset_from, token.offset_to) = (range.start, range.end);
        token.position = token.position.wrapping_add(1);
        token.text.clear();
        let entry = match entries {
            Entries::WordAndStem => &splitter.word,
            Entries::Stem => stems.differing(&splitter.word).unwrap_or(&splitter.word),
        };
        token.text.push_str(entry);
        self.stem_follows = *entries == Entries::WordAndStem;
        true
    }

    fn token(&self) -> &Token {
        &self.analyser.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.analyser.token
    }
}
