//! A document as a report's reader sees it, headings, paragraphs, captioned tables and figures, footnotes, and nothing of
//! how a file format writes them. What makes documents (map, synthesis, vignettes) builds this model; [`docx`] and [`html`] write it.
//!
//! Tables and figures number themselves in order of appearance, so that a caption is never typed with its number.

mod docx;
mod html;
mod layout;
mod markdown;
mod parts;
mod plain;
mod sequence;

pub use docx::{Error, docx};
pub use html::html;
pub use markdown::{INSERT, from_markdown};
pub use plain::{plain, plain_table, wrapped};

/// A document.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Document {
    /// Its title, also in the file's properties.
    pub title: String,
    /// Lines below the title.
    pub subtitle: Vec<String>,
    /// When it was made, `2026-11-23T10:00:00Z`; none leaves it unsaid.
    pub made_at: Option<String>,
    /// What it holds, in order.
    pub blocks: Vec<Block>,
}

/// A part of a document that stands by itself.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// The list of the headings; at most one is of use.
    Contents,
    /// A heading of level 1 to 4.
    Heading(u8, Text),
    /// A paragraph.
    Paragraph(Text),
    /// A quotation, set apart, and where it comes from.
    Quotation(Text, Text),
    /// Items with bullets, or with numbers when the flag is set.
    List(bool, Vec<Text>),
    /// A captioned table.
    Table(Table),
    /// A captioned picture.
    Figure(Figure),
}

/// Text with its accents.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Text(pub Vec<Inline>);

/// A run of text.
#[derive(Debug, Clone, PartialEq)]
pub enum Inline {
    /// As it is.
    Plain(String),
    /// Strong, shown bold.
    Strong(String),
    /// Stressed, shown italic.
    Emphasis(String),
    /// Marked, as what a search found.
    Marked(String),
    /// A footnote, whose mark stands here. Notes within notes are left out.
    Note(Text),
}

/// A table with a caption above it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// What it shows, without number.
    pub caption: Text,
    /// Its columns; at least one.
    pub columns: Vec<Column>,
    /// Its rows.
    pub rows: Vec<Row>,
    /// Remarks below it, one a line.
    pub notes: Vec<Text>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// What stands above it.
    pub head: String,
    /// Where its cells are set.
    pub align: Align,
}

/// Where cells are set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Row {
    /// A cell for each column; missing ones are empty. The first heads the row.
    Cells(Vec<Text>),
    /// A heading over the rows that follow.
    Group(Text),
}

/// A picture with a caption below it.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// What it shows, without number.
    pub caption: Text,
    /// The same in words, for those who do not see it.
    pub alternative: String,
    /// The picture as SVG, for HTML.
    pub svg: String,
    /// The same as PNG, for DOCX.
    pub png: Png,
}

/// A PNG.
#[derive(Debug, Clone, PartialEq)]
pub struct Png {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its width, in pixels.
    pub width: u32,
    /// Its height, in pixels.
    pub height: u32,
}

impl Text {
    /// The words alone, without footnotes.
    pub fn plain(&self) -> String {
        let words = |inline: &Inline| match inline {
            Inline::Plain(text) | Inline::Strong(text) | Inline::Emphasis(text) | Inline::Marked(text) => text.clone(),
            Inline::Note(_) => String::new(),
        };
        self.0.iter().map(words).collect()
    }

    /// The same with a footnote behind it.
    pub fn note(mut self, note: impl Into<Text>) -> Text {
        self.0.push(Inline::Note(note.into()));
        self
    }

    /// Whether nothing stands in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<S: Into<String>> From<S> for Text {
    fn from(text: S) -> Text {
        let text: String = text.into();
        if text.is_empty() { Text::default() } else { Text(vec![Inline::Plain(text)]) }
    }
}

impl Column {
    /// A column of words.
    pub fn words(head: impl Into<String>) -> Column {
        Column { head: head.into(), align: Align::Left }
    }

    /// A column of numbers.
    pub fn numbers(head: impl Into<String>) -> Column {
        Column { head: head.into(), align: Align::Right }
    }
}

impl Table {
    /// Whether a column is of numbers, and how many characters it asks for: numbers as many as the longest has, words up to
    /// 60, since beyond that they may as well be broken into lines.
    fn need(&self, n: usize) -> (bool, usize) {
        let column = &self.columns[n];
        let cells = self.rows.iter().map(|row| match row {
            Row::Cells(cells) => cells.get(n).map(Text::plain).unwrap_or_default(),
            Row::Group(_) => String::new(),
        });
        let length = cells.map(|cell| cell.chars().count()).max().unwrap_or(0);
        let word = column.head.split_whitespace().map(|word| word.chars().count()).max().unwrap_or(0);
        match column.align {
            Align::Right => (true, length.max(word + 1).max(3)),
            Align::Left => (false, length.max(word).clamp(6, 60)),
        }
    }
}

/// Counts tables, figures and footnotes while a document is written.
#[derive(Debug, Default)]
struct Numbers {
    tables: usize,
    figures: usize,
    headings: usize,
}

#[cfg(test)]
mod tests;
