//! The project's codings, as `export codings` gives them, beside a set that people coded: do the codes agree, do they
//! rest on the passages that people cited, and are passages left alone that are not to be coded?

use super::subgroups::{Groups, Subgroup, ValueOf};
use super::table::{Builder, Judged, Table};
use super::{Error, Selection};
use crate::coding::Content;
use crate::decide::Decision;
use crate::exchange::human::HumanCoding;
use crate::exchange::quotes::Haystack;
use crate::exchange::{self, CodingLine};
use crate::frame::CodeIndex;
use crate::review::{Answer, Said};
use crate::span::ByteSpan;
use crate::store::Store;
use crate::study::Study;
use serde::Serialize;
use std::collections::BTreeMap;

/// What the comparison gives.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Against {
    /// Codes.
    #[serde(flatten)]
    pub table: Table,
    /// Passages.
    pub passages: Passages,
    /// By value of the metadata's column that was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub subgroups: Vec<Subgroup>,
    /// Reports compared from which the classifier has learned what people say: on these it looks better than it is.
    pub learned: usize,
    /// Answers on which the people of the coded set disagree, which are left out.
    pub disputed: usize,
    /// Reports of the coded set that the project does not have.
    pub missing: Vec<String>,
}

/// How codes rest on passages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Passages {
    /// Codes decided `applies` among those compared.
    pub applies: usize,
    /// Those of them for which a reader cited a passage as well.
    pub with_reader: usize,
    /// Those of them that cite a passage which a reader cited, in part or whole.
    pub cited: usize,
    /// `cited` of `applies`.
    pub share_of_applies: Option<f64>,
    /// `cited` of `with_reader`.
    pub share_of_with_reader: Option<f64>,
    /// Passages that are marked as not to be coded with a code.
    pub not_to_be_coded: usize,
    /// Those of them that are cited for the code, which is decided `applies`.
    pub coded_nevertheless: usize,
    /// Share of them.
    pub share_coded_nevertheless: Option<f64>,
    /// Passages of the coded set that are not in the report's text.
    pub not_found: usize,
}

/// Compares the codings in the store with people's; `subgroup` gives the value of a report by id and path, when
/// subgroups are wanted. The machine's own decisions are compared, whatever people have said in the project; `learned`
/// has the ids of the reports with verdicts, from which a classifier learns.
///
/// # Errors
/// When the store cannot be read, or there is no report that both have.
pub fn against(
    study: &Study,
    store: &Store,
    codings: &[HumanCoding],
    learned: &Said,
    selection: &Selection,
    subgroup: Option<&ValueOf<'_>>,
) -> Result<Against, Error> {
    let mut people: BTreeMap<&str, Vec<&HumanCoding>> = BTreeMap::new();
    for coding in codings.iter().filter(|coding| selection.has_report(coding.report.as_str())) {
        people.entry(coding.report.as_str()).or_default().push(coding);
    }
    let paths: BTreeMap<String, String> = store.reports()?.into_iter().collect();
    let missing: Vec<String> =
        people.keys().filter(|id| !paths.contains_key(**id)).map(|id| (*id).to_owned()).collect();
    if missing.len() == people.len() {
        let reason = "the project has none of the coded reports".to_owned();
        return Err(Error::Nothing { reason });
    }
    let mut work = Work {
        builder: Builder::new(&study.frame),
        passages: Passages::default(),
        learned: 0,
        disputed: 0,
        groups: Groups::default(),
    };
    let mut current: Option<Reader<'_>> = None;
    // The machine's own decisions: people's verdicts in the project must not count for the machine.
    exchange::codings(study, store, &Said::default(), |line| {
        let Some(of_report) = people.get(line.report) else { return Ok(()) };
        let name = format!("{}/{}", line.question, line.code);
        let code = study.frame.find(&name).expect("codings name codes of the frame");
        if !selection.has_question(code.question) {
            return Ok(());
        }
        if current.as_ref().is_none_or(|reader| reader.report != line.report) {
            let group = subgroup.map(|of| of(line.report, &paths[line.report]));
            let reader = Reader::of(store, line.report, of_report, group).map_err(std::io::Error::other)?;
            work.passages.not_found += reader.n_not_found;
            work.learned += usize::from(study.classifier.is_some() && learned.has_report(line.report));
            current = Some(reader);
        }
        if let Some(reader) = &current {
            work.answer(reader, code.index, line);
        }
        Ok(())
    })?;
    let Work { builder, mut passages, learned, disputed, groups } = work;
    let share = |n: usize, of: usize| (of > 0).then(|| n as f64 / of as f64);
    passages.share_of_applies = share(passages.cited, passages.applies);
    passages.share_of_with_reader = share(passages.cited, passages.with_reader);
    passages.share_coded_nevertheless = share(passages.coded_nevertheless, passages.not_to_be_coded);
    Ok(Against { table: builder.finish(), passages, subgroups: groups.finish(), learned, disputed, missing })
}

struct Work<'f> {
    builder: Builder<'f>,
    passages: Passages,
    learned: usize,
    disputed: usize,
    groups: Groups,
}

impl Work<'_> {
    fn answer(&mut self, reader: &Reader<'_>, code: CodeIndex, line: &CodingLine<'_>) {
        let applies = line.decision == Decision::Applies;
        let cites = |span: &ByteSpan| line.passages.iter().any(|p| p.start < span.end && span.start < p.end);
        let of = |answer| reader.spans.iter().filter(move |s| s.0 == code && s.1 == answer).map(|s| &s.2);
        for span in of(Answer::DoesNotApply) {
            self.passages.not_to_be_coded += 1;
            self.passages.coded_nevertheless += usize::from(applies && cites(span));
        }
        let mut answers = reader.codings.iter().filter_map(|coding| coding.applies(code));
        let Some(truth) = answers.next() else { return };
        if answers.any(|other| other != truth) {
            self.disputed += 1;
            return;
        }
        let queued = line.decision == Decision::Queue;
        let judged = Judged { truth, given: applies, queued, probability: line.probability };
        self.builder.add(line.report, code, judged);
        if let Some(group) = &reader.group {
            self.groups.add(group, line.report, judged);
        }
        if applies {
            self.passages.applies += 1;
            let mut cited = of(Answer::Applies).peekable();
            self.passages.with_reader += usize::from(cited.peek().is_some());
            self.passages.cited += usize::from(cited.any(cites));
        }
    }
}

/// What people said of one report.
struct Reader<'c> {
    report: String,
    codings: &'c [&'c HumanCoding],
    group: Option<String>,
    /// Passages found in the text.
    spans: Vec<(CodeIndex, Answer, ByteSpan)>,
    n_not_found: usize,
}

impl<'c> Reader<'c> {
    fn of(store: &Store, id: &str, codings: &'c [&'c HumanCoding], group: Option<String>) -> Result<Self, Error> {
        let mut reader = Reader { report: id.to_owned(), codings, group, spans: Vec::new(), n_not_found: 0 };
        if codings.iter().all(|coding| coding.passages.is_empty()) {
            return Ok(reader);
        }
        let Some(bytes) = store.content(id)? else { return Ok(reader) };
        let content = Content::from_bytes(&bytes)?;
        let mut haystack = Haystack::new(&content.report.text);
        for coding in codings {
            let mut taken: Vec<(CodeIndex, Vec<ByteSpan>)> = Vec::new();
            for passage in &coding.passages {
                let at = taken.iter().position(|(code, _)| *code == passage.code).unwrap_or_else(|| {
                    taken.push((passage.code, Vec::new()));
                    taken.len() - 1
                });
                match haystack.find(&passage.quote, &taken[at].1) {
                    Some(span) => {
                        taken[at].1.push(span);
                        reader.spans.push((passage.code, passage.answer, span));
                    }
                    None => reader.n_not_found += 1,
                }
            }
        }
        Ok(reader)
    }
}
