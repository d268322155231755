//! A block's text and the boundaries in it become the spans of passages: trimmed, none empty, none that is only the
//! number of a list item or a row of dots, and long ones divided at semicolons.

use super::mend;
use std::ops::Range;

/// Gives `emit` the span of each passage of `text`, in order.
pub fn cut(text: &str, boundaries: &[usize], mut emit: impl FnMut(Range<usize>)) {
    let mut pending: Option<Range<usize>> = None;
    let mut start = 0;
    for &end in boundaries.iter().chain([&text.len()]) {
        let piece = trimmed(text, start..end);
        let is_last = end == text.len();
        if !is_last && mend::is_enumerator(&text[piece.clone()]) {
            continue; // it opens the next passage
        }
        if !text[piece.clone()].contains(char::is_alphanumeric) {
            match &mut pending {
                Some(before) if !piece.is_empty() => before.end = piece.end,
                Some(_) => {}
                None if is_last && !piece.is_empty() => pending = Some(piece),
                None => continue, // dots and dashes at the head of a block open its first passage
            }
        } else if let Some(before) = pending.replace(piece) {
            divide(text, before, &mut emit);
        }
        start = end;
    }
    if let Some(last) = pending {
        divide(text, last, &mut emit);
    }
}

/// A passage above this many bytes is divided at its semicolons.
const LONG: usize = 240;
/// A part at a semicolon is no shorter than this.
const PART: usize = 40;
/// A passage above this many bytes is divided between words, wherever that is.
const LONGEST: usize = 2_000;

fn divide(text: &str, piece: Range<usize>, emit: &mut impl FnMut(Range<usize>)) {
    let mut start = piece.start;
    if piece.len() > LONG {
        for (offset, _) in text[piece.clone()].match_indices("; ") {
            let end = piece.start + offset + 1;
            if end - start >= PART && piece.end - end >= PART {
                divide_between_words(text, trimmed(text, start..end), emit);
                start = end;
            }
        }
    }
    divide_between_words(text, trimmed(text, start..piece.end), emit);
}

fn divide_between_words(text: &str, mut piece: Range<usize>, emit: &mut impl FnMut(Range<usize>)) {
    while piece.len() > LONGEST {
        let limit = text.floor_char_boundary(piece.start + LONGEST);
        let head = &text[piece.start..limit];
        let length = head.rfind(char::is_whitespace).filter(|&length| length > LONGEST / 2).unwrap_or(head.len());
        emit(trimmed(text, piece.start..piece.start + length));
        piece = trimmed(text, piece.start + length..piece.end);
    }
    if !piece.is_empty() {
        emit(piece);
    }
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let rest = text[range.clone()].trim_start();
    let start = range.end - rest.len();
    start..start + rest.trim_end().len()
}
