//! What a segment of the index knows of terms: which entries have one, how often, and where in them.

use crate::index::bits::Bits;
use tantivy::index::SegmentReader;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, TERMINATED, Term};

/// The entries of a segment with one of these terms.
pub(super) fn having(segment: &SegmentReader, terms: &[Term]) -> tantivy::Result<Bits> {
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
