//! What a segment of the index knows of terms: which entries have one, how often, and where in them.

use crate::index::bits::Bits;
use tantivy::index::SegmentReader;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, TERMINATED, Term};

/// The entries of a segment with one of these terms.
pub(super) fn having(segment: &SegmentReader, terms: &[Term]) -> tantivy::Result<Bits> {
    let mut entries = Bits::empty(segment.max_doc());
    for term in terms {
        if let Some(mut postings) = postings(segment, term, IndexRecordOption::Basic)? {
            let mut doc = postings.doc();
            while doc != TERMINATED {
                entries.insert(doc);
                doc = postings.advance();
            }
        }
    }
    Ok(entries)
}

/// Calls `visit` with each of the entries, ascending, that a term has: with its place in `docs`. Whichever of both is
/// shorter leads, so that a rare term among many entries costs as little as a common one among few.
pub(super) fn meet(postings: &mut SegmentPostings, docs: &[DocId], mut visit: impl FnMut(usize, &mut SegmentPostings)) {
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
pub(super) fn positions(segment: &SegmentReader, terms: &[Term], docs: &[DocId]) -> tantivy::Result<Vec<(DocId, u32)>> {
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

pub(super) fn postings(
    segment: &SegmentReader,
    term: &Term,
    option: IndexRecordOption,
) -> tantivy::Result<Option<SegmentPostings>> {
    Ok(segment.inverted_index(term.field())?.read_postings(term, option)?)
}
