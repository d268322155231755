//! A folder with a `config.toml` comes in; a [`Project`] goes out, which knows where everything of it stands, which files
//! are its reports, what their ids are and what is known about them. It reads names and stamps of reports, never their
//! contents, so that asking for them costs the same for large and small ones.

mod metadata;
mod reports;

pub use metadata::{Metadata, Table};
pub use reports::{Corpus, Holds, ReportFile, Skipped, Stamp};

use crate::config::{self, Config, DEFAULT_METADATA};
use crate::fault::{Fault, Faults, Severity, Source, judge};
use crate::warned::Warned;
use std::path::{Path, PathBuf};

/// The file that makes a folder a project.
pub const CONFIG: &str = "config.toml";

/// The file of people's verdicts, relative to the project.
pub const LEDGER: &str = "corpus/ledger.jsonl";

/// A project folder and its checked settings.
#[derive(Debug, Clone)]
pub struct Project {
    /// The folder, as it was given.
    pub root: PathBuf,
    /// Its settings.
    pub config: Config,
}

/// Why a project could not be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder is not a project.
    #[error("there is no project in `{path}`: it has no `{CONFIG}`")]
    NoProject {
        /// The folder.
        path: String,
    },
    /// A file of the project could not be read.
    #[error("could not read `{path}`")]
    Read {
        /// The file, relative to the project.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file of the project is not sound.
    #[error("`{path}` is not sound")]
    Unsound {
        /// The file, relative to the project.
        path: String,
        /// What is wrong with it.
        source: Faults,
    },
    /// The folder of the reports is not there.
    #[error("there is no folder of reports `{path}`")]
    NoReports {
        /// The folder, relative to the project.
        path: String,
    },
    /// The folder of the reports holds none.
    #[error("there are no reports in `{path}`")]
    Empty {
        /// The folder, relative to the project.
        path: String,
    },
    /// Two files would have the same id.
    #[error("two reports have the id `{id}`: `{first}` and `{second}`")]
    SameId {
        /// The id.
        id: String,
        /// The file that comes first in order.
        first: String,
        /// The other.
        second: String,
    },
}

impl Error {
    /// What the reader can do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Error::NoProject { .. } => {
                "go to the project's folder, name it with `--project DIR`, or make one with `codeframe init DIR`"
            }
            Error::NoReports { .. } => {
                "put the reports there, or name their folder as `reports` in `[corpus]` of config.toml"
            }
            Error::Empty { .. } => "put .docx, .txt, .md or .jsonl files there",
            Error::SameId { .. } => {
                "rename one of the files, or set `report_id` in `[corpus]` of config.toml so that their ids differ"
            }
            Error::Read { .. } | Error::Unsound { .. } => return None,
        };
        Some(hint.to_owned())
    }
}

impl Project {
    /// Opens the project in a folder. Warnings are sentences with their places.
    ///
    /// # Errors
    /// When the folder has no `config.toml`, or one that cannot be read or is not sound.
    pub fn open(root: &Path) -> Result<Warned<Project>, Error> {
        let source = Project::read_config(root)?;
        let (config, faults) = config::parse(&source);
        let warnings = judge(faults).map_err(|source| Error::Unsound { path: CONFIG.to_owned(), source })?;
        let config = config.expect("a config without errors is built");
        Ok(Warned { value: Project { root: root.to_owned(), config }, warnings })
    }

    /// The text of a folder's `config.toml`, for a reader who wants its faults and not only its settings.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub fn read_config(root: &Path) -> Result<Source, Error> {
        match std::fs::read_to_string(root.join(CONFIG)) {
            Ok(text) => Ok(Source::new(CONFIG, &text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Err(Error::NoProject { path: root.display().to_string() })
            }
            Err(source) => Err(Error::Read { path: CONFIG.to_owned(), source }),
        }
    }

    /// The path of something in the project, given as config and messages write it.
    pub fn path(&self, relative: &str) -> PathBuf {
        // In messages `corpus/…` reads better than `./corpus/…`.
        if self.root == Path::new(".") { PathBuf::from(relative) } else { self.root.join(relative) }
    }

    /// The rules file, relative to the project: the one that the config names, else `rules.toml` beside the frame when
    /// there is one. A frame needs no rules.
    pub fn rules(&self) -> Option<String> {
        if let Some(named) = &self.config.rules {
            return Some(named.text.clone());
        }
        let folder = self.config.frame.text.rsplit_once('/').map_or("", |(folder, _)| folder);
        let beside = if folder.is_empty() { "rules.toml".to_owned() } else { format!("{folder}/rules.toml") };
        self.path(&beside).is_file().then_some(beside)
    }

    /// The frame's folder, in which its classifiers stand.
    pub fn frame_folder(&self) -> PathBuf {
        let folder = self.config.frame.text.rsplit_once('/').map_or("", |(folder, _)| folder);
        self.path(folder)
    }

    /// The file of the codebook's examples, relative to the project: the one that the config names, or
    /// `examples.jsonl` beside the frame when there is one.
    pub fn examples(&self) -> Option<String> {
        if let Some(named) = &self.config.train.examples {
            return Some(named.text.clone());
        }
        let folder = self.config.frame.text.rsplit_once('/').map_or("", |(folder, _)| folder);
        let beside = if folder.is_empty() { "examples.jsonl".to_owned() } else { format!("{folder}/examples.jsonl") };
        self.path(&beside).is_file().then_some(beside)
    }

    /// The table of metadata, relative to the project, when the config names one or the default one is there.
    pub fn metadata(&self) -> Option<String> {
        match &self.config.corpus.metadata {
            Some(named) if named.text != DEFAULT_METADATA => Some(named.text.clone()),
            _ => self.path(DEFAULT_METADATA).is_file().then(|| DEFAULT_METADATA.to_owned()),
        }
    }

    /// The folder of index and store, which may be deleted.
    pub fn derived(&self) -> PathBuf {
        self.path("corpus/derived")
    }

    /// The file of what awaits a person.
    pub fn queue(&self) -> PathBuf {
        self.path("corpus/review/queue.jsonl")
    }

    /// The file of people's verdicts.
    pub fn ledger(&self) -> PathBuf {
        self.path(LEDGER)
    }

    /// The reports with their ids and metadata, in order of their paths, and the files that are none. Of files with the
    /// same id one is a report and the others cannot be reached.
    ///
    /// # Errors
    /// When the folder is not there or empty, or the table of metadata is not sound.
    pub fn corpus(&self) -> Result<Warned<Corpus>, Error> {
        let (mut corpus, faults) = self.survey()?;
        if corpus.files.is_empty() {
            return Err(Error::Empty { path: self.config.corpus.reports.clone() });
        }
        corpus.leave_out_same_ids();
        let path = self.metadata().unwrap_or_default();
        let warnings = judge(faults).map_err(|source| Error::Unsound { path, source })?;
        Ok(Warned { value: corpus, warnings })
    }

    /// As [`Project::corpus`], for a reader who wants all that is wrong: faults of the metadata are listed, and of
    /// files with the same id both are in the corpus.
    ///
    /// # Errors
    /// When the folder or the table of metadata cannot be read.
    pub fn survey(&self) -> Result<(Corpus, Vec<Fault>), Error> {
        let mut corpus = Corpus::walk(&self.root, &self.config.corpus)?;
        let Some(path) = self.metadata() else { return Ok((corpus, Vec::new())) };
        let bytes = std::fs::read(self.path(&path)).map_err(|source| Error::Read { path: path.clone(), source })?;
        let (metadata, mut faults) = Metadata::read(&path, &bytes);
        faults.extend(metadata.check_against(&corpus));
        corpus.metadata = metadata;
        faults.sort_by(|a, b| a.place.cmp(&b.place).then(a.severity.cmp(&b.severity)));
        Ok((corpus, faults))
    }
}

/// Whether any of these faults makes its file unusable.
pub fn any_error(faults: &[Fault]) -> bool {
    faults.iter().any(|fault| fault.severity == Severity::Error)
}

#[cfg(test)]
mod tests;
