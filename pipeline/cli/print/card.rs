//! A classifier's card, as text, JSON and CSV.

use codeframe::learn::card::{CodeCard, Decided, Worth};
use codeframe::learn::{Card, State};
use std::io::{self, Write};

/// What was learned from what, how well, and a line a code.
pub fn text(card: &Card, state: State) -> io::Result<()> {
    let mut out = super::results();
    let Card { overall, .. } = card;
    let what = match state {
        State::Trained => "is made",
        State::Unchanged => "is as it was: nothing has changed since it was made",
    };
    writeln!(out, "classifier  {} {what}", card.classifier)?;
    let examples = if card.n_examples > 0 { format!(" and {} examples", card.n_examples) } else { String::new() };
    writeln!(
        out,
        "learned     from {} reports{examples}; measured on {} of them, each left out",
        card.n_reports, card.n_measured
    )?;
    writeln!(
        out,
        "kappa       mean {} over {} codes with two or more positives{}; pooled {}",
        shown(overall.mean_kappa),
        overall.n_codes,
        match (overall.mean_kappa_rules, overall.mean_kappa_classifier) {
            (Some(rules), Some(alone)) => format!(" (rules alone {rules:.2}, classifier alone {alone:.2})"),
            _ => String::new(),
        },
        shown(overall.pooled_kappa)
    )?;
    writeln!(
        out,
        "calibration error {}, Brier skill {}, mean average precision {}",
        overall.calibration_error.map_or("–".to_owned(), |e| format!("{e:.3}")),
        shown(overall.brier_skill),
        shown(overall.mean_average_precision)
    )?;
    let threshold = |t: Option<f64>, word: &str| match t {
        Some(t) => format!("{word} {t:.3}"),
        None => format!("{word} no probability"),
    };
    writeln!(
        out,
        "decides     {}, {}: at most {} % wrong with confidence {} %; {:.0} % of the cells of codes with enough examples",
        threshold(card.accept_from, "applies from"),
        threshold(card.reject_to, "does not apply up to"),
        percent(card.max_error),
        percent(card.confidence),
        overall.share_automatic * 100.
    )?;
    if let Some(outlook) = &card.outlook {
        let curve: Vec<String> = outlook.curve.iter().map(|(n, kappa)| format!("{kappa:.2} from {n}")).collect();
        writeln!(
            out,
            "outlook     classifier alone: mean kappa {}; with 20 more reports about {:.2}",
            curve.join(", "),
            outlook.with_20_more
        )?;
    }
    writeln!(out, "\nprobability        n   mean   true")?;
    for bin in card.reliability.iter().filter(|bin| bin.n > 0) {
        writeln!(out, "{:.1} to {:.1} {:>9} {:>6.3} {:>6.3}", bin.from, bin.to, bin.n, bin.mean, bin.share)?;
    }
    let width = card.codes.iter().map(|code| code.code.chars().count()).max().unwrap_or(0).max(4);
    // Without rules there is one classifier, and nothing beside it but the majority.
    let has_rules = overall.mean_kappa_rules.is_some();
    let beside = if has_rules { format!(" {:>6} {:>6}", "rules", "alone") } else { String::new() };
    writeln!(
        out,
        "\n{:width$} {:>5} {:>5} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6}{beside}  {:>14} {:>14}  worth automating",
        "code", "n", "yes", "prec", "recall", "F1", "major", "kappa", "avprec", "calib", "accepted", "rejected"
    )?;
    for code in &card.codes {
        let beside = match has_rules {
            true => format!(" {:>6} {:>6}", shown(code.kappa_rules), shown(code.kappa_classifier)),
            false => String::new(),
        };
        writeln!(
            out,
            "{:width$} {:>5} {:>5} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6}{beside}  {:>14} {:>14}  {}",
            code.code,
            code.n,
            code.n_applies,
            shown(code.precision),
            shown(code.recall),
            shown(code.f1),
            shown(Some(code.f1_majority)),
            shown(code.kappa),
            shown(code.average_precision),
            shown(code.calibration_error),
            decided(code.accepted),
            decided(code.rejected),
            worth(code)
        )?;
    }
    writeln!(
        out,
        "\nmajor: F1 of always giving what most reports have; calib: calibration error; accepted, rejected: without a person,\n\
         wrong ones and the bound of their share with confidence {} %; the promise is over all codes together, not for each",
        percent(card.confidence)
    )?;
    out.flush()
}

/// A row a code.
pub fn csv(card: &Card) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(super::results());
    table.write_record([
        "code",
        "n",
        "n_applies",
        "precision",
        "recall",
        "f1",
        "kappa",
        "average_precision",
        "brier",
        "calibration_error",
        "f1_majority",
        "kappa_rules",
        "kappa_classifier",
        "accepted",
        "accepted_wrong",
        "accepted_bound",
        "rejected",
        "rejected_wrong",
        "rejected_bound",
        "worth",
    ])?;
    for code in &card.codes {
        let number = |value: Option<f64>| value.map_or(String::new(), |value| format!("{value:.4}"));
        table.write_record([
            code.code.as_str(),
            &code.n.to_string(),
            &code.n_applies.to_string(),
            &number(code.precision),
            &number(code.recall),
            &number(code.f1),
            &number(code.kappa),
            &number(code.average_precision),
            &number(code.brier),
            &number(code.calibration_error),
            &number(Some(code.f1_majority)),
            &number(code.kappa_rules),
            &number(code.kappa_classifier),
            &code.accepted.n.to_string(),
            &code.accepted.n_wrong.to_string(),
            &number(Some(code.accepted.bound)),
            &code.rejected.n.to_string(),
            &code.rejected.n_wrong.to_string(),
            &number(Some(code.rejected.bound)),
            worth(code),
        ])?;
    }
    table.flush()
}

fn worth(code: &CodeCard) -> &'static str {
    match code.worth {
        Worth::Yes => "yes",
        Worth::Hardly => "hardly",
        Worth::TooFewExamples => "too few examples",
    }
}

/// How many were decided, how many of them wrongly, and how large that share may be.
fn decided(decided: Decided) -> String {
    match decided.n {
        0 => "–".to_owned(),
        n => format!("{n}, {} (≤{:.0} %)", decided.n_wrong, decided.bound * 100.),
    }
}

fn shown(value: Option<f64>) -> String {
    value.map_or("–".to_owned(), |value| format!("{value:.2}"))
}

fn percent(share: f64) -> f64 {
    (share * 1000.).round() / 10.
}
