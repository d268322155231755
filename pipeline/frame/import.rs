//! A codebook that somebody else's program or spreadsheet holds comes in; the text of a `frame.toml` goes out, for a
//! person to read over and keep. Two forms: a JSON object with `questions`, and a CSV with one code a row. Ids are kept
//! when they are legal; other words become ids, unique ones, and each such change is said. Done once for a frame, so it
//! gathers a draft and lets the ordinary reader of frames check the result.

mod json;
mod rows;
mod slug;

use super::write::{Draft, to_toml};
use crate::fault::{Fault, Faults, Source, judge};
use crate::warned::Warned;

/// A frame made from a codebook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The frame's id, good for a folder name.
    pub id: String,
    /// The text of its `frame.toml`.
    pub text: String,
    /// Number of questions.
    pub n_questions: usize,
    /// Number of codes.
    pub n_codes: usize,
}

/// The form of a codebook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// An object with `questions`, each with `id`, `title`, `select` and `codes`.
    Json,
    /// Columns `question`, `select`, `code`, `label`, `definition`, and optionally `title`, `group`, `stage`,
    /// `exclusive`, `n`; one code a row.
    Csv,
}

impl Form {
    /// The form that a file name's ending stands for.
    pub fn of(name: &str) -> Option<Form> {
        let ending = name.rsplit_once('.')?.1.to_lowercase();
        match ending.as_str() {
            "json" => Some(Form::Json),
            "csv" | "tsv" | "txt" => Some(Form::Csv),
            _ => None,
        }
    }
}

/// Why a codebook could not be imported.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is not JSON.
    #[error("{path}:{line}:{column}: {expected}")]
    Syntax {
        /// The file.
        path: String,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What the parser missed.
        expected: String,
    },
    /// It is JSON of another shape.
    #[error("{path}: {part} is not {expected}")]
    Shape {
        /// The file.
        path: String,
        /// Where in the object: `questions[2].codes`.
        part: String,
        /// What should stand there.
        expected: &'static str,
    },
    /// It does not hold what a frame needs.
    #[error("the codebook is not sound")]
    Unsound(#[from] Faults),
}

/// Makes a frame of a codebook. `path` names the file in messages; `stem` becomes the frame's id when the codebook
/// has none.
///
/// # Errors
/// When the bytes are not of the form, or hold no code.
pub fn codebook(path: &str, bytes: &[u8], form: Form, stem: &str) -> Result<Warned<Imported>, Error> {
    let mut warnings = Vec::new();
    let draft = match form {
        Form::Json => json::draft(path, bytes, stem, &mut warnings)?,
        Form::Csv => {
            let (draft, faults) = rows::draft(path, bytes, stem, &mut warnings);
            warnings.splice(0..0, judge(faults)?);
            draft
        }
    };
    let n_codes = draft.questions.iter().map(|question| question.codes.len()).sum();
    let imported =
        Imported { id: draft.id.clone(), text: to_toml(&draft), n_questions: draft.questions.len(), n_codes };
    warnings.extend(check(path, &imported)?);
    Ok(Warned { value: imported, warnings })
}

/// The draft is sound by construction but for what the codebook lacks: questions without codes, no question at all.
fn check(path: &str, imported: &Imported) -> Result<Vec<String>, Error> {
    let (_, faults) = super::parse(&Source::new(path, &imported.text));
    let at_file = |fault: Fault| Fault { place: crate::fault::Place { line: 1, column: 1, ..fault.place }, ..fault };
    let warnings = judge(faults.into_iter().map(at_file).collect())?;
    // The lines are those of the text made here, which the reader does not have yet.
    Ok(warnings.into_iter().map(|warning| warning.replacen(":1:1:", ":", 1)).collect())
}

impl Draft {
    fn question_mut(&mut self, id: &str) -> Option<&mut super::write::DraftQuestion> {
        self.questions.iter_mut().find(|question| question.id == id)
    }
}

#[cfg(test)]
mod tests;
