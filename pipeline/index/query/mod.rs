//! The language of `codeframe search`. What a person typed comes in; a [`Query`] goes out, or an error that says where
//! the text was not understood.
//!
//! ```text
//! parents reading         both words, in any form (read, reading)
//! "parents' evening"      these words, in this order
//! parents OR carers       either
//! -governors, NOT "x y"   not this
//! (mum OR dad) reading    brackets group
//! teach*, wom?n, *ship    `*` stands for any letters, `?` within a word for one; also in a phrase
//! parnets~1, attainmant~2 words in which one letter, or two, differ, are missing, too many or exchanged
//! "parent reading"~5      these words in any form and order, with at most five others among them
//! parent NEAR/5 reading   the same; NEAR alone allows ten; (mum OR dad) NEAR "came to"
//! heading:impact          a heading, row head or column head above the passage has the word
//! heading:"next steps"    … or the words in order
//! report:G001             in this report; a `*` at the end stands for anything
//! code:stakeholders       evidence for a code of this question
//! code:stakeholders/parent, code:stakeholders/parent=queue
//! stakeholders/parent:queue   the same as the last
//! decision:queue          evidence for a code that was decided so
//! cohort:1                the report's metadata: `key:value`, `key:"two words"`, `key:north*`
//! ```
//!
//! It is a parser of our own: tantivy's grammar reports no place for an error, takes unknown fields for words in its
//! lenient form, and would let through ranges, boosts and regular expressions that have no meaning here.

mod error;
mod parse;
mod scan;

pub use error::QueryError;

use super::words::Splitter;

/// A query, understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    pub(super) root: Node,
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
    /// Words next to each other in this order; one or more.
    Row(Row),
    /// Parts, each one of several rows, that do not overlap, in any order, with at most so many other words among them.
    Near { parts: Vec<Vec<Row>>, gap: u32 },
    /// A heading with these words next to each other, in any form.
    Heading(Vec<String>),
    /// The report's id.
    Report(Value),
    /// One of these reports.
    Reports(Vec<String>),
    /// These passages, as report and number.
    Places(Vec<(String, u32)>),
    /// `question`, `question/code` or `question/code=state`.
    Code(String),
    /// The state of a code.
    Decision(String),
    /// The report's metadata.
    Metadata { key: String, value: Value },
}

/// Words next to each other.
pub(super) type Row = Vec<Slot>;

/// What one word of a row must be.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Slot {
    /// This word, as written.
    Word(String),
    /// This word in any form.
    Form(String),
    /// A word with `*` for any letters and `?` for one.
    Pattern(String),
    /// A word that becomes this one by changing so many letters at the most.
    Fuzzy(String, u8),
}

/// The value of a field that is not split into words.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Exactly(String),
    BeginningWith(String),
}

/// The most words that may be allowed between words that are to be near each other.
const MAX_GAP: u32 = 1_000;
/// The most words, or other parts, that may be asked to be near each other.
const MAX_PARTS: usize = 16;

/// What people have said changes which passages are evidence for a code, and what is decided of it. The index knows the
/// machine's view; this goes before it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Correction {
    /// Reports for which something else stands than the machine decided, with what stands: `applies`, say.
    pub states: Vec<(String, &'static str)>,
    /// Further passages that are evidence, as report and number of the passage, with what stands.
    pub places: Vec<(String, u32, &'static str)>,
}

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
        parse::parse(text, metadata).map(|root| Query { root })
    }

    /// All passages of a report.
    pub fn of_report(id: &str) -> Query {
        Query { root: Node::Report(Value::Exactly(id.to_owned())) }
    }

    /// All passages that are evidence for a code: `question`, `question/code` or `question/code=state`.
    pub fn of_code(code: &str) -> Query {
        Query { root: Node::Code(code.to_owned()) }
    }

    /// These passages, as report and number of the passage.
    pub fn of_places(places: Vec<(String, u32)>) -> Query {
        Query { root: Node::Places(places) }
    }

    /// Passages with any of these words, in any form; `None` when the text has none.
    pub(super) fn of_any(words: Vec<String>) -> Option<Query> {
        let rows: Vec<Node> = words.into_iter().map(|word| Node::Row(vec![Slot::Form(word)])).collect();
        (!rows.is_empty()).then_some(Query { root: Node::Or(rows) })
    }

    /// What both queries find.
    pub fn and(self, other: Query) -> Query {
        Query { root: Node::And(vec![self.root, other.root]) }
    }

    /// What this query finds and the other does not.
    pub fn without(self, other: Query) -> Query {
        Query { root: Node::And(vec![self.root, Node::Not(Box::new(other.root))]) }
    }

    /// The codes that the query names, as they stand in it; whether a frame has them is not known here.
    pub fn codes(&self) -> Vec<&str> {
        self.nodes().filter_map(|node| if let Node::Code(code) = node { Some(code.as_str()) } else { None }).collect()
    }

    /// The states that the query asks for, of whichever code.
    pub fn decisions(&self) -> Vec<&str> {
        self.nodes()
            .filter_map(|node| if let Node::Decision(state) = node { Some(state.as_str()) } else { None })
            .collect()
    }

    /// The values that the query names in full, each with its field: `report`, or a key of the metadata.
    pub fn values(&self) -> Vec<(&str, &str)> {
        fn named(node: &Node) -> Option<(&str, &str)> {
            match node {
                Node::Report(Value::Exactly(id)) => Some(("report", id)),
                Node::Metadata { key, value: Value::Exactly(value) } => Some((key, value)),
                _ => None,
            }
        }
        self.nodes().filter_map(named).collect()
    }

    /// All nodes, in no particular order.
    fn nodes(&self) -> impl Iterator<Item = &Node> {
        let mut open = vec![&self.root];
        std::iter::from_fn(move || {
            let node = open.pop()?;
            match node {
                Node::And(parts) | Node::Or(parts) => open.extend(parts),
                Node::Not(excluded) => open.push(excluded),
                _ => {}
            }
            Some(node)
        })
    }

    /// Lays what people said over what the query asks of codes. `codes` are all codes of the frame, as `question/code`,
    /// each with what has to be corrected; codes that are left out stand as they are in the index.
    pub fn corrected(self, codes: &[(String, Correction)]) -> Query {
        Query { root: corrected(self.root, codes) }
    }
}

fn corrected(node: Node, codes: &[(String, Correction)]) -> Node {
    let all = |nodes: Vec<Node>| nodes.into_iter().map(|node| corrected(node, codes)).collect();
    match node {
        Node::And(nodes) => Node::And(all(nodes)),
        Node::Or(nodes) => Node::Or(all(nodes)),
        Node::Not(node) => Node::Not(Box::new(corrected(*node, codes))),
        Node::Code(asked) => {
            let (name, state) =
                asked.split_once('=').map_or((asked.as_str(), None), |(name, state)| (name, Some(state)));
            let is_of = |code: &str| {
                code == name
                    || (!name.contains('/') && code.strip_prefix(name).is_some_and(|rest| rest.starts_with('/')))
            };
            let concerned: Vec<_> = codes.iter().filter(|(code, _)| is_of(code)).collect();
            let places = concerned.iter().flat_map(|(_, correction)| &correction.places);
            let further = places.filter(|(.., stands)| state.is_none_or(|state| state == *stands));
            let further: Vec<(String, u32)> = further.map(|(report, passage, _)| (report.clone(), *passage)).collect();
            let mut any = match (state, concerned.as_slice()) {
                (Some(state), [(code, correction)]) => restated(code, state, correction),
                _ => vec![Node::Code(asked)],
            };
            any.extend((!further.is_empty()).then_some(Node::Places(further)));
            Node::Or(any)
        }
        Node::Decision(state) => {
            let mut reports: Vec<String> =
                codes.iter().flat_map(|(_, c)| c.states.iter().map(|(report, _)| report.clone())).collect();
            reports.sort_unstable();
            reports.dedup();
            let mut any = Vec::new();
            let further = |(code, correction): &(String, Correction)| {
                let within =
                    Node::And(vec![Node::Or(restated(code, &state, correction)), Node::Reports(reports.clone())]);
                let places = correction.places.iter().filter(|(.., stands)| *stands == state);
                let places = places.map(|(report, passage, _)| (report.clone(), *passage)).collect();
                [within, Node::Places(places)]
            };
            any.extend(codes.iter().flat_map(further));
            any.push(Node::And(vec![Node::Decision(state.clone()), Node::Not(Box::new(Node::Reports(reports)))]));
            Node::Or(any)
        }
        node => node,
    }
}

/// The evidence for a code that stands so, by the index where it is right and by what people said where not.
fn restated(code: &str, state: &str, correction: &Correction) -> Vec<Node> {
    let reports = |is_wanted: &dyn Fn(&str) -> bool| {
        let wanted = correction.states.iter().filter(|(_, stands)| is_wanted(stands));
        Node::Reports(wanted.map(|(report, _)| report.clone()).collect())
    };
    vec![
        Node::And(vec![Node::Code(format!("{code}={state}")), Node::Not(Box::new(reports(&|_| true)))]),
        Node::And(vec![Node::Code(code.to_owned()), reports(&|stands| stands == state)]),
    ]
}

/// The words of a text, as the index splits it: in lower case, without accents.
pub fn words(text: &str) -> Vec<String> {
    let (mut splitter, mut words, mut at) = (Splitter::new(), Vec::new(), 0);
    while let Some(range) = splitter.next(text, at) {
        words.push(splitter.word.clone());
        at = range.end;
    }
    words
}

/// Whether a word fits a pattern with `*` for any letters and `?` for one.
pub(super) fn fits_pattern(word: &str, pattern: &str) -> bool {
    if word.is_ascii() && pattern.is_ascii() {
        return fits(word.as_bytes(), pattern.as_bytes(), (b'*', b'?'));
    }
    let (word, pattern): (Vec<char>, Vec<char>) = (word.chars().collect(), pattern.chars().collect());
    fits(&word, &pattern, ('*', '?'))
}

fn fits<T: Copy + PartialEq>(word: &[T], pattern: &[T], (any, one): (T, T)) -> bool {
    let (mut w, mut p) = (0, 0);
    // Where to go on when what follows the last star does not fit: the star, and the letter after those it stands for.
    let mut star: Option<(usize, usize)> = None;
    while w < word.len() {
        match pattern.get(p) {
            Some(&c) if c == any => {
                star = Some((p, w));
                p += 1;
            }
            Some(&c) if c == one || c == word[w] => (w, p) = (w + 1, p + 1),
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    (w, p) = (from + 1, at + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|&c| c == any)
}

/// Whether a word becomes another by changing at most so many letters: leaving one out, adding one, putting one for
/// another, exchanging two neighbours.
pub(super) fn is_like(word: &str, other: &str, letters: u8) -> bool {
    word.len().abs_diff(other.len()) <= 4 * usize::from(letters)
        && strsim::osa_distance(word, other) <= usize::from(letters)
}
