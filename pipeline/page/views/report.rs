//! Reports: the list of them; one with its structure, its passages coloured by question and all its codes with who decided
//! them; and the same text with nothing of the machine, to be coded from scratch.

use super::super::Error;
use super::super::desk::Desk;
use super::super::filter::{Filter, Pairs, address, value};
use super::super::text::{Mark, Tag, pieces};
use super::super::words;
use super::page;
use crate::coding::Coded;
use crate::decide::{By, Cell, Decision};
use crate::frame::{CodeRef, Question, Select};
use crate::page::values::values;
use crate::review::Verdict;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Colours for questions; with more questions they come again, and the names beside the passages tell them apart.
const N_COLOURS: usize = 8;
/// Reports on one page of the list.
const ON_A_PAGE: usize = 100;

#[derive(Serialize)]
struct InList<'d> {
    id: &'d str,
    address: String,
    metadata: Vec<&'d str>,
    n_applies: usize,
    n_open: usize,
    n_people: usize,
}

/// The list of reports.
pub fn reports(desk: &Desk, pairs: &Pairs) -> Result<String, Error> {
    let wanted = value(pairs, "q").unwrap_or_default().trim().to_lowercase();
    let columns: BTreeSet<&str> = desk.reports.values().flat_map(|r| r.metadata.keys().map(String::as_str)).collect();
    let columns: Vec<&str> = columns.into_iter().take(5).collect();
    let is_wanted = |id: &str, values: &BTreeMap<String, String>| {
        wanted.is_empty()
            || id.to_lowercase().contains(&wanted)
            || values.values().any(|v| v.to_lowercase().contains(&wanted))
    };
    let all: Vec<_> = desk.reports.iter().filter(|(id, r)| is_wanted(id, &r.metadata)).collect();
    let n_pages = all.len().div_ceil(ON_A_PAGE).max(1);
    let number = value(pairs, "page").and_then(|n| n.parse::<usize>().ok()).unwrap_or(1).clamp(1, n_pages);
    let rows = all.iter().skip((number - 1) * ON_A_PAGE).take(ON_A_PAGE).map(|(id, of_report)| {
        let count = |is: fn(&Cell) -> bool| of_report.settled.iter().filter(|cell| is(cell)).count();
        InList {
            id,
            address: address("/report", &[("report", id)]),
            metadata: columns.iter().map(|c| of_report.metadata.get(*c).map_or("", String::as_str)).collect(),
            n_applies: count(|cell| cell.decision == Decision::Applies),
            n_open: count(|cell| cell.decision == Decision::Queue),
            n_people: count(|cell| cell.by == By::Person),
        }
    });
    let at = |page: usize| address("/reports", &[("q", &wanted), ("page", &page.to_string())]);
    let content = values! {
        rows => rows.collect::<Vec<_>>(),
        n => all.len(),
        q => wanted, columns, number, n_pages,
        before => (number > 1).then(|| at(number - 1)),
        after => (number < n_pages).then(|| at(number + 1)),
    };
    page(desk, "reports.html", "reports", "Reports", content)
}

#[derive(Serialize)]
struct OfQuestion<'d> {
    id: &'d str,
    title: &'d str,
    is_one: bool,
    colour: usize,
    codes: Vec<OfCode<'d>>,
    /// Codes that do not apply, which are told in one line.
    n_not: usize,
    /// For the form that codes the question from scratch.
    definitions: String,
    is_answered: bool,
    next: &'d str,
}

#[derive(Serialize)]
struct OfCode<'d> {
    id: &'d str,
    label: &'d str,
    definition: &'d str,
    address: String,
    word: &'static str,
    decision: &'static str,
    by: String,
    percent: Option<String>,
    is_ticked: bool,
}

/// One report.
pub fn report(desk: &Desk, pairs: &Pairs) -> Result<String, Error> {
    let id = value(pairs, "report").unwrap_or_default();
    let is_blind = value(pairs, "blind").is_some() || desk.blind_reports().contains(id);
    let of_report = desk.report(id)?;
    let mut coded = desk.coded(id)?;
    coded.cells.clone_from(&of_report.settled);
    let marks = if is_blind { BTreeMap::new() } else { marks(desk, &coded) };
    let frame = &desk.study.frame;
    let questions: Vec<OfQuestion<'_>> = frame
        .questions
        .iter()
        .enumerate()
        .map(|(n, question)| {
            let next = frame.questions.get(n + 1).map_or("", |next| next.id.as_str());
            of_question(desk, id, question, n, next, is_blind)
        })
        .collect();
    let omitted = &coded.content.report.omitted;
    let left_out = [
        (omitted.images, "pictures"),
        (omitted.headers_and_footers, "headers and footers"),
        (omitted.comments, "comments"),
        (omitted.deletions, "deleted stretches"),
        (omitted.embedded_objects, "embedded objects"),
    ];
    let left_out: Vec<String> =
        left_out.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    let content = values! {
        report => id,
        path => of_report.path,
        metadata => of_report.metadata,
        pieces => pieces(&coded.content, &marks, &|_| true),
        n_applies => coded.cells.iter().filter(|cell| cell.decision == Decision::Applies).count(),
        n_open => coded.cells.iter().filter(|cell| cell.decision == Decision::Queue).count(),
        n_answered => questions.iter().filter(|question| question.is_answered).count(),
        questions, left_out,
        blind => address("/report", &[("report", id), ("blind", "1")]),
        open => address("/report", &[("report", id)]),
        in_queue => address("/next", &[("f.report", id)]),
    };
    let template = if is_blind { "blind.html" } else { "report.html" };
    page(desk, template, "reports", &if is_blind { format!("{id}, blind") } else { id.to_owned() }, content)
}

fn of_question<'d>(
    desk: &'d Desk,
    report: &str,
    question: &'d Question,
    number: usize,
    next: &'d str,
    is_blind: bool,
) -> OfQuestion<'d> {
    let me = desk.settings.reviewer.as_str();
    let codes: Vec<CodeRef<'d>> = desk.study.frame.codes_of(question.id.as_str()).collect();
    let mine = |code: &CodeRef<'_>| {
        desk.verdicts
            .of_code(report, code)
            .into_iter()
            .find(|v| *v.reviewer == *me && (!is_blind || v.answered.is_none()))
    };
    let hashes: Vec<&str> = codes.iter().map(|code| code.code.definition_hash.as_str()).collect();
    let shown: Vec<OfCode<'d>> = codes.iter().map(|code| of_code(desk, report, code, mine(code), is_blind)).collect();
    OfQuestion {
        id: question.id.as_str(),
        title: &question.title,
        is_one: question.select == Select::One,
        colour: number % N_COLOURS,
        n_not: shown.iter().filter(|code| code.word == "does_not_apply").count(),
        definitions: hashes.join(" "),
        is_answered: codes.iter().all(|code| mine(code).is_some()),
        codes: shown,
        next,
    }
}

fn of_code<'d>(desk: &'d Desk, report: &str, code: &CodeRef<'d>, mine: Option<&Verdict>, is_blind: bool) -> OfCode<'d> {
    let of_report = &desk.reports[report];
    let cell = of_report.settled[code.index.get()];
    let people: Vec<String> = desk.verdicts.of_code(report, code).iter().map(|v| v.reviewer.to_string()).collect();
    let by = match cell.by {
        _ if is_blind => String::new(),
        By::Person if !people.is_empty() => people.join(", "),
        by => words::by(by).to_owned(),
    };
    let name = code.name();
    OfCode {
        id: code.code.id.as_str(),
        label: &code.code.label,
        definition: &code.code.definition,
        address: if is_blind {
            address("/item", &[("report", report), ("code", name), ("blind", "1")])
        } else {
            super::item::address(desk, report, code.index, &Filter::default())
        },
        // Not even the style may tell what the machine says.
        word: if is_blind { "" } else { cell.decision.name() },
        decision: if is_blind { "" } else { words::decision(cell.decision) },
        by,
        percent: cell.probability_in_review().filter(|_| !is_blind && cell.by != By::Person).map(words::percent),
        is_ticked: mine.is_some_and(|v| v.answer.applies() == Some(true)),
    }
}

/// Each passage that carries a code, with the codes that it carries.
fn marks(desk: &Desk, coded: &Coded) -> BTreeMap<u32, Mark> {
    let passages = &coded.content.passages;
    let at = |start: u32| passages.partition_point(|passage| passage.span.end <= start) as u32;
    let mut marks: BTreeMap<u32, Mark> = BTreeMap::new();
    for (number, question) in desk.study.frame.questions.iter().enumerate() {
        let class = format!("q{}", number % N_COLOURS);
        for code in desk.study.frame.codes_of(question.id.as_str()) {
            if coded.cells[code.index.get()].decision == Decision::DoesNotApply {
                continue;
            }
            let mut carrying = BTreeSet::new();
            for verdict in desk.verdicts.of_code(&coded.id, &code) {
                if verdict.answer.applies() == Some(true) {
                    let quotes = verdict.passages.iter();
                    carrying.extend(quotes.flat_map(|quote| at(quote.start)..at(quote.end.saturating_sub(1)) + 1));
                }
            }
            if carrying.is_empty() {
                carrying.extend(coded.supporting(&desk.study, code.index).iter().map(|p| at(p.span.start)));
            }
            for passage in carrying.into_iter().filter(|n| (*n as usize) < passages.len()) {
                let mark = marks.entry(passage).or_default();
                if mark.class.is_empty() {
                    mark.class = class.clone();
                }
                let address = super::item::address(desk, &coded.id, code.index, &Filter::default());
                let is_open = coded.cells[code.index.get()].decision == Decision::Queue;
                let class = format!("{class}{}", if is_open { " open" } else { "" });
                mark.tags.push(Tag { label: code.code.label.clone(), address, class });
            }
        }
    }
    marks
}
