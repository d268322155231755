//! Facts read from openings of reports as their authors write them. The cases are data (`tests/facts/cases.txt`).

use codeframe::extract::{Block, BlockKind, Cell, Report};
use codeframe::facts::{Confidence, CountSource, Facts, Lexicon, PhaseSource, facts};
use codeframe::segment::segment;
use codeframe::span::ByteSpan;
use std::sync::LazyLock;

static LEXICON: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::parse(include_str!("../models/english/facts.toml")).unwrap());

fn read(text: &str) -> (Report, Facts) {
    let report = report(text);
    let found = facts(&report, &segment(&report), &LEXICON);
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
    report.blocks.push(Block { span, kind, marker: None, heading, cell });
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

#[test]
fn evidence_stands_in_the_text() {
    let text =
        "| Local authority | Ferriby |\n| Schools | Four: Ash, Birch, Cedar and Elm primaries |\nAll four heads met.";
    let (report, found) = read(text);
    let counted = found.schools.unwrap();
    assert_eq!((counted.n, counted.confidence), (4, Confidence::Certain));
    assert_eq!(counted.evidence[0].source, CountSource::Details);
    let quotes: Vec<&str> = counted.evidence.iter().map(|e| e.span.slice(&report.text)).collect();
    assert_eq!(quotes, ["Four: Ash, Birch, Cedar and Elm primaries", "four heads"]);
    assert_eq!(found.phases[0].source, PhaseSource::Details);
    assert_eq!(found.phases[0].evidence[0].slice(&report.text), "Four: Ash, Birch, Cedar and Elm primaries");
}

#[test]
fn a_details_table_outweighs_the_text_and_the_text_is_kept_as_what_speaks_against() {
    let (report, found) = read("| Number of schools | 4 |\nWe are five schools, and all five schools said so.");
    let counted = found.schools.unwrap();
    assert_eq!((counted.n, counted.confidence), (4, Confidence::Likely));
    assert_eq!(counted.against.unwrap().span.slice(&report.text), "five schools");
}

#[test]
fn details_are_read_from_tables_and_lines() {
    let text =
        "| LA | Borough of Ferriby |\n| Cohort | 2 |\n| Approved by | The governors |\nDates: May 2009 to June 2010";
    let (report, found) = read(text);
    assert_eq!(found.text("local_authority"), Some("Borough of Ferriby"));
    assert_eq!(found.number("cohort"), Some(2.0));
    assert_eq!(found.text("period"), Some("May 2009 to June 2010"));
    assert_eq!(found.details["period"].span.slice(&report.text), "May 2009 to June 2010");
    assert_eq!(found.text("approved_by"), None);
}

#[test]
fn facts_are_looked_up_by_name() {
    let (_, found) = read("We are two primaries and a nursery school.");
    assert_eq!(found.number("schools"), Some(3.0));
    assert_eq!(found.flag("early_years"), Some(true));
    assert_eq!(found.flag("secondary"), Some(false));
    assert_eq!(found.flag("phase_known"), Some(true));
    assert_eq!(found.flag("no such fact"), None);
    let (_, found) = read("Nothing is said.");
    assert_eq!(
        (found.number("schools"), found.flag("schools_known"), found.flag("phase_known")),
        (None, Some(false), Some(false))
    );
}

#[test]
fn any_text_is_read_without_a_panic() {
    for text in [
        "",
        "St.",
        "11-",
        "- -",
        "| | |",
        "one",
        "“Two",
        "3 x",
        "the",
        "Éa’ Ç School and",
        "# Schools\n",
        "all of the",
        "£3 schools & & (",
        "1,000,000 schools 2.5 schools",
    ] {
        read(text);
    }
}

#[test]
fn a_wrong_lexicon_is_refused_with_the_place() {
    let error = |text: &str| Lexicon::parse(text).unwrap_err().to_string();
    assert_eq!(error("version = 9"), "lexicon of facts: version is `9`, expected `1`");
    assert_eq!(
        error("version = 1\n[words]\nthee = ['the']"),
        "lexicon of facts: `words` holds `thee`, expected the name of a list that the reader of facts knows"
    );
    assert_eq!(
        error("version = 1\n[[kind]]\nphases = ['tertiary']"),
        "lexicon of facts: `phases` holds `tertiary`, expected `early_years`, `primary` or `secondary`"
    );
    assert!(error("version = 1\n[numbes]").contains("unknown field"));
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn spans_slice_back(words in prop::collection::vec(prop::sample::select(WORDS), 0..40)) {
            let text = words.join(" ");
            let (report, found) = read(&text);
            for evidence in found.schools.iter().flat_map(|counted| &counted.evidence) {
                prop_assert!(!evidence.span.slice(&report.text).is_empty());
            }
            for span in found.phases.iter().flat_map(|phase| &phase.evidence) {
                prop_assert!(!span.slice(&report.text).is_empty());
            }
        }
    }

    const WORDS: &[&str] = &[
        "three",
        "primary",
        "schools",
        "school",
        "and",
        ",",
        ":",
        "(",
        ")",
        "Oak",
        "Hill",
        "High",
        "School",
        "the",
        "all",
        "our",
        "we",
        "are",
        "of",
        "us",
        "11",
        "-",
        "16",
        "to",
        "a",
        "nursery",
        "other",
        "heads",
        "primaries",
        "one",
        "both",
        "with",
        "in",
        "Year",
        "7",
        "cluster",
        ".",
        ";",
        "\n",
        "Schools:",
        "infant",
        "junior",
        "’",
        "its",
        "é",
    ];
}
