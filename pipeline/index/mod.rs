//! Passages become searchable, queries become hits.
//!
//! The index finds passages and says where they stand; the text itself lies in the store. It can be made again from
//! the store at any time, so nothing in it is worth a repair: one that is missing, damaged or of another version is
//! replaced by an empty one, and whoever opens it sees from [`Index::committed`] what it has yet to be told. All of
//! tantivy is behind this module.

mod bits;
mod entry;
mod folder;
mod highlight;
mod near;
mod plan;
mod query;
mod schema;
mod search;
mod vocabulary;
mod words;
mod writer;

pub use entry::IndexedReport;
pub use query::{Correction, Query, QueryError, words};
pub use search::{Found, Hit, Limits};
pub use writer::Writer;

use crate::keys::Keys;
use folder::{Folder, check_files, is_untouched, said};
use schema::Fields;
use search::State;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tantivy::directory::{Directory, INDEX_WRITER_LOCK};
use tantivy::schema::Schema;
use tantivy::{IndexReader, IndexSettings, ReloadPolicy, TantivyError};

/// The index's folder, in the folder of derived data.
pub const FOLDER: &str = "index";

/// How an index is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Bytes of memory in which each of two threads gathers entries before they are written out: default 15,000,000, which is also the least, to
    /// 1,000,000,000, and the nearer end for what lies outside. More makes fewer and larger segments.
    pub max_bytes: usize,
}

impl Settings {
    const LEAST_BYTES: usize = 15_000_000;
    const MOST_BYTES: usize = 1_000_000_000;

    /// Reads the section `[index]` of config.toml.
    pub fn read(keys: &mut Keys<'_>) -> Settings {
        let found = keys.count("max_bytes", Settings::LEAST_BYTES as u64..=Settings::MOST_BYTES as u64);
        found.map_or_else(Settings::default, |at| Settings { max_bytes: at.value as usize })
    }
}

impl Default for Settings {
    fn default() -> Self {
        Settings { max_bytes: Settings::LEAST_BYTES }
    }
}

/// What can go wrong with an index. Damage is in it for those who only read; a writer replaces a damaged index.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another process is writing.
    #[error("the index `{path}` is being written by another process", path = .path.display())]
    Busy {
        /// The index's folder.
        path: PathBuf,
    },
    /// There is none.
    #[error("there is no index at `{path}`", path = .path.display())]
    Missing {
        /// Where its folder should be.
        path: PathBuf,
    },
    /// It cannot be used.
    #[error("the index `{path}` cannot be used: {found}", path = .path.display())]
    Unusable {
        /// The index's folder.
        path: PathBuf,
        /// Why.
        found: String,
    },
    /// The folder could not be made or emptied.
    #[error("could not prepare the index folder `{path}`", path = .path.display())]
    Folder {
        /// The index's folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file of the index could not be read.
    #[error("could not read the index `{path}`", path = .path.display())]
    Read {
        /// The index's folder.
        path: PathBuf,
        /// Why.
        source: TantivyError,
    },
    /// A file of the index could not be written.
    #[error("could not write the index `{path}`", path = .path.display())]
    Write {
        /// The index's folder.
        path: PathBuf,
        /// Why.
        source: TantivyError,
    },
}

/// A searchable index in a folder of its own.
pub struct Index {
    inner: tantivy::Index,
    reader: IndexReader,
    fields: Fields,
    dir: PathBuf,
    settings: Settings,
    /// What searches need of the last commit that they have seen, with its number.
    state: Mutex<Option<(u64, Arc<State>)>>,
}

/// How an index was found by [`Index::open_or_create`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// It was there.
    Existing,
    /// There was none; it is empty.
    Created,
    /// What was there could not be used; it is empty.
    Replaced {
        /// What was wrong with the old one: a sentence, lower case, without a final stop.
        reason: String,
    },
}

impl Index {
    /// Opens the index in a folder, for reading; its files are compared with their checksums.
    pub fn open(dir: &Path) -> Result<Index, Error> {
        let mut tries = 3;
        loop {
            match open(dir, Settings::default()) {
                Ok(index) => return Ok(index),
                Err(Failure::Missing) => return Err(Error::Missing { path: dir.to_owned() }),
                // A commit in another process may take away files between the look at their list and at them.
                Err(Failure::Unusable(found)) if tries == 1 => {
                    return Err(Error::Unusable { path: dir.to_owned(), found });
                }
                Err(Failure::Unusable(_)) => tries -= 1,
            }
        }
    }

    /// Opens the index in a folder, for writing. One that is not there, or cannot be used, becomes an empty one. Nothing
    /// but the index may be in the folder.
    pub fn open_or_create(dir: &Path, settings: &Settings) -> Result<(Index, Origin), Error> {
        let origin = match open(dir, *settings) {
            Ok(index) => return Ok((index, Origin::Existing)),
            Err(Failure::Missing) => Origin::Created,
            Err(Failure::Unusable(reason)) => Origin::Replaced { reason },
        };
        let folder = |source| Error::Folder { path: dir.to_owned(), source };
        fs::create_dir_all(dir).map_err(folder)?;
        let write = |source: TantivyError| Error::Write { path: dir.to_owned(), source };
        // A process that is writing it finds it usable, however it looks from here.
        let lock = Folder::open(dir).map_err(|error| write(error.into()))?.acquire_lock(&INDEX_WRITER_LOCK);
        lock.map_err(|_| Error::Busy { path: dir.to_owned() })?;
        fs::remove_dir_all(dir).and_then(|()| fs::create_dir_all(dir)).map_err(folder)?;
        let (schema, _) = schema::schema();
        let made = Folder::open(dir).map_err(TantivyError::from);
        made.and_then(|made| tantivy::Index::create(made, schema, IndexSettings::default())).map_err(write)?;
        let index = open(dir, *settings).map_err(|failure| match failure {
            Failure::Missing => Error::Missing { path: dir.to_owned() },
            Failure::Unusable(found) => Error::Unusable { path: dir.to_owned(), found },
        })?;
        Ok((index, origin))
    }

    /// The payload of the last [`Writer::commit`]; 0 before the first.
    pub fn committed(&self) -> Result<u64, Error> {
        let metas = self.inner.load_metas().map_err(|source| self.read(source))?;
        Ok(metas.payload.and_then(|payload| payload.parse().ok()).unwrap_or(0))
    }

    /// Whether nothing has been committed to it.
    pub fn is_empty(&self) -> Result<bool, Error> {
        Ok(self.inner.load_metas().map_err(|source| self.read(source))?.segments.is_empty())
    }

    /// As [`Index::committed`] of the index in a folder, without looking at more than its list of files; `None` when
    /// there is no index or not one that can be read.
    pub fn level(dir: &Path) -> Option<u64> {
        let metas = tantivy::Index::open(Folder::open(dir).ok()?).ok()?.load_metas().ok()?;
        metas.payload.and_then(|payload| payload.parse().ok())
    }

    /// Whether the index in a folder can be used. Its files are compared with their checksums only when somebody else
    /// has written to them since the last commit, so that asking again and again costs nothing.
    pub fn is_sound(dir: &Path) -> bool {
        let (schema, _) = schema::schema();
        open_sound(dir, &schema, !is_untouched(dir)).is_ok()
    }

    /// Opens the writer. There can be one at a time.
    pub fn writer(&self) -> Result<Writer, Error> {
        Writer::new(&self.inner, self.fields, self.dir.clone(), &self.settings)
    }

    /// The keys of the reports' metadata, as queries write them, sorted.
    pub fn metadata_keys(&self) -> Result<Vec<String>, Error> {
        let keys = || {
            let mut keys = BTreeSet::new();
            self.reader.reload()?;
            for segment in self.reader.searcher().segment_readers() {
                let index = segment.inverted_index(self.fields.metadata)?;
                let mut pairs = index.terms().stream()?;
                while pairs.advance() {
                    let pair = String::from_utf8_lossy(pairs.key());
                    let key = pair.split('=').next().unwrap_or(&pair);
                    if !keys.contains(key) {
                        keys.insert(key.to_owned());
                    }
                }
            }
            Ok(keys.into_iter().collect())
        };
        keys().map_err(|source| self.read(source))
    }

    /// The values that reports have under a key of the metadata, in lower case.
    pub fn metadata_values(&self, key: &str) -> Result<BTreeSet<String>, Error> {
        let values = || {
            let (mut values, pair) = (BTreeSet::new(), format!("{key}="));
            self.reader.reload()?;
            for segment in self.reader.searcher().segment_readers() {
                let index = segment.inverted_index(self.fields.metadata)?;
                let mut pairs = index.terms().range().ge(pair.as_bytes()).into_stream()?;
                while pairs.advance() && pairs.key().starts_with(pair.as_bytes()) {
                    values.insert(String::from_utf8_lossy(&pairs.key()[pair.len()..]).into_owned());
                }
            }
            Ok(values)
        };
        values().map_err(|source| self.read(source))
    }

    /// Answers a query from the last commit with its best hits.
    pub fn search(&self, query: &Query, limits: Limits) -> Result<Found, Error> {
        self.state().and_then(|state| state.search(query, limits)).map_err(|source| self.read(source))
    }

    /// A query for passages that are like a text: for the words that make it what it is. `None` when the other passages
    /// have none of its words, or only such as many have.
    pub fn like(&self, text: &str) -> Result<Option<Query>, Error> {
        self.state().and_then(|state| state.like(text)).map_err(|source| self.read(source))
    }

    /// The last commit. To look whether there is a new one costs a glance at the list of files; to open it much more.
    fn state(&self) -> tantivy::Result<Arc<State>> {
        let committed = self.inner.load_metas()?.opstamp;
        let mut known = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((opstamp, state)) = &*known
            && *opstamp == committed
        {
            return Ok(state.clone());
        }
        self.reader.reload()?;
        let state = Arc::new(State::of(self.reader.searcher(), self.fields)?);
        *known = Some((committed, state.clone()));
        Ok(state)
    }

    fn read(&self, source: TantivyError) -> Error {
        Error::Read { path: self.dir.clone(), source }
    }
}

enum Failure {
    Missing,
    Unusable(String),
}

fn open(dir: &Path, settings: Settings) -> Result<Index, Failure> {
    if fs::read_dir(dir).map_or(true, |mut files| files.next().is_none()) {
        return Err(Failure::Missing);
    }
    let (schema, fields) = schema::schema();
    let (inner, reader) = open_sound(dir, &schema, true)?;
    Ok(Index { inner, reader, fields, dir: dir.to_owned(), settings, state: Mutex::default() })
}

/// Opens an index of which every field is as expected and, when `with_checksums`, every file is whole.
fn open_sound(dir: &Path, schema: &Schema, with_checksums: bool) -> Result<(tantivy::Index, IndexReader), Failure> {
    let unusable = |error: TantivyError| Failure::Unusable(said(&error));
    let inner = Folder::open(dir).map_err(TantivyError::from).and_then(tantivy::Index::open);
    let mut inner = inner.map_err(unusable)?;
    if inner.schema() != *schema {
        return Err(Failure::Unusable("it is of another version".to_owned()));
    }
    inner.set_tokenizers(schema::analysers());
    // Without its list of files a writer would not know what to delete.
    if !dir.join(folder::MANAGED).exists() {
        return Err(Failure::Unusable("its list of files is missing".to_owned()));
    }
    if with_checksums {
        check_files(&inner, dir).map_err(Failure::Unusable)?;
    }
    let reader: IndexReader =
        inner.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().map_err(unusable)?;
    // How many entries a segment has stands in the list of files, which has no checksum.
    for segment in reader.searcher().segment_readers() {
        for name in ["number", "section_key"] {
            let column = segment.fast_fields().column_opt::<u64>(name).map_err(unusable)?;
            if column.is_some_and(|column| column.num_docs() != segment.max_doc()) {
                return Err(Failure::Unusable("its list of files is damaged".to_owned()));
            }
        }
    }
    Ok((inner, reader))
}
