//! A query and one state of the index become hits, best first.
//!
//! Scores are BM25 over words and stems; a phrase counts as its words do, and what only filters (headings, codes,
//! metadata) counts nothing. They are computed here, in an order of sums that does not depend on how the index happens
//! to be divided into segments, and from statistics of the passages that are there. So the same reports give the same
//! ranking to the last bit, whether they were indexed at once or one after the other.

use super::bits::Bits;
use super::plan::{Corpus, Planner};
use super::query::Query;
use super::schema::Fields;
use super::words::Stems;
use crate::span::ByteSpan;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
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
    /// How many passages match, with those beyond the limit.
    pub n_passages: usize,
}

/// Answers a query with its best `limit` hits.
pub(super) fn search(searcher: &Searcher, fields: Fields, query: &Query, limit: usize) -> tantivy::Result<Found> {
    let segments = searcher.segment_readers().iter().filter_map(|segment| Segment::open(segment, fields).transpose());
    let segments = segments.collect::<tantivy::Result<Vec<_>>>()?;
    let mut corpus = Corpus { n_passages: 0, n_words: 0 };
    for segment in &segments {
        let passages = segment.passages.docs();
        corpus.n_passages += passages.len() as u64;
        corpus.n_words += passages.iter().map(|&doc| u64::from(segment.lengths.fieldnorm(doc))).sum::<u64>();
    }
    let plan = Planner { searcher, fields, corpus, stems: Stems::new() }.plan(&query.root)?;
    let mut found = Found { hits: Vec::new(), n_passages: 0 };
    for segment in &segments {
        let docs = plan.matching(segment.reader, &segment.passages)?.docs();
        found.n_passages += docs.len();
        let dampings: Vec<f64> = docs.iter().map(|&doc| corpus.damping(&segment.lengths, doc)).collect();
        let mut scores = vec![0.0; docs.len()];
        plan.score(segment.reader, &docs, &dampings, &mut scores)?;
        for ranked in segment.best(&docs, &scores, limit) {
            found.hits.push(segment.hit(ranked)?);
        }
    }
    found.hits.sort_by(|a, b| {
        b.score.total_cmp(&a.score).then_with(|| a.report.cmp(&b.report)).then(a.passage.cmp(&b.passage))
    });
    found.hits.truncate(limit);
    Ok(found)
}

/// A segment with the columns of its passages.
struct Segment<'s> {
    reader: &'s SegmentReader,
    /// Its passages that are not deleted.
    passages: Bits,
    lengths: FieldNormReader,
    report: StrColumn,
    number: Column<u64>,
    start: Column<u64>,
    end: Column<u64>,
}

/// A passage in the order of hits: score, report (whose numbers in a segment are in the order of their ids), passage.
type Ranked = (Reverse<u64>, u64, u64, DocId);

impl<'s> Segment<'s> {
    /// None for a segment without passages.
    fn open(reader: &'s SegmentReader, fields: Fields) -> tantivy::Result<Option<Segment<'s>>> {
        let columns = reader.fast_fields();
        let (Some(report), Some(number)) = (columns.str("report")?, columns.column_opt::<u64>("number")?) else {
            return Ok(None);
        };
        let mut passages = Bits::empty(reader.max_doc());
        (0..reader.max_doc())
            .filter(|&doc| !reader.is_deleted(doc) && number.first(doc).is_some())
            .for_each(|doc| passages.insert(doc));
        let lengths = reader.get_fieldnorms_reader(fields.text)?;
        Ok(Some(Segment {
            reader,
            passages,
            lengths,
            report,
            number,
            start: columns.u64("start")?,
            end: columns.u64("end")?,
        }))
    }

    fn best(&self, docs: &[DocId], scores: &[f64], limit: usize) -> BinaryHeap<Ranked> {
        let mut best: BinaryHeap<Ranked> = BinaryHeap::new();
        for (&doc, score) in docs.iter().zip(scores) {
            // Scores are finite and not negative, so their bits are in the order of their values.
            let score = Reverse(score.to_bits());
            if best.len() == limit && best.peek().is_none_or(|(worst, ..)| score > *worst) {
                continue;
            }
            best.push((
                score,
                self.report.ords().first(doc).unwrap_or_default(),
                self.number.first(doc).unwrap_or_default(),
                doc,
            ));
            if best.len() > limit {
                best.pop();
            }
        }
        best
    }

    fn hit(&self, (Reverse(score), report, passage, doc): Ranked) -> tantivy::Result<Hit> {
        let mut id = String::new();
        self.report.ord_to_str(report, &mut id)?;
        let place = |column: &Column<u64>| column.first(doc).unwrap_or_default() as usize;
        let start = place(&self.start);
        let span = ByteSpan::new(start, place(&self.end).max(start));
        let passage = u32::try_from(passage)
            .map_err(|_| TantivyError::InternalError("a passage number is too large".to_owned()))?;
        Ok(Hit { report: id, passage, span, score: f64::from_bits(score) })
    }
}
