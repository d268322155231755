//! A stretch of a text, in UTF-8 bytes with the end exclusive. Every product of the pipeline points into a report's
//! canonical text with one of these, so that whatever is shown can be found again in the report.

use serde::{Deserialize, Serialize};

/// A half-open range of UTF-8 byte offsets, `start..end`, with `start <= end`.
///
/// ```
/// use codeframe::span::ByteSpan;
/// let span = ByteSpan::new(4, 9);
/// assert_eq!(span.slice("the heads met"), "heads");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ByteSpan {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl ByteSpan {
    /// The span `start..end`.
    ///
    /// # Panics
    /// When `start > end` or an offset does not fit 32 bits (texts are limited to far less by `extract`).
    pub fn new(start: usize, end: usize) -> Self {
        assert!(start <= end, "a span ends before it starts: {start}..{end}");
        let narrow = |n: usize| u32::try_from(n).expect("a text is shorter than 4 GiB");
        ByteSpan { start: narrow(start), end: narrow(end) }
    }

    /// The text the span covers.
    ///
    /// # Panics
    /// When the span does not lie on character boundaries inside `text`.
    pub fn slice<'t>(&self, text: &'t str) -> &'t str {
        &text[self.range()]
    }

    /// The span as a `Range` of `usize`.
    pub fn range(&self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether the span covers nothing.
    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// Whether `other` lies wholly inside this span.
    pub fn contains(&self, other: &ByteSpan) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}
