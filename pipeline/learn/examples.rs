//! Examples of a codebook: passages that show what a code means, written beside its definition and not taken from a
//! report (MacQueen, McLellan, Kay and Milstein 1998, "Codebook development for team-based qualitative analysis"). They
//! come from `examples.jsonl` in the frame's folder, one a line: `{"text":…,"heading":…,"codes":["question/code",…],
//! "not":[…]}`. All codes that a passage carries are named; `not` tells a reader which ones it may be taken for.

use crate::classify::{Example, Unit};
use crate::fault::{Fault, Place, did_you_mean};
use crate::frame::Frame;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    text: String,
    #[serde(default)]
    heading: String,
    #[serde(default)]
    codes: Vec<String>,
    #[serde(default)]
    not: Vec<String>,
}

/// Reads examples; codes are numbered as in the frame. A line that cannot be used is a fault, and the others are read.
pub fn parse(path: &str, text: &str, frame: &Frame) -> (Vec<Example>, Vec<Fault>) {
    let (mut examples, mut faults) = (Vec::new(), Vec::new());
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        let place = |column: u32| Place { path: path.to_owned(), line: number, column };
        let line: Line = match serde_json::from_str(line) {
            Ok(line) => line,
            Err(error) => {
                let reason = error.to_string();
                let reason = reason.split(" at line ").next().unwrap_or_default().to_owned();
                faults.push(Fault::error(place(error.column().max(1) as u32), format!("this is no example: {reason}")));
                continue;
            }
        };
        let n_faults = faults.len();
        for name in line.codes.iter().chain(&line.not).filter(|name| frame.find(name).is_none()) {
            let mut fault = Fault::error(place(1), format!("the frame has no code `{name}`"));
            fault.hint = did_you_mean(name, frame.codes().map(|code| code.name()));
            faults.push(fault);
        }
        if let Some(both) = line.codes.iter().find(|name| line.not.contains(name)) {
            faults.push(Fault::error(place(1), format!("`{both}` cannot both apply and not apply")));
        }
        if line.text.trim().is_empty() {
            faults.push(Fault::error(place(1), "the example has no text"));
        }
        if faults.len() == n_faults {
            let mut codes: Vec<usize> =
                line.codes.iter().filter_map(|name| frame.find(name)).map(|code| code.index.get()).collect();
            codes.sort_unstable();
            codes.dedup();
            examples.push(Example { unit: Unit { text: line.text, context: line.heading }, codes });
        }
    }
    (examples, faults)
}
