//! Markdown comes in, as templates make it; the blocks of a [`Document`](super::Document) go out. What Markdown has no words
//! for (captioned tables, charts) is made beside it and stands in the text as a fenced block whose first word is [`INSERT`].

use super::{Block, Column, Inline, Row, Table, Text};
use pulldown_cmark::{Alignment, CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use std::collections::BTreeMap;
use std::mem::take;

/// What a fenced block is called in whose place something else is put; its content is handed to who knows what.
pub const INSERT: &str = "codeframe-insert";

/// How a paragraph begins that is the caption of the table below it.
const CAPTION: &str = "Table: ";

/// Reads Markdown with tables and footnotes. `insert` gives what stands in the place of a fenced block named [`INSERT`].
/// Raw HTML and pictures are left out, links keep their words and get their address as a footnote.
pub fn from_markdown(text: &str, insert: &mut dyn FnMut(&str) -> Vec<Block>) -> Vec<Block> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES;
    let events: Vec<Event<'_>> = Parser::new_ext(text, options).collect();
    let mut notes = BTreeMap::new();
    // Notes are defined anywhere, so they are read first; in them other notes are not known.
    let mut first = Reader { notes: &BTreeMap::new(), insert: &mut |_| Vec::new(), found: BTreeMap::new() };
    first.blocks(&events);
    notes.append(&mut first.found);
    Reader { notes: &notes, insert, found: BTreeMap::new() }.blocks(&events)
}

struct Reader<'r> {
    notes: &'r BTreeMap<String, Text>,
    insert: &'r mut dyn FnMut(&str) -> Vec<Block>,
    found: BTreeMap<String, Text>,
}

/// How text is set at some place.
#[derive(Default)]
struct Setting {
    strong: usize,
    emphasis: usize,
}

impl Reader<'_> {
    fn blocks(&mut self, events: &[Event<'_>]) -> Vec<Block> {
        let mut blocks: Vec<Block> = Vec::new();
        let mut at = 0;
        while at < events.len() {
            let end = end_of(events, at);
            let inside = &events[(at + 1).min(end)..end];
            match &events[at] {
                Event::Start(Tag::Heading { level, .. }) => {
                    blocks.push(Block::Heading(*level as u8, self.text(inside)));
                }
                Event::Start(Tag::Paragraph) => {
                    let text = self.text(inside);
                    if !text.is_empty() {
                        blocks.push(Block::Paragraph(text));
                    }
                }
                Event::Start(Tag::BlockQuote(_)) => blocks.push(self.quotation(inside)),
                Event::Start(Tag::List(start)) => {
                    let mut items = Vec::new();
                    self.items(inside, &mut items);
                    blocks.push(Block::List(start.is_some(), items));
                }
                Event::Start(Tag::CodeBlock(kind)) => {
                    let content: String = inside.iter().filter_map(words).collect();
                    match kind {
                        CodeBlockKind::Fenced(name) if &**name == INSERT => {
                            blocks.extend((self.insert)(content.trim()));
                        }
                        _ => blocks.push(Block::Paragraph(content.trim().into())),
                    }
                }
                Event::Start(Tag::Table(alignments)) => {
                    let caption = match blocks.last() {
                        Some(Block::Paragraph(text)) if text.plain().starts_with(CAPTION) => {
                            let mut text = text.clone();
                            if let Some(Inline::Plain(first)) = text.0.first_mut() {
                                *first = first.trim_start_matches(CAPTION).to_owned();
                            }
                            blocks.pop();
                            text
                        }
                        _ => Text::default(),
                    };
                    blocks.push(Block::Table(self.table(inside, alignments, caption)));
                }
                Event::Start(Tag::FootnoteDefinition(name)) => {
                    let text = self.text(inside);
                    self.found.insert(name.to_string(), text);
                }
                _ => {}
            }
            at = end + 1;
        }
        blocks
    }

    /// A quotation; its last paragraph is its source when it begins with a dash.
    fn quotation(&mut self, events: &[Event<'_>]) -> Block {
        let mut paragraphs: Vec<Text> = Vec::new();
        for block in self.blocks(events) {
            match block {
                Block::Paragraph(text) | Block::Heading(_, text) => paragraphs.push(text),
                Block::List(_, items) => paragraphs.extend(items),
                _ => {}
            }
        }
        let begins_with_dash = |text: &&mut Text| match text.0.first() {
            Some(Inline::Plain(first)) => first.starts_with(['—', '–']),
            _ => false,
        };
        let mut source = Text::default();
        if paragraphs.len() > 1
            && let Some(last) = paragraphs.last_mut().filter(begins_with_dash)
        {
            if let Some(Inline::Plain(first)) = last.0.first_mut() {
                *first = first.trim_start_matches(['—', '–', ' ']).to_owned();
            }
            source = take(last);
            paragraphs.pop();
        }
        let mut text = Text::default();
        for paragraph in paragraphs {
            if !text.is_empty() {
                text.0.push(Inline::Plain(" ".to_owned()));
            }
            text.0.extend(paragraph.0);
        }
        Block::Quotation(text, source)
    }

    /// The items of a list; those of lists in it follow the item that they stand in.
    fn items(&mut self, events: &[Event<'_>], items: &mut Vec<Text>) {
        let mut at = 0;
        while at < events.len() {
            let end = end_of(events, at);
            if let Event::Start(Tag::Item) = &events[at] {
                let inside = &events[at + 1..end];
                let inner = inside.iter().position(|event| matches!(event, Event::Start(Tag::List(_))));
                let own = &inside[..inner.unwrap_or(inside.len())];
                items.push(self.text(own));
                if let Some(start) = inner {
                    let inner_end = end_of(inside, start);
                    self.items(&inside[start + 1..inner_end], items);
                }
            }
            at = end + 1;
        }
    }

    fn table(&mut self, events: &[Event<'_>], alignments: &[Alignment], caption: Text) -> Table {
        let mut table = Table { caption, ..Table::default() };
        let mut at = 0;
        while at < events.len() {
            let end = end_of(events, at);
            let is_head = matches!(events[at], Event::Start(Tag::TableHead));
            let mut cells = Vec::new();
            let mut inner = at + 1;
            while inner < end {
                let cell_end = end_of(events, inner);
                cells.push(self.text(&events[(inner + 1).min(cell_end)..cell_end]));
                inner = cell_end + 1;
            }
            if is_head {
                let column = |(text, alignment): (&Text, &Alignment)| match alignment {
                    Alignment::Right => Column::numbers(text.plain()),
                    _ => Column::words(text.plain()),
                };
                table.columns = cells.iter().zip(alignments).map(column).collect();
            } else {
                table.rows.push(Row::Cells(cells));
            }
            at = end + 1;
        }
        table
    }

    fn text(&mut self, events: &[Event<'_>]) -> Text {
        let mut out: Vec<Inline> = Vec::new();
        let mut setting = Setting::default();
        let mut addresses: Vec<String> = Vec::new();
        for event in events {
            match event {
                Event::Start(Tag::Strong) => setting.strong += 1,
                Event::End(TagEnd::Strong) => setting.strong -= 1,
                Event::Start(Tag::Emphasis) => setting.emphasis += 1,
                Event::End(TagEnd::Emphasis) => setting.emphasis -= 1,
                Event::Start(Tag::Link { dest_url, .. }) => addresses.push(dest_url.to_string()),
                Event::End(TagEnd::Link) => {
                    let address = addresses.pop().unwrap_or_default();
                    out.push(Inline::Note(address.into()));
                }
                Event::FootnoteReference(name) => {
                    if let Some(note) = self.notes.get(&**name) {
                        out.push(Inline::Note(note.clone()));
                    }
                }
                event => {
                    let Some(text) = words(event) else { continue };
                    match (out.last_mut(), setting.strong > 0, setting.emphasis > 0) {
                        (Some(Inline::Plain(last)), false, false) => last.push_str(&text),
                        (_, false, false) => out.push(Inline::Plain(text)),
                        (Some(Inline::Strong(last)), true, _) => last.push_str(&text),
                        (_, true, _) => out.push(Inline::Strong(text)),
                        (Some(Inline::Emphasis(last)), false, true) => last.push_str(&text),
                        (_, false, true) => out.push(Inline::Emphasis(text)),
                    }
                }
            }
        }
        Text(out)
    }
}

/// The words that an event brings.
fn words(event: &Event<'_>) -> Option<String> {
    match event {
        Event::Text(text) | Event::Code(text) => Some(text.to_string()),
        Event::SoftBreak | Event::HardBreak => Some(" ".to_owned()),
        _ => None,
    }
}

/// Where what begins at a place ends: the place itself for what does not begin anything.
fn end_of(events: &[Event<'_>], start: usize) -> usize {
    let mut depth = 0usize;
    for (at, event) in events.iter().enumerate().skip(start) {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    events.len()
}
