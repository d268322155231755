//! The queue file and the summary follow the store and what people said: they are written anew when either has changed
//! since, and else left alone.

use super::Error;
use crate::coding::{Coded, Evidence, cells_from_bytes};
use crate::decide::{By, Cell, Decision};
use crate::project::{LEDGER, Project};
use crate::review::{Said, queue_of};
use crate::store::{self, Replacement, Store};
use crate::study::Study;
use crate::warned::Warned;
use serde::{Deserialize, Serialize};
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
    /// Of those decided, the ones that people decided.
    pub n_by_people: usize,
    /// Of those decided, the ones that the classifier decided.
    pub n_by_classifier: usize,
}

/// Keys of the store's notes: the sequence at which the queue was written and the ledger's hash then, the summary, and what
/// the reports were coded by.
const WRITTEN: &str = "queue_sequence";
const SAID: &str = "queue_ledger";
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
        && store.note(SAID)? == Some(ledger_hash(&project.ledger())?);
    let summary = store.note(SUMMARY)?.filter(|_| is_level);
    Ok(summary.and_then(|text| serde_json::from_str(&text).ok()))
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
    let hash = ledger_hash(&project.ledger())?;
    let Warned { value: said, warnings } = Said::read(&project.ledger(), LEDGER, &study.frame)?;
    let mut summary = Summary::default();
    let mut replacement = Replacement::of(&project.queue())?;
    let mut line = Vec::new();
    store.each_report(|row| {
        let mut cells = cells_from_bytes(&row.cells)?;
        said.settle_cells(study, &row.id, &mut cells, || Evidence::from_bytes(&row.evidence))?;
        let rank = summary.n_queued + 1;
        summary.add(&cells);
        if summary.n_queued >= rank {
            let coded = Coded { cells, ..Coded::from_row(&row)? };
            for item in queue_of(study, &coded, rank) {
                line.clear();
                serde_json::to_writer(&mut line, &item).expect("a queue line always has a text");
                line.push(b'\n');
                replacement.write(&line)?;
            }
        }
        Ok::<(), Error>(())
    })?;
    replacement.finish()?;
    let text = serde_json::to_string(&summary).expect("plain numbers always have a text");
    store.batch(|batch| {
        batch.set_note(SUMMARY, &text)?;
        batch.set_note(STUDY, &study.hash)?;
        batch.set_note(RULES, &study.rules_hash)?;
        batch.set_note(CLASSIFIER, study.classifier.as_ref().map_or("", |chosen| &chosen.name))?;
        batch.set_note(SAID, &hash)?;
        batch.set_note(WRITTEN, &batch.sequence().to_string())
    })?;
    Ok(Warned { value: summary, warnings })
}

impl Summary {
    fn add(&mut self, cells: &[Cell]) {
        self.n_reports += 1;
        for cell in cells {
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
