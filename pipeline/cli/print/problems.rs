//! What `check` found, as text and as JSON.

use codeframe::fault::{Fault, Severity};
use codeframe::project::Skipped;
use serde::Serialize;
use std::io::{self, Write};

/// What was checked and what was wrong with it.
#[derive(Debug, Default)]
pub struct Checked {
    problems: Vec<Problem>,
    /// Number of questions, when the frame is sound.
    pub questions: Option<usize>,
    /// Number of codes, when the frame is sound.
    pub codes: Option<usize>,
    /// Number of rules, when they are sound.
    pub rules: Option<usize>,
    /// Number of examples of the codebook, when there is a file of them.
    pub examples: Option<usize>,
    /// Number of report files, when they could be listed.
    pub reports: Option<usize>,
    /// Number of verdicts that stand, when there are any.
    pub verdicts: Option<usize>,
    /// Number of quotes that were looked for in the files, when that was asked for.
    pub quotes: Option<usize>,
    /// Files among the reports that are not read.
    pub skipped: Vec<Skipped>,
    /// Parts that could not be checked because of faults in others.
    pub not_checked: Vec<&'static str>,
}

/// One thing that is wrong.
#[derive(Debug, Serialize)]
pub struct Problem {
    severity: &'static str,
    path: String,
    line: Option<u32>,
    column: Option<u32>,
    message: String,
    hint: Option<String>,
}

impl Problem {
    /// An error of a whole file.
    pub fn of_file(path: &str, message: String) -> Self {
        Problem { severity: "error", path: path.to_owned(), line: None, column: None, message, hint: None }
    }

    /// The same problem with a hint.
    pub fn hint(mut self, hint: Option<String>) -> Self {
        self.hint = hint;
        self
    }
}

impl Checked {
    /// Adds faults of a file.
    pub fn add(&mut self, mut faults: Vec<Fault>) {
        faults.sort_by(|a, b| a.place.cmp(&b.place));
        self.problems.extend(faults.into_iter().map(|fault| Problem {
            severity: if fault.severity == Severity::Error { "error" } else { "warning" },
            path: fault.place.path,
            line: Some(fault.place.line),
            column: Some(fault.place.column),
            message: fault.message,
            hint: fault.hint,
        }));
    }

    /// Adds warnings that carry their place in their words.
    pub fn warnings(&mut self, warnings: Vec<String>) {
        for message in warnings {
            let problem = Problem::of_file("", message);
            self.problems.push(Problem { severity: "warning", ..problem });
        }
    }

    /// Adds a warning about a whole file.
    pub fn warning(&mut self, path: &str, message: String, hint: Option<String>) {
        self.problems.push(Problem { severity: "warning", ..Problem::of_file(path, message).hint(hint) });
    }

    /// Adds a problem.
    pub fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// How many problems must be mended before a run.
    pub fn n_errors(&self) -> usize {
        self.problems.iter().filter(|problem| problem.severity == "error").count()
    }
}

/// A block for each problem, then one line of what was checked.
pub fn text(checked: &Checked) -> io::Result<()> {
    let mut out = super::results();
    for Problem { severity, path, line, column, message, hint } in &checked.problems {
        match (line, column) {
            (Some(line), Some(column)) => writeln!(out, "{severity}: {path}:{line}:{column}: {message}")?,
            _ if path.is_empty() => writeln!(out, "{severity}: {message}")?,
            _ => writeln!(out, "{severity}: {path}: {message}")?,
        }
        if let Some(hint) = hint {
            writeln!(out, "  hint: {hint}")?;
        }
    }
    for Skipped { path, reason } in &checked.skipped {
        writeln!(out, "left out: {path}: {reason}")?;
    }
    let counts = [
        (checked.questions, "question"),
        (checked.codes, "code"),
        (checked.rules, "rule"),
        (checked.examples, "example"),
        (checked.reports, "report"),
        (checked.verdicts, "verdict"),
        (checked.quotes, "quote"),
    ];
    let counted: Vec<_> = counts.iter().filter_map(|(n, noun)| Some(counted(((*n)?, noun)))).collect();
    if !counted.is_empty() {
        writeln!(out, "checked: {}", counted.join(", "))?;
    }
    if !checked.not_checked.is_empty() {
        writeln!(out, "not checked because of the errors: {}", checked.not_checked.join(", "))?;
    }
    let n_errors = checked.n_errors();
    let n_warnings = checked.problems.len() - n_errors;
    match (n_errors, n_warnings) {
        (0, 0) => writeln!(out, "no problems")?,
        (errors, warnings) => {
            writeln!(out, "{}, {}", self::counted((errors, "error")), self::counted((warnings, "warning")))?
        }
    }
    out.flush()
}

/// One object with all of it.
pub fn json(checked: &Checked) -> io::Result<()> {
    #[derive(Serialize)]
    struct Left<'a> {
        path: &'a str,
        reason: &'a str,
    }
    #[derive(Serialize)]
    struct All<'a> {
        problems: &'a [Problem],
        questions: Option<usize>,
        codes: Option<usize>,
        rules: Option<usize>,
        examples: Option<usize>,
        reports: Option<usize>,
        verdicts: Option<usize>,
        #[serde(skip_serializing_if = "Option::is_none")]
        quotes: Option<usize>,
        left_out: Vec<Left<'a>>,
        not_checked: &'a [&'static str],
    }
    super::json(&All {
        problems: &checked.problems,
        questions: checked.questions,
        codes: checked.codes,
        rules: checked.rules,
        examples: checked.examples,
        reports: checked.reports,
        verdicts: checked.verdicts,
        quotes: checked.quotes,
        left_out: checked.skipped.iter().map(|Skipped { path, reason }| Left { path, reason }).collect(),
        not_checked: &checked.not_checked,
    })
}

fn counted((n, noun): (usize, &str)) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}
