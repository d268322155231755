//! What each distinct word means to an automaton: the atoms it is, and the sequences that hang on one of them. Looked up
//! once a word and kept, since the words of reports repeat.

use super::automaton::{Atom, Automaton, NUMBER, NUMBER_WORD};
use rust_stemmers::{Algorithm, Stemmer};
use rustc_hash::FxHashMap;

/// Number of a word in a [`Vocabulary`].
pub(super) type WordNumber = u32;

/// Words whose meaning is kept; when there are more, all are forgotten.
const MAX_WORDS: usize = 200_000;

const NUMBER_WORDS: &str = " one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen \
    seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand dozen half third thirds \
    quarter quarters fifth fifths tenth tenths ";

/// See the module.
pub(super) struct Vocabulary {
    stemmer: Stemmer,
    numbers: FxHashMap<Box<str>, WordNumber>,
    words: Vec<Meaning>,
}

#[derive(Default)]
struct Meaning {
    /// Sorted.
    atoms: Box<[Atom]>,
    /// Those of the atoms whose presence in a text is ever asked for.
    asked_for: Box<[Atom]>,
    /// By stage: the sequences that hang on one of the atoms.
    anchored: Box<[Vec<Anchored>]>,
}

/// A sequence that may match where a word stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Anchored {
    pub sequence: u32,
    /// The rarest atom beside the anchor that must be in the text as well; the anchor itself, when there is none.
    pub and: Atom,
}

impl Anchored {
    pub fn of(automaton: &Automaton, sequence: u32) -> Self {
        let required = &automaton.sequences[sequence as usize].required;
        Anchored { sequence, and: *required.get(1).unwrap_or(&required[0]) }
    }
}

impl Vocabulary {
    pub fn new() -> Self {
        Vocabulary { stemmer: Stemmer::create(Algorithm::English), numbers: FxHashMap::default(), words: Vec::new() }
    }

    /// Makes room before a text is read; numbers of words given before mean nothing afterwards.
    pub fn make_room(&mut self) {
        if self.words.len() > MAX_WORDS {
            self.numbers.clear();
            self.words.clear();
        }
    }

    /// The number of a word, given in lower case.
    pub fn number(&mut self, automaton: &Automaton, folded: &str) -> WordNumber {
        if let Some(number) = self.numbers.get(folded) {
            return *number;
        }
        let number = u32::try_from(self.words.len()).expect("the vocabulary is limited");
        let meaning = self.meaning(automaton, folded);
        self.words.push(meaning);
        self.numbers.insert(folded.into(), number);
        number
    }

    /// Whether a word is an atom.
    pub fn is(&self, word: WordNumber, atom: Atom) -> bool {
        self.words[word as usize].atoms.binary_search(&atom).is_ok()
    }

    /// The atoms of a word whose presence is ever asked for.
    pub fn asked_for(&self, word: WordNumber) -> &[Atom] {
        &self.words[word as usize].asked_for
    }

    /// The sequences of a stage that hang on an atom of a word.
    pub fn anchored(&self, word: WordNumber, stage: usize) -> &[Anchored] {
        &self.words[word as usize].anchored[stage]
    }

    fn meaning(&self, automaton: &Automaton, folded: &str) -> Meaning {
        let mut atoms: Vec<Atom> = Vec::new();
        let bare = folded.strip_suffix("'s").unwrap_or(folded);
        for form in [folded, bare] {
            atoms.extend(automaton.words.get(form));
            atoms.extend(automaton.stems.get(&*self.stemmer.stem(form)));
            let ends = form.char_indices().map(|(at, _)| at).chain([form.len()]);
            atoms.extend(ends.filter_map(|end| automaton.beginnings.get(&form[..end])));
            atoms.extend(automaton.globs.iter().filter(|(glob, _)| glob_matches(glob, form)).map(|(_, atom)| *atom));
            if folded == bare {
                break;
            }
        }
        if folded.starts_with(|c: char| c.is_ascii_digit()) {
            atoms.push(NUMBER);
        }
        if NUMBER_WORDS.split(' ').any(|word| word == folded) {
            atoms.extend([NUMBER, NUMBER_WORD]);
        }
        let implied: Vec<Atom> = atoms.iter().flat_map(|a| &automaton.implied[*a as usize]).copied().collect();
        atoms.extend(implied);
        atoms.sort_unstable();
        atoms.dedup();
        let of_stage = |by_anchor: &Vec<Vec<u32>>| {
            let sequences = atoms.iter().flat_map(|atom| &by_anchor[*atom as usize]);
            sequences.map(|sequence| Anchored::of(automaton, *sequence)).collect()
        };
        let anchored = automaton.by_anchor.iter().map(of_stage).collect();
        let asked_for = atoms.iter().copied().filter(|atom| automaton.asked_for[*atom as usize]).collect();
        Meaning { atoms: atoms.into(), asked_for, anchored }
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
