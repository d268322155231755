//! Greedy k-centre within each code: again and again the cell that is furthest from all that are answered or chosen,
//! distance times doubt. Codes do not meet in the kernel, so each is gone through by itself; the scores at which cells are
//! chosen fall, and put the codes' cells into one order.

use super::{Grounds, Item, doubt};
use rayon::prelude::*;

/// See the module.
pub(super) struct Centres<'c> {
    pub items: &'c [Item],
    pub grounds: &'c Grounds<'c>,
    /// Cells that are asked before, as (code, report).
    pub asked: &'c [(u32, u32)],
    pub n_codes: usize,
}

/// Cells chosen one by one, over all codes; what comes after keeps the score that it has then. Nobody answers so many
/// before the next training.
const MAX_CHOSEN: usize = 4_000;

/// Cells of a code among which is chosen, the most doubtful ones, and answered cells from which distances are taken.
const MAX_CANDIDATES: usize = 1_000;
const MAX_ANSWERED: usize = 200;

impl Centres<'_> {
    /// Scores the cells of each code.
    pub fn score(&self, codes: &[&[usize]]) -> Vec<(f32, usize)> {
        codes.par_iter().flat_map_iter(|of_code| self.of_code(of_code)).collect()
    }

    fn of_code(&self, cells: &[usize]) -> Vec<(f32, usize)> {
        let Centres { items, grounds, asked, n_codes } = self;
        let code = items[cells[0]].code;
        let mut open: Vec<(f32, usize)> = cells.iter().map(|n| (doubt(&items[*n]), *n)).collect();
        open.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let rest = open.split_off(open.len().min(MAX_CANDIDATES));
        let from = grounds.answered.partition_point(|cell| cell.code < code);
        let to = grounds.answered.partition_point(|cell| cell.code <= code);
        // Of many answers every so manieth: their reports are in order of ids, not of likeness.
        let step = (to - from).div_ceil(MAX_ANSWERED).max(1);
        let answered = grounds.answered[from..to].iter().step_by(step).map(|cell| cell.report);
        let asked = asked.iter().filter(|cell| cell.0 == code).map(|cell| cell.1);
        let mut nearest: Vec<f32> = vec![1.; open.len()];
        for centre in answered.chain(asked) {
            self.approach(&open, centre, &mut nearest);
        }
        let n_chosen = (MAX_CHOSEN / n_codes.max(&1)).clamp(10, MAX_CHOSEN).min(open.len());
        let mut scored = Vec::with_capacity(cells.len());
        for _ in 0..n_chosen {
            let score = |at: usize| open[at].0 * nearest[at];
            // Of equals the first.
            let Some(best) = (0..open.len()).rev().max_by(|a, b| score(*a).total_cmp(&score(*b))) else { break };
            scored.push((score(best), open[best].1));
            let centre = items[open[best].1].report;
            open.remove(best);
            nearest.remove(best);
            self.approach(&open, centre, &mut nearest);
        }
        let of_open = open.iter().zip(&nearest).map(|((doubt, n), nearest)| (doubt * nearest, *n));
        scored.extend(of_open);
        let last = scored.iter().map(|cell: &(f32, usize)| cell.0).fold(1., f32::min);
        scored.extend(rest.iter().map(|(doubt, n)| (doubt.min(last), *n)));
        scored
    }

    /// Brings the nearest centre up to date with another one.
    fn approach(&self, open: &[(f32, usize)], centre: u32, nearest: &mut [f32]) {
        for ((_, n), nearest) in open.iter().zip(nearest) {
            *nearest = nearest.min(self.grounds.sketches.distance(self.items[*n].report, centre).max(0.));
        }
    }
}
