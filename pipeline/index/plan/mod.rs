//! A query meets one state of the index: its words become terms with the weight of their rarity, and what it says of
//! headings and metadata, looked up in the entries of sections and reports, becomes terms of passages.
//!
//! Sets are joined here and not by tantivy's boolean queries: whole sets are fast enough, and the result does not
//! depend on the order in which tantivy would visit the parts.

mod planner;
mod postings;

pub use planner::Planner;

use super::bits::Bits;
use super::near::{Place, are_near, in_a_row};
use postings::{having, meet, positions, postings};
use std::collections::{BTreeMap, BTreeSet};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::index::SegmentReader;
use tantivy::postings::Postings;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, Term};

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

    /// What a word's number of occurrences is weighed against in a passage. BM25 puts the shortest passages first, which here
    /// are headings and scraps that nobody quotes; so what falls short of the mean length counts as much beyond it.
    pub fn damping(self, lengths: &FieldNormReader, doc: DocId) -> f64 {
        let mean = (self.n_words as f64 / self.n_passages.max(1) as f64).max(1.0);
        let length = f64::from(lengths.fieldnorm(doc));
        K1 * (1.0 - B + B * (mean + (length - mean).abs()) / mean)
    }
}
