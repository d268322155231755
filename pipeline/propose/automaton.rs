//! All patterns of a rule set, compiled so that one pass over the words of a passage finds every match.
//!
//! Each thing that one word can match (a word, a stem, a wildcard, a place in a word list) is an *atom*. A word's atoms
//! are looked up once per distinct word and kept, so a passage costs a hash look-up a word, however many rules there are.
//! A sequence of several elements hangs on its rarest atom, its *anchor*: only where that occurs, and only when all its
//! other atoms occur too, is it tried. Lists with phrases are found first and become atoms for what uses them.

use super::pattern::{ANY_GAP, Element, Pattern, What};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Something a stretch of words can be: a number that the automaton gives to each distinct word, stem, wildcard, list.
pub(crate) type Atom = u32;

/// Number of a pattern in the order in which it was added.
pub(crate) type PatternNumber = u32;

pub(super) const ANY_WORD: Atom = 0;
pub(super) const START: Atom = 1;
pub(super) const END: Atom = 2;
pub(super) const NUMBER: Atom = 3;
pub(super) const NUMBER_WORD: Atom = 4;

/// Why patterns cannot be compiled; the caller knows where they were written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CompileError {
    /// A pattern names a list that does not exist.
    UnknownList(String),
    /// A list contains itself.
    ListInItself(String),
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Automaton {
    pub(super) words: FxHashMap<String, Atom>,
    pub(super) stems: FxHashMap<String, Atom>,
    /// Wildcards that are a fixed beginning and anything, by that beginning.
    pub(super) beginnings: FxHashMap<String, Atom>,
    /// Other wildcards.
    pub(super) globs: Vec<(String, Atom)>,
    pub(super) marks: BTreeMap<char, Atom>,
    /// For each atom, all lists it is an entry of by itself, and the lists these are entries of.
    pub(super) implied: Vec<Vec<Atom>>,
    pub(super) sequences: Vec<Sequence>,
    /// For each atom: whether a sequence that hangs on another asks for it.
    pub(super) asked_for: Vec<bool>,
    /// For each stage and atom: the sequences that hang on it.
    pub(super) by_anchor: Vec<Vec<Vec<u32>>>,
    /// For each pattern: its parts' windows.
    pub(super) windows: Vec<Vec<Option<u32>>>,
}

/// Elements one after the other, and what their match is.
#[derive(Debug)]
pub(super) struct Sequence {
    pub steps: Vec<Step>,
    pub anchor: usize,
    /// Atoms that must be in the passage, the rarest first.
    pub required: Vec<Atom>,
    pub yields: Yield,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    pub atom: Atom,
    pub gap: u32,
    pub optional: bool,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Yield {
    /// An entry of this list.
    List(Atom),
    /// A part of a pattern.
    Part { pattern: PatternNumber, part: u32 },
}

/// Collects lists and patterns and compiles them.
#[derive(Debug, Default)]
pub(crate) struct Builder {
    lists: BTreeMap<String, Vec<Vec<Element>>>,
    patterns: Vec<Pattern>,
}

impl Builder {
    /// Adds entries to a word list, which is made when it is new. Entries have no `&`.
    pub fn list(&mut self, name: &str, entries: Vec<Vec<Element>>) {
        self.lists.entry(name.to_owned()).or_default().extend(entries);
    }

    /// Adds a pattern; matches name it by the number returned.
    pub fn pattern(&mut self, pattern: Pattern) -> PatternNumber {
        self.patterns.push(pattern);
        PatternNumber::try_from(self.patterns.len() - 1).expect("fewer than 4 billion patterns")
    }

    /// Compiles everything.
    ///
    /// # Errors
    /// For the first list (by name) or pattern (by number, in the first field) that cannot be compiled.
    pub fn build(self) -> Result<Automaton, (Option<PatternNumber>, CompileError)> {
        let automaton = Automaton {
            words: FxHashMap::default(),
            stems: FxHashMap::default(),
            beginnings: FxHashMap::default(),
            globs: Vec::new(),
            marks: BTreeMap::new(),
            implied: vec![Vec::new(); 5],
            sequences: Vec::new(),
            asked_for: Vec::new(),
            by_anchor: Vec::new(),
            windows: Vec::new(),
        };
        let mut compiler = Compiler {
            automaton,
            lists: self.lists,
            atoms: BTreeMap::new(),
            level: vec![0; 5],
            frequency: vec![1000., 1000., 1000., 40., 30.],
            open: Vec::new(),
            stages: Vec::new(),
            stemmer: rust_stemmers::Stemmer::create(rust_stemmers::Algorithm::English),
        };
        compiler.level[NUMBER as usize] = 1;
        let step = |optional, atom| Step { atom, gap: 0, optional };
        let and = compiler.atom(&What::Word("and".into())).map_err(|e| (None, e))?;
        compiler.sequence(
            vec![step(false, NUMBER_WORD), step(true, and), step(false, NUMBER_WORD)],
            Yield::List(NUMBER),
            0,
        );
        for name in compiler.lists.keys().cloned().collect::<Vec<_>>() {
            compiler.atom(&What::List(name)).map_err(|e| (None, e))?;
        }
        let mut parts = Vec::new();
        for (number, pattern) in (0..).zip(&self.patterns) {
            for (part, sequence) in (0..).zip(&pattern.parts) {
                let steps = compiler.steps(&sequence.elements).map_err(|e| (Some(number), e))?;
                parts.push((steps, Yield::Part { pattern: number, part }));
            }
            compiler.automaton.windows.push(pattern.parts.iter().map(|p| p.window).collect());
        }
        let last = compiler.level.iter().copied().max().unwrap_or(0);
        for (steps, yields) in parts {
            compiler.sequence(steps, yields, last);
        }
        Ok(compiler.finish(last))
    }
}

struct Compiler {
    automaton: Automaton,
    lists: BTreeMap<String, Vec<Vec<Element>>>,
    atoms: BTreeMap<What, Atom>,
    /// By atom: 0 for what one word matches; a list with phrases is one above the highest atom in them.
    level: Vec<usize>,
    /// By atom: a rough number of occurrences in a thousand words, to choose anchors by.
    frequency: Vec<f32>,
    /// Lists being compiled, to notice one that contains itself.
    open: Vec<What>,
    /// By sequence: the level at which it is tried.
    stages: Vec<usize>,
    stemmer: rust_stemmers::Stemmer,
}

impl Compiler {
    fn new_atom(&mut self, level: usize, frequency: f32) -> Atom {
        self.automaton.implied.push(Vec::new());
        self.level.push(level);
        self.frequency.push(frequency);
        Atom::try_from(self.level.len() - 1).expect("fewer than 4 billion atoms")
    }

    fn atom(&mut self, what: &What) -> Result<Atom, CompileError> {
        if let Some(atom) = self.atoms.get(what) {
            return Ok(*atom);
        }
        let atom = match what {
            What::AnyWord => return Ok(ANY_WORD),
            What::Start => return Ok(START),
            What::End => return Ok(END),
            What::Number => return Ok(NUMBER),
            What::Word(word) => {
                let atom = self.new_atom(0, frequency_of(word));
                self.automaton.words.insert(word.clone(), atom);
                atom
            }
            What::Stem(word) => {
                let stem = self.stemmer.stem(word).into_owned();
                match self.automaton.stems.get(&stem) {
                    Some(atom) => *atom,
                    None => {
                        let atom = self.new_atom(0, 2. * frequency_of(word));
                        self.automaton.stems.insert(stem, atom);
                        atom
                    }
                }
            }
            What::Wild(glob) => {
                let fixed = glob.split('*').map(str::len).max().unwrap_or(0);
                let atom = self.new_atom(0, 12. / (fixed.max(1) as f32));
                match glob.strip_suffix('*').filter(|beginning| !beginning.contains('*')) {
                    Some(beginning) => drop(self.automaton.beginnings.insert(beginning.to_owned(), atom)),
                    None => self.automaton.globs.push((glob.clone(), atom)),
                }
                atom
            }
            What::Mark(mark) => {
                let atom = self.new_atom(0, 50.);
                self.automaton.marks.insert(*mark, atom);
                atom
            }
            What::List(name) => {
                let entries = self.lists.get(name).cloned().ok_or_else(|| CompileError::UnknownList(name.clone()))?;
                return self.alternatives(what, &entries);
            }
            What::Group(entries) => return self.alternatives(what, entries),
        };
        self.atoms.insert(what.clone(), atom);
        Ok(atom)
    }

    fn alternatives(&mut self, what: &What, entries: &[Vec<Element>]) -> Result<Atom, CompileError> {
        if self.open.contains(what) {
            let What::List(name) = what else { unreachable!("only a list can name itself") };
            return Err(CompileError::ListInItself(name.clone()));
        }
        self.open.push(what.clone());
        let mut compiled = Vec::with_capacity(entries.len());
        for entry in entries {
            compiled.push(self.steps(entry)?);
        }
        self.open.pop();
        let stage = |steps: &[Step], level: &[usize]| steps.iter().map(|s| level[s.atom as usize]).max().unwrap_or(0);
        let alone = |steps: &[Step]| steps.len() == 1;
        let level = compiled.iter().map(|s| stage(s, &self.level) + usize::from(!alone(s))).max().unwrap_or(0);
        let frequency =
            compiled.iter().map(|s| s.iter().map(|s| self.frequency[s.atom as usize]).fold(f32::MAX, f32::min)).sum();
        let list = self.new_atom(level, frequency);
        for steps in compiled {
            if alone(&steps) {
                self.automaton.implied[steps[0].atom as usize].push(list);
            } else {
                let at = stage(&steps, &self.level);
                self.sequence(steps, Yield::List(list), at);
            }
        }
        self.atoms.insert(what.clone(), list);
        Ok(list)
    }

    fn steps(&mut self, elements: &[Element]) -> Result<Vec<Step>, CompileError> {
        elements.iter().map(|e| Ok(Step { atom: self.atom(&e.what)?, gap: e.gap, optional: e.optional })).collect()
    }

    fn sequence(&mut self, steps: Vec<Step>, yields: Yield, stage: usize) {
        let mut required: Vec<usize> = (0..steps.len())
            .filter(|&i| !steps[i].optional && !matches!(steps[i].atom, ANY_WORD | START | END))
            .collect();
        let frequency = |i: &usize| self.frequency[steps[*i].atom as usize];
        required.sort_by(|a, b| frequency(a).total_cmp(&frequency(b)).then(a.cmp(b)));
        let anchor = *required.first().expect("the parser refuses sequences of which nothing is required");
        let required = required.into_iter().map(|i| steps[i].atom).collect();
        self.automaton.sequences.push(Sequence { steps, anchor, required, yields });
        self.stages.push(stage);
    }

    /// Closes the lists over the lists they are entries of, and hangs each sequence on its anchor.
    fn finish(self, last: usize) -> Automaton {
        let mut automaton = self.automaton;
        let atoms = automaton.implied.len();
        let direct = automaton.implied.clone();
        for lists in &mut automaton.implied {
            let mut next = 0;
            while next < lists.len() {
                let more = direct[lists[next] as usize].clone();
                lists.extend(more);
                next += 1;
            }
            lists.sort_unstable();
            lists.dedup();
        }
        automaton.by_anchor = vec![vec![Vec::new(); atoms]; last + 1];
        automaton.asked_for = vec![false; atoms];
        for sequence in &automaton.sequences {
            // One that asks for nothing else names its anchor, see `Anchored`.
            let is_anchor = |n: usize| n == sequence.anchor && sequence.required.len() > 1;
            let asked = sequence.steps.iter().enumerate().filter(|(n, _)| !is_anchor(*n)).map(|(_, step)| step.atom);
            let is_word = |atom: &Atom| !matches!(*atom, ANY_WORD | START | END);
            asked.filter(is_word).for_each(|atom| automaton.asked_for[atom as usize] = true);
        }
        for (number, (sequence, stage)) in (0..).zip(automaton.sequences.iter().zip(self.stages)) {
            let anchor = sequence.steps[sequence.anchor].atom;
            automaton.by_anchor[stage][anchor as usize].push(number);
        }
        automaton
    }
}

/// Roughly how often a word comes in a thousand words of English; only the order matters, and only for speed.
fn frequency_of(word: &str) -> f32 {
    const COMMON: &str = " the of and to a in that it is was i for on with he be his they at have from this or had by but not what all were \
        we when your can said there an each which she do how their if will up other about out many then them these so some her would \
        make like him into time has look two more go see no way could people my than first been who its now did get may our us are ";
    match word.len() {
        _ if COMMON.contains(&format!(" {word} ")) => 8.,
        0..=3 => 1.5,
        4..=6 => 0.7,
        _ => 0.3,
    }
}

/// Whether the gap may be of any length.
pub(super) fn reach(at: usize, gap: u32, n_words: usize) -> usize {
    if gap == ANY_GAP { n_words } else { (at + gap as usize).min(n_words) }
}
