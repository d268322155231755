//! Runs an [`Automaton`] over one text at a time. A matcher belongs to one thread and keeps what it has learned about
//! words, so it is made once and used for many passages.

mod matches;
mod occurrences;

pub(crate) use matches::{Match, Matches};

use super::automaton::{Automaton, PatternNumber, Sequence, Yield, reach};
use super::pattern::ANY_GAP;
use super::vocabulary::{Anchored, Vocabulary, WordNumber};
use super::words::{Sink, Word, scan};
use occurrences::{Occurrence, Seen, bits};

/// How many steps one attempt to match a sequence may take; reached only by patterns of many open gaps on very long
/// passages, where the match is then not found.
const MAX_STEPS: u32 = 4_000;

/// See the module.
pub(crate) struct Matcher<'a> {
    automaton: &'a Automaton,
    vocabulary: Vocabulary,
    /// The words of the text.
    text: Vec<WordNumber>,
    /// Where atoms occur that are no single word: entries of lists that are phrases, and marks.
    occurrences: Vec<Occurrence>,
    /// By position: the latest occurrence that starts, and that ends, there.
    starting: Vec<u32>,
    ending: Vec<u32>,
    /// By atom, for those that are ever asked for.
    seen: Vec<Seen>,
    text_number: u32,
    folded: String,
    parts: Vec<(PatternNumber, u32, Match)>,
    steps: u32,
    trail: Vec<(u32, u32)>,
}

impl<'a> Matcher<'a> {
    /// A matcher that knows no words yet.
    pub fn new(automaton: &'a Automaton) -> Self {
        Matcher {
            automaton,
            vocabulary: Vocabulary::new(),
            text: Vec::new(),
            occurrences: Vec::new(),
            starting: Vec::new(),
            ending: Vec::new(),
            seen: vec![Seen::default(); automaton.implied.len()],
            text_number: 0,
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
        self.text.clear();
        self.occurrences.clear();
        self.starting.clear();
        self.ending.clear();
        self.parts.clear();
        self.text_number += 1;
        self.vocabulary.make_room();
        let mut folded = std::mem::take(&mut self.folded);
        scan(text, &mut folded, &mut Scan { matcher: self, words: &mut matches.words });
        self.folded = folded;
        self.reserve(self.text.len());
        let automaton = self.automaton;
        for (stage, by_anchor) in automaton.by_anchor.iter().enumerate() {
            let so_far = self.occurrences.len();
            for position in 0..self.text.len() {
                let word = self.text[position];
                for i in 0..self.vocabulary.anchored(word, stage).len() {
                    let Anchored { sequence, and } = self.vocabulary.anchored(word, stage)[i];
                    if self.is_present(and) {
                        let start = narrow(position);
                        self.attempt(&automaton.sequences[sequence as usize], start, start + 1, matches);
                    }
                }
            }
            for i in 0..so_far {
                let Occurrence { atom, start, end, .. } = self.occurrences[i];
                for &sequence in &by_anchor[atom as usize] {
                    self.attempt(&automaton.sequences[sequence as usize], start, end, matches);
                }
            }
        }
        self.join_parts(matches);
    }

    /// Tries a sequence whose anchor stands at `start..end`.
    fn attempt(&mut self, sequence: &Sequence, start: u32, end: u32, matches: &mut Matches) {
        if sequence.required[1..].iter().all(|atom| self.is_present(*atom))
            && let Some((start, end)) = self.try_at(sequence, start, end)
        {
            self.keep(sequence.yields, start, end, matches);
        }
    }

    /// Matches the elements before and after the anchor; leaves the named stretches in `trail`.
    fn try_at(&mut self, sequence: &Sequence, start: u32, end: u32) -> Option<(u32, u32)> {
        self.trail.clear();
        self.steps = 0;
        let first = self.backward(sequence, sequence.anchor, start, 0)?;
        self.trail.push((start, end));
        let last = self.forward(sequence, sequence.anchor + 1, end, 0)?;
        Some((first, last))
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
        let known = self.ends(before.atom, lowest, until);
        let mut end = until + 1;
        while end > lowest && self.steps <= MAX_STEPS {
            end = match known.map(|k| k & bits(0, end - 1)) {
                Some(0) => break,
                Some(left) => 63 - left.leading_zeros(),
                None => end - 1,
            };
            let mut at = self.first_ending(before.atom, end);
            while let Some((start, next)) = at {
                if let Some(found) = self.backward(sequence, step - 1, start, 0) {
                    self.trail.push((start, end));
                    return Some(found);
                }
                at = self.next_ending(before.atom, end, next);
            }
            if end == 0 {
                break;
            }
        }
        if before.optional { self.backward(sequence, step - 1, until, gap) } else { None }
    }

    /// Matches the steps from `step` on, after word `from`; gives the word at which the sequence ends.
    fn forward(&mut self, sequence: &Sequence, step: usize, from: u32, carried: u32) -> Option<u32> {
        let Some(current) = sequence.steps.get(step) else { return Some(from) };
        self.steps += 1;
        let gap = current.gap.saturating_add(carried);
        let highest = narrow(reach(from as usize, gap, self.text.len()));
        let known = self.starts(current.atom, from, highest);
        let mut start = from;
        while start <= highest && self.steps <= MAX_STEPS {
            start = match known.map(|k| k & bits(start, highest)) {
                Some(0) => break,
                Some(left) => left.trailing_zeros(),
                None => start,
            };
            let mut at = self.first_starting(current.atom, start);
            while let Some((end, next)) = at {
                let mark = self.trail.len();
                self.trail.push((start, end));
                if let Some(found) = self.forward(sequence, step + 1, end, 0) {
                    return Some(found);
                }
                self.trail.truncate(mark);
                at = self.next_starting(current.atom, start, next);
            }
            start += 1;
        }
        if current.optional { self.forward(sequence, step + 1, from, gap) } else { None }
    }

    fn keep(&mut self, yields: Yield, start: u32, end: u32, matches: &mut Matches) {
        match yields {
            Yield::List(list) => self.occur_with_lists(list, start, end),
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
        self.words.push(word);
        let matcher = &mut *self.matcher;
        let number = matcher.vocabulary.number(matcher.automaton, folded);
        matcher.text.push(number);
        let position = narrow(matcher.text.len() - 1);
        for i in 0..matcher.vocabulary.asked_for(number).len() {
            matcher.see(matcher.vocabulary.asked_for(number)[i], position, position + 1);
        }
    }

    fn mark(&mut self, mark: char) {
        if let Some(&atom) = self.matcher.automaton.marks.get(&mark) {
            let position = narrow(self.words.len());
            self.matcher.occur_with_lists(atom, position, position);
        }
    }
}

fn narrow(n: usize) -> u32 {
    u32::try_from(n).expect("a text has fewer than 2^32 words")
}

#[cfg(test)]
mod tests;
