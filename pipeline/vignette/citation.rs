//! How a passage is cited: the template of the config, as `{group} case study`, and what is known of a report become the
//! words in which a quote is attributed.

use crate::config::Written;
use crate::fault::{Place, did_you_mean};
use std::collections::BTreeMap;

/// What a template may name beside the columns of the metadata.
const FIELDS: [&str; 3] = ["file", "report", "title"];

/// A template of citations, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Citation {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq)]
enum Part {
    Text(String),
    Field(String),
}

/// Why a template cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CitationError {
    /// It names what is not known of reports.
    #[error("{place}: `citation` names `{{{found}}}`, which is not known of reports")]
    UnknownField {
        /// Where it stands.
        place: Place,
        /// The name.
        found: String,
        /// What the reader can do.
        hint: String,
    },
    /// A bracket has no partner.
    #[error("{place}: a bracket of `citation` is not closed, or closes what was not opened")]
    Bracket {
        /// Where it stands.
        place: Place,
    },
}

impl CitationError {
    /// What the reader can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            CitationError::UnknownField { hint, .. } => Some(hint.clone()),
            CitationError::Bracket { .. } => Some("names stand in brackets, as in \"{report}\"".to_owned()),
        }
    }
}

/// What a citation is made of.
#[derive(Debug, Clone, Copy)]
pub struct Cited<'c> {
    /// The report's id.
    pub report: &'c str,
    /// Its file, relative to the project.
    pub file: &'c str,
    /// Its title, or the first heading; the id where there is none.
    pub title: &'c str,
    /// What is known about it, by column.
    pub metadata: &'c BTreeMap<String, String>,
}

impl Citation {
    /// Reads a template; `columns` are those of the metadata. Without a template a report is cited by its id.
    ///
    /// # Errors
    /// When it names what is not known, or a bracket is open.
    pub fn read(template: Option<&Written>, columns: &[String]) -> Result<Citation, CitationError> {
        let Some(Written { text, place }) = template else {
            return Ok(Citation { parts: vec![Part::Field("report".to_owned())] });
        };
        let bracket = || CitationError::Bracket { place: place.clone() };
        let mut parts = Vec::new();
        let mut rest = text.as_str();
        while let Some(at) = rest.find(['{', '}']) {
            if rest[at..].starts_with('}') {
                return Err(bracket());
            }
            let end = rest[at..].find('}').map(|end| at + end).ok_or_else(bracket)?;
            let name = rest[at + 1..end].trim();
            if name.contains('{') {
                return Err(bracket());
            }
            let column = columns.iter().find(|column| same(column, name));
            let known = column.map(String::as_str).or_else(|| FIELDS.into_iter().find(|field| same(field, name)));
            let Some(known) = known else {
                let all: Vec<&str> = FIELDS.into_iter().chain(columns.iter().map(String::as_str)).collect();
                let hint =
                    did_you_mean(name, all.iter().copied()).unwrap_or_else(|| format!("known are {}", all.join(", ")));
                return Err(CitationError::UnknownField { place: place.clone(), found: name.to_owned(), hint });
            };
            parts.push(Part::Text(rest[..at].to_owned()));
            parts.push(Part::Field(known.to_owned()));
            rest = &rest[end + 1..];
        }
        parts.push(Part::Text(rest.to_owned()));
        Ok(Citation { parts })
    }

    /// The citation of a report. Where nothing that the template names is known of it, the id.
    pub fn of(&self, cited: &Cited<'_>) -> String {
        let value = |name: &str| match (cited.metadata.get(name), name) {
            (Some(value), _) => value.trim(),
            (None, "report") => cited.report,
            (None, "file") => cited.file,
            (None, "title") => cited.title,
            _ => "",
        };
        let fields: Vec<&str> = self
            .parts
            .iter()
            .filter_map(|part| if let Part::Field(name) = part { Some(value(name)) } else { None })
            .collect();
        if !fields.is_empty() && fields.iter().all(|value| value.is_empty()) {
            return cited.report.to_owned();
        }
        let text = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Field(name) => value(name).to_owned(),
        };
        self.parts.iter().map(text).collect::<String>().trim().to_owned()
    }
}

/// Whether two names of columns are the same to a person: `Local authority` and `local_authority`.
fn same(a: &str, b: &str) -> bool {
    let fold = |name: &str| name.to_lowercase().replace([' ', '-'], "_");
    fold(a) == fold(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(template: &str, expected: &str) {
        let place = Place { path: "config.toml".to_owned(), line: 3, column: 12 };
        let written = Written { text: template.to_owned(), place };
        let columns = ["Local authority".to_owned(), "group".to_owned()];
        let metadata = BTreeMap::from([("Local authority".to_owned(), "Swindon".to_owned())]);
        let cited = Cited { report: "G001", file: "corpus/reports/a.docx", title: "Closing gaps", metadata: &metadata };
        let found = Citation::read(Some(&written), &columns);
        let found = found.map_or_else(|error| error.to_string(), |citation| citation.of(&cited));
        assert_eq!(found, expected, "{template}");
    }

    #[test]
    fn templates_take_fields_and_columns() {
        check("{local_authority} case study", "Swindon case study");
        check("{Title} ({report})", "Closing gaps (G001)");
        check("{group} case study", "G001");
        check("The study", "The study");
        check("{grup} case study", "config.toml:3:12: `citation` names `{grup}`, which is not known of reports");
        check("{group case", "config.toml:3:12: a bracket of `citation` is not closed, or closes what was not opened");
        check("group} case", "config.toml:3:12: a bracket of `citation` is not closed, or closes what was not opened");
    }
}
