//! Kernel ridge regression for all codes at once, with the exact scores that each report would have had if none of its
//! units had been learned from.
//!
//! With `A = K + λI` and `α = A⁻¹(y - mean)`, leaving out the units `B` gives the scores `y_B - (A⁻¹)_BB⁻¹ α_B` (for one
//! unit: Wahba 1990; for groups: Cook and Weisberg 1982). One Cholesky factor serves all codes and all reports, so there
//! is no loop of cross-validation. The mean that targets are centred about is left out likewise: it would give each report's own
//! answer away, as what is expected of the others falls a little whenever its own is yes. So it is replaced by that of the others, exactly, with
//! the help of a column of ones; and all scores are then put on the one mean of all. Single precision is enough, since the ridge bounds the condition of `A`, and halves
//! the memory: four bytes times the square of the number of units. Units that always teach come first; the factor of the rest then stands by itself at
//! its end, and only that is inverted, some columns at a time.

use super::vocabulary::Row;
use faer::linalg::cholesky::llt::factor::{cholesky_in_place, cholesky_in_place_scratch};
use faer::linalg::triangular_solve::{solve_lower_triangular_in_place, solve_upper_triangular_in_place};
use faer::{Mat, MatMut, Par};
use rayon::prelude::*;
use std::ops::Range;

/// What is learned from: rows in order, and to whom they belong.
#[derive(Debug, Clone, Copy)]
pub struct Task<'t> {
    /// One row a unit: first those that always teach, then the units of the first group, of the second, and so on.
    pub rows: &'t [Row],
    /// Number of columns of the rows.
    pub n_columns: usize,
    /// The units of each group, adjoining and in order, up to the last row.
    pub groups: &'t [Range<usize>],
    /// What is to be learned of each unit, a column a code: units x codes.
    pub targets: &'t Mat<f32>,
    /// The ridge λ: how much the rows are distrusted.
    pub lambda: f32,
}

/// What was learned.
#[derive(Debug, Clone)]
pub struct Ridge {
    /// What each unit contributes: units x codes.
    pub alpha: Mat<f32>,
    /// What is expected of a unit that says nothing, by code.
    pub means: Vec<f32>,
    /// Scores of the grouped units by all but their own group: units x codes; rows of units that always teach are zero.
    pub left_out: Mat<f32>,
}

/// Threads that share one factorisation. Fixed, so that a machine with more gives the same bytes.
fn parts() -> Par {
    Par::rayon(2)
}

/// Columns of the inverse made at a time.
const CHUNK: usize = 256;

/// What a fit owes to the rows alone: whoever learns other targets from the same rows need not make it again.
#[derive(Debug, Clone)]
pub struct Factor {
    /// The lower half is the Cholesky factor of `K + λI`.
    factor: Mat<f32>,
    /// By group: the Cholesky factor of its part of the inverse.
    blocks: Vec<Mat<f32>>,
}

/// Fits the ridge.
pub fn fit(task: &Task<'_>) -> Ridge {
    Factor::of(task.rows, task.n_columns, task.groups, task.lambda).fit(task.groups, task.targets)
}

impl Factor {
    /// Makes the factor of rows; see [`Task`].
    pub fn of(rows: &[Row], n_columns: usize, groups: &[Range<usize>], lambda: f32) -> Factor {
        let mut factor = gram(rows, n_columns);
        for i in 0..rows.len() {
            factor[(i, i)] += lambda;
        }
        factorise(factor.as_mut());
        let mut blocks = Vec::with_capacity(groups.len());
        let mut pending: &[Range<usize>] = groups;
        while let Some(first) = pending.first() {
            // Whole groups, until there is enough to do at once.
            let n_groups = pending.iter().take_while(|g| g.end - first.start <= CHUNK).count().max(1);
            let (now, later) = pending.split_at(n_groups);
            blocks.extend(inverse_blocks(&factor, now));
            pending = later;
        }
        Factor { factor, blocks }
    }

    /// Bytes of memory that it takes.
    pub fn n_bytes(&self) -> usize {
        4 * (self.factor.nrows().pow(2) + self.blocks.iter().map(|block| block.nrows().pow(2)).sum::<usize>())
    }

    /// Learns targets of the same rows and groups.
    pub fn fit(&self, groups: &[Range<usize>], targets: &Mat<f32>) -> Ridge {
        let n = self.factor.nrows();
        let n_codes = targets.ncols();
        let mean = |k: usize| targets.col(k).iter().map(|v| f64::from(*v)).sum::<f64>() / n as f64;
        let means: Vec<f32> = (0..n_codes).map(|k| if n == 0 { 0. } else { mean(k) as f32 }).collect();
        // The last column is all ones: what a constant contributes, for the mean that is left out.
        let centred = |i: usize, k: usize| if k < n_codes { targets[(i, k)] - means[k] } else { 1. };
        let mut alpha = Mat::from_fn(n, n_codes + 1, centred);
        solve(&self.factor, alpha.as_mut());
        let mut left_out = Mat::zeros(n, n_codes);
        for (group, block) in groups.iter().zip(&self.blocks) {
            let size = group.end - group.start;
            let mut residual = Mat::from_fn(size, n_codes + 1, |i, k| alpha[(group.start + i, k)]);
            solve(block, residual.as_mut());
            let n_others = (n - size).max(1) as f32;
            for (k, mean) in means.iter().enumerate() {
                let above: f32 = group.clone().map(|unit| targets[(unit, k)] - mean).sum();
                // How far the mean of the others is below that of all.
                let below = above / n_others;
                for i in 0..size {
                    let of_one = 1. - residual[(i, n_codes)];
                    left_out[(group.start + i, k)] = targets[(group.start + i, k)] - residual[(i, k)] + below * of_one;
                }
            }
        }
        Ridge { alpha: alpha.subcols(0, n_codes).to_owned(), means, left_out }
    }
}

/// Replaces right-hand sides by solutions, given the Cholesky factor.
fn solve(factor: &Mat<f32>, mut sides: MatMut<'_, f32>) {
    solve_lower_triangular_in_place(factor.as_ref(), sides.as_mut(), parts());
    solve_upper_triangular_in_place(factor.as_ref().transpose(), sides, parts());
}

/// The factors of some adjoining groups' parts of the inverse: what their scores by all others need.
fn inverse_blocks(factor: &Mat<f32>, groups: &[Range<usize>]) -> Vec<Mat<f32>> {
    let n = factor.nrows();
    let (from, to) = (groups[0].start, groups[groups.len() - 1].end);
    // Columns `from..to` of the inverted factor; above `from` they are zero.
    let mut inverse = Mat::from_fn(n - from, to - from, |i, j| if i == j { 1. } else { 0. });
    let corner = factor.as_ref().submatrix(from, from, n - from, n - from);
    solve_lower_triangular_in_place(corner, inverse.as_mut(), parts());
    let block_of = |group: &Range<usize>| {
        let columns = inverse.as_ref().subcols(group.start - from, group.end - group.start);
        let mut block = columns.transpose() * columns;
        factorise(block.as_mut());
        block
    };
    groups.iter().map(block_of).collect()
}

/// Replaces the lower half of a positive definite matrix by its Cholesky factor.
fn factorise(matrix: MatMut<'_, f32>) {
    let scratch = cholesky_in_place_scratch::<f32>(matrix.nrows(), parts(), Default::default());
    let mut memory = faer::dyn_stack::MemBuffer::new(scratch);
    let stack = faer::dyn_stack::MemStack::new(&mut memory);
    cholesky_in_place(matrix, Default::default(), parts(), stack, Default::default())
        .expect("a Gram matrix with a ridge is positive definite");
}

/// Products of all rows with each other; only the lower half is filled.
fn gram(rows: &[Row], n_columns: usize) -> Mat<f32> {
    let n = rows.len();
    let mut postings: Vec<Vec<(u32, f32)>> = vec![Vec::new(); n_columns];
    for (row, i) in rows.iter().zip(0..) {
        for (column, value) in row.columns.iter().zip(&row.values) {
            postings[*column as usize].push((i, *value));
        }
    }
    let mut gram = Mat::<f32>::zeros(n, n);
    let columns: Vec<(usize, faer::ColMut<'_, f32>)> = gram.as_mut().col_iter_mut().enumerate().collect();
    columns.into_par_iter().for_each(|(i, column)| {
        let sums = column.try_as_col_major_mut().expect("a new matrix has its columns in one piece").as_slice_mut();
        for (c, value) in rows[i].columns.iter().zip(&rows[i].values) {
            let posting = &postings[*c as usize];
            let from = posting.partition_point(|(j, _)| (*j as usize) < i);
            for (j, other) in &posting[from..] {
                sums[*j as usize] += value * other;
            }
        }
    });
    gram
}

/// Weights of the columns: what a row of ones and zeros in column and code would add to the score. Columns x codes,
/// row by row.
pub fn weights(rows: &[Row], n_columns: usize, alpha: &Mat<f32>) -> Vec<f32> {
    let n_codes = alpha.ncols();
    let mut weights = vec![0_f64; n_columns * n_codes];
    let mut contribution = vec![0_f64; n_codes];
    for (i, row) in rows.iter().enumerate() {
        (0..n_codes).for_each(|k| contribution[k] = f64::from(alpha[(i, k)]));
        for (column, value) in row.columns.iter().zip(&row.values) {
            let at = *column as usize * n_codes;
            for (weight, a) in weights[at..at + n_codes].iter_mut().zip(&contribution) {
                *weight += f64::from(*value) * a;
            }
        }
    }
    weights.into_iter().map(|w| w as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::Random;

    fn random_rows(n: usize, n_columns: usize, random: &mut Random) -> Vec<Row> {
        let row = |random: &mut Random| {
            let columns: Vec<u32> = (0..n_columns as u32).filter(|_| random.unit() < 0.4).collect();
            let values = columns.iter().map(|_| random.unit() as f32).collect();
            Row { columns, values }
        };
        (0..n).map(|_| row(random)).collect()
    }

    fn score(rows: &[Row], n_columns: usize, ridge: &Ridge, row: &Row) -> f64 {
        let weights = weights(rows, n_columns, &ridge.alpha);
        row.columns.iter().zip(&row.values).map(|(c, v)| f64::from(weights[*c as usize] * v)).sum::<f64>()
    }

    /// Leaving a group out by formula is what fitting without it gives, about the mean of the others, on the mean of all.
    #[test]
    fn scores_left_out_are_those_of_a_fit_without_the_group() {
        let random = &mut Random::new(7);
        let (n_columns, groups) = (6, [3..5, 5..6, 6..9, 9..10]);
        let rows = random_rows(10, n_columns, random);
        let targets = Mat::from_fn(10, 1, |_, _| random.unit() as f32);
        let mean = targets.col(0).iter().sum::<f32>() / 10.;
        let whole = fit(&Task { rows: &rows, n_columns, groups: &groups, targets: &targets, lambda: 0.5 });
        for group in &groups {
            let kept: Vec<usize> = (0..10).filter(|i| !group.contains(i)).collect();
            let some: Vec<Row> = kept.iter().map(|i| rows[*i].clone()).collect();
            let n = kept.len();
            let mean_of_others = kept.iter().map(|i| targets[(*i, 0)]).sum::<f32>() / n as f32;
            // Solve (K + λI) α = y directly by Gauss-Jordan, apart from the code under test.
            let mut a: Vec<Vec<f64>> = (0..n)
                .map(|i| {
                    let dot = |r: &Row, s: &Row| -> f64 {
                        r.columns
                            .iter()
                            .zip(&r.values)
                            .map(|(c, v)| {
                                s.columns
                                    .iter()
                                    .position(|d| d == c)
                                    .map_or(0., |p| f64::from(*v) * f64::from(s.values[p]))
                            })
                            .sum()
                    };
                    let mut row: Vec<f64> =
                        (0..n).map(|j| dot(&some[i], &some[j]) + if i == j { 0.5 } else { 0. }).collect();
                    row.push(f64::from(targets[(kept[i], 0)] - mean_of_others));
                    row
                })
                .collect();
            for i in 0..n {
                let pivot = a[i][i];
                a[i].iter_mut().for_each(|v| *v /= pivot);
                for j in (0..n).filter(|j| *j != i) {
                    let factor = a[j][i];
                    let row = a[i].clone();
                    a[j].iter_mut().zip(&row).for_each(|(v, p)| *v -= factor * p);
                }
            }
            let alpha = Mat::from_fn(n, 1, |i, _| a[i][n] as f32);
            let without = Ridge { alpha, means: vec![0.], left_out: Mat::zeros(0, 0) };
            for i in group.clone() {
                let expected = f64::from(mean) + score(&some, n_columns, &without, &rows[i]);
                assert!(
                    (f64::from(whole.left_out[(i, 0)]) - expected).abs() < 1e-4,
                    "{} {expected}",
                    whole.left_out[(i, 0)]
                );
            }
        }
    }
}
