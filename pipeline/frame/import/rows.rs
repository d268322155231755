//! A codebook as a table, one code a row. An empty question cell means the question of the row above, as merged cells
//! of a spreadsheet come out; what is said of a question in any of its rows holds for it.

use super::slug::{Ids, slug};
use crate::fault::{Fault, Place};
use crate::frame::Select;
use crate::frame::write::{Draft, DraftCode, DraftQuestion};
use crate::sheet::{Row, Sheet};
use std::collections::BTreeMap;

pub(super) fn draft(path: &str, bytes: &[u8], stem: &str, warnings: &mut Vec<String>) -> (Draft, Vec<Fault>) {
    let (sheet, mut faults) = Sheet::read(path, bytes);
    let id = Ids::default().give(stem, "frame", warnings);
    let mut draft = Draft { title: stem.to_owned(), id, ..Draft::default() };
    let columns = Columns::find(&sheet, &mut faults);
    let Some(columns) = columns else { return (draft, faults) };
    for name in columns.unknown(&sheet) {
        warnings.push(format!("column `{name}` is not one of a codebook's and was left out"));
    }

    let mut ids = Ids::default();
    let mut code_ids: BTreeMap<String, Ids> = BTreeMap::new();
    let mut by_question: BTreeMap<String, String> = BTreeMap::new();
    let mut said: BTreeMap<String, Select> = BTreeMap::new();
    let mut current: Option<String> = None;
    for row in &sheet.rows {
        let raw = columns.cell(row, columns.question);
        if !raw.is_empty() {
            let id = by_question.entry(raw.to_owned()).or_insert_with(|| ids.give(raw, "question", warnings));
            current = Some(id.clone());
        }
        let Some(question_id) = current.clone() else {
            faults.push(Fault::error(sheet.place(row.line), "the first code has no question"));
            continue;
        };
        if draft.question_mut(&question_id).is_none() {
            draft.questions.push(empty_question(&question_id, raw));
        }
        let question = draft.question_mut(&question_id).expect("it was pushed");
        note_question(question, row, &columns, &mut said, sheet.place(row.line), &mut faults);
        let ids = code_ids.entry(question_id).or_default();
        question.codes.extend(read_code(row, &columns, ids, warnings, sheet.place(row.line), &mut faults));
    }
    for question in draft.questions.iter().filter(|question| !said.contains_key(&question.id)) {
        warnings.push(format!("question `{}` does not say `select`; it was taken as `many`", question.id));
    }
    (draft, faults)
}

/// The meaning of a word for how many codes a report can have.
pub(super) fn select_of(word: &str) -> Option<Select> {
    match word.trim().to_lowercase().as_str() {
        "one" | "single" | "1" | "radio" => Some(Select::One),
        "many" | "multiple" | "multi" | "any" | "several" | "checkbox" => Some(Select::Many),
        _ => None,
    }
}

/// The meaning of a word, or of none, for something that is so or not.
pub(super) fn flag_of(word: &str) -> Option<bool> {
    match word.trim().to_lowercase().as_str() {
        "true" | "yes" | "y" | "1" | "x" => Some(true),
        "" | "false" | "no" | "n" | "0" | "-" => Some(false),
        _ => None,
    }
}

fn empty_question(id: &str, title: &str) -> DraftQuestion {
    DraftQuestion {
        id: id.to_owned(),
        title: title.to_owned(),
        select: Select::Many,
        stage: None,
        unit: None,
        table: None,
        note: None,
        comments: Vec::new(),
        codes: Vec::new(),
    }
}

/// Takes from a row what it says of its question.
fn note_question(
    question: &mut DraftQuestion,
    row: &Row,
    columns: &Columns,
    said: &mut BTreeMap<String, Select>,
    place: Place,
    faults: &mut Vec<Fault>,
) {
    let title = columns.cell(row, columns.title);
    if !title.is_empty() {
        question.title = title.to_owned();
    }
    let stage = columns.cell(row, columns.stage);
    if !stage.is_empty() {
        question.stage = Some(stage.to_owned());
    }
    let word = columns.cell(row, columns.select);
    if word.is_empty() {
        return;
    }
    let Some(select) = select_of(word) else {
        faults.push(Fault::error(place, format!("`select` is `{word}`, expected `one` or `many`")));
        return;
    };
    let first = *said.entry(question.id.clone()).or_insert(select);
    if first != select {
        let message = format!("`select` is `{select}` here and `{first}` in an earlier row of `{}`", question.id);
        faults.push(Fault::error(place, message));
    }
    question.select = first;
}

fn read_code(
    row: &Row,
    columns: &Columns,
    ids: &mut Ids,
    warnings: &mut Vec<String>,
    place: Place,
    faults: &mut Vec<Fault>,
) -> Option<DraftCode> {
    let (raw, label) = (columns.cell(row, columns.code), columns.cell(row, columns.label));
    if raw.is_empty() && label.is_empty() {
        faults.push(Fault::error(place, "the row has neither a code nor a label"));
        return None;
    }
    let id =
        if raw.is_empty() { ids.give(&slug(label, "code"), "code", warnings) } else { ids.give(raw, "code", warnings) };
    let word = columns.cell(row, columns.exclusive);
    let exclusive = flag_of(word);
    if exclusive.is_none() {
        faults.push(Fault::error(place.clone(), format!("`exclusive` is `{word}`, expected `yes` or `no`")));
    }
    let n = columns.cell(row, columns.n);
    if !n.is_empty() && n.parse::<u32>().is_err() {
        faults.push(Fault::warning(place, format!("`n` is `{n}`, which is no whole number, and was left out")));
    }
    Some(DraftCode {
        id,
        label: if label.is_empty() { raw.to_owned() } else { label.to_owned() },
        group: Some(columns.cell(row, columns.group).to_owned()).filter(|group| !group.is_empty()),
        definition: columns.cell(row, columns.definition).to_owned(),
        exclusive: exclusive.unwrap_or(false),
        published_n: n.parse().ok(),
        comments: Vec::new(),
    })
}

/// Which column holds what.
struct Columns {
    question: Option<usize>,
    select: Option<usize>,
    code: Option<usize>,
    label: Option<usize>,
    definition: Option<usize>,
    title: Option<usize>,
    group: Option<usize>,
    stage: Option<usize>,
    exclusive: Option<usize>,
    n: Option<usize>,
}

impl Columns {
    /// `None`, with a fault, when there is no column for the question or none for the code.
    fn find(sheet: &Sheet, faults: &mut Vec<Fault>) -> Option<Columns> {
        let columns = Columns {
            question: sheet.column(&["question", "question_id"]),
            select: sheet.column(&["select"]),
            code: sheet.column(&["code", "code_id"]),
            label: sheet.column(&["label"]),
            definition: sheet.column(&["definition", "description"]),
            title: sheet.column(&["title"]),
            group: sheet.column(&["group"]),
            stage: sheet.column(&["stage"]),
            exclusive: sheet.column(&["exclusive"]),
            n: sheet.column(&["n", "published_n"]),
        };
        let mut missing = |name: &str, found: bool| {
            if !found {
                let message = format!("there is no column `{name}`");
                let hint = sheet.near_column(name).or_else(|| {
                    Some("a codebook has the columns question, select, code, label, definition".to_owned())
                });
                faults.push(Fault::error(sheet.place(1), message).hint(hint));
            }
            found
        };
        let question = missing("question", columns.question.is_some());
        let code = missing("code", columns.code.is_some() || columns.label.is_some());
        (question && code).then_some(columns)
    }

    fn cell<'r>(&self, row: &'r Row, column: Option<usize>) -> &'r str {
        column.map_or("", |column| row.cells[column].as_str())
    }

    fn unknown<'s>(&self, sheet: &'s Sheet) -> Vec<&'s str> {
        let known = [
            self.question,
            self.select,
            self.code,
            self.label,
            self.definition,
            self.title,
            self.group,
            self.stage,
            self.exclusive,
            self.n,
        ];
        let names = sheet.columns.iter().enumerate();
        names.filter(|(n, _)| !known.contains(&Some(*n))).map(|(_, name)| name.as_str()).collect()
    }
}
