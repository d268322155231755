//! The queue: what awaits the reviewer, what of it is shown, and how far they have come.

use super::super::Error;
use super::super::desk::Desk;
use super::super::filter::{Filter, Order, Pairs, value};
use super::super::queue::Item;
use super::super::shares::Asked;
use super::super::words;
use super::{Choice, page};
use crate::decide::Decision;
use crate::page::values::values;
use serde::Serialize;
use std::collections::BTreeMap;

/// Items on one page of the list.
const ON_A_PAGE: usize = 40;
/// A column of the metadata with more values than this is no filter.
const MOST_VALUES: usize = 40;
/// A pause longer than this, in seconds, is no work.
const LONGEST: u64 = 300;

/// The items that a filter lets through, in its order.
pub struct Shown {
    /// Their numbers in the queue.
    pub numbers: Vec<usize>,
}

impl Shown {
    /// Those of a filter.
    pub fn of(desk: &Desk, filter: &Filter) -> Shown {
        let metadata = |report: &str, column: &str| desk.metadata(report, column);
        let mut numbers = desk.queue.shown(&desk.study.frame, filter, &metadata);
        numbers.retain(|number| desk.is_asked(&desk.queue.items[*number]));
        Shown { numbers }
    }

    /// The next open item after one, from the beginning again after the last; what was put off comes last.
    pub fn next(&self, desk: &Desk, after: Option<usize>) -> Option<usize> {
        let at = after.and_then(|item| self.numbers.iter().position(|number| *number == item));
        let (before, behind) = self.numbers.split_at(at.map_or(0, |at| at + 1));
        let others = || behind.iter().chain(before).copied().filter(|number| Some(*number) != after);
        let open = |number: &usize| desk.is_open(&desk.queue.items[*number]);
        let is_put_off = |number: &usize| {
            let item = &desk.queue.items[*number];
            desk.session.skipped.contains(&(item.report.clone(), item.code))
        };
        others().find(|number| open(number) && !is_put_off(number)).or_else(|| others().find(open))
    }

    /// The item before one.
    pub fn before(&self, item: Option<usize>) -> Option<usize> {
        let at = self.numbers.iter().position(|number| Some(*number) == item)?;
        at.checked_sub(1).map(|at| self.numbers[at])
    }
}

/// How far the reviewer has come.
#[derive(Debug, Serialize)]
pub struct Progress {
    /// Items that were queued, those that are answered, and those that are left, as text.
    pub all: String,
    pub done: String,
    pub left: String,
    /// Share done, 0 to 100.
    pub percent: usize,
    /// Verdicts given since the page was started.
    pub here: usize,
    /// How long the rest takes at the reviewer's pace, once that is known.
    pub forecast: Option<String>,
}

impl Progress {
    /// Progress over the items shown.
    pub fn of(desk: &Desk, shown: &Shown) -> Progress {
        let all = shown.numbers.len();
        let left = shown.numbers.iter().filter(|n| desk.is_open(&desk.queue.items[**n])).count();
        let pace = pace(&desk.session.times);
        let forecast = pace.filter(|_| left > 0).map(|seconds| {
            let whole = words::duration((seconds * left as f64) as u64);
            format!("about {whole} at your pace, {seconds:.0} s an item")
        });
        Progress {
            all: words::count(all),
            done: words::count(all - left),
            left: words::count(left),
            percent: ((all - left) * 100).checked_div(all).unwrap_or(100),
            here: desk.session.times.len(),
            forecast,
        }
    }
}

/// Seconds that a verdict takes: the median over the last fifty, pauses left out; none before there are five.
fn pace(times: &[u64]) -> Option<f64> {
    let last = &times[times.len().saturating_sub(50)..];
    let mut took: Vec<u64> = last.windows(2).map(|pair| pair[1] - pair[0]).filter(|took| *took <= LONGEST).collect();
    took.sort_unstable();
    (took.len() >= 5).then(|| (took[took.len() / 2] as f64).max(1.))
}

#[derive(Serialize)]
struct Row<'d> {
    address: String,
    report: &'d str,
    label: &'d str,
    question: &'d str,
    reason: &'d str,
    /// In percent.
    probability: Option<f64>,
    percent: Option<String>,
    is_blind: bool,
    is_put_off: bool,
}

#[derive(Serialize)]
struct Select {
    name: String,
    label: String,
    choices: Vec<Choice>,
}

/// The page.
pub fn queue(desk: &Desk, pairs: &Pairs) -> Result<String, Error> {
    let filter = Filter::of(pairs);
    let shown = Shown::of(desk, &filter);
    let frame = &desk.study.frame;
    let open: Vec<usize> =
        shown.numbers.iter().copied().filter(|number| desk.is_open(&desk.queue.items[*number])).collect();
    let n_pages = open.len().div_ceil(ON_A_PAGE).max(1);
    let number = value(pairs, "page").and_then(|n| n.parse::<usize>().ok()).unwrap_or(1).clamp(1, n_pages);
    let row = |n: &usize| {
        let item = &desk.queue.items[*n];
        let code = frame.code(item.code);
        Row {
            address: super::item::address(desk, &item.report, item.code, &filter),
            report: &item.report,
            label: &code.code.label,
            question: &code.question.title,
            reason: words::reason(desk.reason(item)),
            probability: item.probability.map(|p| (p * 1000.).round() / 10.),
            percent: item.probability.map(words::percent),
            is_blind: item.asked == Asked::Me { is_blind: true },
            is_put_off: desk.session.skipped.contains(&(item.report.clone(), item.code)),
        }
    };
    let rows: Vec<Row<'_>> = open.iter().skip((number - 1) * ON_A_PAGE).take(ON_A_PAGE).map(row).collect();
    let at = |page: usize| filter.address("/", &[("page", &page.to_string())]);
    let progress = Progress::of(desk, &shown);
    let is_anybodys = |item: &&Item| item.asked == Asked::Anybody && desk.settled(item) == Some(Decision::Queue);
    let n_unshared = desk.queue.items.iter().filter(|_| desk.is_assignee).filter(is_anybodys).count();
    let content = values! {
        rows, progress,
        selects => selects(desk, &filter),
        is_narrow => filter.is_narrow(),
        all_address => Filter { order: filter.order, ..Filter::default() }.address("/", &[]),
        start => filter.address("/next", &[]),
        n_open => open.len(),
        is_assignee => desk.is_assignee,
        n_unshared => words::count(n_unshared),

        is_done => value(pairs, "done").is_some(),
        number, n_pages,
        before => (number > 1).then(|| at(number - 1)),
        after => (number < n_pages).then(|| at(number + 1)),
    };
    page(desk, "queue.html", "queue", "Queue", content)
}

/// What can be chosen, with how many items are open for each value.
fn selects(desk: &Desk, filter: &Filter) -> Vec<Select> {
    let frame = &desk.study.frame;
    let (mut questions, mut codes) = (BTreeMap::new(), BTreeMap::new());
    let (mut reports, mut reasons) = (BTreeMap::new(), BTreeMap::new());
    for item in desk.queue.items.iter().filter(|item| desk.is_open(item)) {
        let code = frame.code(item.code);
        *questions.entry(code.question.id.as_str()).or_insert(0_usize) += 1;
        *codes.entry(code.name()).or_insert(0_usize) += 1;
        *reports.entry(&*item.report).or_insert(0_usize) += 1;
        *reasons.entry(&*item.reason).or_insert(0_usize) += 1;
    }
    let choice = |value: &str, label: &str, n: usize, chosen: &Option<String>| Choice {
        value: value.to_owned(),
        label: format!("{label} ({})", words::count(n)),
        is_chosen: chosen.as_deref() == Some(value),
    };
    let is_shown = |name: &str, n: usize, chosen: &Option<String>| n > 0 || chosen.as_deref() == Some(name);
    let select = |name: &str, label: &str, choices: Vec<Choice>| {
        let any = Choice { value: String::new(), label: "all".to_owned(), is_chosen: false };
        Select { name: name.to_owned(), label: label.to_owned(), choices: [any].into_iter().chain(choices).collect() }
    };
    let mut of_questions = Vec::new();
    for question in &frame.questions {
        let n = questions.get(question.id.as_str()).copied().unwrap_or(0);
        if is_shown(question.id.as_str(), n, &filter.question) {
            of_questions.push(choice(question.id.as_str(), &question.title, n, &filter.question));
        }
    }
    let mut of_codes = Vec::new();
    for code in frame.codes() {
        let n = codes.get(code.name()).copied().unwrap_or(0);
        let in_question = filter.question.as_deref().is_none_or(|question| question == code.question.id.as_str());
        if in_question && is_shown(code.name(), n, &filter.code) {
            let label = if filter.question.is_some() {
                code.code.label.clone()
            } else {
                format!("{}: {}", code.question.id, code.code.label)
            };
            of_codes.push(choice(code.name(), &label, n, &filter.code));
        }
    }
    let of_reports = reports.iter().map(|(id, n)| choice(id, id, *n, &filter.report)).collect();
    let of_reasons = reasons.iter().map(|(word, n)| choice(word, words::reason(word), *n, &filter.reason)).collect();
    let mut selects = vec![
        select("f.question", "Question", of_questions),
        select("f.code", "Code", of_codes),
        select("f.report", "Report", of_reports),
        select("f.reason", "Why it is asked", of_reasons),
    ];
    let mut columns: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for of_report in desk.reports.values() {
        for (column, value) in &of_report.metadata {
            *columns.entry(column).or_default().entry(value).or_default() += 1;
        }
    }
    for (column, values) in columns.into_iter().filter(|(_, values)| (2..=MOST_VALUES).contains(&values.len())) {
        let chosen = filter.metadata.get(column);
        let choice = |value: &str| Choice {
            value: value.to_owned(),
            label: value.to_owned(),
            is_chosen: chosen.is_some_and(|chosen| chosen == value),
        };
        selects.push(select(&format!("f.m.{column}"), column, values.keys().map(|value| choice(value)).collect()));
    }
    let orders = Order::ALL.iter().map(|(order, name, label)| Choice {
        value: (*name).to_owned(),
        label: (*label).to_owned(),
        is_chosen: filter.order == *order,
    });
    selects.push(Select { name: "f.order".to_owned(), label: "Order".to_owned(), choices: orders.collect() });
    selects
}

#[cfg(test)]
mod tests {
    use super::pace;

    #[test]
    fn the_pace_is_the_median_without_pauses() {
        assert_eq!(pace(&[0, 5, 10]), None);
        assert_eq!(pace(&[0, 5, 10, 15, 1000, 1005, 1010, 1110]), Some(5.));
        assert_eq!(pace(&[7; 8]), Some(1.));
    }
}
