//! What each page shows, gathered from the desk for its template.

pub mod agreement;
pub mod item;
pub mod map;
pub mod progress;
pub mod queue;
pub mod report;
pub mod search;

use super::Error;
use super::answer::render;
use super::desk::Desk;
use super::text::{Part, parts};
use super::words;
use crate::coding::Coded;
use crate::frame::CodeRef;
use crate::page::values::{Values, values};
use crate::review::{Quote, Verdict};
use crate::segment::{column_head, heading_path, row_head};
use serde::Serialize;

/// A page in the layout that all have. `section` is the word of the menu under which it stands.
pub fn page(desk: &Desk, template: &str, section: &str, title: &str, mut content: Values) -> Result<String, Error> {
    let last = desk.session.given.last().map(|last| {
        let n = desk.session.given.iter().filter(|given| given.step == last.step).count();
        if n == 1 { last.told.clone() } else { format!("{}, {n} codes", last.report) }
    });
    content.extend(values! {
        section, title, last,
        study => desk.study.frame.title,
        reviewer => desk.settings.reviewer,
        notices => desk.notices.iter().take(5).collect::<Vec<_>>(),
    });
    render(template, content)
}

/// A quotation with where it stands.
#[derive(Debug, Serialize)]
pub struct Quotation {
    pub report: String,
    pub start: u32,
    pub parts: Vec<Part>,
    pub headings: Vec<String>,
    pub row: String,
    pub column: String,
    /// Who says so.
    pub by: String,
}

/// What stands at a place of a report.
pub fn quotation(coded: &Coded, quote: &Quote, words: &[String], by: &str) -> Quotation {
    let report = &coded.content.report;
    let passages = &coded.content.passages;
    let number = passages.partition_point(|passage| passage.span.end <= quote.start);
    let block = passages.get(number).map_or(0, |passage| passage.block);
    Quotation {
        report: coded.id.clone(),
        start: passages.get(number).map_or(quote.start, |passage| passage.span.start),
        parts: parts(&quote.quote, words),
        headings: heading_path(report, block).into_iter().map(str::to_owned).collect(),
        row: row_head(report, block),
        column: column_head(report, block),
        by: by.to_owned(),
    }
}

/// What people pointed to and the machine cites for a code of a report.
pub fn quotations(desk: &Desk, coded: &Coded, code: &CodeRef<'_>) -> Vec<Quotation> {
    let mut found: Vec<Quotation> = Vec::new();
    for verdict in desk.verdicts.of_code(&coded.id, code) {
        let applies = verdict.answer.applies() == Some(true);
        let quotes = verdict.passages.iter().filter(|quote| applies && quote.stands_in(&coded.content.report.text));
        found.extend(quotes.map(|quote| quotation(coded, quote, &[], &verdict.reviewer)));
    }
    if found.is_empty() {
        let text = &coded.content.report.text;
        let supporting = coded.supporting(&desk.study, code.index).into_iter().map(|p| Quote::of(text, p.span));
        found.extend(supporting.map(|quote| quotation(coded, &quote, &[], "")));
    }
    found
}

/// A verdict as it is told.
#[derive(Debug, Serialize)]
pub struct Told {
    pub reviewer: String,
    pub answer: &'static str,
    /// Word for its style.
    pub word: &'static str,
    pub day: String,
    pub route: &'static str,
    pub note: String,
    pub quotes: Vec<String>,
}

/// How a verdict is told.
pub fn told(verdict: &Verdict) -> Told {
    Told {
        reviewer: verdict.reviewer.to_string(),
        answer: words::answer(verdict.answer),
        word: verdict.answer.name(),
        day: verdict.at.split('T').next().unwrap_or_default().to_owned(),
        route: words::route(verdict.route),
        note: verdict.note.clone(),
        quotes: verdict.passages.iter().map(|quote| quote.quote.clone()).collect(),
    }
}

/// Something to choose.
#[derive(Debug, Serialize)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub is_chosen: bool,
}
