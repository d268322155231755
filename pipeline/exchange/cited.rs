//! Whether every quote that the results cite stands in its report: each file is read anew, and each passage behind a code
//! and each quote of a verdict looked for in what it says.

use super::quotes::Haystack;
use super::{Error, Texts, TextsError, codings};
use crate::review::{Said, Standing};
use crate::store::Store;
use crate::study::Study;
use serde::Serialize;
use std::collections::BTreeMap;

/// What was looked for and found.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Cited {
    /// Reports with quotes.
    pub reports: usize,
    /// Different quotes in them.
    pub quotes: usize,
    /// Those that stand elsewhere in the report than is said.
    pub moved: usize,
    /// Those that were not found.
    pub lost: Vec<Lost>,
}

/// A quote that its report does not have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lost {
    /// The report's id.
    pub report: String,
    /// `question/code` that it is cited for.
    pub code: String,
    /// Where it should stand: first byte and one past the last.
    pub start: u32,
    /// See `start`.
    pub end: u32,
    /// The quote.
    pub quote: String,
    /// Why the report could not be looked into, if that is why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unreadable: Option<String>,
}

/// Finds every quote again. `texts` are the reports as their files say now ([`Texts::from_files`]).
///
/// # Errors
/// When the store cannot be read.
pub fn cited(
    study: &Study,
    store: &Store,
    said: &Said,
    standing: &Standing<'_>,
    texts: &Texts,
) -> Result<Cited, Error> {
    let mut of_report: BTreeMap<String, BTreeMap<(u32, u32, String), String>> = BTreeMap::new();
    codings(study, store, said, |line| {
        for passage in &line.passages {
            let key = (passage.start, passage.end, passage.quote.to_owned());
            let quotes = of_report.entry(line.report.to_owned()).or_default();
            quotes.entry(key).or_insert_with(|| format!("{}/{}", line.question, line.code));
        }
        Ok(())
    })?;
    // Reports that have left the corpus are told by `check` itself.
    for verdict in standing.iter().filter(|verdict| texts.has(&verdict.report)) {
        for quote in &verdict.passages {
            let quotes = of_report.entry(verdict.report.to_string()).or_default();
            let key = (quote.start, quote.end, quote.quote.clone());
            quotes.entry(key).or_insert_with(|| format!("{}/{}", verdict.question, verdict.code));
        }
    }
    let mut found = Cited { reports: of_report.len(), ..Cited::default() };
    for (report, quotes) in of_report {
        found.quotes += quotes.len();
        let (text, unreadable) = match texts.text(&report) {
            Ok(Some(text)) => (text, None),
            Ok(None) => (String::new(), Some("no file holds this report".to_owned())),
            Err(TextsError::Extract { path, source }) => (String::new(), Some(format!("`{path}`: {source}"))),
            Err(error) => (String::new(), Some(error.to_string())),
        };
        let mut haystack = Haystack::new(&text);
        for ((start, end, quote), code) in quotes {
            if text.get(start as usize..end as usize) == Some(&*quote) {
                continue;
            }
            if haystack.find(&quote, &[]).is_some() {
                found.moved += 1;
            } else {
                let unreadable = unreadable.clone();
                found.lost.push(Lost { report: report.clone(), code, start, end, quote, unreadable });
            }
        }
    }
    Ok(found)
}
