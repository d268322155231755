//! What a reviewer is asked, in the order of the queue: what is queued and not answered since, what people disagree on, or
//! what was assigned to the reviewer, whoever else has answered it. Each item is made of the store as it is now.

use super::lines::{csv_of, json_of};
use super::{BLIND, COLUMNS, Error, Form, ID_MARK, OF_MACHINE, xlsx};
use crate::coding::Coded;
use crate::decide::{Decision, Reason};
use crate::frame::{CodeIndex, CodeRef};
use crate::project::Project;
use crate::review::{Answer, Assignment, Item, Ledger, QueueLine, Quoted, Said, Standing, Verdict, item_id, line_of};
use crate::store::{Replacement, Store};
use crate::study::Study;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'w> {
    /// Whose items: what was assigned to them, or what they have not answered. `None`: all that is open.
    pub reviewer: Option<&'w str>,
    /// Whether nothing of the machine is to be shown.
    pub is_blind: bool,
    /// At most so many, the first of the queue.
    pub limit: Option<usize>,
    /// What was shared out.
    pub assignment: &'w Assignment,
}

/// What was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Exported {
    /// Items.
    pub n_items: usize,
    /// Reports that they are about.
    pub n_reports: usize,
    /// Items of which nothing of the machine is shown.
    pub n_blind: usize,
}

/// Writes a table of items to a file, which is replaced as a whole.
///
/// # Errors
/// When the store or the queue cannot be read, or the file not be written.
pub fn export(
    project: &Project,
    study: &Study,
    store: &Store,
    ledger: &Ledger,
    wish: &Wish<'_>,
    file: (&Path, Form),
) -> Result<Exported, Error> {
    let (path, form) = file;
    let mut wanted = wanted(project, study, ledger, wish)?;
    wanted.truncate(wish.limit.unwrap_or(usize::MAX));
    let is_all_blind = wanted.iter().all(|wanted| wanted.is_blind);
    let columns: Vec<&str> = COLUMNS
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| !(is_all_blind && OF_MACHINE.contains(name)) && (*name != "reviewer" || wish.reviewer.is_some()))
        .collect();
    let mut exported = Exported::default();
    let standing = ledger.standing();
    let mut write = Replacement::of(path)?;
    let bytes = match form {
        Form::JsonLines => {
            let rows = rows(study, store, &standing, &wanted, |asked| json_of(asked, wish.reviewer), &mut exported)?;
            rows.concat()
        }
        Form::Csv => {
            let of = |asked: &Asked<'_>| asked.cells(&columns, wish.reviewer);
            csv_of(&columns, &rows(study, store, &standing, &wanted, of, &mut exported)?)
        }
        Form::Xlsx | Form::OtherWorkbook => {
            let of = |asked: &Asked<'_>| asked.cells(&columns, wish.reviewer);
            let rows = rows(study, store, &standing, &wanted, of, &mut exported)?;
            xlsx::workbook(&study.frame, &columns, &rows).map_err(|error| Error::Make { reason: error.to_string() })?
        }
    };
    write.write(&bytes)?;
    write.finish()?;
    Ok(exported)
}

/// All items that are open, whoever is asked; for sharing them out.
///
/// # Errors
/// When the queue cannot be read.
pub fn open_items(project: &Project, study: &Study, ledger: &Ledger) -> Result<Vec<Item>, Error> {
    let none = Assignment::default();
    let wish = Wish { reviewer: None, is_blind: false, limit: None, assignment: &none };
    let item = |wanted: Wanted| {
        let code = study.frame.code(wanted.code);
        let (question, code_id) = (code.question.id.to_string(), code.code.id.to_string());
        Item { id: item_id(&wanted.report, &code), report: wanted.report, question, code: code_id }
    };
    Ok(wanted(project, study, ledger, &wish)?.into_iter().map(item).collect())
}

/// An item that is to be written.
struct Wanted {
    report: String,
    code: CodeIndex,
    /// Place in the queue; those that are not queued come last.
    rank: usize,
    pi: Option<f64>,
    is_blind: bool,
    /// Whether it is asked even if others have answered it.
    is_assigned: bool,
}

/// What is read of a line of the queue; the rest is made of the store.
#[derive(Deserialize)]
struct Ranked {
    id: String,
    rank: usize,
    report: String,
    question: String,
    code: String,
    #[serde(default)]
    pi: Option<f64>,
}

type CellKey = (String, CodeIndex);

fn wanted(project: &Project, study: &Study, ledger: &Ledger, wish: &Wish<'_>) -> Result<Vec<Wanted>, Error> {
    let frame = &study.frame;
    let standing = ledger.standing();
    let said = Said::of(frame, &standing);
    let mut answered: BTreeMap<CellKey, BTreeSet<&str>> = BTreeMap::new();
    for verdict in &standing {
        let code = frame.find(&format!("{}/{}", verdict.question, verdict.code));
        let stands = |code: &CodeRef<'_>| *verdict.definition == *code.code.definition_hash && !verdict.is_undone();
        if let Some(code) = code.filter(stands) {
            answered.entry((verdict.report.to_string(), code.index)).or_default().insert(&verdict.reviewer);
        }
    }
    let has_answered = |key: &CellKey, name: &str| answered.get(key).is_some_and(|names| names.contains(name));
    let mut queued: BTreeMap<CellKey, (usize, Option<f64>)> = BTreeMap::new();
    for line in queue(project)? {
        let code = frame.find(&format!("{}/{}", line.question, line.code));
        if let Some(code) = code.filter(|code| item_id(&line.report, code) == line.id) {
            queued.insert((line.report, code.index), (line.rank, line.pi));
        }
    }
    let mut keys: BTreeMap<CellKey, bool> = BTreeMap::new();
    let is_assignee = wish.reviewer.is_some_and(|name| wish.assignment.reviewers().contains(name));
    let mut pending: BTreeSet<CellKey> = BTreeSet::new();
    for line in &wish.assignment.lines {
        let code = frame.find(&format!("{}/{}", line.question, line.code));
        let Some(code) = code.filter(|code| item_id(&line.report, code) == line.id) else { continue };
        let key = (line.report.clone(), code.index);
        let open: Vec<&String> = line.reviewers.iter().filter(|name| !has_answered(&key, name)).collect();
        if wish.reviewer.is_some_and(|reviewer| open.iter().any(|name| *name == reviewer)) {
            keys.insert(key.clone(), line.blind || wish.is_blind);
        }
        if !open.is_empty() {
            pending.insert(key);
        }
    }
    if !is_assignee {
        let contested = said
            .contested_reports()
            .flat_map(|report| said.contested(report).iter().map(move |code| (report.to_owned(), *code)));
        let open = queued.keys().filter(|(report, code)| said.label(report, *code).is_none()).cloned();
        for key in open.chain(contested) {
            // What others still have to answer is left to them.
            let is_left = wish.reviewer.is_some_and(|name| pending.contains(&key) || has_answered(&key, name));
            if !is_left {
                keys.insert(key, wish.is_blind);
            }
        }
    }
    let mut wanted: Vec<Wanted> = keys
        .into_iter()
        .map(|((report, code), is_blind)| {
            let (rank, pi) = queued.get(&(report.clone(), code)).copied().unwrap_or((usize::MAX, None));
            Wanted { report, code, rank, pi, is_blind, is_assigned: is_assignee }
        })
        .collect();
    // Where nothing of the machine is shown, its order is not either: they stay by report and in frame order.
    if wanted.iter().any(|wanted| !wanted.is_blind) {
        wanted.sort_by_key(|wanted| wanted.rank);
    }
    Ok(wanted)
}

fn queue(project: &Project) -> Result<Vec<Ranked>, Error> {
    let text = match std::fs::read_to_string(project.queue()) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(source) => return Err(Error::Read { path: "corpus/review/queue.jsonl".to_owned(), source }),
    };
    // A line that is none was not written by a run, and asks nothing.
    Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
}

/// Makes a row of each item that the store has, in the order in which they are wanted.
fn rows<T>(
    study: &Study,
    store: &Store,
    standing: &Standing<'_>,
    wanted: &[Wanted],
    row: impl Fn(&Asked<'_>) -> T,
    exported: &mut Exported,
) -> Result<Vec<T>, Error> {
    let said = Said::of(&study.frame, standing);
    let mut by_report: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (n, wanted) in wanted.iter().enumerate() {
        by_report.entry(&wanted.report).or_default().push(n);
    }
    let mut made: Vec<(usize, T)> = Vec::with_capacity(wanted.len());
    for (report, places) in by_report {
        // A report that has gone since asks nothing any more.
        let Some(stored) = store.report(report)? else { continue };
        let mut coded = Coded::from_row(&stored)?;
        said.settle(study, &mut coded);
        let n_before = made.len();
        for n in places {
            let code = study.frame.code(wanted[n].code);
            // Another answer to its question has decided it since the queue was written.
            if !wanted[n].is_assigned && coded.cells[code.index.get()].decision != Decision::Queue {
                continue;
            }
            let line = line_of(study, &coded, code, n + 1);
            let disagreement = disagreement(standing, report, &code).filter(|_| line.reason == Reason::PeopleDisagree);
            let around = around(&coded, &line);
            let is_blind = wanted[n].is_blind;
            exported.n_blind += usize::from(is_blind);
            made.push((n, row(&Asked { line: &line, is_blind, pi: wanted[n].pi, disagreement, around })));
        }
        exported.n_reports += usize::from(made.len() > n_before);
    }
    made.sort_by_key(|(n, _)| *n);
    exported.n_items = made.len();
    Ok(made.into_iter().map(|(_, row)| row).collect())
}

/// What people say of a code of a report.
fn disagreement(standing: &Standing<'_>, report: &str, code: &CodeRef<'_>) -> Option<String> {
    let (question, id) = (code.question.id.as_str(), code.code.id.as_str());
    let start = standing.partition_point(|v| (&*v.report, &*v.question, &*v.code) < (report, question, id));
    let is_of = |v: &&&Verdict| (&*v.report, &*v.question, &*v.code) == (report, question, id);
    let is_current = |v: &&&Verdict| *v.definition == *code.code.definition_hash && !v.is_undone();
    let current = standing[start..].iter().take_while(is_of).filter(is_current);
    let say = |v: &&Verdict| {
        let note = if v.note.is_empty() { String::new() } else { format!(" (“{}”)", v.note) };
        format!("{} says {}{note}", v.reviewer, spoken(v.answer))
    };
    let said: Vec<String> = current.map(say).collect();
    (!said.is_empty()).then(|| said.join(", "))
}

pub(super) fn spoken(answer: Answer) -> &'static str {
    match answer {
        Answer::Applies => "applies",
        Answer::DoesNotApply => "does not apply",
        Answer::Unsure => "unsure",
    }
}

/// The first passage that speaks for a code, between the one before and the one after it.
fn around(coded: &Coded, line: &QueueLine<'_>) -> String {
    let first = line.passages.iter().find(|passage| passage.speaks == "for").or(line.passages.first());
    let Some(first) = first else { return String::new() };
    let (text, passages) = (&coded.content.report.text, &coded.content.passages);
    let at = passages.partition_point(|passage| passage.span.start < first.start);
    let of = |n: Option<usize>| n.and_then(|n| passages.get(n)).map_or("", |passage| passage.span.slice(text));
    [of(at.checked_sub(1)), first.quote, of(at.checked_add(1))].join(" ").trim().to_owned()
}

/// One item and what is told beside it.
pub(super) struct Asked<'a> {
    pub line: &'a QueueLine<'a>,
    pub is_blind: bool,
    pub pi: Option<f64>,
    disagreement: Option<String>,
    around: String,
}

/// What stands in a cell of a table.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Text(String),
    Number(f64),
}

impl Asked<'_> {
    /// The proposal that is put, with what else goes into the verdict's line; `None` when nothing is shown.
    pub fn put(&self) -> Option<serde_json::Value> {
        (!self.is_blind).then(|| {
            let mut value = serde_json::json!({ "proposal": self.line.proposal });
            if let Some(pi) = self.pi {
                value["pi"] = pi.into();
            }
            value
        })
    }

    /// The cells of some columns.
    fn cells(&self, columns: &[&str], reviewer: Option<&str>) -> Vec<Cell> {
        let QueueLine { report, question, title, code, label, definition, definition_hash, .. } = self.line;
        let text = |text: &str| Cell::Text(text.to_owned());
        let of = |column: &&str| match *column {
            "report" => text(report),
            "code" => text(label),
            "question" => text(title),
            "definition" => text(definition),
            "reviewer" => text(reviewer.unwrap_or_default()),
            "item" => Cell::Text(format!("{question}/{code}")),
            "id" => Cell::Text(format!("{ID_MARK}{}", self.line.id)),
            "definition hash" => Cell::Text(format!("{ID_MARK}{definition_hash}")),
            "asked" => Cell::Text(self.put().map_or_else(|| BLIND.to_owned(), |put| put.to_string())),
            _ if self.is_blind => text(""),
            "no" => Cell::Number(self.line.rank as f64),
            "speaks for" => Cell::Text(self.passages("for")),
            "speaks against" => Cell::Text(self.passages("against")),
            "around it" => text(&self.around),
            "why asked" => Cell::Text(self.why()),
            "machine says" => text(match self.line.proposal.proposal.decision {
                Decision::Applies => "applies",
                Decision::DoesNotApply | Decision::Queue => "does not apply",
            }),
            "probability" => self.line.probability.map_or(text(""), |p| Cell::Number((p * 100.).round() / 100.)),
            _ => text(""),
        };
        columns.iter().map(of).collect()
    }

    fn passages(&self, speaks: &str) -> String {
        let of = |passage: &Quoted<'_>| {
            let mut places: Vec<&str> = passage.headings.clone();
            places.extend([passage.row.as_str(), passage.column.as_str()].iter().filter(|head| !head.is_empty()));
            let place = if places.is_empty() { String::new() } else { format!(" [{}]", places.join(" > ")) };
            let turned = passage.context.map_or_else(String::new, |context| {
                let trigger = passage.trigger.map_or_else(String::new, |words| format!(" by “{words}”"));
                format!(" ({}{trigger})", context.name())
            });
            format!("“{}”{turned}{place}", passage.quote)
        };
        let mut said: Vec<String> = self.line.passages.iter().filter(|p| p.speaks == speaks).map(of).collect();
        // Two rules may have found the same passage.
        said.dedup();
        said.join("\n")
    }

    fn why(&self) -> String {
        let why = match self.line.reason {
            Reason::Opposed => "strong evidence for it, and as much against it",
            Reason::Tie => "only one code can apply, and several have equally strong evidence",
            Reason::Unsure | Reason::Audit => "the evidence does not settle it",
            Reason::NothingFound => "one code must apply, and nothing was found for any",
            Reason::NoRule => "no rule is written for it",
            Reason::Disagree => "rules and classifier disagree",
            Reason::TooFewExamples => "too few coded reports have it for the machine to decide",
            Reason::PeopleDisagree => "people disagree",
        };
        self.disagreement.as_ref().map_or_else(|| why.to_owned(), |said| format!("{why}: {said}"))
    }
}
