//! The pattern language of rules, word lists and context triggers: a line of text becomes a [`Pattern`], or an error that
//! says at which column it went wrong. `models/README.md` describes the language for those who write in it.

use thiserror::Error;

/// What a pattern asks for: one or more sequences, all of which must be in the passage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern {
    /// The sequences; the first has no window.
    pub parts: Vec<Part>,
}

/// One sequence of a pattern and how near it must be to the one before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// At most so many words between this sequence and the one before; `None`: anywhere in the passage.
    pub window: Option<u32>,
    /// What stands one after the other.
    pub elements: Vec<Element>,
}

/// One thing in a sequence.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Element {
    /// How many words may stand between it and the element before.
    pub gap: u32,
    /// Whether it may be missing.
    pub optional: bool,
    /// What it matches.
    pub what: What,
}

/// A gap that may hold any number of words.
pub(crate) const ANY_GAP: u32 = u32::MAX;

/// What an element matches.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum What {
    /// This word, in lower case.
    Word(String),
    /// Every word with this word's stem.
    Stem(String),
    /// Words by wildcard; `*` is any run of letters.
    Wild(String),
    /// Any one word.
    AnyWord,
    /// A number in digits or words.
    Number,
    /// An entry of the word list.
    List(String),
    /// One of these sequences.
    Group(Vec<Vec<Element>>),
    /// A punctuation mark, which takes up no word.
    Mark(char),
    /// The start of the passage.
    Start,
    /// The end of the passage.
    End,
}

/// Why a pattern cannot be read, and where.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message} at character {} of the pattern", .at + 1)]
pub struct PatternError {
    /// Character offset into the pattern, from 0.
    pub at: usize,
    /// What is wrong.
    pub message: String,
}

/// Reads a pattern.
///
/// # Errors
/// When brackets do not match, a gap stands at an end, or a character has no meaning.
pub(crate) fn parse(source: &str) -> Result<Pattern, PatternError> {
    let mut reader = Reader { chars: source.chars().collect(), at: 0 };
    let mut parts = vec![Part { window: None, elements: reader.sequence(None)? }];
    while reader.peek() == Some('&') {
        reader.at += 1;
        let window = reader.digits();
        parts.push(Part { window, elements: reader.sequence(None)? });
    }
    if parts.iter().any(|part| !requires_something(&part.elements)) {
        reader.at = 0;
        return Err(reader.error("nothing in this pattern is required, so it would match anything"));
    }
    Ok(Pattern { parts })
}

/// Whether a match of the sequence needs any word or mark at all to be there.
fn requires_something(elements: &[Element]) -> bool {
    elements.iter().any(|e| !e.optional && !matches!(e.what, What::AnyWord | What::Start | What::End))
}

/// Alternatives that percentages and ratios stand for, in the language itself.
const PERCENT: &str = "(# \"%\" or # per cent or # percent)";
const RATIO: &str = "(# of [the or our or these or those] # or # out of [the or our or these or those] # or # \"/\" # or # in [every] #)";

/// Brackets and gaps may nest no deeper than this; more is a mistake, or meant to exhaust the stack.
const MAX_DEPTH: usize = 20;

struct Reader {
    chars: Vec<char>,
    at: usize,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn error(&self, message: impl Into<String>) -> PatternError {
        PatternError { at: self.at, message: message.into() }
    }

    fn digits(&mut self) -> Option<u32> {
        let start = self.at;
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
        }
        self.chars[start..self.at].iter().collect::<String>().parse().ok()
    }

    /// Elements up to the end, `&`, or, inside brackets, up to `close` or the word `or`.
    fn sequence(&mut self, close: Option<(char, usize)>) -> Result<Vec<Element>, PatternError> {
        let mut elements: Vec<Element> = Vec::new();
        let mut gap = None;
        loop {
            while self.peek().is_some_and(char::is_whitespace) {
                self.at += 1;
            }
            let begin = self.at;
            let Some(c) = self.peek() else { break };
            if c == '&' || close.is_some_and(|(mark, _)| mark == c || self.at_or()) {
                break;
            }
            let depth = close.map_or(0, |(_, depth)| depth);
            let mut found = match c {
                '<' => {
                    gap = Some(self.counted_gap()?);
                    continue;
                }
                '.' | '…' => {
                    self.ellipsis()?;
                    gap = Some(ANY_GAP);
                    continue;
                }
                '(' => vec![Element { gap: 0, optional: false, what: What::Group(self.group(')', depth)?) }],
                '[' => vec![Element { gap: 0, optional: true, what: What::Group(self.group(']', depth)?) }],
                _ => self.single(c)?,
            };
            if let Some(gap) = gap.take() {
                if elements.is_empty() {
                    self.at = begin;
                    return Err(self.error("a gap has nothing in front of it"));
                }
                found[0].gap = gap;
            }
            elements.append(&mut found);
        }
        if gap.is_some() {
            return Err(self.error("a gap has nothing behind it"));
        }
        if elements.is_empty() {
            return Err(self.error("something to match is missing"));
        }
        Ok(elements)
    }

    /// Whether the word `or`, which separates alternatives, begins here.
    fn at_or(&self) -> bool {
        let letter = |i: usize| self.chars.get(i).is_some_and(|c| c.is_alphanumeric() || "'’*-".contains(*c));
        self.chars[self.at..].starts_with(&['o', 'r']) && !letter(self.at + 2)
    }

    fn group(&mut self, close: char, depth: usize) -> Result<Vec<Vec<Element>>, PatternError> {
        let open = self.at;
        if depth == MAX_DEPTH {
            return Err(self.error("brackets nest too deeply"));
        }
        self.at += 1;
        let mut alternatives = Vec::new();
        loop {
            alternatives.push(self.sequence(Some((close, depth + 1)))?);
            match self.peek() {
                Some(c) if c == close => {
                    self.at += 1;
                    return Ok(alternatives);
                }
                Some(_) if self.at_or() => self.at += 2,
                Some(c) => return Err(self.error(format!("`{c}` cannot stand in brackets"))),
                None => {
                    self.at = open;
                    return Err(self.error(format!("this bracket is never closed with `{close}`")));
                }
            }
        }
    }

    fn counted_gap(&mut self) -> Result<u32, PatternError> {
        let open = self.at;
        self.at += 1;
        match (self.digits(), self.peek()) {
            (Some(words), Some('>')) => {
                self.at += 1;
                Ok(words)
            }
            _ => {
                self.at = open;
                Err(self.error("a gap is written `<3>`: at most three words between"))
            }
        }
    }

    fn ellipsis(&mut self) -> Result<(), PatternError> {
        if self.peek() == Some('…') {
            self.at += 1;
            return Ok(());
        }
        if self.chars[self.at..].starts_with(&['.', '.', '.']) {
            self.at += 3;
            return Ok(());
        }
        Err(self.error("a single `.` means nothing here; `...` is a gap of any length, and `\".\"` the mark itself"))
    }

    fn single(&mut self, c: char) -> Result<Vec<Element>, PatternError> {
        let one = |what| Ok(vec![Element { gap: 0, optional: false, what }]);
        match c {
            '{' => {
                let name = self.quoted('}', "a list name")?;
                one(What::List(name.trim().to_owned()))
            }
            '"' => {
                let mark = self.quoted('"', "a punctuation mark")?;
                let mut chars = mark.chars();
                match (chars.next(), chars.next()) {
                    (Some(mark), None) if !mark.is_alphanumeric() && !mark.is_whitespace() => one(What::Mark(mark)),
                    _ => Err(self.error("quotation marks hold one punctuation mark; words need none")),
                }
            }
            '#' => {
                let rest = &self.chars[self.at + 1..];
                if rest.starts_with(&['%']) {
                    self.at += 2;
                    return Ok(parse(PERCENT).expect("the built-in pattern is valid").parts.remove(0).elements);
                }
                if rest.starts_with(&['/', '#']) {
                    self.at += 3;
                    return Ok(parse(RATIO).expect("the built-in pattern is valid").parts.remove(0).elements);
                }
                self.at += 1;
                one(What::Number)
            }
            '^' | '$' => {
                self.at += 1;
                one(if c == '^' { What::Start } else { What::End })
            }
            '_' => {
                self.at += 1;
                one(What::AnyWord)
            }
            '~' => {
                self.at += 1;
                let word = self.word();
                if word.is_empty() || word.contains(['*', '-']) {
                    return Err(self.error("`~` stands before one plain word"));
                }
                one(What::Stem(word))
            }
            _ => {
                let begin = self.at;
                let word = self.word();
                if word.is_empty() && ")]}>".contains(c) {
                    return Err(self.error(format!("`{c}` closes nothing")));
                }
                let words: Vec<_> = word.split('-').filter(|w| !w.is_empty()).collect();
                if words.is_empty() {
                    self.at = begin;
                    return Err(
                        self.error(format!("`{c}` means nothing here; a punctuation mark is written `\"{c}\"`"))
                    );
                }
                Ok(words
                    .into_iter()
                    .map(|w| {
                        let wild = w.contains('*');
                        let what = match w {
                            "*" => What::AnyWord,
                            _ if wild => What::Wild(w.to_owned()),
                            _ => What::Word(w.to_owned()),
                        };
                        Element { gap: 0, optional: false, what }
                    })
                    .collect())
            }
        }
    }

    fn quoted(&mut self, close: char, what: &str) -> Result<String, PatternError> {
        let open = self.at;
        match self.chars[open + 1..].iter().position(|c| *c == close) {
            Some(length) if length > 0 => {
                self.at = open + length + 2;
                Ok(self.chars[open + 1..open + 1 + length].iter().collect())
            }
            _ => Err(self.error(format!("{what} is missing, or its closing `{close}`"))),
        }
    }

    /// A run of letters, digits, `'`, `*` and `-`, in lower case with straight apostrophes.
    fn word(&mut self) -> String {
        let mut word = String::new();
        while let Some(c) = self.peek().filter(|c| c.is_alphanumeric() || "'’*-".contains(*c)) {
            word.extend(if c == '’' { '\'' } else { c }.to_lowercase());
            self.at += 1;
        }
        word
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_error(source: &str, at: usize, message: &str) {
        let error = parse(source).unwrap_err();
        assert_eq!((error.at, error.message.contains(message)), (at, true), "{source}: {error}");
    }

    #[test]
    fn a_phrase_is_its_words_and_hyphens_separate() {
        let words: Vec<_> =
            parse("Co-ordinator ~met teach*").unwrap().parts[0].elements.iter().map(|e| e.what.clone()).collect();
        let expected = [
            What::Word("co".into()),
            What::Word("ordinator".into()),
            What::Stem("met".into()),
            What::Wild("teach*".into()),
        ];
        assert_eq!(words, expected);
    }

    #[test]
    fn gaps_belong_to_the_element_behind_them() {
        let elements = &parse("a <3> b ... c").unwrap().parts[0].elements;
        assert_eq!(elements.iter().map(|e| e.gap).collect::<Vec<_>>(), [0, 3, ANY_GAP]);
    }

    #[test]
    fn groups_nest_and_or_is_a_separator_only_as_a_word() {
        let elements = &parse("(order or [the] orchard) or").unwrap().parts[0].elements;
        let What::Group(alternatives) = &elements[0].what else { panic!("a group") };
        assert_eq!((alternatives.len(), alternatives[1].len(), elements.len()), (2, 2, 2));
    }

    #[test]
    fn conjunctions_carry_their_window() {
        let windows: Vec<_> = parse("a & b &5 c d").unwrap().parts.iter().map(|p| p.window).collect();
        assert_eq!(windows, [None, None, Some(5)]);
    }

    #[test]
    fn faults_are_named_with_their_column() {
        check_error("(a or b", 0, "never closed");
        check_error("a )", 2, "closes nothing");
        check_error("<3> a", 4, "nothing in front");
        check_error("a ...", 5, "nothing behind");
        check_error("a < b", 2, "a gap is written");
        check_error("", 0, "missing");
        check_error("a % b", 2, "means nothing here");
        check_error("_ <3> [a]", 0, "nothing in this pattern is required");
    }
}
