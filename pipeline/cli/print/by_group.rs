//! The map by group: each code by the codes of a question or the values of a column, and how often the machine is wrong in each
//! group.

use super::crossings::document;
use super::{Results, documents};
use crate::cli::{Failure, Format};
use codeframe::document::{Block, Column, Row, Table, Text, plain_table};
use codeframe::frame::Frame;
use codeframe::map::{self, CrossTable};
use codeframe::score::Difference;
use std::cmp::Reverse;
use std::io::{self, Write};

/// Groups that are shown beside each other; CSV and JSON have all.
const MOST_GROUPS: usize = 12;

/// Tables by group.
pub fn by_group(out: &mut Results, frame: &Frame, tables: &[CrossTable], format: Format) -> Result<(), Failure> {
    match format {
        Format::Json => super::json_to(out, &tables)?,
        Format::Csv => by_group_csv(out, tables)?,
        Format::Text => {
            for table in tables.iter().map(cross_table).chain(error_table(tables)) {
                writeln!(out, "{}\n\n{}", table.caption.plain(), plain_table(&table))?;
            }
        }
        _ => {
            let blocks = tables.iter().map(cross_table).chain(error_table(tables)).map(Block::Table).collect();
            documents::write(&document(frame, blocks), format, out)?;
        }
    }
    Ok(())
}

/// What a test says, in two words.
fn shown(difference: Option<Difference>) -> String {
    let p = |p: f64| if p < 0.001 { "p < .001".to_owned() } else { format!("p = {p:.3}").replace("0.", ".") };
    match difference {
        Some(Difference::ChiSquare { statistic, degrees, p: value }) => {
            format!("χ²({degrees}) = {statistic:.2}, {}", p(value))
        }
        Some(Difference::Fisher { p: value }) => format!("Fisher, {}", p(value)),
        None => String::new(),
    }
}

/// The groups with the most reports, as many as can be read beside each other, in their own order.
fn largest(groups: &[map::Group]) -> Vec<usize> {
    let mut numbers: Vec<usize> = (0..groups.len()).collect();
    numbers.sort_by_key(|&n| Reverse(groups[n].reports));
    numbers.truncate(MOST_GROUPS);
    numbers.sort_unstable();
    numbers
}

fn cross_table(table: &CrossTable) -> Table {
    let shown_groups = largest(&table.groups);
    let head = |group: &map::Group| Column::numbers(format!("{} (N = {})", group.label, group.reports));
    let mut columns = vec![Column::words("")];
    columns.extend(shown_groups.iter().map(|&n| head(&table.groups[n])));
    let has_tests = table.codes.iter().any(|row| row.difference.is_some());
    if has_tests {
        columns.push(Column::words("Difference"));
    }
    let row = |row: &map::CrossRow| {
        let mut cells: Vec<Text> = vec![row.label.as_str().into()];
        let cell = |(cell, group): (&map::CrossCell, &map::Group)| {
            if group.reports == 0 {
                return Text::from("–");
            }
            let open = if cell.queued > 0 { format!(", {} open", cell.queued) } else { String::new() };
            Text::from(format!("{} ({:.1} %){open}", cell.n, cell.percent))
        };
        cells.extend(shown_groups.iter().map(|&n| cell((&row.cells[n], &table.groups[n]))));
        if has_tests {
            cells.push(shown(row.difference).into());
        }
        Row::Cells(cells)
    };
    let n_tests = table.codes.iter().filter(|row| row.difference.is_some()).count();
    let mut notes: Vec<Text> = vec!["N and % of the reports of each column.".into()];
    if shown_groups.len() < table.groups.len() {
        let (n, all) = (shown_groups.len(), table.groups.len());
        notes.push(format!("The {n} largest of {all} groups; --format csv has all.").into());
    }
    if table.overlapping {
        notes.push("A report can be in several columns, so no test is made.".into());
    } else if n_tests > 0 {
        notes.push(
            format!(
                "{n_tests} {}, not adjusted for their number: about {:.1} would fall below .05 by chance alone. Where no \
                 test is shown its assumptions do not hold. Codes that await a person are left out of them.",
                if n_tests == 1 { "test" } else { "tests" },
                n_tests as f64 * 0.05
            )
            .into(),
        );
    } else if table.groups.iter().filter(|group| !group.value.is_empty() && group.reports > 0).count() < 2 {
        notes.push("There is one group only, so there is nothing to compare.".into());
    } else {
        notes.push("Too few reports for a test.".into());
    }
    let by = table.by.replace('_', " ");
    let caption = match table.title.ends_with(['?', '.', '!']) {
        true => format!("{} By {by}", table.title),
        false => format!("{}, by {by}", table.title),
    };
    Table { caption: caption.into(), columns, rows: table.codes.iter().map(row).collect(), notes }
}

/// How often the machine is wrong in each group, over all questions; none where nobody has looked at anything drawn at random
/// in two groups at least.
fn error_table(tables: &[CrossTable]) -> Option<Table> {
    let first = tables.first()?;
    let mut sums = vec![map::Errors::default(); first.groups.len()];
    for table in tables {
        for (sum, group) in sums.iter_mut().zip(&table.groups) {
            group.machine.into_iter().for_each(|errors| sum.add(errors));
        }
    }
    if sums.iter().filter(|sum| sum.compared > 0).count() < 2 {
        return None;
    }
    let row = |(group, sum): (&map::Group, &map::Errors)| {
        let number = |n: usize| Text::from(n.to_string());
        let share = map::tenths_of_percent(sum.wrong, sum.compared);
        let share = Text::from(format!("{share:.1}"));
        let counts = [number(sum.wrongly_given), number(sum.missed)];
        let mut cells = vec![group.label.as_str().into(), number(sum.compared), number(sum.wrong), share];
        cells.extend(counts);
        Row::Cells(cells)
    };
    let heads = ["Compared", "Wrong", "%", "Wrongly given", "Missed"];
    let columns = std::iter::once(Column::words("")).chain(heads.map(Column::numbers)).collect();
    Some(Table {
        caption: format!("How often the machine is wrong, by {}", first.by.replace('_', " ")).into(),
        columns,
        rows: first.groups.iter().zip(&sums).filter(|(_, sum)| sum.compared > 0).map(row).collect(),
        notes: vec![
            "Codes of reports on which people looked at what the machine had decided and what was drawn at random: an audit, or \
             whole reports. What the machine had learned from them is left out of what it says here."
                .into(),
        ],
    })
}

fn by_group_csv(out: &mut impl Write, tables: &[CrossTable]) -> io::Result<()> {
    let mut out = csv::Writer::from_writer(out);
    out.write_record([
        "question",
        "code",
        "label",
        "by",
        "group",
        "reports",
        "n",
        "percent",
        "queued",
        "test",
        "p",
        "machine_compared",
        "machine_wrong",
    ])?;
    for table in tables {
        for row in &table.codes {
            let (test, p) = match row.difference {
                Some(difference @ Difference::ChiSquare { .. }) => ("chi_square", difference.p().to_string()),
                Some(difference @ Difference::Fisher { .. }) => ("fisher", difference.p().to_string()),
                None => ("", String::new()),
            };
            for (group, cell) in table.groups.iter().zip(&row.cells) {
                out.write_record([
                    &table.question,
                    &row.code,
                    &row.label,
                    &table.by,
                    &group.value,
                    &group.reports.to_string(),
                    &cell.n.to_string(),
                    &format!("{:.2}", cell.percent),
                    &cell.queued.to_string(),
                    test,
                    &p,
                    &group.machine.map_or_else(String::new, |errors| errors.compared.to_string()),
                    &group.machine.map_or_else(String::new, |errors| errors.wrong.to_string()),
                ])?;
            }
        }
    }
    out.flush()
}
