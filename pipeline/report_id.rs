//! The id of a report: how people, the ledger and every table name it. Made of a file's name by the project, or given
//! by the line of a `.jsonl`; checked once, where it is made.

use serde::{Deserialize, Serialize};
use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// A word or short text that names one report of a project: not empty, on one line, without blanks around it. Accents are
/// composed (NFC), so that the id of a file from a Mac, which writes them apart, equals the one typed into a table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ReportId(String);

impl ReportId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a text cannot be the id of a report.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` cannot be the id of a report: it is {reason}", id.escape_debug())]
pub struct IllegalReportId {
    /// The text.
    pub id: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

impl TryFrom<String> for ReportId {
    type Error = IllegalReportId;

    fn try_from(id: String) -> Result<Self, IllegalReportId> {
        let reason = if id.trim().is_empty() {
            "empty"
        } else if id.trim() != id {
            "surrounded by blanks"
        } else if id.chars().any(char::is_control) {
            "not on one line of plain text"
        } else {
            return Ok(ReportId(composed(&id)));
        };
        Err(IllegalReportId { id, reason })
    }
}

/// A text with its accents composed (NFC).
pub fn composed(text: &str) -> String {
    text.nfc().collect()
}

impl From<ReportId> for String {
    fn from(id: ReportId) -> String {
        id.0
    }
}

impl fmt::Display for ReportId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
