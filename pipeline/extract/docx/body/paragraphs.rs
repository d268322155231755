//! Paragraphs as the walk meets them: they open, close, wait for one that they are joined with, and become blocks with
//! their kind, number and place. Paragraphs lie in one another where text boxes do. The text of the outermost goes straight
//! into the report; blocks that hang on it (text boxes, notes) wait until it ends and follow it.

use super::Walker;
use crate::extract::Error;
use crate::extract::builder::{Place, Shape};
use crate::extract::docx::paragraph::{Paragraph, Run};
use crate::extract::report::BlockKind;
use std::borrow::Cow;

impl Walker<'_, '_> {
    pub(super) fn open_paragraph(&mut self) -> Result<(), Error> {
        self.close_loose()?;
        let pending = if self.paragraphs.is_empty() {
            if let Some(mut held) = self.held.take() {
                held.joins_next = false;
                held.run = Run::default();
                self.paragraphs.push(held);
                return Ok(());
            }
            self.builder.open();
            None
        } else {
            self.pending.push((Cow::default(), None));
            let max = self.budget.settings.max_blocks;
            if self.pending.len() as u64 > max {
                return Err(self.budget.limit("the text", max, "paragraphs", "max_blocks"));
            }
            Some(self.pending.len() - 1)
        };
        self.paragraphs.push(Paragraph::new(self.styles, pending));
        Ok(())
    }

    pub(super) fn close_paragraph(&mut self) -> Result<(), Error> {
        let Some(mut paragraph) = self.paragraphs.pop() else { return Ok(()) };
        // A text in a text box ends with its paragraph; what follows belongs to the paragraph outside.
        self.in_text = false;
        match paragraph.pending {
            Some(at) => {
                let text = std::mem::take(&mut paragraph.text);
                let shape = self.shape(&paragraph, text.trim());
                self.pending[at] = (Cow::Owned(text), Some(shape));
                Ok(())
            }
            None if paragraph.joins_next => {
                self.held = Some(paragraph);
                Ok(())
            }
            None => self.close_outermost(&paragraph),
        }
    }

    /// Closes text that stands outside any paragraph.
    fn close_loose(&mut self) -> Result<(), Error> {
        if self.paragraphs.last().is_some_and(|paragraph| paragraph.loose) { self.close_paragraph() } else { Ok(()) }
    }

    /// Closes a paragraph that was held for one that does not come, and text outside any.
    pub(super) fn release(&mut self) -> Result<(), Error> {
        self.close_loose()?;
        match self.held.take() {
            Some(paragraph) => self.close_outermost(&paragraph),
            None => Ok(()),
        }
    }

    fn close_outermost(&mut self, paragraph: &Paragraph) -> Result<(), Error> {
        if self.builder.is_blank() {
            // Word counts an item without text, too.
            if let Some((list, level)) = paragraph.number() {
                self.counters.next(list, level);
            }
            self.builder.discard();
            self.after_blank = true;
        } else {
            let start = self.builder.open_start();
            let text = std::mem::take(&mut self.builder.text);
            let shape = self.shape(paragraph, text[start..].trim());
            self.builder.text = text;
            self.builder.close(shape)?;
            self.after_blank = false;
        }
        if !self.pending.is_empty() {
            for (text, shape) in std::mem::take(&mut self.pending) {
                if let Some(shape) = shape {
                    self.builder.add(&text, shape)?;
                }
            }
            self.pending_bytes = 0;
        }
        Ok(())
    }

    fn shape(&mut self, paragraph: &Paragraph, text: &str) -> Shape {
        let kind = match paragraph.kind(text) {
            _ if self.note_id.is_some() => BlockKind::Note,
            _ if paragraph.pending.is_some() => BlockKind::TextBox,
            kind => kind,
        };
        let marker = paragraph.number().and_then(|(list, level)| self.counters.next(list, level));
        let place = if text.is_empty() { None } else { self.place() };
        Shape { kind, marker, place, look: paragraph.look(self.after_blank) }
    }

    /// The cell of the innermost table. The tables around it get their numbers first.
    pub(super) fn place(&mut self) -> Option<Place> {
        let mut within = None;
        for table in &mut self.tables {
            let id = *table.id.get_or_insert_with(|| self.builder.new_table(within));
            within = Some(id);
        }
        let table = self.tables.last()?;
        Some(table.place(table.id?))
    }
}
