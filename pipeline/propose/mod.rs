//! Passages become hits: keyword rules, each hit judged in its context.
//!
//! Patterns are compiled once into an automaton ([`Rules::load`]); a [`Proposer`] on each thread then costs a passage
//! about one table look-up a word, however many rules there are.

mod automaton;
mod matcher;
mod pattern;
mod proposer;
mod rules;
mod vocabulary;
mod words;

pub use pattern::PatternError;
pub use proposer::{Hit, Proposer, Turned};
pub use rules::{Error, Property, Rule, Rules, Unread};
