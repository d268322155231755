//! A file with a report a line: which of its lines give a report, and how the store keeps why the others do not. The
//! store has one text for a file's failure; here it becomes a failure for each line, and back.

use crate::extract::{self, Error, Line, Report};
use crate::report_id::ReportId;
use crate::store::FileRow;
use std::collections::BTreeSet;
use std::path::Path;

/// What the lines of a file hold.
#[derive(Debug, Default)]
pub(super) struct Read {
    /// The reports with their ids.
    pub reports: Vec<(String, Report)>,
    /// Why lines, or the whole file, gave none; as [`told`] reads it.
    pub failure: Option<String>,
    /// What was odd, a line each.
    pub warnings: String,
}

/// Reads a file called `name`. Lines whose id is in `taken` give no report; the ids of those that do are added to it.
pub(super) fn read(file: &Path, name: &str, taken: &mut BTreeSet<String>, limits: &extract::Settings) -> Read {
    let lines = match extract::extract_lines(file, limits) {
        Ok(lines) => lines,
        Err(error) => return Read { failure: Some(super::worker::failure(&error)), ..Read::default() },
    };
    let mut read = Read::default();
    let (mut failures, mut warnings) = (Vec::new(), Vec::new());
    for Line { number, document } in lines {
        let report = document.map_err(|error| (place(number, &error), cause(error))).and_then(|document| {
            let here = |cause: String| (number.to_string(), cause);
            warnings.extend(document.warnings.iter().map(|odd| format!("line {number}: {odd}")));
            let id = document.value.id.unwrap_or_else(|| format!("{name} {number}"));
            let id = ReportId::try_from(id).map_err(|error| here(error.to_string()))?.to_string();
            if !taken.insert(id.clone()) {
                return Err(here(format!("another report has the id `{id}`")));
            }
            Ok((id, document.value.report))
        });
        match report {
            Ok(report) => read.reports.push(report),
            Err((place, cause)) => failures.push(format!("{place}: {}", cause.trim_end())),
        }
    }
    read.failure = (!failures.is_empty()).then(|| failures.join("\n"));
    read.warnings = warnings.join("\n");
    read
}

/// The failures in a file's row, each with what it is a failure of: the file's path, or a line of it as `path:line`.
pub(super) fn told(path: &str, row: &FileRow) -> Vec<(String, String)> {
    let mut told: Vec<(String, String)> = Vec::new();
    for line in row.failure.iter().flat_map(|failure| failure.split('\n')) {
        // Further lines of a cause, as its hint, are indented.
        let of_line = line.split_once(": ").filter(|(place, _)| place.starts_with(|c: char| c.is_ascii_digit()));
        match (of_line, told.last_mut()) {
            (Some((place, cause)), _) => told.push((format!("{path}:{place}"), cause.to_owned())),
            (None, Some((_, cause))) => {
                cause.push('\n');
                cause.push_str(line);
            }
            (None, None) => told.push((path.to_owned(), line.to_owned())),
        }
    }
    told
}

fn place(number: usize, error: &Error) -> String {
    match error {
        Error::JsonLine { column, .. } => format!("{number}:{column}"),
        _ => number.to_string(),
    }
}

/// The cause without its place.
fn cause(error: Error) -> String {
    let hint = error.hint().map_or_else(String::new, |hint| format!("\n  hint: {hint}"));
    match error {
        Error::JsonLine { cause, .. } => cause.replace('\n', " ") + &hint,
        other => other.to_string() + &hint,
    }
}
