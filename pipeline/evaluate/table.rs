//! Answers beside the truth, one (report, code) at a time, become a table: per code, per question and over all.

use super::spread::{Intervals, Spread};
use crate::frame::{CodeIndex, Frame};
use crate::score::{Bin, Confusion, average_precision, brier, brier_skill, expected_calibration_error, reliability};
use serde::Serialize;
use std::collections::BTreeMap;

/// A code counts towards mean kappa and mean F1 when it applies to at least so many reports; with fewer its own figure
/// is mostly luck.
pub const MIN_POSITIVES: usize = 2;

/// The figures of a comparison. This is also the form in which it is printed as JSON.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Table {
    /// Over all codes.
    pub overall: Overall,
    /// The questions that were compared, in frame order.
    pub questions: Vec<QuestionRow>,
    /// Their codes that were compared, in frame order.
    pub codes: Vec<CodeRow>,
    /// How often probabilities of each height came true; empty when there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reliability: Vec<Bin>,
}

/// What all rows give.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figures {
    /// Answers compared.
    pub answers: usize,
    /// Those in which the truth is that the code applies.
    pub positives: usize,
    /// Counts behind the figures; what is queued counts as not given.
    #[serde(flatten)]
    pub counts: Confusion,
    /// Answers that are still queued.
    pub queued: usize,
    /// Share of the given codes that are right.
    pub precision: Option<f64>,
    /// Share of the true codes that are given.
    pub recall: Option<f64>,
    /// Harmonic mean of precision and recall.
    pub f1: Option<f64>,
    /// Cohen's kappa.
    pub kappa: Option<f64>,
    /// Average precision of the probabilities; like the next three, only where every answer has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub average_precision: Option<f64>,
    /// Brier score.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brier: Option<f64>,
    /// Brier skill against always saying the share of positives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brier_skill: Option<f64>,
    /// Expected calibration error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calibration_error: Option<f64>,
}

/// A code's figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CodeRow {
    /// The question's id.
    pub question: String,
    /// The code's id.
    pub code: String,
    /// The code's label.
    pub label: String,
    /// Its figures.
    #[serde(flatten)]
    pub figures: Figures,
}

/// A question's figures, over the answers to all of its codes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QuestionRow {
    /// The question's id.
    pub question: String,
    /// The question as people read it.
    pub title: String,
    /// Means over its codes.
    #[serde(flatten)]
    pub means: Means,
    /// Its pooled figures.
    #[serde(flatten)]
    pub figures: Figures,
}

/// Figures over everything.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Overall {
    /// Reports compared.
    pub reports: usize,
    /// How far pooled kappa would vary with other reports: the middle 95 % of bootstrap samples of them; none with fewer
    /// than two.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kappa_interval: Option<(f64, f64)>,
    /// The same of mean kappa, over the same codes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_kappa_interval: Option<(f64, f64)>,
    /// Means over codes.
    #[serde(flatten)]
    pub means: Means,
    /// Pooled figures.
    #[serde(flatten)]
    pub figures: Figures,
}

/// Means over codes with [`MIN_POSITIVES`] positives or more, each code the same weight.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Means {
    /// How many codes have so many.
    pub mean_over: usize,
    /// Mean kappa over those of them that have one.
    pub mean_kappa: Option<f64>,
    /// Mean F1.
    pub mean_f1: Option<f64>,
    /// Mean average precision, where there are probabilities.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_average_precision: Option<f64>,
}

/// One answer beside the truth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    /// Whether the code applies.
    pub truth: bool,
    /// Whether it is given.
    pub given: bool,
    /// Whether that is still open.
    pub queued: bool,
    /// Probability that it applies, 0 to 1, if there is one.
    pub probability: Option<f64>,
}

/// A table that is being filled.
#[derive(Debug)]
pub struct Builder<'f> {
    frame: &'f Frame,
    /// By id their numbers.
    reports: BTreeMap<String, usize>,
    spread: Spread,
    /// In frame order.
    codes: Vec<Tally>,
}

impl<'f> Builder<'f> {
    /// An empty table.
    pub fn new(frame: &'f Frame) -> Builder<'f> {
        let codes = vec![Tally::default(); frame.n_codes()];
        Builder { frame, reports: BTreeMap::new(), spread: Spread::default(), codes }
    }

    /// Counts an answer.
    pub fn add(&mut self, report: &str, code: CodeIndex, judged: Judged) {
        let number = self.reports.get(report).copied().unwrap_or_else(|| {
            let next = self.reports.len();
            self.reports.insert(report.to_owned(), next);
            next
        });
        self.spread.add(number, code.get(), judged.truth, judged.given);
        self.codes[code.get()].add(judged);
    }

    /// The table; codes and questions without an answer are left out.
    pub fn finish(self) -> Table {
        let mut table = Table {
            overall: Overall {
                reports: self.reports.len(),
                kappa_interval: None,
                mean_kappa_interval: None,
                means: Means::default(),
                figures: Tally::default().figures(),
            },
            questions: Vec::new(),
            codes: Vec::new(),
            reliability: Vec::new(),
        };
        let mut all = Tally::default();
        for question in &self.frame.questions {
            let mut pooled = Tally::default();
            let first = table.codes.len();
            for code in self.frame.codes_of(question.id.as_str()) {
                let tally = &self.codes[code.index.get()];
                if tally.counts.n() == 0 {
                    continue;
                }
                pooled.merge(tally);
                table.codes.push(CodeRow {
                    question: question.id.to_string(),
                    code: code.code.id.to_string(),
                    label: code.code.label.clone(),
                    figures: tally.figures(),
                });
            }
            if pooled.counts.n() > 0 {
                table.questions.push(QuestionRow {
                    question: question.id.to_string(),
                    title: question.title.clone(),
                    means: Means::over(&table.codes[first..]),
                    figures: pooled.figures(),
                });
                all.merge(&pooled);
            }
        }
        table.overall.means = Means::over(&table.codes);
        table.overall.figures = all.figures();
        let counts: Vec<bool> = self.codes.iter().map(|tally| tally.counts.n_positive() >= MIN_POSITIVES).collect();
        let Intervals { pooled, mean } = self.spread.intervals(&counts);
        table.overall.kappa_interval = pooled.filter(|_| table.overall.figures.kappa.is_some());
        table.overall.mean_kappa_interval = mean.filter(|_| table.overall.means.mean_kappa.is_some());
        if all.has_probabilities() {
            table.reliability = reliability(&all.probabilities);
        }
        table
    }
}

impl Means {
    fn over(codes: &[CodeRow]) -> Means {
        let measured: Vec<&Figures> =
            codes.iter().map(|row| &row.figures).filter(|figures| figures.positives >= MIN_POSITIVES).collect();
        let mean = |of: fn(&Figures) -> Option<f64>| {
            let values: Vec<f64> = measured.iter().filter_map(|figures| of(figures)).collect();
            (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
        };
        Means {
            mean_over: measured.len(),
            mean_kappa: mean(|figures| figures.kappa),
            mean_f1: mean(|figures| figures.f1),
            mean_average_precision: mean(|figures| figures.average_precision),
        }
    }
}

/// Counts of some answers.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    counts: Confusion,
    queued: usize,
    /// Of the queued those that are counted as wrong.
    queued_wrong: usize,
    probabilities: Vec<(f64, bool)>,
}

impl Tally {
    pub(super) fn add(&mut self, judged: Judged) {
        self.counts.add(judged.truth, judged.given);
        self.queued += usize::from(judged.queued);
        self.queued_wrong += usize::from(judged.queued && judged.truth != judged.given);
        self.probabilities.extend(judged.probability.map(|p| (p, judged.truth)));
    }

    fn merge(&mut self, other: &Tally) {
        self.counts.merge(&other.counts);
        self.queued += other.queued;
        self.queued_wrong += other.queued_wrong;
        self.probabilities.extend_from_slice(&other.probabilities);
    }

    /// Figures over a part of the answers would not be comparable with those over all.
    fn has_probabilities(&self) -> bool {
        !self.probabilities.is_empty() && self.probabilities.len() == self.counts.n()
    }

    /// Wrong answers among those that are not queued.
    pub(super) fn n_wrong(&self) -> usize {
        self.counts.false_positives + self.counts.false_negatives - self.queued_wrong
    }

    pub(super) fn figures(&self) -> Figures {
        let of_probabilities = |measure: fn(&[(f64, bool)]) -> Option<f64>| {
            if self.has_probabilities() { measure(&self.probabilities) } else { None }
        };
        Figures {
            answers: self.counts.n(),
            positives: self.counts.n_positive(),
            counts: self.counts,
            queued: self.queued,
            precision: self.counts.precision(),
            recall: self.counts.recall(),
            f1: self.counts.f1(),
            kappa: self.counts.kappa(),
            average_precision: of_probabilities(average_precision),
            brier: of_probabilities(brier),
            brier_skill: of_probabilities(brier_skill),
            calibration_error: of_probabilities(expected_calibration_error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::Source;

    const FRAME: &str = r#"
        version = 1
        id = "f"
        title = "F"
        [[question]]
        id = "q"
        title = "Q"
        select = "many"
        code = [{ id = "a", label = "A", definition = "a" }, { id = "b", label = "B", definition = "b" }]
        [[question]]
        id = "r"
        title = "R"
        select = "many"
        code = [{ id = "c", label = "C", definition = "c" }]
    "#;

    /// Expected: scikit-learn 1.9.1's cohen_kappa_score and f1_score of the same answers.
    #[test]
    fn means_and_pooled_figures_are_those_of_the_answers() {
        let frame = crate::frame::parse(&Source::new("f", FRAME)).0.expect("the frame is sound");
        let mut builder = Builder::new(&frame);
        let (a, b) = (CodeIndex::new(0), CodeIndex::new(1));
        let answers = [(a, "1100", "1010"), (b, "1000", "1000")];
        for (code, truth, given) in answers {
            for (n, (truth, given)) in truth.chars().zip(given.chars()).enumerate() {
                let judged = Judged { truth: truth == '1', given: given == '1', queued: n == 3, probability: None };
                builder.add(&n.to_string(), code, judged);
            }
        }
        let table = builder.finish();
        assert_eq!((table.overall.reports, table.questions.len(), table.codes.len()), (4, 1, 2));
        let kappas: Vec<_> = table.codes.iter().map(|row| row.figures.kappa).collect();
        assert_eq!(kappas, [Some(0.), Some(1.)]);
        // Only the first code has two positives.
        assert_eq!((table.overall.means.mean_over, table.overall.means.mean_kappa), (1, Some(0.)));
        let pooled = &table.overall.figures;
        assert_eq!((pooled.answers, pooled.positives, pooled.queued), (8, 3, 2));
        assert_eq!(
            (pooled.kappa.map(|k| (k * 1e6).round()), pooled.f1.map(|f| (f * 1e6).round())),
            (Some(466_667.), Some(666_667.))
        );
        assert_eq!((pooled.brier, table.reliability.len()), (None, 0));
    }

    #[test]
    fn an_empty_table_has_no_figures() {
        let frame = crate::frame::parse(&Source::new("f", FRAME)).0.expect("the frame is sound");
        let table = Builder::new(&frame).finish();
        assert_eq!((table.codes.len(), table.overall.figures.kappa, table.overall.means.mean_kappa), (0, None, None));
    }
}
