//! Passages that people have put aside, with the words as they stood: `corpus/review/baskets/NAME.jsonl`, a passage a
//! line. Lines are only added; what is there already is not added again. A quote is found again in the report as it is
//! now, wherever it has moved to.

use super::Vignette;
use crate::exchange::quotes::Haystack;
use crate::exchange::{Texts, TextsError};
use crate::project::Project;
use crate::span::ByteSpan;
use crate::warned::Warned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;

/// The folder of baskets, relative to the project.
pub const BASKETS: &str = "corpus/review/baskets";

/// The format version of a line.
const VERSION: u64 = 1;

/// A passage in a basket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Saved {
    /// The format version.
    pub v: u64,
    /// The report's id.
    pub report: String,
    /// Its file, relative to the project.
    pub file: String,
    /// How the passage is cited.
    pub citation: String,
    /// First byte in the report's text as it was.
    pub start: u32,
    /// One past its last byte.
    pub end: u32,
    /// The passage.
    pub quote: String,
    /// The headings above it, outermost first.
    pub headings: Vec<String>,
    /// What was asked, or empty.
    pub query: String,
    /// The code that evidence was asked for, if any.
    pub code: Option<String>,
}

/// A passage of a basket, looked for in its report.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// As it was saved.
    pub saved: Saved,
    /// Where it stands now; `None` when it is not in the report any more.
    pub span: Option<ByteSpan>,
}

/// Why a basket cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BasketError {
    /// Its name is none.
    #[error("`{found}` cannot be the name of a basket")]
    Name {
        /// The name.
        found: String,
    },
    /// There is none of this name.
    #[error("there is no basket `{found}`")]
    Missing {
        /// The name.
        found: String,
        /// What the reader can do.
        hint: String,
    },
    /// Its file could not be read.
    #[error("could not read `{path}`")]
    Read {
        /// The file, relative to the project.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// Its file could not be written.
    #[error("could not write `{path}`")]
    Write {
        /// The file, relative to the project.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The reports' texts.
    #[error(transparent)]
    Texts(#[from] TextsError),
}

impl BasketError {
    /// What the reader can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            BasketError::Name { .. } => Some("take letters, digits, `-` and `_`, up to 64 of them".to_owned()),
            BasketError::Missing { hint, .. } => Some(hint.clone()),
            BasketError::Texts(error) => error.hint(),
            BasketError::Read { .. } | BasketError::Write { .. } => None,
        }
    }
}

/// Adds passages to a basket, which is made if need be. Gives how many were not in it yet.
///
/// # Errors
/// When the name is none, or the file cannot be read or written.
pub fn save(
    project: &Project,
    name: &str,
    vignettes: &[&Vignette],
    query: &str,
    code: Option<&str>,
) -> Result<usize, BasketError> {
    let (path, shown) = place(project, name)?;
    let text = match std::fs::read_to_string(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        read => read.map_err(|source| BasketError::Read { path: shown.clone(), source })?,
    };
    let known = parse(&shown, &text).value;
    let mut known: BTreeSet<(String, u32, String)> =
        known.into_iter().map(|saved| (saved.report, saved.start, saved.quote)).collect();
    // A line that a crash has cut short must not swallow the next.
    let mut lines = if text.is_empty() || text.ends_with('\n') { String::new() } else { "\n".to_owned() };
    let mut n_new = 0;
    for vignette in vignettes {
        if !known.insert((vignette.report.clone(), vignette.span.start, vignette.text.clone())) {
            continue;
        }
        let saved = Saved {
            v: VERSION,
            report: vignette.report.clone(),
            file: vignette.path.clone(),
            citation: vignette.citation.clone(),
            start: vignette.span.start,
            end: vignette.span.end,
            quote: vignette.text.clone(),
            headings: vignette.headings.clone(),
            query: query.trim().to_owned(),
            code: code.map(str::to_owned),
        };
        lines += &serde_json::to_string(&saved).expect("plain data always has JSON");
        lines.push('\n');
        n_new += 1;
    }
    if n_new > 0 {
        let write = || {
            std::fs::create_dir_all(path.parent().expect("a basket lies in a folder"))?;
            let mut file = std::fs::OpenOptions::new().create(true).append(true).open(&path)?;
            file.write_all(lines.as_bytes())?;
            file.sync_data()
        };
        write().map_err(|source| BasketError::Write { path: shown, source })?;
    }
    Ok(n_new)
}

/// The passages of a basket, in the order in which they were saved, each looked for in its report. Lines that are none
/// are warned of.
///
/// # Errors
/// When there is no such basket, or it or the reports cannot be read.
pub fn read(project: &Project, name: &str) -> Result<Warned<Vec<Kept>>, BasketError> {
    let (path, shown) = place(project, name)?;
    let text = match std::fs::read_to_string(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let names = names(project);
            let near = crate::fault::did_you_mean(name, names.iter().map(String::as_str));
            let hint = near.unwrap_or_else(|| match names.is_empty() {
                true => "make one with `codeframe search QUERY --save NAME`".to_owned(),
                false => format!("there are {}", names.join(", ")),
            });
            return Err(BasketError::Missing { found: name.to_owned(), hint });
        }
        read => read.map_err(|source| BasketError::Read { path: shown.clone(), source })?,
    };
    let Warned { value: saved, warnings } = parse(&shown, &text);
    let texts = Texts::of(project)?;
    let mut kept = Vec::with_capacity(saved.len());
    // One report's text at a time, though its passages may lie apart.
    let mut order: Vec<usize> = (0..saved.len()).collect();
    order.sort_by(|&a, &b| saved[a].report.cmp(&saved[b].report).then(a.cmp(&b)));
    let mut spans = vec![None; saved.len()];
    for of_report in order.chunk_by(|&a, &b| saved[a].report == saved[b].report) {
        let Some(text) = texts.text(&saved[of_report[0]].report)? else { continue };
        let mut haystack = Haystack::new(&text);
        for &number in of_report {
            let Saved { start, end, quote, .. } = &saved[number];
            let stands = text.get(*start as usize..*end as usize) == Some(quote.as_str());
            let span = stands.then_some(ByteSpan { start: *start, end: *end });
            spans[number] = span.or_else(|| haystack.find(quote, &[]));
        }
    }
    kept.extend(saved.into_iter().zip(spans).map(|(saved, span)| Kept { saved, span }));
    Ok(Warned { value: kept, warnings })
}

/// Whether a basket can have this name.
///
/// # Errors
/// When it cannot.
pub fn check_name(name: &str) -> Result<(), BasketError> {
    let is_fine = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    if name.is_empty() || name.chars().count() > 64 || !name.chars().all(is_fine) {
        return Err(BasketError::Name { found: name.to_owned() });
    }
    Ok(())
}

/// The names of the project's baskets, sorted.
pub fn names(project: &Project) -> Vec<String> {
    let entries = std::fs::read_dir(project.path(BASKETS)).into_iter().flatten().flatten();
    let name = |name: String| name.strip_suffix(".jsonl").map(str::to_owned);
    let mut names: Vec<String> = entries.filter_map(|e| e.file_name().into_string().ok()).filter_map(name).collect();
    names.sort();
    names
}

fn place(project: &Project, name: &str) -> Result<(PathBuf, String), BasketError> {
    check_name(name)?;
    let shown = format!("{BASKETS}/{name}.jsonl");
    Ok((project.path(&shown), shown))
}

fn parse(path: &str, text: &str) -> Warned<Vec<Saved>> {
    let mut read = Warned::clean(Vec::new());
    for (line, number) in text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty()) {
        match serde_json::from_str::<Saved>(line) {
            Ok(saved) if saved.v <= VERSION => read.value.push(saved),
            Ok(saved) => read.warnings.push(format!(
                "{path}:{number}: the line has version {}, this program reads up to {VERSION}; it is passed over",
                saved.v
            )),
            Err(_) => read.warnings.push(format!("{path}:{number}: this is no line of a basket; it is passed over")),
        }
    }
    read
}
