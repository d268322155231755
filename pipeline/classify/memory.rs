//! What learning can take over from the last time it learned from the same texts: vocabulary and rows, which depend on
//! the texts alone, and the factor of the ridge, which depends on the rows. A review loop that is replayed learns dozens of
//! times from the same reports with a few more answers; only the answers are then learned anew. What is learned is the
//! same, with memory or without.

use super::ridge::Factor;
use super::vocabulary::{Row, Unit, Vocabulary};
use rayon::prelude::*;
use std::ops::Range;
use std::sync::Arc;

/// What the two ways of looking at reports remember.
#[derive(Debug, Default)]
pub struct Memory {
    pub(super) whole: ViewMemory,
    pub(super) passages: ViewMemory,
}

impl Memory {
    /// Remembers nothing: for whoever learns once.
    pub fn none() -> Memory {
        Memory::default()
    }

    /// Remembers factors of so many bytes together, the last ones.
    pub fn of(max_bytes: usize) -> Memory {
        let view = || ViewMemory { max_bytes, ..ViewMemory::default() };
        Memory { whole: view(), passages: view() }
    }
}

/// What one way of looking remembers.
#[derive(Debug, Default)]
pub(super) struct ViewMemory {
    max_bytes: usize,
    ground: Option<Ground>,
    factors: Vec<Kept>,
}

/// What depends on the texts alone.
#[derive(Debug)]
struct Ground {
    units: blake3::Hash,
    vocabulary: Vocabulary,
    rows: Arc<Vec<Row>>,
}

#[derive(Debug)]
struct Kept {
    units: Vec<usize>,
    groups: Vec<Range<usize>>,
    lambda: f32,
    factor: Arc<Factor>,
}

impl ViewMemory {
    /// Remembers nothing.
    #[cfg(test)]
    pub fn none() -> ViewMemory {
        ViewMemory::default()
    }

    /// The vocabulary of units, and their rows.
    pub fn rows(&mut self, units: &[Unit]) -> (Vocabulary, Arc<Vec<Row>>) {
        if self.max_bytes == 0 {
            return read(units);
        }
        let mut hasher = blake3::Hasher::new();
        for unit in units {
            hasher.update(unit.text.as_bytes()).update(b"\0").update(unit.context.as_bytes()).update(b"\0");
        }
        let hash = hasher.finalize();
        let ground = self.ground.take().filter(|ground| ground.units == hash).unwrap_or_else(|| {
            self.factors.clear();
            let (vocabulary, rows) = read(units);
            Ground { units: hash, vocabulary, rows }
        });
        let ground = self.ground.insert(ground);
        (ground.vocabulary.clone(), ground.rows.clone())
    }

    /// The factor of some rows: those of `units`, by number.
    pub fn factor(
        &mut self,
        rows: &[Row],
        n_columns: usize,
        units: &[usize],
        groups: &[Range<usize>],
        lambda: f32,
    ) -> Arc<Factor> {
        let same = |kept: &Kept| kept.lambda == lambda && kept.units == units && kept.groups == groups;
        if let Some(at) = self.factors.iter().position(same) {
            let kept = self.factors.remove(at);
            let factor = kept.factor.clone();
            self.factors.push(kept);
            return factor;
        }
        // Room is made before, so that two large ones are not there at once.
        let n_new = 4 * units.len().pow(2);
        let n_kept = |factors: &[Kept]| factors.iter().map(|kept| kept.factor.n_bytes()).sum::<usize>();
        while !self.factors.is_empty() && n_kept(&self.factors) + n_new > self.max_bytes {
            self.factors.remove(0);
        }
        let factor = Arc::new(Factor::of(rows, n_columns, groups, lambda));
        if n_new <= self.max_bytes {
            let (units, groups) = (units.to_vec(), groups.to_vec());
            self.factors.push(Kept { units, groups, lambda, factor: factor.clone() });
        }
        factor
    }
}

fn read(units: &[Unit]) -> (Vocabulary, Arc<Vec<Row>>) {
    let vocabulary = Vocabulary::learn(units.iter());
    let n_chunk = units.len().div_ceil(64).max(1);
    let rows: Vec<Row> = units
        .par_chunks(n_chunk)
        .flat_map_iter(|units| {
            let mut reader = vocabulary.reader();
            units.iter().map(|unit| reader.row(&unit.text, &unit.context)).collect::<Vec<Row>>()
        })
        .collect();
    (vocabulary, Arc::new(rows))
}
