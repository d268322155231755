//! What a project has found, as tables: every coding, every quote behind one, and the matrix of reports and codes. The
//! rows go to a [`Table`], whatever its form.

use super::quotes::Haystack;
use super::table::{Cell, Column, Table, TableError};
use super::{CodingLine, Error, codings, passages};
use crate::coding::Coded;
use crate::decide::{By, Decision};
use crate::frame::CodeRef;
use crate::project::Table as About;
use crate::review::{Said, Standing};
use crate::store::Store;
use crate::study::Study;
use std::collections::BTreeMap;

/// Which table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// A row for each code of each report.
    Codings,
    /// A row for each quote behind a code that applies or is queued.
    Quotes,
    /// A row for each report, a column for each code: 1 where it applies, 0 where it does not, blank where it is queued.
    Matrix,
}

impl Which {
    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Which::Codings => "codings",
            Which::Quotes => "quotes",
            Which::Matrix => "matrix",
        }
    }
}

/// What tables are made from.
#[derive(Clone, Copy)]
pub struct Sources<'s> {
    /// Frame and rules.
    pub study: &'s Study,
    /// What a run has found.
    pub store: &'s Store,
    /// What people said; with nothing said the decisions are the machine's own.
    pub said: &'s Said,
    /// The verdicts that stand, for the names of those who gave them.
    pub standing: &'s Standing<'s>,
    /// What is known about the reports.
    pub about: &'s About,
}

/// The columns of a table.
pub fn columns(which: Which, sources: Sources<'_>) -> Vec<Column> {
    let named = |names: &[&str]| names.iter().map(|name| column(name)).collect::<Vec<_>>();
    match which {
        Which::Codings => named(&CODINGS),
        Which::Quotes => {
            let (before, after) = QUOTES.split_at(BEFORE_METADATA);
            let metadata = sources.about.columns().iter().map(|name| free(name, &QUOTES));
            named(before).into_iter().chain(metadata.map(Column::text)).chain(named(after)).collect()
        }
        Which::Matrix => {
            let codes: Vec<&str> = sources.study.frame.codes().map(|code| code.name()).collect();
            let metadata = sources.about.columns().iter().map(|name| Column::text(free(name, &["report"])));
            let codes = codes.into_iter().map(Column::whole);
            named(&["report"]).into_iter().chain(metadata).chain(codes).collect()
        }
    }
}

const CODINGS: [&str; 10] =
    ["report", "question", "code", "decision", "by", "reason", "probability", "support", "opposition", "passages"];

const QUOTES: [&str; 12] = [
    "report",
    "file",
    "question",
    "code",
    "label",
    "decision",
    "by",
    "reviewers",
    "classifier",
    "start",
    "end",
    "quote",
];

/// What is known about the report stands behind so many columns of [`QUOTES`].
const BEFORE_METADATA: usize = 2;

fn column(name: &str) -> Column {
    match name {
        "probability" | "support" | "opposition" => Column::number(name),
        "start" | "end" => Column::whole(name),
        _ => Column::text(name),
    }
}

/// The name of a column of the metadata, which must not be one of ours.
fn free(name: &str, ours: &[&str]) -> String {
    if ours.contains(&name) { format!("{name} (metadata)") } else { name.to_owned() }
}

/// Hands all rows of a table to `table`, by report id and in frame order.
///
/// # Errors
/// When the store cannot be read or the table not be written.
pub fn fill(which: Which, sources: Sources<'_>, table: &mut dyn Table) -> Result<(), Error> {
    let Sources { study, store, said, .. } = sources;
    if which == Which::Codings {
        return codings(study, store, said, |line| Ok(table.row(&coding(line))?));
    }
    type Answers<'s> = Vec<(&'s str, bool)>;
    let mut by_cell: BTreeMap<(&str, &str, &str), Answers<'_>> = BTreeMap::new();
    for verdict in sources.standing {
        let Some(applies) = verdict.answer.applies() else { continue };
        let cell = (&*verdict.report, &*verdict.question, &*verdict.code);
        by_cell.entry(cell).or_default().push((&verdict.reviewer, applies));
    }
    let reviewers = |report: &str, code: &CodeRef<'_>| -> String {
        let said = by_cell.get(&(report, code.question.id.as_str(), code.code.id.as_str()));
        let names = said.into_iter().flatten().filter(|(_, applies)| *applies).map(|(name, _)| *name);
        names.collect::<Vec<_>>().join(", ")
    };
    store.each_report(|row| {
        let mut coded = Coded::from_row(&row)?;
        said.settle(study, &mut coded);
        let about = sources.about.row(&coded.id, &row.path);
        let about = sources.about.columns().iter().map(|name| about.get(name).map_or("", String::as_str));
        match which {
            Which::Matrix => table.row(&of_report(study, &coded, about))?,
            _ => quotes(sources, &coded, &row.path, about.collect(), &reviewers, table)?,
        }
        Ok(())
    })
}

fn coding<'l>(line: &'l CodingLine<'_>) -> Vec<Cell<'l>> {
    vec![
        line.report.into(),
        line.question.into(),
        line.code.into(),
        line.decision.name().into(),
        line.by.name().into(),
        line.reason.map_or("", |reason| reason.name()).into(),
        line.probability.map_or(Cell::Blank, Cell::Number),
        Cell::Number(line.support),
        Cell::Number(line.opposition),
        line.passages.iter().map(|p| p.quote).collect::<Vec<_>>().join(" | ").into(),
    ]
}

fn of_report<'r>(study: &Study, coded: &'r Coded, about: impl Iterator<Item = &'r str>) -> Vec<Cell<'r>> {
    let codes = study.frame.codes().map(|code| match coded.cells[code.index.get()].decision {
        Decision::Applies => Cell::Whole(1),
        Decision::DoesNotApply => Cell::Whole(0),
        Decision::Queue => Cell::Blank,
    });
    [Cell::from(coded.id.as_str())].into_iter().chain(about.map(Cell::from)).chain(codes).collect()
}

fn quotes(
    sources: Sources<'_>,
    coded: &Coded,
    path: &str,
    about: Vec<&str>,
    reviewers: &dyn Fn(&str, &CodeRef<'_>) -> String,
    table: &mut dyn Table,
) -> Result<(), Error> {
    let Sources { study, said, .. } = sources;
    let text = &coded.content.report.text;
    let mut haystack = Haystack::new(text);
    for (code, cell) in study.frame.codes().zip(&coded.cells) {
        if cell.decision == Decision::DoesNotApply {
            continue;
        }
        for span in passages(study, coded, said, code.index, &mut haystack) {
            let mut row = vec![Cell::from(coded.id.as_str()), path.into()];
            row.extend(about.iter().copied().map(Cell::from));
            row.extend([
                code.question.id.as_str().into(),
                code.code.id.as_str().into(),
                code.code.label.as_str().into(),
                cell.decision.name().into(),
                cell.by.name().into(),
                if cell.by == By::Person { reviewers(&coded.id, &code).into() } else { Cell::Blank },
                study.classifier_of(cell.by).map_or(Cell::Blank, Cell::from),
                Cell::Whole(span.start.into()),
                Cell::Whole(span.end.into()),
                span.slice(text).into(),
            ]);
            table.row(&row)?;
        }
    }
    Ok(())
}

impl From<TableError> for Error {
    fn from(error: TableError) -> Error {
        Error::Table(error)
    }
}
