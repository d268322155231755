//! Passages become proposals.
mod automaton;
mod matcher;
mod pattern;
mod words;
