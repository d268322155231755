//! Where a sentence may end. A block's text comes in; the byte offsets at which a new passage begins go out, ascending.
//!
//! Unicode's sentence boundaries (UAX 29) are the base. The segmenter looks up every character, and a boundary depends
//! only on what stands around a full stop: so in text of Latin letters and common punctuation it is run on the few
//! characters around each stop, which gives the same boundaries in a tenth of the time, and on the whole block when
//! there is anything else in it. Each boundary then goes before `mend`, which also proposes those that Unicode misses.

use super::mend;
use unicode_segmentation::UnicodeSegmentation;

/// Writes to `boundaries` where passages of `text` begin, without 0 and the end.
pub fn find(text: &str, boundaries: &mut Vec<usize>) {
    boundaries.clear();
    let bytes = text.as_bytes();
    let mut tame = true;
    let mut seen = 0; // end of the last window
    let mut at = 0;
    while let Some(found) = bytes[at..].iter().position(|&byte| STOPS[byte as usize]) {
        let stop = at + found;
        at = stop + 1;
        match bytes[stop] {
            b'\n' | b'\r' => {
                // A run of line breaks and spaces is one boundary.
                at = text.len() - text[at..].trim_start().len();
                if mend::ends(text, at) {
                    boundaries.push(at);
                }
            }
            b'.' | b'!' | b'?' => {
                if stop >= seen {
                    let window = around(text, stop);
                    seen = window.end;
                    unicode(text, window, boundaries);
                }
                boundaries.extend(mend::missed(text, stop));
            }
            _ => {
                let c = text[stop..].chars().next().expect("the scan stops at the first byte of a character");
                at = stop + c.len_utf8();
                tame &= is_tame(c);
                if c == '…' {
                    boundaries.extend(mend::ends_with_ellipsis(text, at));
                } else if mend::is_bullet(c) && text[..stop].ends_with(char::is_whitespace) {
                    boundaries.push(stop);
                }
            }
        }
    }
    if !tame && longest_gap(text) <= WINDOW {
        unicode(text, 0..text.len(), boundaries);
    }
    boundaries.sort_unstable();
    boundaries.dedup();
}

/// The most bytes that are looked at around a stop. The segmenter takes the square of the length of a run without
/// letters, so there must be a limit; a stop in prose never comes near it.
const WINDOW: usize = 256;

/// Adds the boundaries of UAX 29 inside a window of the text that stand before `mend`.
fn unicode(text: &str, window: std::ops::Range<usize>, boundaries: &mut Vec<usize>) {
    for (offset, _) in text[window.clone()].split_sentence_bound_indices().skip(1) {
        if mend::ends(text, window.start + offset) {
            boundaries.push(window.start + offset);
        }
    }
}

/// The longest run without a letter, in bytes.
fn longest_gap(text: &str) -> usize {
    text.split(char::is_alphabetic).map(str::len).max().unwrap_or(0)
}

/// The characters on which UAX 29 decides about a stop: one before it, and all up to the first letter after it.
fn around(text: &str, stop: usize) -> std::ops::Range<usize> {
    let start = last_char_start(text, stop);
    let mut end = stop + 1;
    for c in text[end..].chars() {
        end += c.len_utf8();
        if c.is_alphabetic() || end - stop >= WINDOW {
            break;
        }
    }
    start..end
}

fn last_char_start(text: &str, end: usize) -> usize {
    text[..end].chars().next_back().map_or(end, |c| end - c.len_utf8())
}

/// Bytes at which the scan stops: sentence ends, line breaks and the first byte of everything beyond ASCII.
const STOPS: [bool; 256] = {
    let mut stops = [false; 256];
    let mut byte = 128;
    while byte < 256 {
        // A continuation byte is never looked at by itself.
        stops[byte] = byte >= 0xC0;
        byte += 1;
    }
    stops[b'.' as usize] = true;
    stops[b'!' as usize] = true;
    stops[b'?' as usize] = true;
    stops[b'\n' as usize] = true;
    stops[b'\r' as usize] = true;
    stops
};

/// Whether a character beyond ASCII is without influence on boundaries away from a stop: no stop itself, no line
/// break, and none that UAX 29 looks through (soft hyphens, joiners, combining marks).
fn is_tame(c: char) -> bool {
    matches!(c, '\u{A0}'..='\u{AC}' | '\u{AE}'..='\u{2FF}' | '\u{2010}'..='\u{201F}' | '\u{2020}'..='\u{2023}'
        | '\u{2026}' | '\u{20A0}'..='\u{20C0}' | '\u{2100}'..='\u{27FF}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// UAX 29 by the windows that `find` looks through, and by the whole text.
    fn compare(text: &str) {
        let mut by_window = Vec::new();
        let mut at = 0;
        while let Some(found) = text.as_bytes()[at..].iter().position(|byte| b".!?\n\r".contains(byte)) {
            let stop = at + found;
            at = stop + 1;
            let window = around(text, stop);
            let inner = text[window.clone()].split_sentence_bound_indices().skip(1);
            by_window.extend(inner.map(|(offset, _)| window.start + offset));
        }
        by_window.sort_unstable();
        by_window.dedup();
        let whole: Vec<usize> = text.split_sentence_bound_indices().skip(1).map(|(offset, _)| offset).collect();
        assert_eq!(by_window, whole, "{text:?}");
    }

    #[test]
    fn tame_characters_are_inert() {
        for c in (0x80..0x11_0000).filter_map(char::from_u32).filter(|&c| is_tame(c)) {
            for text in [
                format!("Ab{c} Cd"),
                format!("Ab {c}Cd"),
                format!("Ab{c}. Cd"),
                format!("Ab.{c} Cd"),
                format!("Ab. {c}Cd"),
            ] {
                compare(&text);
            }
        }
    }

    proptest! {
        #[test]
        fn windows_find_what_the_whole_text_has(text in "[a-cA-C0-2 .!?,;:()\"'’“”–…é•\n\t-]{0,60}") {
            compare(&text);
        }
    }
}
