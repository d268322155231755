//! The text of a `frame.toml` comes in; a checked [`Frame`] and every fault go out. There is a frame whenever there is
//! no error among the faults.

use super::hash::{definition_hash, frame_hash};
use super::{Code, CodeId, CodeIndex, Derived, Frame, Question, QuestionId, Select, VERSION};
use crate::fault::{Fault, Severity, Source};
use crate::keys::{At, Keys, read_toml};
use std::collections::{BTreeMap, HashMap};

/// Reads a frame and says everything that is wrong with it. The frame is `None` when any fault is an error.
pub fn parse(source: &Source) -> (Option<Frame>, Vec<Fault>) {
    let (frame, faults) = read_toml(source, read_frame);
    let sound = faults.iter().all(|fault| fault.severity != Severity::Error);
    (frame.filter(|_| sound), faults)
}

fn read_frame(keys: &mut Keys<'_>) -> Option<Frame> {
    keys.version(VERSION);
    let id = keys.required_text("id");
    let title = keys.text("title");
    let unit = keys.text("unit").map_or_else(|| "report".to_owned(), |at| at.value);
    let note = keys.text("note").map(|at| at.value);
    let published_total = keys.count("published_total", 0..=u64::from(u32::MAX)).map(narrow);

    let tables = keys.tables("question");
    if tables.is_empty() {
        keys.error(&keys.span(), "the frame has no questions", Some("add one as [[question]]".to_owned()));
    }
    let mut seen = BTreeMap::new();
    let mut questions = Vec::new();
    for mut table in tables {
        questions.extend(read_question(&mut table, &unit, &mut seen));
    }

    let mut positions = Vec::new();
    let mut by_name = HashMap::new();
    for (q, question) in questions.iter().enumerate() {
        for (c, code) in question.codes.iter().enumerate() {
            if positions.len() + 1 >= CodeIndex::MAX_CODES {
                keys.error(&keys.span(), format!("the frame has more than {} codes", CodeIndex::MAX_CODES - 1), None);
                return None;
            }
            by_name.insert(code.name.clone(), CodeIndex::new(positions.len()));
            positions.push((q as u32, c as u32));
        }
    }
    let undefined = questions.iter().flat_map(|q| &q.codes).filter(|code| code.definition.is_empty()).count();
    if undefined > 0 {
        let of = positions.len();
        keys.warning(&keys.span(), format!("{undefined} of {of} codes have no definition for people to code by"));
    }

    let id = id?.value;
    let title = title.map_or_else(|| id.clone(), |at| at.value);
    let hash = String::new();
    let mut frame = Frame { id, title, unit, note, published_total, questions, hash, positions, by_name };
    frame.hash = frame_hash(&frame);
    Some(frame)
}

fn read_question(table: &mut Keys<'_>, unit: &str, seen: &mut BTreeMap<String, u32>) -> Option<Question> {
    let id = table.required_text("id");
    let title = table.text("title");
    let select = table.choice("select", &[("one", Select::One), ("many", Select::Many)]);
    if select.is_none() && id.is_some() && !table.has("select") {
        let hint = "`one` when a report has exactly one of the codes, `many` when it can have several or none";
        table.error(&table.span(), "key `select` is missing in [[question]]", Some(hint.to_owned()));
    }
    let stage = table.text("stage").map_or_else(|| "map".to_owned(), |at| at.value);
    let unit = table.text("unit").map_or_else(|| unit.to_owned(), |at| at.value);
    let number = table.count("table", 0..=u64::from(u32::MAX)).map(narrow);
    let note = table.text("note").map(|at| at.value);
    let code_tables = table.tables("code");

    let question_id = id.as_ref().and_then(|at| unique(table, at, seen, |id| QuestionId::try_from(id)));
    let name = id.map_or_else(|| "?".to_owned(), |at| at.value);
    let title = title.map_or_else(|| name.clone(), |at| at.value);
    // Without a sound `select` the codes are read all the same, for the sake of their own faults.
    let select_or_many = select.as_ref().map_or(Select::Many, |at| at.value);
    if code_tables.is_empty() {
        let hint = Some("add one as [[question.code]] below it".to_owned());
        table.error(&table.span(), format!("question `{name}` has no codes"), hint);
    }
    let mut seen_codes = BTreeMap::new();
    let mut codes = Vec::new();
    for mut code in code_tables {
        codes.extend(read_code(&mut code, (&name, &title, select_or_many), &mut seen_codes));
    }
    Some(Question { id: question_id?, title, select: select?.value, stage, unit, table: number, note, codes })
}

fn read_code(table: &mut Keys<'_>, question: (&str, &str, Select), seen: &mut BTreeMap<String, u32>) -> Option<Code> {
    let id = table.required_text("id");
    let label = table.text("label").map(|at| at.value);
    let group = table.text("group").map(|at| at.value).filter(|group| !group.is_empty());
    let definition = table.text("definition").map_or_else(String::new, |at| at.value.trim().to_owned());
    let exclusive = table.flag("exclusive");
    let derived = table.text("derived").and_then(|at| read_derived(table, at));
    let published_n = table.count("published_n", 0..=u64::from(u32::MAX)).map(narrow);

    let place = table.source().place(id.as_ref().map_or(table.span().start, |at| at.span.start));
    let id = id?;
    let code_id = unique(table, &id, seen, |id| CodeId::try_from(id))?;
    let (question_id, _, select) = question;
    let name = format!("{question_id}/{code_id}");
    if let Some(at) = exclusive.as_ref().filter(|at| at.value && select == Select::One) {
        table.warning(&at.span, format!("`exclusive` says nothing for `{name}`: its question selects one code anyway"));
    }
    let label = label.filter(|label| !label.trim().is_empty()).unwrap_or(id.value);
    let definition_hash = definition_hash(question, code_id.as_str(), &label, &definition);
    let exclusive = exclusive.is_some_and(|at| at.value);
    Some(Code { id: code_id, name, label, group, definition, exclusive, derived, published_n, definition_hash, place })
}

/// The id in its type, when it is legal and has not been seen; else a fault.
fn unique<T>(
    table: &Keys<'_>,
    id: &At<String>,
    seen: &mut BTreeMap<String, u32>,
    make: impl Fn(&str) -> Result<T, super::IllegalId>,
) -> Option<T> {
    let made = make(&id.value).map_err(|error| table.error(&id.span, error.to_string(), None)).ok();
    let line = table.source().place(id.span.start).line;
    if let Some(first) = seen.get(&id.value) {
        table.error(&id.span, format!("id `{}` is used twice, first on line {first}", id.value), None);
        return None;
    }
    seen.insert(id.value.clone(), line);
    made
}

fn read_derived(table: &Keys<'_>, at: At<String>) -> Option<Derived> {
    if at.value.trim().is_empty() {
        table.error(
            &at.span,
            "`derived` is empty",
            Some("leave the key out when the code follows from nothing".into()),
        );
        return None;
    }
    let source = table.source();
    let literal = &source.text[at.span.clone()];
    let quote = if literal.starts_with("\"\"\"") || literal.starts_with("'''") { 3 } else { 1 };
    let inner = literal.get(quote..literal.len().saturating_sub(quote)).unwrap_or_default();
    // TOML drops a line break that follows the opening quotation marks.
    let content =
        if quote == 3 { inner.strip_prefix("\r\n").or(inner.strip_prefix('\n')).unwrap_or(inner) } else { inner };
    let start = at.span.start + quote + (inner.len() - content.len());
    Some(Derived { verbatim: content == at.value, place: source.place(start), text: at.value })
}

fn narrow(at: At<u64>) -> u32 {
    u32::try_from(at.value).expect("the range was checked")
}

#[cfg(test)]
mod tests;
