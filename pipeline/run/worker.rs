//! Threads that read and code reports, and hand over what they make through a bounded channel. A report that makes a
//! thread panic is that report's failure and nobody else's.

use super::Error;
use super::plan::stamp;
use crate::coding::{Coded, Coder, Content};
use crate::extract::{self, Report};
use crate::index::IndexedReport;
use crate::project::{ReportFile, Stamp};
use crate::store::{FileRow, ReportRow, Store};
use crate::study::Study;
use crate::warned::Warned;
use crossbeam_channel::{Receiver, bounded};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read as _, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

/// One thing to do. There may be one for every report of the corpus, so it copies nothing that stands there.
#[derive(Debug, Clone)]
pub(super) enum Job<'c> {
    /// Read and code a file.
    Read(Box<Read<'c>>),
    /// Code a text that came with others in one file.
    Text { id: String, path: &'c str, report: Box<Report> },
    /// Code again what the store holds.
    Recode { id: String, path: &'c str },
}

/// A file to be read.
#[derive(Debug, Clone)]
pub(super) struct Read<'c> {
    pub file: &'c ReportFile,
    pub id: &'c str,
    /// The hash of the bytes last read, when the report in the store is otherwise current.
    pub known_hash: Option<Vec<u8>>,
    /// Ids of the reports that the store has from this file.
    pub before: Vec<String>,
}

impl Job<'_> {
    /// The id of the report it gives.
    pub fn id(&self) -> Option<&str> {
        match self {
            Job::Read(read) => Some(read.id),
            Job::Text { id, .. } | Job::Recode { id, .. } => Some(id),
        }
    }
}

/// What became of a job.
pub(super) struct Done {
    pub kind: Kind,
    pub path: String,
    /// At most one; its content is empty when the store has it already.
    pub row: Option<ReportRow>,
    /// The same report for the index.
    pub entry: Option<IndexedReport>,
    /// What to keep of the file, when the job was about one.
    pub file: Option<FileRow>,
    /// Reports to be forgotten.
    pub stale: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Read,
    /// The stamp had changed, the bytes had not.
    Same,
    Failed,
    Recoded,
}

/// Results that wait for the writer; more, and the readers wait.
const MAX_WAITING: usize = 16;

/// What every job needs.
pub(super) struct Scene<'s> {
    pub study: &'s Study,
    pub limits: &'s extract::Settings,
    /// The folder of the store.
    pub derived: &'s Path,
    /// What is known of a report beside its text, by id and path.
    pub metadata: &'s (dyn Fn(&str, &str) -> BTreeMap<String, String> + Sync),
}

/// Does all jobs on `n_threads` threads while `write` receives the results on this one.
pub(super) fn run<T>(
    scene: &Scene<'_>,
    jobs: &[Job<'_>],
    n_threads: usize,
    write: impl FnOnce(Receiver<Result<Done, Error>>) -> Result<T, Error>,
) -> Result<T, Error> {
    let next = AtomicUsize::new(0);
    let (send, receive) = bounded(MAX_WAITING);
    std::thread::scope(|scope| {
        for _ in 0..n_threads.min(jobs.len()) {
            let (send, next) = (send.clone(), &next);
            scope.spawn(move || {
                let mut coder = Coder::new(scene.study);
                let mut store = None;
                while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let done = guarded(scene, &mut coder, &mut store, job);
                    // The writer has given up; there is nobody to work for.
                    if send.send(done).is_err() {
                        break;
                    }
                }
            });
        }
        drop(send);
        write(receive)
    })
}

/// Does a job, and makes a panic a failure of the file.
fn guarded<'s>(
    scene: &Scene<'s>,
    coder: &mut Coder<'s>,
    store: &mut Option<Store>,
    job: &Job<'_>,
) -> Result<Done, Error> {
    let study = scene.study;
    let attempt = catch_unwind(AssertUnwindSafe(|| match job {
        Job::Read(read) => Ok(read_file(scene, coder, read)),
        Job::Text { id, path, report } => {
            let coded = coded(coder, id, Content::of((**report).clone()));
            Ok(done(scene, Kind::Read, coded, path, None, Vec::new()))
        }
        Job::Recode { id, path } => {
            let store = match store {
                Some(store) => store,
                None => store.insert(Store::open(scene.derived)?),
            };
            let Some(bytes) = store.content(id)? else { return Err(crate::coding::Unreadable.into()) };
            let coded = coded(coder, id, Content::from_bytes(&bytes)?);
            let mut done = done(scene, Kind::Recoded, coded, path, None, Vec::new());
            done.row.iter_mut().for_each(|row| row.content = Vec::new());
            Ok(done)
        }
    }));
    attempt.unwrap_or_else(|panic| {
        // What the matcher had half done is of no use to the next report.
        *coder = Coder::new(study);
        let said = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
        let reason = format!(
            "codeframe failed on this report\n  cause: {}\n  hint: please report it, with the file",
            said.unwrap_or("unknown")
        );
        match job {
            Job::Read(read) => Ok(failed(read, reason, Vec::new())),
            Job::Text { id, path, .. } | Job::Recode { id, path } => {
                // A stamp that no file has, so that the next run tries again.
                let file = FileRow { stamp: [0; 3], hash: Vec::new(), failure: Some(reason), warnings: String::new() };
                Ok(Done {
                    kind: Kind::Failed,
                    path: (*path).to_owned(),
                    row: None,
                    entry: None,
                    file: Some(file),
                    stale: vec![id.clone()],
                })
            }
        }
    })
}

fn coded(coder: &mut Coder<'_>, id: &str, content: Content) -> Coded {
    let (evidence, cells) = coder.code(id, &content);
    Coded { id: id.to_owned(), content, evidence, cells }
}

fn failed(read: &Read<'_>, reason: String, hash: Vec<u8>) -> Done {
    let row = FileRow { stamp: stamp(read.file.stamp), hash, failure: Some(reason), warnings: String::new() };
    Done {
        kind: Kind::Failed,
        path: read.file.path.clone(),
        row: None,
        entry: None,
        file: Some(row),
        stale: read.before.clone(),
    }
}

/// Files up to this size are read whole, larger ones twice: once for the hash, once for the text.
const MAX_BYTES_AT_ONCE: u64 = 4 << 20;

fn read_file<'s>(scene: &Scene<'s>, coder: &mut Coder<'s>, read: &Read<'_>) -> Done {
    let (hash, documents) = match hash_and_extract(read, scene.limits) {
        Ok((hash, None)) => {
            let file = FileRow { stamp: stamp(read.file.stamp), hash, failure: None, warnings: String::new() };
            return Done {
                kind: Kind::Same,
                path: read.file.path.clone(),
                row: None,
                entry: None,
                file: Some(file),
                stale: Vec::new(),
            };
        }
        Ok((hash, Some(documents))) => (hash, documents),
        Err(error) => return failed(read, failure(&error), Vec::new()),
    };
    // Before any fault of the file is told: half a file has faults of its own.
    let now = std::fs::metadata(&read.file.location).ok().map(|m| Stamp::of(&m));
    let changed = now != Some(read.file.stamp);
    if changed {
        let reason = "it changed while it was read\n  hint: run again when nobody writes to it any more";
        return failed(read, reason.to_owned(), Vec::new());
    }
    let documents = match documents {
        Ok(documents) => documents,
        Err(error) => return failed(read, failure(&error), hash),
    };
    let Some(Warned { value, warnings }) = documents.into_iter().next() else {
        return failed(read, "it holds no report".to_owned(), hash);
    };
    let file = FileRow { stamp: stamp(read.file.stamp), hash, failure: None, warnings: warnings.join("\n") };
    let coded = coded(coder, read.id, Content::of(value.report));
    let stale = read.before.iter().filter(|id| *id != read.id).cloned().collect();
    done(scene, Kind::Read, coded, &read.file.path, Some(file), stale)
}

fn done(scene: &Scene<'_>, kind: Kind, coded: Coded, path: &str, file: Option<FileRow>, stale: Vec<String>) -> Done {
    let metadata = (scene.metadata)(&coded.id, path);
    let entry = Some(coded.entry(scene.study, &metadata));
    Done { kind, path: path.to_owned(), row: Some(coded.to_row(path)), entry, file, stale }
}

type Documents = Result<Vec<Warned<extract::Document>>, extract::Error>;

/// The hash of a file's bytes and what it holds; `None` when it is what it was.
fn hash_and_extract(
    read: &Read<'_>,
    limits: &extract::Settings,
) -> Result<(Vec<u8>, Option<Documents>), extract::Error> {
    let unreadable = |e: std::io::Error| extract::Error::unreadable(&e);
    let mut file = File::open(&read.file.location).map_err(unreadable)?;
    let name = read.file.name.rsplit('/').next().unwrap_or_default();
    let is_known = |hash: &[u8]| read.known_hash.as_deref() == Some(hash);
    if read.file.stamp.bytes <= MAX_BYTES_AT_ONCE {
        let mut bytes = Vec::with_capacity(read.file.stamp.bytes as usize + 1);
        file.read_to_end(&mut bytes).map_err(unreadable)?;
        let hash = blake3::hash(&bytes).as_bytes().to_vec();
        let documents = (!is_known(&hash)).then(|| extract::extract_bytes(name, &bytes, limits));
        return Ok((hash, documents));
    }
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(&mut file).map_err(unreadable)?;
    let hash = hasher.finalize().as_bytes().to_vec();
    file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    let documents = (!is_known(&hash)).then(|| extract::extract_source(name, &mut file, limits));
    Ok((hash, documents))
}

/// An extraction error as the store keeps it and the summary shows it.
pub(super) fn failure(error: &extract::Error) -> String {
    let mut text = error.to_string();
    if let Some(hint) = error.hint() {
        text.push_str("\n  hint: ");
        text.push_str(&hint);
    }
    text
}
