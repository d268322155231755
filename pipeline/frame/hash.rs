//! Hashes of definitions and of a whole frame. Every field is written with its length before it, so no two frames
//! share the bytes that are hashed; the name of the format stands in front, so a later format cannot collide.

use super::{Frame, Question, Select};

/// See [`super::Code::definition_hash`]. Runs of white space count as one blank: a definition that is only wrapped
/// anew is the same definition.
pub(super) fn definition_hash(question: (&str, &str, Select), code: &str, label: &str, definition: &str) -> String {
    let (id, title, select) = question;
    let mut hasher = Fields::new("codeframe definition 1");
    let select = select.to_string();
    for field in [id, &folded(title), &select, code, &folded(label), &folded(definition)] {
        hasher.text(field);
    }
    hasher.hex()[..16].to_owned()
}

/// See [`Frame::hash`].
pub(super) fn frame_hash(frame: &Frame) -> String {
    let mut hasher = Fields::new("codeframe frame 1");
    hasher.text(&frame.id);
    hasher.text(&frame.title);
    hasher.text(&frame.unit);
    hasher.option(frame.note.as_deref());
    hasher.option(frame.published_total.map(|n| n.to_string()).as_deref());
    for question in &frame.questions {
        hash_question(&mut hasher, question);
    }
    hasher.hex()
}

fn hash_question(hasher: &mut Fields, question: &Question) {
    hasher.text("question");
    hasher.text(&question.stage);
    hasher.text(&question.unit);
    hasher.option(question.table.map(|n| n.to_string()).as_deref());
    hasher.option(question.note.as_deref());
    hasher.text(question.id.as_str());
    hasher.text(&question.title);
    hasher.text(&question.select.to_string());
    for code in &question.codes {
        hasher.text("code");
        hasher.text(code.id.as_str());
        hasher.text(&code.label);
        hasher.text(&code.definition);
        hasher.text(if code.exclusive { "exclusive" } else { "" });
        hasher.option(code.group.as_deref());
        hasher.option(code.derived.as_ref().map(|derived| derived.text.as_str()));
        hasher.option(code.published_n.map(|n| n.to_string()).as_deref());
    }
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

struct Fields(blake3::Hasher);

impl Fields {
    fn new(format: &str) -> Self {
        let mut fields = Fields(blake3::Hasher::new());
        fields.text(format);
        fields
    }

    fn text(&mut self, field: &str) {
        self.0.update(&(field.len() as u64).to_le_bytes());
        self.0.update(field.as_bytes());
    }

    /// Something is told from nothing by a byte before it.
    fn option(&mut self, field: Option<&str>) {
        self.0.update(&[u8::from(field.is_some())]);
        self.text(field.unwrap_or_default());
    }

    fn hex(&self) -> String {
        self.0.finalize().to_hex().to_string()
    }
}
