//! The main job: read what is new, code what is not coded on the present basis, bring the index level, write queue and
//! summary. Everything else is left alone, so a second run over unchanged input reads only file stamps.
//!
//! Readers work in parallel and hand over through a bounded channel to the one writer, so memory does not grow with the
//! corpus. Each batch is one transaction of the store. Index and queue follow the store, side by side at the end; each
//! says how far it has come, so a run that was killed anywhere is finished by the next.

mod follow;
mod lines;
mod output;
mod plan;
mod queue;
mod worker;

use crate::classify::files;
use crate::coding::Unreadable;
use crate::index;
use crate::learn::Card;
use crate::project::{self, Corpus, Project, Skipped};
use crate::report_id::ReportId;
use crate::review;
use crate::sample;
use crate::store::{self, Lock, Store};
use crate::study::{self, Outline};
use crate::warned::Warned;
use follow::Follower;
pub use output::{State, Summary, other_classifier, state};
use plan::Plan;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use worker::{Done, Kind, Scene};

/// How a run is to be done; what is decided does not depend on it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Settings {
    /// Threads; `None`: as many as the machine has.
    pub jobs: Option<NonZeroUsize>,
}

/// Why a run could not be done at all.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The project.
    #[error(transparent)]
    Project(#[from] project::Error),
    /// Frame or rules.
    #[error(transparent)]
    Study(#[from] study::Error),
    /// The store or a file.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The index.
    #[error(transparent)]
    Index(#[from] index::Error),
    /// The store's bytes.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] review::Error),
    /// The in-depth sample.
    #[error(transparent)]
    Sample(#[from] sample::Error),
}

impl Error {
    /// What the reader can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Error::Project(error) => error.hint(),
            Error::Store(error) => error.hint(),
            Error::Ledger(error) => error.hint(),
            Error::Sample(error) => error.hint(),
            Error::Study(error) => error.hint(),
            Error::Index(_) => None,
            Error::Unreadable(_) => Some("delete the folder corpus/derived and run again; it is made anew".to_owned()),
        }
    }
}

/// How far a run is, for whoever shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Reports are read and coded; so many of so many are done.
    Coding {
        /// Done.
        done: usize,
        /// All.
        of: usize,
    },
    /// The queue is written.
    Queue,
}

/// What a run did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Reports read in this run.
    pub n_read: usize,
    /// Reports that were there already and have been coded again, since frame or rules changed.
    pub n_recoded: usize,
    /// Reports that were there already and were left as they are.
    pub n_unchanged: usize,
    /// Reports that are gone from the folder.
    pub n_removed: usize,
    /// Files, and as `path:line` lines of files, that gave no report, with the reason, by path; also those known from
    /// earlier runs.
    pub failed: Vec<(String, String)>,
    /// What was odd about a file, by path.
    pub warnings: Vec<(String, String)>,
    /// Files in the folder that are no documents.
    pub skipped: Vec<Skipped>,
    /// The classifier that was used beside the rules, if any.
    pub classifier: Option<String>,
    /// Decisions by kind over all reports.
    pub summary: Summary,
    /// What training could learn, when there is enough of it.
    pub to_learn: Option<ToLearn>,
}

/// What people have said that no classifier has learned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToLearn {
    /// Verdicts since the newest classifier was made.
    pub n_verdicts: usize,
    /// Its name; none when there is none.
    pub since: Option<String>,
}

/// Bytes of coded reports that are written in one transaction, and how many at the most.
const BATCH_BYTES: usize = 2 << 20;
const BATCH_REPORTS: usize = 256;

/// Runs a project; `progress` is called from this thread.
///
/// # Errors
/// When the project, its frame or rules are not sound, another run is at work, or the derived data cannot be written.
/// A report that cannot be read is no error: it is in [`Outcome::failed`].
pub fn run(project: &Project, settings: Settings, progress: &dyn Fn(Progress)) -> Result<Warned<Outcome>, Error> {
    let outline = Outline::read(project)?;
    let Warned { value: corpus, mut warnings } = project.corpus()?;
    let _lock = Lock::take(&project.derived())?;
    let mut store = Store::open(&project.derived())?;
    let made_by = program_stamp();
    if store.note("made_by")?.is_some_and(|stamp| stamp != made_by) {
        store = store.made_anew()?;
    }
    let in_folder = format!("{}/", project.config.corpus.reports.trim_end_matches('/'));
    let metadata = |id: &str, path: &str| match ReportId::try_from(id.to_owned()) {
        Ok(id) => corpus.metadata.of(&id, path.strip_prefix(&in_folder).unwrap_or(path)),
        Err(_) => BTreeMap::new(),
    };
    let basis = &basis_of(outline.hash(), &corpus);
    let limits = &project.config.extract;
    let mut plan = Plan::make(&corpus.files, &store, basis, limits)?;
    if !plan.is_empty() {
        store.batch(|batch| {
            batch.set_note("made_by", &made_by)?;
            for path in &plan.gone_files {
                batch.remove_file(path)?;
            }
            plan.gone_reports.iter().try_for_each(|id| batch.remove_report(id))
        })?;
    }
    let jobs = std::mem::take(&mut plan.jobs);
    let classifier = outline.classifier().map(str::to_owned);
    let is_changed = !jobs.is_empty() || !plan.is_empty();
    let mut count = [0; 4];
    let derived = project.derived();
    let known = output::known(outline.hash(), &store, project)?;
    let summary = match known.filter(|_| !is_changed && follow::is_level(&derived, &store).unwrap_or(false)) {
        // Nothing to do, so nothing is compiled.
        Some(summary) => summary,
        None => {
            let study = outline.compile()?;
            warnings.extend(study.warnings);
            let study = study.value;
            let Warned { value: mut index, warnings: odd } = Follower::open(&derived, &store, &project.config.index)?;
            warnings.extend(odd);
            index.catch_up(&study, &store, &metadata)?;
            let scene = Scene { study: &study, limits, derived: &derived, metadata: &metadata };
            let n_threads = settings.jobs.or(std::thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
            worker::run(&scene, &jobs, n_threads, |receive| {
                let mut waiting: Vec<Done> = Vec::new();
                let mut bytes = 0;
                for (done, result) in (1..).zip(receive) {
                    let result = result?;
                    count[result.kind as usize] += 1;
                    bytes += result.row.as_ref().map_or(0, |r| r.content.len() + r.evidence.len());
                    waiting.push(result);
                    if bytes >= BATCH_BYTES || waiting.len() >= BATCH_REPORTS {
                        keep(&mut store, &mut index, std::mem::take(&mut waiting), basis)?;
                        bytes = 0;
                    }
                    progress(Progress::Coding { done, of: jobs.len() });
                }
                keep(&mut store, &mut index, waiting, basis)
            })?;
            if !plan.line_files.is_empty() {
                store.batch(|batch| plan.line_files.iter().try_for_each(|(path, row)| batch.set_file(path, row)))?;
            }
            drop(jobs);
            let sequence = store.sequence()?;
            let summary = std::thread::scope(|scope| {
                let level = scope.spawn(|| index.commit(sequence));
                let summary = output::bring_level(&study, &mut store, project, || progress(Progress::Queue));
                level.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)).and(summary)
            })?;
            warnings.extend(summary.warnings);
            summary.value
        }
    };
    let files = store.files()?;
    let n = |kind: Kind| count[kind as usize];
    // By file; what is told of its lines stays in their order.
    let mut failed: Vec<_> = files.iter().map(|(path, row)| (path.clone(), lines::told(path, row))).collect();
    let odd = files.iter().filter(|(_, row)| !row.warnings.is_empty());
    failed.extend(corpus.unreachable.into_iter().map(|file| (file.path.clone(), vec![(file.path, file.reason)])));
    failed.sort();
    let outcome = Outcome {
        n_read: n(Kind::Read),
        n_recoded: n(Kind::Recoded),
        n_unchanged: plan.n_unchanged - n(Kind::Recoded) + n(Kind::Same),
        n_removed: plan.gone_reports.len(),
        failed: failed.into_iter().flat_map(|(_, told)| told).collect(),
        warnings: odd.map(|(path, row)| (path.clone(), row.warnings.clone())).collect(),
        skipped: corpus.skipped,
        classifier,
        summary,
        to_learn: to_learn(project, &store)?,
    };
    Ok(Warned { value: outcome, warnings })
}

/// Whether training is worth while: so many verdicts have come since the newest classifier as the config says.
fn to_learn(project: &Project, store: &Store) -> Result<Option<ToLearn>, Error> {
    let train = &project.config.train;
    let Some(propose_after) = train.propose_after.filter(|_| !train.is_off) else { return Ok(None) };
    let folder = project.frame_folder();
    let newest = files::numbers(&folder).last().map(|number| files::name(*number));
    let card = newest.as_ref().and_then(|name| Card::read(&files::card_path(&folder, name)));
    // A classifier without a card does not tell how much it has learned.
    let learned_to = match (&newest, card) {
        (Some(_), None) => return Ok(None),
        (_, card) => card.map_or(0, |card| card.last_line),
    };
    let n_verdicts = output::n_lines(store)?.saturating_sub(learned_to) as usize;
    Ok((n_verdicts >= propose_after).then_some(ToLearn { n_verdicts, since: newest }))
}

/// Keeps what became of some jobs, in one transaction and, however the threads took turns, in one order.
fn keep(store: &mut Store, index: &mut Follower, mut done: Vec<Done>, basis: &str) -> Result<(), Error> {
    if done.is_empty() {
        return Ok(());
    }
    done.sort_by(|a, b| a.path.cmp(&b.path));
    store.batch(|batch| {
        for one in &done {
            one.stale.iter().try_for_each(|id| batch.remove_report(id))?;
            match &one.row {
                Some(row) if row.content.is_empty() => batch.set_coding(row, basis)?,
                Some(row) => batch.set_report(row, basis)?,
                None => {}
            }
            if let Some(file) = &one.file {
                batch.set_file(&one.path, file)?;
            }
        }
        Ok(())
    })?;
    for one in done {
        one.stale.iter().for_each(|id| index.remove(id));
        one.entry.map_or(Ok(()), |entry| index.replace(entry))?;
    }
    Ok(())
}

/// Hash of what a report's coding and its place in the index depend on, beside its own text.
fn basis_of(study: &str, corpus: &Corpus) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(study.as_bytes());
    hasher.update(corpus.metadata.hash().as_bytes());
    hasher.finalize().to_hex().to_string()
}

/// Tells this program from another build of it: what another has derived is derived again.
fn program_stamp() -> String {
    let of_file = || {
        let metadata = std::fs::metadata(std::env::current_exe().ok()?).ok()?;
        let modified = metadata.modified().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
        Some(format!("{} {}", metadata.len(), modified.as_nanos()))
    };
    format!("{} {}", env!("CARGO_PKG_VERSION"), of_file().unwrap_or_default())
}
