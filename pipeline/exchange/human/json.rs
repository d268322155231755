//! Human codings as JSON lines: a report a line. Read key by key, so that every fault has words of its own.

use super::{Answer, HumanPassage, Key, Reader};
use crate::fault::{did_you_mean, nearest};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// The keys of lists of passages, with the answer that these go with.
const LISTS: [(&str, Answer); 2] = [("passages", Answer::Applies), ("not_to_be_coded", Answer::DoesNotApply)];

/// Reads all lines.
pub(super) fn read(bytes: &[u8], reader: &mut Reader<'_>) {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    for (line, text) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
        let text = text.trim_ascii();
        if text.is_empty() {
            continue;
        }
        match serde_json::from_slice::<Value>(text) {
            Ok(Value::Object(object)) => read_report(line, &object, reader),
            Ok(_) => reader.fault(line, "the line is not an object with `id` and `codes`", None),
            Err(error) => {
                let cause = error.to_string();
                let cause = cause.split(" at line ").next().unwrap_or_default().to_owned();
                reader.fault(line, format!("the line is not JSON: {cause} (column {})", error.column()), None);
            }
        }
    }
}

fn read_report(line: u32, object: &Map<String, Value>, reader: &mut Reader<'_>) {
    let id = match object.get("id").or_else(|| object.get("report")) {
        Some(Value::String(id)) => id.clone(),
        Some(Value::Number(id)) => id.to_string(),
        _ => return reader.fault(line, "the line has no `id` of a report", None),
    };
    let Some(Value::Object(codes)) = object.get("codes") else {
        return reader.fault(line, "the line has no object `codes` with codes by question", None);
    };
    // Other keys are the author's own, but for one that stands where a list of passages is missing.
    for (name, _) in LISTS.iter().filter(|(name, _)| !object.contains_key(*name)) {
        let is_near = |key: &&String| nearest(key, [*name]).is_some() && key.len().abs_diff(name.len()) <= 2;
        if let Some(key) = object.keys().find(is_near) {
            reader.fault(line, format!("`{key}` is no key of a coding"), did_you_mean(key, [*name]));
        }
    }
    let reviewer = object.get("reviewer").and_then(Value::as_str).filter(|name| !name.trim().is_empty());
    let Some(key) = reader.key(line, &id, reviewer.map(|name| name.trim().to_owned())) else { return };
    reader.coding(&key, line);
    for (question, given) in codes {
        read_question(line, question, given, &key, reader);
    }
    for (name, answer) in LISTS {
        match object.get(name) {
            None | Some(Value::Null) => {}
            Some(Value::Array(passages)) => {
                passages.iter().for_each(|passage| read_passage(line, name, passage, answer, &key, reader));
            }
            Some(_) => reader.fault(line, format!("`{name}` is not a list"), None),
        }
    }
}

/// All codes of a question that is listed are answered: those that are named, and by that the others.
fn read_question(line: u32, question: &str, given: &Value, key: &Key, reader: &mut Reader<'_>) {
    let Some(known) = reader.question(line, question) else { return };
    let words: Option<Vec<&str>> = match given {
        Value::Array(codes) => codes.iter().map(Value::as_str).collect(),
        Value::String(code) => Some(vec![code]),
        _ => None,
    };
    let Some(words) = words else {
        return reader.fault(line, format!("the codes of `{question}` are not a list of ids"), None);
    };
    let mut applies = BTreeSet::new();
    for word in words {
        applies.extend(reader.code(line, question, word).map(|code| code.index));
    }
    for code in reader.frame.codes_of(known.id.as_str()) {
        let answer = if applies.contains(&code.index) { Answer::Applies } else { Answer::DoesNotApply };
        reader.answer(key, line, code.index, answer);
    }
}

fn read_passage(line: u32, list: &str, passage: &Value, answer: Answer, key: &Key, reader: &mut Reader<'_>) {
    let word = |name| passage.get(name).and_then(Value::as_str);
    let (Some(name), Some(quote)) = (word("code"), word("quote")) else {
        return reader.fault(line, format!("an item of `{list}` is not an object with `code` and `quote`"), None);
    };
    let Some((question, code)) = name.split_once('/') else {
        return reader.fault(line, format!("`{name}` in `{list}` is not of the form question/code"), None);
    };
    if reader.question(line, question).is_none() {
        return;
    }
    if let Some(code) = reader.code(line, question, code) {
        let passage = HumanPassage { code: code.index, quote: quote.to_owned(), answer, line };
        reader.coding(key, line).passages.push(passage);
    }
}
