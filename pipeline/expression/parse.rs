//! The text of a filter becomes an [`Expression`]. The words: `and`, `or`, `not`, brackets; `question = code`,
//! `question/code`, `count(question/*) >= 2`, `column = value`, `report = id`, each also with `!=` and `in (a, b)`; columns
//! of numbers with `<`, `<=`, `>`, `>=` and `in 2..5`. A question goes before a column of the same name, which
//! `metadata.column` reaches. Names and values with blanks stand in quotation marks; `Local authority` is also `local_authority`.

use super::{Comparison, Error, Expression, Fields, Node, Value, number_of};
use crate::cursor::{Cursor, MAX_DEPTH, ParseError};
use crate::fault::{did_you_mean, nearest};
use crate::frame::{CodeIndex, Frame, Question};
use crate::sheet::column_named;

/// Reads an expression against a frame and the columns of the metadata.
///
/// # Errors
/// When it is not of the language, or names a question, code, column or value that is not there.
pub fn parse(text: &str, frame: &Frame, fields: &Fields) -> Result<Expression, Error> {
    let mut parser = Parser { frame, fields, cursor: Cursor::new(text) };
    let root = parser.either(0).and_then(|root| parser.cursor.end().map(|()| root));
    match root {
        Ok(root) => Ok(Expression { text: text.trim().to_owned(), root }),
        Err(ParseError { at, message, hint }) => {
            let column = text[..at].chars().count() + 1;
            Err(Error { text: text.to_owned(), column, message, hint })
        }
    }
}

/// The word for a report's id.
const REPORT: &str = "report";

/// What goes before a column whose name a question has too.
const METADATA: &str = "metadata.";

struct Parser<'p> {
    frame: &'p Frame,
    fields: &'p Fields,
    cursor: Cursor<'p>,
}

/// What stands left of a comparison.
enum Subject<'p> {
    Question(&'p Question),
    Code(CodeIndex),
    Count(Vec<CodeIndex>),
    Column(&'p str),
    Report,
}

type Parsed<T> = Result<T, ParseError>;

impl<'p> Parser<'p> {
    fn either(&mut self, depth: usize) -> Parsed<Node> {
        if depth > MAX_DEPTH {
            return Err(self.cursor.error("brackets nest too deeply"));
        }
        let mut left = self.all(depth)?;
        while self.cursor.take("or") {
            left = Node::Or(Box::new(left), Box::new(self.all(depth)?));
        }
        Ok(left)
    }

    fn all(&mut self, depth: usize) -> Parsed<Node> {
        let mut left = self.one(depth)?;
        while self.cursor.take("and") {
            left = Node::And(Box::new(left), Box::new(self.one(depth)?));
        }
        Ok(left)
    }

    fn one(&mut self, depth: usize) -> Parsed<Node> {
        if depth > MAX_DEPTH {
            return Err(self.cursor.error("`not` nests too deeply"));
        }
        if self.cursor.take("not") {
            return Ok(Node::Not(Box::new(self.one(depth + 1)?)));
        }
        if self.cursor.take("(") {
            let inner = self.either(depth + 1)?;
            self.cursor.expect(")")?;
            return Ok(inner);
        }
        let at = self.cursor.place();
        let subject = self.subject()?;
        self.comparison(subject, at)
    }

    fn subject(&mut self) -> Parsed<Subject<'p>> {
        let quoted = self.cursor.quoted()?;
        let is_quoted = quoted.is_some();
        let Some((name, at)) = quoted.or_else(|| self.cursor.name()) else {
            return Err(ParseError {
                hint: Some("a question, a code `question/code`, a column of the metadata or `report`".to_owned()),
                ..self.cursor.error("a condition is missing")
            });
        };
        if !is_quoted && name == "count" && self.cursor.take("(") {
            let inside = self.cursor.place();
            let question = self.cursor.name().and_then(|(name, _)| name.strip_suffix("/*"));
            let question = question.ok_or_else(|| ParseError {
                at: inside,
                message: "count() takes `question/*`".to_owned(),
                hint: None,
            })?;
            self.cursor.expect(")")?;
            let codes: Vec<CodeIndex> = self.frame.codes_of(question).map(|code| code.index).collect();
            if codes.is_empty() {
                let hint = did_you_mean(question, self.questions());
                return Err(ParseError {
                    at: inside,
                    message: format!("the frame has no question `{question}`"),
                    hint,
                });
            }
            return Ok(Subject::Count(codes));
        }
        if let Some(question) = self.frame.question(name) {
            return Ok(Subject::Question(question));
        }
        if let Some(code) = self.frame.find(name) {
            return Ok(Subject::Code(code.index));
        }
        let column = name.strip_prefix(METADATA).unwrap_or(name);
        if let Some((column, _)) = self.fields.get_key_value(column) {
            return Ok(Subject::Column(column));
        }
        if let Some(column) = column_named(column, self.fields.keys().map(String::as_str)).filter(|_| name != REPORT) {
            return Ok(Subject::Column(column));
        }
        if name == REPORT {
            return Ok(Subject::Report);
        }
        if name.contains('/') {
            let hint = did_you_mean(name, self.frame.codes().map(|code| code.name()));
            return Err(ParseError { at, message: format!("the frame has no code `{name}`"), hint });
        }
        let message = format!("there is no question and no column `{name}`");
        // A code alone, without its question, is no misspelt question.
        let of_id: Vec<&str> =
            self.frame.codes().filter(|code| code.code.id.as_str() == name).map(|code| code.name()).collect();
        if !of_id.is_empty() {
            let names: Vec<String> = of_id.iter().map(|name| format!("`{name}`")).collect();
            let hint = Some(format!("a code stands behind its question: {}", names.join(" or ")));
            return Err(ParseError { at, message, hint });
        }
        let known = || self.questions().chain(self.fields.keys().map(String::as_str)).chain([REPORT]);
        let columns: Vec<String> = self.fields.keys().map(|column| format!("`{column}`")).collect();
        let listed = match &columns[..] {
            [] => "the project has no metadata; the questions are in its frame".to_owned(),
            all => format!("the columns are {}; the questions are in the frame", all.join(", ")),
        };
        let meant =
            nearest(column, known()).map(|near| match near.contains(|c: char| !c.is_alphanumeric() && c != '_') {
                true => format!("did you mean `\"{near}\"`?"),
                false => format!("did you mean `{near}`?"),
            });
        Err(ParseError { at, message, hint: meant.or(Some(listed)) })
    }

    fn questions(&self) -> impl Iterator<Item = &'p str> + use<'p> {
        self.frame.questions.iter().map(|question| question.id.as_str())
    }

    fn comparison(&mut self, subject: Subject<'p>, at: usize) -> Parsed<Node> {
        if self.cursor.take("in") {
            return self.within(&subject);
        }
        let operators = [
            ("==", Comparison::Equal),
            ("<=", Comparison::AtMost),
            (">=", Comparison::AtLeast),
            ("!=", Comparison::Unequal),
            ("<", Comparison::Less),
            (">", Comparison::More),
            ("=", Comparison::Equal),
        ];
        let sign_at = self.cursor.place();
        let Some((sign, operator)) = operators.into_iter().find(|(sign, _)| self.cursor.take(sign)) else {
            return bare(subject, at);
        };
        let ordered = |what: String| ParseError {
            at: sign_at,
            message: format!("{what} cannot be compared with `{sign}`"),
            hint: Some("use `=`, `!=` or `in (…)`".to_owned()),
        };
        match (subject, operator) {
            (Subject::Count(codes), operator) => Ok(Node::Count(codes, operator, self.cursor.number()?)),
            (Subject::Code(code), _) => Err(ParseError {
                at: sign_at,
                message: format!("`{}` holds or does not, it has no value", self.frame.code(code).name()),
                hint: Some(format!("write it alone, or `not {}`", self.frame.code(code).name())),
            }),
            (subject, Comparison::Equal) => self.equal(&subject),
            (subject, Comparison::Unequal) => Ok(Node::Not(Box::new(self.equal(&subject)?))),
            (Subject::Column(column), operator) => {
                let (number, number_at) = (self.cursor.number()?, sign_at);
                self.numeric(column, number_at)?;
                Ok(Node::Number(column.to_owned(), operator, number))
            }
            (Subject::Question(question), _) => Err(ordered(format!("the question `{}`", question.id))),
            (Subject::Report, _) => Err(ordered("`report`".to_owned())),
        }
    }

    /// Refuses to compare a column without any number.
    fn numeric(&self, column: &str, at: usize) -> Parsed<()> {
        if self.fields[column].iter().any(|value| number_of(value).is_some()) {
            return Ok(());
        }
        let hint = Some("use `=`, `!=` or `in (…)`".to_owned());
        Err(ParseError { at, message: format!("no value of the column `{column}` is a number"), hint })
    }

    /// `in (a, b)`, or `in 2..5`.
    fn within(&mut self, subject: &Subject<'p>) -> Parsed<Node> {
        let at = self.cursor.place();
        if self.cursor.take("(") {
            let mut node = self.equal(subject)?;
            while self.cursor.take(",") {
                node = Node::Or(Box::new(node), Box::new(self.equal(subject)?));
            }
            self.cursor.expect(")")?;
            return Ok(node);
        }
        let low = self.cursor.number()?;
        self.cursor.expect("..")?;
        let high = self.cursor.number()?;
        if low > high {
            let hint = Some(format!("write `{high}..{low}`, the smaller number first"));
            return Err(ParseError { at, message: format!("no number lies in `{low}..{high}`"), hint });
        }
        let bound = |comparison, number| match subject {
            Subject::Count(codes) => Ok(Node::Count(codes.clone(), comparison, number)),
            Subject::Column(column) => Ok(Node::Number((*column).to_owned(), comparison, number)),
            _ => Err(ParseError {
                at,
                message: "only a count or a column of numbers can lie in a range".to_owned(),
                hint: Some("list the values in brackets, as in `in (a, b)`".to_owned()),
            }),
        };
        let both = Node::And(Box::new(bound(Comparison::AtLeast, low)?), Box::new(bound(Comparison::AtMost, high)?));
        if let Subject::Column(column) = subject {
            self.numeric(column, at)?;
        }
        Ok(both)
    }

    /// The subject has the value that comes next.
    fn equal(&mut self, subject: &Subject<'p>) -> Parsed<Node> {
        let quoted = self.cursor.quoted()?;
        let Some((value, at)) = quoted.or_else(|| self.cursor.name()) else {
            return Err(self.cursor.error("a value is missing"));
        };
        match subject {
            Subject::Question(question) => Ok(Node::Applies(self.code(question, value, at)?)),
            Subject::Column(column) => {
                let wanted = Value::new(value);
                let known = &self.fields[*column];
                if value.is_empty() || known.iter().any(|found| wanted.is(found)) {
                    return Ok(Node::Is((*column).to_owned(), wanted));
                }
                let listed = || match known.len() {
                    0 => Some("the column is empty".to_owned()),
                    1..=8 => {
                        let values: Vec<String> = known.iter().map(|value| format!("`{value}`")).collect();
                        Some(format!("its values are {}", values.join(", ")))
                    }
                    n => Some(format!("it has {n} values; one with blanks stands in quotation marks")),
                };
                let hint = did_you_mean(value, known.iter().map(String::as_str)).or_else(listed);
                Err(ParseError { at, message: format!("no report has the value `{value}` in `{column}`"), hint })
            }
            Subject::Report => Ok(Node::Report(value.to_owned())),
            Subject::Count(_) | Subject::Code(_) => Err(ParseError {
                at,
                message: "only a question, a column or `report` has values to choose from".to_owned(),
                hint: None,
            }),
        }
    }

    /// A code of a question, by id or by label.
    fn code(&self, question: &Question, value: &str, at: usize) -> Parsed<CodeIndex> {
        let id = question.id.as_str();
        let codes = || self.frame.codes_of(id);
        let by_id = codes().find(|code| code.code.id.as_str() == value);
        let found = by_id.or_else(|| codes().find(|code| code.code.label.eq_ignore_ascii_case(value)));
        found.map(|code| code.index).ok_or_else(|| {
            let listed = || {
                let ids: Vec<String> = codes().map(|code| format!("`{}`", code.code.id)).collect();
                Some(format!("its codes are {}", ids.join(", ")))
            };
            let hint = did_you_mean(value, codes().map(|code| code.code.id.as_str())).or_else(listed);
            ParseError { at, message: format!("the question `{id}` has no code `{value}`"), hint }
        })
    }
}

/// A subject that stands alone.
fn bare(subject: Subject<'_>, at: usize) -> Parsed<Node> {
    let (message, hint) = match subject {
        Subject::Code(code) => return Ok(Node::Applies(code)),
        Subject::Question(question) => (
            format!("the question `{}` alone is no condition", question.id),
            format!("write `{} = {}`, or another of its codes", question.id, question.codes[0].id),
        ),
        Subject::Column(column) => {
            (format!("the column `{column}` alone is no condition"), format!("write `{column} = value`"))
        }
        Subject::Count(_) => {
            ("a number is no condition".to_owned(), "compare it, as in `count(question/*) >= 2`".to_owned())
        }
        Subject::Report => ("`report` alone is no condition".to_owned(), "write `report = id`".to_owned()),
    };
    Err(ParseError { at, message, hint: Some(hint) })
}
