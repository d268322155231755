//! What surrounds a passage: the headings it stands under and, in a table, the cells that label its row and column.
//! A report and a block's number come in, texts go out. Numbers that a report should not hold (out of range, circular)
//! are passed over: a report read from the store is data, and no reason to stop.

use crate::extract::Report;

/// The headings above a block, outermost first; of a heading, those above it.
pub fn heading_path(report: &Report, block: u32) -> Vec<&str> {
    let mut path = Vec::new();
    let mut below = block;
    while let Some(above) = report.blocks.get(below as usize).and_then(|block| block.heading) {
        // A heading stands before what it heads; anything else would be a circle.
        if above >= below {
            break;
        }
        path.push(report.blocks[above as usize].span.slice(&report.text));
        below = above;
    }
    path.reverse();
    path
}

/// The text that labels the row of a block in a table, empty elsewhere. In a question|answer table it is the question.
pub fn row_head(report: &Report, block: u32) -> String {
    cell_text(report, block, |cell| &cell.row_head)
}

/// The text that labels the column of a block in a table, empty elsewhere.
pub fn column_head(report: &Report, block: u32) -> String {
    cell_text(report, block, |cell| &cell.column_head)
}

fn cell_text(report: &Report, block: u32, head: impl Fn(&crate::extract::Cell) -> &[u32]) -> String {
    let mut text = String::new();
    let cell = report.blocks.get(block as usize).and_then(|block| block.cell.as_ref());
    for part in cell.into_iter().flat_map(|cell| head(cell)).filter_map(|&number| report.blocks.get(number as usize)) {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(part.span.slice(&report.text));
    }
    text
}
