//! A query and one state of the index become hits, best first.
//!
//! Scores are BM25 over words and stems, but that short passages gain nothing by being short; a phrase counts as its words do, and what only filters (headings, codes,
//! metadata) counts nothing. They are computed here, in an order of sums that does not depend on how the index happens
//! to be divided into segments, and from statistics of the passages that are there. So the same reports give the same
//! ranking to the last bit, whether they were indexed at once or one after the other.

use super::bits::Bits;
use super::plan::{Corpus, Memo, Plan, Planner};
use super::query::{Query, words};
use super::schema::Fields;
use super::vocabulary::Vocabulary;
use super::words::Stems;
use crate::span::ByteSpan;
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::sync::OnceLock;
use std::vec::IntoIter;
use tantivy::columnar::{Column, StrColumn};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::index::SegmentReader;
use tantivy::{DocId, Searcher, TantivyError};

/// A passage that a query found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The id of its report.
    pub report: String,
    /// Its number among the passages of the report, from 0.
    pub passage: u32,
    /// Where it stands in the report's text.
    pub span: ByteSpan,
    /// How well it fits, 0 or more; comparable within one answer only.
    pub score: f64,
}

/// What a query found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The best hits: highest score first, then by report and passage.
    pub hits: Vec<Hit>,
    /// How many passages match, with those beyond the limits.
    pub n_passages: usize,
}

/// How many hits are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// So many at the most.
    pub hits: usize,
    /// Of each report the best so many at the most; `None`: any number.
    pub per_report: Option<usize>,
}

/// One state of the index with what every query needs of it, gathered once.
pub(super) struct State {
    searcher: Searcher,
    fields: Fields,
    corpus: Corpus,
    segments: Vec<Segment>,
    vocabulary: OnceLock<Vocabulary>,
}

impl State {
    pub fn of(searcher: Searcher, fields: Fields) -> tantivy::Result<State> {
        let mut corpus = Corpus { n_passages: 0, n_words: 0 };
        let mut segments = Vec::new();
        for (number, reader) in searcher.segment_readers().iter().enumerate() {
            let Some(segment) = Segment::open(number, reader, fields)? else { continue };
            let passages = segment.passages.docs();
            corpus.n_passages += passages.len() as u64;
            corpus.n_words += passages.iter().map(|&doc| u64::from(segment.lengths.fieldnorm(doc))).sum::<u64>();
            segments.push(segment);
        }
        Ok(State { searcher, fields, corpus, segments, vocabulary: OnceLock::new() })
    }

    fn planner(&self) -> Planner<'_> {
        let State { searcher, fields, corpus, vocabulary, .. } = self;
        Planner { searcher, fields: *fields, corpus: *corpus, vocabulary, stems: Stems::new(), n_leaves: 0 }
    }

    /// Answers a query with its best hits.
    pub fn search(&self, query: &Query, limits: Limits) -> tantivy::Result<Found> {
        let plan = self.planner().plan(&query.root)?;
        let of_segments: Vec<tantivy::Result<(Vec<Ranked>, usize)>> =
            self.segments.par_iter().map(|segment| self.search_segment(segment, &plan, limits)).collect();
        let (mut n_passages, mut ranked) = (0, Vec::new());
        for of_segment in of_segments {
            let (best, n) = of_segment?;
            ranked.push(best.into_iter());
            n_passages += n;
        }
        Ok(Found { hits: self.merged(ranked, limits)?, n_passages })
    }

    /// The best of all segments, each of which comes best first. To know a report's id takes longer than all else about a hit,
    /// so it is looked up only for those that are next in their segment.
    fn merged(&self, mut ranked: Vec<IntoIter<Ranked>>, limits: Limits) -> tantivy::Result<Vec<Hit>> {
        let next = |number: usize, ranked: &mut IntoIter<Ranked>| -> tantivy::Result<Option<Next>> {
            let Some((score, report, passage, doc)) = ranked.next() else { return Ok(None) };
            let mut id = String::new();
            self.segments[number].report.ord_to_str(report, &mut id)?;
            Ok(Some(Reverse((score, id, passage, number, doc))))
        };
        let mut heads = BinaryHeap::new();
        for (number, of_segment) in ranked.iter_mut().enumerate() {
            heads.extend(next(number, of_segment)?);
        }
        let (mut hits, mut given): (Vec<Hit>, BTreeMap<String, usize>) = Default::default();
        while hits.len() < limits.hits
            && let Some(Reverse((score, id, passage, number, doc))) = heads.pop()
        {
            heads.extend(next(number, &mut ranked[number])?);
            let n = given.entry(id.clone()).or_default();
            *n += 1;
            if limits.per_report.is_none_or(|most| *n <= most) {
                hits.push(self.segments[number].hit(id, score, passage, doc)?);
            }
        }
        Ok(hits)
    }

    /// The passages of a segment that may be among the best, best first, and how many match.
    fn search_segment(&self, segment: &Segment, plan: &Plan, limits: Limits) -> tantivy::Result<(Vec<Ranked>, usize)> {
        let reader = self.searcher.segment_reader(segment.number as u32);
        let mut memo = Memo::default();
        let docs = plan.matching(reader, &segment.passages, &mut memo)?.docs();
        let dampings: Vec<f64> = docs.iter().map(|&doc| self.corpus.damping(&segment.lengths, doc)).collect();
        let mut scores = vec![0.0; docs.len()];
        plan.score(reader, &docs, &dampings, &memo, &mut scores)?;
        Ok((segment.best(&docs, &scores, limits).into_sorted_vec(), docs.len()))
    }

    /// A query for the words that make a text what it is: of those that other passages have too, the rarest, of which
    /// none is in more than a tenth of the passages. `None` when there are none.
    pub fn like(&self, text: &str) -> tantivy::Result<Option<Query>> {
        let mut planner = self.planner();
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        words(text).into_iter().for_each(|word| *counts.entry(word).or_default() += 1);
        let mut weighed = Vec::new();
        let mut seen = BTreeSet::new();
        for (word, count) in counts {
            let (rarity, n_passages) = planner.word(&word)?;
            // In a handful of passages a word may well be in more than a tenth.
            let is_common = n_passages > (self.corpus.n_passages / 10).max(20);
            let stem = planner.stems.differing(&word).unwrap_or(&word).to_owned();
            if n_passages >= 2 && !is_common && seen.insert(stem) {
                weighed.push((rarity * (1.0 + (count as f64).ln()), word));
            }
        }
        weighed.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        weighed.truncate(MOST_LIKE);
        Ok(Query::of_any(weighed.into_iter().map(|(_, word)| word).collect()))
    }
}

/// Words of an example that others are looked for with.
const MOST_LIKE: usize = 25;

/// A segment with the columns of its passages.
struct Segment {
    number: usize,
    /// Its passages that are not deleted.
    passages: Bits,
    lengths: FieldNormReader,
    report: StrColumn,
    passage: Column<u64>,
    start: Column<u64>,
    end: Column<u64>,
}

/// A passage in the order of hits: score, report (whose numbers in a segment are in the order of their ids), passage.
type Ranked = (Reverse<u64>, u64, u64, DocId);

/// What a segment offers next: score, the report's id, passage, the segment's place in the list, its entry.
type Next = Reverse<(Reverse<u64>, String, u64, usize, DocId)>;

impl Segment {
    /// None for a segment without passages.
    fn open(number: usize, reader: &SegmentReader, fields: Fields) -> tantivy::Result<Option<Segment>> {
        let columns = reader.fast_fields();
        let (Some(report), Some(passage)) = (columns.str("report")?, columns.column_opt::<u64>("number")?) else {
            return Ok(None);
        };
        let mut passages = Bits::empty(reader.max_doc());
        (0..reader.max_doc())
            .filter(|&doc| !reader.is_deleted(doc) && passage.first(doc).is_some())
            .for_each(|doc| passages.insert(doc));
        let lengths = reader.get_fieldnorms_reader(fields.text)?;
        let (start, end) = (columns.u64("start")?, columns.u64("end")?);
        Ok(Some(Segment { number, passages, lengths, report, passage, start, end }))
    }

    fn best(&self, docs: &[DocId], scores: &[f64], limits: Limits) -> BinaryHeap<Ranked> {
        // A report may stand in two segments, or in two parts of one; of each part the best are taken here, and of the
        // whole when the segments come together, for which some more are needed.
        let limit = limits.per_report.map_or(limits.hits, |_| limits.hits.saturating_mul(2).saturating_add(100));
        let mut best: BinaryHeap<Ranked> = BinaryHeap::new();
        let mut add = |ranked: Ranked| {
            best.push(ranked);
            if best.len() > limit {
                best.pop();
            }
            best.peek().filter(|_| best.len() == limit).map(|(worst, ..)| *worst)
        };
        let mut worst = None;
        let mut of_report: BinaryHeap<Ranked> = BinaryHeap::new();
        let mut report = u64::MAX;
        for (&doc, score) in docs.iter().zip(scores) {
            // Scores are finite and not negative, so their bits are in the order of their values.
            let score = Reverse(score.to_bits());
            if worst.is_some_and(|worst| score > worst) {
                continue;
            }
            let ranked = (
                score,
                self.report.ords().first(doc).unwrap_or_default(),
                self.passage.first(doc).unwrap_or_default(),
                doc,
            );
            let Some(per_report) = limits.per_report else {
                worst = add(ranked);
                continue;
            };
            if ranked.1 != report {
                of_report.drain().for_each(|ranked| worst = add(ranked));
                report = ranked.1;
            }
            of_report.push(ranked);
            if of_report.len() > per_report {
                of_report.pop();
            }
        }
        of_report.drain().for_each(|ranked| worst = add(ranked));
        best
    }

    fn hit(&self, id: String, Reverse(score): Reverse<u64>, passage: u64, doc: DocId) -> tantivy::Result<Hit> {
        let place = |column: &Column<u64>| column.first(doc).unwrap_or_default() as usize;
        let start = place(&self.start);
        let span = ByteSpan::new(start, place(&self.end).max(start));
        let passage = u32::try_from(passage)
            .map_err(|_| TantivyError::InternalError("a passage number is too large".to_owned()))?;
        Ok(Hit { report: id, passage, span, score: f64::from_bits(score) })
    }
}
