//! A [`Document`] is written as DOCX through docx-rs: real heading styles, captions with their sequence fields, a table of
//! contents whose entries show before anybody updates it, repeated head rows. What docx-rs has no words for (alternative texts,
//! head rows, title and language of the file) is put into the parts that it makes, in `parts.rs`.

use super::layout::{MARGIN, Page, widths};
use super::parts::{self, Extras};
use super::{Align, Block, Column, Document, Figure, Inline, Numbers, Row, Table, Text};
use docx_rs::{
    AbstractNumbering, AlignmentType, BorderType, Docx, FieldCharType, Footer, Footnote, Hyperlink, HyperlinkType,
    IndentLevel, InstrText, Level, LevelJc, LevelText, NumberFormat, Numbering, NumberingId, PageMargin, Paragraph,
    Pic, Run, Shading, SpecialIndentType, Start, TableBorder, TableBorderPosition, TableBorders, TableCell,
    TableCellBorder, TableCellBorderPosition, TableCellBorders, TableLayoutType, TableRow, VAlignType, WidthType,
};
use std::io::Cursor;

/// Why a document could not be written.
#[derive(Debug, thiserror::Error)]
#[error("could not put the document together: {reason}")]
pub struct Error {
    /// What the container's writer said.
    pub reason: String,
}

/// Pictures are no higher than this share of the room that their page has for text, so that some stands beside them.
const MOST_HEIGHT: f64 = 0.81;

/// The unit of pictures, 1/914400 inch, in a twentieth of a point.
const EMU: f64 = 635.;

/// Tables of at most so many rows are not broken over pages.
const MOST_ROWS_TOGETHER: usize = 16;

const CAPTION: &str = "Caption";
const NOTE: &str = "TableNote";
const CELL: &str = "TableText";
const BULLETS: usize = 2;

/// Writes a document; the same document gives the same bytes.
///
/// # Errors
/// When the container cannot be put together.
pub fn docx(document: &Document) -> Result<Vec<u8>, Error> {
    let page = Page::of(document);
    let mut writer = Writer { page, ..Writer::default() };
    let side = MARGIN as i32;
    let margins = PageMargin { top: side, left: side, bottom: side, right: side, header: 709, footer: 709, gutter: 0 };
    let mut file = numberings(Docx::new(), &document.blocks)
        .page_size((page.width + 2 * MARGIN) as u32, (page.height + 2 * MARGIN) as u32)
        .page_orient(page.orientation())
        .page_margin(margins)
        .footer(page_number());
    file = file.add_paragraph(Paragraph::new().style("Title").add_run(words(&document.title)));
    for line in &document.subtitle {
        file = file.add_paragraph(Paragraph::new().style("Subtitle").add_run(words(line)));
    }
    for (n, block) in document.blocks.iter().enumerate() {
        // A paragraph that leads to a table stays with it.
        let leads = matches!(document.blocks.get(n + 1), Some(Block::Table(_)));
        file = writer.block(file, block, leads, &document.blocks);
    }
    let mut built = file.build();
    let extras = Extras {
        title: &document.title,
        made_at: document.made_at.as_deref(),
        figures: &writer.alternatives,
        tables: &writer.captions,
    };
    parts::complete(&mut built, &extras);
    let mut bytes = Cursor::new(Vec::new());
    built.pack(&mut bytes).map_err(|error| Error { reason: error.to_string() })?;
    Ok(bytes.into_inner())
}

/// What has been written so far.
#[derive(Default)]
struct Writer {
    page: Page,
    numbers: Numbers,
    notes: usize,
    lists: usize,
    alternatives: Vec<String>,
    captions: Vec<String>,
}

impl Writer {
    fn block(&mut self, file: Docx, block: &Block, leads: bool, all: &[Block]) -> Docx {
        match block {
            Block::Contents => contents(file, all),
            Block::Heading(level, text) => {
                self.numbers.headings += 1;
                let name = bookmark(self.numbers.headings);
                let style = format!("Heading{}", (*level).clamp(1, 4));
                let id = self.numbers.headings;
                let paragraph = Paragraph::new().style(&style).keep_next(true).add_bookmark_start(id, name);
                file.add_paragraph(self.runs(paragraph, text).add_bookmark_end(id))
            }
            Block::Paragraph(text) => file.add_paragraph(self.runs(Paragraph::new().keep_next(leads), text)),
            Block::Quotation(text, source) => {
                let quote = self.runs(Paragraph::new().style("Quote"), text).keep_next(!source.is_empty());
                let file = file.add_paragraph(quote);
                if source.is_empty() {
                    return file;
                }
                file.add_paragraph(self.runs(Paragraph::new().style("QuoteSource"), source))
            }
            Block::List(is_numbered, items) => {
                let id = if *is_numbered {
                    self.lists += 1;
                    BULLETS + self.lists
                } else {
                    BULLETS
                };
                items.iter().fold(file, |file, item| {
                    let paragraph = Paragraph::new().style("ListParagraph");
                    let paragraph = paragraph.numbering(NumberingId::new(id), IndentLevel::new(0));
                    file.add_paragraph(self.runs(paragraph, item))
                })
            }
            Block::Table(table) => self.table(file, table),
            Block::Figure(figure) => self.figure(file, figure),
        }
    }

    fn runs(&mut self, paragraph: Paragraph, text: &Text) -> Paragraph {
        text.0.iter().fold(paragraph, |paragraph, inline| {
            let run = match inline {
                Inline::Plain(text) => words(text),
                Inline::Strong(text) => words(text).bold(),
                Inline::Emphasis(text) => words(text).italic(),
                Inline::Marked(text) => words(text).bold().highlight("yellow"),
                Inline::Note(note) => {
                    self.notes += 1;
                    let mut content = Paragraph::new().style("FootnoteText");
                    for inline in note.0.iter().filter(|inline| !matches!(inline, Inline::Note(_))) {
                        content = self.runs(content, &Text(vec![inline.clone()]));
                    }
                    let note = Footnote { id: self.notes, content: vec![content] };
                    return paragraph.add_run(Run::new().add_footnote_reference(note));
                }
            };
            paragraph.add_run(run)
        })
    }

    /// `Table 3  What it shows`, with the number as a field that Word counts.
    fn caption(&mut self, kind: &str, number: usize, caption: &Text) -> Paragraph {
        let paragraph = Paragraph::new().style(CAPTION).add_run(words(&format!("{kind} ")));
        let paragraph = field(paragraph, format!("SEQ {kind} \\* ARABIC"), &number.to_string());
        self.runs(paragraph.add_run(words("  ")), caption)
    }

    fn table(&mut self, file: Docx, table: &Table) -> Docx {
        self.numbers.tables += 1;
        let number = self.numbers.tables;
        self.captions.push(table.caption.plain());
        let caption = self.caption("Table", number, &table.caption).keep_next(true);
        let widths = widths(table, self.page.width);
        let head = table.columns.iter().zip(&widths).map(|(column, width)| head_cell(column, *width)).collect();
        let mut rows = vec![TableRow::new(head).cant_split()];
        let last = table.rows.len().saturating_sub(1);
        let is_short = table.rows.len() <= MOST_ROWS_TOGETHER;
        for (n, row) in table.rows.iter().enumerate() {
            // A short table stays on one page; the last row of any stays with the notes below it.
            let stays = if n < last { is_short } else { !table.notes.is_empty() };
            rows.push(self.row(row, &table.columns, &widths, stays));
        }
        let rule = |position| TableBorder::new(position).border_type(BorderType::Single).size(8).color("404040");
        let hair = TableBorder::new(TableBorderPosition::InsideH).border_type(BorderType::Single).size(4);
        let borders = TableBorders::with_empty()
            .set(rule(TableBorderPosition::Top))
            .set(rule(TableBorderPosition::Bottom))
            .set(hair.color("D0D0D0"));
        let made = docx_rs::Table::without_borders(rows)
            .set_grid(widths)
            .layout(TableLayoutType::Fixed)
            .width(self.page.width, WidthType::Dxa)
            .set_borders(borders);
        let mut file = file.add_paragraph(caption).add_table(made);
        for note in &table.notes {
            file = file.add_paragraph(self.runs(Paragraph::new().style(NOTE), note));
        }
        // Two tables without a paragraph between them would grow together.
        file.add_paragraph(Paragraph::new().style("AfterTable"))
    }

    fn row(&mut self, row: &Row, columns: &[Column], widths: &[usize], stays: bool) -> TableRow {
        let cells = match row {
            Row::Group(text) => {
                let paragraph = self.runs(Paragraph::new().style("TableGroup"), text).keep_next(true);
                let width = widths.iter().sum();
                vec![TableCell::new().add_paragraph(paragraph).grid_span(columns.len()).width(width, WidthType::Dxa)]
            }
            Row::Cells(cells) => {
                let empty = Text::default();
                let texts = columns.iter().enumerate().map(|(n, column)| (cells.get(n).unwrap_or(&empty), column));
                let cell = |((text, column), width): ((&Text, &Column), &usize)| {
                    let paragraph = Paragraph::new().style(CELL).align(alignment(column.align)).keep_next(stays);
                    let paragraph = if column.align == Align::Right {
                        self.runs(paragraph, &unbroken(text))
                    } else {
                        self.runs(paragraph, text)
                    };
                    TableCell::new().add_paragraph(paragraph).width(*width, WidthType::Dxa)
                };
                texts.zip(widths).map(cell).collect()
            }
        };
        TableRow::new(cells).cant_split()
    }

    fn figure(&mut self, file: Docx, figure: &Figure) -> Docx {
        self.numbers.figures += 1;
        self.alternatives.push(figure.alternative.clone());
        let (width, height) = (f64::from(figure.png.width.max(1)), f64::from(figure.png.height.max(1)));
        let room = |length: usize| length as f64 * EMU;
        let scale = (room(self.page.width) / width).min(room(self.page.height) * MOST_HEIGHT / height);
        let picture = Pic::new_with_dimensions(figure.png.bytes.clone(), figure.png.width, figure.png.height)
            .id(format!("rIdFigure{}", self.numbers.figures))
            .size((width * scale) as u32, (height * scale) as u32);
        let paragraph = Paragraph::new().style("FigureBody").keep_next(true).add_run(Run::new().add_image(picture));
        let number = self.numbers.figures;
        file.add_paragraph(paragraph).add_paragraph(self.caption("Figure", number, &figure.caption))
    }
}

/// A run of text, without the control characters that XML cannot hold.
fn words(text: &str) -> Run {
    let kept: String = text.chars().map(|c| if c == '\n' { ' ' } else { c }).filter(|c| !c.is_control()).collect();
    Run::new().add_text(kept)
}

fn bookmark(number: usize) -> String {
    format!("_Toc{number:06}")
}

/// A field with the result that it shows until it is updated.
fn field(paragraph: Paragraph, instruction: String, shown: &str) -> Paragraph {
    paragraph
        .add_run(Run::new().add_field_char(FieldCharType::Begin, false))
        .add_run(Run::new().add_instr_text(InstrText::Unsupported(instruction)))
        .add_run(Run::new().add_field_char(FieldCharType::Separate, false))
        .add_run(words(shown))
        .add_run(Run::new().add_field_char(FieldCharType::End, false))
}

/// The field of the table of contents with an entry for every heading of the first two levels. Page numbers, which only a
/// layout knows, come when the reader updates it.
fn contents(file: Docx, all: &[Block]) -> Docx {
    let headings = all.iter().filter_map(|block| match block {
        Block::Heading(level, text) => Some((*level, text.plain())),
        _ => None,
    });
    let entries: Vec<(usize, u8, String)> = (1..)
        .zip(headings)
        .filter(|(_, (level, _))| *level <= 2)
        .map(|(number, (level, text))| (number, level, text))
        .collect();
    let mut file = file.add_paragraph(Paragraph::new().style("ContentsHeading").add_run(words("Contents")));
    for (n, (number, level, text)) in entries.iter().enumerate() {
        let mut paragraph = Paragraph::new().style(&format!("TOC{level}"));
        if n == 0 {
            paragraph = paragraph
                .add_run(Run::new().add_field_char(FieldCharType::Begin, false))
                .add_run(Run::new().add_instr_text(InstrText::Unsupported("TOC \\o \"1-2\" \\h \\z \\u".to_owned())))
                .add_run(Run::new().add_field_char(FieldCharType::Separate, false));
        }
        let link = Hyperlink::new(bookmark(*number), HyperlinkType::Anchor).add_run(words(text));
        paragraph = paragraph.add_hyperlink(link);
        if n + 1 == entries.len() {
            paragraph = paragraph.add_run(Run::new().add_field_char(FieldCharType::End, false));
        }
        file = file.add_paragraph(paragraph);
    }
    file
}

fn head_cell(column: &Column, width: usize) -> TableCell {
    let text = words(&column.head.replace("N = ", "N\u{a0}=\u{a0}"));
    let paragraph =
        Paragraph::new().style(parts::HEAD_STYLE).align(alignment(column.align)).keep_next(true).add_run(text);
    let rule = TableCellBorder::new(TableCellBorderPosition::Bottom).border_type(BorderType::Single);
    TableCell::new()
        .add_paragraph(paragraph)
        .width(width, WidthType::Dxa)
        .vertical_align(VAlignType::Bottom)
        .set_borders(TableCellBorders::with_empty().set(rule.size(8).color("404040")))
        .shading(Shading::new().fill("F2F2F2"))
}

/// Numbers of a cell, in which no line ends between a number and its per cent sign.
fn unbroken(text: &Text) -> Text {
    let joined = |inline: &Inline| match inline {
        Inline::Plain(text) => Inline::Plain(text.replace(" %", "\u{a0}%")),
        other => other.clone(),
    };
    Text(text.0.iter().map(joined).collect())
}

fn alignment(align: Align) -> AlignmentType {
    match align {
        Align::Left => AlignmentType::Left,
        Align::Right => AlignmentType::Right,
    }
}

fn page_number() -> Footer {
    let paragraph = Paragraph::new().align(AlignmentType::Center);
    Footer::new().add_paragraph(field(paragraph, "PAGE".to_owned(), "1"))
}

/// One list with bullets, and for every numbered list one that begins anew.
fn numberings(file: Docx, blocks: &[Block]) -> Docx {
    let level = |format: &str, text: &str| {
        let level = Level::new(0, Start::new(1), NumberFormat::new(format), LevelText::new(text), LevelJc::new("left"));
        level.indent(Some(425), Some(SpecialIndentType::Hanging(283)), None, None)
    };
    let numbered = blocks.iter().filter(|block| matches!(block, Block::List(true, _))).count();
    let bullets = AbstractNumbering::new(BULLETS).add_level(level("bullet", "•"));
    let file = file.add_abstract_numbering(bullets).add_numbering(Numbering::new(BULLETS, BULLETS));
    (1..=numbered).fold(file, |file, n| {
        let id = BULLETS + n;
        file.add_abstract_numbering(AbstractNumbering::new(id).add_level(level("decimal", "%1.")))
            .add_numbering(Numbering::new(id, id))
    })
}
