//! People beside each other: where two or more reviewers gave a verdict on the same (report, code), how well they agree
//! and on what they do not.

use super::table::{Builder, Judged, Table};
use super::{Error, Selection};
use crate::frame::Frame;
use crate::review::{Standing, Verdict};
use serde::Serialize;

/// What people's verdicts give.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct People {
    /// Kappa of each pair of answers by two people, pooled over pairs. Of precision and recall one person's is the
    /// other's, so they mean little here.
    #[serde(flatten)]
    pub table: Table,
    /// The reviewers who gave verdicts that could be compared, by name.
    pub reviewers: Vec<String>,
    /// What they disagree on, by report and code.
    pub disagreements: Vec<Disagreement>,
}

/// A (report, code) with different answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Disagreement {
    /// The report's id.
    pub report: String,
    /// The question's id.
    pub question: String,
    /// The code's id.
    pub code: String,
    /// Who says that it applies.
    pub applies: Vec<String>,
    /// Who says that it does not.
    pub does_not_apply: Vec<String>,
}

/// Compares the verdicts that stand, those given under the present definitions; who is unsure is not compared.
///
/// # Errors
/// When no two people gave a verdict on the same (report, code).
pub fn people(frame: &Frame, standing: &Standing<'_>, selection: &Selection) -> Result<People, Error> {
    let mut builder = Builder::new(frame);
    let mut reviewers = std::collections::BTreeSet::new();
    let mut disagreements = Vec::new();
    let cell = |v: &Verdict| (v.report.clone(), v.question.clone(), v.code.clone());
    for of_cell in standing.chunk_by(|a, b| cell(a) == cell(b)) {
        let first = of_cell[0];
        let Some(code) = frame.find(&format!("{}/{}", first.question, first.code)) else { continue };
        if !selection.has_report(&first.report) || !selection.has_question(code.question) {
            continue;
        }
        let current = of_cell.iter().filter(|v| *v.definition == *code.code.definition_hash);
        let said: Vec<(bool, &str)> = current.filter_map(|v| Some((v.answer.applies()?, &*v.reviewer))).collect();
        if said.len() < 2 {
            continue;
        }
        for (n, (truth, _)) in said.iter().enumerate() {
            for (given, _) in &said[n + 1..] {
                let judged = Judged { truth: *truth, given: *given, queued: false, probability: None };
                builder.add(&first.report, code.index, judged);
            }
        }
        reviewers.extend(said.iter().map(|(_, reviewer)| *reviewer));
        let who = |answer| said.iter().filter(|s| s.0 == answer).map(|s| s.1.to_owned()).collect::<Vec<_>>();
        let (applies, does_not_apply) = (who(true), who(false));
        if !applies.is_empty() && !does_not_apply.is_empty() {
            disagreements.push((
                code.index,
                Disagreement {
                    report: first.report.to_string(),
                    question: first.question.to_string(),
                    code: first.code.to_string(),
                    applies,
                    does_not_apply,
                },
            ));
        }
    }
    if reviewers.is_empty() {
        let reason = "no two people gave a verdict on the same code of the same report".to_owned();
        return Err(Error::Nothing { reason });
    }
    disagreements.sort_by(|(a, x), (b, y)| (&x.report, a).cmp(&(&y.report, b)));
    Ok(People {
        table: builder.finish(),
        reviewers: reviewers.into_iter().map(str::to_owned).collect(),
        disagreements: disagreements.into_iter().map(|(_, disagreement)| disagreement).collect(),
    })
}
