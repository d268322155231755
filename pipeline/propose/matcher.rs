//! Runs an [`Automaton`] over one text at a time. A matcher belongs to one thread and keeps what it has learned about
//! words, so it is made once and used for many passages.

use super::automaton::{
    ANY_WORD, Atom, Automaton, END, NUMBER, NUMBER_WORD, PatternNumber, START, Sequence, Yield, reach,
};
use super::pattern::ANY_GAP;
use super::words::{Sink, Word, scan};
use crate::span::ByteSpan;
use rust_stemmers::{Algorithm, Stemmer};
use rustc_hash::FxHashMap;

/// A match of a pattern in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Match {
    /// Which pattern.
    pub pattern: PatternNumber,
    /// First word, as a number of words from the start.
    pub start: u32,
    /// One past the last word; equal to `start` for a mark alone.
    pub end: u32,
    /// Where the words that the pattern names (not those in its gaps) are in [`Matches::named`].
    named: (u32, u32),
}

/// The matches of one text, and its words.
#[derive(Debug, Default)]
pub(crate) struct Matches {
    /// The words.
    pub words: Vec<Word>,
    /// The matches, in no order that means anything but the same one each time.
    pub found: Vec<Match>,
    named: Vec<(u32, u32)>,
}

impl Matches {
    /// Stretches of words that the pattern itself names, without its gaps.
    pub fn named(&self, found: &Match) -> &[(u32, u32)] {
        &self.named[found.named.0 as usize..found.named.1 as usize]
    }

    /// The bytes of the text that a stretch of words covers; a mark alone gives the empty span before the next word.
    pub fn span(&self, start: u32, end: u32) -> ByteSpan {
        let at = |n: u32| self.words.get(n as usize);
        let first = at(start).map_or_else(|| self.words.last().map_or(0, |w| w.end), |w| w.start);
        let last = if end > start { self.words[end as usize - 1].end } else { first };
        ByteSpan { start: first, end: last }
    }
}

/// How many steps one attempt to match a sequence may take; reached only by patterns of many open gaps on very long
/// passages, where the match is then not found.
const MAX_STEPS: u32 = 4_000;

/// Words whose atoms are kept; when there are more, all are forgotten.
const MAX_VOCABULARY: usize = 200_000;

const NUMBER_WORDS: &[&str] = &[
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
    "hundred",
    "thousand",
    "dozen",
    "half",
    "third",
    "thirds",
    "quarter",
    "quarters",
    "fifth",
    "fifths",
    "tenth",
    "tenths",
];

/// See the module.
pub(crate) struct Matcher<'a> {
    automaton: &'a Automaton,
    stemmer: Stemmer,
    vocabulary: FxHashMap<Box<str>, (u32, u32)>,
    atoms: Vec<Atom>,
    /// By atom: the number of the last text in which it occurred.
    seen: Vec<u32>,
    text_number: u32,
    occurrences: Vec<Occurrence>,
    /// By position: the latest occurrence that starts, and that ends, there.
    starting: Vec<u32>,
    ending: Vec<u32>,
    folded: String,
    parts: Vec<(PatternNumber, u32, Match)>,
    steps: u32,
    trail: Vec<(u32, u32)>,
}

#[derive(Debug, Clone, Copy)]
struct Occurrence {
    atom: Atom,
    start: u32,
    end: u32,
    next_starting: u32,
    next_ending: u32,
}

const NONE: u32 = u32::MAX;

impl<'a> Matcher<'a> {
    /// A matcher that knows no words yet.
    pub fn new(automaton: &'a Automaton) -> Self {
        Matcher {
            automaton,
            stemmer: Stemmer::create(Algorithm::English),
            vocabulary: FxHashMap::default(),
            atoms: Vec::new(),
            seen: vec![0; automaton.implied.len()],
            text_number: 0,
            occurrences: Vec::new(),
            starting: Vec::new(),
            ending: Vec::new(),
            folded: String::new(),
            parts: Vec::new(),
            steps: 0,
            trail: Vec::new(),
        }
    }

    /// Finds all patterns in `text` and leaves them in `matches`, which is emptied first.
    pub fn run(&mut self, text: &str, matches: &mut Matches) {
        matches.words.clear();
        matches.found.clear();
        matches.named.clear();
        self.occurrences.clear();
        self.starting.clear();
        self.ending.clear();
        self.parts.clear();
        self.text_number += 1;
        if self.vocabulary.len() > MAX_VOCABULARY {
            self.vocabulary.clear();
            self.atoms.clear();
        }
        let mut folded = std::mem::take(&mut self.folded);
        scan(text, &mut folded, &mut Scan { matcher: self, words: &mut matches.words });
        self.folded = folded;
        self.reserve(matches.words.len());
        let automaton = self.automaton;
        let last = automaton.by_anchor.len() - 1;
        for (stage, by_anchor) in automaton.by_anchor.iter().enumerate() {
            let so_far = self.occurrences.len();
            for i in 0..so_far {
                let anchor = self.occurrences[i];
                for &number in &by_anchor[anchor.atom as usize] {
                    let sequence = &automaton.sequences[number as usize];
                    if sequence.required[1..].iter().any(|a| self.seen[*a as usize] != self.text_number) {
                        continue;
                    }
                    if let Some((start, end)) = self.try_at(sequence, anchor, matches.words.len()) {
                        self.keep(sequence.yields, start, end, matches);
                    }
                }
            }
            debug_assert!(stage < last || so_far == self.occurrences.len(), "the last stage makes no lists");
        }
        self.join_parts(matches);
    }

    fn reserve(&mut self, position: usize) {
        if self.starting.len() <= position {
            self.starting.resize(position + 1, NONE);
            self.ending.resize(position + 1, NONE);
        }
    }

    fn occur(&mut self, atom: Atom, start: u32, end: u32) {
        self.reserve(end as usize);
        let mut at = self.starting[start as usize];
        while at != NONE {
            let o = self.occurrences[at as usize];
            if o.atom == atom && o.end == end {
                return;
            }
            at = o.next_starting;
        }
        let number = u32::try_from(self.occurrences.len()).expect("a passage has fewer than 4 billion words");
        self.occurrences.push(Occurrence {
            atom,
            start,
            end,
            next_starting: self.starting[start as usize],
            next_ending: self.ending[end as usize],
        });
        self.starting[start as usize] = number;
        self.ending[end as usize] = number;
        self.seen[atom as usize] = self.text_number;
    }

    /// The atoms of a word, looked up once for each distinct word.
    fn atoms_of(&mut self, folded: &str) -> (u32, u32) {
        if let Some(range) = self.vocabulary.get(folded) {
            return *range;
        }
        let automaton = self.automaton;
        let mut atoms: Vec<Atom> = Vec::new();
        let bare = folded.strip_suffix("'s").unwrap_or(folded);
        for form in [folded, bare] {
            atoms.extend(automaton.words.get(form));
            atoms.extend(automaton.stems.get(&*self.stemmer.stem(form)));
            if !automaton.beginnings.is_empty() {
                let ends = form.char_indices().map(|(at, _)| at).chain([form.len()]);
                atoms.extend(ends.filter_map(|end| automaton.beginnings.get(&form[..end])));
            }
            atoms.extend(automaton.globs.iter().filter(|(glob, _)| glob_matches(glob, form)).map(|(_, atom)| *atom));
            if folded == bare {
                break;
            }
        }
        if folded.starts_with(|c: char| c.is_ascii_digit()) {
            atoms.push(NUMBER);
        }
        if NUMBER_WORDS.contains(&folded) {
            atoms.extend([NUMBER, NUMBER_WORD]);
        }
        let implied: Vec<Atom> = atoms.iter().flat_map(|a| &automaton.implied[*a as usize]).copied().collect();
        atoms.extend(implied);
        atoms.sort_unstable();
        atoms.dedup();
        let at = |n: usize| u32::try_from(n).expect("the vocabulary is limited");
        let range = (at(self.atoms.len()), at(self.atoms.len() + atoms.len()));
        self.atoms.extend(atoms);
        self.vocabulary.insert(folded.into(), range);
        range
    }

    /// Matches the elements before and after the anchor; leaves the named stretches in `trail`.
    fn try_at(&mut self, sequence: &Sequence, anchor: Occurrence, n_words: usize) -> Option<(u32, u32)> {
        self.trail.clear();
        self.steps = 0;
        let start = self.backward(sequence, sequence.anchor, anchor.start, 0)?;
        self.trail.push((anchor.start, anchor.end));
        let end = self.forward(sequence, sequence.anchor + 1, anchor.end, 0, n_words)?;
        Some((start, end))
    }

    /// Matches the steps before `step`, which starts at word `until`; gives the word at which the sequence starts.
    fn backward(&mut self, sequence: &Sequence, step: usize, until: u32, carried: u32) -> Option<u32> {
        if step == 0 {
            return Some(until);
        }
        self.steps += 1;
        let before = sequence.steps[step - 1];
        let gap = sequence.steps[step].gap.saturating_add(carried);
        let lowest = if gap == ANY_GAP { 0 } else { until.saturating_sub(gap) };
        for end in (lowest..=until).rev() {
            if self.steps > MAX_STEPS {
                return None;
            }
            let mut at = self.first_ending(before.atom, end);
            while let Some((start, next)) = at {
                if let Some(found) = self.backward(sequence, step - 1, start, 0) {
                    self.trail.push((start, end));
                    return Some(found);
                }
                at = self.next_ending(before.atom, next);
            }
        }
        if before.optional { self.backward(sequence, step - 1, until, gap) } else { None }
    }

    /// Matches the steps from `step` on, after word `from`; gives the word at which the sequence ends.
    fn forward(&mut self, sequence: &Sequence, step: usize, from: u32, carried: u32, n_words: usize) -> Option<u32> {
        let Some(current) = sequence.steps.get(step) else { return Some(from) };
        self.steps += 1;
        let gap = current.gap.saturating_add(carried);
        for start in from as usize..=reach(from as usize, gap, n_words) {
            if self.steps > MAX_STEPS {
                return None;
            }
            let start = u32::try_from(start).expect("a passage has fewer than 4 billion words");
            let mut at = self.first_starting(current.atom, start, n_words);
            while let Some((end, next)) = at {
                let mark = self.trail.len();
                self.trail.push((start, end));
                if let Some(found) = self.forward(sequence, step + 1, end, 0, n_words) {
                    return Some(found);
                }
                self.trail.truncate(mark);
                at = self.next_starting(current.atom, next);
            }
        }
        if current.optional { self.forward(sequence, step + 1, from, gap, n_words) } else { None }
    }

    fn first_starting(&self, atom: Atom, start: u32, n_words: usize) -> Option<(u32, u32)> {
        match atom {
            ANY_WORD => ((start as usize) < n_words).then_some((start + 1, NONE)),
            START => (start == 0).then_some((0, NONE)),
            END => (start as usize == n_words).then_some((start, NONE)),
            _ if self.seen[atom as usize] != self.text_number => None,
            _ => self.next_starting(atom, self.starting[start as usize]),
        }
    }

    fn next_starting(&self, atom: Atom, mut at: u32) -> Option<(u32, u32)> {
        while at != NONE {
            let o = self.occurrences[at as usize];
            if o.atom == atom {
                return Some((o.end, o.next_starting));
            }
            at = o.next_starting;
        }
        None
    }

    fn first_ending(&self, atom: Atom, end: u32) -> Option<(u32, u32)> {
        match atom {
            ANY_WORD => (end > 0).then(|| (end - 1, NONE)),
            START => (end == 0).then_some((0, NONE)),
            END => None,
            _ if self.seen[atom as usize] != self.text_number => None,
            _ => self.next_ending(atom, self.ending[end as usize]),
        }
    }

    fn next_ending(&self, atom: Atom, mut at: u32) -> Option<(u32, u32)> {
        while at != NONE {
            let o = self.occurrences[at as usize];
            if o.atom == atom {
                return Some((o.start, o.next_ending));
            }
            at = o.next_ending;
        }
        None
    }

    fn keep(&mut self, yields: Yield, start: u32, end: u32, matches: &mut Matches) {
        match yields {
            Yield::List(list) => {
                self.occur(list, start, end);
                for i in 0..self.automaton.implied[list as usize].len() {
                    self.occur(self.automaton.implied[list as usize][i], start, end);
                }
            }
            Yield::Part { pattern, part } => {
                let from = matches.named.len() as u32;
                matches.named.extend(self.trail.iter().filter(|(start, end)| start < end));
                let found = Match { pattern, start, end, named: (from, matches.named.len() as u32) };
                if self.automaton.windows[pattern as usize].len() == 1 {
                    if !matches.found.contains(&found) {
                        matches.found.push(found);
                    }
                } else {
                    self.parts.push((pattern, part, found));
                }
            }
        }
    }

    /// Patterns with `&` match when all their parts do, near enough to each other.
    fn join_parts(&mut self, matches: &mut Matches) {
        self.parts.sort_by_key(|(pattern, part, found)| (*pattern, *part, found.start, found.end));
        let parts = std::mem::take(&mut self.parts);
        for of_pattern in parts.chunk_by(|a, b| a.0 == b.0) {
            let windows = &self.automaton.windows[of_pattern[0].0 as usize];
            let first = of_pattern.iter().filter(|p| p.1 == 0);
            for (_, _, begin) in first {
                let mut chosen = vec![*begin];
                for (part, window) in windows.iter().enumerate().skip(1) {
                    let previous = chosen[part - 1];
                    let near = |m: &Match| {
                        let between = if m.start >= previous.end {
                            m.start - previous.end
                        } else {
                            previous.start.saturating_sub(m.end)
                        };
                        window.is_none_or(|w| between <= w)
                    };
                    match of_pattern.iter().find(|(_, p, m)| *p as usize == part && near(m)) {
                        Some((_, _, m)) => chosen.push(*m),
                        None => break,
                    }
                }
                if chosen.len() == windows.len() {
                    let from = matches.named.len() as u32;
                    for m in &chosen {
                        let range = m.named.0 as usize..m.named.1 as usize;
                        matches.named.extend_from_within(range);
                    }
                    let start = chosen.iter().map(|m| m.start).min().unwrap_or(0);
                    let end = chosen.iter().map(|m| m.end).max().unwrap_or(0);
                    let named = (from, matches.named.len() as u32);
                    matches.found.push(Match { pattern: begin.pattern, start, end, named });
                }
            }
        }
        self.parts = parts;
    }
}

struct Scan<'m, 'a, 'w> {
    matcher: &'m mut Matcher<'a>,
    words: &'w mut Vec<Word>,
}

impl Sink for Scan<'_, '_, '_> {
    fn word(&mut self, word: Word, folded: &str) {
        let position = u32::try_from(self.words.len()).expect("a passage has fewer than 4 billion words");
        self.words.push(word);
        let (from, to) = self.matcher.atoms_of(folded);
        for i in from..to {
            let atom = self.matcher.atoms[i as usize];
            self.matcher.occur(atom, position, position + 1);
        }
    }

    fn mark(&mut self, mark: char) {
        if let Some(&atom) = self.matcher.automaton.marks.get(&mark) {
            let position = u32::try_from(self.words.len()).expect("a passage has fewer than 4 billion words");
            self.matcher.occur(atom, position, position);
            for i in 0..self.matcher.automaton.implied[atom as usize].len() {
                self.matcher.occur(self.matcher.automaton.implied[atom as usize][i], position, position);
            }
        }
    }
}

/// Whether `word` fits `glob`, in which `*` is any run of characters.
fn glob_matches(glob: &str, word: &str) -> bool {
    let mut pieces = glob.split('*');
    let first = pieces.next().unwrap_or("");
    let Some(mut rest) = word.strip_prefix(first) else { return false };
    let mut pieces: Vec<&str> = pieces.collect();
    let last = pieces.pop().unwrap_or("");
    for piece in pieces {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests;
