//! What MiniJinja says of a template becomes an error in our words: where it stands, which name is wrong, and which was meant.

use super::{Error, Template};
use crate::fault::{Place, nearest};
use minijinja::ErrorKind;
use serde_json::Value;
use std::collections::BTreeSet;

/// The functions that a template can call.
pub(super) const FUNCTIONS: [&str; 11] = [
    "question",
    "code",
    "contents",
    "table",
    "chart",
    "flow",
    "comparison",
    "together",
    "differences",
    "vignettes",
    "basket",
];

/// What can be said in brackets by name.
const OPTIONS: [&str; 2] = ["limit", "by"];

/// Filters and tests that are of use here; MiniJinja has more.
const FILTERS: [&str; 22] = [
    "abs",
    "capitalize",
    "default",
    "first",
    "int",
    "items",
    "join",
    "last",
    "length",
    "list",
    "lower",
    "map",
    "max",
    "min",
    "rejectattr",
    "replace",
    "reverse",
    "round",
    "selectattr",
    "sort",
    "sum",
    "upper",
];
const TESTS: [&str; 8] = ["defined", "undefined", "none", "equalto", "in", "odd", "even", "divisibleby"];

/// Words of the language.
const LANGUAGE: [&str; 18] = [
    "and", "or", "not", "in", "is", "if", "else", "elif", "for", "set", "true", "false", "none", "True", "False",
    "None", "loop", "include",
];
/// Names within what may be lacking: a sample, a classifier, agreement, an audit, corrected counts.
const OF_PARTS: [&str; 32] = [
    "n",
    "percent",
    "low",
    "high",
    "reports",
    "stages",
    "choice",
    "n_open",
    "is_outdated",
    "name",
    "why",
    "filter",
    "n_in",
    "n_kept",
    "n_left_out",
    "n_reports",
    "mean_kappa",
    "max_error",
    "confidence",
    "reviewers",
    "n_answers",
    "kappa",
    "n_disagreements",
    "accepted",
    "rejected",
    "decisions",
    "audited",
    "wrong",
    "most_wrong",
    "n_questions",
    "n_unknown",
    "n_seen",
];
const OF_LOOP: [&str; 6] = ["first", "last", "index", "index0", "length", "revindex"];

/// An error of MiniJinja in our words. `data` is what the template was given, of which the names are taken.
pub(super) fn fault(error: &minijinja::Error, template: &Template, data: &Value) -> Error {
    let is_here = error.name().is_none_or(|name| name == template.path);
    let line = error.line().unwrap_or(1);
    let range = error.range().filter(|range| is_here && template.text.get(range.clone()).is_some());
    let source = match &range {
        Some(range) => &template.text[range.clone()],
        None if is_here => template.text.lines().nth(line.saturating_sub(1)).unwrap_or_default(),
        None => "",
    };
    let detail = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    let mut parts = detail.splitn(2, '\n');
    let mut reason = parts.next().unwrap_or_default().to_owned();
    let mut hint = parts.next().map(str::to_owned);
    // What the reason is about, where it stands in the source.
    let mut name = None;
    let unknown = |what: &str, name: &str, known: &mut dyn Iterator<Item = &str>| {
        let known: Vec<&str> = known.collect();
        let near = nearest(name, known.iter().copied()).map(|near| format!("did you mean `{near}`?"));
        (format!("there is no {what} `{name}`"), near.unwrap_or_else(|| format!("there are {}", known.join(", "))))
    };
    let words: Vec<String> = reason.split(' ').map(|word| word.trim_matches(['`', '\'']).to_owned()).collect();
    let told = match (error.kind(), words.as_slice()) {
        (ErrorKind::UndefinedError, _) => {
            let (found, near) = undefined(source, &template.text, data);
            let told = match &found {
                Some(found) => format!("there is no `{found}`"),
                None => format!("`{}` has no value", source.trim().trim_matches(['{', '}']).trim()),
            };
            name = found;
            hint = near;
            reason = told;
            None
        }
        (ErrorKind::UnknownFunction, [called, ..]) => Some(("function", called, FUNCTIONS.as_slice())),
        (ErrorKind::UnknownFilter, [_, called, ..]) => Some(("filter", called, FILTERS.as_slice())),
        (ErrorKind::UnknownTest, [_, called, ..]) => Some(("test", called, TESTS.as_slice())),
        (ErrorKind::TooManyArguments, [.., called]) if reason.contains("keyword") => {
            Some(("option", called, OPTIONS.as_slice()))
        }
        _ => None,
    };
    if let Some((what, called, known)) = told {
        let (told, near) = unknown(what, called, &mut known.iter().copied());
        (reason, hint, name) = (told, Some(near), Some(called.clone()));
    }
    let path = if is_here { template.path.clone() } else { format!("{}, the section on method", template.path) };
    let (line, column) = match range {
        Some(range) => place(&template.text, range.start, name.as_deref().and_then(|name| source.find(name))),
        None => (line, 1),
    };
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Error::Template { place: Place { path, line: number(line), column: number(column) }, reason, hint }
}

/// Line and column, both from 1, of a name that stands so far behind a byte of a text.
fn place(text: &str, start: usize, further: Option<usize>) -> (usize, usize) {
    let before = &text[..start + further.unwrap_or(0)];
    let line = before.matches('\n').count() + 1;
    (line, before.rsplit('\n').next().unwrap_or_default().chars().count() + 1)
}

/// The name in an expression that nothing is called by, and the one that may have been meant.
fn undefined(source: &str, template: &str, data: &Value) -> (Option<String>, Option<String>) {
    let mut known: BTreeSet<&str> = FUNCTIONS.into_iter().chain(LANGUAGE).chain(OF_LOOP).chain(FILTERS).collect();
    known.extend(TESTS.into_iter().chain(OPTIONS).chain(OF_PARTS));
    names(data, &mut known);
    // Names that the template gives itself.
    let given = identifiers(template);
    known.extend(given.windows(2).filter(|pair| matches!(pair[0], "set" | "for")).map(|pair| pair[1]));
    let words = identifiers(source);
    let Some(found) = words.into_iter().find(|word| !known.contains(word)) else { return (None, None) };
    let near = nearest(found, known.iter().copied()).map(|near| format!("did you mean `{near}`?"));
    (Some(found.to_owned()), near)
}

/// All names of what is said somewhere in the data.
fn names<'d>(data: &'d Value, known: &mut BTreeSet<&'d str>) {
    match data {
        Value::Object(fields) => {
            for (name, value) in fields {
                known.insert(name);
                names(value, known);
            }
        }
        // All items of a list are alike, but some lack what others have.
        Value::Array(items) => items.iter().take(30).for_each(|item| names(item, known)),
        _ => {}
    }
}

/// The words of an expression that stand in no quotation marks.
fn identifiers(source: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let (mut from, mut quote) = (None, None);
    for (at, c) in source.char_indices().chain([(source.len(), ' ')]) {
        let is_part = quote.is_none() && (c == '_' || c.is_alphabetic() || (from.is_some() && c.is_numeric()));
        match (from, is_part) {
            (None, true) => from = Some(at),
            (Some(start), false) => {
                words.push(&source[start..at]);
                from = None;
            }
            _ => {}
        }
        match quote {
            Some(mark) if mark == c => quote = None,
            None if matches!(c, '"' | '\'') => quote = Some(c),
            _ => {}
        }
    }
    words
}
