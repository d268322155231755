//! The answers of a filled table become verdicts in the ledger. Each row stands for itself: one that cannot be taken is named
//! with its number and the reason, and the others are taken. What the reviewer has said already is not said again.

use super::items::spoken;
use super::read::{Row, read};
use super::{BLIND, Error, Form, ID_MARK};
use crate::coding::cells_from_bytes;
use crate::decide::{Cell, Reason};
use crate::exchange::quotes::Haystack;
use crate::exchange::texts::Texts;
use crate::frame::{CodeIndex, CodeRef, Frame};
use crate::project::{LEDGER, Project};
use crate::report_id::composed;
use crate::review::{Answer, Appender, Ledger, Quote, Route, Standing, UNDONE, Verdict, item_id, item_id_of};
use crate::store::Store;
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A filled table and what its verdicts have in common.
#[derive(Debug)]
pub struct Filled<'f> {
    /// The file, as messages name it.
    pub name: &'f str,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its form.
    pub form: Form,
    /// The reviewer whose answers these must be.
    pub reviewer: Option<&'f str>,
    /// The reviewer where neither this nor the table names one, if that is known.
    pub otherwise: Option<&'f str>,
    /// The time of the import, as RFC 3339 in UTC.
    pub at: &'f str,
}

/// What was taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taken {
    /// Rows of the table.
    pub n_rows: usize,
    /// Those without a verdict.
    pub n_empty: usize,
    /// Verdicts added to the ledger.
    pub n_added: usize,
    /// Those of them that say otherwise than the reviewer's last.
    pub n_changed: usize,
    /// Verdicts that stood there already, or twice in the table.
    pub n_already: usize,
    /// The rows that were not taken, by number.
    pub left_out: Vec<LeftOutRow>,
    /// What was odd, in the order of the file.
    pub warnings: Vec<String>,
}

/// A row that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftOutRow {
    /// Its number in the sheet, or the line of the file, from 1.
    pub row: u32,
    /// Why.
    pub reason: String,
    /// What can be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// Adds the answers of a table to the project's ledger.
///
/// # Errors
/// When the file is no such table, or the project, the store or the ledger cannot be used; then nothing is added.
pub fn take(project: &Project, frame: &Frame, audit_rate: f64, filled: Filled<'_>) -> Result<Taken, Error> {
    let (rows, faults) = read(filled.name, filled.bytes, filled.form)?;
    let texts = Texts::of(project)?;
    let mut taken = Taken { n_rows: rows.len(), ..Taken::default() };
    for fault in faults {
        if fault.severity == crate::fault::Severity::Error {
            taken.left_out.push(LeftOutRow { row: fault.place.line, reason: fault.message, hint: fault.hint });
        } else {
            taken.warnings.push(fault.to_string());
        }
    }
    if let Some(expected) = filled.reviewer {
        let other = rows.iter().map(|row| row.of("reviewer")).find(|name| !name.is_empty() && *name != expected);
        if let Some(found) = other {
            let (path, found, expected) = (filled.name.to_owned(), found.to_owned(), expected.to_owned());
            return Err(Error::OtherReviewer { path, found, expected });
        }
    }
    let reviewer = filled.reviewer.or(filled.otherwise);
    let is_nameless = |row: &Row| !row.of("verdict").is_empty() && row.of("reviewer").is_empty();
    if reviewer.is_none() && rows.iter().any(is_nameless) {
        return Err(Error::NoReviewer { path: filled.name.to_owned() });
    }
    let mut work = Work { frame, texts: &texts, taken };
    let answers = work.answers(&rows, reviewer.unwrap_or_default());
    let machine = Machine::of(project, audit_rate, &answers)?;
    let mut verdicts = Vec::new();
    for answer in &answers {
        verdicts.push((answer.row.number, work.verdict(answer, &machine, filled.name, filled.at)?));
    }
    // From here on nobody else appends, so that what is not there now is not there later.
    let mut appender = Appender::open(&project.ledger(), LEDGER)?;
    let ledger = Ledger::read(&project.ledger(), LEDGER)?;
    let standing = ledger.value.standing();
    let mut taken = work.taken;
    taken.warnings.extend(ledger.warnings);
    let mut new = Vec::new();
    for (row, verdict) in verdicts {
        let last = last(&standing, &verdict);
        if last.is_some_and(|last| says(last, &verdict)) {
            taken.n_already += 1;
            continue;
        }
        if let Some(last) = last.filter(|last| last.definition == verdict.definition && last.answer != verdict.answer) {
            taken.n_changed += 1;
            let Verdict { reviewer, report, question, code, .. } = &verdict;
            let (now, then) = (spoken(verdict.answer), spoken(last.answer));
            let what = format!(
                "row {row}: {reviewer} now says {now} of {report} {question}/{code}, and said {then} on {}",
                last.at
            );
            taken.warnings.push(what);
        }
        new.push(verdict);
    }
    taken.n_added = new.len();
    taken.left_out.sort_by_key(|left| left.row);
    appender.append(&new)?;
    Ok(taken)
}

/// Of a reviewer the verdict on a code of a report that stands.
fn last<'l>(standing: &Standing<'l>, verdict: &Verdict) -> Option<&'l Verdict> {
    fn key(v: &Verdict) -> [&str; 4] {
        [&v.report, &v.question, &v.code, &v.reviewer]
    }
    let at = standing.binary_search_by(|stands| key(stands).cmp(&key(verdict)));
    at.ok().map(|at| standing[at]).filter(|last| !last.is_undone())
}

/// Whether a verdict says all that another says.
fn says(last: &Verdict, verdict: &Verdict) -> bool {
    let same = (last.answer, &last.definition) == (verdict.answer, &verdict.definition);
    let noted = verdict.note.is_empty() || verdict.note == last.note;
    same && noted && (verdict.passages.is_empty() || verdict.passages == last.passages)
}

/// A row that answers.
struct Answered<'r, 'f> {
    row: &'r Row,
    reviewer: &'r str,
    report: String,
    code: CodeRef<'f>,
    answer: Answer,
}

struct Work<'w> {
    frame: &'w Frame,
    texts: &'w Texts,
    taken: Taken,
}

/// Why a row is not taken, and what can be done.
type Refusal = (String, Option<String>);

impl<'w> Work<'w> {
    /// The rows that can be taken, one for each reviewer, report and code.
    fn answers<'r>(&mut self, rows: &'r [Row], reviewer: &'r str) -> Vec<Answered<'r, 'w>> {
        let by_id = self.items_by_id(rows);
        let mut answers: BTreeMap<(&str, String, CodeIndex), Vec<Answered<'r, 'w>>> = BTreeMap::new();
        for row in rows {
            if row.of("verdict").is_empty() {
                self.taken.n_empty += 1;
                if !row.of("note").is_empty() || !row.of("passage").is_empty() {
                    let what =
                        format!("row {}: there is a note or a passage and no verdict; it was passed over", row.number);
                    self.taken.warnings.push(what);
                }
                continue;
            }
            match self.item(row, &by_id).and_then(|(report, code)| Ok((report, code, answer(row)?))) {
                Ok((report, code, answer)) => {
                    let named = row.of("reviewer");
                    let reviewer = if named.is_empty() { reviewer } else { named };
                    let one = Answered { row, reviewer, report: report.clone(), code, answer };
                    answers.entry((reviewer, report, code.index)).or_default().push(one);
                }
                Err((reason, hint)) => self.leave_out(row, reason, hint),
            }
        }
        let mut taken = Vec::new();
        for ((_, report, code), mut same) in answers {
            if same.iter().any(|one| one.answer != same[0].answer) {
                let all: Vec<String> =
                    same.iter().map(|one| format!("row {} says {}", one.row.number, spoken(one.answer))).collect();
                let reason = format!("{report} {} is answered twice: {}", self.frame.code(code).name(), all.join(", "));
                for one in &same {
                    self.leave_out(one.row, reason.clone(), Some("leave one of the verdicts".to_owned()));
                }
                continue;
            }
            self.taken.n_already += same.len() - 1;
            taken.push(same.swap_remove(0));
        }
        taken.sort_by_key(|one| one.row.number);
        taken
    }

    fn leave_out(&mut self, row: &Row, reason: String, hint: Option<String>) {
        self.taken.left_out.push(LeftOutRow { row: row.number, reason, hint });
    }

    /// What a row is about.
    fn item(&self, row: &Row, by_id: &BTreeMap<String, (String, CodeIndex)>) -> Result<(String, CodeRef<'w>), Refusal> {
        let (id, report, item) = (id_of(row), composed(row.of("report")), row.of("item"));
        if id.is_empty() {
            return Err(("there is a verdict and no item id".to_owned(), None));
        }
        if let Some((is_of, code)) = by_id.get(&id) {
            let code = self.frame.code(*code);
            let is_same = (report.is_empty() || report == *is_of) && (item.is_empty() || item == code.name());
            if is_same {
                return Ok((is_of.clone(), code));
            }
            let reason = format!("the id is that of {is_of} {}, and the row is about {report} {item}", code.name());
            return Err((reason, Some("put the cells of the row back as they were exported".to_owned())));
        }
        let hash = row.of("definition hash").trim_start_matches(ID_MARK);
        let code = self.frame.find(item);
        // The id of the same row is right under the definition of then, so the row is whole and the project has changed.
        if !hash.is_empty() && item_id_of(&report, item, hash) == id {
            let again = Some("export the item again, and answer it as it is asked now".to_owned());
            return Err(match code {
                None => (format!("the frame has no code `{item}` any more"), None),
                Some(code) if code.code.definition_hash != hash => {
                    (format!("the definition of `{item}` has changed since the item was exported"), again)
                }
                Some(_) => (format!("the corpus has no report `{report}` any more"), None),
            });
        }
        let is_known = self.texts.has(&report);
        let hint = code
            .filter(|_| is_known)
            .map(|code| format!("the id of {report} {item} is {ID_MARK}{}, if that is meant", item_id(&report, &code)));
        Err((format!("no item has the id `{}`: it was edited, or the item has changed since", row.of("id")), hint))
    }

    /// The items that rows name by id: where a row tells report and code, that is looked at first, and all other items only
    /// when an id is still unknown.
    fn items_by_id(&self, rows: &[Row]) -> BTreeMap<String, (String, CodeIndex)> {
        let mut wanted: BTreeSet<String> = BTreeSet::new();
        let mut found = BTreeMap::new();
        for row in rows.iter().filter(|row| !row.of("verdict").is_empty()) {
            let (id, report) = (id_of(row), composed(row.of("report")));
            let code = self.frame.find(row.of("item")).filter(|_| self.texts.has(&report));
            match code.filter(|code| item_id(&report, code) == id) {
                Some(code) => drop(found.insert(id, (report, code.index))),
                None => drop(wanted.insert(id)),
            }
        }
        wanted.retain(|id| !id.is_empty() && !found.contains_key(id));
        if !wanted.is_empty() {
            for report in self.texts.ids() {
                for code in self.frame.codes() {
                    let id = item_id(report, &code);
                    if wanted.contains(&id) {
                        found.insert(id, (report.to_owned(), code.index));
                    }
                }
            }
        }
        found
    }

    fn verdict(&mut self, one: &Answered<'_, '_>, machine: &Machine, file: &str, at: &str) -> Result<Verdict, Error> {
        let code = &one.code;
        let asked = one.row.of("asked");
        let asked: Option<Value> = if asked == BLIND { None } else { serde_json::from_str(asked).ok() };
        let is_blind = one.row.of("asked") == BLIND;
        let (cell, route, pi) = machine.of_cell(&one.report, code.index);
        let proposal = asked.as_ref().and_then(|asked| asked.get("proposal")).filter(|proposal| proposal.is_object());
        let answered = match (is_blind, proposal) {
            (true, _) => None,
            (false, Some(proposal)) => Some(proposal.clone()),
            // The column was lost on the way: what the machine says now is the best guess at what was shown.
            (false, None) => cell.map(|cell| {
                serde_json::json!({
                    "decision": cell.leaning(), "probability": cell.probability_in_review(), "by": cell.by,
                })
            }),
        };
        let drawn = asked.as_ref().and_then(|asked| asked.get("pi")?.as_f64()).filter(|pi| *pi > 0. && *pi <= 1.);
        Ok(Verdict {
            at: at.into(),
            reviewer: one.reviewer.into(),
            report: one.report.as_str().into(),
            question: code.question.id.as_str().into(),
            code: code.code.id.as_str().into(),
            answer: one.answer,
            passages: self.passages(one, file)?,
            definition: code.code.definition_hash.as_str().into(),
            answered: answered.map(Box::new),
            route,
            pi: drawn.or(pi),
            // By itself this note means that a verdict was taken back.
            note: if one.row.of("note") == UNDONE { format!("{UNDONE}.") } else { one.row.of("note").to_owned() },
        })
    }

    /// The passage that a row cites, where it stands in the report.
    fn passages(&mut self, one: &Answered<'_, '_>, file: &str) -> Result<Vec<Quote>, Error> {
        let quote = one.row.of("passage");
        if quote.is_empty() {
            return Ok(Vec::new());
        }
        let text = self.texts.text(&one.report)?.unwrap_or_default();
        // As it is shown among the passages: in quotation marks, perhaps.
        let bare = quote.trim_matches(['“', '”', '"']);
        let mut haystack = Haystack::new(&text);
        let found = haystack.find(quote, &[]).or_else(|| haystack.find(bare, &[]));
        if found.is_none() {
            let (row, name, report) = (one.row.number, one.code.name(), &one.report);
            let what = format!(
                "{file}: row {row}: the passage for `{name}` is not in report `{report}`; the verdict was taken without it"
            );
            self.taken.warnings.push(what);
        }
        Ok(found.map(|span| Quote::of(&text, span)).into_iter().collect())
    }
}

fn id_of(row: &Row) -> String {
    row.of("id").trim_start_matches(ID_MARK).to_lowercase()
}

fn answer(row: &Row) -> Result<Answer, Refusal> {
    let word = row.of("verdict");
    let hint = "write applies, does not apply or unsure, or leave the cell empty".to_owned();
    Answer::read(word).ok_or_else(|| (format!("`{word}` is no verdict"), Some(hint)))
}

/// What the machine decided of the reports that are answered, as far as a run has coded them.
struct Machine {
    cells: BTreeMap<String, Vec<Cell>>,
    audit_rate: f64,
}

impl Machine {
    fn of(project: &Project, audit_rate: f64, answers: &[Answered<'_, '_>]) -> Result<Machine, Error> {
        let reports: BTreeSet<&str> = answers.iter().map(|one| one.report.as_str()).collect();
        let mut cells = BTreeMap::new();
        if let Some(store) = Store::open_existing(&project.derived())? {
            store.each_cells(|id, bytes| {
                if reports.contains(id) {
                    cells.insert(id.to_owned(), cells_from_bytes(bytes)?);
                }
                Ok::<(), Error>(())
            })?;
        }
        Ok(Machine { cells, audit_rate })
    }

    /// The machine's view of a code, how it came before a person, and with which probability, if that was drawn.
    fn of_cell(&self, report: &str, code: CodeIndex) -> (Option<Cell>, Route, Option<f64>) {
        // Another frame's run has other codes; nothing of it can be told then.
        let cell = self.cells.get(report).and_then(|cells| cells.get(code.get())).copied();
        match cell.and_then(|cell| cell.reason) {
            Some(Reason::Audit) => (cell, Route::Audit, (self.audit_rate > 0.).then_some(self.audit_rate)),
            _ => (cell, Route::Queue, None),
        }
    }
}
