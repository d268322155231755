//! Points become groups, by k-means (linfa) from starting points of k-means++ (Arthur and Vassilvitskii 2007), drawn by
//! our own stream of numbers so that a seed gives the same groups with any version of any crate.

use crate::score::Random;
use linfa::DatasetBase;
use linfa::traits::{Fit, Predict};
use linfa_clustering::{KMeans, KMeansError, KMeansInit};
use ndarray::{Array1, Array2};
use std::ops::RangeInclusive;

/// How points were grouped.
#[derive(Debug, Clone, PartialEq)]
pub struct Groups {
    /// By point the number of its group, from 0; every number occurs.
    pub group_of: Vec<usize>,
    /// Of each number of groups that was tried the mean silhouette.
    pub silhouettes: Vec<(usize, f64)>,
}

/// k-means failed.
#[derive(Debug, thiserror::Error)]
#[error("the passages could not be grouped")]
pub struct Error(#[from] KMeansError);

/// Starts of each number of groups; that with the smallest sum of squares counts.
const STARTS: u64 = 10;
/// Rounds of one start.
const MOST_ROUNDS: u64 = 300;

/// Groups points by the number of groups, out of `numbers`, whose mean silhouette is highest; of equals the smallest.
pub fn groups(points: &[Vec<f64>], numbers: RangeInclusive<usize>, seed: u64) -> Result<Groups, Error> {
    let n_dimensions = points.first().map_or(0, Vec::len);
    let matrix = Array2::from_shape_fn((points.len(), n_dimensions), |(i, j)| points[i][j]);
    let mut best: Option<(f64, Vec<usize>)> = None;
    let mut silhouettes = Vec::new();
    for n_groups in numbers {
        let group_of = k_means(&matrix, n_groups, seed)?;
        let value = silhouette(points, &group_of);
        silhouettes.push((group_of.iter().max().map_or(0, |last| last + 1), value));
        if best.as_ref().is_none_or(|(highest, _)| value > *highest + 1e-9) {
            best = Some((value, group_of));
        }
    }
    silhouettes.dedup_by_key(|(n, _)| *n);
    Ok(Groups { group_of: best.map(|(_, group_of)| group_of).unwrap_or_default(), silhouettes })
}

fn k_means(points: &Array2<f64>, n_groups: usize, seed: u64) -> Result<Vec<usize>, Error> {
    let mut best: Option<(f64, Array1<usize>)> = None;
    let data = DatasetBase::from(points.clone());
    for start in 0..STARTS {
        let mut random = Random::new(seed.wrapping_mul(1_000_003).wrapping_add(start));
        let centres = starting_points(points, n_groups, &mut random);
        let model = KMeans::params(centres.nrows())
            .n_runs(1)
            .max_n_iterations(MOST_ROUNDS)
            .tolerance(1e-6)
            .init_method(KMeansInit::Precomputed(centres))
            .fit(&data)?;
        let inertia = model.inertia();
        if best.as_ref().is_none_or(|(least, _)| inertia < *least - 1e-12) {
            best = Some((inertia, model.predict(points)));
        }
    }
    // Groups are numbered as they come, and those that became empty have no number.
    let mut numbers: Vec<usize> = Vec::new();
    let renumbered = best.into_iter().flat_map(|(_, group_of)| group_of).map(|group| {
        numbers.iter().position(|known| *known == group).unwrap_or_else(|| {
            numbers.push(group);
            numbers.len() - 1
        })
    });
    Ok(renumbered.collect())
}

/// Points far from each other, drawn with a probability in proportion to the squared distance from those before.
fn starting_points(points: &Array2<f64>, n_groups: usize, random: &mut Random) -> Array2<f64> {
    let distance =
        |a: usize, b: usize| -> f64 { points.row(a).iter().zip(points.row(b)).map(|(x, y)| (x - y).powi(2)).sum() };
    let mut chosen = vec![random.below(points.nrows())];
    let mut nearest = vec![f64::INFINITY; points.nrows()];
    while chosen.len() < n_groups {
        let last = chosen[chosen.len() - 1];
        nearest.iter_mut().enumerate().for_each(|(i, least)| *least = least.min(distance(i, last)));
        let sum: f64 = nearest.iter().sum();
        if sum <= 1e-12 {
            break; // no further point differs from those chosen
        }
        let mut left = random.unit() * sum;
        let drawn = nearest.iter().position(|distance| {
            left -= distance;
            left < 0.
        });
        chosen.push(drawn.unwrap_or(points.nrows() - 1));
    }
    Array2::from_shape_fn((chosen.len(), points.ncols()), |(i, j)| points[(chosen[i], j)])
}

/// The mean silhouette (Rousseeuw 1987) by Euclidean distance; a point alone in its group counts 0, as there. linfa's own
/// counts it 1, so that single points look like the best of groups.
pub fn silhouette(points: &[Vec<f64>], group_of: &[usize]) -> f64 {
    let n_groups = group_of.iter().max().map_or(0, |last| last + 1);
    if n_groups < 2 {
        return 0.;
    }
    let mut sizes = vec![0_usize; n_groups];
    group_of.iter().for_each(|group| sizes[*group] += 1);
    let mut sum = 0.;
    for (point, own) in points.iter().zip(group_of) {
        if sizes[*own] < 2 {
            continue;
        }
        let mut distances = vec![0.; n_groups];
        for (other, group) in points.iter().zip(group_of) {
            distances[*group] += point.iter().zip(other).map(|(x, y)| (x - y).powi(2)).sum::<f64>().sqrt();
        }
        let within = distances[*own] / (sizes[*own] - 1) as f64;
        let others = (0..n_groups).filter(|group| group != own && sizes[*group] > 0);
        let next = others.map(|group| distances[group] / sizes[group] as f64).fold(f64::INFINITY, f64::min);
        let larger = within.max(next);
        sum += if larger > 0. { (next - within) / larger } else { 0. };
    }
    sum / points.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three heaps of points and one by itself.
    fn heaps() -> Vec<Vec<f64>> {
        let heap = |x: f64, y: f64| (0..5).map(move |i| vec![x + f64::from(i) * 0.1, y + f64::from(i * i % 3) * 0.1]);
        heap(0., 0.).chain(heap(5., 0.)).chain(heap(0., 5.)).chain([vec![9., 9.]]).collect()
    }

    /// Expected: sklearn.metrics.silhouette_score of scikit-learn 1.9.1.
    #[test]
    fn silhouettes_are_those_of_scikit_learn() {
        let group_of: Vec<usize> = (0..16).map(|i| i / 5).collect();
        assert!((silhouette(&heaps(), &group_of) - 0.896_366_274_514_061_4).abs() < 1e-9);
        let two: Vec<usize> = (0..16).map(|i| usize::from(i > 4)).collect();
        assert!((silhouette(&heaps(), &two) - 0.365_886_853_435_548_6).abs() < 1e-9);
        assert_eq!(silhouette(&heaps(), &[0; 16]), 0.);
    }

    #[test]
    fn heaps_are_found_and_a_seed_gives_the_same() {
        let found = groups(&heaps(), 2..=6, 1).expect("points can be grouped");
        assert_eq!(found.group_of, [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3]);
        assert_eq!(found.silhouettes.len(), 5);
        assert_eq!(groups(&heaps(), 2..=6, 1).expect("points can be grouped"), found);
        let three = groups(&heaps(), 3..=3, 7).expect("points can be grouped");
        assert_eq!(three.group_of.iter().max(), Some(&2));
    }

    #[test]
    fn points_that_do_not_differ_are_one_group() {
        let found = groups(&vec![vec![1., 1.]; 6], 2..=3, 1).expect("points can be grouped");
        assert_eq!(found.group_of, [0; 6]);
    }
}
