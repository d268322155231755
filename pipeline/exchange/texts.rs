//! The texts of a project's reports by id, for who has ids and wants to look into the text: from the store where a run has
//! read the file as it is now, else from the file. One at a time, since a corpus can be larger than the memory.

use crate::coding::{Content, Unreadable};
use crate::extract::{self, Line, extract_file, extract_lines};
use crate::project::{self, Corpus, Holds, Project, ReportFile};
use crate::review::{Quote, Standing};
use crate::store::{self, Store};
use std::collections::BTreeMap;

/// See the module.
#[derive(Debug)]
pub struct Texts {
    sources: BTreeMap<String, Source>,
    store: Option<Store>,
    limits: extract::Settings,
}

/// Where a text is.
#[derive(Debug)]
enum Source {
    Store,
    File(Box<ReportFile>),
    /// Of a file with a report a line, which a run has not read yet.
    Here(String),
}

/// Why the texts cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The project.
    #[error(transparent)]
    Project(#[from] project::Error),
    /// The store.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The store's bytes.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// One report's file.
    #[error("could not read report `{path}`")]
    Extract {
        /// The file, relative to the project.
        path: String,
        /// What is wrong with it.
        source: extract::Error,
    },
}

impl Error {
    /// What the reader can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Error::Project(error) => error.hint(),
            Error::Store(error) => error.hint(),
            Error::Unreadable(_) => Some("delete the folder corpus/derived; it is made anew".to_owned()),
            Error::Extract { source, .. } => source.hint(),
        }
    }
}

impl Texts {
    /// Finds out which reports there are. A file with a report a line is read when no run has read it as it is; one
    /// that cannot be read has no reports, as in a run.
    ///
    /// # Errors
    /// When the project has no reports, or its store cannot be read.
    pub fn of(project: &Project) -> Result<Texts, Error> {
        Texts::with(project, Store::open_existing(&project.derived())?)
    }

    /// The same with every file read anew, whatever a run has read: for who does not take the store's word for it.
    ///
    /// # Errors
    /// When the project has no reports.
    pub fn from_files(project: &Project) -> Result<Texts, Error> {
        Texts::with(project, None)
    }

    fn with(project: &Project, store: Option<Store>) -> Result<Texts, Error> {
        let corpus: Corpus = project.corpus()?.value;
        let mut texts = Texts { sources: BTreeMap::new(), store, limits: project.config.extract.clone() };
        let (mut known, mut ids_of) = (BTreeMap::new(), BTreeMap::new());
        if let Some(store) = &texts.store {
            known = store.files()?;
            for (id, path) in store.reports()? {
                ids_of.entry(path).or_insert_with(Vec::new).push(id);
            }
        }
        for file in corpus.files {
            let stamp = [file.stamp.bytes, file.stamp.modified_ns, file.stamp.changed_ns];
            let is_known = known.get(&file.path).is_some_and(|row| row.stamp == stamp && row.failure.is_none());
            let stored = ids_of.remove(&file.path).filter(|_| is_known).unwrap_or_default();
            match &file.holds {
                Holds::Lines if is_known => texts.sources.extend(stored.into_iter().map(|id| (id, Source::Store))),
                Holds::Lines => texts.read_lines(&file),
                Holds::One(id) if stored == [id.as_str()] => {
                    texts.sources.insert(id.to_string(), Source::Store);
                }
                Holds::One(id) => {
                    texts.sources.insert(id.to_string(), Source::File(Box::new(file)));
                }
            }
        }
        Ok(texts)
    }

    fn read_lines(&mut self, file: &ReportFile) {
        let Ok(lines) = extract_lines(&file.location, &self.limits) else { return };
        for Line { number: line, document } in lines {
            // As a run reads and names them.
            let Ok(document) = document else { continue };
            let id = document.value.id.unwrap_or_else(|| format!("{} {line}", file.name));
            self.sources.entry(id).or_insert(Source::Here(document.value.report.text));
        }
    }

    /// The ids of the reports, in order.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.sources.keys().map(String::as_str)
    }

    /// Whether there is a report.
    pub fn has(&self, id: &str) -> bool {
        self.sources.contains_key(id)
    }

    /// Of each report how many passages of verdicts are not where the ledger says, because the report has changed since:
    /// by report, those that have any. Only reports that a run has read as they are now are looked into, so this reads
    /// no document.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn misplaced(&self, standing: &Standing<'_>) -> Result<BTreeMap<String, usize>, Error> {
        let mut misplaced = BTreeMap::new();
        for of_report in standing.chunk_by(|a, b| a.report == b.report) {
            let id = &*of_report[0].report;
            let mut quotes = of_report.iter().flat_map(|verdict| &verdict.passages).peekable();
            if quotes.peek().is_none() || !matches!(self.sources.get(id), Some(Source::Store)) {
                continue;
            }
            let text = self.text(id)?.unwrap_or_default();
            let is_there = |q: &&Quote| text.get(q.start as usize..q.end as usize) == Some(q.quote.as_str());
            let n = quotes.filter(|quote| !is_there(quote)).count();
            if n > 0 {
                misplaced.insert(id.to_owned(), n);
            }
        }
        Ok(misplaced)
    }

    /// A report's text; `None` when there is no such report.
    ///
    /// # Errors
    /// When its file or the store cannot be read.
    pub fn text(&self, id: &str) -> Result<Option<String>, Error> {
        match self.sources.get(id) {
            None => Ok(None),
            Some(Source::Here(text)) => Ok(Some(text.clone())),
            Some(Source::File(file)) => {
                let fail = |source| Error::Extract { path: file.path.clone(), source };
                let documents = extract_file(&file.location, &self.limits).map_err(fail)?;
                Ok(documents.into_iter().next().map(|document| document.value.report.text))
            }
            Some(Source::Store) => {
                let store = self.store.as_ref().expect("a text is in the store only when there is one");
                let Some(bytes) = store.content(id)? else { return Err(Unreadable.into()) };
                Ok(Some(Content::from_bytes(&bytes)?.report.text))
            }
        }
    }
}
