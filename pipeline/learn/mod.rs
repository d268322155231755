//! The ledger becomes a classifier and its card. What people said of the reports is gathered with the reports' texts and
//! rule hits from the store; `classify` learns; thresholds are set so that the promise of the config holds; and what was
//! learned is written down, classifier and card, under the next number.

pub mod card;
pub mod examples;
mod implied;
mod left_out;
mod outlook;
mod threshold;

pub use card::Card;
pub use left_out::{Kept, LeftOut};
pub use threshold::{Judged, Promise, accept_from, reject_to};

use crate::classify::{Classifier, Example, Fitted, Target, Taught, files, fit};
use crate::coding::{Coder, Content, Unreadable, sample};
use crate::fault::{Faults, judge};
use crate::frame::{CodeIndex, Frame, Select};
use crate::project::{self, Project};
use crate::review::{self, Labelled, Labels, Ledger, labels};
use crate::store::{self, Lock, Replacement, Store};
use crate::study::Study;
use crate::warned::Warned;
use std::collections::btree_map::Entry as Slot;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// From so many reports with and without a code it is decided without a person.
pub const MIN_EXAMPLES: usize = 5;

/// What training came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The record of the classifier.
    pub card: Card,
    /// Whether it is a new one.
    pub state: State,
    /// Lines of the ledger that cannot be read, and reports with verdicts that are not in the corpus.
    pub n_left_out: usize,
}

/// Whether there was anything to learn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nothing has changed since this classifier was made.
    Unchanged,
    /// The classifier is new.
    Trained,
}

/// Why nothing was learned.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A classifier file.
    #[error(transparent)]
    Classifier(#[from] files::Error),
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] review::Error),
    /// The store.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The store's bytes.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The project.
    #[error(transparent)]
    Project(#[from] project::Error),
    /// A file could not be read.
    #[error("could not read `{}`", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The examples of the codebook.
    #[error("the examples of the frame are not sound")]
    Examples(#[source] Faults),
    /// There is nothing to learn from.
    #[error("there is nothing to learn from: {reason}")]
    Nothing {
        /// What is missing.
        reason: String,
    },
}

impl Error {
    /// What the reader can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Error::Ledger(error) => error.hint(),
            Error::Store(error) => error.hint(),
            Error::Project(error) => error.hint(),
            Error::Classifier(error) => error.hint(),
            Error::Nothing { .. } => Some(
                "bring verdicts in with `codeframe import codings FILE`; `codeframe check` says which of the ledger's are \
                 not used, and why"
                    .to_owned(),
            ),
            Error::Read { .. } | Error::Unreadable(_) | Error::Examples(_) => None,
        }
    }
}

/// Learns from the ledger, unless the last classifier has learned the same. Warnings say what was left aside.
///
/// # Errors
/// When a file cannot be read or written, or there is nothing to learn from.
pub fn train(project: &Project, study: &Study, store: &Store) -> Result<Warned<Outcome>, Error> {
    // Two that train at once would take the same number, and one of the two classifiers would be lost.
    let _lock = Lock::take(&project.derived())?;
    let lesson = Lesson::gather(project, study, store)?;
    let folder = project.frame_folder();
    let numbers = files::numbers(&folder);
    if let Some(card) = numbers.last().and_then(|last| unchanged(&folder, &files::name(*last), &lesson.hash)) {
        let value = Outcome { card, state: State::Unchanged, n_left_out: lesson.n_left_out };
        return Ok(Warned { value, warnings: lesson.warnings });
    }
    let name = files::name(numbers.last().map_or(1, |last| last + 1));
    let Fitted { mut classifier, left_out, without_rules, fresh } = lesson.fit();
    // What `evaluate` shows without learning once more.
    let kept = LeftOut { probabilities: left_out, without_rules, fresh };
    kept.write(&project.derived(), &lesson.key(store)?, &lesson)?;
    let LeftOut { probabilities: left_out, without_rules, fresh } = kept;
    let promise = promise(project);
    lesson.set_thresholds(&mut classifier, &left_out, &fresh, promise);
    let card = Card::of(&card::Facts {
        name: &name,
        lesson: &lesson,
        classifier: &classifier,
        left_out: &left_out,
        without_rules: without_rules.as_deref(),
        fresh: &fresh,
        promise,
        outlook: outlook::outlook(&lesson, without_rules.as_ref().unwrap_or(&left_out)),
    });
    // The card comes first: a classifier that is there can be used, and then has its card, whenever this is killed.
    let mut file = Replacement::of(&files::card_path(&folder, &name))?;
    file.write(serde_json::to_string_pretty(&card).expect("a card always has a text").as_bytes())?;
    file.write(b"\n")?;
    file.finish()?;
    files::write(&files::path(&folder, &name), &classifier)?;
    let value = Outcome { card, state: State::Trained, n_left_out: lesson.n_left_out };
    Ok(Warned { value, warnings: lesson.warnings })
}

/// The card of a classifier that has learned just this, and is whole.
fn unchanged(folder: &Path, name: &str, data: &str) -> Option<Card> {
    let card = Card::read(&files::card_path(folder, name)).filter(|card| card.data == data)?;
    files::read(&files::path(folder, name)).is_ok().then_some(card)
}

/// What the project's config promises.
pub fn promise(project: &Project) -> Promise {
    let decide = &project.config.decide;
    Promise { max_error: decide.max_error, confidence: decide.confidence, seed: project.config.seed }
}

/// Two reports of more words than this with one text are copies; short answers are often the same.
const MIN_WORDS_OF_COPY: usize = 50;

/// All that is learned from.
pub struct Lesson {
    /// The reports with verdicts, by id.
    pub taught: Vec<Taught>,
    /// Examples of the codebook.
    pub examples: Vec<Example>,
    /// The codes that people have said something about.
    pub targets: Vec<Target>,
    /// Hash of all of it and of the settings.
    pub hash: String,
    /// Hash of the frame.
    pub frame: String,
    /// Verdicts under definitions that have changed, by code.
    pub stale: BTreeMap<String, usize>,
    /// What was left aside.
    pub warnings: Vec<String>,
    /// Lines of the ledger and reports with verdicts that could not be used.
    pub n_left_out: usize,
    /// Number of the ledger's last line.
    pub last_line: u32,
    /// Where random choice starts.
    pub seed: u64,
}

impl Lesson {
    /// Gathers what there is to learn from.
    ///
    /// # Errors
    /// When a file cannot be read, or there is nothing.
    pub fn gather(project: &Project, study: &Study, store: &Store) -> Result<Lesson, Error> {
        let Warned { value: ledger, mut warnings } = Ledger::read(&project.ledger(), project::LEDGER)?;
        let frame = &study.frame;
        let n_damaged = warnings.len();
        let last_line = ledger.entries.last().map_or(0, |entry| entry.line);
        let Labels { reports, stale, unknown, .. } = labels(frame, &ledger.standing()).completed(frame);
        for (code, n) in &stale {
            warnings.push(format!("{n} verdicts on `{code}` were given under another definition and are left aside"));
        }
        for (code, n) in &unknown {
            warnings.push(format!("{n} verdicts are on `{code}`, which the frame does not have"));
        }
        let (examples, text) = read_examples(project, frame)?;
        let targets = targets(frame, &reports);
        let codes: Vec<usize> = targets.iter().filter_map(|t| frame.find(&t.name)).map(|c| c.index.get()).collect();
        let mut target_of = vec![None; frame.n_codes()];
        codes.iter().enumerate().for_each(|(target, code)| target_of[*code] = Some(target));
        let seed = project.config.seed;
        let mut hasher = blake3::Hasher::new();
        let promise = promise(project);
        let settings = format!("{} {seed} {} {}", files::VERSION, promise.max_error, promise.confidence);
        for part in [settings.as_str(), env!("CARGO_PKG_VERSION"), &frame.hash, &study.rules_hash, &text] {
            hasher.update(part.as_bytes()).update(b"\0");
        }
        let known: BTreeSet<&str> = project.config.train.rules_written_from.iter().map(String::as_str).collect();
        let mut taught = Vec::with_capacity(reports.len());
        let mut missing = Vec::new();
        let (mut first_of_text, mut copies) = (BTreeMap::new(), Vec::new());
        let mut coder = Coder::new(study);
        for labelled in &reports {
            let Some(bytes) = store.content(&labelled.report)? else {
                missing.push(labelled.report.to_string());
                continue;
            };
            let mut one = teach(study, &mut coder, &Content::from_bytes(&bytes)?, labelled, &target_of, targets.len());
            one.is_known_to_rules = known.contains(one.id.as_str());
            if one.sample.whole.split_whitespace().nth(MIN_WORDS_OF_COPY).is_some() {
                let text = blake3::hash(one.sample.whole.as_bytes());
                match first_of_text.entry(text.to_hex().to_string()) {
                    Slot::Occupied(first) => copies.push(format!("{} (as {})", one.id, first.get())),
                    Slot::Vacant(slot) => drop(slot.insert(one.id.clone())),
                }
            }
            hasher.update(&bytes);
            hasher.update(format!("{:?} {:?} {}\0", one.answers, one.marked, one.is_known_to_rules).as_bytes());
            taught.push(one);
        }
        if !copies.is_empty() {
            warnings.push(format!(
                "{} reports have the same text as another, which makes figures look better than they are: {}",
                copies.len(),
                shortened(&copies)
            ));
        }
        if !missing.is_empty() {
            warnings.push(format!(
                "{} reports with verdicts are not in the corpus and are left aside: {}",
                missing.len(),
                shortened(&missing)
            ));
        }
        let examples = examples.into_iter().map(|example| Example {
            codes: example.codes.iter().filter_map(|code| target_of[*code]).collect(),
            ..example
        });
        let lesson = Lesson {
            taught,
            examples: examples.collect(),
            hash: hasher.finalize().to_hex()[..16].to_owned(),
            frame: frame.hash.clone(),
            targets,
            stale,
            warnings,
            n_left_out: n_damaged + missing.len(),
            last_line,
            seed,
        };
        lesson.checked(if ledger.entries.is_empty() {
            "the ledger has no verdicts"
        } else if !missing.is_empty() {
            "no report with verdicts is in the corpus"
        } else {
            "no verdict is on a code as the frame has it now"
        })
    }

    /// `without` says why, when no report teaches.
    fn checked(self, without: &str) -> Result<Lesson, Error> {
        let nothing = |reason: &str| Err(Error::Nothing { reason: reason.to_owned() });
        let answers = || self.taught.iter().flat_map(|one| one.answers.iter().flatten());
        if self.taught.is_empty() {
            return nothing(without);
        }
        if answers().all(|applies| !applies) {
            return nothing("no verdict says that a code applies");
        }
        if answers().all(|applies| *applies) {
            return nothing("no verdict says that a code does not apply");
        }
        if self.taught.len() < 2 {
            return nothing("one report has verdicts, and it takes two to learn from one and be measured on the other");
        }
        Ok(self)
    }

    /// Learns.
    pub fn fit(&self) -> Fitted {
        fit(&self.taught, &self.examples, &self.targets, self.seed)
    }

    /// Sets from and up to which probability the classifier decides, and which codes, so that a promise is kept. `left_out`
    /// is what each report was given without itself, `fresh` the reports that tell.
    pub fn set_thresholds(
        &self,
        classifier: &mut Classifier,
        left_out: &[Vec<f64>],
        fresh: &[usize],
        promise: Promise,
    ) {
        for code in &mut classifier.codes {
            code.is_automatic = code.n_applies >= MIN_EXAMPLES && code.n_reports - code.n_applies >= MIN_EXAMPLES;
        }
        let judged = self.judged(left_out, fresh, |code| classifier.codes[code].is_automatic);
        classifier.accept_from = accept_from(&judged, promise);
        classifier.reject_to = reject_to(&self.to_reject(classifier, left_out, fresh), promise);
    }

    /// The answered cells of some reports and codes, with probabilities.
    pub fn judged(&self, probabilities: &[Vec<f64>], reports: &[usize], takes: impl Fn(usize) -> bool) -> Vec<Judged> {
        let of_report = |report: &usize| {
            let cells = self.taught[*report].answers.iter().zip(&probabilities[*report]).enumerate();
            let judged = cells.filter(|(code, _)| takes(*code)).filter_map(|(_, (answer, probability))| {
                Some(Judged { report: *report, probability: *probability, applies: (*answer)? })
            });
            judged.collect::<Vec<_>>()
        };
        reports.iter().flat_map(of_report).collect()
    }
}

/// The codes that people have answered, and with one of a question all of it where exactly one applies. Those of a question
/// that takes one code share a probability of one, if all of its codes have been answered: where one has not, as after an
/// edit of its definition, the others need not add up to one.
pub fn targets(frame: &Frame, reports: &[Labelled]) -> Vec<Target> {
    let answered: BTreeSet<CodeIndex> = reports.iter().flat_map(|r| r.labels.iter().map(|label| label.code)).collect();
    let mut targets = Vec::new();
    for (number, question) in frame.questions.iter().enumerate() {
        let codes = || frame.codes_of(question.id.as_str());
        let is_one_of = question.select == Select::One && codes().all(|code| answered.contains(&code.index));
        for code in codes().filter(|code| answered.contains(&code.index)) {
            let definition = code.code.definition_hash.clone();
            targets.push(Target { name: code.name().to_owned(), definition, question: number, is_one_of });
        }
    }
    targets
}

fn teach(
    study: &Study,
    coder: &mut Coder<'_>,
    content: &Content,
    labelled: &Labelled,
    target_of: &[Option<usize>],
    n_targets: usize,
) -> Taught {
    let (hits, _, cells) = coder.by_rules(content);
    let mut answers = vec![None; n_targets];
    let mut marked = Vec::new();
    for label in &labelled.labels {
        let Some(target) = target_of[label.code.get()] else { continue };
        answers[target] = Some(label.applies);
        let quotes = label.passages.iter().filter(|_| label.applies);
        for quote in quotes {
            let passages = content.passages.iter().enumerate();
            let overlapping = passages.filter(|(_, p)| quote.overlaps(p.span.start, p.span.end));
            marked.extend(overlapping.map(|(passage, _)| (passage, target)));
        }
    }
    marked.sort_unstable();
    marked.dedup();
    let sample = sample(study, content, &hits, &cells, target_of, n_targets);
    Taught { id: labelled.report.to_string(), sample, answers, marked, is_known_to_rules: false }
}

fn read_examples(project: &Project, frame: &Frame) -> Result<(Vec<Example>, String), Error> {
    let Some(name) = project.examples() else { return Ok((Vec::new(), String::new())) };
    let path = project.path(&name);
    let text = std::fs::read_to_string(&path).map_err(|source| Error::Read { path, source })?;
    let (examples, faults) = examples::parse(&name, &text, frame);
    judge(faults).map_err(Error::Examples)?;
    Ok((examples, text))
}

/// The first few of many.
fn shortened(names: &[String]) -> String {
    let shown = names.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > 5 { format!("{shown}, …") } else { shown }
}
