//! What paragraph styles say of headings, lists and looks, each style settled along what it is based on.

use super::names::Tag;
use super::xml::{Element, Events, Fault, Node};
use crate::extract::Error;
use rustc_hash::FxHashMap;

/// What a heading style makes of a paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The title of the document.
    Title,
    /// A heading of a level, 1 to 9.
    Heading(u8),
    /// An item of a list, by the style's name, when no numbering says so.
    ListItem,
}

/// What a style, with all that it is based on, says of a paragraph or run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Style {
    /// Heading or title, if it is one.
    pub role: Option<Role>,
    /// Numbering: list and level.
    pub number: Option<(u32, u8)>,
    /// Bold.
    pub bold: bool,
    /// Capitals.
    pub capitals: bool,
    /// Underlined.
    pub underlined: bool,
    /// Centred.
    pub centred: bool,
    /// Size in half points; 0 when unsaid.
    pub size: u16,
}

/// The styles of a document.
#[derive(Debug, Default)]
pub(super) struct Styles {
    by_id: FxHashMap<Box<[u8]>, u32>,
    styles: Vec<Style>,
    /// What holds for paragraphs without a style.
    pub default: Style,
}

/// Longest chain of styles based on one another that is followed; loops exist.
const MAX_CHAIN: usize = 20;
/// Most styles that are kept of one document.
const MAX_STYLES: usize = 20_000;

impl Styles {
    /// The style with this id.
    pub fn get(&self, id: &[u8]) -> Option<&Style> {
        self.by_id.get(id).map(|&i| &self.styles[i as usize])
    }

    /// Reads a styles part. One that is damaged gives what it holds before the damage.
    pub fn read(events: &mut Events) -> Result<Styles, Error> {
        let mut raw: Vec<Raw> = Vec::new();
        let mut defaults = Raw::default();
        match read_raw(events, &mut raw, &mut defaults) {
            Ok(()) | Err(Fault::Damaged(_)) => Ok(settle(&raw, &defaults)),
            Err(Fault::Stop(error)) => Err(error),
        }
    }
}

/// A style as its own element says it; `None` is left to what it is based on.
#[derive(Debug, Default)]
struct Raw {
    id: Box<[u8]>,
    name: String,
    based_on: Option<Box<[u8]>>,
    default_paragraph: bool,
    outline: Option<u8>,
    number: Option<u32>,
    level: Option<u8>,
    bold: Option<bool>,
    capitals: Option<bool>,
    underlined: Option<bool>,
    centred: Option<bool>,
    size: Option<u16>,
}

fn read_raw(events: &mut Events, raw: &mut Vec<Raw>, defaults: &mut Raw) -> Result<(), Fault> {
    let mut in_style = false;
    let mut in_defaults = false;
    loop {
        let skip = match events.next()? {
            Node::Eof => return Ok(()),
            Node::Start(tag, element) => match tag {
                Tag::Style => {
                    if raw.len() < MAX_STYLES {
                        in_style = true;
                        let paragraph = element.get(b"type") == Some(b"paragraph");
                        raw.push(Raw {
                            id: element.get(b"styleId").unwrap_or_default().into(),
                            default_paragraph: paragraph
                                && matches!(element.get(b"default"), Some(b"1" | b"true" | b"on")),
                            ..Raw::default()
                        });
                    }
                    false
                }
                Tag::Defaults => {
                    in_defaults = true;
                    false
                }
                Tag::LatentStyles | Tag::ConditionalStyle | Tag::RunChange | Tag::ParagraphChange => true,
                _ => {
                    if in_style {
                        if let Some(style) = raw.last_mut() {
                            property(style, tag, &element);
                        }
                    } else if in_defaults {
                        property(defaults, tag, &element);
                    }
                    false
                }
            },
            Node::End(Tag::Style) => {
                in_style = false;
                false
            }
            Node::End(Tag::Defaults) => {
                in_defaults = false;
                false
            }
            _ => false,
        };
        if skip {
            events.skip()?;
        }
    }
}

fn property(style: &mut Raw, tag: Tag, element: &Element) {
    match tag {
        Tag::Name => style.name = element.get_text(b"val").unwrap_or_default().trim().to_lowercase(),
        Tag::BasedOn => style.based_on = element.get(b"val").map(Into::into),
        Tag::OutlineLevel => style.outline = element.get_number(b"val"),
        Tag::NumberId => style.number = element.get_number(b"val"),
        Tag::NumberLevel => style.level = element.get_number(b"val"),
        Tag::Bold => style.bold = Some(element.is_on()),
        Tag::Capitals => style.capitals = Some(element.is_on()),
        Tag::Underline => style.underlined = Some(element.is_on()),
        Tag::Alignment => style.centred = Some(element.get(b"val") == Some(b"center")),
        Tag::Size => style.size = element.get_number(b"val"),
        _ => {}
    }
}

/// Follows every style along what it is based on.
fn settle(raw: &[Raw], defaults: &Raw) -> Styles {
    let mut by_id: FxHashMap<Box<[u8]>, u32> = FxHashMap::default();
    for (i, style) in raw.iter().enumerate() {
        by_id.entry(style.id.clone()).or_insert(i as u32);
    }
    let mut styles = Vec::with_capacity(raw.len());
    let mut default = settle_one(std::iter::once(defaults));
    for style in raw {
        let mut chain: Vec<&Raw> = vec![style];
        while let Some(base) = chain.last().and_then(|s| s.based_on.as_ref()).and_then(|id| by_id.get(id)) {
            if chain.len() >= MAX_CHAIN {
                break;
            }
            chain.push(&raw[*base as usize]);
        }
        let settled = settle_one(chain.into_iter().chain(std::iter::once(defaults)));
        if style.default_paragraph {
            default = settled;
        }
        styles.push(settled);
    }
    Styles { by_id, styles, default }
}

fn settle_one<'r>(chain: impl Iterator<Item = &'r Raw> + Clone) -> Style {
    fn first<'r, T>(mut chain: impl Iterator<Item = &'r Raw>, of: impl Fn(&'r Raw) -> Option<T>) -> Option<T> {
        chain.find_map(of)
    }
    // What the nearest style says counts: an outline level, or a name that means one.
    let role = first(chain.clone(), |s| match s.outline {
        Some(level @ 0..=8) => Some(Some(Role::Heading(level + 1))),
        Some(_) => Some(None),
        None => role_by_name(&s.name).map(Some),
    });
    let number = first(chain.clone(), |s| s.number);
    let level = first(chain.clone(), |s| s.level).unwrap_or(0).min(8);
    Style {
        role: role.flatten(),
        number: number.map(|n| (n, level)),
        bold: first(chain.clone(), |s| s.bold).unwrap_or(false),
        capitals: first(chain.clone(), |s| s.capitals).unwrap_or(false),
        underlined: first(chain.clone(), |s| s.underlined).unwrap_or(false),
        centred: first(chain.clone(), |s| s.centred).unwrap_or(false),
        size: first(chain, |s| s.size).unwrap_or(0),
    }
}

/// What a style's name means. Word keeps the names of its own styles in English whatever its language.
fn role_by_name(name: &str) -> Option<Role> {
    if name == "title" {
        return Some(Role::Title);
    }
    if let Some(level) = name.strip_prefix("heading") {
        return match level.trim().parse() {
            Ok(level @ 1..=9) => Some(Role::Heading(level)),
            _ => None,
        };
    }
    (name.starts_with("list bullet") || name.starts_with("list number")).then_some(Role::ListItem)
}
