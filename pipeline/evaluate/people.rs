//! People beside each other: where two or more reviewers gave a verdict on the same (report, code), how well they agree, by
//! code, by question and over all, how sure that is (a bootstrap over reports), and on what they do not agree.
//!
//! Whoever settled a disagreement knew of it, so such a verdict ([`Verdict::adjudicates`]) settles and is not compared.

use super::{Error, Selection};
use crate::frame::{CodeRef, Frame};
use crate::review::{Answer, Standing, Verdict};
use crate::score::{Random, Ratings, interval};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// How many bootstrap samples the intervals rest on.
pub const N_DRAWS: usize = 1_000;

/// The share of them that an interval holds.
pub const LEVEL: f64 = 0.95;

/// Any number does; this one is always taken, so that the same verdicts give the same intervals.
const SEED: u64 = 7;

/// What is made of those who say that they cannot tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unsure {
    /// They have not said yes or no, so their answer is not compared; it is counted.
    #[default]
    LeftOut,
    /// It is a third answer, with which another may agree or not.
    Answer,
}

/// What people's verdicts give. This is also the form in which it is printed as JSON.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct People {
    /// The reviewers who gave verdicts that could be compared, by name.
    pub reviewers: Vec<String>,
    /// What was made of those who cannot tell.
    pub unsure: Unsure,
    /// The share of bootstrap samples that each interval holds, of [`N_DRAWS`] samples of reports.
    pub level: f64,
    /// Over all codes.
    pub overall: Agreement,
    /// The questions that were compared, in frame order, over the answers to all of their codes.
    pub questions: Vec<QuestionAgreement>,
    /// Their codes that were compared, in frame order.
    pub codes: Vec<CodeAgreement>,
    /// What they disagree on, by report and code.
    pub disagreements: Vec<Disagreement>,
}

/// How well people agree on some codes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Agreement {
    /// Reports with a code that two people or more answered.
    pub reports: usize,
    /// Such (report, code).
    pub units: usize,
    /// Answers to them that are compared.
    pub answers: usize,
    /// How many could not tell, on codes of reports that two people or more looked at.
    pub unsure: usize,
    /// Share of agreeing pairs of answers.
    pub agreed: Option<f64>,
    /// Cohen's kappa; with more than two people the mean over pairs.
    pub kappa: Option<Estimate>,
    /// Krippendorff's alpha, nominal.
    pub alpha: Option<Estimate>,
    /// PABAK, with three answers Brennan and Prediger's coefficient.
    pub pabak: Option<Estimate>,
    /// Gwet's AC1.
    pub ac1: Option<Estimate>,
    /// Why kappa and alpha are undefined, when they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undefined: Option<&'static str>,
}

/// A figure and how much it would vary with other reports.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Estimate {
    /// The figure.
    pub value: f64,
    /// Lower and upper end of its interval; none with fewer than two reports.
    pub interval: Option<(f64, f64)>,
}

/// A code's agreement.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CodeAgreement {
    /// The question's id.
    pub question: String,
    /// The code's id.
    pub code: String,
    /// The code's label.
    pub label: String,
    /// Its figures.
    #[serde(flatten)]
    pub agreement: Agreement,
}

/// A question's agreement.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QuestionAgreement {
    /// The question's id.
    pub question: String,
    /// The question as people read it.
    pub title: String,
    /// Its figures.
    #[serde(flatten)]
    pub agreement: Agreement,
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
    /// Who cannot tell.
    pub unsure: Vec<String>,
    /// Who was asked because the others disagree.
    pub adjudicated_by: Vec<String>,
    /// What most say, those who were asked to settle it among them; `None` while as many say yes as no.
    pub settled: Option<Answer>,
}

/// Compares the verdicts that stand, those given under the present definitions; who is unsure is not compared.
///
/// # Errors
/// When no two people gave a verdict on the same (report, code).
pub fn people(frame: &Frame, standing: &Standing<'_>, selection: &Selection) -> Result<People, Error> {
    people_with(frame, standing, selection, Unsure::LeftOut)
}

/// As [`people`], with a choice of what becomes of those who cannot tell.
///
/// # Errors
/// When no two people gave a verdict on the same (report, code).
pub fn people_with(
    frame: &Frame,
    standing: &Standing<'_>,
    selection: &Selection,
    unsure: Unsure,
) -> Result<People, Error> {
    let cells = cells(frame, standing, selection);
    let compared = |said: &&Said<'_>| said.answers(unsure).count() > 1;
    let reviewers: Vec<&str> = cells
        .iter()
        .filter(compared)
        .flat_map(|said| said.answers(unsure).map(|(reviewer, _)| reviewer))
        .collect::<BTreeSet<&str>>()
        .into_iter()
        .collect();
    if reviewers.is_empty() {
        let reason = "no two people gave a verdict on the same code of the same report".to_owned();
        return Err(Error::Nothing { reason });
    }
    let shape = Shape { unsure, reviewers: &reviewers };
    let mut by_code: Vec<Part<'_>> = vec![Part::default(); frame.n_codes()];
    for said in &cells {
        by_code[said.code.index.get()].add(&shape, said);
    }
    let (mut all, mut questions, mut codes) = (Part::default(), Vec::new(), Vec::new());
    for question in &frame.questions {
        let mut pooled = Part::default();
        for code in frame.codes_of(question.id.as_str()) {
            let part = &by_code[code.index.get()];
            if part.reports.is_empty() {
                continue;
            }
            pooled.merge(part);
            codes.push(CodeAgreement {
                question: question.id.to_string(),
                code: code.code.id.to_string(),
                label: code.code.label.clone(),
                agreement: part.agreement(&shape),
            });
        }
        if !pooled.reports.is_empty() {
            all.merge(&pooled);
            let (id, title) = (question.id.to_string(), question.title.clone());
            questions.push(QuestionAgreement { question: id, title, agreement: pooled.agreement(&shape) });
        }
    }
    let mut disagreements: Vec<(_, Disagreement)> =
        cells.iter().filter_map(|said| Some((said.code.index, said.disagreement(unsure)?))).collect();
    disagreements.sort_by(|(a, x), (b, y)| (&x.report, a).cmp(&(&y.report, b)));
    Ok(People {
        reviewers: reviewers.iter().map(|name| (*name).to_owned()).collect(),
        unsure,
        level: LEVEL,
        overall: all.agreement(&shape),
        questions,
        codes,
        disagreements: disagreements.into_iter().map(|(_, disagreement)| disagreement).collect(),
    })
}

/// What people said about one code of one report.
struct Said<'s> {
    report: &'s str,
    code: CodeRef<'s>,
    verdicts: Vec<&'s Verdict>,
}

fn cells<'s>(frame: &'s Frame, standing: &Standing<'s>, selection: &Selection) -> Vec<Said<'s>> {
    let mut cells = Vec::new();
    let cell = |v: &Verdict| (v.report.clone(), v.question.clone(), v.code.clone());
    for of_cell in standing.chunk_by(|a, b| cell(a) == cell(b)) {
        let first = of_cell[0];
        let Some(code) = frame.find(&format!("{}/{}", first.question, first.code)) else { continue };
        if !selection.has_report(&first.report) || !selection.has_question(code.question) {
            continue;
        }
        let is_current = |v: &&&Verdict| *v.definition == *code.code.definition_hash && !v.is_undone();
        let current = of_cell.iter().filter(is_current).copied();
        cells.push(Said { report: &first.report, code, verdicts: current.collect() });
    }
    cells
}

impl<'s> Said<'s> {
    /// The verdicts that are compared.
    fn coded(&self) -> impl Iterator<Item = &'s Verdict> {
        self.verdicts.iter().copied().filter(|verdict| !verdict.adjudicates())
    }

    /// Reviewers and the numbers of their answers.
    fn answers(&self, unsure: Unsure) -> impl Iterator<Item = (&'s str, usize)> {
        let number = move |answer| match (answer, unsure) {
            (Answer::DoesNotApply, _) => Some(0),
            (Answer::Applies, _) => Some(1),
            (Answer::Unsure, Unsure::Answer) => Some(2),
            (Answer::Unsure, Unsure::LeftOut) => None,
        };
        self.coded().filter_map(move |verdict| Some((&*verdict.reviewer, number(verdict.answer)?)))
    }

    fn disagreement(&self, unsure: Unsure) -> Option<Disagreement> {
        let answers: BTreeSet<usize> = self.answers(unsure).map(|(_, answer)| answer).collect();
        if answers.len() < 2 {
            return None;
        }
        let who = |answer| self.coded().filter(|v| v.answer == answer).map(|v| v.reviewer.to_string()).collect();
        let votes = |answer| self.verdicts.iter().filter(|verdict| verdict.answer == answer).count();
        let (yes, no) = (votes(Answer::Applies), votes(Answer::DoesNotApply));
        let adjudicated_by = self.verdicts.iter().filter(|v| v.adjudicates()).map(|v| v.reviewer.to_string());
        Some(Disagreement {
            report: self.report.to_owned(),
            question: self.code.question.id.to_string(),
            code: self.code.code.id.to_string(),
            applies: who(Answer::Applies),
            does_not_apply: who(Answer::DoesNotApply),
            unsure: who(Answer::Unsure),
            adjudicated_by: adjudicated_by.collect(),
            settled: match yes.cmp(&no) {
                std::cmp::Ordering::Greater => Some(Answer::Applies),
                std::cmp::Ordering::Less => Some(Answer::DoesNotApply),
                std::cmp::Ordering::Equal => None,
            },
        })
    }
}

/// Who may have given which answers.
struct Shape<'p> {
    unsure: Unsure,
    reviewers: &'p [&'p str],
}

impl Shape<'_> {
    fn empty(&self) -> Ratings {
        Ratings::new(if self.unsure == Unsure::Answer { 3 } else { 2 }, self.reviewers.len())
    }
}

/// Some codes' ratings, by report.
#[derive(Debug, Clone, Default)]
struct Part<'p> {
    /// Only reports in which two people or more answered one of the codes.
    reports: BTreeMap<&'p str, Ratings>,
    n_unsure: usize,
}

impl<'p> Part<'p> {
    fn add(&mut self, shape: &Shape<'_>, said: &Said<'p>) {
        let mut row = vec![None; shape.reviewers.len()];
        for (reviewer, answer) in said.answers(shape.unsure) {
            // Whoever shares no cell with another has no place.
            if let Ok(place) = shape.reviewers.binary_search(&reviewer) {
                row[place] = Some(answer);
            }
        }
        if said.coded().count() > 1 {
            self.n_unsure += said.coded().filter(|verdict| verdict.answer == Answer::Unsure).count();
        }
        if row.iter().flatten().count() > 1 {
            self.reports.entry(said.report).or_insert_with(|| shape.empty()).add(&row);
        }
    }

    fn merge(&mut self, other: &Part<'p>) {
        self.n_unsure += other.n_unsure;
        for (report, ratings) in &other.reports {
            match self.reports.get_mut(report) {
                Some(known) => known.merge(ratings),
                None => drop(self.reports.insert(report, ratings.clone())),
            }
        }
    }

    fn agreement(&self, shape: &Shape<'_>) -> Agreement {
        let of_reports: Vec<&Ratings> = self.reports.values().collect();
        let mut all = shape.empty();
        of_reports.iter().for_each(|ratings| all.merge(ratings));
        const FIGURES: [fn(&Ratings) -> Option<f64>; 4] =
            [Ratings::kappa, Ratings::alpha, Ratings::pabak, Ratings::ac1];
        let mut drawn: [Vec<f64>; 4] = Default::default();
        if of_reports.len() > 1 {
            let (mut random, mut sample) = (Random::new(SEED), shape.empty());
            // All figures of one sample at once: drawing the reports is what takes time.
            for _ in 0..N_DRAWS {
                sample.clear();
                of_reports.iter().for_each(|_| sample.merge(of_reports[random.below(of_reports.len())]));
                for (figure, drawn) in FIGURES.iter().zip(&mut drawn) {
                    drawn.extend(figure(&sample));
                }
            }
        }
        let mut estimates = FIGURES.iter().zip(&mut drawn).map(|(figure, drawn)| {
            drawn.sort_by(f64::total_cmp);
            figure(&all).map(|value| Estimate { value, interval: interval(drawn, LEVEL) })
        });
        let mut next = || estimates.next().expect("there are four figures");
        let (kappa, alpha, pabak, ac1) = (next(), next(), next(), next());
        let undefined = match () {
            () if all.is_of_one_answer() => Some("all answers are the same"),
            () if kappa.is_none() => Some("no two people differ in how they answer"),
            () => None,
        };
        Agreement {
            reports: of_reports.len(),
            units: all.n_units(),
            answers: all.n_given(),
            unsure: self.n_unsure,
            agreed: all.observed(),
            kappa,
            alpha,
            pabak,
            ac1,
            undefined,
        }
    }
}
