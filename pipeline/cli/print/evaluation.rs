//! How good codings are, as text for reading, CSV for spreadsheets, JSON for programs. What compares yes and no shares
//! one table: a row for each code, question and subgroup, and one for all.

use super::super::Format;
use codeframe::evaluate::{Against, Crossed, Figures, LEVEL, MIN_POSITIVES, Overall, Subgroup, Table};
use std::io::{self, Write};

/// Width of the first column, in characters; longer names push the rest of their row aside.
pub(super) const WIDTH: usize = 44;

/// The machine beside people.
pub fn against(against: &Against, column: Option<&str>, format: Format) -> io::Result<()> {
    match format {
        Format::Json => super::json(against),
        Format::Csv => csv(&against.table, &against.subgroups, &[]),
        _ => {
            let mut out = super::results();
            table(&mut out, &against.table)?;
            subgroups(&mut out, column.unwrap_or_default(), &against.subgroups)?;
            passages(&mut out, against)?;
            out.flush()
        }
    }
}

/// The classifier beside people, each report left out.
pub fn crossed(crossed: &Crossed, column: Option<&str>, format: Format) -> io::Result<()> {
    let fresh = crossed.fresh.as_ref();
    let ways = [
        ("rules", crossed.rules.as_ref()),
        ("without_rules", crossed.without_rules.as_ref()),
        ("fresh", fresh.map(|fresh| &fresh.overall)),
        ("fresh_rules", fresh.and_then(|fresh| fresh.rules.as_ref())),
        ("fresh_without_rules", fresh.and_then(|fresh| fresh.without_rules.as_ref())),
    ];
    let ways: Vec<(&str, &Overall)> = ways.into_iter().filter_map(|(name, overall)| Some((name, overall?))).collect();
    match format {
        Format::Json => super::json(crossed),
        Format::Csv => csv(&crossed.table, &crossed.subgroups, &ways),
        _ => {
            let mut out = super::results();
            table(&mut out, &crossed.table)?;
            subgroups(&mut out, column.unwrap_or_default(), &crossed.subgroups)?;
            if !ways.is_empty() {
                let head = ["reports", "codes", "mean kappa", "pooled", "mean F1"];
                writeln!(
                    out,
                    "\n{:WIDTH$}{:>8}{:>7}{:>12}{:>8}{:>9}",
                    "", head[0], head[1], head[2], head[3], head[4]
                )?;
                for (name, overall) in [("all", &crossed.table.overall)].iter().chain(&ways) {
                    let (mean, f1) = (two(overall.means.mean_kappa), two(overall.means.mean_f1));
                    let (n, codes, pooled) = (overall.reports, overall.means.mean_over, two(overall.figures.kappa));
                    writeln!(out, "{:WIDTH$}{n:>8}{codes:>7}{mean:>12}{pooled:>8}{f1:>9}", way(name))?;
                }
            }
            writeln!(
                out,
                "\neach report was left out of what its answers come from; a code is given from a probability of .5 on"
            )?;
            out.flush()
        }
    }
}

fn way(name: &str) -> &str {
    match name {
        "all" => "classifier and rules",
        "rules" => "rules alone",
        "without_rules" => "classifier alone",
        "fresh" => "reports that rules were not written from",
        "fresh_rules" => "  rules alone",
        "fresh_without_rules" => "  classifier alone",
        name => name,
    }
}

/// The table as text.
pub fn table(out: &mut impl Write, table: &Table) -> io::Result<()> {
    let has_probabilities = table.overall.figures.brier.is_some();
    writeln!(out, "{}", head("code", has_probabilities))?;
    for row in &table.codes {
        writeln!(out, "{}", line(&format!("{}/{}", row.question, row.code), &row.figures, has_probabilities))?;
    }
    writeln!(out, "\n{}{:>9}", head("question", has_probabilities), "mean")?;
    for row in &table.questions {
        writeln!(out, "{}{:>9}", line(&row.question, &row.figures, has_probabilities), two(row.means.mean_kappa))?;
    }
    let all = &table.overall;
    writeln!(out, "{}{:>9}", line("all", &all.figures, has_probabilities), two(all.means.mean_kappa))?;
    let share = 100. * all.figures.queued as f64 / all.figures.answers.max(1) as f64;
    let queued = match all.figures.queued {
        0 => String::new(),
        _ => format!(", {share:.1} % of them queued (counted as not given)"),
    };
    writeln!(out, "\n{} reports, {} answers{queued}", all.reports, all.figures.answers)?;
    let (n, mean_kappa, kappa) = (all.means.mean_over, three(all.means.mean_kappa), three(all.figures.kappa));
    let within = |interval: Option<(f64, f64)>| {
        interval.map_or_else(String::new, |(low, high)| format!(" [{low:.3}, {high:.3}]"))
    };
    let (of_mean, of_pooled) = (within(all.mean_kappa_interval), within(all.kappa_interval));
    writeln!(
        out,
        "mean kappa {mean_kappa}{of_mean} over {n} codes with {MIN_POSITIVES} positives or more, pooled kappa {kappa}{of_pooled}"
    )?;
    if all.kappa_interval.is_some() {
        writeln!(out, "in brackets: where {:.0} % of bootstrap samples of the reports are", LEVEL * 100.)?;
    }
    let (mean_f1, f1) = (three(all.means.mean_f1), three(all.figures.f1));
    writeln!(out, "mean F1 {mean_f1} over the same codes, pooled F1 {f1}")?;
    if has_probabilities {
        let Figures { average_precision, brier, brier_skill, calibration_error, .. } = &all.figures;
        writeln!(
            out,
            "probabilities: average precision {} pooled and {} in the mean, Brier {}, skill {}, calibration error {}",
            three(*average_precision),
            three(all.means.mean_average_precision),
            three(*brier),
            three(*brier_skill),
            three(*calibration_error)
        )?;
        writeln!(out, "\nprobability        n   mean   true")?;
        for bin in table.reliability.iter().filter(|bin| bin.n > 0) {
            writeln!(out, "{:.1} to {:.1} {:>9} {:>6.3} {:>6.3}", bin.from, bin.to, bin.n, bin.mean, bin.share)?;
        }
    }
    Ok(())
}

fn head(rows: &str, has_probabilities: bool) -> String {
    let mut text = format!("{rows:WIDTH$}{:>5}{:>6}{:>6}{:>6}{:>7}", "n", "hit", "false", "miss", "queued");
    text.push_str(&format!("{:>7}{:>7}{:>6}{:>7}", "prec.", "recall", "F1", "kappa"));
    if has_probabilities {
        text.push_str(&format!("{:>6}{:>7}", "AP", "Brier"));
    }
    text
}

fn line(name: &str, figures: &Figures, has_probabilities: bool) -> String {
    let counts = &figures.counts;
    let mut text = format!(
        "{name:WIDTH$}{:>5}{:>6}{:>6}{:>6}{:>7}{:>7}{:>7}{:>6}{:>7}",
        figures.positives,
        counts.true_positives,
        counts.false_positives,
        counts.false_negatives,
        figures.queued,
        two(figures.precision),
        two(figures.recall),
        two(figures.f1),
        two(figures.kappa)
    );
    if has_probabilities {
        text.push_str(&format!("{:>6}{:>7}", two(figures.average_precision), three(figures.brier)));
    }
    text
}

fn subgroups(out: &mut impl Write, column: &str, subgroups: &[Subgroup]) -> io::Result<()> {
    if subgroups.is_empty() {
        return Ok(());
    }
    let head = format!("{column:WIDTH$}{:>8}{:>9}{:>8}{:>7}{:>7}", "reports", "answers", "wrong %", "kappa", "queued");
    writeln!(out, "\n{head}")?;
    for row in subgroups {
        let value = if row.value.is_empty() { "(none)" } else { &row.value };
        let wrong = row.error.map_or_else(|| "–".to_owned(), |share| format!("{:.1}", share * 100.));
        let Figures { answers, kappa, queued, .. } = &row.figures;
        writeln!(out, "{value:WIDTH$}{:>8}{answers:>9}{wrong:>8}{:>7}{queued:>7}", row.reports, two(*kappa))?;
    }
    Ok(())
}

fn passages(out: &mut impl Write, against: &Against) -> io::Result<()> {
    let found = &against.passages;
    let percent = |share: Option<f64>| share.map_or_else(|| "–".to_owned(), |share| format!("{:.1} %", share * 100.));
    if found.with_reader + found.not_to_be_coded > 0 {
        writeln!(
            out,
            "\npassages: {} of {} codes decided to apply cite one that a reader cited ({}; {} of the {} for which a reader cited any)",
            found.cited,
            found.applies,
            percent(found.share_of_applies),
            percent(found.share_of_with_reader),
            found.with_reader
        )?;
        writeln!(
            out,
            "passages that are not to be coded: {} of {} were ({})",
            found.coded_nevertheless,
            found.not_to_be_coded,
            percent(found.share_coded_nevertheless)
        )?;
    }
    if found.not_found > 0 {
        writeln!(out, "{} passages of the coded set are not in their reports", found.not_found)?;
    }
    if against.disputed > 0 {
        writeln!(out, "{} answers on which the coded set disagrees with itself were left out", against.disputed)?;
    }
    if against.learned > 0 {
        let n = against.learned;
        writeln!(
            out,
            "the classifier has learned from {n} of the reports, on which it looks better than it is; `codeframe"
        )?;
        writeln!(out, "evaluate` without --against leaves each report out")?;
    }
    Ok(())
}

/// A row for each code, question and subgroup, one for all, and one for each other way of answering.
fn csv(table: &Table, subgroups: &[Subgroup], ways: &[(&str, &Overall)]) -> io::Result<()> {
    let mut out = csv::Writer::from_writer(super::results());
    out.write_record([
        "level",
        "question",
        "code",
        "value",
        "answers",
        "n",
        "hit",
        "false",
        "miss",
        "queued",
        "precision",
        "recall",
        "f1",
        "kappa",
        "average_precision",
        "brier",
        "brier_skill",
        "calibration_error",
        "mean_kappa",
        "mean_over",
        "kappa_low",
        "kappa_high",
        "mean_kappa_low",
        "mean_kappa_high",
    ])?;
    let mut write =
        |names: [&str; 4], figures: &Figures, means: Option<(Option<f64>, usize)>, ends: [Option<f64>; 4]| {
            let counts = &figures.counts;
            let mut cells: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            let numbers = [
                figures.answers,
                figures.positives,
                counts.true_positives,
                counts.false_positives,
                counts.false_negatives,
                figures.queued,
            ];
            cells.extend(numbers.map(|n| n.to_string()));
            let shares = [
                figures.precision,
                figures.recall,
                figures.f1,
                figures.kappa,
                figures.average_precision,
                figures.brier,
                figures.brier_skill,
                figures.calibration_error,
                means.and_then(|means| means.0),
            ];
            cells.extend(shares.map(number));
            cells.push(means.map_or_else(String::new, |means| means.1.to_string()));
            cells.extend(ends.map(number));
            out.write_record(cells)
        };
    for row in &table.codes {
        write(["code", &row.question, &row.code, ""], &row.figures, None, [None; 4])?;
    }
    for row in &table.questions {
        let means = (row.means.mean_kappa, row.means.mean_over);
        write(["question", &row.question, "", ""], &row.figures, Some(means), [None; 4])?;
    }
    for row in subgroups {
        write(["subgroup", "", "", &row.value], &row.figures, None, [None; 4])?;
    }
    for (name, overall) in [("all", &table.overall)].iter().chain(ways) {
        let means = (overall.means.mean_kappa, overall.means.mean_over);
        let (of_pooled, of_mean) = (overall.kappa_interval.unzip(), overall.mean_kappa_interval.unzip());
        let ends = [of_pooled.0, of_pooled.1, of_mean.0, of_mean.1];
        write([name, "", "", ""], &overall.figures, Some(means), ends)?;
    }
    out.flush()
}

/// A figure as CSV has it: empty where it is undefined.
pub(super) fn number(figure: Option<f64>) -> String {
    figure.map_or_else(String::new, |figure| format!("{figure:.6}"))
}

pub(super) fn two(figure: Option<f64>) -> String {
    figure.map_or_else(|| "–".to_owned(), |figure| format!("{figure:.2}"))
}

fn three(figure: Option<f64>) -> String {
    figure.map_or_else(|| "–".to_owned(), |figure| format!("{figure:.3}"))
}
