//! What stands in a paragraph: text, line breaks, symbols of fonts that keep pictures in the place of letters, and
//! references to notes, whose text waits until the paragraph ends.

use super::Walker;
use crate::extract::Error;
use crate::extract::builder::Shape;
use crate::extract::docx::paragraph::font_of;
use crate::extract::docx::xml::Element;
use crate::extract::report::BlockKind;
use crate::extract::text::{Font, dingbat, push_char, push_run, symbol};
use std::borrow::Cow;

impl Walker<'_, '_> {
    pub(super) fn text(&mut self, bytes: &[u8]) -> Result<(), Error> {
        if self.paragraphs.is_empty() {
            if bytes.trim_ascii().is_empty() {
                return Ok(());
            }
            self.open_paragraph()?;
            self.paragraphs.last_mut().into_iter().for_each(|paragraph| paragraph.loose = true);
        }
        let Some(paragraph) = self.paragraphs.last_mut() else { return Ok(()) };
        paragraph.count(bytes);
        let font = paragraph.run.font;
        if paragraph.pending.is_some() {
            let before = paragraph.text.len();
            push_run(&mut paragraph.text, bytes, font);
            self.pending_bytes += paragraph.text.len() - before;
        } else {
            push_run(&mut self.builder.text, bytes, font);
        }
        self.builder.check_text(self.pending_bytes)
    }

    pub(super) fn line_break(&mut self) {
        match self.paragraphs.last_mut() {
            Some(paragraph) if paragraph.pending.is_some() => paragraph.text.push('\n'),
            Some(_) => self.builder.text.push('\n'),
            None => {}
        }
    }

    pub(super) fn symbol(&mut self, element: &Element) -> Result<(), Error> {
        let code = element.get(b"char").and_then(|c| u32::from_str_radix(std::str::from_utf8(c).ok()?, 16).ok());
        let font = element.get(b"font").unwrap_or_default();
        let Some(c) = code.and_then(char::from_u32) else { return Ok(()) };
        let mut text = String::new();
        if font.eq_ignore_ascii_case(b"Symbol") {
            text.push(symbol(c));
        } else if font_of(font) == Font::Dingbats {
            text.push(dingbat(c));
        } else {
            push_char(&mut text, c, Font::Any);
        }
        self.text(text.as_bytes())
    }

    pub(super) fn note_reference(&mut self, of: usize, element: &Element) -> Result<(), Error> {
        let Some(id) = element.get_number::<i64>(b"id") else { return Ok(()) };
        if self.paragraphs.is_empty() || self.noted[of].contains(&id) {
            return Ok(());
        }
        let notes = self.notes;
        let Some(texts) = notes[of].get(id) else { return Ok(()) };
        self.noted[of].insert(id);
        let place = self.place();
        let marker = self.noted[of].len().to_string();
        for (i, text) in texts.enumerate() {
            self.pending_bytes += text.len();
            let marker = (i == 0).then(|| marker.clone());
            self.pending.push((Cow::Borrowed(text), Some(Shape { marker, place, ..Shape::of(BlockKind::Note) })));
        }
        self.builder.check_text(self.pending_bytes)
    }
}
