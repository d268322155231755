//! A template is rendered to Markdown. Values are escaped, so that a label with an asterisk stays a label; functions leave
//! notes ([`Request`]) where something else than text is to stand. Errors carry the template's line.

use super::misspelt::fault;
use super::{Data, Error, Material, Template};
use crate::document::INSERT;
use crate::fault::nearest;
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
    // Errors then know what part of a line they are about.
    environment.set_debug(true);
    functions(&mut environment, material, data);
    let fault = |error: minijinja::Error| {
        fault(&error, template, &serde_json::to_value(data).expect("plain data always has a text"))
    };
    environment.add_template("method", METHOD).map_err(fault)?;
    environment.render_named_str(&template.path, &template.text, value_of(data)).map_err(fault)
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
