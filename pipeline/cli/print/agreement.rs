//! How well people agree, as text for reading, CSV for spreadsheets, JSON for programs; and the list of what they do not
//! agree on, in the same three forms.

use super::super::Format;
use super::evaluation::{WIDTH, number, two};
use codeframe::evaluate::{Agreement, Disagreement, Estimate, People, Unsure};
use codeframe::review::Answer;
use std::io::{self, Write};

/// Disagreements that are listed below the figures.
const MOST_LISTED: usize = 20;

/// The figures, and the first disagreements.
pub fn people(people: &People, format: Format) -> io::Result<()> {
    match format {
        Format::Json => super::json(people),
        Format::Csv => csv(people),
        _ => text(people),
    }
}

/// All disagreements.
pub fn disagreements(people: &People, format: Format) -> io::Result<()> {
    match format {
        Format::Json => super::json(&people.disagreements),
        Format::Csv => {
            let mut out = csv::Writer::from_writer(super::results());
            out.write_record([
                "report",
                "question",
                "code",
                "applies",
                "does_not_apply",
                "unsure",
                "adjudicated_by",
                "settled",
            ])?;
            for found in &people.disagreements {
                let who = [&found.applies, &found.does_not_apply, &found.unsure, &found.adjudicated_by];
                let [yes, no, unsure, adjudicated] = who.map(|names| names.join("; "));
                let settled = found.settled.map_or("", Answer::name);
                let Disagreement { report, question, code, .. } = found;
                out.write_record([report, question, code, &yes, &no, &unsure, &adjudicated, settled])?;
            }
            out.flush()
        }
        _ => {
            let mut out = super::results();
            people.disagreements.iter().try_for_each(|found| writeln!(out, "{}", line(found)))?;
            if people.disagreements.is_empty() {
                writeln!(out, "{} do not disagree on anything", people.reviewers.join(", "))?;
            }
            out.flush()
        }
    }
}

fn text(people: &People) -> io::Result<()> {
    let mut out = super::results();
    writeln!(out, "reviewers: {}\n", people.reviewers.join(", "))?;
    let head = |rows: &str| {
        let figures = ["kappa", "alpha", "PABAK", "AC1"].map(|name| format!("  {name:<18}"));
        format!("{rows:WIDTH$}{:>6}{:>8}{}", "units", "agree %", figures.concat()).trim_end().to_owned()
    };
    let row = |name: &str, found: &Agreement| {
        let agreed = found.agreed.map_or_else(|| "–".to_owned(), |share| format!("{:.1}", share * 100.));
        let figures = [found.kappa, found.alpha, found.pabak, found.ac1].map(|f| format!("  {:<18}", figure(f)));
        format!("{name:WIDTH$}{:>6}{agreed:>8}{}", found.units, figures.concat()).trim_end().to_owned()
    };
    writeln!(out, "{}", head("code"))?;
    for code in &people.codes {
        writeln!(out, "{}", row(&format!("{}/{}", code.question, code.code), &code.agreement))?;
    }
    writeln!(out, "\n{}", head("question"))?;
    for question in &people.questions {
        writeln!(out, "{}", row(&question.question, &question.agreement))?;
    }
    writeln!(out, "{}", row("all", &people.overall))?;
    let n_undefined = people.codes.iter().filter(|code| code.agreement.kappa.is_none()).count();
    writeln!(out, "\na unit is a code of a report that two people or more answered")?;
    if people.overall.reports > 1 {
        let (level, n, reports) = (people.level * 100., codeframe::evaluate::N_DRAWS, people.overall.reports);
        writeln!(out, "in brackets: the middle {level:.0} % of what {n} samples of the {reports} reports give")?;
    }
    if people.reviewers.len() > 2 {
        writeln!(out, "kappa is the mean over pairs of reviewers")?;
    }
    if n_undefined > 0 {
        let codes = if n_undefined == 1 { "1 code".to_owned() } else { format!("{n_undefined} codes") };
        writeln!(
            out,
            "– is undefined: for {codes} all answers are the same, so there is no chance agreement to compare with"
        )?;
    }
    let treated = match people.unsure {
        Unsure::LeftOut => "not compared (`--unsure answer` takes it for a third answer)",
        Unsure::Answer => "taken for a third answer",
    };
    match people.overall.unsure {
        0 => {}
        1 => writeln!(out, "one answer is that somebody is unsure, which is {treated}")?,
        n => writeln!(out, "{n} answers are that somebody is unsure, which is {treated}")?,
    }
    if !people.disagreements.is_empty() {
        writeln!(out, "\ndisagreements")?;
    }
    for found in people.disagreements.iter().take(MOST_LISTED) {
        writeln!(out, "  {}", line(found))?;
    }
    if people.disagreements.len() > MOST_LISTED {
        writeln!(out, "  {} more; `--disagreements` lists all", people.disagreements.len() - MOST_LISTED)?;
    }
    out.flush()
}

fn figure(found: Option<Estimate>) -> String {
    let Some(Estimate { value, interval }) = found else { return "–".to_owned() };
    let interval = interval.map_or_else(String::new, |(low, high)| format!(" [{low:.2}, {high:.2}]"));
    format!("{}{interval}", two(Some(value)))
}

fn line(found: &Disagreement) -> String {
    let Disagreement { report, question, code, .. } = found;
    let said = [("applies", &found.applies), ("does not", &found.does_not_apply), ("unsure", &found.unsure)];
    let said: Vec<String> = said
        .iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(what, names)| format!("{what} ({})", names.join(", ")))
        .collect();
    let settled = match (found.settled, &found.adjudicated_by) {
        (None, _) => String::new(),
        (Some(answer), by) if by.is_empty() => format!("; most say {}", spoken(answer)),
        (Some(answer), by) => format!("; settled: {} ({})", spoken(answer), by.join(", ")),
    };
    format!("{report}  {question}/{code}: {}{settled}", said.join(", "))
}

fn spoken(answer: Answer) -> &'static str {
    match answer {
        Answer::Applies => "applies",
        Answer::DoesNotApply => "does not apply",
        Answer::Unsure => "unsure",
    }
}

/// A row for each code and question, and one for all.
fn csv(people: &People) -> io::Result<()> {
    let mut out = csv::Writer::from_writer(super::results());
    let mut head: Vec<String> =
        ["level", "question", "code", "reports", "units", "answers", "unsure", "agreed"].map(str::to_owned).into();
    for name in ["kappa", "alpha", "pabak", "ac1"] {
        head.extend([name.to_owned(), format!("{name}_low"), format!("{name}_high")]);
    }
    head.push("undefined".to_owned());
    out.write_record(&head)?;
    let mut write = |names: [&str; 3], found: &Agreement| {
        let mut cells: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        cells.extend([found.reports, found.units, found.answers, found.unsure].map(|n| n.to_string()));
        cells.push(number(found.agreed));
        for figure in [found.kappa, found.alpha, found.pabak, found.ac1] {
            let interval = figure.and_then(|figure| figure.interval);
            let ends = [figure.map(|figure| figure.value), interval.map(|i| i.0), interval.map(|i| i.1)];
            cells.extend(ends.map(number));
        }
        cells.push(found.undefined.unwrap_or_default().to_owned());
        out.write_record(cells)
    };
    for row in &people.codes {
        write(["code", &row.question, &row.code], &row.agreement)?;
    }
    for row in &people.questions {
        write(["question", &row.question, ""], &row.agreement)?;
    }
    write(["all", "", ""], &people.overall)?;
    out.flush()
}
