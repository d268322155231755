//! The queue file and the summary follow the store and what people said: they are written anew when either has changed
//! since, and else left alone.

use super::Error;
use super::queue::Queue;
use crate::coding::{Coded, Content, Evidence, Unreadable, cells_from_bytes};
use crate::decide::{By, Cell, Decision};
use crate::frame::CodeIndex;
use crate::project::{LEDGER, Project};
use crate::review::{Ledger, Said};
use crate::sample::{FILE, Sample};
use crate::store::{self, Replacement, Store};
use crate::study::Study;
use crate::warned::Warned;
use serde::{Deserialize, Serialize};
use std::cell::OnceCell;
use std::path::Path;

/// How many codes of how many reports are decided and queued.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Reports coded.
    pub n_reports: usize,
    /// Codes decided to apply, over all reports.
    pub n_applies: usize,
    /// Codes decided not to apply.
    pub n_does_not_apply: usize,
    /// Codes queued.
    pub n_queued: usize,
    /// Codes of in-depth questions of reports outside the sample, of which nobody is asked and nothing counted.
    pub n_not_asked: usize,
    /// Of those decided, the ones that people decided.
    pub n_by_people: usize,
    /// Of those decided, the ones that the classifier decided.
    pub n_by_classifier: usize,
}

/// Keys of the store's notes: the sequence at which the queue was written, the ledger's hash and the sample's then, the
/// summary, and what the reports were coded by.
const WRITTEN: &str = "queue_sequence";
const SAID: &str = "queue_ledger";
const SAMPLE: &str = "queue_sample";
const LINES: &str = "ledger_lines";
const SUMMARY: &str = "summary";
const STUDY: &str = "study";
/// Hash of frame and rules in it, and the name of its classifier.
const RULES: &str = "study_rules";
const CLASSIFIER: &str = "study_classifier";

/// How what is in the store stands to a study.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// All reports are coded by it.
    Coded,
    /// No run has come to its end.
    Unfinished,
    /// Frame or rules have changed since the last run.
    Outdated,
}

/// Tells whether what is in the store can be shown as the results of a study.
///
/// # Errors
/// When the store cannot be read.
pub fn state(study: &Study, store: &Store) -> Result<State, store::Error> {
    if store.note(SUMMARY)?.is_none() {
        return Ok(State::Unfinished);
    }
    let by = store.note(STUDY)?;
    Ok(if by.as_ref() == Some(&study.hash) { State::Coded } else { State::Outdated })
}

/// What the reports were coded by, where that has the frame and the rules of a study and differs in the classifier or what
/// is set for it: the name of the classifier, empty for none. `None`: there is more that differs.
///
/// # Errors
/// When the store cannot be read.
pub fn other_classifier(study: &Study, store: &Store) -> Result<Option<String>, store::Error> {
    let same_rules = store.note(RULES)?.as_ref() == Some(&study.rules_hash);
    Ok(store.note(CLASSIFIER)?.filter(|_| same_rules))
}

/// The summary, when the queue has been written by this study since store and ledger last changed.
pub(super) fn known(study: &str, store: &Store, project: &Project) -> Result<Option<Summary>, Error> {
    let is_written = store.note(WRITTEN)? == Some(store.sequence()?.to_string()) && project.queue().is_file();
    let is_level = is_written
        && store.note(STUDY)?.as_deref() == Some(study)
        && store.note(SAID)? == Some(rests_on(project)?)
        && store.note(SAMPLE)? == Some(Asked::of(project)?.stamp);
    let summary = store.note(SUMMARY)?.filter(|_| is_level);
    Ok(summary.and_then(|text| serde_json::from_str(&text).ok()))
}

/// Number of the ledger's last line when the queue was last written.
pub(super) fn n_lines(store: &Store) -> Result<u32, Error> {
    Ok(store.note(LINES)?.and_then(|text| text.parse().ok()).unwrap_or(0))
}

/// What the queue rests on beside store and study: what people said, and how they are to be asked.
fn rests_on(project: &Project) -> Result<String, Error> {
    let (review, hash) = (project.config.review, ledger_hash(&project.ledger())?);
    Ok(format!("{hash} {} {} {}", review.order.name(), review.random_share, project.config.seed))
}

/// Hash of the ledger's bytes; a project without one has an empty one.
fn ledger_hash(path: &Path) -> Result<String, Error> {
    let mut hasher = blake3::Hasher::new();
    match std::fs::File::open(path).and_then(|file| hasher.update_reader(file).map(drop)) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            Err(crate::review::Error::Read { path: LEDGER.to_owned(), source }.into())
        }
        _ => Ok(hasher.finalize().to_hex().to_string()),
    }
}

/// Brings queue and summary level with store and ledger. `at_work` is called when there is something to write. Warnings
/// are of the ledger.
pub(super) fn bring_level(
    study: &Study,
    store: &mut Store,
    project: &Project,
    at_work: impl FnOnce(),
) -> Result<Warned<Summary>, Error> {
    if let Some(known) = known(&study.hash, store, project)? {
        return Ok(Warned::clean(known));
    }
    at_work();
    // Before the ledger is read: what is added meanwhile makes the next run write the queue again.
    let rests_on = rests_on(project)?;
    let Warned { value: ledger, warnings } = Ledger::read(&project.ledger(), LEDGER)?;
    let said = Said::of(&study.frame, &ledger.standing());
    let asked = Asked::of(project)?;
    let mut summary = Summary::default();
    let mut replacement = Replacement::of(&project.queue())?;
    let mut queue = Queue::new(study, project);
    store.each_coding(true, |id, cells, evidence| {
        let evidence = evidence.unwrap_or_default();
        let mut cells = cells_from_bytes(cells)?;
        said.settle_cells(study, id, &mut cells, || Evidence::from_bytes(evidence))?;
        let n_before = summary.n_queued;
        let in_depth = asked.leave_out(study, id, &mut cells);
        summary.add(&cells, in_depth);
        queue.next_report(evidence, said.labels(id))?;
        // The text is read only where something is asked.
        if summary.n_queued > n_before {
            let content = Content::from_bytes(&store.content(id)?.ok_or(Unreadable)?)?;
            queue.add(&Coded { id: id.to_owned(), content, evidence: Evidence::from_bytes(evidence)?, cells })?;
        }
        Ok::<(), Error>(())
    })?;
    queue.write(&mut replacement)?;
    replacement.finish()?;
    let text = serde_json::to_string(&summary).expect("plain numbers always have a text");
    store.batch(|batch| {
        batch.set_note(SUMMARY, &text)?;
        batch.set_note(STUDY, &study.hash)?;
        batch.set_note(RULES, &study.rules_hash)?;
        batch.set_note(CLASSIFIER, study.classifier.as_ref().map_or("", |chosen| &chosen.name))?;
        batch.set_note(SAID, &rests_on)?;
        batch.set_note(SAMPLE, &asked.stamp)?;
        batch.set_note(LINES, &ledger.entries.last().map_or(0, |entry| entry.line).to_string())?;
        batch.set_note(WRITTEN, &batch.sequence().to_string())
    })?;
    Ok(Warned { value: summary, warnings })
}

/// Who is asked what: once there is a sample, the questions in depth are for its reports only.
struct Asked {
    sample: Option<Sample>,
    /// The codes of those questions; found when they are first needed.
    codes: OnceCell<Vec<CodeIndex>>,
    stage: String,
    /// Changes with the answer.
    stamp: String,
}

impl Asked {
    fn of(project: &Project) -> Result<Asked, Error> {
        let sample = Sample::read(&project.path(FILE))?;
        let stage = project.config.sample.asks.clone();
        let stamp = sample.as_ref().map_or_else(String::new, |sample| format!("{} {stage}", sample.hash));
        Ok(Asked { sample, codes: OnceCell::new(), stage, stamp })
    }

    /// The codes that are not asked of a report, in frame order. They are taken off the queue.
    fn leave_out(&self, study: &Study, report: &str, cells: &mut [Cell]) -> &[CodeIndex] {
        if self.sample.as_ref().is_none_or(|sample| sample.has(report)) {
            return &[];
        }
        let of_stage = || study.frame.codes().filter(|code| code.question.stage == self.stage).map(|code| code.index);
        let codes = self.codes.get_or_init(|| of_stage().collect());
        for cell in codes.iter().map(|code| code.get()) {
            if cells[cell].decision == Decision::Queue {
                (cells[cell].decision, cells[cell].reason) = (Decision::DoesNotApply, None);
            }
        }
        codes
    }
}

impl Summary {
    /// Counts a report's cells; of codes in `left_out` only their number.
    fn add(&mut self, cells: &[Cell], left_out: &[CodeIndex]) {
        self.n_reports += 1;
        self.n_not_asked += left_out.len();
        let is_counted = |(n, _): &(usize, &Cell)| left_out.binary_search_by_key(n, |code| code.get()).is_err();
        for (_, cell) in cells.iter().enumerate().filter(is_counted) {
            match cell.decision {
                Decision::Applies => self.n_applies += 1,
                Decision::DoesNotApply => self.n_does_not_apply += 1,
                Decision::Queue => self.n_queued += 1,
            }
            match cell.by {
                By::Person => self.n_by_people += 1,
                By::Classifier if cell.decision != Decision::Queue => self.n_by_classifier += 1,
                By::Rule | By::Derived | By::Classifier => {}
            }
        }
    }
}
