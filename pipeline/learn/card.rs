//! The record of a classifier: what it was made from, how well it does on reports that it has not seen, code by code and
//! beside simpler ways, and for which codes it is worth automating. Written as JSON beside the classifier.

use super::{Judged, Lesson, MIN_EXAMPLES, Promise};
use crate::classify::Classifier;
use crate::score::{
    Bin, Confusion, average_precision, brier, brier_skill, clopper_pearson_upper, expected_calibration_error,
    reliability,
};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The format version of a card.
pub const VERSION: u32 = 1;

/// See the module.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// Format version.
    pub version: u32,
    /// The classifier's name.
    pub classifier: String,
    /// Hash of all that was learned from, settings included.
    pub data: String,
    /// Hash of the frame.
    pub frame: String,
    /// Where random choice started.
    pub seed: u64,
    /// The last line of the ledger when it was learned from; 0 on cards that do not tell.
    #[serde(default)]
    pub last_line: u32,
    /// Reports with verdicts.
    pub n_reports: usize,
    /// Reports that the figures below are of: those that the authors of the rules have not read, if there are enough.
    pub n_measured: usize,
    /// Examples of the codebook.
    pub n_examples: usize,
    /// Verdicts left aside because a definition has changed, by code.
    pub n_stale: usize,
    /// Largest share of wrong codes among those decided, and how sure that is.
    pub max_error: f64,
    /// See `max_error`.
    pub confidence: f64,
    /// A code applies without a person from this probability on.
    pub accept_from: Option<f64>,
    /// A code does not apply without a person up to this probability.
    pub reject_to: Option<f64>,
    /// Means and sums over all codes.
    pub overall: Overall,
    /// Probabilities beside how often they came true, all codes together.
    pub reliability: Vec<Bin>,
    /// What more coded reports would bring.
    pub outlook: Option<Outlook>,
    /// The codes, in frame order.
    pub codes: Vec<CodeCard>,
}

/// Figures over all codes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Overall {
    /// Codes with two or more positives among the reports measured: the base of the means.
    pub n_codes: usize,
    /// Mean of the codes' kappa, by classifier and rules; undefined ones count as 0.
    pub mean_kappa: Option<f64>,
    /// The same by rules alone.
    pub mean_kappa_rules: Option<f64>,
    /// The same by the classifier without rules.
    pub mean_kappa_classifier: Option<f64>,
    /// Kappa of all cells together.
    pub pooled_kappa: Option<f64>,
    /// Mean average precision.
    pub mean_average_precision: Option<f64>,
    /// Expected calibration error, ten bins, all cells together.
    pub calibration_error: Option<f64>,
    /// Brier skill beside the share of positives, all cells together.
    pub brier_skill: Option<f64>,
    /// Of the cells of automatic codes: share that is accepted and rejected without a person.
    pub share_automatic: f64,
}

/// What more coded reports would bring, by the classifiers learned from parts of the reports.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outlook {
    /// Reports learned from and mean kappa without rules, for each part.
    pub curve: Vec<(usize, f64)>,
    /// Mean kappa that is expected with 20 more.
    pub with_20_more: f64,
}

/// One code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CodeCard {
    /// `question/code`.
    pub code: String,
    /// Hash of its definition.
    pub definition: String,
    /// Reports measured, and to how many of them it applies.
    pub n: usize,
    /// See `n`.
    pub n_applies: usize,
    /// At a probability of one half: how many of the codes given were right.
    pub precision: Option<f64>,
    /// How many of the right ones were given.
    pub recall: Option<f64>,
    /// Harmonic mean of both.
    pub f1: Option<f64>,
    /// Cohen's kappa.
    pub kappa: Option<f64>,
    /// Average precision.
    pub average_precision: Option<f64>,
    /// Brier score.
    pub brier: Option<f64>,
    /// Expected calibration error, ten bins; `None` on cards that do not tell.
    #[serde(default)]
    pub calibration_error: Option<f64>,
    /// F1 of always giving the code, if it applies to most reports, and else 0.
    pub f1_majority: f64,
    /// Kappa by rules alone.
    pub kappa_rules: Option<f64>,
    /// Kappa of the classifier without rules.
    pub kappa_classifier: Option<f64>,
    /// Of the cells accepted and rejected without a person: how many, how many wrong, and the upper bound of the share. Of a
    /// question that takes one code, those beside an accepted code are rejected.
    pub accepted: Decided,
    /// See `accepted`.
    pub rejected: Decided,
    /// Whether it is worth automating.
    pub worth: Worth,
}

/// Cells decided without a person.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Decided {
    /// How many.
    pub n: usize,
    /// How many of them were wrong.
    pub n_wrong: usize,
    /// Upper bound of the share of wrong ones, at the confidence of the card; 1 when there are none.
    pub bound: f64,
}

/// Whether a code is worth automating.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Worth {
    /// It is decided without a person where the probability allows.
    Yes,
    /// There are enough examples, and the classifier does not see the code (kappa below 0.2): it is better read.
    Hardly,
    /// Too few reports with the code, or without it, have been coded.
    TooFewExamples,
}

/// Kappa below which a code is hardly worth automating ("slight", Landis and Koch 1977).
const SLIGHT: f64 = 0.2;

/// What a card is made from.
pub(super) struct Facts<'f> {
    pub name: &'f str,
    pub lesson: &'f Lesson,
    pub classifier: &'f Classifier,
    pub left_out: &'f [Vec<f64>],
    pub without_rules: Option<&'f [Vec<f64>]>,
    pub fresh: &'f [usize],
    pub promise: Promise,
    pub outlook: Option<Outlook>,
}

impl Card {
    /// Reads a card; none when there is none of this version.
    pub fn read(path: &Path) -> Option<Card> {
        let card: Card = serde_json::from_slice(&std::fs::read(path).ok()?).ok()?;
        (card.version == VERSION).then_some(card)
    }

    pub(super) fn of(facts: &Facts<'_>) -> Card {
        let Facts { name, lesson, classifier, left_out, fresh, promise, .. } = *facts;
        let decisions: Vec<Vec<Option<bool>>> =
            fresh.iter().map(|report| decisions(lesson, classifier, &left_out[*report])).collect();
        let codes: Vec<CodeCard> = (0..lesson.targets.len()).map(|code| code_card(facts, &decisions, code)).collect();
        let all = lesson.judged(left_out, fresh, |_| true);
        let cells = pairs(&all);
        // Where all reports have a code and are given it, kappa is undefined: no agreement is left to chance.
        let often: Vec<&CodeCard> = codes.iter().filter(|code| code.n_applies >= 2 && code.kappa.is_some()).collect();
        let mean = |value: &dyn Fn(&CodeCard) -> Option<f64>| {
            let values: Vec<f64> = often.iter().filter_map(|code| value(code)).collect();
            (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
        };
        let n_automatic = lesson.judged(left_out, fresh, |code| classifier.codes[code].is_automatic).len();
        let is_automatic = |(code, _): &(usize, &CodeCard)| classifier.codes[*code].is_automatic;
        let n_decided: usize =
            codes.iter().enumerate().filter(is_automatic).map(|(_, code)| code.accepted.n + code.rejected.n).sum();
        let has_rules = facts.without_rules.is_some();
        let overall = Overall {
            n_codes: often.len(),
            mean_kappa: mean(&|code| code.kappa),
            mean_kappa_rules: mean(&|code| code.kappa_rules).filter(|_| has_rules),
            mean_kappa_classifier: mean(&|code| code.kappa_classifier).filter(|_| has_rules),
            pooled_kappa: confusion(&cells).kappa(),
            mean_average_precision: mean(&|code| code.average_precision),
            calibration_error: expected_calibration_error(&cells),
            brier_skill: brier_skill(&cells),
            share_automatic: n_decided as f64 / n_automatic.max(1) as f64,
        };
        Card {
            version: VERSION,
            classifier: name.to_owned(),
            data: lesson.hash.clone(),
            frame: lesson.frame.clone(),
            seed: lesson.seed,
            last_line: lesson.last_line,
            n_reports: lesson.taught.len(),
            n_measured: fresh.len(),
            n_examples: lesson.examples.len(),
            n_stale: lesson.stale.values().sum(),
            max_error: promise.max_error,
            confidence: promise.confidence,
            accept_from: classifier.accept_from,
            reject_to: classifier.reject_to,
            overall,
            reliability: reliability(&cells),
            outlook: facts.outlook.clone(),
            codes,
        }
    }
}

/// By code, what is decided of a report without a person, if it is.
fn decisions(lesson: &Lesson, classifier: &Classifier, probabilities: &[f64]) -> Vec<Option<bool>> {
    let implied = lesson.implied(classifier, probabilities);
    let decided = |(code, p): (usize, &f64)| {
        let is_automatic = classifier.codes[code].is_automatic;
        let is_rejected = classifier.reject_to.is_some_and(|to| is_automatic && *p <= to || implied[code]);
        let is_accepted = is_automatic && classifier.accept_from.is_some_and(|from| *p >= from) && !implied[code];
        (is_accepted || is_rejected).then_some(is_accepted)
    };
    probabilities.iter().enumerate().map(decided).collect()
}

fn code_card(facts: &Facts<'_>, decisions: &[Vec<Option<bool>>], code: usize) -> CodeCard {
    let Facts { lesson, classifier, left_out, without_rules, fresh, promise, .. } = *facts;
    let judged = lesson.judged(left_out, fresh, |other| other == code);
    let cells = pairs(&judged);
    let together = confusion(&cells);
    let n_applies = cells.iter().filter(|cell| cell.1).count();
    let by_rules = || {
        let cells = fresh.iter().filter_map(|report| {
            let one = &lesson.taught[*report];
            Some((f64::from(u8::from(one.sample.rules[code].applies)), one.answers[code]?))
        });
        confusion(&cells.collect::<Vec<_>>()).kappa()
    };
    let alone = |cells: &[Vec<f64>]| confusion(&pairs(&lesson.judged(cells, fresh, |other| other == code))).kappa();
    let model = &classifier.codes[code];
    let decided = |right: bool| {
        let of = fresh.iter().zip(decisions).filter(|(_, decided)| decided[code] == Some(right));
        let answers = of.filter_map(|(report, _)| lesson.taught[*report].answers[code]);
        let (n, n_wrong) = answers.fold((0, 0), |(n, wrong), applies| (n + 1, wrong + usize::from(applies != right)));
        let bound = if n == 0 { 1. } else { clopper_pearson_upper(n, n_wrong, 1. - promise.confidence) };
        Decided { n, n_wrong, bound }
    };
    let share = n_applies as f64 / cells.len().max(1) as f64;
    let kappa = together.kappa();
    CodeCard {
        code: lesson.targets[code].name.clone(),
        definition: lesson.targets[code].definition.clone(),
        n: cells.len(),
        n_applies,
        precision: together.precision(),
        recall: together.recall(),
        f1: together.f1(),
        kappa,
        average_precision: average_precision(&cells),
        brier: brier(&cells),
        calibration_error: expected_calibration_error(&cells),
        f1_majority: if share > 0.5 { 2. * share / (1. + share) } else { 0. },
        kappa_rules: without_rules.and_then(|_| by_rules()),
        kappa_classifier: without_rules.and_then(alone),
        accepted: decided(true),
        rejected: decided(false),
        worth: match () {
            () if model.n_applies.min(model.n_reports - model.n_applies) < MIN_EXAMPLES => Worth::TooFewExamples,
            () if kappa.unwrap_or(0.) < SLIGHT => Worth::Hardly,
            () => Worth::Yes,
        },
    }
}

fn pairs(judged: &[Judged]) -> Vec<(f64, bool)> {
    judged.iter().map(|cell| (cell.probability, cell.applies)).collect()
}

/// Counts at a probability of one half.
fn confusion(cells: &[(f64, bool)]) -> Confusion {
    let mut confusion = Confusion::default();
    cells.iter().for_each(|(probability, applies)| confusion.add(*applies, *probability >= 0.5));
    confusion
}
