//! Finds the paragraphs that only look like headings, and puts every block under the heading it belongs to. Half of the
//! reports that schools hand in have no heading styles at all: a short bold line is all there is to go by.

use super::builder::Look;
use super::report::{Block, BlockKind};
use super::table::Table;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};

/// Longest line, in words, that can be a heading by its look.
const MAX_WORDS: usize = 14;
/// Longest line, in words, that can be a heading without bold, size, capitals or underline.
const MAX_PLAIN_WORDS: usize = 8;
/// Shortest paragraph, in words, that is running text beyond doubt.
const MIN_BODY_WORDS: usize = 15;

/// Turns paragraphs that look like headings into such.
pub(super) fn mark(text: &str, blocks: &mut [Block], looks: &[Look]) {
    let body = Body::of(text, blocks, looks);
    let alone = lone_cells(blocks);
    // From the end, as a heading needs something under it: running text, or a heading of a lower rank.
    let mut accepted: Vec<(usize, Rank)> = Vec::new();
    let mut under = Under::Nothing;
    for i in (0..blocks.len()).rev() {
        let block = &blocks[i];
        let own_row = match block.cell.as_deref() {
            None => true,
            Some(cell) => alone.get(&(cell.table, cell.row)).copied().unwrap_or(false),
        };
        match block.kind {
            BlockKind::Note | BlockKind::TextBox => continue,
            BlockKind::Title | BlockKind::Heading(_) | BlockKind::LooksLikeHeading(_) => under = Under::Heading,
            BlockKind::ListItem(_) => under = Under::Text,
            BlockKind::Cell if !own_row => under = Under::Text,
            BlockKind::Paragraph | BlockKind::Cell => {
                let words = block.span.slice(text);
                let before = blocks[..i].iter().rev().find(|b| !matches!(b.kind, BlockKind::Note | BlockKind::TextBox));
                match body.rank(words, looks[i], before.map(|b| b.span.slice(text)), &under) {
                    Some(rank) if under.allows(rank) => {
                        accepted.push((i, rank));
                        under = Under::LooksLike(rank);
                    }
                    // A line that would do as a heading and has nothing under it heads nothing, nor is it running text.
                    Some(_) => under = Under::Nothing,
                    None if has_more_words(words, MIN_BODY_WORDS) => under = Under::LongText,
                    None => under = Under::Text,
                }
            }
        }
    }
    let ranks: BTreeSet<Rank> = accepted.iter().map(|(_, rank)| *rank).collect();
    let ranks: Vec<Rank> = ranks.into_iter().rev().collect();
    accepted.reverse();
    let mut next = accepted.into_iter().peekable();
    let mut real = 0u8;
    for (i, block) in blocks.iter_mut().enumerate() {
        match block.kind {
            BlockKind::Title => real = 0,
            BlockKind::Heading(level) if block.cell.is_none() => real = level,
            _ => {}
        }
        if let Some((_, rank)) = next.next_if(|(at, _)| *at == i) {
            let class = ranks.iter().position(|r| *r == rank).unwrap_or(0).min(3) as u8;
            let depth = number_depth(block.span.slice(text)).unwrap_or(class);
            block.kind = BlockKind::LooksLikeHeading((real + 1 + depth).min(9));
        }
    }
}

/// Puts every block under its heading. A heading in a table holds for the rest of the table when it has its row to
/// itself, else for its own cell; after the table the section before it goes on.
pub(super) fn link(blocks: &mut [Block], tables: &[Table]) {
    let alone = lone_cells(blocks);
    let mut path: Vec<(u8, u32)> = Vec::new();
    // The path before the table that is being passed, with that table's number.
    let mut before: Option<(u32, Vec<(u8, u32)>)> = None;
    // A heading that holds for one cell only: (table, row, column), heading.
    let mut in_cell: Option<((u32, u32, u32), u32)> = None;
    for (i, block) in blocks.iter_mut().enumerate() {
        let outer = block.cell.as_deref().map(|cell| Table::outermost(tables, cell.table));
        if let Some((table, saved)) = before.take() {
            if outer == Some(table) {
                before = Some((table, saved));
            } else {
                path = saved;
            }
        }
        if let (Some(table), None) = (outer, &before) {
            before = Some((table, path.clone()));
        }
        let key = block.cell.as_deref().map(|c| (c.table, c.row, c.column));
        in_cell = in_cell.filter(|(cell, _)| Some(*cell) == key);
        let level = match block.kind {
            BlockKind::Title => Some(0),
            BlockKind::Heading(level) | BlockKind::LooksLikeHeading(level) => Some(level),
            _ => None,
        };
        let own_row = key.is_none_or(|(t, r, _)| alone.get(&(t, r)).copied().unwrap_or(false));
        let heading = match level {
            Some(level) if own_row => {
                while path.last().is_some_and(|(l, _)| *l >= level) {
                    path.pop();
                }
                let parent = path.last().map(|(_, h)| *h);
                path.push((level, i as u32));
                parent
            }
            Some(_) => {
                if let Some(cell) = key {
                    in_cell = Some((cell, i as u32));
                }
                path.last().map(|(_, h)| *h)
            }
            None => in_cell.map(|(_, h)| h).or(path.last().map(|(_, h)| *h)),
        };
        block.heading = heading;
    }
}

/// Rows by (table, row) with blocks in one cell only: `true`.
fn lone_cells(blocks: &[Block]) -> FxHashMap<(u32, u32), bool> {
    let mut columns: FxHashMap<(u32, u32), (u32, bool)> = FxHashMap::default();
    for cell in blocks.iter().filter_map(|b| b.cell.as_deref()) {
        let (first, alone) = columns.entry((cell.table, cell.row)).or_insert((cell.column, true));
        *alone &= *first == cell.column;
    }
    columns.into_iter().map(|(row, (_, alone))| (row, alone)).collect()
}

/// What stands under a line that may be a heading.
#[derive(Clone, Copy)]
enum Under {
    /// Nothing that a heading could head.
    Nothing,
    /// A short paragraph, list or cell.
    Text,
    /// A paragraph that is running text beyond doubt.
    LongText,
    /// A heading by its style.
    Heading,
    /// A heading by its look.
    LooksLike(Rank),
}

impl Under {
    fn allows(self, rank: Rank) -> bool {
        match self {
            Under::Nothing | Under::Heading => false,
            Under::Text | Under::LongText => true,
            Under::LooksLike(lower) => lower < rank,
        }
    }
}

/// How much a line stands out; the more, the higher the heading: size, capitals, bold, underline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank(u16, bool, bool, bool);

/// How running text looks in this report: what all of it has marks no heading.
struct Body {
    size: u16,
    bold: bool,
}

impl Body {
    fn of(text: &str, blocks: &[Block], looks: &[Look]) -> Self {
        let mut sizes: BTreeMap<u16, usize> = BTreeMap::new();
        let (mut bold, mut all) = (0, 0);
        for (block, look) in blocks.iter().zip(looks) {
            if has_more_words(block.span.slice(text), MIN_BODY_WORDS) {
                *sizes.entry(look.size).or_default() += block.span.len();
                all += block.span.len();
                bold += if look.bold { block.span.len() } else { 0 };
            }
        }
        let size = sizes.into_iter().max_by_key(|(_, n)| *n).map_or(0, |(size, _)| size);
        Body { size, bold: bold * 2 > all }
    }

    /// The rank as a heading of a line that could be one.
    fn rank(&self, words: &str, look: Look, before: Option<&str>, under: &Under) -> Option<Rank> {
        if has_more_words(words, MAX_WORDS) || words.contains(['\n', '\t']) || !words.contains(char::is_alphabetic) {
            return None;
        }
        let last = words.chars().next_back()?;
        if matches!(last, '.' | ';' | ',' | '!' | '…' | '"' | '”' | '’') && number_depth(words).is_none() {
            return None;
        }
        let larger = look.size > self.size && self.size > 0;
        let capitals = look.capitals && words.chars().filter(|c| c.is_alphabetic()).count() >= 4;
        let bold = look.bold && !self.bold;
        let rank = Rank(if larger { look.size } else { self.size }, capitals, bold, look.underlined);
        if larger || capitals || bold || look.underlined {
            return Some(rank);
        }
        // Nothing marks it but that it stands alone: then all else must speak for it.
        let plain_end = last.is_alphanumeric() || matches!(last, ')' | '?');
        let capital_start = words.chars().find(|c| c.is_alphabetic()).is_some_and(char::is_uppercase);
        let short_before = before.is_some_and(|b| !has_more_words(b, MAX_PLAIN_WORDS));
        let alone = !has_more_words(words, MAX_PLAIN_WORDS) && plain_end && capital_start && !short_before;
        (alone && look.size >= self.size && matches!(under, Under::LongText)).then_some(rank)
    }
}

/// Whether a text has more than `n` words. Words are what blanks part; that they may stand in rows does not matter here.
fn has_more_words(text: &str, n: usize) -> bool {
    text.bytes().filter(|b| matches!(b, b' ' | b'\n' | b'\t')).take(n).count() == n
}

/// How many levels below the first a typed number puts a line: `2 Aims` 0, `2.1 Aims` 1, without a number none.
fn number_depth(words: &str) -> Option<u8> {
    let first = words.split_whitespace().next()?;
    let number = first.trim_end_matches(['.', ')', ':']);
    let digits = number.split('.').all(|d| !d.is_empty() && d.len() <= 2 && d.bytes().all(|b| b.is_ascii_digit()));
    (digits && words.len() > first.len()).then(|| number.matches('.').count().min(8) as u8)
}
