//! A query becomes a plan: its words become terms with the weight of their rarity, and what it says of headings and
//! metadata, looked up in the entries of sections and reports, becomes terms of passages.

use super::postings::{having, postings};
use super::{Corpus, Leaf, Matches, Plan, TermRow};
use crate::index::bits::Bits;
use crate::index::entry::metadata_entry;
use crate::index::query::{Node, Row, Slot, Value, fits_pattern};
use crate::index::schema::Fields;
use crate::index::vocabulary::Vocabulary;
use crate::index::words::{STEM_MARK, Stems};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, Term};

/// Makes the plan of a query.
pub struct Planner<'s> {
    pub searcher: &'s Searcher,
    pub fields: Fields,
    pub corpus: Corpus,
    pub vocabulary: &'s OnceLock<Vocabulary>,
    pub stems: Stems,
    pub n_leaves: usize,
}

/// The weight of a word with a star, which stands for many words: that of one in a thousand passages, about.
const PATTERN_WEIGHT: f64 = 6.0;

impl Planner<'_> {
    pub fn plan(&mut self, node: &Node) -> tantivy::Result<Plan> {
        let fields = self.fields;
        Ok(match node {
            Node::And(parts) => Plan::And(parts.iter().map(|part| self.plan(part)).collect::<tantivy::Result<_>>()?),
            Node::Or(parts) => Plan::Or(parts.iter().map(|part| self.plan(part)).collect::<tantivy::Result<_>>()?),
            Node::Not(excluded) => Plan::Not(Box::new(self.plan(excluded)?)),
            Node::Row(row) => {
                let (mut terms, weight) = self.row(row)?;
                match terms.len() {
                    1 => self.leaf(Matches::Any(terms.remove(0)), weight),
                    _ => self.leaf(Matches::Near { parts: vec![vec![terms]], gap: 0 }, weight),
                }
            }
            Node::Near { parts, gap } => {
                let mut weight = 0.0;
                let mut rows_of = Vec::new();
                for part in parts {
                    let rows = part.iter().map(|row| self.row(row)).collect::<tantivy::Result<Vec<_>>>()?;
                    // Of several rows the commonest counts.
                    weight += rows.iter().map(|(_, weight)| *weight).fold(f64::INFINITY, f64::min);
                    rows_of.push(rows.into_iter().map(|(row, _)| row).collect());
                }
                self.leaf(Matches::Near { parts: rows_of, gap: *gap }, weight)
            }
            Node::Heading(words) => {
                let sections = self.sections(words)?;
                self.filter(sections)
            }
            Node::Report(value) => {
                let reports = self.valued(fields.report, value)?;
                self.filter(reports)
            }
            Node::Reports(ids) => self.filter(ids.iter().map(|id| Term::from_field_text(fields.report, id)).collect()),
            Node::Places(places) => {
                let mut reports: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
                for (report, number) in places {
                    reports.entry(report.clone()).or_default().insert(u64::from(*number));
                }
                self.leaf(Matches::Places(reports), 0.0)
            }
            Node::Code(code) if code.contains('=') => self.filter(vec![Term::from_field_text(fields.code, code)]),
            Node::Code(code) => {
                let whole = format!("{code}{}", if code.contains('/') { '=' } else { '/' });
                let terms = self.beginning_with(fields.code, &whole)?;
                self.filter(terms)
            }
            Node::Decision(state) => self.filter(vec![Term::from_field_text(fields.decision, state)]),
            Node::Metadata { key, value } => {
                let reports = self.reports(key, value)?;
                self.filter(reports)
            }
        })
    }

    fn leaf(&mut self, matches: Matches, weight: f64) -> Plan {
        self.n_leaves += 1;
        Plan::Leaf(Leaf { number: self.n_leaves, matches, weight })
    }

    fn filter(&mut self, terms: Vec<Term>) -> Plan {
        self.leaf(Matches::Any(terms), 0.0)
    }

    /// The terms of each word of a row, and what the row weighs: as much as its words.
    fn row(&mut self, row: &Row) -> tantivy::Result<(TermRow, f64)> {
        let mut weight = 0.0;
        let mut terms_of = Vec::new();
        for slot in row {
            let terms = match slot {
                Slot::Word(word) => vec![self.text(word)],
                Slot::Form(word) => self.forms(word),
                Slot::Pattern(pattern) => {
                    let beginning = &pattern[..pattern.find(['*', '?']).unwrap_or(pattern.len())];
                    if beginning.len() > 1 {
                        self.words(beginning, |word| fits_pattern(word, pattern))?
                    } else {
                        self.vocabulary()?.fitting(pattern).into_iter().map(|word| self.text(word)).collect()
                    }
                }
                Slot::Fuzzy(word, letters) => {
                    self.vocabulary()?.like(word, *letters).into_iter().map(|word| self.text(word)).collect()
                }
            };
            let is_pattern = matches!(slot, Slot::Pattern(_));
            weight += if is_pattern { PATTERN_WEIGHT } else { self.rarity(&terms)? };
            terms_of.push(terms);
        }
        Ok((terms_of, weight))
    }

    /// The words of the index that begin so and fit.
    fn words(&self, beginning: &str, fits: impl Fn(&str) -> bool) -> tantivy::Result<Vec<Term>> {
        let mut terms = BTreeSet::new();
        for segment in self.searcher.segment_readers() {
            let index = segment.inverted_index(self.fields.text)?;
            let mut entries = index.terms().range().ge(beginning.as_bytes()).into_stream()?;
            while entries.advance() && entries.key().starts_with(beginning.as_bytes()) {
                if let Ok(word) = std::str::from_utf8(entries.key())
                    && fits(word)
                {
                    terms.insert(Term::from_field_text(self.fields.text, word));
                }
            }
        }
        Ok(terms.into_iter().collect())
    }

    fn vocabulary(&self) -> tantivy::Result<&Vocabulary> {
        match self.vocabulary.get() {
            Some(vocabulary) => Ok(vocabulary),
            None => {
                let vocabulary = Vocabulary::of(self.searcher, self.fields.text)?;
                Ok(self.vocabulary.get_or_init(|| vocabulary))
            }
        }
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

    fn text(&self, word: &str) -> Term {
        Term::from_field_text(self.fields.text, word)
    }

    /// How rare a word is in any form: high for words that few passages have, and in how many passages it occurs.
    pub fn word(&mut self, word: &str) -> tantivy::Result<(f64, u64)> {
        let forms = self.forms(word);
        let n = self.n_passages(&forms)?;
        Ok((self.corpus.rarity(n), n))
    }

    /// How rare these terms are together. Deleted passages, which tantivy keeps until a merge, do not count.
    fn rarity(&self, terms: &[Term]) -> tantivy::Result<f64> {
        Ok(self.corpus.rarity(self.n_passages(terms)?))
    }

    fn n_passages(&self, terms: &[Term]) -> tantivy::Result<u64> {
        let mut n_passages = 0;
        for segment in self.searcher.segment_readers() {
            for term in terms {
                let Some(alive) = segment.alive_bitset() else {
                    n_passages += u64::from(segment.inverted_index(term.field())?.doc_freq(term)?);
                    continue;
                };
                let found = postings(segment, term, IndexRecordOption::Basic)?;
                n_passages += found.map_or(0, |postings| u64::from(postings.doc_freq_given_deletes(alive)));
            }
        }
        Ok(n_passages)
    }

    /// The terms of the sections with these words, next to each other, in a heading.
    fn sections(&mut self, words: &[String]) -> tantivy::Result<Vec<Term>> {
        let stems = words.iter().map(|word| self.stems.differing(word).unwrap_or(word).to_owned());
        let row: Vec<Term> = stems.map(|stem| Term::from_field_text(self.fields.heading, &stem)).collect();
        let row: TermRow = row.into_iter().map(|term| vec![term]).collect();
        let matches = Matches::Near { parts: vec![vec![row]], gap: 0 };
        let sections = Leaf { number: 0, matches, weight: 0.0 };
        let mut keys = BTreeSet::new();
        for segment in self.searcher.segment_readers() {
            let Some(column) = segment.fast_fields().column_opt::<u64>("section_key")? else { continue };
            let found = sections
                .entries(segment, &Bits::full(segment.max_doc()))?
                .docs()
                .into_iter()
                .filter(|&doc| !segment.is_deleted(doc));
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
        let terms = self.valued(self.fields.metadata, &pair)?;
        let mut ids = BTreeSet::new();
        for segment in self.searcher.segment_readers() {
            let Some(column) = segment.fast_fields().str("report")? else { continue };
            let docs = having(segment, &terms)?.docs().into_iter().filter(|&doc| !segment.is_deleted(doc));
            let ords: BTreeSet<u64> = docs.filter_map(|doc| column.ords().first(doc)).collect();
            // The ids in their order are found much faster than one by one.
            let mut all = column.dictionary().stream()?;
            while all.advance() {
                if ords.contains(&all.term_ord()) {
                    ids.insert(String::from_utf8_lossy(all.key()).into_owned());
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
