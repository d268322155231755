//! The text of a query becomes its tree.

use super::super::words::Splitter;
use super::scan::{Scanner, is_field, is_quote};
use super::{MAX_PARTS, Node, Query, QueryError, Row, Slot, Value};
use crate::fault::nearest;
use crate::sheet::column_key;

/// The fields that every index has.
const FIELDS: [&str; 4] = ["heading", "report", "code", "decision"];

/// Reads a query.
pub(super) fn parse(text: &str, metadata: &[String]) -> Result<Node, QueryError> {
    if text.len() > Query::MAX_BYTES {
        return Err(QueryError::TooLong);
    }
    let mut parser = Parser { scan: Scanner::new(text), depth: 0, metadata, splitter: Splitter::new() };
    let root = parser.alternatives()?;
    if let Some(found) = parser.scan.peek() {
        return Err(QueryError::Unexpected { column: parser.scan.column, found: found.to_string() });
    }
    root.ok_or(QueryError::Empty)
}

struct Parser<'t> {
    scan: Scanner<'t>,
    depth: usize,
    metadata: &'t [String],
    splitter: Splitter,
}

/// A part of the query; none when it consists of marks without a word, which are passed over.
type Parsed = Result<Option<Node>, QueryError>;

impl Parser<'_> {
    /// Parts with `OR` between them.
    fn alternatives(&mut self) -> Parsed {
        let mut any = Vec::new();
        loop {
            let column = self.scan.column;
            let node = self.sequence()?;
            let end = self.scan.column;
            let follows = self.scan.keyword("OR");
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
            self.scan.skip_space();
            let column = self.scan.column;
            if self.scan.keyword("AND") {
                self.scan.skip_space();
                if all.is_empty()
                    || matches!(self.scan.peek(), None | Some(')'))
                    || self.scan.at_keyword("AND")
                    || self.scan.at_keyword("OR")
                {
                    return Err(QueryError::Unexpected { column, found: "AND".to_owned() });
                }
            }
            if matches!(self.scan.peek(), None | Some(')')) || self.scan.at_keyword("OR") {
                return Ok(one_or(all, Node::And));
            }
            if self.scan.near()?.is_some() {
                return Err(QueryError::NearWhat { column });
            }
            let node = self.negated()?;
            let node = self.with_near(node)?;
            all.extend(node);
        }
    }

    /// What follows a part with `NEAR` between.
    fn with_near(&mut self, node: Option<Node>) -> Parsed {
        self.scan.skip_space();
        let mut column = self.scan.column;
        let Some(gap) = self.scan.near()? else { return Ok(node) };
        let mut parts = vec![node.and_then(rows).ok_or(QueryError::NearWhat { column })?];
        loop {
            self.scan.skip_space();
            let is_part = !matches!(self.scan.peek(), None | Some(')' | '-')) && !self.scan.at_operator();
            let part = if is_part { self.part()? } else { None };
            parts.push(part.and_then(rows).ok_or(QueryError::NearWhat { column })?);
            if parts.len() > MAX_PARTS {
                return Err(QueryError::TooMany { column });
            }
            self.scan.skip_space();
            column = self.scan.column;
            match self.scan.near()? {
                None => return Ok(Some(Node::Near { parts, gap })),
                // In one chain one number of words is meant.
                Some(next) if next != gap => {
                    return Err(QueryError::Unexpected { column, found: format!("NEAR/{next}") });
                }
                Some(_) => {}
            }
        }
    }

    fn negated(&mut self) -> Parsed {
        let mut negated = false;
        loop {
            self.scan.skip_space();
            let column = self.scan.column;
            if self.scan.keyword("NOT") {
                self.scan.skip_space();
                if matches!(self.scan.peek(), None | Some(')'))
                    || self.scan.at_keyword("OR")
                    || self.scan.at_keyword("AND")
                {
                    return Err(QueryError::Unexpected { column, found: "NOT".to_owned() });
                }
            } else if self.scan.peek() == Some('-') {
                self.scan.advance();
                if self.scan.peek().is_none_or(char::is_whitespace) {
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
        let column = self.scan.column;
        match self.scan.peek() {
            Some('(') => {
                self.scan.advance();
                self.depth += 1;
                if self.depth > Query::MAX_DEPTH {
                    return Err(QueryError::TooDeep { column });
                }
                let inner = self.alternatives()?;
                if self.scan.peek() != Some(')') {
                    return Err(QueryError::NotClosed { column, mark: '(' });
                }
                self.scan.advance();
                self.depth -= 1;
                Ok(inner)
            }
            Some(mark) if is_quote(mark) => {
                let phrase = self.scan.quoted()?;
                let is_loose = self.scan.peek() == Some('~');
                let row = self.row(phrase, if is_loose { Slot::Form } else { Slot::Word });
                if is_loose {
                    self.scan.advance();
                    let gap = self.scan.gap("~")?;
                    if row.len() > MAX_PARTS {
                        return Err(QueryError::TooMany { column });
                    }
                    let parts: Vec<Vec<Row>> = row.into_iter().map(|slot| vec![vec![slot]]).collect();
                    return Ok((!parts.is_empty()).then_some(Node::Near { parts, gap }));
                }
                Ok((!row.is_empty()).then_some(Node::Row(row)))
            }
            _ => {
                let word = self.scan.bare(true);
                if self.scan.peek() == Some(':') && is_field(word) {
                    self.scan.advance();
                    return self.field(word, column).map(Some);
                }
                // A colon that ends no name is a mark like others.
                let word = if self.scan.peek() == Some(':') {
                    let start = self.scan.offset() - word.len();
                    let rest = self.scan.bare(false);
                    &self.scan.text[start..start + word.len() + rest.len()]
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
            let column = self.scan.column;
            let state =
                if self.scan.peek().is_some_and(is_quote) { self.scan.quoted()? } else { self.scan.bare(false) };
            if state.trim().is_empty() {
                return Err(QueryError::NoValue { column, field: name.to_owned() });
            }
            return Ok(Node::Code(format!("{name}={}", state.trim().to_lowercase())));
        }
        let key = column_key(name);
        if !FIELDS.contains(&key.as_str()) && !self.metadata.contains(&key) {
            let known: Vec<String> =
                FIELDS.iter().map(|&field| field.to_owned()).chain(self.metadata.iter().cloned()).collect();
            let nearest = nearest(&key, known.iter().map(String::as_str)).map(str::to_owned);
            return Err(QueryError::UnknownField { column, found: name.to_owned(), nearest, known });
        }
        let column = self.scan.column;
        let (value, quoted) = if self.scan.peek().is_some_and(is_quote) {
            (self.scan.quoted()?, true)
        } else {
            (self.scan.bare(false), false)
        };
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

    fn words(&mut self, text: &str) -> Vec<String> {
        let mut words = Vec::new();
        let mut at = 0;
        while let Some(range) = self.splitter.next(text, at) {
            words.push(self.splitter.word.clone());
            at = range.end;
        }
        words
    }
}

fn one_or(mut nodes: Vec<Node>, several: fn(Vec<Node>) -> Node) -> Option<Node> {
    if nodes.len() > 1 { Some(several(nodes)) } else { nodes.pop() }
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
