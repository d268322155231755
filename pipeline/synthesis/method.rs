//! What the method section says, from what was really done: what was read and failed, by what it was coded, who reviewed and how
//! well they agree, and how many automatic decisions can be wrong.

use super::data::CorrectedData;
use super::{Error, Material};
use crate::classify::files;
use crate::decide::{By, Decision};
use crate::evaluate::{self, AuditRow, Direction, Selection};
use crate::learn::Card;
use crate::review::{Ledger, Route};
use serde::Serialize;
use std::collections::BTreeSet;

/// See the module.
#[derive(Debug, Clone, Serialize)]
pub struct Method {
    /// The program's version.
    pub version: String,
    /// Files that gave no report, `path: reason`.
    pub failed: Vec<String>,
    /// How many.
    pub n_failed: usize,
    /// Questions of the frame.
    pub n_questions: usize,
    /// Codes of the frame.
    pub n_codes: usize,
    /// First twelve digits of the frame's hash.
    pub frame_hash: String,
    /// Keyword rules.
    pub n_rules: usize,
    /// First twelve digits of the hash of frame and rules.
    pub rules_hash: String,
    /// The classifier, if one is used.
    pub classifier: Option<ClassifierData>,
    /// Who gave verdicts, by name.
    pub reviewers: Vec<String>,
    /// Verdicts in the ledger.
    pub n_verdicts: usize,
    /// Reports with verdicts.
    pub n_reviewed: usize,
    /// How well people agree; none where no two coded the same.
    pub agreement: Option<AgreementData>,
    /// What the audit says; none where nothing was audited.
    pub audit: Option<AuditData>,
    /// How the answers came about.
    pub decided: DecidedData,
    /// What corrected counts rest on; none where no count is corrected.
    pub corrected: Option<CorrectionData>,
}

/// What corrected counts rest on.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct CorrectionData {
    /// Questions with corrected counts.
    pub n_questions: usize,
    /// Their answers.
    pub n: usize,
    /// Those of them that are not by people, and are estimated.
    pub n_unknown: usize,
    /// Those that people looked at and that stand for the others.
    pub n_seen: usize,
}

/// The classifier.
#[derive(Debug, Clone, Serialize)]
pub struct ClassifierData {
    /// Its name.
    pub name: String,
    /// Reports that it learned from.
    pub n_reports: Option<usize>,
    /// Its mean kappa over codes, each report left out.
    pub mean_kappa: Option<f64>,
    /// The share of wrong codes that its thresholds allow.
    pub max_error: Option<f64>,
    /// How sure that is.
    pub confidence: Option<f64>,
}

/// Agreement of people.
#[derive(Debug, Clone, Serialize)]
pub struct AgreementData {
    /// Who is compared.
    pub reviewers: Vec<String>,
    /// Answers that are compared.
    pub n_answers: usize,
    /// Cohen's kappa over all of them.
    pub kappa: Option<f64>,
    /// Codes on which they disagree in some report.
    pub n_disagreements: usize,
}

/// What the audit says.
#[derive(Debug, Clone, Serialize)]
pub struct AuditData {
    /// How sure the bounds are.
    pub confidence: f64,
    /// Of codes decided to apply.
    pub accepted: Option<AuditRow>,
    /// Of codes decided not to apply.
    pub rejected: Option<AuditRow>,
}

/// How the answers came about.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct DecidedData {
    /// All answers, one for each report and code that is asked of it.
    pub n: usize,
    /// By people.
    pub people: usize,
    /// By rules.
    pub rules: usize,
    /// By the classifier.
    pub classifier: usize,
    /// Following from other codes and facts.
    pub derived: usize,
    /// Awaiting a person.
    pub open: usize,
}

impl Method {
    /// Gathers what was done.
    ///
    /// # Errors
    /// When store or ledger cannot be read.
    pub fn gather(material: &Material<'_>) -> Result<Method, Error> {
        let Material { project, study, store, ledger, .. } = material;
        let first_line = |reason: &str| reason.lines().next().unwrap_or_default().to_owned();
        let failed: Vec<String> = store
            .files()?
            .into_iter()
            .filter_map(|(path, row)| Some(format!("{path}: {}", first_line(&row.failure?))))
            .collect();
        let card = study
            .classifier
            .as_ref()
            .map(|chosen| (chosen.name.clone(), Card::read(&files::card_path(&project.frame_folder(), &chosen.name))));
        let classifier = card.as_ref().map(|(name, card)| ClassifierData {
            name: name.clone(),
            n_reports: card.as_ref().map(|card| card.n_reports),
            mean_kappa: card.as_ref().and_then(|card| card.overall.mean_kappa).map(rounded),
            max_error: card.as_ref().map(|card| card.max_error),
            confidence: card.as_ref().map(|card| card.confidence),
        });
        let learned_to = card.and_then(|(_, card)| card).map_or(0, |card| card.last_line);
        let reviewers: BTreeSet<&str> = ledger.entries.iter().map(|entry| &*entry.verdict.reviewer).collect();
        let reviewed: BTreeSet<&str> = ledger.entries.iter().map(|entry| &*entry.verdict.report).collect();
        Ok(Method {
            version: material.version.to_owned(),
            n_failed: failed.len(),
            failed,
            n_questions: study.frame.questions.len(),
            n_codes: study.frame.n_codes(),
            frame_hash: study.frame.hash.chars().take(12).collect(),
            n_rules: study.rules.all().len(),
            rules_hash: study.rules_hash.chars().take(12).collect(),
            classifier,
            reviewers: reviewers.iter().map(|name| (*name).to_owned()).collect(),
            n_verdicts: ledger.entries.len(),
            n_reviewed: reviewed.len(),
            agreement: agreement(material, ledger),
            audit: audit(material, ledger, learned_to)?,
            decided: decided(material),
            corrected: correction(material),
        })
    }
}

fn agreement(material: &Material<'_>, ledger: &Ledger) -> Option<AgreementData> {
    let people = evaluate::people(&material.study.frame, &ledger.standing(), &Selection::default()).ok()?;
    Some(AgreementData {
        reviewers: people.reviewers,
        n_answers: people.overall.answers,
        kappa: people.overall.kappa.map(|kappa| rounded(kappa.value)),
        n_disagreements: people.disagreements.len(),
    })
}

/// The audit's bounds, where the machine decided anything that people looked at on their own account. People who coded whole
/// reports have not audited the machine, so a ledger that is all imported gives none.
fn audit(material: &Material<'_>, ledger: &Ledger, learned_to: u32) -> Result<Option<AuditData>, Error> {
    if ledger.entries.iter().all(|entry| entry.verdict.route == Route::Import) {
        return Ok(None);
    }
    let confidence = material.project.config.decide.confidence;
    let found =
        match evaluate::audit(material.study, material.store, ledger, learned_to, &Selection::default(), confidence) {
            Ok(found) => found,
            Err(evaluate::Error::Store(error)) => return Err(error.into()),
            // Nothing was audited.
            Err(_) => return Ok(None),
        };
    let row = |direction| found.pooled.iter().find(|row| row.direction == direction && row.audited > 0).cloned();
    let (accepted, rejected) = (row(Direction::Accepted), row(Direction::Rejected));
    let is_there = accepted.is_some() || rejected.is_some();
    Ok(is_there.then_some(AuditData { confidence, accepted, rejected }))
}

fn decided(material: &Material<'_>) -> DecidedData {
    let mut count = DecidedData::default();
    let asks = &material.project.config.sample.asks;
    let frame = &material.study.frame;
    for report in &material.grid.reports {
        let is_outside = material.sample.is_some_and(|sample| !sample.has(&report.id));
        for (cell, code) in report.cells.iter().zip(frame.codes()) {
            if is_outside && code.question.stage == *asks {
                continue;
            }
            count.n += 1;
            match (cell.decision, cell.by) {
                (Decision::Queue, _) => count.open += 1,
                (_, By::Person) => count.people += 1,
                (_, By::Rule) => count.rules += 1,
                (_, By::Classifier) => count.classifier += 1,
                (_, By::Derived) => count.derived += 1,
            }
        }
    }
    count
}

fn correction(material: &Material<'_>) -> Option<CorrectionData> {
    let mut found = CorrectionData { n_questions: 0, n: 0, n_unknown: 0, n_seen: 0 };
    for table in material.tables.iter().filter(|table| CorrectedData::of(table).is_some()) {
        let rows = || table.codes.iter().filter_map(|row| row.corrected.as_ref());
        found.n_questions += 1;
        found.n += table.reports * table.codes.len();
        found.n_unknown += rows().map(|row| row.unknown).sum::<usize>();
        found.n_seen += rows().map(|row| row.seen).sum::<usize>();
    }
    (found.n_questions > 0).then_some(found)
}

fn rounded(number: f64) -> f64 {
    (number * 100.).round() / 100.
}
