//! Walks the main part and writes what a reader of the printed document sees into the report, in reading order. One loop
//! with explicit stacks: a document may nest its elements as deep as the limits allow without using the call stack.
//! What becomes of a paragraph and of what stands in it is told in the files beside this one.

mod content;
mod paragraphs;

use super::grid::OpenTable;
use super::names::Tag;
use super::notes::Notes;
use super::numbering::{Counters, Numbering};
use super::paragraph::{Paragraph, Run};
use super::styles::Styles;
use super::xml::{Element, Events, Fault, Node};
use crate::extract::Error;
use crate::extract::budget::Budget;
use crate::extract::builder::{Builder, Shape};
use std::borrow::Cow;
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
    pending: Vec<(Cow<'w, str>, Option<Shape>)>,
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
}
