//! The map with its bars, and what is behind each number: the reports to which a code applies, with the passages.

use super::super::Error;
use super::super::desk::Desk;
use super::super::filter::{Filter, Pairs, address, value};
use super::super::words;
use super::{Quotation, Told, page, quotations, told};
use crate::classify::files;
use crate::decide::Decision;
use crate::learn::{Card, Kept};
use crate::map::{self, Choice, InDepth, Looked};
use crate::page::values::values;
use crate::project::LEDGER;
use crate::review::Ledger;
use crate::sample::{FILE, Sample};
use serde::Serialize;

/// Reports on one page of those behind a number.
const ON_A_PAGE: usize = 20;
/// Passages shown of one report.
const MOST_PASSAGES: usize = 6;

/// The page of tables.
pub fn map(desk: &Desk) -> Result<String, Error> {
    let study = &desk.study;
    let said = desk.verdicts.said(&study.frame);
    let ledger = Ledger::read(&desk.project.ledger(), LEDGER)?.value;
    let folder = desk.project.frame_folder();
    let card = study.classifier.as_ref().map(|chosen| Card::read(&files::card_path(&folder, &chosen.name)));
    // A classifier without a card may have learned from all of it.
    let learned_to = card.map_or(0, |card| card.map_or(u32::MAX, |card| card.last_line));
    let kept = Kept::read(&desk.project.derived());
    let config = &desk.project.config;
    let (known_to_rules, share) = (&config.train.rules_written_from, config.review.share());
    let looked = Looked::of(study, &ledger, learned_to, kept.as_ref(), known_to_rules, share);
    let sample = Sample::read(&desk.project.path(FILE))?;
    let stage = config.sample.asks.as_str();
    let choice = Choice {
        said: &said,
        looked: Some(&looked),
        takes: &|_, _| true,
        passages: false,
        people_only: false,
        in_depth: sample.as_ref().map(|sample| InDepth { stage, sample }),
    };
    let tables = map::tables_of(&study.frame, &map::gather(study, &desk.store, &choice)?);
    // Nothing to correct by: then the intervals would say no more than that.
    let is_corrected = tables.iter().flat_map(|t| &t.codes).any(|c| c.corrected.as_ref().is_some_and(|c| c.seen > 0));
    let values = values! { tables, is_corrected, n_reports => desk.reports.len(), unit => study.frame.unit };
    page(desk, "map.html", "map", "Map", values)
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
    let n = ids.len();
    // Of what the reviewer still has to code blind the number is told and no more.
    let blind = desk.blind_reports();
    let ids: Vec<&str> = ids.into_iter().filter(|id| !blind.contains(id)).collect();
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
            percent: cell.probability_in_review().map(words::percent),
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
        n, n_blind => n - ids.len(),
        n_open, is_open, behind, number, n_pages,
        n_reports => desk.reports.len(),
        percent => map::tenths_of_percent(n, desk.reports.len()),
        applying => address("/number", &[("code", code.name())]),
        opened => address("/number", &[("code", code.name()), ("open", "1")]),
        in_queue => address("/next", &[("f.code", code.name())]),
        before => (number > 1).then(|| at(number - 1)),
        after => (number < n_pages).then(|| at(number + 1)),
    };
    page(desk, "number.html", "map", &code.code.label, content)
}
