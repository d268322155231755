//! Words that stand next to each other, and rows of words that stand near each other. Positions come in, entry by entry,
//! and what fits goes out; which words they are is not known here.

use tantivy::DocId;

/// Where a row stands: entry, position of its first word, position after its last.
pub type Place = (DocId, u32, u32);

/// Where words stand in a row. Each slot has its positions, ascending.
pub fn in_a_row(slots: Vec<Vec<(DocId, u32)>>) -> Vec<Place> {
    let n_words = slots.len() as u32;
    let mut slots = slots.into_iter();
    let mut starts = slots.next().unwrap_or_default();
    for (slot, further) in slots.zip(1..) {
        let slot: Vec<(DocId, u32)> = slot;
        let mut at = 0;
        starts.retain(|&(doc, start)| {
            while slot.get(at).is_some_and(|next| *next < (doc, start + further)) {
                at += 1;
            }
            slot.get(at) == Some(&(doc, start + further))
        });
    }
    starts.into_iter().map(|(doc, start)| (doc, start, start + n_words)).collect()
}

/// Calls `found` with each entry in which all parts stand, without overlap and with at most `gap` other words among
/// them. The places of each part are ascending.
pub fn are_near(parts: &[Vec<Place>], gap: u32, mut found: impl FnMut(DocId)) {
    let Some((first, others)) = parts.split_first() else { return };
    let mut from = vec![0; others.len()];
    for of_doc in first.chunk_by(|a, b| a.0 == b.0) {
        let doc = of_doc[0].0;
        let mut rows = vec![of_doc];
        for (part, from) in others.iter().zip(&mut from) {
            *from += part[*from..].partition_point(|place| place.0 < doc);
            let end = *from + part[*from..].partition_point(|place| place.0 == doc);
            rows.push(&part[*from..end]);
        }
        if rows.iter().all(|row| !row.is_empty()) && is_near(&rows, gap) {
            found(doc);
        }
    }
}

/// Whether one place of each row can be chosen so that they stand near each other: the window moves on with what is
/// first in it.
fn is_near(rows: &[&[Place]], gap: u32) -> bool {
    let mut at = vec![0; rows.len()];
    loop {
        let places: Vec<Place> = rows.iter().zip(&at).map(|(row, at)| row[*at]).collect();
        let overlap = (0..rows.len()).find_map(|a| {
            let b = (a + 1..rows.len()).find(|&b| places[a].1 < places[b].2 && places[b].1 < places[a].2)?;
            Some((a, b))
        });
        let moved = match overlap {
            // Of two words at one place that one moves on which has the nearer other place.
            Some((a, b)) => {
                let next = |row: usize| rows[row].get(at[row] + 1).map(|place| place.1);
                match (next(a), next(b)) {
                    (Some(next_a), Some(next_b)) if next_b < next_a => b,
                    (None, Some(_)) => b,
                    _ => a,
                }
            }
            None => {
                let first = (0..rows.len()).min_by_key(|&row| places[row].1).unwrap_or_default();
                let last = places.iter().map(|place| place.2).max().unwrap_or_default();
                let words: u32 = places.iter().map(|place| place.2 - place.1).sum();
                if last - places[first].1 - words <= gap {
                    return true;
                }
                first
            }
        };
        at[moved] += 1;
        if at[moved] == rows[moved].len() {
            return false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of positions of single words in one entry.
    fn check(rows: &[&[u32]], gap: u32, expected: bool) {
        let parts: Vec<Vec<Place>> = rows.iter().map(|row| row.iter().map(|&at| (7, at, at + 1)).collect()).collect();
        let mut found = Vec::new();
        are_near(&parts, gap, |doc| found.push(doc));
        assert_eq!(found, if expected { vec![7] } else { vec![] }, "{rows:?} {gap}");
    }

    #[test]
    fn the_nearest_places_count() {
        check(&[&[1, 20], &[9, 23]], 2, true);
        check(&[&[1, 20], &[9, 24]], 2, false);
        check(&[&[9], &[1, 8]], 0, true);
        check(&[&[1, 50], &[4, 52], &[90, 51]], 0, false);
        check(&[&[1, 50], &[4, 52], &[51, 90]], 0, true);
    }

    #[test]
    fn a_word_that_is_asked_for_twice_must_be_there_twice() {
        check(&[&[3], &[3]], 5, false);
        check(&[&[3, 6], &[3, 6]], 2, true);
        check(&[&[3, 6], &[3, 6]], 1, false);
    }

    #[test]
    fn rows_are_words_next_to_each_other() {
        let rows = in_a_row(vec![vec![(1, 4), (1, 9), (2, 0)], vec![(1, 5), (1, 11), (2, 1), (3, 0)]]);
        assert_eq!(rows, [(1, 4, 6), (2, 0, 2)]);
    }
}
