//! An item: one code of one report, with what speaks for and against it in its place in the report, and the form in which
//! the reviewer says what holds.

use super::super::Error;
use super::super::desk::Desk;
use super::super::filter::{self, Filter, Pairs, value};
use super::super::shares::Asked;
use super::super::text::{self, Mark, Part, parts};
use super::super::words;
use super::queue::{Progress, Shown};
use super::{Told, page, told};
use crate::coding::Coded;
use crate::decide::{By, Decision, Reason};
use crate::frame::{CodeIndex, CodeRef, Select};
use crate::page::values::values;
use crate::review::{Quoted, Verdict, passages};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A report with at most so many blocks is shown whole.
const MOST_BLOCKS: usize = 150;
/// Of a longer one, so many blocks around each passage.
const AROUND: u32 = 4;

/// The address of an item.
pub fn address(desk: &Desk, report: &str, code: CodeIndex, filter: &Filter) -> String {
    filter.address("/item", &[("report", report), ("code", desk.study.frame.code(code).name())])
}

/// A passage that speaks for or against the code.
#[derive(Serialize)]
struct Evidence {
    /// `for` or `against`.
    speaks: &'static str,
    start: u32,
    parts: Vec<Part>,
    headings: Vec<String>,
    row: String,
    column: String,
    /// Several rules may have found the same passage.
    rules: Vec<String>,
    context: Option<String>,
    trigger: Option<String>,
    percent: Option<String>,
    terms: Vec<String>,
}

/// What the machine says.
#[derive(Serialize)]
struct Machine {
    /// In words.
    leaning: String,
    probability: Option<f64>,
    percent: Option<String>,
    /// Whether there is a probability that is not told.
    is_withheld: bool,
    by: &'static str,
    classifier: Option<String>,
    support: f64,
    opposition: f64,
}

/// Another code of the question.
#[derive(Serialize)]
struct Sibling {
    label: String,
    address: String,
    decision: &'static str,
    word: &'static str,
    by: &'static str,
    is_this: bool,
}

/// The page.
pub fn item(desk: &Desk, pairs: &Pairs) -> Result<String, Error> {
    let filter = Filter::of(pairs);
    let code = desk.code(value(pairs, "code").unwrap_or_default())?;
    let id = value(pairs, "report").unwrap_or_default();
    let is_from_scratch = value(pairs, "blind").is_some();
    let is_to_settle = value(pairs, "adjudicate").is_some() && !is_from_scratch;
    let has_answered = desk.has_answered(id, code.index, &desk.settings.reviewer);
    let is_blind = is_from_scratch || (desk.is_blind(id, code.index) && !(is_to_settle && has_answered));
    let of_report = desk.report(id)?;
    let coded = desk.coded(id)?;
    let number = desk.item(id, code.index);
    let settled = of_report.settled[code.index.get()];
    // Who is asked because others disagree is told so; not who was given the item beside them.
    let is_given = number.is_some_and(|n| matches!(desk.queue.items[n].asked, Asked::Me { .. }));
    let is_contested = settled.reason == Some(Reason::PeopleDisagree) && !is_given && !has_answered;
    let is_adjudication = (is_to_settle || is_contested) && !is_blind;
    let shown = Shown::of(desk, &filter);
    let verdicts = desk.verdicts.of_code(id, &code);
    let mine = verdicts.iter().find(|v| *v.reviewer == *desk.settings.reviewer).map(|v| told(v));
    // Who has not answered yet should not know what others said.
    let (n_others, others) = others(desk, &verdicts, (mine.is_some() || is_adjudication) && !is_blind);
    let quoted = if is_blind { Vec::new() } else { passages(&desk.study, &coded, &code) };
    let evidence = all_evidence(&quoted);
    let pieces = pieces(&coded, &quoted, &verdicts_shown(desk, &verdicts, !others.is_empty()), is_blind);
    let reason = number.map(|n| words::reason_sentence(desk.reason(&desk.queue.items[n])));
    let is_open = number.is_some_and(|n| desk.is_open(&desk.queue.items[n]));
    let go = |number: Option<usize>| {
        number.map(|n| address(desk, &desk.queue.items[n].report, desk.queue.items[n].code, &filter))
    };
    let content = values! {
        report => id,
        path => of_report.path,
        metadata => of_report.metadata,
        code => code.name(),
        label => code.code.label,
        definition => code.code.definition,
        definition_hash => code.code.definition_hash,
        question => code.question.title,
        is_one => code.question.select == Select::One,
        is_exclusive => code.code.exclusive,
        is_blind, is_adjudication, is_open, mine, others, n_others, pieces,
        n_for => evidence.iter().filter(|e| e.speaks == "for").count(),
        evidence,
        reason => if is_blind { None } else { reason },
        decided => (settled.decision != Decision::Queue && !is_blind).then(|| {
            format!("{}, by {}", words::decision(settled.decision), words::by(settled.by))
        }),
        machine => (!is_blind).then(|| machine(desk, id, &code)),
        siblings => if is_blind { Vec::new() } else { siblings(desk, id, &code, &filter) },
        hidden => filter.pairs(),
        then => if is_from_scratch { "blind" } else if is_to_settle { "agreement" } else if number.is_some() { "next" } else { "report" },
        next => go(shown.next(desk, number)),
        before => go(shown.before(number)),
        progress => Progress::of(desk, &shown),
        queue => filter.address("/", &[]),
        whole => filter::address("/report", &[("report", id)]),
    };
    page(desk, "item.html", "queue", &format!("{id}: {}", code.code.label), content)
}

/// How many others have answered, and what they said if that is shown.
fn others(desk: &Desk, verdicts: &[&Verdict], are_shown: bool) -> (usize, Vec<Told>) {
    let others: Vec<Told> =
        verdicts.iter().filter(|v| *v.reviewer != *desk.settings.reviewer).map(|v| told(v)).collect();
    (others.len(), if are_shown { others } else { Vec::new() })
}

/// The verdicts whose passages are shown.
fn verdicts_shown<'v>(desk: &Desk, verdicts: &[&'v Verdict], are_all: bool) -> Vec<&'v Verdict> {
    verdicts.iter().copied().filter(|v| are_all || *v.reviewer == *desk.settings.reviewer).collect()
}

/// A card for each passage and what is said of it: what several rules found in one is shown once, with the words of all.
fn all_evidence(quoted: &[Quoted<'_>]) -> Vec<Evidence> {
    let is_same = |a: &Quoted<'_>, b: &Quoted<'_>| {
        (a.start, a.end, a.speaks, a.context, a.trigger) == (b.start, b.end, b.speaks, b.context, b.trigger)
    };
    let mut firsts: Vec<(&Quoted<'_>, Vec<String>, Evidence)> = Vec::new();
    for quoted in quoted {
        let words = words_of(quoted);
        let Some((_, all, shown)) = firsts.iter_mut().find(|(first, ..)| is_same(first, quoted)) else {
            firsts.push((quoted, words, evidence(quoted)));
            continue;
        };
        all.extend(words);
        shown.rules.extend(quoted.rule.map(str::to_owned));
        shown.terms.extend(quoted.terms.iter().map(|term| readable(term)));
        shown.percent = shown.percent.take().or(quoted.probability.map(words::percent));
        shown.parts = parts(quoted.quote, all);
    }
    firsts.into_iter().map(|(.., shown)| shown).collect()
}

fn evidence(quoted: &Quoted<'_>) -> Evidence {
    let own = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    Evidence {
        speaks: quoted.speaks,
        start: quoted.start,
        parts: parts(quoted.quote, &words_of(quoted)),
        headings: own(&quoted.headings),
        row: quoted.row.clone(),
        column: quoted.column.clone(),
        rules: quoted.rule.into_iter().map(str::to_owned).collect(),
        context: quoted.context.map(|property| words::context(property.name()).to_owned()),
        trigger: quoted.trigger.map(str::to_owned),
        percent: quoted.probability.map(words::percent),
        terms: quoted.terms.iter().map(|term| readable(term)).collect(),
    }
}

/// A term as the classifier keeps it, without the sign of its kind.
fn readable(term: &str) -> String {
    term.trim().replace('_', " ")
}

fn words_of(quoted: &Quoted<'_>) -> Vec<String> {
    quoted.words.iter().chain(&quoted.trigger).map(|words| (*words).to_owned()).collect()
}

/// The report with its marks; long ones only around these.
fn pieces(coded: &Coded, quoted: &[Quoted<'_>], verdicts: &[&Verdict], is_whole: bool) -> Vec<text::Piece> {
    let content = &coded.content;
    let at = |start: u32| content.passages.partition_point(|passage| passage.span.end <= start) as u32;
    let mut marks: BTreeMap<u32, Mark> = BTreeMap::new();
    for quoted in quoted {
        let mark = marks.entry(at(quoted.start)).or_default();
        mark.words.extend(words_of(quoted));
        // What speaks for it in one reading stays marked so when it speaks against in another.
        if mark.class != "for" {
            (mark.class, mark.name) = (quoted.speaks.to_owned(), format!("speaks {}", quoted.speaks));
        }
    }
    for verdict in verdicts {
        for quote in &verdict.passages {
            for number in at(quote.start)..at(quote.end.saturating_sub(1)) + 1 {
                let mark = marks.entry(number).or_default();
                mark.class = format!("{} marked", mark.class).trim().to_owned();
                mark.name = format!("{} marked by {}", mark.name, verdict.reviewer).trim().to_owned();
            }
        }
    }
    let block = |number: &u32| content.passages.get(*number as usize).map(|passage| passage.block);
    let near: BTreeSet<u32> = marks
        .keys()
        .filter_map(block)
        .flat_map(|block| block.saturating_sub(AROUND)..=block.saturating_add(AROUND))
        .collect();
    let is_whole = is_whole || content.report.blocks.len() <= MOST_BLOCKS || near.is_empty();
    text::pieces(content, &marks, &|block| is_whole || near.contains(&block))
}

fn machine(desk: &Desk, report: &str, code: &CodeRef<'_>) -> Option<Machine> {
    let cell = desk.machine_cell(desk.reports.get(report)?, code.index);
    let probability = cell.probability_in_review();
    let leaning = match probability {
        Some(p) => words::likelihood(p).to_owned(),
        None => format!("leans to “{}”", words::decision(cell.leaning())),
    };
    Some(Machine {
        leaning,
        probability: probability.map(|p| (p * 1000.).round() / 10.),
        percent: probability.map(words::percent),
        is_withheld: probability.is_none() && cell.probability.is_some(),
        by: words::by(cell.by),
        classifier: desk.study.classifier_of(By::Classifier).filter(|_| cell.probability.is_some()).map(str::to_owned),
        support: cell.support_in_hundredths(),
        opposition: cell.opposition_in_hundredths(),
    })
}

fn siblings(desk: &Desk, report: &str, code: &CodeRef<'_>, filter: &Filter) -> Vec<Sibling> {
    let Some(of_report) = desk.reports.get(report) else { return Vec::new() };
    let sibling = |other: CodeRef<'_>| {
        let cell = of_report.settled[other.index.get()];
        Sibling {
            label: other.code.label.clone(),
            address: address(desk, report, other.index, filter),
            decision: words::decision(cell.decision),
            word: cell.decision.name(),
            by: if cell.decision == Decision::Queue { "" } else { words::by(cell.by) },
            is_this: other.index == code.index,
        }
    };
    desk.study.frame.codes_of(code.question.id.as_str()).map(sibling).collect()
}
