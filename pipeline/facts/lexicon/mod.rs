//! The words from which facts are read, as data: `models/english/facts.toml` in, a [`Lexicon`] out, whose phrases are
//! found in one walk over a text's words. Code knows what a number, a kind of school or a cue *does*; which words say
//! it is in the file, so that another language or another country's schools need another file only.

mod file;
mod labels;
mod phrases;

use super::phase::Phases;
use super::words::Tags;
use file::{File, KindFile, PeopleFile};
use labels::{Label, Pattern, label_words};
use phrases::Phrases;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Why a lexicon cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file is not TOML of the known shape; the message holds line and column.
    #[error("lexicon of facts: {0}")]
    Toml(#[from] toml::de::Error),
    /// The file's format is not the one this program reads.
    #[error("lexicon of facts: version is `{found}`, expected `{expected}`")]
    Version {
        /// What the file says.
        found: u32,
        /// What this program reads.
        expected: u32,
    },
    /// An entry cannot be what its place says.
    #[error("lexicon of facts: `{part}` holds `{found}`, expected {expected}")]
    Entry {
        /// Table or key of the entry.
        part: String,
        /// The entry.
        found: String,
        /// What may stand there.
        expected: &'static str,
    },
}

/// Numbers, kinds of school, cues and labels, ready to be found in a text.
#[derive(Debug)]
pub struct Lexicon {
    vocabulary: FxHashMap<Box<str>, u32>,
    /// Phrases that become one word of the grammar.
    pub(super) grammar: Phrases<Entry>,
    /// Phrases that say something about their surroundings; their words stay words of the grammar.
    pub(super) cues: Phrases<Cue>,
    /// Label patterns in the order in which they are tried.
    labels: Vec<Label>,
    not_labels: Vec<Label>,
    not_schools: Vec<Pattern>,
}

/// What a phrase of the grammar is.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Entry {
    pub tags: Tags,
    pub value: u16,
    pub phases: Phases,
}

/// What a cue says about the text around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cue {
    /// The schools that follow take part.
    MemberBefore,
    /// The schools before it take part.
    MemberAfter,
    /// Somebody else's schools.
    Others,
    /// Somebody else's schools come now.
    OthersAfter,
    /// All schools of a place.
    Region,
    /// Not yet so.
    Later,
    /// No longer so.
    Before,
    /// A new clause begins.
    Contrast,
    /// The report is about one school.
    Alone,
    /// What counts, whatever people feel: "on paper we are one school".
    Formal,
    /// What things are like, and not what they are: "we think of ourselves as three schools".
    AsIf,
    /// A weak sign of a phase, with its weight.
    Sign(Phases, u8),
}

impl Lexicon {
    /// Reads the TOML text of a lexicon.
    ///
    /// # Errors
    /// When the text is no TOML of this shape, or an entry cannot be what its place says.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let file: File = toml::from_str(text)?;
        if file.version != VERSION {
            return Err(Error::Version { found: file.version, expected: VERSION });
        }
        let mut lexicon = Lexicon {
            vocabulary: FxHashMap::default(),
            grammar: Phrases::default(),
            cues: Phrases::default(),
            labels: Vec::new(),
            not_labels: Vec::new(),
            not_schools: Vec::new(),
        };
        lexicon.add_numbers(&file.numbers)?;
        for kind in &file.kind {
            lexicon.add_kind(kind)?;
        }
        lexicon.add_people(&file.people);
        lexicon.add_words(&file.words)?;
        for sign in &file.sign {
            let phases = phases(std::slice::from_ref(&sign.phase))?;
            for phrase in &sign.words {
                lexicon.add_cue(phrase, Cue::Sign(phases, sign.weight));
            }
        }
        for (name, patterns) in &file.labels {
            lexicon.labels.push(Label::new(name, patterns));
        }
        for (name, patterns) in &file.not_labels {
            lexicon.not_labels.push(Label::new(name, patterns));
        }
        lexicon.not_schools = file.rows.not_schools.iter().map(|p| Pattern::new(p)).collect();
        Ok(lexicon)
    }

    /// The number of a word in the vocabulary, 0 when no phrase has it. `word` is in lower case with straight apostrophes.
    pub(super) fn word(&self, word: &str) -> u32 {
        self.vocabulary.get(word).copied().unwrap_or(0)
    }

    /// What a row head, column head, heading or `label:` names, as keys of `[labels]`, best first; nothing when unknown.
    pub(super) fn labels(&self, text: &str) -> Vec<&str> {
        let mut words = label_words(text);
        // "a) Schools", "2.1 Schools", "Q3 Schools"
        let number = |w: &String| w.len() == 1 || w.trim_start_matches('q').bytes().all(|b| b.is_ascii_digit());
        let n_numbers = words.iter().take_while(|w| number(w)).count();
        words.drain(..n_numbers);
        if words.is_empty() || words.len() > MAX_LABEL_WORDS {
            return Vec::new();
        }
        let names = |labels: &'_ [Label]| -> Vec<(usize, usize)> {
            let mut found: Vec<(usize, usize)> = labels
                .iter()
                .enumerate()
                .filter_map(|(i, label)| label.patterns.iter().filter_map(|p| p.matches(&words)).max().map(|n| (n, i)))
                .collect();
            found.sort_by_key(|&(n, i)| (std::cmp::Reverse(n), i));
            found
        };
        let not = names(&self.not_labels);
        names(&self.labels)
            .into_iter()
            .map(|(n, i)| (n, self.labels[i].name.as_str()))
            // a pattern that looks alike and is longer takes the name away
            .filter(|(n, name)| !not.iter().any(|&(m, j)| m >= *n && self.not_labels[j].name == *name))
            .map(|(_, name)| name)
            .collect()
    }

    /// Whether the first cell of a row in a table of schools is something else: a total, a comparison.
    pub(super) fn is_no_school_row(&self, text: &str) -> bool {
        let words = label_words(text);
        words.is_empty() || self.not_schools.iter().any(|p| p.matches(&words).is_some())
    }

    fn add_numbers(&mut self, numbers: &BTreeMap<String, Vec<String>>) -> Result<(), Error> {
        for (number, phrases) in numbers {
            let value: u16 = number.parse().map_err(|_| Error::Entry {
                part: "numbers".into(),
                found: number.clone(),
                expected: "whole numbers as keys",
            })?;
            for phrase in phrases {
                self.add_entry(phrase, Entry { tags: Tags::NUMBER, value, phases: Phases::NONE });
            }
        }
        Ok(())
    }

    fn add_kind(&mut self, kind: &KindFile) -> Result<(), Error> {
        let phases = phases(&kind.phases)?;
        let roles = [
            (&kind.qualifier, Tags::QUALIFIER),
            (&kind.one, Tags::ONE),
            (&kind.many, Tags::MANY),
            (&kind.name, Tags::NAME),
        ];
        for (phrases, tags) in roles {
            for phrase in phrases {
                self.add_entry(phrase, Entry { tags, value: 0, phases });
            }
        }
        Ok(())
    }

    fn add_people(&mut self, people: &PeopleFile) {
        for phrase in &people.words {
            let ambiguous = people.unless_of.contains(phrase);
            let tags = if ambiguous { Tags::PEOPLE | Tags::UNLESS_OF } else { Tags::PEOPLE };
            self.add_entry(phrase, Entry { tags, ..Entry::default() });
        }
    }

    fn add_words(&mut self, words: &BTreeMap<String, Vec<String>>) -> Result<(), Error> {
        for (role, phrases) in words {
            let cue = match role.as_str() {
                "member_before" => Some(Cue::MemberBefore),
                "member_after" => Some(Cue::MemberAfter),
                "others" => Some(Cue::Others),
                "others_after" => Some(Cue::OthersAfter),
                "region" => Some(Cue::Region),
                "later" => Some(Cue::Later),
                "before" => Some(Cue::Before),
                "contrast" => Some(Cue::Contrast),
                "alone" => Some(Cue::Alone),
                "formal" => Some(Cue::Formal),
                "as_if" => Some(Cue::AsIf),
                _ => None,
            };
            for phrase in phrases {
                match (cue, Tags::named(role)) {
                    (Some(cue), _) => self.add_cue(phrase, cue),
                    (None, Some(tags)) => self.add_entry(phrase, Entry { tags, ..Entry::default() }),
                    (None, None) => {
                        return Err(Error::Entry {
                            part: "words".into(),
                            found: role.clone(),
                            expected: "the name of a list that the reader of facts knows",
                        });
                    }
                }
            }
        }
        Ok(())
    }

    fn add_entry(&mut self, phrase: &str, entry: Entry) {
        let ids = self.ids(phrase);
        let found = self.grammar.insert(&ids);
        let old = found.get_or_insert(Entry::default());
        old.tags = old.tags | entry.tags;
        old.value = old.value.max(entry.value);
        old.phases = old.phases.union(entry.phases);
    }

    fn add_cue(&mut self, phrase: &str, cue: Cue) {
        let ids = self.ids(phrase);
        *self.cues.insert(&ids) = Some(cue);
    }

    fn ids(&mut self, phrase: &str) -> Vec<u32> {
        label_words(phrase)
            .into_iter()
            .map(|word| {
                let next = u32::try_from(self.vocabulary.len() + 1).expect("a lexicon has fewer than 2^32 words");
                *self.vocabulary.entry(word.into()).or_insert(next)
            })
            .collect()
    }
}

const VERSION: u32 = 1;

/// Labels are short; a longer text is running text.
const MAX_LABEL_WORDS: usize = 14;

fn phases(names: &[String]) -> Result<Phases, Error> {
    names.iter().try_fold(Phases::NONE, |all, name| {
        Phases::named(name).map(|phase| all.union(phase)).ok_or_else(|| Error::Entry {
            part: "phases".into(),
            found: name.clone(),
            expected: "`early_years`, `primary` or `secondary`",
        })
    })
}
