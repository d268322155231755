//! How many reviews an order needs to come as far as the random order comes.

use super::{Curve, Point};
use crate::order::Order;
use serde::Serialize;

/// An order beside the random one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// The order.
    pub order: &'static str,
    /// The figure that is compared, as in [`Point`].
    pub figure: &'static str,
    /// What the random order comes to after so many reviews: half of all, and all.
    pub reached: f64,
    /// Reviews after which the random order is there, and this one; none when it never is.
    pub random_reviews: f64,
    /// See `random_reviews`.
    pub reviews: Option<f64>,
}

/// The figures that are compared.
const FIGURES: [&str; 4] = ["held_mean", "held_pooled", "result_mean", "result_pooled"];

/// Compares all orders with the random one, if it is among them. A curve has come as far as its highest point so far;
/// between two points it is taken for straight.
pub fn compare(curves: &[Curve]) -> Vec<Comparison> {
    let Some(random) = curves.iter().find(|curve| curve.order == Order::Random.name()) else { return Vec::new() };
    let mut comparisons = Vec::new();
    for figure in FIGURES {
        let by_chance = rising(&random.points, figure);
        for other in curves.iter().filter(|curve| curve.order != random.order) {
            let points = rising(&other.points, figure);
            for at in [by_chance.len() / 2, by_chance.len().saturating_sub(1)] {
                let Some((_, reached)) = by_chance.get(at).copied() else { continue };
                let random_reviews = reviews_to(&by_chance, reached).expect("it is on the curve");
                let reviews = reviews_to(&points, reached);
                comparisons.push(Comparison { order: other.order, figure, reached, random_reviews, reviews });
            }
        }
    }
    comparisons
}

/// Without what rules say by themselves, which is no review's doing.
fn rising(points: &[Point], figure: &str) -> Vec<(f64, f64)> {
    let points = points.iter().filter(|point| point.reviews > 0.);
    let mut highest = f64::NEG_INFINITY;
    let value = |point: &Point| point.figures().into_iter().find(|(name, _)| *name == figure).map_or(0., |f| f.1);
    let rising = points.map(|point| {
        highest = highest.max(value(point));
        (point.reviews, highest)
    });
    rising.collect()
}

fn reviews_to(points: &[(f64, f64)], value: f64) -> Option<f64> {
    let at = points.iter().position(|point| point.1 >= value)?;
    let there = points[at];
    let Some(before) = at.checked_sub(1).map(|at| points[at]) else { return Some(there.0) };
    Some(before.0 + (there.0 - before.0) * (value - before.1) / (there.1 - before.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reviews_are_those_at_which_the_end_of_random_is_reached() {
        let curve = |order, values: &[f64]| Curve {
            order,
            points: values
                .iter()
                .zip([100., 200., 300.])
                .map(|(value, reviews)| Point { reviews, held_mean: *value, ..Point::default() })
                .collect(),
        };
        let found = |values: &[f64]| -> (f64, Option<f64>) {
            let curves = [curve("random", &[0.1, 0.5, 0.4]), curve("diverse", values)];
            let one = compare(&curves).into_iter().rfind(|one| one.figure == "held_mean").expect("it is compared");
            (one.random_reviews, one.reviews)
        };
        assert_eq!(found(&[0.1, 0.3, 0.7]), (200., Some(250.)));
        assert_eq!(found(&[0.6, 0.6, 0.6]), (200., Some(100.)));
        assert_eq!(found(&[0.1, 0.2, 0.4]), (200., None));
    }
}
