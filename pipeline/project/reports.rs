//! The folder of the reports becomes a sorted list of files, each with the id of its report and the stamp by which a
//! changed file is known, and a list of what is no report, with the reason.

use super::{Error, Metadata};
use crate::config;
use crate::fault::said;
use crate::report_id::ReportId;
use regex::Regex;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// What the folder of the reports holds.
#[derive(Debug, Clone, Default)]
pub struct Corpus {
    /// The files that hold reports, by path.
    pub files: Vec<ReportFile>,
    /// The files that do not, by path.
    pub skipped: Vec<Skipped>,
    /// What may hold reports and cannot be reached, by path: folders that may not be listed, links that lead nowhere.
    pub unreachable: Vec<Skipped>,
    /// What is known about the reports.
    pub metadata: Metadata,
}

/// A file that holds a report, or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportFile {
    /// Its path relative to the project, with `/`.
    pub path: String,
    /// Its path relative to the folder of the reports, with `/`.
    pub name: String,
    /// Where it can be opened.
    pub location: PathBuf,
    /// What it holds.
    pub holds: Holds,
    /// How a change of it is known without reading it.
    pub stamp: Stamp,
}

/// How many reports a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holds {
    /// One report, whose id comes from the file's name.
    One(ReportId),
    /// A `.jsonl`: a report a line, each with its own id, which nobody knows before the file is read. Their ids must
    /// differ from all others; whoever reads them checks that.
    Lines,
}

/// What the file system says of a file's contents. Equal stamps: the file is taken for unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stamp {
    /// Length in bytes.
    pub bytes: u64,
    /// Time of the last change of its contents, in nanoseconds since 1970.
    pub modified_ns: u64,
    /// Time of the last change of its entry (contents, name, rights), where the system keeps one, else 0. A file that
    /// was put in place of another with its times copied shows only here.
    pub changed_ns: u64,
}

/// Something in the folder of the reports that is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Its path relative to the project, with `/`.
    pub path: String,
    /// Why, in words.
    pub reason: String,
}

/// Endings of the files that `extract` reads.
const READ: [&str; 4] = ["docx", "txt", "md", "jsonl"];

/// Endings of the files that are handed to `extract`: those, and other documents, of which it knows to say what each
/// is, which is better than to pass over a report in silence.
const DOCUMENTS: [&str; 14] =
    ["docx", "txt", "md", "jsonl", "docm", "dotx", "dotm", "doc", "odt", "rtf", "pdf", "html", "htm", "pages"];

impl Corpus {
    /// Lists the folder. Links are followed; of a loop of links the part that loops is skipped.
    ///
    /// # Errors
    /// When the folder is not there or cannot be read.
    pub fn walk(root: &Path, settings: &config::Corpus) -> Result<Corpus, Error> {
        let folder = root.join(&settings.reports);
        if !folder.is_dir() {
            return Err(Error::NoReports { path: settings.reports.clone() });
        }
        let mut corpus = Corpus::default();
        let walk = walkdir::WalkDir::new(&folder).follow_links(true).min_depth(1);
        let mut entries = walk.into_iter();
        while let Some(entry) = entries.next() {
            match entry {
                Ok(entry) => {
                    let name = relative(&folder, entry.path());
                    let path = format!("{}/{name}", settings.reports.trim_end_matches('/'));
                    let hidden = entry.file_name().to_string_lossy().starts_with('.');
                    if entry.file_type().is_dir() {
                        if hidden {
                            corpus.skipped.push(Skipped { path, reason: "it is a hidden folder".to_owned() });
                            entries.skip_current_dir();
                        }
                        continue;
                    }
                    match read_entry(&entry, &path, &name, settings.report_id.as_ref()) {
                        Ok(file) => corpus.files.push(file),
                        Err(reason) => corpus.skipped.push(Skipped { path, reason }),
                    }
                }
                Err(error) if error.depth() == 0 => {
                    let path = settings.reports.clone();
                    return Err(Error::Read { path, source: error.into() });
                }
                Err(error) => {
                    let name = error.path().map_or_else(String::new, |path| relative(&folder, path));
                    let path = format!("{}/{name}", settings.reports.trim_end_matches('/'));
                    if error.loop_ancestor().is_some() {
                        let reason = "it is a link to a folder that it lies in".to_owned();
                        corpus.skipped.push(Skipped { path, reason });
                        continue;
                    }
                    let is_missing = error.io_error().is_some_and(|e| e.kind() == std::io::ErrorKind::NotFound);
                    let reason = match error.io_error() {
                        Some(_) if is_missing => "it is a link that leads nowhere".to_owned(),
                        Some(error) => format!("it cannot be reached: {}", said(error)),
                        None => error.to_string(),
                    };
                    corpus.unreachable.push(Skipped { path, reason });
                }
            }
        }
        corpus.files.sort_by(|a, b| a.path.cmp(&b.path));
        corpus.skipped.sort_by(|a, b| a.path.cmp(&b.path));
        corpus.unreachable.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(corpus)
    }

    /// Every file whose id another has that comes before it: files that can be read first, then by path, so that a
    /// report's PDF beside it does not take its place.
    pub fn same_ids(&self) -> Vec<Error> {
        let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
        let mut twice = Vec::new();
        let is_read = |file: &&ReportFile| {
            let ending = file.name.rsplit_once('.').map_or("", |(_, ending)| ending).to_lowercase();
            READ.contains(&ending.as_str())
        };
        let (read, others): (Vec<_>, Vec<_>) = self.files.iter().partition(is_read);
        for file in read.into_iter().chain(others) {
            let Holds::One(id) = &file.holds else { continue };
            match seen.get(id.as_str()) {
                Some(first) => twice.push(Error::SameId {
                    id: id.to_string(),
                    first: (*first).to_owned(),
                    second: file.path.clone(),
                }),
                None => {
                    seen.insert(id.as_str(), &file.path);
                }
            }
        }
        twice
    }

    /// Leaves out every file whose id another has that comes before it, as one that cannot be reached.
    pub fn leave_out_same_ids(&mut self) {
        for error in self.same_ids() {
            let hint = error.hint().unwrap_or_default();
            let Error::SameId { id, first, second } = error else { continue };
            self.files.retain(|file| file.path != second);
            let reason = format!("`{first}` has its id `{id}`\n  hint: {hint}");
            self.unreachable.push(Skipped { path: second, reason });
        }
        self.unreachable.sort_by(|a, b| a.path.cmp(&b.path));
    }
}

/// The file of an entry, or why it is none.
fn read_entry(
    entry: &walkdir::DirEntry,
    path: &str,
    name: &str,
    report_id: Option<&Regex>,
) -> Result<ReportFile, String> {
    let file_name = entry.file_name().to_str().ok_or("its name is not Unicode")?;
    if file_name.starts_with("~$") {
        return Err("it is the lock file that Word keeps while a document is open".to_owned());
    }
    if file_name.starts_with('.') {
        return Err("it is a hidden file".to_owned());
    }
    if !entry.file_type().is_file() {
        return Err("it is not a file".to_owned());
    }
    let (stem, ending) = file_name.rsplit_once('.').unwrap_or((file_name, ""));
    let ending = ending.to_lowercase();
    if !DOCUMENTS.contains(&ending.as_str()) {
        return Err("it is not a document; reports are .docx, .txt, .md or .jsonl files".to_owned());
    }
    let holds = if ending == "jsonl" { Holds::Lines } else { Holds::One(id_of(stem, report_id)?) };
    let metadata = entry.metadata().map_err(|error| error.io_error().map_or_else(|| error.to_string(), said))?;
    Ok(ReportFile {
        path: path.to_owned(),
        name: name.to_owned(),
        location: entry.path().to_owned(),
        holds,
        stamp: Stamp::of(&metadata),
    })
}

/// The id of a report in its file's name without the ending.
fn id_of(stem: &str, report_id: Option<&Regex>) -> Result<ReportId, String> {
    let found = report_id.and_then(|regex| regex.captures(stem)?.get(1));
    let id = found.map_or(stem, |group| group.as_str()).trim();
    ReportId::try_from(id.to_owned()).map_err(|error| error.to_string())
}

impl Stamp {
    /// The stamp in what the system says of a file.
    pub fn of(metadata: &std::fs::Metadata) -> Stamp {
        let since_1970 = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let modified_ns = since_1970.map_or(0, |since| u64::try_from(since.as_nanos()).unwrap_or(u64::MAX));
        Stamp { bytes: metadata.len(), modified_ns, changed_ns: changed_ns(metadata) }
    }
}

#[cfg(unix)]
fn changed_ns(metadata: &std::fs::Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt;
    let ns = i128::from(metadata.ctime()) * 1_000_000_000 + i128::from(metadata.ctime_nsec());
    u64::try_from(ns).unwrap_or(0)
}

#[cfg(not(unix))]
fn changed_ns(_: &std::fs::Metadata) -> u64 {
    0
}

/// A path below a folder, with `/`; what is not Unicode is shown with replacement characters.
fn relative(folder: &Path, path: &Path) -> String {
    let below = path.strip_prefix(folder).unwrap_or(path);
    let parts: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}
