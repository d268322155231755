//! The map with its bars, and what is behind each number: the reports to which a code applies, with the passages.

use super::super::Error;
use super::super::desk::Desk;
use super::super::filter::{Filter, Pairs, address, value};
use super::super::words;
use super::{Quotation, Told, page, quotations, told};
use crate::decide::Decision;
use crate::map;
use crate::page::values::values;
use serde::Serialize;

/// Reports on one page of those behind a number.
const ON_A_PAGE: usize = 20;
/// Passages shown of one report.
const MOST_PASSAGES: usize = 6;

/// The page of tables.
pub fn map(desk: &Desk) -> Result<String, Error> {
    let tables = map::tables(&desk.study, &desk.store, &desk.verdicts.said(&desk.study.frame))?;
    let n_reports = desk.reports.len();
    page(desk, "map.html", "map", "Map", values! { tables, n_reports, unit => desk.study.frame.unit })
}

#[derive(Serialize)]
struct Behind {
    id: String,
    report: String,
    item: String,
    by: String,
    percent: Option<String>,
    verdicts: Vec<Told>,
    quotations: Vec<Quotation>,
    n_more: usize,
}

/// The page behind a number.
pub fn number(desk: &Desk, pairs: &Pairs) -> Result<String, Error> {
    let code = desk.code(value(pairs, "code").unwrap_or_default())?;
    let is_open = value(pairs, "open").is_some();
    let wanted = if is_open { Decision::Queue } else { Decision::Applies };
    let cell = |id: &str| desk.reports[id].settled[code.index.get()];
    let ids: Vec<&str> = desk.reports.keys().map(|id| &**id).filter(|id| cell(id).decision == wanted).collect();
    let n_pages = ids.len().div_ceil(ON_A_PAGE).max(1);
    let number = value(pairs, "page").and_then(|n| n.parse::<usize>().ok()).unwrap_or(1).clamp(1, n_pages);
    let mut behind = Vec::new();
    for id in ids.iter().skip((number - 1) * ON_A_PAGE).take(ON_A_PAGE) {
        let mut coded = desk.coded(id)?;
        coded.cells.clone_from(&desk.reports[*id].settled);
        let cell = cell(id);
        let mut found = quotations(desk, &coded, &code);
        let n_more = found.len().saturating_sub(MOST_PASSAGES);
        found.truncate(MOST_PASSAGES);
        behind.push(Behind {
            id: (*id).to_owned(),
            report: address("/report", &[("report", id)]),
            item: super::item::address(desk, id, code.index, &Filter::default()),
            by: words::by(cell.by).to_owned(),
            percent: cell.probability_in_files().map(words::percent),
            // What is open is not to be answered after others.
            verdicts: if is_open {
                Vec::new()
            } else {
                desk.verdicts.of_code(id, &code).into_iter().map(told).collect()
            },
            quotations: found,
            n_more,
        });
    }
    let n_open = desk.reports.keys().filter(|id| cell(id).decision == Decision::Queue).count();
    let at = |page: usize| {
        let mut pairs = vec![("code", code.name().to_owned()), ("page", page.to_string())];
        pairs.extend(is_open.then(|| ("open", "1".to_owned())));
        address("/number", &pairs.iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>())
    };
    let content = values! {
        code => code.name(),
        label => code.code.label,
        definition => code.code.definition,
        question => code.question.title,
        question_id => code.question.id.as_str(),
        n => ids.len(),
        n_open, is_open, behind, number, n_pages,
        n_reports => desk.reports.len(),
        percent => map::tenths_of_percent(ids.len(), desk.reports.len()),
        applying => address("/number", &[("code", code.name())]),
        opened => address("/number", &[("code", code.name()), ("open", "1")]),
        in_queue => address("/next", &[("f.code", code.name())]),
        before => (number > 1).then(|| at(number - 1)),
        after => (number < n_pages).then(|| at(number + 1)),
    };
    page(desk, "number.html", "map", &code.code.label, content)
}
