//! The text of a query becomes its tree.

use super::super::entry::metadata_key;
use super::super::words::Splitter;
use super::{MAX_GAP, MAX_PARTS, Node, Query, QueryError, Row, Slot, Value};
use crate::fault::nearest;
use std::iter::Peekable;
use std::str::CharIndices;

/// The fields that every index has.
const FIELDS: [&str; 4] = ["heading", "report", "code", "decision"];

/// How many words may stand between words with `NEAR` alone between them.
const USUAL_GAP: u32 = 10;

/// Reads a query.
pub(super) fn parse(text: &str, metadata: &[String]) -> Result<Node, QueryError> {
    if text.len() > Query::MAX_BYTES {
        return Err(QueryError::TooLong);
    }
    let mut parser =
        Parser { text, rest: text.char_indices().peekable(), column: 1, depth: 0, metadata, splitter: Splitter::new() };
    let root = parser.alternatives()?;
    if let Some(found) = parser.peek() {
        return Err(QueryError::Unexpected { column: parser.column, found: found.to_string() });
    }
    root.ok_or(QueryError::Empty)
}

struct Parser<'t> {
    text: &'t str,
    rest: Peekable<CharIndices<'t>>,
    /// Of the next character.
    column: usize,
    depth: usize,
    metadata: &'t [String],
    splitter: Splitter,
}

/// A part of the query; none when it consists of marks without a word, which are passed over.
type Parsed = Result<Option<Node>, QueryError>;

impl<'t> Parser<'t> {
    /// Parts with `OR` between them.
    fn alternatives(&mut self) -> Parsed {
        let mut any = Vec::new();
        loop {
            let column = self.column;
            let node = self.sequence()?;
            let end = self.column;
            let follows = self.keyword("OR");
            if node.is_none() && (follows || !any.is_empty()) {
                let column = if follows { end } else { column };
                return Err(QueryError::Unexpected { column, found: "OR".to_owned() });
            }
            any.extend(node);
            if !follows {
                return Ok(one_or(any, Node::Or));
            }
        }
    }

    /// Parts that must all hold.
    fn sequence(&mut self) -> Parsed {
        let mut all = Vec::new();
        loop {
            self.skip_space();
            let column = self.column;
            if self.keyword("AND") {
                self.skip_space();
                if all.is_empty()
                    || matches!(self.peek(), None | Some(')'))
                    || self.at_keyword("AND")
                    || self.at_keyword("OR")
                {
                    return Err(QueryError::Unexpected { column, found: "AND".to_owned() });
                }
            }
            if matches!(self.peek(), None | Some(')')) || self.at_keyword("OR") {
                return Ok(one_or(all, Node::And));
            }
            if self.near()?.is_some() {
                return Err(QueryError::NearWhat { column });
            }
            let node = self.negated()?;
            let node = self.with_near(node)?;
            all.extend(node);
        }
    }

    /// What follows a part with `NEAR` between.
    fn with_near(&mut self, node: Option<Node>) -> Parsed {
        self.skip_space();
        let mut column = self.column;
        let Some(gap) = self.near()? else { return Ok(node) };
        let mut parts = vec![node.and_then(rows).ok_or(QueryError::NearWhat { column })?];
        loop {
            self.skip_space();
            let is_part = !matches!(self.peek(), None | Some(')' | '-')) && !self.at_operator();
            let part = if is_part { self.part()? } else { None };
            parts.push(part.and_then(rows).ok_or(QueryError::NearWhat { column })?);
            if parts.len() > MAX_PARTS {
                return Err(QueryError::TooMany { column });
            }
            self.skip_space();
            column = self.column;
            match self.near()? {
                None => return Ok(Some(Node::Near { parts, gap })),
                // In one chain one number of words is meant.
                Some(next) if next != gap => {
                    return Err(QueryError::Unexpected { column, found: format!("NEAR/{next}") });
                }
                Some(_) => {}
            }
        }
    }

    /// Takes `NEAR` or `NEAR/5` if it is next, and gives the number of words.
    fn near(&mut self) -> Result<Option<u32>, QueryError> {
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
    fn gap(&mut self, after: &'static str) -> Result<u32, QueryError> {
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

    fn at_operator(&mut self) -> bool {
        ["AND", "OR", "NOT", "NEAR"].into_iter().any(|keyword| self.at_keyword(keyword))
    }

    fn negated(&mut self) -> Parsed {
        let mut negated = false;
        loop {
            self.skip_space();
            let column = self.column;
            if self.keyword("NOT") {
                self.skip_space();
                if matches!(self.peek(), None | Some(')')) || self.at_keyword("OR") || self.at_keyword("AND") {
                    return Err(QueryError::Unexpected { column, found: "NOT".to_owned() });
                }
            } else if self.peek() == Some('-') {
                self.advance();
                if self.peek().is_none_or(char::is_whitespace) {
                    return Ok(None); // a dash by itself
                }
            } else {
                break;
            }
            negated = !negated;
        }
        let node = self.part()?;
        Ok(if negated { node.map(|node| Node::Not(Box::new(node))) } else { node })
    }

    /// Brackets, a phrase, a field with its value, or a word.
    fn part(&mut self) -> Parsed {
        let column = self.column;
        match self.peek() {
            Some('(') => {
                self.advance();
                self.depth += 1;
                if self.depth > Query::MAX_DEPTH {
                    return Err(QueryError::TooDeep { column });
                }
                let inner = self.alternatives()?;
                if self.peek() != Some(')') {
                    return Err(QueryError::NotClosed { column, mark: '(' });
                }
                self.advance();
                self.depth -= 1;
                Ok(inner)
            }
            Some(mark) if is_quote(mark) => {
                let phrase = self.quoted()?;
                let is_loose = self.peek() == Some('~');
                let row = self.row(phrase, if is_loose { Slot::Form } else { Slot::Word });
                if is_loose {
                    self.advance();
                    let gap = self.gap("~")?;
                    if row.len() > MAX_PARTS {
                        return Err(QueryError::TooMany { column });
                    }
                    let parts: Vec<Vec<Row>> = row.into_iter().map(|slot| vec![vec![slot]]).collect();
                    return Ok((!parts.is_empty()).then_some(Node::Near { parts, gap }));
                }
                Ok((!row.is_empty()).then_some(Node::Row(row)))
            }
            _ => {
                let word = self.bare(true);
                if self.peek() == Some(':') && is_field(word) {
                    self.advance();
                    return self.field(word, column).map(Some);
                }
                // A colon that ends no name is a mark like others.
                let word = if self.peek() == Some(':') {
                    let start = self.offset() - word.len();
                    let rest = self.bare(false);
                    &self.text[start..start + word.len() + rest.len()]
                } else {
                    word
                };
                self.word(word, column)
            }
        }
    }

    fn word(&mut self, word: &str, column: usize) -> Parsed {
        // A tilde before or between words is a mark like others: `~20 pupils`.
        let tilde = word.rfind('~').filter(|&at| word[..at].ends_with(char::is_alphanumeric));
        if let Some(at) = tilde.filter(|&at| word[at + 1..].chars().all(|c| c.is_ascii_digit())) {
            let letters = || QueryError::Letters { column: column + word[..at].chars().count() };
            let number = match &word[at + 1..] {
                "" | "1" => 1,
                "2" => 2,
                _ => return Err(letters()),
            };
            let mut words = self.words(&word[..at]);
            return match (words.pop(), words.is_empty()) {
                (Some(word), true) => Ok(Some(Node::Row(vec![Slot::Fuzzy(word, number)]))),
                _ => Err(letters()),
            };
        }
        let row = self.row(word, Slot::Form);
        Ok((!row.is_empty()).then_some(Node::Row(row)))
    }

    /// The words of a text as slots of a row; those with `*`, or `?` before a letter, are patterns.
    fn row(&mut self, text: &str, slot: fn(String) -> Slot) -> Row {
        let mut row = Vec::new();
        for piece in text.split_whitespace() {
            let is_pattern = |piece: &str| {
                piece.contains('*') || piece.trim_end_matches(|c: char| !c.is_alphanumeric()).contains('?')
            };
            if !is_pattern(piece) {
                row.extend(self.words(piece).into_iter().map(slot));
                continue;
            }
            let is_part = |c: char| c.is_alphanumeric() || matches!(c, '*' | '?' | '\'' | '’');
            for part in piece.split(|c| !is_part(c)) {
                let part = part.trim_end_matches('?').trim_start_matches('?');
                if !is_pattern(part) {
                    row.extend(self.words(part).into_iter().map(slot));
                } else if part.contains(char::is_alphanumeric) {
                    row.push(Slot::Pattern(self.pattern(part)));
                }
            }
        }
        row
    }

    /// A pattern with its letters as the index has them.
    fn pattern(&mut self, part: &str) -> String {
        let mut pattern = String::new();
        let mut rest = part;
        while let Some(c) = rest.chars().next() {
            let end = rest.find(['*', '?']).unwrap_or(rest.len());
            if end == 0 {
                pattern.push(c);
                rest = &rest[c.len_utf8()..];
                continue;
            }
            pattern.extend(self.words(&rest[..end]));
            rest = &rest[end..];
        }
        pattern
    }

    /// What stands after `name:`.
    fn field(&mut self, name: &str, column: usize) -> Result<Node, QueryError> {
        // `stakeholders/parent:queue` says the same as `code:stakeholders/parent=queue`.
        if name.contains('/') {
            let column = self.column;
            let state = if self.peek().is_some_and(is_quote) { self.quoted()? } else { self.bare(false) };
            if state.trim().is_empty() {
                return Err(QueryError::NoValue { column, field: name.to_owned() });
            }
            return Ok(Node::Code(format!("{name}={}", state.trim().to_lowercase())));
        }
        let key = metadata_key(name);
        if !FIELDS.contains(&key.as_str()) && !self.metadata.contains(&key) {
            let known: Vec<String> =
                FIELDS.iter().map(|&field| field.to_owned()).chain(self.metadata.iter().cloned()).collect();
            let nearest = nearest(&key, known.iter().map(String::as_str)).map(str::to_owned);
            return Err(QueryError::UnknownField { column, found: name.to_owned(), nearest, known });
        }
        let column = self.column;
        let (value, quoted) =
            if self.peek().is_some_and(is_quote) { (self.quoted()?, true) } else { (self.bare(false), false) };
        let star = value.find('*').filter(|_| !quoted);
        if let Some(at) = star
            && at + 1 < value.len()
        {
            return Err(QueryError::Star { column: column + value[..at].chars().count() });
        }
        let missing = || QueryError::NoValue { column, field: name.to_owned() };
        let plain = value.trim_end_matches('*').trim();
        if plain.is_empty() {
            return Err(missing());
        }
        let open = |text: String| if star.is_some() { Value::BeginningWith(text) } else { Value::Exactly(text) };
        Ok(match key.as_str() {
            "heading" => {
                let words = self.words(value);
                if star.is_some() {
                    return Err(QueryError::StarInHeading { column: column + value.chars().count() - 1 });
                }
                if words.is_empty() {
                    return Err(missing());
                }
                Node::Heading(words)
            }
            "report" => Node::Report(open(plain.to_owned())),
            "code" => Node::Code(plain.trim_end_matches('/').to_owned()),
            "decision" => Node::Decision(plain.to_lowercase()),
            _ => Node::Metadata { key, value: open(plain.to_lowercase()) },
        })
    }

    /// The text between two quotation marks.
    fn quoted(&mut self) -> Result<&'t str, QueryError> {
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
    fn bare(&mut self, to_colon: bool) -> &'t str {
        let start = self.offset();
        while let Some(c) = self.peek() {
            if c.is_whitespace() || matches!(c, '(' | ')') || is_quote(c) || (to_colon && c == ':') {
                break;
            }
            self.advance();
        }
        &self.text[start..self.offset()]
    }

    fn words(&mut self, text: &str) -> Vec<String> {
        let mut words = Vec::new();
        let mut at = 0;
        while let Some(range) = self.splitter.next(text, at) {
            words.push(self.splitter.word.clone());
            at = range.end;
        }
        words
    }

    /// Takes the keyword if it is next.
    fn keyword(&mut self, keyword: &str) -> bool {
        self.skip_space();
        let found = self.at_keyword(keyword);
        if found {
            for _ in 0..keyword.len() {
                self.advance();
            }
        }
        found
    }

    fn at_keyword(&mut self, keyword: &str) -> bool {
        let rest = &self.text[self.offset()..];
        rest.strip_prefix(keyword)
            .is_some_and(|after| after.chars().next().is_none_or(|c| c.is_whitespace() || "()\"".contains(c)))
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.advance();
        }
    }

    fn peek(&mut self) -> Option<char> {
        self.rest.peek().map(|&(_, c)| c)
    }

    fn advance(&mut self) -> Option<char> {
        let (_, c) = self.rest.next()?;
        self.column += 1;
        Some(c)
    }

    fn offset(&mut self) -> usize {
        self.rest.peek().map_or(self.text.len(), |&(offset, _)| offset)
    }
}

fn one_or(mut nodes: Vec<Node>, several: fn(Vec<Node>) -> Node) -> Option<Node> {
    if nodes.len() > 1 { Some(several(nodes)) } else { nodes.pop() }
}

/// Whether a text may stand before a colon: the name of a field, or `question/code`.
fn is_field(text: &str) -> bool {
    text.split_once('/').map_or_else(|| is_name(text), |(question, code)| is_name(question) && is_name(code))
}

/// The rows that a part offers, where it is a row or several with `OR` between them.
fn rows(node: Node) -> Option<Vec<Row>> {
    match node {
        Node::Row(row) => Some(vec![row]),
        Node::Or(nodes) => {
            nodes.into_iter().map(|node| if let Node::Row(row) = node { Some(row) } else { None }).collect()
        }
        _ => None,
    }
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„')
}

/// Whether a text may be the name of a field: it begins with a letter and has no marks but `_`, `-` and `.`.
fn is_name(text: &str) -> bool {
    text.starts_with(char::is_alphabetic) && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
}
