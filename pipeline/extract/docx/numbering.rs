//! The numbers and bullets that Word computes for list items and numbered headings.

use super::names::Tag;
use super::xml::{Events, Fault, Node};
use crate::extract::Error;
use crate::extract::text::symbol;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Levels of a list.
const N_LEVELS: usize = 9;

/// How the items of one level are numbered.
#[derive(Debug, Clone)]
struct Level {
    start: u32,
    format: Format,
    /// `%1.%2`, or the bullet.
    text: String,
    /// All numbers in it are decimal, whatever their own level says.
    legal: bool,
}

impl Default for Level {
    fn default() -> Self {
        Level { start: 1, format: Format::Decimal, text: String::new(), legal: false }
    }
}

/// How a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Decimal,
    DecimalZero,
    LowerLetter,
    UpperLetter,
    LowerRoman,
    UpperRoman,
    Ordinal,
    Bullet,
    None,
}

impl Format {
    fn of(name: &[u8]) -> Format {
        match name {
            b"decimalZero" => Format::DecimalZero,
            b"lowerLetter" => Format::LowerLetter,
            b"upperLetter" => Format::UpperLetter,
            b"lowerRoman" => Format::LowerRoman,
            b"upperRoman" => Format::UpperRoman,
            b"ordinal" => Format::Ordinal,
            b"bullet" => Format::Bullet,
            b"none" => Format::None,
            _ => Format::Decimal,
        }
    }

    fn write(self, n: u32) -> String {
        match self {
            Format::Decimal => n.to_string(),
            Format::DecimalZero => format!("{n:02}"),
            Format::LowerLetter => letters(n, b'a'),
            Format::UpperLetter => letters(n, b'A'),
            Format::LowerRoman => roman(n).to_lowercase(),
            Format::UpperRoman => roman(n),
            Format::Ordinal => {
                let ending = match (n % 10, n % 100) {
                    (_, 11..=13) => "th",
                    (1, _) => "st",
                    (2, _) => "nd",
                    (3, _) => "rd",
                    _ => "th",
                };
                format!("{n}{ending}")
            }
            Format::Bullet | Format::None => String::new(),
        }
    }
}

/// a, b … z, aa, bb …, as Word counts.
fn letters(n: u32, first: u8) -> String {
    let n = n.max(1) - 1;
    let letter = char::from(first + (n % 26) as u8);
    std::iter::repeat_n(letter, (n / 26 + 1).min(10) as usize).collect()
}

fn roman(n: u32) -> String {
    const SIGNS: [(u32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    if n > 5000 {
        return n.to_string();
    }
    let mut left = n;
    let mut text = String::new();
    for (value, sign) in SIGNS {
        while left >= value {
            text.push_str(sign);
            left -= value;
        }
    }
    text
}

/// A list definition, shared by the lists that refer to it.
#[derive(Debug, Clone, Default)]
struct Abstract {
    levels: BTreeMap<u8, Level>,
    /// It is defined by the style of this name instead.
    link: Option<String>,
    /// It defines the style of this name.
    style: Option<String>,
}

/// A list.
#[derive(Debug, Clone, Default)]
struct List {
    definition: u32,
    starts: BTreeMap<u8, u32>,
    levels: BTreeMap<u8, Level>,
}

/// The lists of a document, without how far each has counted.
#[derive(Debug, Clone, Default)]
pub(super) struct Numbering {
    definitions: BTreeMap<u32, Abstract>,
    lists: BTreeMap<u32, List>,
}

impl Numbering {
    /// Reads a numbering part. One that is damaged gives what it holds before the damage.
    pub fn read(events: &mut Events) -> Result<Numbering, Error> {
        let mut numbering = Numbering::default();
        match read_lists(events, &mut numbering) {
            Ok(()) | Err(Fault::Damaged(_)) => {}
            Err(Fault::Stop(error)) => return Err(error),
        }
        numbering.follow_links();
        Ok(numbering)
    }

    /// A definition that refers to a style's gets that one's levels.
    fn follow_links(&mut self) {
        let by_style: BTreeMap<String, u32> =
            self.definitions.iter().filter_map(|(id, d)| Some((d.style.clone()?, *id))).collect();
        let mut targets: Vec<(u32, u32)> = self
            .definitions
            .iter()
            .filter_map(|(id, d)| Some((*id, *by_style.get(d.link.as_ref()?)?)))
            .filter(|(from, to)| from != to)
            .collect();
        targets.sort_unstable();
        for list in self.lists.values_mut() {
            if let Ok(at) = targets.binary_search_by_key(&list.definition, |(from, _)| *from) {
                list.definition = targets[at].1;
            }
        }
    }
}

fn read_lists(events: &mut Events, numbering: &mut Numbering) -> Result<(), Fault> {
    enum In {
        Nothing,
        Definition(u32),
        List(u32),
    }
    let mut within = In::Nothing;
    let mut level: Option<(u8, Level)> = None;
    let mut overridden: Option<u8> = None;
    loop {
        match events.next()? {
            Node::Eof => return Ok(()),
            Node::Start(tag, element) => match tag {
                Tag::AbstractNumber => {
                    let id = element.get_number(b"abstractNumId").unwrap_or(u32::MAX);
                    numbering.definitions.insert(id, Abstract::default());
                    within = In::Definition(id);
                }
                Tag::Number => {
                    let id = element.get_number(b"numId").unwrap_or(u32::MAX);
                    numbering.lists.insert(id, List { definition: u32::MAX, ..List::default() });
                    within = In::List(id);
                }
                Tag::AbstractNumberId => {
                    if let (In::List(id), Some(to)) = (&within, element.get_number(b"val")) {
                        numbering.lists.entry(*id).or_default().definition = to;
                    }
                }
                Tag::NumberStyleLink | Tag::StyleLink => {
                    if let In::Definition(id) = within {
                        let definition = numbering.definitions.entry(id).or_default();
                        let name = element.get_text(b"val");
                        if tag == Tag::StyleLink { definition.style = name } else { definition.link = name }
                    }
                }
                Tag::LevelOverride => overridden = element.get_number(b"ilvl"),
                Tag::StartOverride => {
                    if let (In::List(id), Some(at), Some(start)) = (&within, overridden, element.get_number(b"val")) {
                        numbering.lists.entry(*id).or_default().starts.insert(at, start);
                    }
                }
                Tag::Level => level = Some((element.get_number(b"ilvl").unwrap_or(0), Level::default())),
                Tag::Start | Tag::NumberFormat | Tag::LevelText | Tag::LegalNumbers => {
                    if let Some((_, level)) = &mut level {
                        match tag {
                            Tag::Start => level.start = element.get_number(b"val").unwrap_or(1),
                            Tag::NumberFormat => level.format = Format::of(element.get(b"val").unwrap_or_default()),
                            Tag::LevelText => level.text = element.get_text(b"val").unwrap_or_default(),
                            _ => level.legal = element.is_on(),
                        }
                    }
                }
                _ => {}
            },
            Node::End(Tag::Level) => {
                if let Some((at, level)) = level.take() {
                    match &within {
                        In::Definition(id) => {
                            numbering.definitions.entry(*id).or_default().levels.insert(at, level);
                        }
                        In::List(id) => {
                            numbering.lists.entry(*id).or_default().levels.insert(at, level);
                        }
                        In::Nothing => {}
                    }
                }
            }
            Node::End(Tag::LevelOverride) => overridden = None,
            Node::End(Tag::AbstractNumber | Tag::Number) => within = In::Nothing,
            _ => {}
        }
    }
}

/// How far the lists of a document have counted.
pub(super) struct Counters<'n> {
    numbering: &'n Numbering,
    /// Lists with one definition count on from one another, so this is by definition.
    counts: FxHashMap<u32, [Option<u32>; N_LEVELS]>,
    /// Lists whose own start has been used.
    started: FxHashMap<(u32, u8), ()>,
}

impl<'n> Counters<'n> {
    pub fn new(numbering: &'n Numbering) -> Self {
        Counters { numbering, counts: FxHashMap::default(), started: FxHashMap::default() }
    }

    /// The marker of the next item of `list` at `level`; `None` when nothing stands in front of it.
    pub fn next(&mut self, list: u32, level: u8) -> Option<String> {
        let level = level.min(N_LEVELS as u8 - 1);
        let of = self.numbering.lists.get(&list)?;
        let definition = self.numbering.definitions.get(&of.definition);
        let find = |at: u8| of.levels.get(&at).or_else(|| definition.and_then(|d| d.levels.get(&at)));
        let own = find(level)?;
        let counts = self.counts.entry(of.definition).or_default();
        let start = |at: u8| find(at).map_or(1, |l| l.start);
        let at = usize::from(level);
        counts[at] = Some(match of.starts.get(&level) {
            Some(&own_start) if self.started.insert((list, level), ()).is_none() => own_start,
            _ => counts[at].map_or_else(|| start(level), |n| n.saturating_add(1)),
        });
        counts[at + 1..].fill(None);
        if own.format == Format::Bullet {
            return Some(bullet(&own.text));
        }
        let mut marker = String::new();
        let mut chars = own.text.chars();
        while let Some(c) = chars.next() {
            if c != '%' {
                marker.push(c);
                continue;
            }
            let Some(n) = chars.next().and_then(|c| c.to_digit(10)).filter(|n| (1..=9).contains(n)) else { continue };
            let referred = n as u8 - 1;
            // A level above that no item has reached yet counts as begun.
            let count = *counts[usize::from(referred)].get_or_insert_with(|| start(referred));
            let format = if own.legal { Format::Decimal } else { find(referred).map_or(Format::Decimal, |l| l.format) };
            marker.push_str(&format.write(count));
        }
        let marker = marker.trim();
        (!marker.is_empty()).then(|| marker.to_owned())
    }
}

/// The bullet as a character that any font has.
fn bullet(text: &str) -> String {
    match text.trim().chars().next() {
        None => "•".to_owned(),
        Some(c @ '\u{F020}'..='\u{F0FF}') => {
            let c = symbol(c);
            if c.is_alphanumeric() || c.is_ascii() { "•".to_owned() } else { c.to_string() }
        }
        Some(c) if ('\u{E000}'..='\u{F8FF}').contains(&c) || c.is_ascii_alphanumeric() => "•".to_owned(),
        Some(c) => c.to_string(),
    }
}
