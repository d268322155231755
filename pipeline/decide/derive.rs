//! Codes that follow from facts and from other codes: the expressions of `derived` in a frame, parsed, checked against
//! the frame, ordered so that what an expression needs is there before it, and evaluated.
//!
//! ```text
//! stakeholders/parent          the code applies: 1, else 0
//! count(evidence/*)            how many codes of another question apply, without those derived with none()
//! support(gap/gender)          the code's support by rules
//! none(background)             no other code of the question applies
//! fact.schools, fact.primary   a fact of the report: a number, or 1 and 0
//! known(fact.schools)          whether the report gives the fact
//! a + b - c   = != < <= > >=   x in 1..3   not, and, or, ( )
//! ```
//! A comparison with a fact that the report does not give is false.

use super::parse_derived::parse;
use crate::fault::Fault;
use crate::frame::{CodeIndex, Derived, Frame};

/// A frame's derived codes in an order in which they can be evaluated.
#[derive(Debug, Default)]
pub struct Derivations(Vec<(CodeIndex, Expression)>);

/// What an expression can ask about a report.
pub(crate) trait Known {
    /// Whether the code applies, as far as is known.
    fn applies(&self, code: CodeIndex) -> bool;
    /// Its support by rules.
    fn support(&self, code: CodeIndex) -> f64;
    /// A fact by name.
    fn fact(&self, name: &str) -> Option<f64>;
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expression {
    Number(f64),
    Applies(CodeIndex),
    Support(CodeIndex),
    /// How many of these apply.
    Count(Vec<CodeIndex>),
    Fact(String),
    Known(String),
    Not(Box<Expression>),
    Both(Operator, Box<Expression>, Box<Expression>),
    /// Both ends included.
    Within(Box<Expression>, f64, f64),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Operator {
    And,
    Or,
    Plus,
    Minus,
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
}

impl Derivations {
    /// Parses and orders the derived codes of a frame. `facts` are the names that `fact.` may be followed by.
    ///
    /// # Errors
    /// A fault for every expression that cannot be read, names what is not there, or depends on itself.
    pub fn compile(frame: &Frame, facts: &[&str]) -> Result<Derivations, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut waiting: Vec<(CodeIndex, Expression, &Derived)> = Vec::new();
        for code in frame.codes() {
            let Some(derived) = &code.code.derived else { continue };
            match parse(&derived.text, frame, facts, code.index) {
                Ok(expression) => waiting.push((code.index, expression, derived)),
                Err(error) => {
                    let message = format!("`derived` of `{}`: {}", code.name(), error.message);
                    faults.push(Fault::error(derived.place_at(error.at), message).hint(error.hint));
                }
            }
        }
        // What is evaluated first must need none of what is left; so each round takes all that are ready.
        let mut ordered = Vec::new();
        while !waiting.is_empty() {
            let open: Vec<CodeIndex> = waiting.iter().map(|w| w.0).collect();
            let ready = |e: &Expression| !e.needs().iter().any(|c| open.contains(c));
            let (now, later): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|(_, e, _)| ready(e));
            if now.is_empty() {
                let (code, _, derived) = &later[0];
                let message =
                    format!("`derived` of `{}` depends on itself through other codes", frame.code(*code).name());
                faults.push(Fault::error(derived.place_at(0), message));
                break;
            }
            ordered.extend(now.into_iter().map(|(code, e, _)| (code, e)));
            waiting = later;
        }
        if faults.is_empty() { Ok(Derivations(ordered)) } else { Err(faults) }
    }

    /// The codes that are derived, in the order in which they are evaluated.
    pub fn codes(&self) -> impl Iterator<Item = CodeIndex> {
        self.0.iter().map(|(code, _)| *code)
    }

    /// Whether any expression asks for a fact.
    pub fn needs_facts(&self) -> bool {
        self.0.iter().any(|(_, e)| !e.facts().is_empty())
    }

    /// The facts that a code's expression asks for.
    pub fn facts_of(&self, code: CodeIndex) -> Vec<&str> {
        self.0.iter().find(|(c, _)| *c == code).map(|(_, e)| e.facts()).unwrap_or_default()
    }

    /// Evaluates all derived codes in order; `hold` hears of each whether its expression holds, before the next is asked.
    pub(crate) fn evaluate<K: Known>(&self, known: &mut K, mut hold: impl FnMut(&mut K, CodeIndex, bool)) {
        for (code, expression) in &self.0 {
            let holds = expression.value(known).is_some_and(|v| v != 0.);
            hold(known, *code, holds);
        }
    }
}

impl Expression {
    /// The codes whose decision it reads.
    fn needs(&self) -> Vec<CodeIndex> {
        match self {
            Expression::Number(_) | Expression::Fact(_) | Expression::Known(_) | Expression::Support(_) => Vec::new(),
            Expression::Applies(code) => vec![*code],
            Expression::Count(codes) => codes.clone(),
            Expression::Not(inner) | Expression::Within(inner, ..) => inner.needs(),
            Expression::Both(_, a, b) => [a.needs(), b.needs()].concat(),
        }
    }

    /// Whether it is the same for every report.
    pub(super) fn is_constant(&self) -> bool {
        match self {
            Expression::Number(_) => true,
            Expression::Not(inner) | Expression::Within(inner, ..) => inner.is_constant(),
            Expression::Both(_, a, b) => a.is_constant() && b.is_constant(),
            _ => false,
        }
    }

    /// The facts it reads.
    fn facts(&self) -> Vec<&str> {
        match self {
            Expression::Fact(name) | Expression::Known(name) => vec![name],
            Expression::Not(inner) | Expression::Within(inner, ..) => inner.facts(),
            Expression::Both(_, a, b) => [a.facts(), b.facts()].concat(),
            Expression::Number(_) | Expression::Applies(_) | Expression::Support(_) | Expression::Count(_) => {
                Vec::new()
            }
        }
    }

    /// Its value; truths are 1 and 0. `None`: it is a fact that the report does not give, or calculated from one.
    fn value(&self, known: &impl Known) -> Option<f64> {
        let truth = |b: bool| Some(f64::from(u8::from(b)));
        let holds = |e: &Expression| e.value(known).is_some_and(|v| v != 0.);
        match self {
            Expression::Number(n) => Some(*n),
            Expression::Applies(code) => truth(known.applies(*code)),
            Expression::Support(code) => Some(known.support(*code)),
            Expression::Count(codes) => Some(codes.iter().filter(|c| known.applies(**c)).count() as f64),
            Expression::Fact(name) => known.fact(name),
            Expression::Known(name) => truth(known.fact(name).is_some()),
            Expression::Not(inner) => truth(!holds(inner)),
            Expression::Within(inner, low, high) => truth(inner.value(known).is_some_and(|v| *low <= v && v <= *high)),
            Expression::Both(Operator::And, a, b) => truth(holds(a) && holds(b)),
            Expression::Both(Operator::Or, a, b) => truth(holds(a) || holds(b)),
            Expression::Both(operator, a, b) => {
                let (Some(a), Some(b)) = (a.value(known), b.value(known)) else {
                    return if matches!(operator, Operator::Plus | Operator::Minus) { None } else { Some(0.) };
                };
                match operator {
                    Operator::Plus => Some(a + b),
                    Operator::Minus => Some(a - b),
                    Operator::Equal => truth(a == b),
                    Operator::Unequal => truth(a != b),
                    Operator::Less => truth(a < b),
                    Operator::AtMost => truth(a <= b),
                    Operator::More => truth(a > b),
                    Operator::AtLeast => truth(a >= b),
                    Operator::And | Operator::Or => unreachable!("answered above"),
                }
            }
        }
    }
}
