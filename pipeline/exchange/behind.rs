//! What stands behind a number: of every report to which a code applies who decided that, and every passage that it rests on
//! with the rule and its words, the classifier's terms, or the person who pointed to it.

use super::quotes::Haystack;
use super::{Error, pointed_to};
use crate::coding::{Coded, Evidence, cells_from_bytes};
use crate::decide::{By, Decision};
use crate::frame::CodeIndex;
use crate::review::{Answer, Route, Said, Standing, Verdict};
use crate::store::Store;
use crate::study::Study;
use serde::Serialize;
use std::collections::BTreeMap;

/// A report to which the code applies.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Behind {
    /// Its id.
    pub report: String,
    /// Its file, relative to the project.
    pub path: String,
    /// What decided it.
    pub by: By,
    /// The classifier, when it decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub classifier: Option<String>,
    /// Probability that the code applies; none without a classifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// What people said, by reviewer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub verdicts: Vec<Given>,
    /// The passages that it rests on, in the report's order.
    pub passages: Vec<Ground>,
}

/// A verdict.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Given {
    /// Who gave it.
    pub reviewer: String,
    /// When.
    pub at: String,
    /// What was said.
    pub answer: Answer,
    /// How the person came to answer.
    pub route: Route,
    /// Whether the code was defined otherwise then, so that it does not count.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub stale: bool,
}

/// A passage that speaks for the code.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Ground {
    /// First byte in the report's text.
    pub start: u32,
    /// One past its last byte.
    pub end: u32,
    /// The passage.
    pub quote: String,
    /// Whether a person pointed to it.
    pub by_person: bool,
    /// Rules that found it, each with the words it found.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub rules: BTreeMap<String, String>,
    /// Probability that the passage carries the code, when the classifier cites it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// The terms that weighed most with the classifier, stemmed, the heaviest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<String>,
}

/// Lists the reports to which a code applies, by id; `takes` says which are counted at all.
///
/// # Errors
/// When the store cannot be read.
pub fn behind(
    study: &Study,
    store: &Store,
    said: &Said,
    standing: &Standing<'_>,
    code: CodeIndex,
    takes: impl Fn(&str) -> bool,
) -> Result<Vec<Behind>, Error> {
    let of_code = study.frame.code(code);
    let (question, id) = (of_code.question.id.as_str(), of_code.code.id.as_str());
    let mut found = Vec::new();
    let mut by_report: BTreeMap<&str, Vec<&Verdict>> = BTreeMap::new();
    for verdict in standing.iter().filter(|v| *v.question == *question && *v.code == *id) {
        by_report.entry(&verdict.report).or_default().push(verdict);
    }
    store.each_report(|row| {
        if !takes(&row.id) {
            return Ok::<(), Error>(());
        }
        // Texts are read only of the reports that are told.
        let mut cells = cells_from_bytes(&row.cells)?;
        said.settle_cells(study, &row.id, &mut cells, || Evidence::from_bytes(&row.evidence))?;
        let cell = cells[code.get()];
        if cell.decision != Decision::Applies {
            return Ok(());
        }
        let coded = Coded { cells, ..Coded::from_row(&row)? };
        let verdicts = by_report.get(row.id.as_str()).into_iter().flatten();
        let given = verdicts.map(|v| Given {
            reviewer: v.reviewer.to_string(),
            at: v.at.to_string(),
            answer: v.answer,
            route: v.route,
            stale: *v.definition != *of_code.code.definition_hash,
        });
        found.push(Behind {
            by: cell.by,
            classifier: study.classifier_of(cell.by).map(str::to_owned),
            probability: cell.probability_in_files(),
            verdicts: given.collect(),
            passages: grounds(study, &coded, said, code),
            report: row.id,
            path: row.path,
        });
        Ok(())
    })?;
    Ok(found)
}

fn grounds(study: &Study, coded: &Coded, said: &Said, code: CodeIndex) -> Vec<Ground> {
    let text = &coded.content.report.text;
    let mut grounds: BTreeMap<(u32, u32), Ground> = BTreeMap::new();
    let mut ground = |start: u32, end: u32, add: &dyn Fn(&mut Ground)| {
        let quote = || text[start as usize..end as usize].to_owned();
        let new = || Ground { start, end, quote: quote(), ..Ground::default() };
        add(grounds.entry((start, end)).or_insert_with(new));
    };
    if let Some(label) = said.label(&coded.id, code).filter(|label| label.applies) {
        for span in pointed_to(label, text, &mut Haystack::new(text)) {
            ground(span.start, span.end, &|ground| ground.by_person = true);
        }
    }
    for passage in coded.supporting(study, code) {
        ground(passage.span.start, passage.span.end, &|_| {});
    }
    for hit in coded.hits_of(study, code).filter(|hit| hit.turned.is_none()) {
        let (rule, span) = (study.rules.rule(hit.rule), coded.content.passages[hit.passage as usize].span);
        if !rule.against {
            let words = hit.span.slice(text);
            ground(span.start, span.end, &|ground| {
                ground.rules.entry(rule.id.clone()).or_insert_with(|| words.to_owned());
            });
        }
    }
    for cited in coded.cited_for(code) {
        let span = coded.content.passages[cited.passage as usize].span;
        ground(span.start, span.end, &|ground| {
            ground.probability = cited.probability.map(|p| (f64::from(p) * 1e4).round() / 1e4);
            ground.terms.clone_from(&cited.terms);
        });
    }
    grounds.into_values().collect()
}
