//! Walks the main part and writes what a reader of the printed document sees into the report, in reading order. One loop
//! with explicit stacks: a document may nest its elements as deep as the limits allow without using the call stack.
//!
//! Paragraphs lie in one another where text boxes do. The text of the outermost goes straight into the report; blocks
//! that hang on it (text boxes, notes) wait until it ends and follow it.

use super::grid::OpenTable;
use super::names::Tag;
use super::notes::Notes;
use super::numbering::{Counters, Numbering};
use super::paragraph::{Paragraph, Run, font_of};
use super::styles::Styles;
use super::xml::{Element, Events, Fault, Node};
use crate::extract::Error;
use crate::extract::budget::Budget;
use crate::extract::builder::{Builder, Place, Shape};
use crate::extract::report::BlockKind;
use crate::extract::text::{Font, dingbat, push_char, push_run, symbol};
use std::collections::BTreeSet;

/// Why the walk ended before the end of the part.
pub(super) enum End {
    /// The part is not a Word document but starts with this element.
    NotADocument(String),
    /// It cannot be read on.
    Fault(Fault),
}

impl<F: Into<Fault>> From<F> for End {
    fn from(fault: F) -> Self {
        End::Fault(fault.into())
    }
}

/// A picture, drawing or object that has started and not ended, and whether there is text in it.
struct Frame {
    object: bool,
    has_text: bool,
}

/// What to do when the borrow of a start tag has ended.
enum Then {
    GoOn,
    Skip,
    ParagraphProperties,
    RunProperties,
    RowProperties,
    CellProperties,
}

/// The state of the walk.
pub(super) struct Walker<'w, 'b> {
    builder: &'w mut Builder<'b>,
    styles: &'w Styles,
    counters: Counters<'w>,
    notes: &'w [Notes; 2],
    noted: [BTreeSet<i64>; 2],
    budget: &'b Budget<'b>,
    paragraphs: Vec<Paragraph>,
    /// An outermost paragraph that has ended and that the next one goes on with.
    held: Option<Paragraph>,
    /// Blocks that hang on the outermost paragraph.
    pending: Vec<(String, Option<Shape>)>,
    pending_bytes: usize,
    tables: Vec<OpenTable>,
    /// For each open `mc:AlternateContent`, whether one of its branches has been taken.
    alternatives: Vec<bool>,
    frames: Vec<Frame>,
    n_text_boxes: u32,
    in_text: bool,
    after_blank: bool,
    note_id: Option<(i64, usize)>,
    /// The blocks of each note, when a part of notes is walked.
    pub note_blocks: Vec<(i64, std::ops::Range<usize>)>,
}

impl<'w, 'b> Walker<'w, 'b> {
    pub fn new(
        builder: &'w mut Builder<'b>,
        styles: &'w Styles,
        numbering: &'w Numbering,
        notes: &'w [Notes; 2],
        budget: &'b Budget<'b>,
    ) -> Self {
        Walker {
            builder,
            styles,
            counters: Counters::new(numbering),
            notes,
            noted: Default::default(),
            budget,
            paragraphs: Vec::new(),
            held: None,
            pending: Vec::new(),
            pending_bytes: 0,
            tables: Vec::new(),
            alternatives: Vec::new(),
            frames: Vec::new(),
            n_text_boxes: 0,
            in_text: false,
            after_blank: false,
            note_id: None,
            note_blocks: Vec::new(),
        }
    }

    /// Walks a main part.
    pub fn walk_document(&mut self, events: &mut Events) -> Result<(), End> {
        loop {
            match events.next()? {
                Node::Start(Tag::Document, _) => break,
                Node::Start(_, element) => return Err(End::NotADocument(element.name())),
                Node::Eof => return Err(Fault::Damaged("it holds no XML".to_owned()).into()),
                _ => {}
            }
        }
        Ok(self.walk(events)?)
    }

    /// Walks up to the end of the part.
    pub fn walk(&mut self, events: &mut Events) -> Result<(), Fault> {
        loop {
            let then = match events.next()? {
                Node::Start(tag, element) => self.start(tag, &element)?,
                Node::End(tag) => {
                    self.end(tag)?;
                    Then::GoOn
                }
                Node::Text(text) => {
                    if self.in_text {
                        self.text(&text)?;
                    }
                    Then::GoOn
                }
                Node::Nothing => Then::GoOn,
                Node::Eof => return Ok(()),
            };
            match then {
                Then::GoOn => {}
                Then::Skip => events.skip()?,
                Then::ParagraphProperties => match self.paragraphs.last_mut() {
                    Some(paragraph) => paragraph.read_properties(events, self.styles)?,
                    None => events.skip()?,
                },
                Then::RunProperties => match self.paragraphs.last_mut() {
                    Some(paragraph) => paragraph.read_run_properties(events, self.styles)?,
                    None => events.skip()?,
                },
                Then::RowProperties => match self.tables.last_mut() {
                    Some(table) => table.read_row_properties(events)?,
                    None => events.skip()?,
                },
                Then::CellProperties => match self.tables.last_mut() {
                    Some(table) => table.read_cell_properties(events)?,
                    None => events.skip()?,
                },
            }
        }
    }

    /// Closes what a part that broke off has left open, so that its text counts.
    pub fn finish(&mut self) -> Result<(), Error> {
        while !self.paragraphs.is_empty() {
            self.close_paragraph()?;
        }
        self.release()?;
        while self.tables.pop().is_some_and(|table| {
            self.builder.keep_table(table.id, table.facts);
            true
        }) {}
        Ok(())
    }

    fn start(&mut self, tag: Tag, element: &Element) -> Result<Then, Fault> {
        match tag {
            Tag::Text | Tag::MathText => self.in_text = true,
            Tag::Run => {
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    paragraph.run = Run::default();
                }
            }
            Tag::RunProperties => return Ok(Then::RunProperties),
            Tag::Paragraph => self.open_paragraph()?,
            Tag::ParagraphProperties => return Ok(Then::ParagraphProperties),
            Tag::Tab | Tag::PositionedTab => self.text(b"\t")?,
            Tag::Break | Tag::CarriageReturn | Tag::DrawingBreak => self.line_break(),
            Tag::NoBreakHyphen => self.text(b"-")?,
            Tag::Symbol => self.symbol(element)?,
            Tag::Deletion | Tag::MovedAway => {
                self.builder.omitted.deletions = self.builder.omitted.deletions.saturating_add(1);
                return Ok(Then::Skip);
            }
            Tag::Table => {
                self.release()?;
                self.tables.push(OpenTable::default());
            }
            Tag::TableRow => {
                self.tables.last_mut().into_iter().for_each(OpenTable::start_row);
            }
            Tag::RowProperties => return Ok(Then::RowProperties),
            Tag::TableCell => {
                self.tables.last_mut().into_iter().for_each(OpenTable::start_cell);
            }
            Tag::CellProperties => return Ok(Then::CellProperties),
            Tag::FootnoteReference => self.note_reference(0, element)?,
            Tag::EndnoteReference => self.note_reference(1, element)?,
            Tag::CommentReference => {
                self.builder.omitted.comments = self.builder.omitted.comments.saturating_add(1);
            }
            Tag::DrawingFrame | Tag::Picture | Tag::EmbeddedObject => {
                self.frames.push(Frame { object: tag == Tag::EmbeddedObject, has_text: false });
            }
            Tag::ForeignChunk => {
                self.builder.omitted.embedded_objects = self.builder.omitted.embedded_objects.saturating_add(1);
            }
            Tag::TextBox => {
                self.n_text_boxes += 1;
                self.frames.iter_mut().for_each(|frame| frame.has_text = true);
            }
            Tag::DrawingText => {
                self.in_text = true;
                self.frames.iter_mut().for_each(|frame| frame.has_text = true);
            }
            Tag::DrawingParagraph => self.open_paragraph()?,
            Tag::Alternatives => self.alternatives.push(false),
            Tag::Choice | Tag::Fallback => {
                if let Some(taken) = self.alternatives.last_mut() {
                    if *taken {
                        return Ok(Then::Skip);
                    }
                    *taken = true;
                }
            }
            Tag::Footnote | Tag::Endnote => {
                let kind = element.get(b"type");
                let separator = matches!(kind, Some(b"separator" | b"continuationSeparator" | b"continuationNotice"));
                match element.get_number(b"id") {
                    Some(id) if !separator => self.note_id = Some((id, self.builder.blocks.len())),
                    _ => return Ok(Then::Skip),
                }
            }
            Tag::DeletedText
            | Tag::FieldCode
            | Tag::DeletedFieldCode
            | Tag::RunChange
            | Tag::ParagraphChange
            | Tag::SectionChange
            | Tag::TableChange
            | Tag::CellChange
            | Tag::RowChange
            | Tag::ExceptionsChange
            | Tag::GridChange
            | Tag::NumberingChange
            | Tag::TableProperties
            | Tag::TableExceptions
            | Tag::TableGrid
            | Tag::SectionProperties
            | Tag::ControlProperties
            | Tag::ControlEndProperties
            | Tag::FormField
            | Tag::MathRunProperties => return Ok(Then::Skip),
            _ => {}
        }
        Ok(Then::GoOn)
    }

    fn end(&mut self, tag: Tag) -> Result<(), Error> {
        match tag {
            Tag::Text | Tag::MathText | Tag::DrawingText => self.in_text = false,
            Tag::Run => {
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    paragraph.run = Run::default();
                }
            }
            Tag::Paragraph | Tag::DrawingParagraph => self.close_paragraph()?,
            Tag::TableCell => {
                self.release()?;
                self.tables.last_mut().into_iter().for_each(OpenTable::end_cell);
            }
            Tag::Table => {
                self.release()?;
                if let Some(table) = self.tables.pop() {
                    self.builder.keep_table(table.id, table.facts);
                }
                self.after_blank = false;
            }
            Tag::DrawingFrame | Tag::Picture | Tag::EmbeddedObject => {
                let omitted = &mut self.builder.omitted;
                match self.frames.pop() {
                    Some(Frame { has_text: false, object: true }) => omitted.embedded_objects += 1,
                    Some(Frame { has_text: false, object: false }) => omitted.images += 1,
                    _ => {}
                }
            }
            Tag::TextBox => self.n_text_boxes = self.n_text_boxes.saturating_sub(1),
            Tag::Alternatives => {
                self.alternatives.pop();
            }
            Tag::Footnote | Tag::Endnote => {
                self.release()?;
                if let Some((id, first)) = self.note_id.take() {
                    self.note_blocks.push((id, first..self.builder.blocks.len()));
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn open_paragraph(&mut self) -> Result<(), Error> {
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
            self.pending.push((String::new(), None));
            let max = self.budget.settings.max_blocks;
            if self.pending.len() as u64 > max {
                return Err(self.budget.limit("the text", max, "paragraphs", "max_blocks"));
            }
            Some(self.pending.len() - 1)
        };
        self.paragraphs.push(Paragraph::new(self.styles, pending));
        Ok(())
    }

    fn close_paragraph(&mut self) -> Result<(), Error> {
        let Some(mut paragraph) = self.paragraphs.pop() else { return Ok(()) };
        // A text in a text box ends with its paragraph; what follows belongs to the paragraph outside.
        self.in_text = false;
        match paragraph.pending {
            Some(at) => {
                let text = std::mem::take(&mut paragraph.text);
                let shape = self.shape(&paragraph, text.trim());
                self.pending[at] = (text, Some(shape));
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
    fn release(&mut self) -> Result<(), Error> {
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
    fn place(&mut self) -> Option<Place> {
        let mut within = None;
        for table in &mut self.tables {
            let id = *table.id.get_or_insert_with(|| self.builder.new_table(within));
            within = Some(id);
        }
        let table = self.tables.last()?;
        Some(table.place(table.id?))
    }

    fn text(&mut self, bytes: &[u8]) -> Result<(), Error> {
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

    fn line_break(&mut self) {
        match self.paragraphs.last_mut() {
            Some(paragraph) if paragraph.pending.is_some() => paragraph.text.push('\n'),
            Some(_) => self.builder.text.push('\n'),
            None => {}
        }
    }

    fn symbol(&mut self, element: &Element) -> Result<(), Error> {
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

    fn note_reference(&mut self, of: usize, element: &Element) -> Result<(), Error> {
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
            self.pending.push((text.to_owned(), Some(Shape { marker, place, ..Shape::of(BlockKind::Note) })));
        }
        self.builder.check_text(self.pending_bytes)
    }
}
