//! The language of `codeframe search`. What a person typed comes in; a [`Query`] goes out, or an error that says where
//! the text was not understood.
//!
//! ```text
//! parents reading         both words, in any form (read, reading)
//! "parents' evening"      these words, in this order
//! parents OR carers       either
//! -governors, NOT "x y"   not this
//! (mum OR dad) reading    brackets group
//! teach*                  words that begin so
//! heading:impact          a heading, row head or column head above the passage has the word
//! heading:"next steps"    … or the words in order
//! report:G001             in this report; a `*` at the end stands for anything
//! code:stakeholders       evidence for a code of this question
//! code:stakeholders/parent, code:stakeholders/parent=queue
//! decision:queue          evidence for a code that was decided so
//! cohort:1                the report's metadata: `key:value`, `key:"two words"`, `key:north*`
//! ```
//!
//! It is a parser of our own: tantivy's grammar reports no place for an error, takes unknown fields for words in its
//! lenient form, and would let through ranges, boosts and regular expressions that have no meaning here.

use super::entry::metadata_key;
use super::words::Splitter;
use crate::fault::nearest;
use std::iter::Peekable;
use std::str::CharIndices;

/// A query, understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    pub(super) root: Node,
}

/// A query that was not understood. Columns count characters from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// There is no word, phrase or field in it.
    #[error("the query has no words")]
    Empty,
    /// It is longer than [`Query::MAX_BYTES`].
    #[error("the query is longer than {limit} bytes", limit = Query::MAX_BYTES)]
    TooLong,
    /// Brackets stand in brackets more than [`Query::MAX_DEPTH`] deep.
    #[error("column {column}: brackets are nested more than {limit} deep", limit = Query::MAX_DEPTH)]
    TooDeep {
        /// Where it is too much.
        column: usize,
    },
    /// A quotation mark or bracket has no partner.
    #[error("column {column}: `{mark}` is not closed")]
    NotClosed {
        /// Where it stands.
        column: usize,
        /// The mark.
        mark: char,
    },
    /// Something is missing on one side of an operator, or a bracket closes that was not opened.
    #[error("column {column}: `{found}` is not expected here")]
    Unexpected {
        /// Where it stands.
        column: usize,
        /// What stands there.
        found: String,
    },
    /// A star stands before or inside a word.
    #[error("column {column}: `*` can stand only at the end of a plain word")]
    Star {
        /// Where it stands.
        column: usize,
    },
    /// A star stands in a heading, of which the index knows stems alone.
    #[error("column {column}: `*` cannot be used with `heading:`, which finds a word in all its forms")]
    StarInHeading {
        /// Where it stands.
        column: usize,
    },
    /// No field has this name.
    #[error("column {column}: no field is called `{found}`{}", near(.nearest.as_deref()))]
    UnknownField {
        /// Where it stands.
        column: usize,
        /// The name.
        found: String,
        /// The field that may have been meant.
        nearest: Option<String>,
        /// All fields there are.
        known: Vec<String>,
    },
    /// A field has nothing to look for.
    #[error("column {column}: nothing stands after `{field}:`")]
    NoValue {
        /// Where the value should stand.
        column: usize,
        /// The field.
        field: String,
    },
}

fn near(name: Option<&str>) -> String {
    name.map_or(String::new(), |name| format!("; did you mean `{name}`?"))
}

/// What a query consists of.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    /// All of them; those that are `Not` are excluded.
    And(Vec<Node>),
    /// One of them.
    Or(Vec<Node>),
    /// Anything but this.
    Not(Box<Node>),
    /// Words next to each other, in any form: one, or several that a hyphen joined.
    Words(Vec<String>),
    /// These words in this order.
    Phrase(Vec<String>),
    /// A word that begins so.
    Prefix(String),
    /// A heading with these words next to each other, in any form.
    Heading(Vec<String>),
    /// The report's id.
    Report(Value),
    /// `question`, `question/code` or `question/code=state`.
    Code(String),
    /// The state of a code.
    Decision(String),
    /// The report's metadata.
    Metadata { key: String, value: Value },
}

/// The value of a field that is not split into words.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Exactly(String),
    BeginningWith(String),
}

/// The fields that every index has.
const FIELDS: [&str; 4] = ["heading", "report", "code", "decision"];

impl Query {
    /// A longer query is refused.
    pub const MAX_BYTES: usize = 10_000;
    /// So many brackets may stand in each other.
    pub const MAX_DEPTH: usize = 50;

    /// Reads a query. `metadata` are the keys of the reports' metadata ([`super::Index::metadata_keys`]), which serve as
    /// fields.
    ///
    /// ```
    /// use codeframe::index::Query;
    /// let cohort = ["cohort".to_owned()];
    /// assert!(Query::parse("parents OR \"family evening\" -governors cohort:1", &cohort).is_ok());
    /// let error = Query::parse("parents cohrt:1", &cohort).unwrap_err();
    /// assert_eq!(error.to_string(), "column 9: no field is called `cohrt`; did you mean `cohort`?");
    /// ```
    pub fn parse(text: &str, metadata: &[String]) -> Result<Query, QueryError> {
        if text.len() > Query::MAX_BYTES {
            return Err(QueryError::TooLong);
        }
        let mut parser = Parser {
            text,
            rest: text.char_indices().peekable(),
            column: 1,
            depth: 0,
            metadata,
            splitter: Splitter::new(),
        };
        let root = parser.alternatives()?;
        if let Some(found) = parser.peek() {
            return Err(QueryError::Unexpected { column: parser.column, found: found.to_string() });
        }
        root.map(|root| Query { root }).ok_or(QueryError::Empty)
    }

    /// All passages of a report.
    pub fn of_report(id: &str) -> Query {
        Query { root: Node::Report(Value::Exactly(id.to_owned())) }
    }

    /// All passages that are evidence for a code: `question`, `question/code` or `question/code=state`.
    pub fn of_code(code: &str) -> Query {
        Query { root: Node::Code(code.to_owned()) }
    }

    /// What both queries find.
    pub fn and(self, other: Query) -> Query {
        Query { root: Node::And(vec![self.root, other.root]) }
    }

    /// The codes that the query names, as they stand in it; whether a frame has them is not known here.
    pub fn codes(&self) -> Vec<&str> {
        let mut codes = Vec::new();
        let mut nodes = vec![&self.root];
        while let Some(node) = nodes.pop() {
            match node {
                Node::And(parts) | Node::Or(parts) => nodes.extend(parts),
                Node::Not(excluded) => nodes.push(excluded),
                Node::Code(code) => codes.push(code.as_str()),
                _ => {}
            }
        }
        codes
    }
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
            all.extend(self.negated()?);
        }
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
                let words = self.words(phrase);
                Ok((!words.is_empty()).then_some(Node::Phrase(words)))
            }
            _ => {
                let word = self.bare(true);
                if self.peek() == Some(':') && is_name(word) {
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
        if let Some(star) = word.chars().position(|c| c == '*') {
            let stem = word.trim_end_matches('*');
            let mut words = self.words(stem);
            let only_last = word.chars().count() - 1 == star;
            return match words.pop() {
                Some(last) if only_last && words.is_empty() && stem.ends_with(char::is_alphanumeric) => {
                    Ok(Some(Node::Prefix(last)))
                }
                None if stem.is_empty() => Ok(None), // stars by themselves
                _ => Err(QueryError::Star { column: column + star }),
            };
        }
        let words = self.words(word);
        Ok((!words.is_empty()).then_some(Node::Words(words)))
    }

    /// What stands after `name:`.
    fn field(&mut self, name: &str, column: usize) -> Result<Node, QueryError> {
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

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„')
}

/// Whether a text may be the name of a field: it begins with a letter and has no marks but `_`, `-` and `.`.
fn is_name(text: &str) -> bool {
    text.starts_with(char::is_alphabetic) && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
}
