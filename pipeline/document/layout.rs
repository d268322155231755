//! How the tables of a document fit on its pages, counted in letters, as nothing here knows a font: the page upright or on its
//! side, and the widths of columns.

use super::{Block, Document, Table};

/// The sides of an A4 page and its margins, in twentieths of a point.
const SHORT_SIDE: usize = 11_906;
const LONG_SIDE: usize = 16_838;
pub(super) const MARGIN: usize = 1418;

/// The room for text on a page, in twentieths of a point.
#[derive(Clone, Copy, Default)]
pub(super) struct Page {
    pub width: usize,
    pub height: usize,
}

impl Page {
    /// Upright, or on its side where a table has more columns of numbers than fit beside words otherwise.
    pub fn of(document: &Document) -> Page {
        let (short, long) = (SHORT_SIDE - 2 * MARGIN, LONG_SIDE - 2 * MARGIN);
        let is_wide = |block: &Block| matches!(block, Block::Table(table) if room_for_numbers(table) > short * 2 / 3);
        let is_wide = document.blocks.iter().any(is_wide);
        if is_wide { Page { width: long, height: short } } else { Page { width: short, height: long } }
    }

    pub fn orientation(self) -> docx_rs::PageOrientationType {
        if self.width > self.height {
            docx_rs::PageOrientationType::Landscape
        } else {
            docx_rs::PageOrientationType::Portrait
        }
    }
}

/// Whether each column is of numbers, and what it needs, in twentieths of a point.
fn needs(table: &Table) -> Vec<(bool, usize)> {
    /// Of a digit, or a letter of usual width, at the size of tables, and of the room beside a cell's text.
    const LETTER: usize = 100;
    const MARGINS: usize = 240;
    (0..table.columns.len()).map(|n| table.need(n)).map(|(is, need)| (is, need * LETTER + MARGINS)).collect()
}

/// What all columns of numbers need.
fn room_for_numbers(table: &Table) -> usize {
    needs(table).iter().filter(|(is_number, _)| *is_number).map(|(_, need)| need).sum()
}

/// The columns' widths, which add up to the width of the text: numbers get what they need, columns of words what they need
/// while that is less than an equal share, and the long ones the rest by their length.
pub(super) fn widths(table: &Table, text_width: usize) -> Vec<usize> {
    let needs = needs(table);
    let sum = |is_number: bool| needs.iter().filter(|(is, _)| *is == is_number).map(|(_, need)| need).sum::<usize>();
    let (of_numbers, of_words) = (sum(true), sum(false));
    // Beside very many columns of numbers words still get a quarter.
    let for_numbers = if of_words == 0 { text_width } else { of_numbers.min(text_width * 3 / 4) };
    let rest = text_width - for_numbers;
    let (mut open, mut left) = (needs.iter().filter(|(is, _)| !is).count(), rest);
    let mut given: Vec<Option<usize>> = vec![None; needs.len()];
    if of_words > rest {
        loop {
            let share = left / open.max(1);
            let fits = (0..needs.len()).find(|&n| !needs[n].0 && given[n].is_none() && needs[n].1 <= share);
            let Some(n) = fits else { break };
            given[n] = Some(needs[n].1);
            (open, left) = (open - 1, left - needs[n].1);
        }
    }
    let of_open: usize = (0..needs.len()).filter(|&n| !needs[n].0 && given[n].is_none()).map(|n| needs[n].1).sum();
    let width = |(n, (is_number, need)): (usize, &(bool, usize))| match (is_number, given[n]) {
        (true, _) => need * for_numbers / of_numbers.max(1),
        (false, Some(width)) => width,
        (false, None) => left * need / of_open.max(1),
    };
    needs.iter().enumerate().map(width).collect()
}
