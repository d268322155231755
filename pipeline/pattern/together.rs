//! Every pair of codes that could go together is counted, and what chance does not explain is told. Pairs that go together by
//! construction are not looked at: codes of which only one can apply, and codes that follow from each other.

use super::{FALSE_DISCOVERIES, Found, LEAST_REPORTS};
use crate::frame::{CodeRef, Frame, Select};
use crate::grid::Grid;
use crate::score::{Fourfold, benjamini_hochberg};
use serde::Serialize;

/// Two codes that go together, or keep apart, beyond chance.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pair {
    /// The first code, `question/code`.
    pub first: String,
    /// The second.
    pub second: String,
    /// Reports with both.
    pub both: usize,
    /// Reports with the first.
    pub n_first: usize,
    /// Reports with the second.
    pub n_second: usize,
    /// How many would have both by chance.
    pub expected: f64,
    /// How strongly they go together, from -1 to 1.
    pub phi: f64,
    /// Fisher's two-sided p.
    pub p: f64,
    /// Adjusted for all pairs that were looked at.
    pub q: f64,
}

/// Looks at all pairs of codes of questions that are asked of all reports (not those of the stage `in_depth`).
pub fn together(frame: &Frame, grid: &Grid, in_depth: &str) -> Found<Pair> {
    let n = grid.reports.len();
    let n_words = n.div_ceil(64);
    let mut looked: Vec<(CodeRef<'_>, usize, Vec<u64>)> = Vec::new();
    let is_asked = |code: &CodeRef<'_>| code.question.stage != in_depth && !super::mirrors(code);
    for code in frame.codes().filter(is_asked) {
        let mut bits = vec![0u64; n_words];
        for (at, _) in grid.reports.iter().enumerate().filter(|(_, report)| report.has(code.index)) {
            bits[at / 64] |= 1 << (at % 64);
        }
        let count: usize = bits.iter().map(|word| word.count_ones() as usize).sum();
        if count >= LEAST_REPORTS && n - count >= LEAST_REPORTS {
            looked.push((code, count, bits));
        }
    }
    let mut pairs = Vec::new();
    for (at, (first, n_first, first_bits)) in looked.iter().enumerate() {
        for (second, n_second, second_bits) in &looked[at + 1..] {
            if goes_by_construction(first, second) {
                continue;
            }
            let both = first_bits.iter().zip(second_bits).map(|(a, b)| (a & b).count_ones() as usize).sum();
            let counts = Fourfold { both, first: *n_first, second: *n_second, of: n };
            pairs.push(Pair {
                first: first.name().to_owned(),
                second: second.name().to_owned(),
                both,
                n_first: *n_first,
                n_second: *n_second,
                expected: counts.expected(),
                phi: counts.phi().expect("both are there and are not"),
                p: counts.fisher(),
                q: 1.,
            });
        }
    }
    let n_looked_at = pairs.len();
    let adjusted = benjamini_hochberg(&pairs.iter().map(|pair| pair.p).collect::<Vec<_>>());
    for (pair, q) in pairs.iter_mut().zip(adjusted) {
        pair.q = q;
    }
    pairs.retain(|pair| pair.q <= FALSE_DISCOVERIES);
    // A stable sort: of equals the first of the frame.
    pairs.sort_by(|a, b| a.p.total_cmp(&b.p));
    Found { n_looked_at, found: pairs }
}

fn goes_by_construction(first: &CodeRef<'_>, second: &CodeRef<'_>) -> bool {
    let same = first.question.id == second.question.id;
    let alone = first.code.exclusive || second.code.exclusive || first.question.select == Select::One;
    same && alone || super::differ::follows(first, second.question) || super::differ::follows(second, first.question)
}
