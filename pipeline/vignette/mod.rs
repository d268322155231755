//! A query becomes vignettes: quotable passages, best first, each with what a citation needs. The index finds the
//! passages; text, headings and codes come from the store, what people said of codes from the ledger, metadata from the
//! project's table.
//!
//! Nothing is written here but baskets, so that a project can be searched while it is run, and from a read-only disk. An
//! index that is behind the store still answers; passages that the store no longer has are left out, and the answer says
//! so.

pub mod basket;
mod citation;
mod error;
mod evidence;
mod rank;
mod request;

pub use citation::{Citation, CitationError, Cited};
pub use error::Error;
pub use evidence::PassageCode;
pub use rank::Order;

use crate::decide::Decision;
use crate::exchange::pointed_to;
use crate::exchange::quotes::Haystack;
use crate::extract::Report;
use crate::frame::CodeIndex;
use crate::index::{FOLDER, Found, Hit, Index, Limits, Query};
use crate::project::{Project, Table};
use crate::review::Said;
use crate::segment::{column_head, heading_path, row_head};
use crate::span::ByteSpan;
use crate::store::Store;
use crate::study::Study;
use evidence::Known;
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
    let (query, code) = request::read(study, sources, &mut reports, request)?;
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
