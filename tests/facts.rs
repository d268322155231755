//! Facts read from openings of reports as their authors write them. The cases are data (`tests/facts/cases.txt`).

use codeframe::extract::{Block, BlockKind, Cell, Report};
use codeframe::facts::{Confidence, Facts, Lexicon, PhaseSource, facts};
use codeframe::segment::segment;
use codeframe::span::ByteSpan;

fn lexicon() -> Lexicon {
    Lexicon::parse(include_str!("../models/english/facts.toml")).unwrap()
}

fn read(text: &str) -> (Report, Facts) {
    let report = report(text);
    let found = facts(&report, &segment(&report), &lexicon());
    (report, found)
}

/// `# ` heading, `- ` item, `| a | b |` table row (one row of heads when there are more than two columns), else paragraph.
fn report(text: &str) -> Report {
    let mut report = Report::default();
    let (mut heading, mut table, mut row) = (None, 0, 0);
    let mut heads: Vec<Vec<u32>> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        if let Some(cells) = line.strip_prefix('|') {
            let cells: Vec<&str> = cells.trim().trim_end_matches('|').split('|').map(str::trim).collect();
            let wide = cells.len() > 2;
            let mut row_head = Vec::new();
            for (column, cell) in (0..).zip(&cells) {
                let place = Cell {
                    table,
                    row,
                    column,
                    row_head: if column > 0 { row_head.clone().into() } else { [].into() },
                    column_head: if wide && row > 0 { heads[column as usize].clone().into() } else { [].into() },
                };
                let block = push(&mut report, cell, BlockKind::Cell, heading, Some(place.into()));
                if column == 0 {
                    row_head = block.clone();
                }
                if row == 0 {
                    heads.push(block);
                }
            }
            row += 1;
            continue;
        }
        if row > 0 {
            (table, row) = (table + 1, 0);
            heads.clear();
        }
        if let Some(title) = line.strip_prefix("# ") {
            heading = push(&mut report, title, BlockKind::Heading(1), None, None).pop();
        } else if let Some(item) = line.strip_prefix("- ") {
            push(&mut report, item, BlockKind::ListItem(0), heading, None);
        } else {
            push(&mut report, line, BlockKind::Paragraph, heading, None);
        }
    }
    report
}

fn push(report: &mut Report, text: &str, kind: BlockKind, heading: Option<u32>, cell: Option<Box<Cell>>) -> Vec<u32> {
    if text.is_empty() {
        return Vec::new();
    }
    if !report.blocks.is_empty() {
        report.text.push('\n');
    }
    let start = report.text.len();
    report.text.push_str(text);
    let span = ByteSpan::new(start, report.text.len());
    report.blocks.push(Block { span, kind, marker: None, heading, cell: cell.map(Box::new) });
    vec![report.blocks.len() as u32 - 1]
}

#[test]
fn openings_say_how_many_schools_and_of_which_phase() {
    let cases = include_str!("facts/cases.txt");
    let mut wrong = Vec::new();
    let mut n_cases = 0;
    for case in cases.split("\n== ").skip(1) {
        let (expected, text) = case.split_once('\n').unwrap();
        let (n, phases) = expected.split_once(' ').unwrap();
        let (_, found) = read(text);
        let got_n = found.schools.as_ref().map_or("-".to_owned(), |counted| counted.n.to_string());
        let names: Vec<&str> = found.phases.iter().map(|p| p.phase.name()).collect();
        let got_phases = if names.is_empty() { "-".to_owned() } else { names.join(" ") };
        n_cases += 1;
        if got_n != n || phases != "*" && got_phases != phases {
            wrong.push(format!(
                "expected {n} {phases}, got {got_n} {got_phases}:\n{}\n{:?}",
                text.trim(),
                found.schools
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of {n_cases} cases\n\n{}", wrong.len(), wrong.join("\n\n"));
}
