//! A template is rendered to Markdown. Values are escaped, so that a label with an asterisk stays a label; functions leave
//! notes ([`Request`]) where something else than text is to stand. Errors carry the template's line.

use super::{Data, Error, Material, Template};
use crate::document::INSERT;
use crate::fault::{Place, nearest};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Kwargs, Serde};
use minijinja::{AutoEscape, Environment, ErrorKind, Output, State, UndefinedBehavior, Value};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

/// What is to be put in the place of a note.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub(super) enum Request {
    Contents,
    Table { question: String },
    Chart { question: String },
    Flow,
    Comparison { question: String },
    Together { limit: usize },
    Differences { by: Vec<String>, limit: usize },
    Vignettes { code: String, limit: usize },
    Basket { name: String, limit: usize },
}

/// The method section, which templates include.
const METHOD: &str = include_str!("method.md.j2");

/// The functions that a template can call.
const FUNCTIONS: [&str; 11] = [
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

/// The names that a template knows from the beginning.
const NAMES: [&str; 10] =
    ["title", "unit", "units", "date", "n_reports", "n_files", "n_failed", "sample", "questions", "method"];

type Rendered<T> = Result<T, minijinja::Error>;

/// Renders a template.
pub(super) fn render(material: &Material<'_>, data: &Data, template: &Template) -> Result<String, Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Custom("markdown".into()));
    environment.set_formatter(escaped);
    // A line that holds nothing but `{% … %}` leaves no line behind.
    environment.set_syntax(
        SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build().expect("the signs are MiniJinja's own"),
    );
    functions(&mut environment, material, data);
    environment.add_template("method", METHOD).map_err(|error| fault(&error, template))?;
    let context = value_of(data);
    environment.render_named_str(&template.path, &template.text, context).map_err(|error| fault(&error, template))
}

fn functions(environment: &mut Environment<'_>, material: &Material<'_>, data: &Data) {
    let by_question: BTreeMap<String, Value> =
        data.questions.iter().map(|question| (question.id.clone(), value_of(question))).collect();
    let codes = data.questions.iter().flat_map(|question| &question.codes);
    let by_code: BTreeMap<String, Value> = codes.map(|code| (code.name.clone(), value_of(code))).collect();
    let (by_question, by_code) = (Arc::new(by_question), Arc::new(by_code));
    let fields: Arc<Vec<String>> =
        Arc::new(by_question.keys().cloned().chain(material.grid.fields.keys().cloned()).collect());
    let questions = Arc::clone(&by_question);
    environment.add_function("question", move |id: &str| known(&questions, id, "question").cloned());
    let codes = Arc::clone(&by_code);
    environment.add_function("code", move |name: &str| known(&codes, name, "code").cloned());
    environment.add_function("contents", || note(&Request::Contents));
    environment.add_function("flow", || note(&Request::Flow));
    let of_question = |make: fn(String) -> Request| {
        let questions = Arc::clone(&by_question);
        move |id: &str| -> Rendered<Value> {
            known(&questions, id, "question")?;
            note(&make(id.to_owned()))
        }
    };
    environment.add_function("table", of_question(|question| Request::Table { question }));
    environment.add_function("chart", of_question(|question| Request::Chart { question }));
    environment.add_function("comparison", of_question(|question| Request::Comparison { question }));
    environment.add_function("together", |options: Kwargs| note(&Request::Together { limit: limit(&options, 10)? }));
    environment.add_function("differences", move |options: Kwargs| {
        let by: Option<Vec<String>> = options.get("by")?;
        for name in by.iter().flatten() {
            if !fields.contains(name) {
                return Err(unknown(name, "question or column", fields.iter().map(String::as_str)));
            }
        }
        note(&Request::Differences { by: by.unwrap_or_default(), limit: limit(&options, 10)? })
    });
    let codes = Arc::clone(&by_code);
    environment.add_function("vignettes", move |name: &str, options: Kwargs| {
        known(&codes, name, "code")?;
        note(&Request::Vignettes { code: name.to_owned(), limit: limit(&options, 2)? })
    });
    environment.add_function("basket", |name: &str, options: Kwargs| {
        note(&Request::Basket { name: name.to_owned(), limit: limit(&options, usize::MAX)? })
    });
}

fn value_of(data: impl Serialize) -> Value {
    Value::from(Serde(data))
}

fn limit(options: &Kwargs, default: usize) -> Rendered<usize> {
    let limit: Option<usize> = options.get("limit")?;
    options.assert_all_used()?;
    Ok(limit.unwrap_or(default))
}

fn known<'k>(all: &'k BTreeMap<String, Value>, name: &str, what: &str) -> Rendered<&'k Value> {
    all.get(name).ok_or_else(|| unknown(name, what, all.keys().map(String::as_str)))
}

fn unknown<'k>(name: &str, what: &str, all: impl Iterator<Item = &'k str>) -> minijinja::Error {
    let near = nearest(name, all).map_or_else(String::new, |near| format!("\ndid you mean `{near}`?"));
    minijinja::Error::new(ErrorKind::InvalidOperation, format!("there is no {what} `{name}`{near}"))
}

/// A block of its own, which no text of a report can imitate: values are escaped.
fn note(request: &Request) -> Rendered<Value> {
    let text = serde_json::to_string(request).expect("plain data always has a text");
    Ok(Value::from_safe_string(format!("\n\n```{INSERT}\n{text}\n```\n\n")))
}

/// Writes a value so that Markdown takes it for plain text.
fn escaped(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Rendered<()> {
    let Some(text) = value.as_str().filter(|_| !value.is_safe()) else {
        if value.is_safe() || value.is_number() {
            return write!(out, "{value}").map_err(minijinja::Error::from);
        }
        if value.is_undefined() {
            return Err(ErrorKind::UndefinedError.into());
        }
        let _ = state;
        return write!(out, "{value}").map_err(minijinja::Error::from);
    };
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&' => write!(out, "\\{c}"),
            '\n' | '\r' => out.write_char(' '),
            c => out.write_char(c),
        }
        .map_err(minijinja::Error::from)?;
    }
    Ok(())
}

/// An error of MiniJinja in our words, with its line and what may have been meant.
fn fault(error: &minijinja::Error, template: &Template) -> Error {
    let line = error.line().unwrap_or(1);
    let source = template.text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    let place = Place { path: template.path.clone(), line: u32::try_from(line).unwrap_or(u32::MAX), column: 1 };
    let detail = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    let mut parts = detail.splitn(2, '\n');
    let reason = parts.next().unwrap_or_default().to_owned();
    let mut hint = parts.next().map(str::to_owned);
    let reason = match error.kind() {
        ErrorKind::UndefinedError => {
            hint = hint.or_else(|| near_name(source));
            format!("a name in this line is not known: `{}`", source.trim())
        }
        ErrorKind::UnknownFunction => {
            let called = reason.split(' ').nth(1).unwrap_or_default().trim_matches(['`', '\'']).to_owned();
            let listed = || Some(format!("the functions are {}", FUNCTIONS.join(", ")));
            let near = nearest(&called, FUNCTIONS).map(|near| format!("did you mean `{near}`?"));
            hint = near.or_else(listed);
            format!("there is no function `{called}`")
        }
        _ => reason,
    };
    Error::Template { place, reason, hint }
}

/// The known name that a word of the line may stand for.
fn near_name(line: &str) -> Option<String> {
    let words = line.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| word.len() > 2);
    let fields = [
        "id",
        "title",
        "select",
        "stage",
        "n_reports",
        "n_open",
        "is_coded",
        "is_in_depth",
        "codes",
        "name",
        "label",
        "group",
        "percent",
        "n_confirmed",
        "sample_n",
        "sample_percent",
        "reports",
        "stages",
        "choice",
        "classifier",
        "reviewers",
        "agreement",
        "audit",
        "decided",
        "kappa",
        "n_verdicts",
        "n_rules",
        "n_codes",
        "n_questions",
    ];
    let known = || NAMES.into_iter().chain(FUNCTIONS).chain(fields);
    for word in words {
        if known().any(|name| name == word) {
            continue;
        }
        if let Some(near) = nearest(word, known()) {
            return Some(format!("did you mean `{near}` instead of `{word}`?"));
        }
    }
    None
}
