//! What a form says becomes verdicts in the ledger. It is told to be recorded when it is on the disk, and not before.

use super::Error;
use super::desk::{Desk, Given};
use super::filter::{Pairs, value};
use super::words;
use crate::decide::Reason;
use crate::frame::{CodeIndex, CodeRef};
use crate::project::LEDGER;
use crate::review::{ADJUDICATES, Answer, Appender, Proposal, Quote, Route, UNDONE, Verdict};
use crate::span::ByteSpan;
use std::sync::Arc;

/// Longest note and passage that is recorded, in bytes.
const MAX_NOTE: usize = 10_000;
const MAX_QUOTE: u32 = 20_000;
/// Most passages of one verdict.
const MAX_QUOTES: usize = 200;

/// What one form says about one code.
struct Form {
    code: CodeIndex,
    answer: Answer,
    passages: Vec<ByteSpan>,
    note: String,
    is_blind: bool,
    /// Whether the person was told what others said.
    adjudicates: bool,
}

impl Desk {
    /// Records the answer to an item; `skip` only puts it off. Gives the report and code that were answered.
    pub(super) fn record_answer(&mut self, form: &Pairs) -> Result<(Arc<str>, CodeIndex), Error> {
        let report = self.known_report(form)?;
        let code = self.code(value(form, "code").unwrap_or_default())?;
        let index = code.index;
        let answer = match value(form, "answer") {
            Some("applies") => Answer::Applies,
            Some("does_not_apply") => Answer::DoesNotApply,
            Some("unsure") => Answer::Unsure,
            Some("skip") => {
                self.session.skipped.insert((report.clone(), index));
                return Ok((report, index));
            }
            _ => return Err(Error::Form { reason: "the form does not say what the answer is".to_owned() }),
        };
        if value(form, "definition") != Some(&code.code.definition_hash) {
            return Err(Error::Changed { code: code.name().to_owned() });
        }
        let note = note(form)?;
        let passages = form.iter().filter(|(name, _)| name == "passage").map(|(_, at)| span(at));
        let passages = passages.collect::<Result<Vec<_>, _>>()?;
        if passages.len() > MAX_QUOTES {
            return Err(Error::Form { reason: format!("more than {MAX_QUOTES} passages are marked") });
        }
        let is_blind = value(form, "blind").is_some();
        let adjudicates = value(form, "adjudicate").is_some();
        self.record(&report, vec![Form { code: index, answer, passages, note, is_blind, adjudicates }])?;
        Ok((report, index))
    }

    /// Records the codes of a whole question as a person ticked them without having seen anything of the machine: those
    /// that are ticked apply, the others do not.
    pub(super) fn record_question(&mut self, form: &Pairs) -> Result<Arc<str>, Error> {
        let report = self.known_report(form)?;
        let question = value(form, "question").unwrap_or_default();
        let ticked: Vec<&str> = form.iter().filter(|(name, _)| name == "ticked").map(|(_, v)| v.as_str()).collect();
        let codes: Vec<CodeRef<'_>> = self.study.frame.codes_of(question).collect();
        let hashes: Vec<&str> = codes.iter().map(|code| code.code.definition_hash.as_str()).collect();
        if codes.is_empty() {
            return Err(Error::NotThere { what: "question", found: question.to_owned() });
        }
        if value(form, "definitions") != Some(&hashes.join(" ")) {
            return Err(Error::Changed { code: question.to_owned() });
        }
        let unknown = ticked.iter().find(|id| codes.iter().all(|code| code.code.id.as_str() != **id));
        if let Some(id) = unknown {
            return Err(Error::NotThere { what: "code", found: format!("{question}/{id}") });
        }
        let note = note(form)?;
        let answer = |code: &CodeRef<'_>| match ticked.contains(&code.code.id.as_str()) {
            true => Answer::Applies,
            false => Answer::DoesNotApply,
        };
        let form = |code: &CodeRef<'_>| Form {
            code: code.index,
            answer: answer(code),
            passages: Vec::new(),
            note: note.clone(),
            is_blind: true,
            adjudicates: false,
        };
        let forms = codes.iter().map(form).collect();
        self.record(&report, forms)?;
        Ok(report)
    }

    /// Takes back what was recorded last: what stood before stands again, as a new line. Gives what is open again.
    pub(super) fn undo(&mut self) -> Result<Option<(Arc<str>, CodeIndex)>, Error> {
        let Some(step) = self.session.given.last().map(|given| given.step) else { return Ok(None) };
        let from = self.session.given.iter().position(|given| given.step == step).unwrap_or(0);
        let at: Arc<str> = (self.settings.clock)().at.into();
        let lines = self.session.given[from..].iter().map(|given| {
            let code = self.study.frame.code(given.code);
            match &given.before {
                Some(before) => Verdict { at: at.clone(), ..before.clone() },
                None => {
                    Verdict { note: UNDONE.to_owned(), ..self.blank(&given.report, &code, Answer::Unsure, at.clone()) }
                }
            }
        });
        let lines: Vec<Verdict> = lines.collect();
        Appender::open(&self.project.ledger(), LEDGER)?.append(&lines)?;
        let last = &self.session.given[from];
        let open = (last.report.clone(), last.code);
        self.session.given.truncate(from);
        self.session.times.pop();
        self.catch_up()?;
        Ok(Some(open))
    }

    fn known_report(&self, form: &Pairs) -> Result<Arc<str>, Error> {
        let id = value(form, "report").unwrap_or_default();
        let found = self.reports.get_key_value(id).map(|(id, _)| id.clone());
        found.ok_or_else(|| Error::NotThere { what: "report", found: id.to_owned() })
    }

    /// A verdict that says nothing yet.
    fn blank(&self, report: &Arc<str>, code: &CodeRef<'_>, answer: Answer, at: Arc<str>) -> Verdict {
        Verdict {
            at,
            reviewer: self.settings.reviewer.as_str().into(),
            report: report.clone(),
            question: code.question.id.as_str().into(),
            code: code.code.id.as_str().into(),
            answer,
            passages: Vec::new(),
            definition: code.code.definition_hash.as_str().into(),
            answered: None,
            route: Route::Free,
            pi: None,
            note: String::new(),
        }
    }

    /// Appends what forms say and takes it over. What the reviewer has said already in the same words, as when a form is
    /// sent twice, is not said again.
    fn record(&mut self, report: &Arc<str>, forms: Vec<Form>) -> Result<(), Error> {
        let moment = (self.settings.clock)();
        let at: Arc<str> = moment.at.as_str().into();
        let has_passages = forms.iter().any(|form| !form.passages.is_empty());
        let content = if has_passages { Some(self.content(report)?) } else { None };
        let text = content.as_ref().map_or("", |content| content.report.text.as_str());
        let mut verdicts = Vec::new();
        for form in forms {
            let code = self.study.frame.code(form.code);
            let mut passages = form.passages.iter().map(|at| quote(text, *at)).collect::<Result<Vec<_>, _>>()?;
            passages.sort();
            passages.dedup();
            let verdict = self.blank(report, &code, form.answer, at.clone());
            let (route, pi) = self.drawn(report, form.code);
            // Who was given it blind has seen nothing, whatever the form says; but to settle is to have seen all.
            let is_blind = form.is_blind || (self.is_blind(report, form.code) && !form.adjudicates);
            let mut answered = if is_blind { None } else { Some(self.proposal(report, &code)?) };
            if let Some(shown) = answered.as_mut().filter(|_| form.adjudicates) {
                shown[ADJUDICATES] = true.into();
            }
            verdicts.push((form.code, Verdict { passages, answered, route, pi, note: form.note, ..verdict }));
        }
        // From here on nobody else appends, so what is not there now is not there later.
        let mut appender = Appender::open(&self.project.ledger(), LEDGER)?;
        self.catch_up()?;
        let step = self.session.given.last().map_or(0, |given| given.step + 1);
        let mut given = Vec::new();
        let mut lines = Vec::new();
        for (index, verdict) in verdicts {
            let code = self.study.frame.code(index);
            let before = self.verdicts.last(report, &code, &self.settings.reviewer);
            let same = |v: &Verdict| {
                (v.answer, &v.definition, &v.passages, &v.note)
                    == (verdict.answer, &verdict.definition, &verdict.passages, &verdict.note)
            };
            if before.is_some_and(same) {
                continue;
            }
            let told = format!("{report}, {}: {}", code.code.label, words::answer(verdict.answer));
            given.push(Given { report: report.clone(), code: index, step, before: before.cloned(), told });
            lines.push(verdict);
        }
        appender.append(&lines)?;
        drop(appender);
        if !given.is_empty() {
            self.session.times.push(moment.seconds);
        }
        for one in given {
            self.session.skipped.remove(&(one.report.clone(), one.code));
            self.session.given.push(one);
        }
        self.catch_up()
    }

    /// What the person was shown of the machine, as the ledger keeps it: where the probability is withheld, it is not in the
    /// verdict either.
    fn proposal(&self, report: &str, code: &CodeRef<'_>) -> Result<Box<serde_json::Value>, Error> {
        let cell = self.machine_cell(self.report(report)?, code.index);
        let proposal = Proposal {
            decision: cell.leaning(),
            probability: cell.probability_in_review(),
            by: cell.by,
            classifier: self.study.classifier_of(cell.by),
        };
        Ok(Box::new(serde_json::to_value(proposal).expect("plain data always has a text")))
    }

    /// How the reviewer came to be asked, and with what probability.
    fn drawn(&self, report: &str, code: CodeIndex) -> (Route, Option<f64>) {
        let Some(item) = self.item(report, code) else { return (Route::Free, None) };
        let pi = self.queue.items[item].pi;
        let machine = self.reports.get(report).map(|of_report| of_report.machine[code.get()]);
        if machine.is_some_and(|cell| cell.reason == Some(Reason::Audit)) {
            return (Route::Audit, pi.or(Some(self.study.audit_rate)));
        }
        (Route::Queue, pi)
    }
}

fn note(form: &Pairs) -> Result<String, Error> {
    let note = value(form, "note").unwrap_or_default().replace("\r\n", "\n").trim().to_owned();
    if note.len() > MAX_NOTE {
        return Err(Error::Form { reason: format!("the note is longer than {MAX_NOTE} bytes") });
    }
    // The note of a verdict that was taken back means just that.
    Ok(if note == UNDONE { format!("{note}.") } else { note })
}

/// `start-end`.
fn span(at: &str) -> Result<ByteSpan, Error> {
    let numbers = at.split_once('-').and_then(|(start, end)| Some((start.parse().ok()?, end.parse().ok()?)));
    let span = numbers.map(|(start, end)| ByteSpan { start, end });
    let is_span = |span: &ByteSpan| span.start < span.end && span.end - span.start <= MAX_QUOTE;
    span.filter(is_span).ok_or_else(|| Error::Form { reason: format!("`{at}` is no passage") })
}

/// The passage at a place that a form names, without blanks around it.
fn quote(text: &str, at: ByteSpan) -> Result<Quote, Error> {
    let none = || Error::Form { reason: format!("the report has no passage at {}-{}", at.start, at.end) };
    let quote = text.get(at.range()).ok_or_else(none)?;
    let (start, trimmed) = (at.start as usize + quote.len() - quote.trim_start().len(), quote.trim());
    if trimmed.is_empty() {
        return Err(none());
    }
    Ok(Quote::of(text, ByteSpan::new(start, start + trimmed.len())))
}
