//! The table of what is known about the reports (`corpus/reports.csv`) becomes values by report. A row belongs to a
//! report by its id, or by its file when the table has no column `id`; every other column is the author's.

use super::{Corpus, Holds, Project};
use crate::fault::{Fault, did_you_mean};
use crate::report_id::{ReportId, composed};
use crate::sheet::{Row, Sheet};
use std::collections::{BTreeMap, BTreeSet};

/// What is known about the reports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata {
    path: String,
    columns: Vec<String>,
    key: Key,
    /// By id or file, the row's line and its values in the order of `columns`.
    rows: BTreeMap<String, (u32, Vec<String>)>,
}

/// Rows without a report that are told one by one; a table for other reports has thousands.
const MOST_STRAYS: usize = 5;

/// What the rows of a table are found by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Key {
    #[default]
    Id,
    File,
}

/// The table together with the folder of the reports, so that it can be asked with the paths that the store keeps.
#[derive(Debug, Clone, Default)]
pub struct Table {
    metadata: Metadata,
    folder: String,
}

impl Table {
    /// Reads a project's table. What is wrong with it is said by `check` and `run`; here it is merely not known.
    pub fn of(project: &Project) -> Table {
        let read = |path: String| std::fs::read(project.path(&path)).ok().map(|bytes| Metadata::read(&path, &bytes).0);
        let folder = format!("{}/", project.config.corpus.reports.trim_end_matches('/'));
        Table { metadata: project.metadata().and_then(read).unwrap_or_default(), folder }
    }

    /// What is known about a report, by column; `path` is relative to the project.
    pub fn row(&self, id: &str, path: &str) -> BTreeMap<String, String> {
        let file = path.strip_prefix(&self.folder).unwrap_or(path);
        ReportId::try_from(id.to_owned()).map(|id| self.metadata.of(&id, file)).unwrap_or_default()
    }

    /// The names of the columns, those of id and file left out, in the table's order.
    pub fn columns(&self) -> &[String] {
        self.metadata.columns()
    }

    /// The values that occur in each column, empty ones left out.
    pub fn values(&self) -> BTreeMap<String, BTreeSet<String>> {
        self.metadata.values()
    }
}

impl Metadata {
    /// Reads the table. Rows without a key, and the second of two with the same, are faults and left out.
    pub fn read(path: &str, bytes: &[u8]) -> (Metadata, Vec<Fault>) {
        let (sheet, mut faults) = Sheet::read(path, bytes);
        let mut metadata = Metadata { path: path.to_owned(), ..Metadata::default() };
        if sheet.columns.is_empty() {
            return (metadata, faults);
        }
        let (id, file) = (sheet.column(&["id"]), sheet.column(&["file"]));
        let Some(key) = id.or(file) else {
            let hint = sheet.near_column("id").or_else(|| sheet.near_column("file"));
            faults.push(Fault::error(sheet.place(1), "there is no column `id` or `file`").hint(hint));
            return (metadata, faults);
        };
        metadata.key = if id.is_some() { Key::Id } else { Key::File };
        let is_value = |n: usize| Some(n) != id && Some(n) != file;
        metadata.columns =
            sheet.columns.iter().enumerate().filter(|(n, _)| is_value(*n)).map(|(_, name)| name.clone()).collect();
        for Row { line, cells } in &sheet.rows {
            let name = composed(&cells[key]);
            if name.is_empty() {
                let column = &sheet.columns[key];
                faults.push(Fault::error(sheet.place(*line), format!("the row has no `{column}`")));
                continue;
            }
            if let Some((first, _)) = metadata.rows.get(&name) {
                let message = format!("`{name}` has a row already, on line {first}");
                faults.push(Fault::error(sheet.place(*line), message));
                continue;
            }
            let values = cells.iter().enumerate().filter(|(n, _)| is_value(*n)).map(|(_, cell)| cell.clone()).collect();
            metadata.rows.insert(name, (*line, values));
        }
        (metadata, faults)
    }

    /// blake3 of all of it, in hex.
    pub fn hash(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        let mut add = |text: &str| {
            hasher.update(text.as_bytes()).update(&[0]);
        };
        self.columns.iter().for_each(|column| add(column));
        for (name, (_, values)) in &self.rows {
            add(name);
            values.iter().for_each(|value| add(value));
        }
        hasher.finalize().to_hex().to_string()
    }

    /// The names of the columns, those of id and file left out, in the table's order.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The values that occur in each column, empty ones left out.
    fn values(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut values: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (n, column) in self.columns.iter().enumerate() {
            let cells = self.rows.values().map(|(_, cells)| &cells[n]);
            values.entry(column.clone()).or_default().extend(cells.filter(|cell| !cell.is_empty()).cloned());
        }
        values
    }

    /// What is known about a report, by column; `file` is its path relative to the folder of the reports. Empty cells
    /// are left out.
    pub fn of(&self, id: &ReportId, file: &str) -> BTreeMap<String, String> {
        let Some((_, values)) = self.rows.get(&self.name_of(id, file)) else { return BTreeMap::new() };
        let named = self.columns.iter().zip(values).filter(|(_, value)| !value.is_empty());
        named.map(|(column, value)| (column.clone(), value.clone())).collect()
    }

    /// What the row of a report is found by.
    fn name_of(&self, id: &ReportId, file: &str) -> String {
        match self.key {
            Key::Id => id.as_str().to_owned(),
            Key::File => composed(file),
        }
    }

    /// Rows that belong to no report, and how many reports have no row. Nothing is said of either where a `.jsonl`
    /// holds reports that only reading it would name.
    pub(super) fn check_against(&self, corpus: &Corpus) -> Vec<Fault> {
        let mut names = BTreeSet::new();
        for file in &corpus.files {
            let Holds::One(id) = &file.holds else { return Vec::new() };
            names.insert(self.name_of(id, &file.name));
        }
        if self.rows.is_empty() {
            return Vec::new();
        }
        let place = |line| crate::fault::Place { path: self.path.clone(), line, column: 1 };
        let mut faults = Vec::new();
        let mut strays: Vec<_> = self.rows.iter().filter(|(name, _)| !names.contains(*name)).collect();
        strays.sort_by_key(|(_, (line, _))| *line);
        for (name, (line, _)) in strays.iter().take(MOST_STRAYS) {
            let hint =
                did_you_mean(name, names.iter().map(String::as_str).filter(|known| !self.rows.contains_key(*known)));
            faults.push(Fault::warning(place(*line), format!("no report is named `{name}`")).hint(hint));
        }
        if let Some((_, (line, _))) = strays.get(MOST_STRAYS) {
            let n = strays.len() - MOST_STRAYS;
            faults.push(Fault::warning(place(*line), format!("{n} more rows name no report, this is the first")));
        }
        let without: Vec<_> = names.iter().filter(|name| !self.rows.contains_key(*name)).collect();
        if let Some(first) = without.first() {
            let message = format!("{} of {} reports have no row, the first is `{first}`", without.len(), names.len());
            faults.push(Fault::warning(place(1), message));
        }
        faults
    }
}
