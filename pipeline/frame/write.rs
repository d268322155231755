//! A draft of a frame, as an import gathers it, goes out as the text of a `frame.toml` that people then edit: one key a
//! line, in the order in which one reads, what the source said beyond the format kept as comments.

use super::{Select, VERSION};
use std::fmt::Write;

/// A frame that is being made. Its ids are legal and unique already.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) unit: Option<String>,
    pub(super) note: Option<String>,
    pub(super) published_total: Option<u32>,
    pub(super) comments: Vec<String>,
    pub(super) questions: Vec<DraftQuestion>,
}

/// A question of a draft.
#[derive(Debug, Clone)]
pub(super) struct DraftQuestion {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) select: Select,
    pub(super) stage: Option<String>,
    pub(super) unit: Option<String>,
    pub(super) table: Option<u32>,
    pub(super) note: Option<String>,
    pub(super) comments: Vec<String>,
    pub(super) codes: Vec<DraftCode>,
}

/// A code of a draft.
#[derive(Debug, Clone, Default)]
pub(super) struct DraftCode {
    pub(super) id: String,
    pub(super) label: String,
    pub(super) group: Option<String>,
    pub(super) definition: String,
    pub(super) exclusive: bool,
    pub(super) published_n: Option<u32>,
    pub(super) comments: Vec<String>,
}

/// The text of the draft's `frame.toml`.
pub(super) fn to_toml(draft: &Draft) -> String {
    let mut out = String::new();
    for comment in &draft.comments {
        line(&mut out, &format!("# {}", one_line(comment)));
    }
    line(&mut out, &format!("version = {VERSION}"));
    text(&mut out, "id", &draft.id);
    text(&mut out, "title", &draft.title);
    optional(&mut out, "unit", draft.unit.as_deref());
    optional(&mut out, "note", draft.note.as_deref());
    number(&mut out, "published_total", draft.published_total);
    for question in &draft.questions {
        write_question(&mut out, question);
    }
    out
}

fn write_question(out: &mut String, question: &DraftQuestion) {
    line(out, "\n[[question]]");
    for comment in &question.comments {
        line(out, &format!("# {}", one_line(comment)));
    }
    text(out, "id", &question.id);
    text(out, "title", &question.title);
    text(out, "select", &question.select.to_string());
    optional(out, "unit", question.unit.as_deref());
    optional(out, "stage", question.stage.as_deref());
    number(out, "table", question.table);
    optional(out, "note", question.note.as_deref());
    for code in &question.codes {
        line(out, "\n[[question.code]]");
        for comment in &code.comments {
            line(out, &format!("# {}", one_line(comment)));
        }
        text(out, "id", &code.id);
        text(out, "label", &code.label);
        optional(out, "group", code.group.as_deref());
        optional(out, "definition", Some(code.definition.as_str()).filter(|definition| !definition.is_empty()));
        if code.exclusive {
            line(out, "exclusive = true");
        }
        number(out, "published_n", code.published_n);
    }
}

fn line(out: &mut String, content: &str) {
    out.push_str(content);
    out.push('\n');
}

fn optional(out: &mut String, key: &str, value: Option<&str>) {
    if let Some(value) = value {
        text(out, key, value);
    }
}

fn number(out: &mut String, key: &str, value: Option<u32>) {
    if let Some(value) = value {
        line(out, &format!("{key} = {value}"));
    }
}

/// A key with a string; a text of several lines keeps them.
fn text(out: &mut String, key: &str, value: &str) {
    let value = value.replace("\r\n", "\n");
    let many_lines = value.contains('\n');
    let mut quoted = String::new();
    for c in value.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push('\n'),
            '\t' => quoted.push('\t'),
            c if c.is_control() => write!(quoted, "\\u{:04X}", u32::from(c)).expect("a string takes any text"),
            c => quoted.push(c),
        }
    }
    let (open, close) = if many_lines { ("\"\"\"\n", "\"\"\"") } else { ("\"", "\"") };
    line(out, &format!("{key} = {open}{quoted}{close}"));
}

fn one_line(comment: &str) -> String {
    comment.split_whitespace().collect::<Vec<_>>().join(" ").replace(char::is_control, "")
}
