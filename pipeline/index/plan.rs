//! A query meets one state of the index: its words become terms with the weight of their rarity, and what it says of
//! headings and metadata, looked up in the entries of sections and reports, becomes terms of passages.
//!
//! Sets are joined here and not by tantivy's boolean queries: whole sets are fast enough, and the result does not
//! depend on the order in which tantivy would visit the parts.

use super::bits::Bits;
use super::entry::metadata_entry;
use super::near::{Place, are_near, in_a_row};
use super::query::{Node, Row, Slot, Value, fits_pattern};
use super::schema::Fields;
use super::vocabulary::Vocabulary;
use super::words::{STEM_MARK, Stems};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::index::SegmentReader;
use tantivy::postings::{Postings, SegmentPostings};
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
    /// Its number among the leaves of the plan.
    number: usize,
    matches: Matches,
    /// What it adds to the score: of any term its rarity, of all else this much. 0 where it only filters.
    weight: f64,
}

enum Matches {
    /// One of these terms.
    Any(Vec<Term>),
    /// Rows of words near each other.
    Near { parts: Vec<Vec<TermRow>>, gap: u32 },
    /// Passages of these reports with these numbers.
    Places(BTreeMap<String, BTreeSet<u64>>),
}

/// Words next to each other, each one of several terms.
type TermRow = Vec<Vec<Term>>;

/// What leaves were found to match in a segment, so that a phrase is looked for once and not again for its score.
#[derive(Default)]
pub struct Memo(BTreeMap<usize, Bits>);

impl Plan {
    /// The passages of a segment that match, out of `passages`.
    pub fn matching(&self, segment: &SegmentReader, passages: &Bits, memo: &mut Memo) -> tantivy::Result<Bits> {
        let mut matching = passages.clone();
        match self {
            Plan::And(parts) => {
                for part in parts {
                    match part {
                        Plan::Not(excluded) => matching.subtract(&excluded.matching(segment, &matching, memo)?),
                        part => matching = part.matching(segment, &matching, memo)?,
                    }
                }
            }
            Plan::Or(parts) => {
                matching = Bits::empty(segment.max_doc());
                for part in parts {
                    matching.union(&part.matching(segment, passages, memo)?);
                }
            }
            Plan::Not(excluded) => matching.subtract(&excluded.matching(segment, passages, memo)?),
            Plan::Leaf(leaf) => {
                matching.intersect(&leaf.entries(segment, passages)?);
                if leaf.weight > 0.0 && matches!(leaf.matches, Matches::Near { .. }) {
                    memo.0.insert(leaf.number, matching.clone());
                }
            }
        }
        Ok(matching)
    }

    /// Adds to the score of each of these passages of a segment, ascending, what the query gives for it. They were found
    /// by [`Plan::matching`] with the same memo.
    pub fn score(
        &self,
        segment: &SegmentReader,
        docs: &[DocId],
        dampings: &[f64],
        memo: &Memo,
        scores: &mut [f64],
    ) -> tantivy::Result<()> {
        match self {
            Plan::And(parts) | Plan::Or(parts) => {
                for part in parts {
                    part.score(segment, docs, dampings, memo, scores)?;
                }
            }
            Plan::Not(_) => {}
            Plan::Leaf(leaf) => leaf.score(segment, docs, dampings, memo, scores)?,
        }
        Ok(())
    }
}

impl Leaf {
    /// The entries of a segment that have it; of those outside of `within` it may be left open.
    fn entries(&self, segment: &SegmentReader, within: &Bits) -> tantivy::Result<Bits> {
        match &self.matches {
            Matches::Any(terms) => having(segment, terms),
            Matches::Near { parts, gap } => {
                let mut candidates = within.clone();
                for part in parts {
                    let mut any = Bits::empty(segment.max_doc());
                    for row in part {
                        let mut all = candidates.clone();
                        for terms in row {
                            all.intersect(&having(segment, terms)?);
                        }
                        any.union(&all);
                    }
                    candidates = any;
                }
                let candidates = candidates.docs();
                let mut places = Vec::new();
                for part in parts {
                    let mut of_part: Vec<Place> = Vec::new();
                    for row in part {
                        let slots =
                            row.iter().map(|terms| positions(segment, terms, &candidates)).collect::<Result<_, _>>()?;
                        of_part.extend(in_a_row(slots));
                    }
                    of_part.sort_unstable();
                    of_part.dedup();
                    places.push(of_part);
                }
                let mut entries = Bits::empty(segment.max_doc());
                are_near(&places, *gap, |doc| entries.insert(doc));
                Ok(entries)
            }
            Matches::Places(reports) => {
                let mut entries = Bits::empty(segment.max_doc());
                let Some(numbers) = segment.fast_fields().column_opt::<u64>("number")? else { return Ok(entries) };
                for (report, wanted) in reports {
                    let report = Term::from_field_text(segment.schema().get_field("report")?, report);
                    for doc in having(segment, &[report])?.docs() {
                        if numbers.first(doc).is_some_and(|number| wanted.contains(&number)) {
                            entries.insert(doc);
                        }
                    }
                }
                Ok(entries)
            }
        }
    }

    fn score(
        &self,
        segment: &SegmentReader,
        docs: &[DocId],
        dampings: &[f64],
        memo: &Memo,
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
                    meet(&mut postings, docs, |at, postings| occurrences[at] += postings.term_freq());
                }
                for ((score, occurrences), damping) in scores.iter_mut().zip(occurrences).zip(dampings) {
                    let occurrences = f64::from(occurrences);
                    *score += self.weight * occurrences * (K1 + 1.0) / (occurrences + damping);
                }
            }
            Matches::Near { .. } => {
                let Some(entries) = memo.0.get(&self.number) else { return Ok(()) };
                for (score, _) in scores.iter_mut().zip(docs).filter(|(_, doc)| entries.contains(**doc)) {
                    *score += self.weight;
                }
            }
            Matches::Places(_) => {}
        }
        Ok(())
    }
}

/// The entries of a segment with one of these terms.
fn having(segment: &SegmentReader, terms: &[Term]) -> tantivy::Result<Bits> {
    let mut entries = Bits::empty(segment.max_doc());
    let mut insert = |mut postings: SegmentPostings| {
        let mut doc = postings.doc();
        while doc != TERMINATED {
            entries.insert(doc);
            doc = postings.advance();
        }
    };
    let Some(first) = terms.first() else { return Ok(entries) };
    let index = segment.inverted_index(first.field())?;
    let is_most = terms.len() > MANY && terms.len() * MANY > index.terms().num_terms();
    if is_most && terms.is_sorted() && terms.iter().all(|term| term.field() == first.field()) {
        // Where most terms of a field are asked for, as by a filter on reports, going through all is faster than looking up each.
        let mut wanted = terms.iter().map(Term::serialized_value_bytes).peekable();
        let mut all = index.terms().range().ge(first.serialized_value_bytes()).into_stream()?;
        while wanted.peek().is_some() && all.advance() {
            while wanted.next_if(|term| *term < all.key()).is_some() {}
            if wanted.next_if(|term| *term == all.key()).is_some() {
                insert(index.read_postings_from_terminfo(all.value(), IndexRecordOption::Basic)?);
            }
        }
        return Ok(entries);
    }
    for term in terms {
        if let Some(postings) = postings(segment, term, IndexRecordOption::Basic)? {
            insert(postings);
        }
    }
    Ok(entries)
}

/// So many terms are many; to look up one costs as much as to pass over so many.
const MANY: usize = 16;

/// Calls `visit` with each of the entries, ascending, that a term has: with its place in `docs`. Whichever of both is
/// shorter leads, so that a rare term among many entries costs as little as a common one among few.
fn meet(postings: &mut SegmentPostings, docs: &[DocId], mut visit: impl FnMut(usize, &mut SegmentPostings)) {
    if (postings.doc_freq() as usize) < docs.len() {
        let mut from = 0;
        let mut doc = postings.doc();
        while doc != TERMINATED && from < docs.len() {
            // The next is mostly near.
            let mut step = 1;
            while from + step < docs.len() && docs[from + step] < doc {
                step *= 2;
            }
            let end = (from + step + 1).min(docs.len());
            from += docs[from..end].partition_point(|other| *other < doc);
            if docs.get(from) == Some(&doc) {
                visit(from, postings);
            }
            doc = postings.advance();
        }
    } else {
        for (at, &doc) in docs.iter().enumerate() {
            if postings.doc() < doc {
                postings.seek(doc);
            }
            if postings.doc() == doc {
                visit(at, postings);
            }
        }
    }
}

/// Where one of the terms stands in the entries: entry and position, ascending.
fn positions(segment: &SegmentReader, terms: &[Term], docs: &[DocId]) -> tantivy::Result<Vec<(DocId, u32)>> {
    let mut found = Vec::new();
    let mut buffer = Vec::new();
    for term in terms {
        let Some(mut postings) = postings(segment, term, IndexRecordOption::WithFreqsAndPositions)? else { continue };
        meet(&mut postings, docs, |at, postings| {
            postings.positions(&mut buffer);
            found.extend(buffer.iter().map(|&position| (docs[at], position)));
        });
    }
    if terms.len() > 1 {
        found.sort_unstable();
        found.dedup();
    }
    Ok(found)
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
