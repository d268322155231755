//! Footnotes and endnotes: read before the document that refers to them, so that each can follow the block it belongs to.

use super::body::Walker;
use super::numbering::Numbering;
use super::styles::Styles;
use super::xml::{Events, Fault};
use crate::extract::Error;
use crate::extract::budget::Budget;
use crate::extract::builder::Builder;
use std::collections::BTreeMap;

/// Footnotes or endnotes, by id.
#[derive(Default)]
pub(super) struct Notes {
    text: String,
    /// The spans in `text` of each note's paragraphs.
    by_id: BTreeMap<i64, Vec<std::ops::Range<usize>>>,
}

impl Notes {
    /// The texts of the paragraphs of the note with this id.
    pub fn get(&self, id: i64) -> Option<impl Iterator<Item = &str>> {
        Some(self.by_id.get(&id)?.iter().map(|span| &self.text[span.clone()]))
    }
}

/// Reads the notes of a part. A damaged part gives the notes before the damage, and a warning.
pub(super) fn read_notes(
    events: &mut Events,
    styles: &Styles,
    numbering: &Numbering,
    budget: &Budget,
    part: &str,
    warnings: &mut Vec<String>,
) -> Result<Notes, Error> {
    let none = [Notes::default(), Notes::default()];
    let mut builder = Builder::new(budget);
    let mut walker = Walker::new(&mut builder, styles, numbering, &none, budget);
    let end = walker.walk(events);
    walker.finish()?;
    let note_blocks = std::mem::take(&mut walker.note_blocks);
    match end {
        Ok(()) => {}
        Err(Fault::Stop(error)) => return Err(error),
        Err(Fault::Damaged(cause)) => {
            warnings.push(format!("part `{part}` is damaged ({cause}); the notes before the damage were read"));
        }
    }
    let mut notes = Notes { text: std::mem::take(&mut builder.text), by_id: BTreeMap::new() };
    for (id, blocks) in note_blocks {
        let spans = builder.blocks[blocks].iter().map(|b| b.span.range()).collect();
        notes.by_id.entry(id).or_insert(spans);
    }
    Ok(notes)
}
