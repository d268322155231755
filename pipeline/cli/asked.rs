//! Which reports and questions a map is asked for: `--where`, `--questions` and `--by`, and what is said of what they leave out.

use super::map::Arguments;
use super::{Context, Failure};
use codeframe::decide::Cell as Decided;
use codeframe::expression::{self, Case, Expression, Truth};
use codeframe::fault::did_you_mean;
use codeframe::project::{Project, Table as Metadata};
use codeframe::sheet::column_named;
use codeframe::store::Store;
use codeframe::study::Study;
use std::cell::Cell;
use std::collections::BTreeMap;

/// Which reports and questions are asked for.
pub struct Asked<'a> {
    filter: Option<Expression>,
    questions: &'a [String],
    /// What is known of each report, when a filter or a grouping asks for it.
    known: BTreeMap<String, BTreeMap<String, String>>,
    /// The column that `--by` names.
    pub column: Option<String>,
    /// Reports for which the filter is open.
    n_open: Cell<usize>,
}

impl<'a> Asked<'a> {
    /// What the arguments ask for; what they name is there.
    ///
    /// # Errors
    /// When a question, a column or a word of the filter is unknown, or the store cannot be read.
    pub fn of(arguments: &'a Arguments, project: &Project, study: &Study, store: &Store) -> Result<Asked<'a>, Failure> {
        let frame = &study.frame;
        for id in &arguments.questions {
            if frame.question(id).is_none() {
                let questions = || frame.questions.iter().map(|question| question.id.as_str());
                let all = || format!("the questions are {}", questions().collect::<Vec<_>>().join(", "));
                let near = Some(did_you_mean(id, questions()).unwrap_or_else(all));
                return Err(with_hint(Failure::new(format!("the frame has no question `{id}`")), near));
            }
        }
        let (known, questions) = (BTreeMap::new(), &arguments.questions);
        let mut asked = Asked { filter: None, questions, known, column: None, n_open: Cell::new(0) };
        if arguments.filter.is_none() && arguments.view.by.is_none() {
            return Ok(asked);
        }
        let metadata = Metadata::of(project);
        for (id, path) in store.reports()? {
            let row = metadata.row(&id, &path);
            asked.known.insert(id, row);
        }
        if let Some(text) = &arguments.filter {
            let parsed = expression::parse(text, frame, &metadata.values());
            asked.filter = Some(parsed.map_err(|error| {
                let hint = error.hint.clone();
                with_hint(Failure::new(error.to_string()), hint)
            })?);
        }
        // As in a filter, a question goes before a column of its name.
        if let Some(name) = arguments.view.by.as_ref().filter(|name| frame.question(name).is_none()) {
            let column = name.strip_prefix("metadata.").unwrap_or(name);
            if let Some(column) = column_named(column, metadata.columns().iter().map(String::as_str)) {
                asked.column = Some(column.to_owned());
                return Ok(asked);
            }
            let questions = frame.questions.iter().map(|question| question.id.as_str());
            let near = did_you_mean(name, questions.chain(metadata.columns().iter().map(String::as_str)));
            let all = format!("columns of the metadata: {}", metadata.columns().join(", "));
            let failure = Failure::new(format!("there is no question and no column of the metadata named `{name}`"));
            return Err(with_hint(failure, Some(near.unwrap_or(all))));
        }
        Ok(asked)
    }

    /// Whether a report is asked for, by what is decided of it.
    pub fn takes(&self, id: &str, cells: &[Decided]) -> bool {
        let Some(filter) = &self.filter else { return true };
        let none = BTreeMap::new();
        match filter.holds(&Case { report: id, cells, metadata: self.known.get(id).unwrap_or(&none) }) {
            Truth::Yes => true,
            Truth::No => false,
            Truth::Open => {
                self.n_open.set(self.n_open.get() + 1);
                false
            }
        }
    }

    /// Whether a question is asked for.
    pub fn has(&self, question: &str) -> bool {
        self.questions.is_empty() || self.questions.iter().any(|id| id == question)
    }

    /// The values of a column by report.
    pub fn values(&self, column: &str) -> BTreeMap<String, String> {
        let value = |(id, row): (&String, &BTreeMap<String, String>)| Some((id.clone(), row.get(column)?.clone()));
        self.known.iter().filter_map(value).collect()
    }

    /// Says what the filter has left out; that nothing is left is a fault.
    pub fn tell(&self, context: &Context, n_left: usize) -> Result<(), Failure> {
        let Some(filter) = &self.filter else { return Ok(()) };
        let n_open = self.n_open.get();
        let open = format!("{n_open} {} left out because it depends on codes that await a person", reports_are(n_open));
        if n_left == 0 {
            let failure = Failure::new(format!("no report is left for which `{}` holds", filter.text()));
            return Err(if n_open > 0 { failure.hint(open) } else { failure });
        }
        let left = if n_left == 1 { "report".to_owned() } else { format!("{n_left} reports") };
        context.notes.say(&format!("Only the {left} for which `{}` holds", filter.text()));
        if n_open > 0 {
            context.notes.warn(&open);
        }
        Ok(())
    }
}

fn reports_are(n: usize) -> &'static str {
    if n == 1 { "report is" } else { "reports are" }
}

fn with_hint(failure: Failure, hint: Option<String>) -> Failure {
    match hint {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}
