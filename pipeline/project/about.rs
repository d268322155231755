//! What is known about reports that a run has read, by their ids and files: the table of metadata as those look it up who
//! show reports. What is wrong with the table is said by `check` and `run`; here it is merely not known.

use super::{Metadata, Project};
use crate::report_id::ReportId;
use std::collections::BTreeMap;

/// See the module.
#[derive(Debug, Clone, Default)]
pub struct About {
    metadata: Metadata,
    folder: String,
}

impl About {
    /// Reads the table of a project; nothing is known when there is none, or none that can be read.
    pub fn of(project: &Project) -> About {
        let read = |path: String| std::fs::read(project.path(&path)).ok().map(|bytes| Metadata::read(&path, &bytes).0);
        let folder = format!("{}/", project.config.corpus.reports.trim_end_matches('/'));
        About { metadata: project.metadata().and_then(read).unwrap_or_default(), folder }
    }

    /// The columns of the table, in its order.
    pub fn columns(&self) -> &[String] {
        self.metadata.columns()
    }

    /// What is known about a report, by column; `path` is its file, relative to the project.
    pub fn report(&self, id: &str, path: &str) -> BTreeMap<String, String> {
        let file = path.strip_prefix(&self.folder).unwrap_or(path);
        ReportId::try_from(id.to_owned()).map(|id| self.metadata.of(&id, file)).unwrap_or_default()
    }
}
