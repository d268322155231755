//! Codes that go together, the 0/1 matrix and what stands behind a number, in the formats that each has.

use super::{Results, documents};
use crate::cli::{Failure, Format};
use codeframe::document::{Block, Column, Document, Figure, Png, Row, Table, Text, plain_table, wrapped};
use codeframe::exchange::{Behind, Ground};
use codeframe::frame::{CodeIndex, CodeRef, Frame};
use codeframe::map::{self, Gathered, Pair};
use codeframe::plot::{Heat, Picture, heat_map};
use codeframe::study::Study;
use std::io::{self, Write};

/// Pairs that are printed for reading; the other formats have all.
const MOST_PAIRS: usize = 40;
/// Codes of a question with which a heat map can still be read.
const MOST_CODES: usize = 30;

/// Tables and figures under the frame's title.
pub(super) fn document(frame: &Frame, blocks: Vec<Block>) -> Document {
    Document { title: frame.title.clone(), subtitle: Vec::new(), made_at: None, blocks }
}

/// Codes that go together.
pub fn pairs(
    out: &mut Results,
    frame: &Frame,
    gathered: &Gathered,
    takes: impl Fn(&CodeRef<'_>) -> bool,
    format: Format,
) -> Result<(), Failure> {
    let pairs = map::together(frame, gathered, &takes);
    match format {
        Format::Json => super::json_to(out, &pairs)?,
        Format::Csv => {
            let mut out = csv::WriterBuilder::new().has_headers(false).from_writer(out);
            let failed = |error: csv::Error| Failure::from(io::Error::from(error));
            out.write_record(["first", "second", "both", "n_first", "n_second", "expected", "overlap"])
                .map_err(failed)?;
            for pair in &pairs {
                out.serialize(pair).map_err(failed)?;
            }
            out.flush()?;
        }
        Format::Text => {
            let table = pair_table(frame, &pairs, gathered.reports.len());
            writeln!(out, "{}\n\n{}", table.caption.plain(), plain_table(&table))?;
        }
        _ => {
            let mut blocks = vec![Block::Table(pair_table(frame, &pairs, gathered.reports.len()))];
            for question in &frame.questions {
                let codes: Vec<CodeRef<'_>> = frame.codes_of(question.id.as_str()).filter(|code| takes(code)).collect();
                let is_many = question.select == codeframe::frame::Select::Many;
                if is_many && (2..=MOST_CODES).contains(&codes.len()) {
                    let caption = format!("{}: codes that go together", question.title);
                    blocks.push(figure(&caption, &heat(&caption, gathered, &codes)));
                }
            }
            documents::write(&document(frame, blocks), format, out)?;
        }
    }
    Ok(())
}

/// A picture in a document.
pub fn figure(caption: &str, picture: &Picture) -> Block {
    Block::Figure(Figure {
        caption: caption.into(),
        alternative: picture.alt.clone(),
        svg: picture.svg.clone(),
        png: Png { bytes: picture.png(2.), width: picture.width, height: picture.height },
    })
}

fn heat(title: &str, gathered: &Gathered, codes: &[CodeRef<'_>]) -> Picture {
    let numbers: Vec<CodeIndex> = codes.iter().map(|code| code.index).collect();
    let counts = map::counts(gathered, &numbers);
    let shade = |row: usize, column: usize| {
        let either = counts[row][row] + counts[column][column] - counts[row][column];
        (row != column && either > 0).then(|| counts[row][column] as f64 / either as f64)
    };
    let shades = (0..codes.len()).map(|row| (0..codes.len()).map(|column| shade(row, column)).collect()).collect();
    let labels = codes.iter().map(|code| code.code.label.clone()).collect();
    heat_map(&Heat {
        alt: format!(
            "{title}. In each cell the reports with both codes, on the diagonal with the one; darker is a larger share"
        ),
        labels,
        counts,
        shades,
    })
}

fn pair_table(frame: &Frame, pairs: &[Pair], n_reports: usize) -> Table {
    let label = |name: &str| {
        let code = frame.find(name).expect("pairs are of the frame");
        Text::from(format!("{}: {}", code.question.id, code.code.label))
    };
    let row = |pair: &Pair| {
        let number = |n: usize| Text::from(n.to_string());
        let expected = Text::from(format!("{:.1}", pair.expected));
        let overlap = Text::from(format!("{:.0} %", pair.overlap * 100.));
        Row::Cells(vec![
            label(&pair.first),
            label(&pair.second),
            number(pair.both),
            number(pair.n_first),
            number(pair.n_second),
            expected,
            overlap,
        ])
    };
    let mut notes: Vec<Text> = vec![
        format!("Of {n_reports} reports. Expected: reports with both if the one had nothing to do with the other. Overlap: both of \
                 those with either.").into(),
    ];
    if pairs.is_empty() {
        notes.push("No two of these codes go together in any report.".into());
    }
    if pairs.len() > MOST_PAIRS {
        notes.push(format!("The first {MOST_PAIRS} of {} pairs; --format csv has all.", pairs.len()).into());
    }
    Table {
        caption: "Codes that go together".into(),
        columns: vec![
            Column::words("Code"),
            Column::words("Code"),
            Column::numbers("Both"),
            Column::numbers("First"),
            Column::numbers("Second"),
            Column::numbers("Expected"),
            Column::numbers("Overlap"),
        ],
        rows: pairs.iter().take(MOST_PAIRS).map(row).collect(),
        notes,
    }
}

/// A row for each report, a column for each code.
pub fn matrix(
    out: &mut Results,
    frame: &Frame,
    gathered: &Gathered,
    format: Format,
    takes: impl Fn(&CodeRef<'_>) -> bool,
) -> Result<(), Failure> {
    let codes: Vec<CodeRef<'_>> = frame.codes().filter(|code| takes(code)).collect();
    if format == Format::Json {
        let row = |report: &map::Marked| {
            let marks = codes.iter().map(|code| {
                let value = report.marks[code.index.get()].applies().map(u8::from);
                (code.name().to_owned(), serde_json::json!(value))
            });
            let mut object: serde_json::Map<String, serde_json::Value> = marks.collect();
            object.insert("report".to_owned(), report.id.as_str().into());
            serde_json::Value::Object(object)
        };
        let rows: Vec<serde_json::Value> = gathered.reports.iter().map(row).collect();
        super::json_to(out, &rows)?;
        return Ok(());
    }
    let mut out = csv::Writer::from_writer(out);
    let failed = |error: csv::Error| Failure::from(io::Error::other(error));
    out.write_record(std::iter::once("report").chain(codes.iter().map(|code| code.name()))).map_err(failed)?;
    for report in &gathered.reports {
        let mark = |code: &CodeRef<'_>| match report.marks[code.index.get()].applies() {
            Some(true) => "1",
            Some(false) => "0",
            None => "",
        };
        out.write_record(std::iter::once(report.id.as_str()).chain(codes.iter().map(mark))).map_err(failed)?;
    }
    out.flush()?;
    Ok(())
}

/// What stands behind a number.
pub fn explained(
    out: &mut Results,
    study: &Study,
    code: CodeIndex,
    found: &[Behind],
    format: Format,
) -> Result<(), Failure> {
    if format == Format::Json {
        super::json_to(out, &found)?;
        return Ok(());
    }
    let of_code = study.frame.code(code);
    writeln!(out, "{}: {}", of_code.question.title, of_code.code.label)?;
    writeln!(
        out,
        "{} applies to {} {}",
        of_code.name(),
        found.len(),
        if found.len() == 1 { "report" } else { "reports" }
    )?;
    if let Some(derived) = &of_code.code.derived {
        writeln!(out, "it follows from: {}", derived.text)?;
    }
    for Behind { report, path, by, classifier, probability, verdicts, passages } in found {
        let who = classifier.as_deref().unwrap_or(by.name());
        let likely = probability.map_or_else(String::new, |p| format!(", probability {p:.2}"));
        writeln!(out, "\n{report}  {path}\n  by {who}{likely}")?;
        for given in verdicts {
            let stale = if given.stale { ", under an earlier definition" } else { "" };
            writeln!(out, "  {} said {} on {}{stale}", given.reviewer, given.answer.name(), given.at)?;
        }
        for ground in passages {
            for line in wrapped(&format!("“{}”", ground.quote.trim()), 94) {
                writeln!(out, "    {line}")?;
            }
            writeln!(out, "      bytes {}-{}{}", ground.start, ground.end, why(ground))?;
        }
    }
    Ok(())
}

fn why(ground: &Ground) -> String {
    let mut why = String::new();
    if ground.by_person {
        why.push_str("; a person pointed to it");
    }
    for (rule, words) in &ground.rules {
        why.push_str(&format!("; rule {rule}: {words}"));
    }
    if let Some(probability) = ground.probability {
        why.push_str(&format!("; classifier {probability:.2}: {}", ground.terms.join(", ")));
    }
    why
}
