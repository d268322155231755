//! A report as the classifier sees it, and what people said of it. Nothing here knows how passages were cut or rules
//! matched; whoever calls brings that.

use super::vocabulary::Unit;
use serde::{Deserialize, Serialize};

/// A report to be scored.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sample {
    /// Its whole text.
    pub whole: String,
    /// Its passages, in order.
    pub passages: Vec<PassageSample>,
    /// What rules say of each code, by the caller's numbers of codes; empty when there are no rules.
    pub rules: Vec<RuleSum>,
}

/// A passage to be scored.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PassageSample {
    /// Its words and what they stand under.
    pub unit: Unit,
    /// Whether it is a heading.
    pub is_heading: bool,
    /// What rules found in it, by code, each code once.
    pub clues: Vec<Clue>,
}

/// What rules found of one code in one passage: the highest weight of each kind of hit, 0 when there is none.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Clue {
    /// The code, by the caller's number.
    pub code: usize,
    /// Hits that stand.
    pub stands: f32,
    /// Hits that their context turned (negated, planned, somebody else's).
    pub turned: f32,
    /// Hits of rules against the code.
    pub against: f32,
}

/// What rules say of one code in the whole report.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct RuleSum {
    /// Sum of what speaks for it.
    pub support: f32,
    /// Sum of what speaks against it.
    pub opposition: f32,
    /// Whether rules, facts and derivations decide that it applies.
    pub applies: bool,
    /// Whether an expression decides it, from facts or other codes, and not rules of its own.
    pub is_derived: bool,
    /// Whether that expression asks for facts which reports state, such as numbers.
    pub is_fact: bool,
}

/// A report with what people said of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Taught {
    /// Its id.
    pub id: String,
    /// The report.
    pub sample: Sample,
    /// By code: what people agreed on, if anything.
    pub answers: Vec<Option<bool>>,
    /// The passages that people pointed to for a code that applies: (passage, code), in order.
    pub marked: Vec<(usize, usize)>,
    /// Whether rules were written by somebody who had read it; then it says nothing of how far rules are to be trusted.
    pub is_known_to_rules: bool,
}

/// A passage from a codebook rather than a report, with all codes that it carries.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// Its words and what they stand under.
    pub unit: Unit,
    /// Its codes, ascending.
    pub codes: Vec<usize>,
}

/// A code to be learned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// `question/code`.
    pub name: String,
    /// Hash of its definition, under which it was learned.
    pub definition: String,
    /// Codes of one question adjoin and have the same number.
    pub question: usize,
    /// Whether exactly one code of the question applies.
    pub is_one_of: bool,
}
