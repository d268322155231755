//! What of a passage a query found. The passage's text comes in, the spans that match a word, phrase or beginning of
//! the query go out: by the same split into words as the index, so nothing is marked that did not count.

use super::query::{Node, Query, Row, Slot, fits_pattern, is_like};
use super::words::{Splitter, Stems};
use crate::span::ByteSpan;

impl Query {
    /// The spans of `text` that match the query's words, in order, none overlapping. What only filters marks nothing.
    pub fn highlights(&self, text: &str) -> Vec<ByteSpan> {
        let mut patterns = Vec::new();
        let mut stems = Stems::new();
        collect(&self.root, &mut stems, &mut patterns);
        let mut splitter = Splitter::new();
        let (mut words, mut at) = (Vec::new(), 0);
        while let Some(range) = splitter.next(text, at) {
            at = range.end;
            let stem = stems.differing(&splitter.word).unwrap_or(&splitter.word).to_owned();
            words.push((range, splitter.word.clone(), stem));
        }
        let mut spans: Vec<ByteSpan> = Vec::new();
        let mut from = 0;
        while from < words.len() {
            let length = |pattern: &Vec<Form>| {
                let row = words.get(from..from + pattern.len())?;
                let fits = pattern.iter().zip(row).all(|(form, (_, word, stem))| form.fits(word, stem));
                fits.then_some(pattern.len())
            };
            let longest = patterns.iter().filter_map(length).max();
            if let Some(length) = longest {
                spans.push(ByteSpan::new(words[from].0.start, words[from + length - 1].0.end));
            }
            from += longest.unwrap_or(1);
        }
        spans
    }
}

/// What a word of a text must be.
enum Form {
    Word(String),
    Stem(String),
    Pattern(String),
    Fuzzy(String, u8),
}

impl Form {
    fn fits(&self, word: &str, stem: &str) -> bool {
        match self {
            Form::Word(expected) => expected == word,
            Form::Stem(expected) => expected == stem,
            Form::Pattern(pattern) => fits_pattern(word, pattern),
            Form::Fuzzy(expected, letters) => is_like(word, expected, *letters),
        }
    }
}

fn collect(node: &Node, stems: &mut Stems, patterns: &mut Vec<Vec<Form>>) {
    match node {
        Node::And(parts) | Node::Or(parts) => parts.iter().for_each(|part| collect(part, stems, patterns)),
        Node::Row(row) => patterns.push(forms(row, stems)),
        Node::Near { parts, .. } => patterns.extend(parts.iter().flatten().map(|row| forms(row, stems))),
        Node::Not(_)
        | Node::Heading(_)
        | Node::Report(_)
        | Node::Reports(_)
        | Node::Places(_)
        | Node::Code(_)
        | Node::Decision(_)
        | Node::Metadata { .. } => {}
    }
}

fn forms(row: &Row, stems: &mut Stems) -> Vec<Form> {
    let form = |slot: &Slot| match slot {
        Slot::Word(word) => Form::Word(word.clone()),
        Slot::Form(word) => Form::Stem(stems.differing(word).unwrap_or(word).to_owned()),
        Slot::Pattern(pattern) => Form::Pattern(pattern.clone()),
        Slot::Fuzzy(word, letters) => Form::Fuzzy(word.clone(), *letters),
    };
    row.iter().map(form).collect()
}
