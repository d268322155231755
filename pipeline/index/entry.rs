//! A report becomes the entries that the index keeps of it: one for the report, one for each section, one for each
//! passage. They share the report's text, so that nothing is copied on the way to the indexing threads.

use super::schema::Fields;
use super::writer::Permit;
use crate::extract::Report;
use crate::segment::{Passage, column_head, heading_path, row_head};
use crate::sheet::column_key;
use crate::span::ByteSpan;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::iter::Empty;
use std::sync::Arc;
use tantivy::schema::document::{ReferenceValue, ReferenceValueLeaf};
use tantivy::schema::{Document, Field, Value};

/// What the index keeps of a report.
pub struct IndexedReport {
    id: String,
    text: String,
    passages: Vec<IndexedPassage>,
    sections: Vec<Section>,
    /// The codes that have evidence, as they stand in the index, and what was decided of each.
    codes: Vec<(String, &'static str)>,
    /// Which passage is evidence for which of them.
    evidence: Vec<(u32, u32)>,
    metadata: Vec<String>,
}

/// A passage. Many reports wait for the indexing threads at once, so it is kept small.
struct IndexedPassage {
    span: ByteSpan,
    /// Its section by number; none above the first heading.
    section: Option<u32>,
}

struct Section {
    key: u64,
    heads: Vec<String>,
}

impl IndexedReport {
    /// A report with its passages, which are numbered in the order given, and its metadata by key.
    pub fn new(id: &str, report: &Report, passages: &[Passage], metadata: &BTreeMap<String, String>) -> Self {
        let mut sections: Vec<Section> = Vec::new();
        let mut section_of = FxHashMap::default();
        let mut number_of = FxHashMap::default();
        let passages = passages.iter().map(|passage| {
            let block = report.blocks.get(passage.block as usize);
            let place =
                block.map(|block| (block.heading, block.cell.as_ref().map(|cell| (&cell.row_head, &cell.column_head))));
            let section = *section_of.entry(place).or_insert_with(|| {
                let section = Section::of(report, passage.block)?;
                Some(*number_of.entry(section.key).or_insert_with(|| {
                    sections.push(section);
                    sections.len() as u32 - 1
                }))
            });
            IndexedPassage { span: passage.span, section }
        });
        let passages = passages.collect();
        let metadata = metadata.iter().filter(|(_, value)| !value.trim().is_empty());
        IndexedReport {
            id: id.to_owned(),
            text: report.text.clone(),
            passages,
            sections,
            codes: Vec::new(),
            evidence: Vec::new(),
            metadata: metadata.map(|(key, value)| metadata_entry(key, value)).collect(),
        }
    }

    /// Notes that a passage is evidence for a code, and what was decided about the code in this report (a word such as
    /// `applies` or `queue`, for the field `decision`). A passage that is not there is passed over.
    pub fn add_code(&mut self, passage: usize, question: &str, code: &str, state: &'static str) {
        if passage >= self.passages.len() {
            return;
        }
        let name = format!("{question}/{code}={state}");
        let number = self.codes.iter().rposition(|(known, _)| *known == name).unwrap_or_else(|| {
            self.codes.push((name, state));
            self.codes.len() - 1
        });
        self.evidence.push((passage as u32, number as u32));
    }

    /// The report's id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What it costs to hold, in bytes, roughly.
    pub(super) fn weight(&self) -> usize {
        let heads = self.sections.iter().flat_map(|section| &section.heads).map(|head| head.len() + 32);
        self.text.len()
            + self.passages.len() * size_of::<IndexedPassage>()
            + self.evidence.len() * size_of::<(u32, u32)>()
            + self.codes.iter().map(|(name, _)| name.len() + 48).sum::<usize>()
            + heads.sum::<usize>()
            + 512
    }

    /// The entries of the report.
    pub(super) fn into_entries(mut self, fields: Fields, permit: Permit) -> impl Iterator<Item = Entry> {
        let numbers = |n: usize| 0..u32::try_from(n).expect("a report has fewer than 2^32 passages");
        let sections = numbers(self.sections.len()).map(Part::Section);
        let passages = numbers(self.passages.len()).map(Part::Passage);
        let has_metadata = !self.metadata.is_empty();
        // A stable sort: of one passage the codes stay in the order in which they came.
        self.evidence.sort_by_key(|(passage, _)| *passage);
        let shared = Arc::new(Shared { report: self, fields, _permit: permit });
        let parts = has_metadata.then_some(Part::Report).into_iter().chain(sections).chain(passages);
        parts.map(move |part| Entry { shared: shared.clone(), part })
    }
}

impl IndexedReport {
    /// The codes for which a passage is evidence; the evidence is sorted.
    fn codes_of(&self, passage: u32) -> impl Iterator<Item = &(String, &'static str)> {
        let from = self.evidence.partition_point(|(of, _)| *of < passage);
        let of_passage = self.evidence[from..].iter().take_while(move |(of, _)| *of == passage);
        of_passage.map(|(_, code)| &self.codes[*code as usize])
    }
}

impl Section {
    /// The section of a block; none where nothing stands above or beside it.
    fn of(report: &Report, block: u32) -> Option<Section> {
        let mut heads: Vec<String> = heading_path(report, block).into_iter().map(str::to_owned).collect();
        heads.extend([row_head(report, block), column_head(report, block)].into_iter().filter(|head| !head.is_empty()));
        if heads.is_empty() {
            return None;
        }
        let mut hash = blake3::Hasher::new();
        for head in &heads {
            hash.update(head.as_bytes()).update(&[0]);
        }
        let key = hash.finalize().as_bytes()[..8].try_into().expect("a hash has 32 bytes");
        Some(Section { key: u64::from_le_bytes(key), heads })
    }
}

/// How a key and its value stand in the index.
pub fn metadata_entry(key: &str, value: &str) -> String {
    format!("{}={}", column_key(key), value.trim().to_lowercase())
}

/// What all entries of a report share. The permit to hold it ends when the last of them is indexed.
struct Shared {
    report: IndexedReport,
    fields: Fields,
    _permit: Permit,
}

/// One entry of the index.
pub struct Entry {
    shared: Arc<Shared>,
    part: Part,
}

#[derive(Clone, Copy)]
enum Part {
    Report,
    Section(u32),
    Passage(u32),
}

impl Document for Entry {
    type Value<'a> = Content<'a>;
    type FieldsValuesIter<'a> = Contents<'a>;

    fn iter_fields_and_values(&self) -> Contents<'_> {
        Contents { entry: self, step: 0 }
    }
}

/// The fields of an entry, one after the other.
pub struct Contents<'a> {
    entry: &'a Entry,
    step: usize,
}

impl<'a> Iterator for Contents<'a> {
    type Item = (Field, Content<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let Shared { report, fields, .. } = &*self.entry.shared;
        let step = self.step;
        self.step += 1;
        if step == 0 {
            return Some((fields.report, Content::Text(&report.id)));
        }
        match self.entry.part {
            Part::Report => report.metadata.get(step - 1).map(|pair| (fields.metadata, Content::Text(pair))),
            Part::Section(number) => {
                let section = &report.sections[number as usize];
                if step == 1 {
                    return Some((fields.section_key, Content::Number(section.key)));
                }
                section.heads.get(step - 2).map(|head| (fields.heading, Content::Text(head)))
            }
            Part::Passage(number) => {
                let passage = &report.passages[number as usize];
                let span = passage.span;
                match step {
                    1 => Some((fields.text, Content::Text(span.slice(&report.text)))),
                    2 => Some((fields.number, Content::Number(number.into()))),
                    3 => Some((fields.start, Content::Number(span.start.into()))),
                    4 => Some((fields.end, Content::Number(span.end.into()))),
                    5 if passage.section.is_some() => {
                        let section = &report.sections[passage.section? as usize];
                        Some((fields.section, Content::Number(section.key)))
                    }
                    _ => {
                        let step = step - 5 - usize::from(passage.section.is_some());
                        if let Some((code, _)) = report.codes_of(number).nth(step) {
                            return Some((fields.code, Content::Text(code)));
                        }
                        let n_codes = report.codes_of(number).count();
                        let states: BTreeSet<&str> = report.codes_of(number).map(|(_, state)| *state).collect();
                        states.into_iter().nth(step - n_codes).map(|state| (fields.decision, Content::Text(state)))
                    }
                }
            }
        }
    }
}

/// What stands in a field.
#[derive(Debug, Clone, Copy)]
pub enum Content<'a> {
    Text(&'a str),
    Number(u64),
}

impl<'a> Value<'a> for Content<'a> {
    type ArrayIter = Empty<Self>;
    type ObjectIter = Empty<(&'a str, Self)>;

    fn as_value(&self) -> ReferenceValue<'a, Self> {
        ReferenceValue::Leaf(match *self {
            Content::Text(text) => ReferenceValueLeaf::Str(text),
            Content::Number(number) => ReferenceValueLeaf::U64(number),
        })
    }
}
