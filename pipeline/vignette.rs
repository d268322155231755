//! A query becomes vignettes: quotable passages, best first, each with what a citation needs. The index finds the
//! passages; text, headings and codes come from the store, metadata from the project's table.
//!
//! Nothing is written here, so that a project can be searched while it is run, and from a read-only disk. An index that
//! is behind the store still answers; passages that the store no longer has are left out, and the answer says so.

use crate::coding::{Coded, Unreadable};
use crate::decide::Decision;
use crate::fault::nearest;
use crate::frame::{CodeIndex, Frame};
use crate::index::{self, FOLDER, Found, Index, Query, QueryError};
use crate::project::{Known, Project};
use crate::segment::{column_head, heading_path, row_head};
use crate::span::ByteSpan;
use crate::store::{self, Store};
use crate::study::Study;
use std::collections::BTreeMap;

/// A passage that can be quoted.
#[derive(Debug, Clone, PartialEq)]
pub struct Vignette {
    /// The id of its report.
    pub report: String,
    /// The report's file, relative to the project.
    pub path: String,
    /// Its number among the report's passages, from 0.
    pub passage: u32,
    /// Where it stands in the report's text.
    pub span: ByteSpan,
    /// Its text.
    pub text: String,
    /// What of `text` the query found.
    pub highlights: Vec<ByteSpan>,
    /// The headings above it, outermost first.
    pub headings: Vec<String>,
    /// What labels its row in a table, the question of a question|answer table; or empty.
    pub row_head: String,
    /// What labels its column in a table, or empty.
    pub column_head: String,
    /// The codes for which it is evidence, in frame order, and what is decided of each in this report.
    pub codes: Vec<(String, Decision)>,
    /// What is known about its report, by column of the table.
    pub metadata: BTreeMap<String, String>,
    /// How well it fits the query, 0 or more; comparable within one answer only.
    pub score: f64,
}

/// The answer to a query.
#[derive(Debug, Clone, PartialEq)]
pub struct Vignettes {
    /// The best passages, best first; equally good ones by report and place.
    pub vignettes: Vec<Vignette>,
    /// How many passages match, with those that are not given.
    pub n_passages: usize,
    /// Whether the last run did not end: reports may be missing.
    pub is_behind: bool,
}

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Request<'r> {
    /// In the language of [`Query`]; may be blank when a code or report is given.
    pub query: &'r str,
    /// Only passages that are evidence for this: `question` or `question/code`.
    pub code: Option<&'r str>,
    /// Only passages of this report.
    pub report: Option<&'r str>,
    /// How many vignettes at the most.
    pub limit: usize,
}

/// Why a query has no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The query was not understood.
    #[error("could not read the query")]
    Query(#[from] QueryError),
    /// The frame has no such code or question.
    #[error("the frame has no code or question `{found}`")]
    UnknownCode {
        /// What the query names.
        found: String,
        /// The code or question that may have been meant.
        nearest: Option<String>,
    },
    /// There is no such report.
    #[error("there is no report `{found}`")]
    UnknownReport {
        /// The id asked for.
        found: String,
        /// The id that may have been meant.
        nearest: Option<String>,
    },
    /// The index.
    #[error(transparent)]
    Index(#[from] index::Error),
    /// The store.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The store's bytes.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

impl Error {
    /// What the reader can do about it.
    pub fn hint(&self) -> Option<String> {
        let meant = |name: &Option<String>| name.as_ref().map(|name| format!("did you mean `{name}`?"));
        match self {
            Error::Query(QueryError::UnknownField { known, .. }) => {
                Some(format!("the fields are {}", known.join(", ")))
            }
            Error::UnknownCode { nearest, .. } | Error::UnknownReport { nearest, .. } => meant(nearest),
            Error::Query(_) => None,
            Error::Index(index::Error::Busy { .. }) => None,
            Error::Store(error) => error.hint(),
            Error::Index(index::Error::Missing { .. }) | Error::Unreadable(_) => {
                Some("run `codeframe run`, which makes it again".to_owned())
            }
            // A fault of the disk does not show in a file's times, by which a run sees damage.
            Error::Index(_) => Some(
                "run `codeframe run`, which makes it again; if that does not help, delete corpus/derived/index first"
                    .to_owned(),
            ),
        }
    }
}

/// Answers a request from what the last run left.
///
/// # Errors
/// When the query is not understood or names what is not there, or index or store cannot be read.
pub fn search(project: &Project, study: &Study, store: &Store, request: Request<'_>) -> Result<Vignettes, Error> {
    let index = Index::open(&project.derived().join(FOLDER))?;
    let query = read(&study.frame, store, &index, request)?;
    let Found { hits, n_passages } = index.search(&query, request.limit)?;
    let table = Known::of(project);
    let mut reports: BTreeMap<String, Option<(String, Coded)>> = BTreeMap::new();
    let (written, gone) = store.since(index.committed()?)?;
    let is_behind = !(written.is_empty() && gone.is_empty());
    let mut answer = Vignettes { vignettes: Vec::new(), n_passages, is_behind };
    for hit in hits {
        if !reports.contains_key(&hit.report) {
            let row = store.report(&hit.report)?;
            let coded = row.map(|row| Ok::<_, Unreadable>((row.path.clone(), Coded::from_row(&row)?))).transpose()?;
            reports.insert(hit.report.clone(), coded);
        }
        let Some((path, coded)) = reports.get(&hit.report).and_then(Option::as_ref) else { continue };
        let content = &coded.content;
        let Some(passage) = content.passages.get(hit.passage as usize).filter(|passage| passage.span == hit.span)
        else {
            continue;
        };
        let text = passage.span.slice(&content.report.text).to_owned();
        answer.vignettes.push(Vignette {
            path: path.clone(),
            passage: hit.passage,
            span: hit.span,
            highlights: query.highlights(&text),
            text,
            headings: heading_path(&content.report, passage.block).into_iter().map(str::to_owned).collect(),
            row_head: row_head(&content.report, passage.block),
            column_head: column_head(&content.report, passage.block),
            codes: codes(study, coded, hit.passage),
            metadata: table.row(&hit.report, path),
            score: hit.score,
            report: hit.report,
        });
    }
    Ok(answer)
}

/// The query of a request, with its filters; what it names is there.
fn read(frame: &Frame, store: &Store, index: &Index, request: Request<'_>) -> Result<Query, Error> {
    let code = request.code.map(|code| Query::of_code(code.trim_end_matches('/')));
    let report = request.report.map(Query::of_report);
    let filter = code.into_iter().chain(report).reduce(Query::and);
    let query = match (Query::parse(request.query, &index.metadata_keys()?), filter) {
        (Err(QueryError::Empty), Some(filter)) => filter,
        (Ok(query), Some(filter)) => query.and(filter),
        (query, _) => query?,
    };
    for found in query.codes() {
        let name = found.split('=').next().unwrap_or(found);
        let questions = || frame.questions.iter().map(|question| question.id.as_str());
        if frame.find(name).is_none() && questions().all(|id| id != name) {
            let known = questions().chain(frame.codes().map(|code| code.name()));
            let nearest = nearest(name, known).map(str::to_owned);
            return Err(Error::UnknownCode { found: name.to_owned(), nearest });
        }
    }
    if let Some(found) = request.report {
        let reports = store.reports()?;
        if reports.iter().all(|(id, _)| id != found) {
            let nearest = nearest(found, reports.iter().map(|(id, _)| id.as_str())).map(str::to_owned);
            return Err(Error::UnknownReport { found: found.to_owned(), nearest });
        }
    }
    Ok(query)
}

/// The codes for which a passage is evidence, with their decisions.
fn codes(study: &Study, coded: &Coded, passage: u32) -> Vec<(String, Decision)> {
    let hits = coded.evidence.hits.iter().filter(|hit| hit.passage == passage && hit.turned.is_none());
    let rules = hits.map(|hit| study.rules.rule(hit.rule)).filter(|rule| !rule.against);
    let mut codes: Vec<CodeIndex> = rules.map(|rule| rule.code).collect();
    codes.sort_unstable();
    codes.dedup();
    codes.into_iter().map(|code| (study.frame.code(code).name().to_owned(), coded.cells[code.get()].decision)).collect()
}
