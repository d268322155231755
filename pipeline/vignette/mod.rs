//! A query becomes vignettes: quotable passages, best first, each with what a citation needs. The index finds the
//! passages; text, headings and codes come from the store, what people said of codes from the ledger, metadata from the
//! project's table.
//!
//! Nothing is written here but baskets, so that a project can be searched while it is run, and from a read-only disk. An
//! index that is behind the store still answers; passages that the store no longer has are left out, and the answer says
//! so.

pub mod basket;
mod citation;
mod evidence;
mod rank;

pub use citation::{Citation, CitationError, Cited};
pub use evidence::PassageCode;
pub use rank::Order;

use crate::coding::Unreadable;
use crate::decide::Decision;
use crate::exchange::pointed_to;
use crate::exchange::quotes::Haystack;
use crate::extract::Report;
use crate::fault::nearest;
use crate::frame::{CodeIndex, Frame};
use crate::index::{self, FOLDER, Found, Hit, Index, Limits, Query, QueryError};
use crate::project::{Project, Table};
use crate::review::Said;
use crate::segment::{column_head, heading_path, row_head};
use crate::span::ByteSpan;
use crate::store::{self, Store};
use crate::study::Study;
use evidence::{Known, against, corrections};
use std::collections::{BTreeMap, BTreeSet};

/// A passage that can be quoted.
#[derive(Debug, Clone, PartialEq)]
pub struct Vignette {
    /// The id of its report.
    pub report: String,
    /// The report's file, relative to the project.
    pub path: String,
    /// How it is cited.
    pub citation: String,
    /// Its number among the report's passages, from 0.
    pub passage: u32,
    /// Where it stands in the report's text.
    pub span: ByteSpan,
    /// Its text.
    pub text: String,
    /// What of `text` the query found.
    pub highlights: Vec<ByteSpan>,
    /// What stands before it in the report, up to a hundred letters or so.
    pub before: String,
    /// What stands after it.
    pub after: String,
    /// The headings above it, outermost first.
    pub headings: Vec<String>,
    /// What labels its row in a table, the question of a question|answer table; or empty.
    pub row_head: String,
    /// What labels its column in a table, or empty.
    pub column_head: String,
    /// The codes for which it is evidence, in frame order, and what is decided of each in this report.
    pub codes: Vec<PassageCode>,
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
    /// In the language of [`Query`]; may be blank when a code, report or example is given.
    pub query: &'r str,
    /// Only passages that are evidence for this: `question` or `question/code`.
    pub code: Option<&'r str>,
    /// Only passages of this report.
    pub report: Option<&'r str>,
    /// Only passages of these reports, which alone are then looked into.
    pub within: Option<&'r BTreeSet<String>>,
    /// Passages like this one: a text, or `REPORT:START`, the passage that stands there in a report.
    pub like: Option<&'r str>,
    /// The order; all but relevance ask for a `question/code`.
    pub order: Order,
    /// How many vignettes at the most.
    pub limits: Limits,
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
    /// Nothing can be decided so.
    #[error("codes are never in state `{found}`")]
    UnknownState {
        /// The state asked for.
        found: String,
    },
    /// No report has this metadata.
    #[error("no report has {field} `{found}`")]
    UnknownValue {
        /// The key.
        field: String,
        /// The value asked for.
        found: String,
        /// The value that may have been meant.
        nearest: Option<String>,
        /// The values there are, `MOST_NAMED` and one at the most.
        known: Vec<String>,
    },
    /// An order asks for a code.
    #[error("passages can be put in this order only for one code")]
    OrderWithoutCode,
    /// The example has no words that others have.
    #[error("no passage is like this one: others have none of its words, or all have them")]
    NothingLike,
    /// The template of citations.
    #[error(transparent)]
    Citation(#[from] CitationError),
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
            Error::UnknownState { .. } => Some(format!("the states are {}", STATES.join(", "))),
            Error::UnknownValue { nearest: Some(near), .. } => Some(format!("did you mean `{near}`?")),
            Error::UnknownValue { known, field, .. } if known.len() <= MOST_NAMED => {
                Some(format!("{field} is one of {}", known.join(", ")))
            }
            Error::Query(_) | Error::NothingLike | Error::UnknownValue { .. } => None,
            Error::OrderWithoutCode => Some("name it with --code QUESTION/CODE".to_owned()),
            Error::Citation(error) => error.hint(),
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

/// Answers a request from what the last run left, with what people said laid over it.
///
/// # Errors
/// When the query is not understood or names what is not there, or index or store cannot be read.
pub fn search(
    project: &Project,
    study: &Study,
    store: &Store,
    said: &Said,
    request: Request<'_>,
) -> Result<Vignettes, Error> {
    Sources::open(project)?.search(study, store, said, request)
}

/// The index of a project with what citations are made of, opened once for several requests.
pub struct Sources {
    index: Index,
    table: Table,
    citation: Citation,
}

impl Sources {
    /// Opens them.
    ///
    /// # Errors
    /// When there is no sound index, or the template of citations is not.
    pub fn open(project: &Project) -> Result<Sources, Error> {
        let index = Index::open(&project.derived().join(FOLDER))?;
        let table = Table::of(project);
        let citation = Citation::read(project.config.search.citation.as_ref(), table.columns())?;
        Ok(Sources { index, table, citation })
    }

    /// As [`search`].
    ///
    /// # Errors
    /// When the query is not understood or names what is not there, or index or store cannot be read.
    pub fn search(&self, study: &Study, store: &Store, said: &Said, request: Request<'_>) -> Result<Vignettes, Error> {
        answer(self, study, store, said, request)
    }
}

fn answer(
    sources: &Sources,
    study: &Study,
    store: &Store,
    said: &Said,
    request: Request<'_>,
) -> Result<Vignettes, Error> {
    let Sources { index, table, citation } = sources;
    let mut reports = Reports { study, store, said, known: BTreeMap::new() };
    let (query, code) = read(study, sources, &mut reports, request)?;
    let limits = match request.order {
        Order::Relevance => request.limits,
        _ => Limits { hits: usize::MAX, per_report: None },
    };
    let Found { mut hits, n_passages } = index.search(&query, limits)?;
    if let Some(code) = code.filter(|_| request.order != Order::Relevance) {
        reports.rank(index, &mut hits, code, request)?;
        spread(&mut hits, request.limits);
    }
    let (written, gone) = store.since(index.committed()?)?;
    let is_behind = !(written.is_empty() && gone.is_empty());
    let mut answer = Vignettes { vignettes: Vec::new(), n_passages, is_behind };
    for hit in hits {
        let Some(known) = reports.get(&hit.report)? else { continue };
        let (content, path) = (&known.coded.content, &known.path);
        let report = &content.report;
        let Some(passage) = content.passages.get(hit.passage as usize).filter(|passage| passage.span == hit.span)
        else {
            continue;
        };
        let text = passage.span.slice(&report.text).to_owned();
        let metadata = table.row(&hit.report, path);
        let cited =
            Cited { report: &hit.report, file: path, title: title(report).unwrap_or(&hit.report), metadata: &metadata };
        answer.vignettes.push(Vignette {
            path: path.clone(),
            citation: citation.of(&cited),
            passage: hit.passage,
            span: hit.span,
            highlights: query.highlights(&text),
            before: before(&report.text, hit.span),
            after: after(&report.text, hit.span),
            text,
            headings: heading_path(report, passage.block).into_iter().map(str::to_owned).collect(),
            row_head: row_head(report, passage.block),
            column_head: column_head(report, passage.block),
            codes: known.codes(study, hit.passage),
            metadata,
            score: hit.score,
            report: hit.report,
        });
    }
    Ok(answer)
}

/// The reports that have been looked into.
struct Reports<'s> {
    study: &'s Study,
    store: &'s Store,
    said: &'s Said,
    known: BTreeMap<String, Option<Known>>,
}

impl Reports<'_> {
    fn get(&mut self, id: &str) -> Result<Option<&Known>, Error> {
        if !self.known.contains_key(id) {
            let known = Known::read::<Error>(self.study, self.store, self.said, id)?;
            self.known.insert(id.to_owned(), known);
        }
        Ok(self.known.get(id).and_then(Option::as_ref))
    }

    /// Puts hits in an order by what they are to a code. Its centre is that of the passages that people pointed to; where
    /// they did not, of the machine's evidence in reports to which the code applies, and where there are none, of all.
    fn rank(
        &mut self,
        index: &Index,
        hits: &mut Vec<Hit>,
        code: CodeIndex,
        Request { within, order, .. }: Request<'_>,
    ) -> Result<(), Error> {
        let name = self.study.frame.code(code).name().to_owned();
        let everything = Limits { hits: usize::MAX, per_report: None };
        let of_code = Query::of_code(&name);
        let of_code = match within {
            Some(within) => of_code.and(Query::of_reports(within.iter().cloned())),
            None => of_code,
        };
        let evidence = index.search(&of_code, everything)?.hits;
        let is_within = |id: &str| within.is_none_or(|within| within.contains(id));
        let said: Vec<String> = self.said.reports().map(|(id, _)| id.to_owned()).filter(|id| is_within(id)).collect();
        let mut pointed = Vec::new();
        for id in said {
            let Some(label) = self.said.label(&id, code).filter(|l| l.applies && !l.passages.is_empty()) else {
                continue;
            };
            let Some(known) = self.get(&id)? else { continue };
            let text = &known.coded.content.report.text;
            let spans = pointed_to(label, text, &mut Haystack::new(text));
            pointed.extend(spans.into_iter().flat_map(|span| known.coded.passages_in(span)).map(|n| (id.clone(), n)));
        }
        for hit in hits.iter().chain(&evidence) {
            self.get(&hit.report)?;
        }
        let stands = |hit: &Hit, is_wanted: &dyn Fn(Decision) -> bool| {
            let known = self.known.get(&hit.report).and_then(Option::as_ref);
            known.is_some_and(|known| is_wanted(known.coded.cells[code.get()].decision))
        };
        let mut examples = pointed;
        if examples.is_empty() {
            let applies = evidence.iter().filter(|hit| stands(hit, &|decision| decision == Decision::Applies));
            examples = applies.map(|hit| (hit.report.clone(), hit.passage)).collect();
        }
        if examples.is_empty() {
            examples = evidence.iter().map(|hit| (hit.report.clone(), hit.passage)).collect();
        }
        if order != Order::Against {
            // What has been decided not to be the code shows nothing of it.
            hits.retain(|hit| stands(hit, &|decision| decision != Decision::DoesNotApply));
        }
        rank::rank(hits, &examples, &self.known, code, order);
        Ok(())
    }
}

/// Keeps the first hits within the limits.
fn spread(hits: &mut Vec<Hit>, limits: Limits) {
    let mut given: BTreeMap<String, usize> = BTreeMap::new();
    hits.retain(|hit| {
        let n = given.entry(hit.report.clone()).or_default();
        *n += 1;
        limits.per_report.is_none_or(|most| *n <= most)
    });
    hits.truncate(limits.hits);
}

/// The query of a request, with its filters, and the code that is asked for by an order; what it names is there.
fn read(
    study: &Study,
    Sources { index, .. }: &Sources,
    reports: &mut Reports<'_>,
    request: Request<'_>,
) -> Result<(Query, Option<CodeIndex>), Error> {
    let (frame, store) = (&study.frame, reports.store);
    let mut parts = Vec::new();
    let has_other = request.code.is_some() || request.report.is_some() || request.like.is_some();
    match Query::parse(request.query, &index.metadata_keys()?) {
        Err(QueryError::Empty) if has_other => {}
        query => parts.push(query?),
    }
    let code = request.code.map(|code| code.trim_end_matches('/'));
    if let Some(found) = request.report {
        parts.push(Query::of_report(found));
    }
    if let Some(within) = request.within {
        parts.push(Query::of_reports(within.iter().cloned()));
    }
    let ordered = match (request.order, code) {
        (Order::Relevance, _) => None,
        (_, Some(name)) if name.contains('/') => Some(known_code(frame, name)?),
        (_, Some(name)) if frame.find(name).is_none() => {
            known_code(frame, name)?;
            return Err(Error::OrderWithoutCode);
        }
        _ => return Err(Error::OrderWithoutCode),
    };
    match (ordered, code) {
        (Some(ordered), _) if request.order == Order::Against => {
            parts.push(Query::of_places(against::<Error>(study, store, reports.said, ordered)?));
        }
        (_, Some(name)) => parts.push(Query::of_code(name)),
        _ => {}
    }
    if let Some(example) = request.like {
        parts.push(like(index, reports, example)?);
    }
    let query = parts.into_iter().reduce(Query::and).ok_or(QueryError::Empty)?;
    for found in query.codes() {
        let (name, state) = found.split_once('=').map_or((found, None), |(name, state)| (name, Some(state)));
        known_code(frame, name)?;
        known_state(state)?;
    }
    query.decisions().into_iter().try_for_each(|state| known_state(Some(state)))?;
    known_values(store, index, &query)?;
    if query.codes().is_empty() && query.decisions().is_empty() {
        return Ok((query, ordered));
    }
    let corrections = corrections::<Error>(study, store, reports.said)?;
    Ok((query.corrected(&corrections), ordered))
}

/// What is decided of a code, as queries name it.
const STATES: [&str; 3] = ["applies", "does_not_apply", "queue"];

fn known_state(state: Option<&str>) -> Result<(), Error> {
    match state.filter(|state| !STATES.contains(state)) {
        None => Ok(()),
        Some(found) => Err(Error::UnknownState { found: found.to_owned() }),
    }
}

/// A report that is named must be there, and some report must have what is named of the metadata: a slip of the keys would
/// look like an answer.
fn known_values(store: &Store, index: &Index, query: &Query) -> Result<(), Error> {
    for (field, found) in query.values() {
        if field == "report" {
            let ids = store.reports()?;
            if ids.iter().all(|(id, _)| id != found) {
                let nearest = nearest(found, ids.iter().map(|(id, _)| id.as_str())).map(str::to_owned);
                return Err(Error::UnknownReport { found: found.to_owned(), nearest });
            }
            continue;
        }
        let known = index.metadata_values(field)?;
        if !known.contains(found) {
            let nearest = nearest(found, known.iter().map(String::as_str)).map(str::to_owned);
            let known = known.into_iter().take(MOST_NAMED + 1).collect();
            return Err(Error::UnknownValue { field: field.to_owned(), found: found.to_owned(), nearest, known });
        }
    }
    Ok(())
}

/// Values that a hint lists.
const MOST_NAMED: usize = 12;

/// The code of a name; of a question the first.
fn known_code(frame: &Frame, name: &str) -> Result<CodeIndex, Error> {
    if let Some(code) = frame.find(name) {
        return Ok(code.index);
    }
    if let Some(code) = frame.codes().find(|code| code.question.id.as_str() == name) {
        return Ok(code.index);
    }
    let questions = frame.questions.iter().map(|question| question.id.as_str());
    let known = questions.chain(frame.codes().map(|code| code.name()));
    Err(Error::UnknownCode { found: name.to_owned(), nearest: nearest(name, known).map(str::to_owned) })
}

/// The query for passages that are like an example, without the example itself.
fn like(index: &Index, reports: &mut Reports<'_>, example: &str) -> Result<Query, Error> {
    let place = example.rsplit_once(':').and_then(|(id, at)| Some((id.trim(), at.trim().parse::<u32>().ok()?)));
    if let Some((id, at)) = place
        && let Some(known) = reports.get(id)?
    {
        let content = &known.coded.content;
        let number = content.passages.partition_point(|passage| passage.span.end <= at);
        // Behind the last passage the last is meant.
        let number = number.min(content.passages.len().saturating_sub(1));
        let text = content.passages.get(number).map_or("", |passage| passage.span.slice(&content.report.text));
        let found = index.like(text)?.ok_or(Error::NothingLike)?;
        return Ok(found.without(Query::of_places(vec![(id.to_owned(), number as u32)])));
    }
    index.like(example)?.ok_or(Error::NothingLike)
}

/// The report's title, or its first heading.
pub fn title(report: &Report) -> Option<&str> {
    let of_kind = |is_wanted: &dyn Fn(crate::extract::BlockKind) -> bool| {
        report.blocks.iter().find(|block| is_wanted(block.kind)).map(|block| block.span.slice(&report.text))
    };
    of_kind(&|kind| kind == crate::extract::BlockKind::Title).or_else(|| of_kind(&|kind| kind.is_heading()))
}

/// Letters of context on either side of a passage.
const CONTEXT: usize = 100;

fn before(text: &str, span: ByteSpan) -> String {
    let start = span.range().start;
    let from = text[..start].char_indices().rev().nth(CONTEXT - 1).map_or(0, |(at, _)| at);
    text[from..start].to_owned()
}

fn after(text: &str, span: ByteSpan) -> String {
    text[span.range().end..].chars().take(CONTEXT).collect()
}
