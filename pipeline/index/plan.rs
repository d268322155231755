//! A query meets one state of the index: its words become terms with the weight of their rarity, and what it says of
//! headings and metadata, looked up in the entries of sections and reports, becomes terms of passages.
//!
//! Sets are joined here and not by tantivy's boolean queries: whole sets are fast enough, and the result does not
//! depend on the order in which tantivy would visit the parts.

use super::bits::Bits;
use super::entry::metadata_entry;
use super::query::{Node, Value};
use super::schema::Fields;
use super::words::{STEM_MARK, Stems};
use std::collections::BTreeSet;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::index::SegmentReader;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::{EnableScoring, PhraseQuery, Query as _};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, Searcher, TERMINATED, Term};

/// A query, ready to be answered segment by segment.
pub enum Plan {
    And(Vec<Plan>),
    Or(Vec<Plan>),
    Not(Box<Plan>),
    Leaf(Leaf),
}

/// Something that entries have or have not.
pub struct Leaf {
    matches: Matches,
    /// What it adds to the score: of any term its rarity, of all else this much. 0 where it only filters.
    weight: f64,
}

enum Matches {
    /// One of these terms.
    Any(Vec<Term>),
    /// One of these rows of terms; each has two or more.
    InOrder(Vec<Vec<Term>>),
}

impl Plan {
    /// The passages of a segment that match, out of `passages`.
    pub fn matching(&self, segment: &SegmentReader, passages: &Bits) -> tantivy::Result<Bits> {
        let mut matching = passages.clone();
        match self {
            Plan::And(parts) => {
                for part in parts {
                    match part {
                        Plan::Not(excluded) => matching.subtract(&excluded.matching(segment, &matching)?),
                        part => matching = part.matching(segment, &matching)?,
                    }
                }
            }
            Plan::Or(parts) => {
                matching = Bits::empty(segment.max_doc());
                for part in parts {
                    matching.union(&part.matching(segment, passages)?);
                }
            }
            Plan::Not(excluded) => matching.subtract(&excluded.matching(segment, passages)?),
            Plan::Leaf(leaf) => matching.intersect(&leaf.entries(segment)?),
        }
        Ok(matching)
    }

    /// Adds to the score of each of these passages of a segment, ascending, what the query gives for it.
    pub fn score(
        &self,
        segment: &SegmentReader,
        docs: &[DocId],
        dampings: &[f64],
        scores: &mut [f64],
    ) -> tantivy::Result<()> {
        match self {
            Plan::And(parts) | Plan::Or(parts) => {
                for part in parts {
                    part.score(segment, docs, dampings, scores)?;
                }
            }
            Plan::Not(_) => {}
            Plan::Leaf(leaf) => leaf.score(segment, docs, dampings, scores)?,
        }
        Ok(())
    }
}

impl Leaf {
    /// The entries of a segment that have it.
    fn entries(&self, segment: &SegmentReader) -> tantivy::Result<Bits> {
        let mut entries = Bits::empty(segment.max_doc());
        match &self.matches {
            Matches::Any(terms) => {
                for term in terms {
                    if let Some(mut postings) = postings(segment, term, IndexRecordOption::Basic)? {
                        insert_all(&mut entries, &mut postings);
                    }
                }
            }
            Matches::InOrder(rows) => {
                for row in rows {
                    let weight =
                        PhraseQuery::new(row.clone()).weight(EnableScoring::disabled_from_schema(segment.schema()))?;
                    insert_all(&mut entries, &mut *weight.scorer(segment, 1.0)?);
                }
            }
        }
        Ok(entries)
    }

    fn score(
        &self,
        segment: &SegmentReader,
        docs: &[DocId],
        dampings: &[f64],
        scores: &mut [f64],
    ) -> tantivy::Result<()> {
        if self.weight == 0.0 {
            return Ok(());
        }
        match &self.matches {
            Matches::Any(terms) => {
                let mut occurrences = vec![0_u32; docs.len()];
                for term in terms {
                    let Some(mut postings) = postings(segment, term, IndexRecordOption::WithFreqs)? else { continue };
                    for (&doc, occurrences) in docs.iter().zip(&mut occurrences) {
                        if postings.doc() < doc {
                            postings.seek(doc);
                        }
                        if postings.doc() == doc {
                            *occurrences += postings.term_freq();
                        }
                    }
                }
                for ((score, occurrences), damping) in scores.iter_mut().zip(occurrences).zip(dampings) {
                    let occurrences = f64::from(occurrences);
                    *score += self.weight * occurrences * (K1 + 1.0) / (occurrences + damping);
                }
            }
            Matches::InOrder(_) => {
                let entries = self.entries(segment)?;
                for (score, _) in scores.iter_mut().zip(docs).filter(|(_, doc)| entries.contains(**doc)) {
                    *score += self.weight;
                }
            }
        }
        Ok(())
    }
}

fn insert_all(entries: &mut Bits, docs: &mut (impl DocSet + ?Sized)) {
    let mut doc = docs.doc();
    while doc != TERMINATED {
        entries.insert(doc);
        doc = docs.advance();
    }
}

fn postings(
    segment: &SegmentReader,
    term: &Term,
    option: IndexRecordOption,
) -> tantivy::Result<Option<SegmentPostings>> {
    Ok(segment.inverted_index(term.field())?.read_postings(term, option)?)
}

/// How many passages there are, and how long: what BM25 weighs a word by.
#[derive(Clone, Copy)]
pub struct Corpus {
    pub n_passages: u64,
    pub n_words: u64,
}

/// The usual constants of BM25: how soon further occurrences count for nothing, and how much a passage's length matters.
const K1: f64 = 1.2;
const B: f64 = 0.75;

impl Corpus {
    /// The weight of a word that so many passages have.
    fn rarity(self, n_passages: u64) -> f64 {
        let (all, having) = (self.n_passages as f64, n_passages.min(self.n_passages) as f64);
        (1.0 + (all - having + 0.5) / (having + 0.5)).ln()
    }

    /// What a word's number of occurrences is weighed against in a passage.
    pub fn damping(self, lengths: &FieldNormReader, doc: DocId) -> f64 {
        let mean = (self.n_words as f64 / self.n_passages.max(1) as f64).max(1.0);
        K1 * (1.0 - B + B * f64::from(lengths.fieldnorm(doc)) / mean)
    }
}

/// Makes the plan of a query.
pub struct Planner<'s> {
    pub searcher: &'s Searcher,
    pub fields: Fields,
    pub corpus: Corpus,
    pub stems: Stems,
}

/// The weight of a word with a star, which stands for many words: that of one in a thousand passages, about.
const PREFIX_WEIGHT: f64 = 6.0;

/// So many words of a hyphenated word are looked for in any form, the others as written: the forms of each multiply.
const FREE_WORDS: usize = 4;

impl Planner<'_> {
    pub fn plan(&mut self, node: &Node) -> tantivy::Result<Plan> {
        let fields = self.fields;
        Ok(match node {
            Node::And(parts) => Plan::And(parts.iter().map(|part| self.plan(part)).collect::<tantivy::Result<_>>()?),
            Node::Or(parts) => Plan::Or(parts.iter().map(|part| self.plan(part)).collect::<tantivy::Result<_>>()?),
            Node::Not(excluded) => Plan::Not(Box::new(self.plan(excluded)?)),
            Node::Words(words) => self.words(words)?,
            Node::Phrase(words) => self.row(vec![words.iter().map(|word| self.text(word)).collect()])?,
            Node::Prefix(prefix) => any(self.beginning_with(fields.text, prefix)?, PREFIX_WEIGHT),
            Node::Heading(words) => any(self.sections(words)?, 0.0),
            Node::Report(value) => any(self.valued(fields.report, value)?, 0.0),
            Node::Code(code) if code.contains('=') => any(vec![Term::from_field_text(fields.code, code)], 0.0),
            Node::Code(code) => {
                let whole = format!("{code}{}", if code.contains('/') { '=' } else { '/' });
                any(self.beginning_with(fields.code, &whole)?, 0.0)
            }
            Node::Decision(state) => any(vec![Term::from_field_text(fields.decision, state)], 0.0),
            Node::Metadata { key, value } => any(self.reports(key, value)?, 0.0),
        })
    }

    /// Words next to each other in any form.
    fn words(&mut self, words: &[String]) -> tantivy::Result<Plan> {
        let mut rows = vec![Vec::new()];
        for (number, word) in words.iter().enumerate() {
            let forms = if number < FREE_WORDS { self.forms(word) } else { vec![self.text(word)] };
            if words.len() == 1 {
                let weight = self.rarity(&forms)?;
                return Ok(any(forms, weight));
            }
            let longer = |row: &Vec<Term>| {
                forms.iter().map(|form| [&row[..], std::slice::from_ref(form)].concat()).collect::<Vec<_>>()
            };
            rows = rows.iter().flat_map(longer).collect();
        }
        self.row(rows)
    }

    /// The terms of a word in any form: the stem behind its mark, and the word that is written as the stem.
    fn forms(&mut self, word: &str) -> Vec<Term> {
        let stem = self.stems.differing(word).unwrap_or(word).to_owned();
        let mut forms = vec![self.text(&format!("{STEM_MARK}{stem}"))];
        if self.stems.differing(&stem).is_none() {
            forms.push(self.text(&stem));
        }
        forms
    }

    /// One of several rows of words; it counts as much as the words of the commonest do.
    fn row(&mut self, mut rows: Vec<Vec<Term>>) -> tantivy::Result<Plan> {
        let mut weight = f64::INFINITY;
        for row in &rows {
            let rarities =
                row.iter().map(|term| self.rarity(std::slice::from_ref(term))).collect::<tantivy::Result<Vec<_>>>()?;
            weight = weight.min(rarities.iter().sum());
        }
        if rows.len() == 1 && rows[0].len() == 1 {
            return Ok(any(rows.remove(0), weight));
        }
        Ok(Plan::Leaf(Leaf { matches: Matches::InOrder(rows), weight }))
    }

    fn text(&self, word: &str) -> Term {
        Term::from_field_text(self.fields.text, word)
    }

    /// How rare these terms are together. Deleted passages, which tantivy keeps until a merge, do not count.
    fn rarity(&self, terms: &[Term]) -> tantivy::Result<f64> {
        let mut n_passages = 0;
        for segment in self.searcher.segment_readers() {
            for term in terms {
                let Some(postings) = postings(segment, term, IndexRecordOption::Basic)? else { continue };
                n_passages += u64::from(match segment.alive_bitset() {
                    Some(alive) => postings.doc_freq_given_deletes(alive),
                    None => postings.doc_freq(),
                });
            }
        }
        Ok(self.corpus.rarity(n_passages))
    }

    /// The terms of the sections with these words, next to each other, in a heading.
    fn sections(&mut self, words: &[String]) -> tantivy::Result<Vec<Term>> {
        let stems = words.iter().map(|word| self.stems.differing(word).unwrap_or(word).to_owned());
        let row: Vec<Term> = stems.map(|stem| Term::from_field_text(self.fields.heading, &stem)).collect();
        let matches = if row.len() == 1 { Matches::Any(row) } else { Matches::InOrder(vec![row]) };
        let sections = Leaf { matches, weight: 0.0 };
        let mut keys = BTreeSet::new();
        for segment in self.searcher.segment_readers() {
            let Some(column) = segment.fast_fields().column_opt::<u64>("section_key")? else { continue };
            let found = sections.entries(segment)?.docs().into_iter().filter(|&doc| !segment.is_deleted(doc));
            keys.extend(found.filter_map(|doc| column.first(doc)));
        }
        Ok(keys.into_iter().map(|key| Term::from_field_u64(self.fields.section, key)).collect())
    }

    /// The terms of the reports with this metadata.
    fn reports(&self, key: &str, value: &Value) -> tantivy::Result<Vec<Term>> {
        let pair = match value {
            Value::Exactly(value) => Value::Exactly(metadata_entry(key, value)),
            Value::BeginningWith(value) => Value::BeginningWith(metadata_entry(key, value)),
        };
        let reports = Leaf { matches: Matches::Any(self.valued(self.fields.metadata, &pair)?), weight: 0.0 };
        let mut ids = BTreeSet::new();
        for segment in self.searcher.segment_readers() {
            let Some(column) = segment.fast_fields().str("report")? else { continue };
            for doc in reports.entries(segment)?.docs().into_iter().filter(|&doc| !segment.is_deleted(doc)) {
                let mut id = String::new();
                if let Some(ord) = column.ords().first(doc)
                    && column.ord_to_str(ord, &mut id)?
                {
                    ids.insert(id);
                }
            }
        }
        Ok(ids.iter().map(|id| Term::from_field_text(self.fields.report, id)).collect())
    }

    fn valued(&self, field: Field, value: &Value) -> tantivy::Result<Vec<Term>> {
        match value {
            Value::Exactly(text) => Ok(vec![Term::from_field_text(field, text)]),
            Value::BeginningWith(text) => self.beginning_with(field, text),
        }
    }

    /// All terms of a field that begin so.
    fn beginning_with(&self, field: Field, prefix: &str) -> tantivy::Result<Vec<Term>> {
        let mut terms = BTreeSet::new();
        for segment in self.searcher.segment_readers() {
            let index = segment.inverted_index(field)?;
            let mut entries = index.terms().range().ge(prefix.as_bytes()).into_stream()?;
            while entries.advance() && entries.key().starts_with(prefix.as_bytes()) {
                terms.insert(Term::from_field_text(field, &String::from_utf8_lossy(entries.key())));
            }
        }
        Ok(terms.into_iter().collect())
    }
}

fn any(terms: Vec<Term>, weight: f64) -> Plan {
    Plan::Leaf(Leaf { matches: Matches::Any(terms), weight })
}
