//! The text of a `derived` expression becomes an [`Expression`], with every code, question and fact in it looked up, or
//! an error that says where and what was meant.

use super::derive::{Expression, Operator};
use crate::cursor::{Cursor, MAX_DEPTH, ParseError};
use crate::facts::is_number;
use crate::fault::did_you_mean;
use crate::frame::{CodeIndex, Frame};

/// Parses the expression of the code `own`.
pub(super) fn parse(text: &str, frame: &Frame, facts: &[&str], own: CodeIndex) -> Result<Expression, ParseError> {
    let mut parser = Parser { frame, facts, own, cursor: Cursor::new(text) };
    let at = parser.cursor.place();
    let expression = parser.either(0)?;
    parser.condition(&expression, at)?;
    parser.cursor.end()?;
    Ok(expression)
}

const FUNCTIONS: [&str; 4] = ["support", "known", "count", "none"];

struct Parser<'p> {
    frame: &'p Frame,
    facts: &'p [&'p str],
    own: CodeIndex,
    cursor: Cursor<'p>,
}

impl<'p> Parser<'p> {
    /// Refuses what stands in the place of a condition and is a number: it would hold always, or for any number but 0.
    fn condition(&self, expression: &Expression, at: usize) -> Result<(), ParseError> {
        let (message, hint) = match expression {
            Expression::Fact(name) if is_number(name) => (
                format!("`fact.{name}` is a number and no condition"),
                format!("compare it, as in `fact.{name} >= 2`, or ask `known(fact.{name})`"),
            ),
            Expression::Number(_) | Expression::Both(Operator::Plus | Operator::Minus, ..) => {
                ("a number is no condition".to_owned(), "compare it, as in `count(question/*) >= 2`".to_owned())
            }
            constant if constant.is_constant() => (
                "this holds always or never: it asks for no code and no fact".to_owned(),
                "name a code, or compare a count or a fact".to_owned(),
            ),
            _ => return Ok(()),
        };
        Err(ParseError { at, message, hint: Some(hint) })
    }

    fn either(&mut self, depth: usize) -> Result<Expression, ParseError> {
        if depth > MAX_DEPTH {
            return Err(self.cursor.error("brackets nest too deeply"));
        }
        let at = self.cursor.place();
        let mut left = self.all(depth)?;
        while self.cursor.take("or") {
            self.condition(&left, at)?;
            let at = self.cursor.place();
            let right = self.all(depth)?;
            self.condition(&right, at)?;
            left = Expression::Both(Operator::Or, Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn all(&mut self, depth: usize) -> Result<Expression, ParseError> {
        let at = self.cursor.place();
        let mut left = self.comparison(depth)?;
        while self.cursor.take("and") {
            self.condition(&left, at)?;
            let at = self.cursor.place();
            let right = self.comparison(depth)?;
            self.condition(&right, at)?;
            left = Expression::Both(Operator::And, Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn comparison(&mut self, depth: usize) -> Result<Expression, ParseError> {
        if depth > MAX_DEPTH {
            return Err(self.cursor.error("`not` nests too deeply"));
        }
        if self.cursor.take("not") {
            let at = self.cursor.place();
            let inner = self.comparison(depth + 1)?;
            self.condition(&inner, at)?;
            return Ok(Expression::Not(Box::new(inner)));
        }
        let left = self.sum(depth)?;
        if self.cursor.take("in") {
            let at = self.cursor.place();
            let low = self.cursor.number()?;
            self.cursor.expect("..")?;
            let high = self.cursor.number()?;
            if low > high {
                let hint = Some(format!("write `{high}..{low}`, the smaller number first"));
                return Err(ParseError { at, message: format!("no number lies in `{low}..{high}`"), hint });
            }
            return Ok(Expression::Within(Box::new(left), low, high));
        }
        let operators = [
            ("<=", Operator::AtMost),
            (">=", Operator::AtLeast),
            ("!=", Operator::Unequal),
            ("<", Operator::Less),
            (">", Operator::More),
            ("=", Operator::Equal),
        ];
        for (sign, operator) in operators {
            if self.cursor.take(sign) {
                return Ok(Expression::Both(operator, Box::new(left), Box::new(self.sum(depth)?)));
            }
        }
        Ok(left)
    }

    fn sum(&mut self, depth: usize) -> Result<Expression, ParseError> {
        let mut left = self.term(depth)?;
        loop {
            let operator = if self.cursor.take("+") {
                Operator::Plus
            } else if self.cursor.take("-") {
                Operator::Minus
            } else {
                return Ok(left);
            };
            left = Expression::Both(operator, Box::new(left), Box::new(self.term(depth)?));
        }
    }

    fn term(&mut self, depth: usize) -> Result<Expression, ParseError> {
        if self.cursor.take("(") {
            let inner = self.either(depth + 1)?;
            self.cursor.expect(")")?;
            return Ok(inner);
        }
        if self.cursor.rest().starts_with(|c: char| c.is_ascii_digit()) {
            return Ok(Expression::Number(self.cursor.number()?));
        }
        let (name, at) = self.name()?;
        if self.cursor.take("(") {
            let (inside, inside_at) = self.name()?;
            self.cursor.expect(")")?;
            return self.call((name, at), (inside, inside_at));
        }
        match name.strip_prefix("fact.") {
            Some(fact) => Ok(Expression::Fact(self.fact(fact, at)?)),
            None => Ok(Expression::Applies(self.code(name, at)?)),
        }
    }

    fn call(
        &self,
        (function, at): (&str, usize),
        (inside, inside_at): (&str, usize),
    ) -> Result<Expression, ParseError> {
        let wrong = |message: &str| ParseError { at: inside_at, message: message.to_owned(), hint: None };
        match function {
            "support" => Ok(Expression::Support(self.code(inside, inside_at)?)),
            "known" => {
                let fact = inside.strip_prefix("fact.").ok_or_else(|| wrong("known() asks about `fact.…`"))?;
                Ok(Expression::Known(self.fact(fact, inside_at)?))
            }
            "count" => {
                let question = inside.strip_suffix("/*").ok_or_else(|| wrong("count() takes `question/*`"))?;
                let codes = self.question(question, inside_at)?;
                if codes.contains(&self.own) {
                    let message = format!("`count({inside})` counts codes of the question that this code belongs to");
                    let hint = Some(format!("`none({question})` asks whether no other code of the question applies"));
                    return Err(ParseError { at: inside_at, message, hint });
                }
                // A code that stands for none of the others is not one more of them.
                let is_rest =
                    |c: &CodeIndex| self.frame.code(*c).code.derived.as_ref().is_some_and(|d| d.text.contains("none("));
                Ok(Expression::Count(codes.into_iter().filter(|c| !is_rest(c)).collect()))
            }
            "none" => {
                let others = self.question(inside, inside_at)?.into_iter().filter(|c| *c != self.own).collect();
                Ok(Expression::Both(
                    Operator::Equal,
                    Box::new(Expression::Count(others)),
                    Box::new(Expression::Number(0.)),
                ))
            }
            _ => {
                let message = format!("there is no function `{function}`");
                Err(ParseError { at, message, hint: did_you_mean(function, FUNCTIONS) })
            }
        }
    }

    fn name(&mut self) -> Result<(&'p str, usize), ParseError> {
        self.cursor.name().ok_or_else(|| self.cursor.error("a code, a fact or a number is missing"))
    }

    fn code(&self, name: &str, at: usize) -> Result<CodeIndex, ParseError> {
        let found = self.frame.find(name).map(|c| c.index);
        found.ok_or_else(|| ParseError {
            at,
            message: format!("the frame has no code `{name}`"),
            hint: did_you_mean(name, self.frame.codes().map(|c| c.name())),
        })
    }

    fn question(&self, id: &str, at: usize) -> Result<Vec<CodeIndex>, ParseError> {
        let codes: Vec<CodeIndex> = self.frame.codes_of(id).map(|c| c.index).collect();
        if codes.is_empty() {
            let hint = did_you_mean(id, self.frame.questions.iter().map(|q| q.id.as_str()));
            return Err(ParseError { at, message: format!("the frame has no question `{id}`"), hint });
        }
        Ok(codes)
    }

    fn fact(&self, name: &str, at: usize) -> Result<String, ParseError> {
        if self.facts.contains(&name) {
            return Ok(name.to_owned());
        }
        let hint = did_you_mean(name, self.facts.iter().copied());
        Err(ParseError { at, message: format!("there is no fact `{name}`"), hint })
    }
}
