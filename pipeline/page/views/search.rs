//! The search: a query becomes passages that can be quoted.

use super::super::Error;
use super::super::desk::Desk;
use super::super::filter::{Pairs, address, value};
use super::super::text::Part;
use super::super::words;
use super::page;
use crate::index::Limits;
use crate::page::values::values;
use crate::vignette::{self, Order, PassageCode, Request, Vignette};
use serde::Serialize;
use std::collections::BTreeSet;

/// Passages shown.
const LIMIT: usize = 30;
/// Passages of one report, unless it was asked for: one that speaks of nothing else would fill the page.
const PER_REPORT: usize = 3;

#[derive(Serialize)]
struct Found {
    address: String,
    parts: Vec<Part>,
    headings: Vec<String>,
    row: String,
    column: String,
    citation: String,
    before: String,
    after: String,
    codes: Vec<(String, &'static str, String)>,
}

/// The page.
pub fn search(desk: &Desk, pairs: &Pairs) -> Result<String, Error> {
    let given = |name| value(pairs, name).map(str::trim).filter(|text| !text.is_empty());
    let (query, code, report) = (given("q"), given("code"), given("report"));
    let limits = Limits { hits: LIMIT, per_report: report.is_none().then_some(PER_REPORT) };
    let query_text = query.unwrap_or_default();
    let request =
        Request { query: query_text, code, report, within: None, like: None, order: Order::Relevance, limits };
    let is_asked = query.or(code).or(report).is_some();
    let answer = match is_asked.then(|| {
        vignette::search(&desk.project, &desk.study, &desk.store, &desk.verdicts.said(&desk.study.frame), request)
    }) {
        None => None,
        Some(Ok(answer)) => Some(Ok(answer)),
        // What cannot be understood is told beside the query, which can then be mended.
        Some(Err(error)) => Some(Err((chain(&error), error.hint()))),
    };
    let (answer, fault) = match answer {
        Some(Ok(answer)) => (Some(answer), None),
        Some(Err(fault)) => (None, Some(fault)),
        None => (None, None),
    };
    let blind = desk.blind_reports();
    let found = answer.iter().flat_map(|answer| &answer.vignettes);
    // Evidence for a code is what the machine says of it.
    let found = found.filter(|vignette| code.is_none() || !blind.contains(&*vignette.report));
    let found: Vec<Found> = found.map(|vignette| of_vignette(desk, vignette, &blind)).collect();
    let content = values! {
        q => query, code, report, fault, is_asked,
        n_passages => answer.as_ref().map(|answer| words::count(answer.n_passages)),
        is_behind => answer.as_ref().is_some_and(|answer| answer.is_behind),
        n_shown => found.len(),
        found,
        codes => desk.study.frame.codes().map(|code| (code.name(), code.code.label.as_str(), code.question.id.as_str())).collect::<Vec<_>>(),
        reports => desk.reports.keys().map(|id| &**id).collect::<Vec<_>>(),
    };
    page(desk, "search.html", "search", "Search", content)
}

fn chain(error: &vignette::Error) -> String {
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
    format!("{error}{cause}")
}

/// A passage with its codes; of reports that the reviewer has to code `blind` without.
fn of_vignette(desk: &Desk, vignette: &Vignette, blind: &BTreeSet<&str>) -> Found {
    let mut parts = Vec::new();
    let mut at = 0;
    let mut add = |text: &str, is_set_off: bool| {
        if !text.is_empty() {
            parts.push(Part { text: text.to_owned(), is_set_off });
        }
    };
    for span in &vignette.highlights {
        let range = span.range();
        if range.start >= at {
            add(&vignette.text[at..range.start], false);
            add(&vignette.text[range.clone()], true);
            at = range.end;
        }
    }
    add(&vignette.text[at..], false);
    let code = |PassageCode { code: name, decision, .. }: &PassageCode| {
        let label = desk.study.frame.find(name).map_or(name.as_str(), |code| code.code.label.as_str());
        let item = address("/item", &[("report", &vignette.report), ("code", name)]);
        (label.to_owned(), decision.name(), item)
    };
    let report = address("/report", &[("report", &vignette.report)]);
    Found {
        address: format!("{report}#p{}", vignette.span.start),
        parts,
        headings: vignette.headings.clone(),
        row: vignette.row_head.clone(),
        column: vignette.column_head.clone(),
        citation: vignette.citation.clone(),
        before: vignette.before.clone(),
        after: vignette.after.clone(),
        codes: vignette.codes.iter().filter(|_| !blind.contains(&*vignette.report)).map(code).collect(),
    }
}
