//! What each report would have been given by a classifier that has not learned from it, kept among the derived data since
//! it takes as long to make as a classifier. The file begins with a line that says what it is of; the other lines are the
//! reports' probabilities, in the order of the lesson. A file of anything else is as good as none.

use super::{Error, Lesson};
use crate::classify::Fitted;
use crate::frame::CodeRef;
use crate::store::{Replacement, Store};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// See the module.
#[derive(Debug, Clone, PartialEq)]
pub struct LeftOut {
    /// By report and code of the lesson; of codes that were not answered as well.
    pub probabilities: Vec<Vec<f64>>,
    /// The same by a classifier that knows of no rules, when there are any.
    pub without_rules: Option<Vec<Vec<f64>>>,
    /// The reports, by number, on which calibration and thresholds rest: those that the authors of the rules have not
    /// read, if there are enough.
    pub fresh: Vec<usize>,
}

impl Lesson {
    /// What each report would have been given by a classifier that has not learned from it: as it was kept in the folder of
    /// derived data when the same was last learned from, else by learning now. `at_work` is called before that, since it
    /// takes as long as training.
    pub fn left_out(&self, derived: &Path, key: &str, at_work: impl FnOnce()) -> LeftOut {
        LeftOut::read(derived, key, self).unwrap_or_else(|| {
            at_work();
            let Fitted { left_out, without_rules, fresh, .. } = self.fit();
            let made = LeftOut { probabilities: left_out, without_rules, fresh };
            // Where nothing may be written it is made again the next time.
            let _ = made.write(derived, key, self);
            made
        })
    }

    /// Names what is learned from and the program that learns.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn key(&self, store: &Store) -> Result<String, Error> {
        Ok(format!("{} {}", self.hash, store.note("made_by")?.unwrap_or_default()))
    }
}

const FILE: &str = "left_out.jsonl";

#[derive(Serialize, Deserialize)]
struct Head {
    /// What was learned from, and by which build of the program.
    of: String,
    fresh: Vec<usize>,
    /// What the numbers of a line are of: names and definitions of the codes.
    #[serde(default)]
    codes: Vec<(String, String)>,
}

/// What was kept last, whatever was learned from: for a reader who wants to know how reports would have been coded by a
/// classifier that had not seen them, and to whom a verdict more or less makes no difference.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// By `question/code`: the code's number in a row, and the definition that was learned.
    codes: BTreeMap<String, (usize, String)>,
    reports: BTreeMap<String, Vec<f64>>,
}

impl Kept {
    /// Reads what is in the folder of derived data; `None` when nothing is, or nothing that can be used.
    pub fn read(folder: &Path) -> Option<Kept> {
        let mut lines = BufReader::new(std::fs::File::open(folder.join(FILE)).ok()?).lines();
        let Head { codes, .. } = serde_json::from_str(&lines.next()?.ok()?).ok()?;
        let mut reports = BTreeMap::new();
        for line in lines {
            let Line { report, probabilities, .. } = serde_json::from_str(&line.ok()?).ok()?;
            if probabilities.len() != codes.len() {
                return None;
            }
            reports.insert(report, probabilities);
        }
        let numbered = codes.into_iter().enumerate().map(|(number, (name, of))| (name, (number, of)));
        Some(Kept { codes: numbered.collect(), reports })
    }

    /// How likely a code of a report was found; `None` when nothing is known of it, or of another definition.
    pub fn probability(&self, report: &str, code: &CodeRef<'_>) -> Option<f64> {
        let (number, definition) = self.codes.get(code.name())?;
        (*definition == code.code.definition_hash).then(|| self.reports.get(report).map(|row| row[*number]))?
    }
}

#[derive(Serialize, Deserialize)]
struct Line {
    report: String,
    probabilities: Vec<f64>,
    without_rules: Option<Vec<f64>>,
}

impl LeftOut {
    /// Reads what was kept under a key; none when there is none, or not of this lesson.
    pub(super) fn read(folder: &Path, key: &str, lesson: &Lesson) -> Option<LeftOut> {
        let mut lines = BufReader::new(std::fs::File::open(folder.join(FILE)).ok()?).lines();
        let Head { of, fresh, .. } = serde_json::from_str(&lines.next()?.ok()?).ok()?;
        if of != key {
            return None;
        }
        let lines: Vec<Line> = lines.map(|line| serde_json::from_str(&line.ok()?).ok()).collect::<Option<_>>()?;
        let width = lesson.targets.len();
        let fits = |line: &Line| {
            let mut rows = line.without_rules.iter().chain([&line.probabilities]);
            rows.all(|row| row.len() == width)
        };
        let ids = lines.iter().map(|line| &line.report);
        if !ids.eq(lesson.taught.iter().map(|one| &one.id)) || !lines.iter().all(fits) {
            return None;
        }
        let (probabilities, without_rules): (Vec<_>, Vec<_>) =
            lines.into_iter().map(|line| (line.probabilities, line.without_rules)).unzip();
        let is_sound = fresh.iter().all(|report| *report < probabilities.len());
        is_sound.then(|| LeftOut { probabilities, without_rules: without_rules.into_iter().collect(), fresh })
    }

    /// Keeps it under a key.
    pub(super) fn write(&self, folder: &Path, key: &str, lesson: &Lesson) -> Result<(), Error> {
        let mut file = Replacement::of(&folder.join(FILE))?;
        let codes = lesson.targets.iter().map(|target| (target.name.clone(), target.definition.clone())).collect();
        write_line(&mut file, &Head { of: key.to_owned(), fresh: self.fresh.clone(), codes })?;
        for (number, one) in lesson.taught.iter().enumerate() {
            let without_rules = self.without_rules.as_ref().map(|rows| rows[number].clone());
            let probabilities = self.probabilities[number].clone();
            write_line(&mut file, &Line { report: one.id.clone(), probabilities, without_rules })?;
        }
        Ok(file.finish()?)
    }
}

fn write_line(file: &mut Replacement, value: &impl Serialize) -> Result<(), Error> {
    let mut text = serde_json::to_vec(value).expect("plain data always has a text");
    text.push(b'\n');
    Ok(file.write(&text)?)
}
