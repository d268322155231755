//! What stands next in the text of a query: signs, words that join, numbers of words, text in quotation marks.

use super::{MAX_GAP, QueryError};
use std::iter::Peekable;
use std::str::CharIndices;

/// How many words may stand between words with `NEAR` alone between them.
const USUAL_GAP: u32 = 10;

/// A place in the text.
pub(super) struct Scanner<'t> {
    pub text: &'t str,
    rest: Peekable<CharIndices<'t>>,
    /// Of the next character, from 1.
    pub column: usize,
}

impl<'t> Scanner<'t> {
    /// Stands before the text.
    pub fn new(text: &'t str) -> Self {
        Scanner { text, rest: text.char_indices().peekable(), column: 1 }
    }

    /// Takes `NEAR` or `NEAR/5` if it is next, and gives the number of words.
    pub fn near(&mut self) -> Result<Option<u32>, QueryError> {
        self.skip_space();
        if self.keyword("NEAR") {
            return Ok(Some(USUAL_GAP));
        }
        if !self.text[self.offset()..].starts_with("NEAR/") {
            return Ok(None);
        }
        for _ in 0.."NEAR/".len() {
            self.advance();
        }
        self.gap("NEAR/").map(Some)
    }

    /// A number of words.
    pub fn gap(&mut self, after: &'static str) -> Result<u32, QueryError> {
        let column = self.column;
        let start = self.offset();
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            self.advance();
        }
        let digits = &self.text[start..self.offset()];
        let is_end = self.peek().is_none_or(|c| c.is_whitespace() || matches!(c, '(' | ')') || is_quote(c));
        let gap = digits.parse().ok().filter(|gap| *gap <= MAX_GAP && is_end);
        gap.ok_or(QueryError::Gap { column, after })
    }

    pub fn at_operator(&mut self) -> bool {
        ["AND", "OR", "NOT", "NEAR"].into_iter().any(|keyword| self.at_keyword(keyword))
    }

    /// The text between two quotation marks.
    pub fn quoted(&mut self) -> Result<&'t str, QueryError> {
        let column = self.column;
        let mark = self.advance().expect("the caller saw a quotation mark");
        let start = self.offset();
        while let Some(c) = self.peek() {
            let end = self.offset();
            self.advance();
            if is_quote(c) {
                return Ok(&self.text[start..end]);
            }
        }
        Err(QueryError::NotClosed { column, mark })
    }

    /// The text up to a space, bracket or quotation mark, and to a colon where that may end the name of a field.
    pub fn bare(&mut self, to_colon: bool) -> &'t str {
        let start = self.offset();
        while let Some(c) = self.peek() {
            if c.is_whitespace() || matches!(c, '(' | ')') || is_quote(c) || (to_colon && c == ':') {
                break;
            }
            self.advance();
        }
        &self.text[start..self.offset()]
    }

    /// Takes the keyword if it is next.
    pub fn keyword(&mut self, keyword: &str) -> bool {
        self.skip_space();
        let found = self.at_keyword(keyword);
        if found {
            for _ in 0..keyword.len() {
                self.advance();
            }
        }
        found
    }

    pub fn at_keyword(&mut self, keyword: &str) -> bool {
        let rest = &self.text[self.offset()..];
        rest.strip_prefix(keyword)
            .is_some_and(|after| after.chars().next().is_none_or(|c| c.is_whitespace() || "()\"".contains(c)))
    }

    pub fn skip_space(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.advance();
        }
    }

    pub fn peek(&mut self) -> Option<char> {
        self.rest.peek().map(|&(_, c)| c)
    }

    pub fn advance(&mut self) -> Option<char> {
        let (_, c) = self.rest.next()?;
        self.column += 1;
        Some(c)
    }

    pub fn offset(&mut self) -> usize {
        self.rest.peek().map_or(self.text.len(), |&(offset, _)| offset)
    }
}

/// Whether a text may stand before a colon: the name of a field, or `question/code`.
pub(super) fn is_field(text: &str) -> bool {
    text.split_once('/').map_or_else(|| is_name(text), |(question, code)| is_name(question) && is_name(code))
}

pub(super) fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„')
}

/// Whether a text may be the name of a field: it begins with a letter and has no marks but `_`, `-` and `.`.
fn is_name(text: &str) -> bool {
    text.starts_with(char::is_alphabetic) && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
}
