//! Which cells label a cell. A form of two columns gives the question in the first to the answer in the second; a table
//! of figures has a header row. What Word says of a header row is believed; what it leaves unsaid, the look decides.

use super::builder::Look;
use super::report::{Block, BlockKind, Cell};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// What reading a table found out about it beside its blocks.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    /// The table that this one lies in, if any.
    pub within: Option<u32>,
    /// How many rows at the top are marked as header rows.
    pub n_header_rows: u32,
    /// Rows in ascending order whose first cell continues the cell above (merged vertically).
    pub continued: Vec<u32>,
}

impl Table {
    /// Number of the outermost table around the table `t`, itself when there is none.
    pub fn outermost(tables: &[Table], mut t: u32) -> u32 {
        // A table is numbered after the one it lies in, so this ends.
        while let Some(Some(outer)) = tables.get(t as usize).map(|t| t.within) {
            t = outer;
        }
        t
    }
}

/// The blocks of one cell, in order, as many as a head may have.
#[derive(Default)]
struct Contents {
    blocks: Vec<u32>,
    bold: bool,
    n_words: usize,
    numeric: bool,
}

/// Gives every cell its row head and column head.
pub(super) fn label_cells(text: &str, blocks: &mut [Block], looks: &[Look], tables: &[Table]) {
    if tables.is_empty() {
        return;
    }
    // Cells of the first column by (table, row), and of the rows that can be header rows by (table, row, column).
    let mut first_column: FxHashMap<(u32, u32), Vec<u32>> = FxHashMap::default();
    let mut header_cells: FxHashMap<(u32, u32, u32), Contents> = FxHashMap::default();
    let mut n_columns: Vec<u32> = vec![0; tables.len()];
    // Tables with a cell, below the first row, that is bold beyond the first column: there bold is no sign of a header.
    let mut bold_below: Vec<bool> = vec![false; tables.len()];
    for (i, (block, look)) in blocks.iter().zip(looks).enumerate() {
        let Some(cell) = block.cell.as_deref() else { continue };
        let table = cell.table as usize;
        n_columns[table] = n_columns[table].max(cell.column + 1);
        let first_data_row = tables[table].n_header_rows.max(1);
        if block.kind == BlockKind::Note {
            continue;
        }
        if cell.column == 0 {
            let head = first_column.entry((cell.table, cell.row)).or_default();
            if head.len() < Cell::MAX_HEAD {
                head.push(i as u32);
            }
        } else if cell.row >= first_data_row && look.bold {
            bold_below[table] = true;
        }
        if cell.row < first_data_row {
            let contents = header_cells.entry((cell.table, cell.row, cell.column)).or_insert(Contents {
                bold: true,
                numeric: true,
                ..Contents::default()
            });
            let words = block.span.slice(text);
            contents.bold &= look.bold || block.kind.is_heading();
            contents.numeric &= words.chars().all(|c| !c.is_alphabetic());
            contents.n_words += words.split_ascii_whitespace().count();
            if contents.blocks.len() < Cell::MAX_HEAD {
                contents.blocks.push(i as u32);
            }
        }
    }
    let n_header_rows: Vec<u32> = (0..tables.len())
        .map(|t| match tables[t].n_header_rows {
            0 => u32::from(first_row_heads(t as u32, &header_cells, n_columns[t], bold_below[t])),
            n => n,
        })
        .collect();
    let column_heads = column_heads(header_cells, &n_header_rows);
    let none: Arc<[u32]> = Arc::default();
    let mut row_heads: FxHashMap<(u32, u32), Arc<[u32]>> = FxHashMap::default();
    for block in blocks {
        let Some(cell) = block.cell.as_deref_mut() else { continue };
        let table = &tables[cell.table as usize];
        let in_header = cell.row < n_header_rows[cell.table as usize];
        if cell.column > 0 && !in_header {
            let row = labelling_row(table, cell.row);
            cell.row_head = row_heads
                .entry((cell.table, row))
                .or_insert_with(|| first_column.get(&(cell.table, row)).map_or(none.clone(), |h| h.as_slice().into()))
                .clone();
        }
        if !in_header && let Some(head) = column_heads.get(&(cell.table, cell.column)) {
            cell.column_head = head.clone();
        }
    }
}

/// The row whose first cell covers the first column of `row`.
fn labelling_row(table: &Table, row: u32) -> u32 {
    let mut row = row;
    let mut at = table.continued.partition_point(|&r| r <= row);
    while at > 0 && table.continued[at - 1] == row && row > 0 {
        row -= 1;
        at -= 1;
    }
    row
}

/// Whether the unmarked first row of a table reads as its header: all its cells bold and no others, or, in a table of
/// three columns and more, all short and none a number.
fn first_row_heads(t: u32, cells: &FxHashMap<(u32, u32, u32), Contents>, n_columns: u32, bold_below: bool) -> bool {
    let row: Vec<&Contents> = (0..n_columns.min(MAX_COLUMNS)).filter_map(|c| cells.get(&(t, 0, c))).collect();
    if row.len() < 2 {
        return false;
    }
    let bold = !bold_below && row.iter().all(|c| c.bold);
    let short = row.len() >= 3 && row.iter().all(|c| c.n_words <= 6 && !c.numeric);
    bold || short
}

/// Columns of a header row that are looked at.
const MAX_COLUMNS: u32 = 1_000;

/// The blocks that head each column: those of the header rows, from the top.
fn column_heads(
    cells: FxHashMap<(u32, u32, u32), Contents>,
    n_header_rows: &[u32],
) -> FxHashMap<(u32, u32), Arc<[u32]>> {
    let mut sorted: Vec<_> = cells.into_iter().filter(|((t, row, _), _)| *row < n_header_rows[*t as usize]).collect();
    sorted.sort_unstable_by_key(|(key, _)| *key);
    let mut heads: FxHashMap<(u32, u32), Vec<u32>> = FxHashMap::default();
    for ((table, _, column), contents) in sorted {
        let head = heads.entry((table, column)).or_default();
        head.extend(contents.blocks);
        head.truncate(Cell::MAX_HEAD);
    }
    heads.into_iter().map(|(key, head)| (key, head.into())).collect()
}
