//! What can be wrong among the automatic decisions, as text, CSV and JSON.

use super::super::Format;
use super::evaluation::{WIDTH, number};
use codeframe::evaluate::{Audit, AuditRow, Direction};
use std::io::{self, Write};

/// Automatic decisions beside their audit.
pub fn audit(audit: &Audit, format: Format) -> io::Result<()> {
    let direction = |row: &AuditRow| match row.direction {
        Direction::Accepted => "accepted",
        Direction::Rejected => "rejected",
    };
    let rows = || audit.pooled.iter().chain(&audit.codes);
    match format {
        Format::Json => super::json(audit),
        Format::Csv => {
            let mut out = csv::Writer::from_writer(super::results());
            out.write_record([
                "code",
                "direction",
                "decisions",
                "drawn",
                "audited",
                "wrong",
                "most_wrong",
                "most_wrong_share",
            ])?;
            for row in rows() {
                out.write_record([
                    row.code.as_deref().unwrap_or(""),
                    direction(row),
                    &row.decisions.to_string(),
                    &row.drawn.to_string(),
                    &row.audited.to_string(),
                    &row.wrong.to_string(),
                    &row.most_wrong.to_string(),
                    &number(row.most_wrong_share),
                ])?;
            }
            out.flush()
        }
        _ => {
            let mut out = super::results();
            let sure = format!("{:.0} %", audit.confidence * 100.);
            writeln!(out, "With {sure} confidence at most so many of the automatic decisions are wrong:\n")?;
            writeln!(
                out,
                "{:WIDTH$}{:>10}{:>11}{:>7}{:>9}{:>7}{:>9}{:>8}",
                "code", "", "decisions", "drawn", "audited", "wrong", "at most", "%"
            )?;
            for row in rows() {
                let share = row.most_wrong_share.map_or_else(|| "–".to_owned(), |share| format!("{:.1}", share * 100.));
                writeln!(
                    out,
                    "{:WIDTH$}{:>10}{:>11}{:>7}{:>9}{:>7}{:>9}{share:>8}",
                    row.code.as_deref().unwrap_or("all"),
                    direction(row),
                    row.decisions,
                    row.drawn,
                    row.audited,
                    row.wrong,
                    row.most_wrong
                )?;
            }
            if audit.learned > 0 {
                let n = audit.learned;
                writeln!(
                    out,
                    "\n{n} decisions are left out, since the classifier has learned what people say of them"
                )?;
            }
            out.flush()
        }
    }
}
