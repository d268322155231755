//! A passage: about a sentence, the smallest span that can be coded.

use crate::span::ByteSpan;
use serde::{Deserialize, Serialize};

/// A span of a report that can be coded: about a sentence, never across blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// Where it stands in `Report::text`; trimmed of white space, never empty.
    pub span: ByteSpan,
    /// The block it lies in, an index of `Report::blocks`; its heading path, row and column heads are that block's.
    pub block: u32,
}
