//! Patterns over reports: codes that go together more or less often than chance would have them, and groups of reports that
//! differ from the others. Thousands of pairs are looked at, of which some always look striking; p-values are Fisher's exact ones,
//! adjusted by Benjamini and Hochberg (1995) over all that were looked at, whose number is told with what was found.

mod differ;
mod together;

pub use differ::{Difference, Group, differ, groups_of};
pub use together::{Pair, together};

use crate::document::{Column, Row, Table, Text};
use crate::frame::{CodeRef, Frame, Select};
use serde::Serialize;

/// What a look at many pairs found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Found<T> {
    /// How many were looked at.
    pub n_looked_at: usize,
    /// Those that chance does not explain, the least likely first.
    pub found: Vec<T>,
}

/// The share of chance findings among all findings that is accepted.
pub const FALSE_DISCOVERIES: f64 = 0.05;

/// A code is looked at when at least so many reports have it, and so many have not.
pub const LEAST_REPORTS: usize = 3;

/// The pairs as a table, the first `limit`.
pub fn together_table(frame: &Frame, found: &Found<Pair>, limit: usize) -> Table {
    let rows = found.found.iter().take(limit).map(|pair| {
        let label = |code| labelled(frame, code);
        Row::Cells(vec![
            label(&pair.first).into(),
            label(&pair.second).into(),
            pair.both.to_string().into(),
            format!("{:.1}", pair.expected).into(),
            format!("{:.2}", pair.phi).replace('-', "\u{2212}").into(),
            shown_p(pair.p).into(),
            shown_p(pair.q).into(),
        ])
    });
    let columns = vec![
        Column::words("Code"),
        Column::words("with"),
        Column::numbers("Both"),
        Column::numbers("By chance"),
        Column::numbers("φ"),
        Column::numbers("p"),
        Column::numbers("q"),
    ];
    let caption = "Codes that go together, or keep apart, beyond chance".into();
    Table { caption, columns, rows: rows.collect(), notes: vec![honesty(found, limit, "pairs of codes")] }
}

/// The differences as a table, the first `limit`.
pub fn difference_table(frame: &Frame, found: &Found<Difference>, limit: usize) -> Table {
    let rows = found.found.iter().take(limit).map(|one| {
        let share = |(n, of): (usize, usize)| format!("{n} of {of} ({:.0} %)", crate::map::tenths_of_percent(n, of));
        Row::Cells(vec![
            one.group.as_str().into(),
            labelled(frame, &one.code).into(),
            share(one.inside).into(),
            share(one.outside).into(),
            shown_p(one.p).into(),
            shown_p(one.q).into(),
        ])
    });
    let columns = vec![
        Column::words("Group"),
        Column::words("Code"),
        Column::numbers("In the group"),
        Column::numbers("Others"),
        Column::numbers("p"),
        Column::numbers("q"),
    ];
    let caption = "Groups of reports that differ from the others".into();
    Table { caption, columns, rows: rows.collect(), notes: vec![honesty(found, limit, "pairs of a group and a code")] }
}

/// What a reader must know to take a list of findings for no more than it is.
fn honesty<T>(found: &Found<T>, limit: usize, what: &str) -> Text {
    let (n, shown) = (found.found.len(), found.found.len().min(limit));
    let all = if shown < n { format!("The {shown} least likely of {n}") } else { format!("{n}") };
    format!(
        "{all} of {} {what} looked at (those that at least {LEAST_REPORTS} reports have and {LEAST_REPORTS} have not). p: \
         Fisher's exact test, two-sided; q: adjusted for all of them (Benjamini and Hochberg), at most {FALSE_DISCOVERIES} \
         here. What goes together need not be cause and effect.",
        found.n_looked_at
    )
    .into()
}

/// Whether a code says nothing that the other of its question does not: of two codes of which exactly one applies the second is
/// the first turned round, and to look at both would tell everything twice.
fn mirrors(code: &CodeRef<'_>) -> bool {
    let codes = &code.question.codes;
    code.question.select == Select::One && codes.len() == 2 && codes[1].id == code.code.id
}

/// `Label (question)`.
fn labelled(frame: &Frame, name: &str) -> String {
    frame.find(name).map_or_else(
        || name.to_owned(),
        |code| format!("{} ({})", code.code.label, code.question.id.as_str().replace('_', " ")),
    )
}

/// A p-value as it is printed.
fn shown_p(p: f64) -> String {
    if p < 0.001 { "<0.001".to_owned() } else { format!("{p:.3}") }
}

#[cfg(test)]
mod tests;
