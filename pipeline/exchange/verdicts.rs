//! Human codings become verdicts in the ledger. What a reviewer has said already in the same words is not said again, so
//! importing a file twice adds nothing; what is new or different is appended, after what was there.

use super::human::{HumanCoding, HumanPassage};
use super::quotes::Haystack;
use super::texts::{self, Texts};
use crate::fault::nearest;
use crate::frame::{CodeIndex, Frame};
use crate::project::{LEDGER, Project};
use crate::review::{self, Appender, Ledger, Quote, Route, Standing, Verdict};
use crate::span::ByteSpan;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What the verdicts of a file have in common.
#[derive(Debug, Clone, Copy)]
pub struct Import<'i> {
    /// The file, as messages name it.
    pub file: &'i str,
    /// The reviewer of codings that name none.
    pub reviewer: &'i str,
    /// The time of the import, as RFC 3339 in UTC.
    pub at: &'i str,
}

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// Reports of the corpus that the file has codings of.
    pub n_reports: usize,
    /// Verdicts added to the ledger.
    pub n_added: usize,
    /// Verdicts that stood there already.
    pub n_already: usize,
    /// Passages found in their reports.
    pub n_found: usize,
    /// Passages not found; their verdicts are there without them.
    pub n_not_found: usize,
    /// Reports that the corpus does not have, by id.
    pub left_out: Vec<LeftOut>,
    /// What was odd, in the order of the file.
    pub warnings: Vec<String>,
}

/// A report of the file that the corpus does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Its id in the file.
    pub report: String,
    /// The line of the file on which it begins.
    pub line: u32,
    /// The id in the corpus that may be meant; looked for with the first few only.
    pub nearest: Option<String>,
}

/// How many reports that are left out are compared with all that there are.
const MOST_COMPARED: usize = 20;

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The reports.
    #[error(transparent)]
    Texts(#[from] texts::Error),
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] review::Error),
}

impl Error {
    /// What the reader can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Error::Texts(error) => error.hint(),
            Error::Ledger(error) => error.hint(),
        }
    }
}

/// Adds codings without faults to the project's ledger.
///
/// # Errors
/// When the project has no reports, or the ledger cannot be read or written; then nothing is added.
pub fn import(
    project: &Project,
    frame: &Frame,
    codings: &[HumanCoding],
    import: Import<'_>,
) -> Result<Imported, Error> {
    let texts = Texts::of(project)?;
    // From here on nobody else appends, so that what is not there now is not there later.
    let mut appender = Appender::open(&project.ledger(), LEDGER)?;
    let ledger = Ledger::read(&project.ledger(), LEDGER)?;
    let standing = ledger.value.standing();
    let mut work = Work {
        frame,
        import,
        texts: &texts,
        standing: &standing,
        codes: frame
            .codes()
            .map(|c| Words::of(c.question.id.as_str(), c.code.id.as_str(), &c.code.definition_hash))
            .collect(),
        imported: Imported { warnings: ledger.warnings, ..Imported::default() },
        verdicts: Vec::new(),
    };
    let mut reports = BTreeSet::new();
    for coding in codings {
        let id = coding.report.as_str();
        if texts.has(id) {
            reports.insert(id);
            work.coding(coding)?;
        } else {
            work.leave_out(id, coding.line);
        }
    }
    let Work { mut imported, verdicts, .. } = work;
    imported.n_reports = reports.len();
    imported.n_added = verdicts.len();
    appender.append(&verdicts)?;
    Ok(imported)
}

/// What every verdict on a code carries.
struct Words {
    question: Arc<str>,
    code: Arc<str>,
    definition: Arc<str>,
}

impl Words {
    fn of(question: &str, code: &str, definition: &str) -> Words {
        Words { question: question.into(), code: code.into(), definition: definition.into() }
    }
}

struct Work<'w> {
    frame: &'w Frame,
    import: Import<'w>,
    texts: &'w Texts,
    standing: &'w Standing<'w>,
    /// In frame order.
    codes: Vec<Words>,
    imported: Imported,
    /// What is new.
    verdicts: Vec<Verdict>,
}

impl Work<'_> {
    fn leave_out(&mut self, id: &str, line: u32) {
        let left_out = &mut self.imported.left_out;
        if left_out.iter().any(|before| before.report == id) {
            return;
        }
        let is_compared = left_out.len() < MOST_COMPARED;
        let nearest = is_compared.then(|| nearest(id, self.texts.ids())).flatten().map(str::to_owned);
        left_out.push(LeftOut { report: id.to_owned(), line, nearest });
    }

    fn coding(&mut self, coding: &HumanCoding) -> Result<(), Error> {
        let mut passages = self.passages(coding)?;
        let report: Arc<str> = coding.report.as_str().into();
        let reviewer: Arc<str> = coding.reviewer.as_deref().unwrap_or(self.import.reviewer).into();
        let at: Arc<str> = self.import.at.into();
        for (code, given) in &coding.answers {
            let words = &self.codes[code.get()];
            let verdict = Verdict {
                at: at.clone(),
                reviewer: reviewer.clone(),
                report: report.clone(),
                question: words.question.clone(),
                code: words.code.clone(),
                answer: given.answer,
                passages: passages
                    .iter_mut()
                    .find(|(of, _)| of == code)
                    .map(|p| std::mem::take(&mut p.1))
                    .unwrap_or_default(),
                definition: words.definition.clone(),
                answered: None,
                route: Route::Import,
                pi: None,
                note: String::new(),
            };
            if self.stands(&verdict) {
                self.imported.n_already += 1;
            } else {
                self.verdicts.push(verdict);
            }
        }
        Ok(())
    }

    /// The passages of each code that has some, found in the report.
    fn passages(&mut self, coding: &HumanCoding) -> Result<Vec<(CodeIndex, Vec<Quote>)>, Error> {
        let agrees = |p: &&HumanPassage| coding.answers.get(&p.code).is_some_and(|given| given.answer == p.answer);
        let wanted: Vec<&HumanPassage> = coding.passages.iter().filter(agrees).collect();
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let text = match self.texts.text(coding.report.as_str()) {
            Ok(text) => text.unwrap_or_default(),
            // One bad report does not keep the verdicts on it, or on others, away.
            Err(texts::Error::Extract { path, source }) => {
                self.imported.warnings.push(format!("no passage was looked for in `{path}`: {source}"));
                self.imported.n_not_found += wanted.len();
                return Ok(Vec::new());
            }
            Err(error) => return Err(error.into()),
        };
        let mut haystack = Haystack::new(&text);
        let mut found: Vec<(CodeIndex, Vec<ByteSpan>)> = Vec::new();
        for passage in wanted {
            let at = found.iter().position(|(code, _)| *code == passage.code).unwrap_or_else(|| {
                found.push((passage.code, Vec::new()));
                found.len() - 1
            });
            let spans = &mut found[at].1;
            if let Some(span) = haystack.find(&passage.quote, spans) {
                self.imported.n_found += 1;
                spans.push(span);
                continue;
            }
            self.imported.n_not_found += 1;
            let (file, line, name) = (self.import.file, passage.line, self.frame.code(passage.code).name());
            let start: String = passage.quote.chars().take(60).collect();
            let more = if start.len() < passage.quote.len() { "…" } else { "" };
            let warning = format!(
                "{file}:{line}:1: the passage for `{name}` is not in report `{}`: “{start}{more}”",
                coding.report
            );
            self.imported.warnings.push(warning);
        }
        let quotes = |mut spans: Vec<ByteSpan>| {
            spans.sort();
            spans.into_iter().map(|span| Quote::of(&text, span)).collect()
        };
        Ok(found.into_iter().map(|(code, spans)| (code, quotes(spans))).collect())
    }

    /// Whether the reviewer's last verdict on this report and code is the same.
    fn stands(&self, verdict: &Verdict) -> bool {
        fn key(v: &Verdict) -> [&str; 4] {
            [&v.report, &v.question, &v.code, &v.reviewer]
        }
        let at = self.standing.binary_search_by(|stands| key(stands).cmp(&key(verdict)));
        at.is_ok_and(|at| {
            let stands = self.standing[at];
            let same = (stands.answer, &stands.definition) == (verdict.answer, &verdict.definition);
            same && stands.passages == verdict.passages
        })
    }
}
