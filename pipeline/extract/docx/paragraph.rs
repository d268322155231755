//! One open paragraph: what its properties say, how its characters look, and what kind of block that makes.

use super::names::Tag;
use super::styles::{Role, Style, Styles};
use super::xml::{Events, Fault, Node};
use crate::extract::builder::Look;
use crate::extract::report::BlockKind;
use crate::extract::text::Font;

/// How the characters of the current run are set, as far as its own properties say.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Run {
    bold: Option<bool>,
    capitals: Option<bool>,
    underlined: Option<bool>,
    size: Option<u16>,
    /// What its private-use characters mean.
    pub font: Font,
}

/// A paragraph that has started and not ended.
#[derive(Debug, Default)]
pub(super) struct Paragraph {
    /// Where its text and that of what hangs on it goes: `None` into the report, else the number of a pending block.
    pub pending: Option<usize>,
    /// Text of a pending block.
    pub text: String,
    /// The run that characters belong to.
    pub run: Run,
    /// The next paragraph goes on with it: its mark is deleted, or it is the other's first letter.
    pub joins_next: bool,
    /// It never started: its text stands outside any paragraph, and ends where anything else starts.
    pub loose: bool,
    style: Style,
    number: Option<(u32, Option<u8>)>,
    outline: Option<u8>,
    centred: Option<bool>,
    n_letters: usize,
    n_bold: usize,
    n_capitals: usize,
    n_underlined: usize,
    size: u16,
}

impl Paragraph {
    pub fn new(styles: &Styles, pending: Option<usize>) -> Self {
        Paragraph { pending, style: styles.default, ..Paragraph::default() }
    }

    /// Reads `w:pPr`, which just started.
    pub fn read_properties(&mut self, events: &mut Events, styles: &Styles) -> Result<(), Fault> {
        let depth = events.depth();
        let mut in_mark = false;
        let (mut list, mut level) = (None, None);
        while events.depth() >= depth {
            let mut skip = false;
            match events.next()? {
                Node::Start(tag, element) => match tag {
                    Tag::ParagraphStyle => {
                        if let Some(style) = element.get(b"val").and_then(|id| styles.get(id)) {
                            self.style = *style;
                        }
                    }
                    Tag::NumberId => list = element.get_number(b"val"),
                    Tag::NumberLevel => level = element.get_number(b"val"),
                    Tag::OutlineLevel => self.outline = element.get_number(b"val"),
                    Tag::Alignment => self.centred = Some(element.get(b"val") == Some(b"center")),
                    Tag::RunProperties => in_mark = true,
                    Tag::Deletion | Tag::MovedAway if in_mark => self.joins_next = true,
                    // The large first letter of a paragraph stands in one of its own.
                    Tag::Frame if matches!(element.get(b"dropCap"), Some(b"drop" | b"margin")) => {
                        self.joins_next = true;
                    }
                    Tag::ParagraphChange | Tag::RunChange | Tag::SectionProperties | Tag::NumberingChange => {
                        skip = true
                    }
                    _ => {}
                },
                Node::End(Tag::RunProperties) => in_mark = false,
                _ => {}
            }
            if skip {
                events.skip()?;
            }
        }
        // A level alone moves the list that the style gives.
        self.number = match (list, level) {
            (Some(list), level) => Some((list, level)),
            (None, Some(level)) => self.style.number.map(|(list, _)| (list, Some(level))),
            (None, None) => None,
        };
        Ok(())
    }

    /// Reads `w:rPr`, which just started, into the current run.
    pub fn read_run_properties(&mut self, events: &mut Events, styles: &Styles) -> Result<(), Fault> {
        let depth = events.depth();
        let run = &mut self.run;
        while events.depth() >= depth {
            let mut skip = false;
            if let Node::Start(tag, element) = events.next()? {
                match tag {
                    Tag::Bold => run.bold = Some(element.is_on()),
                    Tag::Capitals => run.capitals = Some(element.is_on()),
                    Tag::Underline => run.underlined = Some(element.is_on()),
                    Tag::Size => run.size = element.get_number(b"val"),
                    Tag::RunStyle => {
                        if let Some(style) = element.get(b"val").and_then(|id| styles.get(id)) {
                            run.bold = run.bold.or(style.bold.then_some(true));
                        }
                    }
                    Tag::Fonts => {
                        let font = element.get(b"ascii").or_else(|| element.get(b"hAnsi"));
                        run.font = font.map_or(Font::Any, font_of);
                    }
                    Tag::RunChange => skip = true,
                    _ => {}
                }
            }
            if skip {
                events.skip()?;
            }
        }
        Ok(())
    }

    /// Counts the characters in `text` as the current run's.
    pub fn count(&mut self, text: &[u8]) {
        // Bytes do, blanks in a word-like run included: all that is asked is whether all of them look alike.
        let n = text.len();
        if text.first().is_none_or(u8::is_ascii_whitespace) && text.trim_ascii().is_empty() {
            return;
        }
        let run = self.run;
        // Nobody sets a long paragraph as a heading.
        let short = self.n_letters < MAX_HEADING_BYTES;
        self.n_letters += n;
        self.n_bold += if run.bold.unwrap_or(self.style.bold) { n } else { 0 };
        let upper = run.capitals.unwrap_or(self.style.capitals) || short && !text.iter().any(u8::is_ascii_lowercase);
        self.n_capitals += if upper { n } else { 0 };
        self.n_underlined += if run.underlined.unwrap_or(self.style.underlined) { n } else { 0 };
        self.size = self.size.max(run.size.unwrap_or(self.style.size));
    }

    /// The list and level it is an item of.
    pub fn number(&self) -> Option<(u32, u8)> {
        let (list, level) = match self.number {
            Some((list, level)) => (list, level.or(self.style.number.map(|(_, l)| l)).unwrap_or(0)),
            None => self.style.number?,
        };
        // List 0 takes a paragraph out of the list that its style puts it into.
        (list != 0).then_some((list, level.min(8)))
    }

    /// What kind of block it is, standing by itself in the document.
    pub fn kind(&self, text: &str) -> BlockKind {
        let role = match self.outline {
            Some(level @ 0..=8) => Some(Role::Heading(level + 1)),
            Some(_) => None,
            None => self.style.role,
        };
        match (role, self.number()) {
            (Some(Role::Title), _) => BlockKind::Title,
            (Some(Role::Heading(level)), _) => BlockKind::Heading(level),
            (_, Some((_, level))) => BlockKind::ListItem(level),
            (Some(Role::ListItem), _) if self.number.is_none() => BlockKind::ListItem(0),
            _ if starts_with_bullet(text) => BlockKind::ListItem(0),
            _ => BlockKind::Paragraph,
        }
    }

    /// How it looks.
    pub fn look(&self, after_blank: bool) -> Look {
        let all = |n| n > 0 && n == self.n_letters;
        Look {
            bold: all(self.n_bold),
            capitals: all(self.n_capitals),
            underlined: all(self.n_underlined),
            centred: self.centred.unwrap_or(self.style.centred),
            after_blank,
            size: self.size,
        }
    }
}

/// Longer paragraphs are not looked at for capitals.
const MAX_HEADING_BYTES: usize = 400;

/// What a font's name says of its private-use characters.
pub(super) fn font_of(name: &[u8]) -> Font {
    if name.starts_with(b"Wingdings") || name.starts_with(b"Webdings") { Font::Dingbats } else { Font::Any }
}

/// Whether somebody typed a bullet in front of it.
fn starts_with_bullet(text: &str) -> bool {
    let mut chars = text.chars();
    let bullet =
        matches!(chars.next(), Some('•' | '·' | '▪' | '●' | '○' | '■' | '□' | '‣' | '◦' | '-' | '–' | '*' | '➢' | '✓'));
    bullet && chars.next().is_some_and(char::is_whitespace) && chars.any(char::is_alphabetic)
}
