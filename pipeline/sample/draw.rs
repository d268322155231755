//! Reports go through the stages in turn, each left out or held up at the first that it does not pass; of those that pass
//! all, a quota may be drawn at random, or chosen so that they differ as much as can be.
//!
//! Maximum variation takes one report after the other: the one whose values have been taken least often so far, each
//! variable counting the same (a value that nobody has yet counts 1, one that is there once 1/2, and so on). Ties go by a hash of
//! seed and id, so another seed gives another sample of the same kind.

use super::flow::{Flow, StageFlow};
use super::{Choice, Error, Line, Outcome, VERSION};
use crate::config::{self, Written};
use crate::expression::{self, Expression, Fields, Truth};
use crate::fault::{Fault, nearest};
use crate::frame::{CodeIndex, Frame};
use crate::grid::{Grid, Settled};
use std::collections::BTreeMap;

/// Draws a sample: what became of every report, by id, and the flow through the stages. `n_unreadable` is the number of
/// files that gave no report.
///
/// # Errors
/// When the settings name no stage and no quota, an expression is not sound, or no report is left.
pub fn draw(
    settings: &config::Sample,
    seed: u64,
    frame: &Frame,
    grid: &Grid,
    n_unreadable: usize,
) -> Result<(Vec<Line>, Flow), Error> {
    if settings.stages.is_empty() && settings.quota.is_none() {
        return Err(Error::NoStages);
    }
    let filters = settings.stages.iter().map(|stage| compile(&stage.filter, frame, &grid.fields));
    let filters = filters.collect::<Result<Vec<Expression>, _>>()?;
    let variables = settings.spread.iter().map(|name| Variable::find(name, frame, &grid.fields));
    let variables = variables.collect::<Result<Vec<_>, _>>()?;
    let mut stages: Vec<StageFlow> = settings.stages.iter().map(StageFlow::of).collect();
    let mut lines: Vec<Line> = Vec::with_capacity(grid.reports.len());
    let mut passed: Vec<&Settled> = Vec::new();
    for report in &grid.reports {
        let mut line = Line { v: VERSION, report: report.id.clone(), outcome: Outcome::Sampled, stage: None, pi: None };
        for (n, (filter, flow)) in filters.iter().zip(&mut stages).enumerate() {
            flow.n_in += 1;
            let left = match filter.holds(&report.case()) {
                Truth::Yes => continue,
                Truth::No => {
                    flow.n_left_out += 1;
                    // However often the draw is made, this report is not in it.
                    line.pi = Some(0.);
                    Outcome::LeftOut
                }
                Truth::Open => {
                    flow.n_open += 1;
                    Outcome::Open
                }
            };
            (line.outcome, line.stage) = (left, Some(n + 1));
            break;
        }
        if line.outcome == Outcome::Sampled {
            passed.push(report);
        }
        lines.push(line);
    }
    let n_passed = passed.len();
    let quota = settings.quota.filter(|quota| *quota < n_passed);
    let choice = match (quota, variables.is_empty()) {
        (None, _) => Choice::All,
        (Some(_), true) => Choice::Random,
        (Some(_), false) => Choice::Variation,
    };
    passed.sort_by_key(|report| lot(seed, &report.id));
    let taken: Vec<&Settled> = match (choice, quota) {
        (Choice::Variation, Some(quota)) => most_varied(passed, &variables, quota),
        (_, quota) => passed.into_iter().take(quota.unwrap_or(n_passed)).collect(),
    };
    let mut taken: Vec<&str> = taken.into_iter().map(|report| report.id.as_str()).collect();
    taken.sort_unstable();
    let pi = match choice {
        Choice::All => Some(1.),
        Choice::Random => Some(taken.len() as f64 / n_passed as f64),
        Choice::Variation => None,
    };
    for line in lines.iter_mut().filter(|line| line.outcome == Outcome::Sampled) {
        line.pi = pi;
        if taken.binary_search(&line.report.as_str()).is_err() {
            line.outcome = Outcome::NotDrawn;
        }
    }
    let flow = Flow {
        n_reports: grid.reports.len(),
        n_unreadable,
        stages,
        n_passed,
        quota: settings.quota,
        choice,
        spread: settings.spread.iter().map(|name| name.text.clone()).collect(),
        seed,
        n_sampled: taken.len(),
    };
    if taken.is_empty() {
        return Err(Error::Empty { why: flow.why_empty(), n_open: flow.n_open(), flow: Box::new(flow) });
    }
    Ok((lines, flow))
}

/// What is wrong with the settings, whatever the reports are like: expressions and names that cannot be used, each with
/// where it stands and what may have been meant.
pub fn faults(settings: &config::Sample, frame: &Frame, fields: &Fields) -> Vec<Fault> {
    let filters = settings.stages.iter().filter_map(|stage| compile(&stage.filter, frame, fields).err());
    let names = settings.spread.iter().filter_map(|name| Variable::find(name, frame, fields).err());
    let fault = |error: Error| {
        let hint = error.hint();
        match error {
            Error::Expression { place, fault } => Some(Fault::error(place, fault.to_string()).hint(hint)),
            Error::Spread { place, name, .. } => {
                Some(Fault::error(place, format!("there is no question and no column `{name}`")).hint(hint))
            }
            _ => None,
        }
    };
    filters.chain(names).filter_map(fault).collect()
}

fn compile(filter: &Written, frame: &Frame, fields: &Fields) -> Result<Expression, Error> {
    expression::parse(&filter.text, frame, fields)
        .map_err(|fault| Error::Expression { place: filter.place.clone(), fault })
}

/// The place of a report in the draw.
fn lot(seed: u64, report: &str) -> ([u8; 32], String) {
    (*blake3::hash(format!("sample\0{seed}\0{report}").as_bytes()).as_bytes(), report.to_owned())
}

/// What reports are to differ in.
enum Variable {
    /// A question: every code that applies is a value.
    Question(Vec<CodeIndex>),
    /// A column of the metadata.
    Column(String),
}

impl Variable {
    fn find(name: &Written, frame: &Frame, fields: &Fields) -> Result<Variable, Error> {
        if frame.question(&name.text).is_some() {
            return Ok(Variable::Question(frame.codes_of(&name.text).map(|code| code.index).collect()));
        }
        if fields.contains_key(&name.text) {
            return Ok(Variable::Column(name.text.clone()));
        }
        let questions = frame.questions.iter().map(|question| question.id.as_str());
        let known = questions.chain(fields.keys().map(String::as_str));
        let near = nearest(&name.text, known).map(|near| format!("did you mean `{near}`?"));
        Err(Error::Spread { place: name.place.clone(), name: name.text.clone(), near })
    }

    /// The values of a report; nothing known is a value too.
    fn values(&self, report: &Settled) -> Vec<String> {
        let found: Vec<String> = match self {
            Variable::Question(codes) => {
                codes.iter().filter(|code| report.has(**code)).map(|code| code.get().to_string()).collect()
            }
            Variable::Column(column) => report.metadata.get(column).cloned().into_iter().collect(),
        };
        if found.is_empty() { vec![String::new()] } else { found }
    }
}

/// See the module. `passed` is in the order of the lots.
fn most_varied<'g>(passed: Vec<&'g Settled>, variables: &[Variable], quota: usize) -> Vec<&'g Settled> {
    let values: Vec<Vec<Vec<String>>> =
        passed.iter().map(|report| variables.iter().map(|variable| variable.values(report)).collect()).collect();
    let mut count: Vec<BTreeMap<&str, usize>> = vec![BTreeMap::new(); variables.len()];
    let mut waiting: Vec<usize> = (0..passed.len()).collect();
    let mut taken = Vec::with_capacity(quota);
    while taken.len() < quota && !waiting.is_empty() {
        let gain = |n: &usize| -> f64 {
            let of_variable = |(values, count): (&Vec<String>, &BTreeMap<&str, usize>)| {
                let of_value = |value: &String| 1. / (1 + count.get(value.as_str()).copied().unwrap_or(0)) as f64;
                // The mean, so that a report with many codes of a question does not win by their number.
                values.iter().map(of_value).sum::<f64>() / values.len() as f64
            };
            values[*n].iter().zip(&count).map(of_variable).sum()
        };
        // Of equals the first, which is the one with the lowest lot.
        let mut best = 0;
        let gains: Vec<f64> = waiting.iter().map(gain).collect();
        for (at, gain) in gains.iter().enumerate() {
            if *gain > gains[best] + 1e-12 {
                best = at;
            }
        }
        let chosen = waiting.remove(best);
        for (values, count) in values[chosen].iter().zip(&mut count) {
            for value in values {
                *count.entry(value).or_default() += 1;
            }
        }
        taken.push(passed[chosen]);
    }
    taken
}
