//! A text becomes words with what the lexicon knows about them: numbers, kinds of school, function words, punctuation.
//! Phrases of the lexicon are one word here ("a pair of" is a number), so that the grammar of lists stays small.

use super::lexicon::{Cue, Lexicon};
use super::phase::Phases;
use std::ops::BitOr;

/// What a word or sign is; a word can be several things.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tags(u64);

macro_rules! tags {
    ($($name:ident = $bit:expr),+ $(,)?) => {
        #[allow(dead_code, reason = "a tag that no rule asks for still stops a run of plain words")]
        impl Tags { $(pub const $name: Tags = Tags(1 << $bit);)+ }
    };
}

tags! {
    NUMBER = 0, DIGITS = 1, QUALIFIER = 2, ONE = 3, MANY = 4, NAME = 5, PEOPLE = 6, UNLESS_OF = 7,
    THE = 8, THESE = 9, ALL = 10, BOTH = 11, SINGULAR_OF_TWO = 12, OUR = 13, EACH = 14, OTHER = 15, ARTICLE = 16,
    OF = 17, US = 18, WE = 19, BE = 20, THERE = 21, AND = 22, PREPOSITION = 23, PLACE = 24, AT = 25, ADVERB = 26,
    RELATIVE = 27, YEAR = 28, SCHOOL_YEAR = 29, AGE = 30, STATUS = 31, ABBREVIATION = 32, GROUP = 33, TITLE = 34, NOT_A_SCHOOL = 35, FROM = 36, PAST = 37,
    COMMA = 40, SEMICOLON = 41, COLON = 42, STOP = 43, OPEN = 44, CLOSE = 45, DASH = 46, HYPHEN = 47, LINE = 48,
    SIGN = 49,
}

impl Tags {
    /// Punctuation of any kind.
    pub const PUNCTUATION: Tags = Tags(0x3ff << 40);
    /// What separates the items of a list.
    pub const SEPARATOR: Tags = Tags(
        Self::COMMA.0
            | Self::SEMICOLON.0
            | Self::COLON.0
            | Self::STOP.0
            | Self::OPEN.0
            | Self::DASH.0
            | Self::LINE.0
            | Self::AND.0,
    );
    /// What separates clauses.
    pub const CLAUSE: Tags = Tags(
        Self::SEMICOLON.0 | Self::COLON.0 | Self::STOP.0 | Self::OPEN.0 | Self::CLOSE.0 | Self::DASH.0 | Self::LINE.0,
    );
    /// What makes a number definite: "the three", "all three", "our three".
    pub const DEFINITE: Tags =
        Tags(Self::THE.0 | Self::THESE.0 | Self::ALL.0 | Self::OUR.0 | Self::EACH.0 | Self::WE.0 | Self::US.0);

    /// What ends a school's name, or stands between its own words and that end.
    pub const KIND_OR_STATUS: Tags =
        Tags(Self::QUALIFIER.0 | Self::ONE.0 | Self::MANY.0 | Self::NAME.0 | Self::STATUS.0);

    /// What stands before "11 to 16" when it is an age range.
    pub const AGES_FOLLOW: Tags = Tags(
        Self::AGE.0
            | Self::OPEN.0
            | Self::COMMA.0
            | Self::ALL.0
            | Self::BOTH.0
            | Self::EACH.0
            | Self::BE.0
            | Self::COLON.0,
    );

    /// The tag of a list in `[words]`.
    pub fn named(list: &str) -> Option<Tags> {
        Some(match list {
            "the" => Tags::THE,
            "these" => Tags::THESE,
            "all" => Tags::ALL,
            "both" => Tags::BOTH,
            "singular_of_two" => Tags::SINGULAR_OF_TWO,
            "our" => Tags::OUR,
            "each" => Tags::EACH,
            "other" => Tags::OTHER,
            "article" => Tags::ARTICLE,
            "of" => Tags::OF,
            "us" => Tags::US,
            "we" => Tags::WE,
            "be" => Tags::BE,
            "there" => Tags::THERE,
            "and" => Tags::AND,
            "preposition" => Tags::PREPOSITION,
            "place" => Tags::PLACE,
            "at" => Tags::AT,
            "adverb" => Tags::ADVERB,
            "relative" => Tags::RELATIVE,
            "year" => Tags::YEAR,
            "school_year" => Tags::SCHOOL_YEAR,
            "age" => Tags::AGE,
            "status" => Tags::STATUS,
            "abbreviation" => Tags::ABBREVIATION,
            "group" => Tags::GROUP,
            "from" => Tags::FROM,
            "past" => Tags::PAST,
            "title" => Tags::TITLE,
            "not_a_school" => Tags::NOT_A_SCHOOL,
            _ => return None,
        })
    }

    /// Whether it has any of `other`.
    pub fn any(self, other: Tags) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether nothing is known about the word.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl BitOr for Tags {
    type Output = Tags;
    fn bitor(self, other: Tags) -> Tags {
        Tags(self.0 | other.0)
    }
}

/// A word, phrase of the lexicon, or sign.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    /// First byte in the report's text.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    pub tags: Tags,
    /// The number it says, 0 when it says none.
    pub value: u16,
    pub phases: Phases,
    /// Whether it begins with a capital letter.
    pub capital: bool,
}

impl Word {
    /// Whether it has any of these tags.
    pub fn is(&self, tags: Tags) -> bool {
        self.tags.any(tags)
    }
}

/// The words of a stretch of text, and the cues in it. Reused from stretch to stretch.
#[derive(Debug, Default)]
pub(super) struct Words {
    pub words: Vec<Word>,
    /// Cues with the index of their first word and one past their last.
    pub cues: Vec<(Cue, usize, usize)>,
    raw: Vec<(Word, u32)>,
    lower: String,
}

/// Stands before the first and after the last word.
const EDGE: Word = Word { start: 0, end: 0, tags: Tags::STOP, value: 0, phases: Phases::NONE, capital: false };

impl Words {
    /// Reads `text[start..end]`.
    pub fn read(&mut self, text: &str, start: usize, end: usize, lexicon: &Lexicon) {
        self.raw.clear();
        self.words.clear();
        self.cues.clear();
        self.split(text, start, end, lexicon);
        self.phrases(lexicon);
    }

    /// The word at `i`, or a full stop outside.
    pub fn at(&self, i: usize) -> Word {
        self.words.get(i).copied().unwrap_or(EDGE)
    }

    /// The word before `i`, or a full stop outside.
    pub fn before(&self, i: usize) -> Word {
        i.checked_sub(1).map_or(EDGE, |i| self.at(i))
    }

    /// How many words there are.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether one of the cues is `cue`.
    pub fn has(&self, cue: Cue) -> bool {
        self.cues.iter().any(|(found, _, _)| *found == cue)
    }

    /// The clause around `i`, as a range of words.
    pub fn clause(&self, i: usize) -> (usize, usize) {
        let ends = |k: &usize| {
            self.at(*k).is(Tags::CLAUSE)
                || self.cues.iter().any(|(cue, first, _)| *cue == Cue::Contrast && *first == *k)
        };
        let from = (0..i).rev().find(ends).map_or(0, |k| k + 1);
        let to = (i..self.len()).find(ends).unwrap_or(self.len());
        (from, to)
    }

    fn split(&mut self, text: &str, start: usize, end: usize, lexicon: &Lexicon) {
        let bytes = text.as_bytes();
        let mut at = start;
        while at < end {
            let c = text[at..].chars().next().expect("`at` lies before the end on a character boundary");
            let next = at + c.len_utf8();
            if c.is_alphanumeric() {
                at = self.word(text, at, end, lexicon);
                continue;
            }
            let spaced = at > start && bytes[at - 1].is_ascii_whitespace();
            let tags = match c {
                '\n' | '\t' | '|' | '•' => Tags::LINE,
                ' ' | '\u{a0}' | '\r' | '"' | '“' | '”' | '\'' | '‘' | '’' | '*' | '_' => {
                    at = next;
                    continue;
                }
                '&' | '+' => Tags::AND,
                ',' | '/' => Tags::COMMA,
                ';' => Tags::SEMICOLON,
                ':' => Tags::COLON,
                '(' | '[' => Tags::OPEN,
                ')' | ']' => Tags::CLOSE,
                '.' | '?' | '!' | '…' => {
                    // no stop after "St" or an initial
                    if self.raw.last().is_some_and(|(w, _)| w.end as usize == at && w.is(Tags::ABBREVIATION))
                        && c == '.'
                    {
                        at = next;
                        continue;
                    }
                    Tags::STOP
                }
                '-' | '‐' | '‑' | '–' | '—' | '−' if spaced || text[next..end].starts_with(' ') => Tags::DASH,
                '—' => Tags::DASH,
                '-' | '‐' | '‑' | '–' | '−' => Tags::HYPHEN,
                _ => Tags::SIGN,
            };
            let id = if tags == Tags::AND { lexicon.word("and") } else { 0 };
            self.push(at, next, tags, 0, false, id);
            at = next;
        }
    }

    /// Reads the word that begins at `at`; the byte after it.
    fn word(&mut self, text: &str, at: usize, end: usize, lexicon: &Lexicon) -> usize {
        self.lower.clear();
        let rest = &text[at..end];
        let digits = rest.as_bytes()[0].is_ascii_digit();
        let mut to = end;
        let mut capital = None;
        for (i, c) in rest.char_indices() {
            let follows = |f: fn(char) -> bool| rest[i + c.len_utf8()..].chars().next().is_some_and(f);
            if c.is_alphanumeric() {
                capital.get_or_insert(c.is_uppercase());
                if c.is_ascii() {
                    self.lower.push(c.to_ascii_lowercase());
                } else {
                    self.lower.extend(c.to_lowercase());
                }
            } else if matches!(c, '\'' | '’') && follows(char::is_alphabetic) {
                self.lower.push('\'');
            } else if digits && matches!(c, ',' | '.') && follows(|c| c.is_ascii_digit()) {
                self.lower.push(c);
            } else {
                to = at + i;
                break;
            }
        }
        let id = lexicon.word(&self.lower);
        let (mut tags, mut value) = (Tags::default(), 0);
        if digits && self.lower.bytes().all(|b| b.is_ascii_digit() || b == b',' || b == b'.') {
            tags = Tags::DIGITS;
            let money = self.raw.last().is_some_and(|(w, _)| w.is(Tags::SIGN) && w.end as usize == at);
            let share = text[to..end].starts_with('%');
            if let (false, false, Ok(n)) = (money, share, self.lower.parse::<u16>()) {
                tags = Tags::DIGITS | Tags::NUMBER;
                value = n;
            }
        }
        self.push(at, to, tags, value, capital.unwrap_or(false), id);
        // marks the abbreviation now, so that the stop after it is seen as none
        if let Some((1, entry)) = lexicon.grammar.longest([id].into_iter())
            && entry.tags.any(Tags::ABBREVIATION)
            && let Some((word, _)) = self.raw.last_mut()
        {
            word.tags = word.tags | Tags::ABBREVIATION;
        }
        to
    }

    fn push(&mut self, start: usize, end: usize, tags: Tags, value: u16, capital: bool, id: u32) {
        let narrow = |n: usize| u32::try_from(n).expect("a report is shorter than 4 GiB");
        let word = Word { start: narrow(start), end: narrow(end), tags, value, phases: Phases::NONE, capital };
        self.raw.push((word, id));
    }

    /// Joins the phrases of the grammar and finds the cues.
    fn phrases(&mut self, lexicon: &Lexicon) {
        // hyphens inside a phrase are passed over: "pre-school" is "pre school"
        let ids = |from: usize| {
            self.raw[from..]
                .iter()
                .enumerate()
                .filter(|(k, (w, _))| *k == 0 || !w.is(Tags::HYPHEN))
                .map(|(_, (_, id))| *id)
        };
        let raw_end = |from: usize, n: usize| {
            let mut left = n;
            let mut k = from;
            while left > 0 {
                if k == from || !self.raw[k].0.is(Tags::HYPHEN) {
                    left -= 1;
                }
                k += 1;
            }
            k
        };
        let mut at = 0;
        let mut cues: Vec<(Cue, usize, usize)> = Vec::new();
        while at < self.raw.len() {
            let (word, id) = self.raw[at];
            let mut next = at + 1;
            let mut joined = word;
            if id != 0
                && let Some((n, entry)) = lexicon.grammar.longest(ids(at))
            {
                next = raw_end(at, n);
                joined.end = self.raw[next - 1].0.end;
                joined.tags = joined.tags | entry.tags;
                joined.value = joined.value.max(entry.value);
                joined.phases = entry.phases;
            }
            for raw in at..next {
                if self.raw[raw].1 != 0
                    && let Some((n, cue)) = lexicon.cues.longest(ids(raw))
                {
                    cues.push((cue, raw, raw_end(raw, n)));
                }
            }
            self.words.push(joined);
            at = next;
        }
        for (cue, from, to) in cues {
            let (start, end) = (self.raw[from].0.start, self.raw[to - 1].0.end);
            let first = self.words.partition_point(|w| w.end <= start);
            let last = self.words.partition_point(|w| w.start < end);
            self.cues.push((cue, first, last));
        }
    }
}
