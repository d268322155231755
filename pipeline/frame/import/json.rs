//! A codebook as a JSON object: `{"id", "title", "questions": [{"id", "title", "select", "codes": [{"id", "label",
//! "definition", …}]}]}`. Ids may be numbers, most keys may be missing, and what the frame's format has no key for is
//! kept as a comment beside its question or code.

use super::Error;
use super::rows::{flag_of, select_of};
use super::slug::{Ids, slug};
use crate::frame::Select;
use crate::frame::write::{Draft, DraftCode, DraftQuestion};
use serde_json::{Map, Value};

pub(super) fn draft(path: &str, bytes: &[u8], stem: &str, warnings: &mut Vec<String>) -> Result<Draft, Error> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let value: Value = serde_json::from_slice(bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let position = format!(" at line {line} column {column}");
        Error::Syntax { path: path.to_owned(), line, column, expected: error.to_string().replace(&position, "") }
    })?;
    let shape = |part: String, expected| Error::Shape { path: path.to_owned(), part, expected };
    let Value::Object(mut object) = value else { return Err(shape("the file".to_owned(), "a JSON object")) };
    let Some(Value::Array(questions)) = object.remove("questions") else {
        return Err(shape("`questions`".to_owned(), "a list"));
    };

    let raw_id = text(&mut object, "id").unwrap_or_else(|| stem.to_owned());
    let id = Ids::default().give(&raw_id, "frame", warnings);
    let mut draft = Draft {
        title: text(&mut object, "title").unwrap_or_else(|| id.clone()),
        id,
        unit: text(&mut object, "unit").filter(|unit| unit != "report"),
        note: text(&mut object, "note"),
        ..Draft::default()
    };
    if let Some(Value::Object(published)) = object.get_mut("published") {
        draft.published_total = count(published, "reports");
    }
    draft.comments = comments(&object);
    let mut ids = Ids::default();
    for (n, question) in questions.into_iter().enumerate() {
        let part = format!("`questions[{n}]`");
        let Value::Object(question) = question else { return Err(shape(part, "an object")) };
        draft.questions.push(read_question(question, &mut ids, warnings).map_err(|part_of| {
            shape(format!("`questions[{n}].{part_of}`"), if part_of == "codes" { "a list" } else { "an object" })
        })?);
    }
    Ok(draft)
}

/// Errs with the part that has the wrong shape.
fn read_question(
    mut object: Map<String, Value>,
    ids: &mut Ids,
    warnings: &mut Vec<String>,
) -> Result<DraftQuestion, String> {
    let Some(Value::Array(codes)) = object.remove("codes") else { return Err("codes".to_owned()) };
    let title = text(&mut object, "title");
    let raw_id = text(&mut object, "id").or_else(|| title.clone()).unwrap_or_default();
    let id = ids.give(&raw_id, "question", warnings);
    let word = text(&mut object, "select").unwrap_or_default();
    let select = select_of(&word).unwrap_or_else(|| {
        warnings.push(format!("question `{id}` says `select` as `{word}`; it was taken as `many`"));
        Select::Many
    });
    let mut question = DraftQuestion {
        title: title.unwrap_or(raw_id),
        select,
        stage: text(&mut object, "stage"),
        unit: text(&mut object, "unit").filter(|unit| unit != "report"),
        table: count(&mut object, "table"),
        note: text(&mut object, "note"),
        comments: comments(&object),
        codes: Vec::new(),
        id,
    };
    let mut code_ids = Ids::default();
    for (n, code) in codes.into_iter().enumerate() {
        let mut code = match code {
            Value::Object(code) => code,
            // A list of bare labels is a codebook too.
            Value::String(label) => Map::from_iter([("label".to_owned(), Value::String(label))]),
            _ => return Err(format!("codes[{n}]")),
        };
        let label = text(&mut code, "label");
        let raw_id = text(&mut code, "id").or_else(|| label.as_deref().map(|label| slug(label, "code")));
        let id = code_ids.give(&raw_id.unwrap_or_default(), "code", warnings);
        let named = format!("{}/{id}", question.id);
        let exclusive = exclusive(&mut code, &named, warnings);
        let published_n = count(&mut code, "n").or_else(|| count(&mut code, "published_n"));
        if let Some(n) = code.get("n").or_else(|| code.get("published_n")) {
            warnings
                .push(format!("code `{named}` says `n` as {n}, which is no whole number; it was kept as a comment"));
        }
        question.codes.push(DraftCode {
            id,
            group: text(&mut code, "group"),
            definition: text(&mut code, "definition").unwrap_or_default(),
            exclusive,
            published_n,
            comments: comments(&code),
            label: String::new(),
        });
        let last = question.codes.last_mut().expect("one was pushed");
        last.label = label.unwrap_or_else(|| last.id.clone());
    }
    Ok(question)
}

fn exclusive(code: &mut Map<String, Value>, named: &str, warnings: &mut Vec<String>) -> bool {
    let said = code.remove("exclusive").unwrap_or(Value::Null);
    let meaning = match &said {
        Value::Bool(flag) => Some(*flag),
        Value::Null => Some(false),
        Value::String(word) => flag_of(word),
        Value::Number(number) => flag_of(&number.to_string()),
        _ => None,
    };
    meaning.unwrap_or_else(|| {
        warnings.push(format!("code `{named}` says `exclusive` as {said}; it was taken as `false`"));
        false
    })
}

/// A string, or a number written as one; taken out of the object.
fn text(object: &mut Map<String, Value>, key: &str) -> Option<String> {
    let found = match object.get(key)? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Null => String::new(),
        _ => return None,
    };
    object.remove(key);
    Some(found).filter(|text| !text.is_empty())
}

fn count(object: &mut Map<String, Value>, key: &str) -> Option<u32> {
    if object.get(key)?.is_null() {
        object.remove(key);
        return None;
    }
    let n = u32::try_from(object.get(key)?.as_u64()?).ok()?;
    object.remove(key);
    Some(n)
}

/// What is left in the object, a comment for each key, in the order of the keys.
fn comments(object: &Map<String, Value>) -> Vec<String> {
    let mut sorted: Vec<_> = object.iter().collect();
    sorted.sort_by_key(|(key, _)| *key);
    sorted.into_iter().map(|(key, value)| format!("in the codebook, {key}: {value}")).collect()
}
