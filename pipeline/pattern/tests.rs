//! What is found in made reports, and that nothing is where there is nothing.

use super::*;
use crate::grid::made;
use crate::score::Random;

#[test]
fn codes_that_go_together_are_found_with_their_numbers() {
    let (frame, grid) = made(&[("s", 18, 2), ("r", 5, 25)]);
    let found = together(&frame, &grid, "in_depth");
    assert_eq!((found.n_looked_at, found.found.len()), (1, 1));
    let pair = &found.found[0];
    assert_eq!((pair.both, pair.n_first, pair.n_second, pair.expected), (18, 23, 20, 9.2));
    // scipy 1.17.1: fisher_exact([[18, 5], [2, 25]]) = 4.5e-07; adjusted for one test it is the same.
    assert!(pair.p < 1e-5 && pair.p == pair.q, "{}", pair.p);
    let table = together_table(&frame, &found, 10);
    assert_eq!(table.rows.len(), 1);
    assert!(together(&frame, &grid, "map").found.is_empty());
}

#[test]
fn groups_that_differ_are_found() {
    let (frame, grid) = made(&[("s", 18, 2), ("r", 5, 25)]);
    let groups = groups_of("part", &frame, &grid).expect("it is a column");
    let found = differ(&frame, &grid, &groups, "in_depth");
    let shown: Vec<_> = found.found.iter().map(|one| (one.group.as_str(), one.code.as_str(), one.inside)).collect();
    assert_eq!(shown, [("Part: s", "who/pupil", (20, 20)), ("Part: s", "who/parent", (18, 20))]);
    assert_eq!(groups_of("who", &frame, &grid).map(|groups| groups.len()), Some(2));
    assert_eq!(groups_of("whom", &frame, &grid), None);
}

/// Where nothing goes together, a look at many pairs finds something in at most about one look of twenty.
#[test]
fn chance_is_seldom_taken_for_a_pattern() {
    let mut random = Random::new(7);
    let mut n_with_findings = 0;
    for _ in 0..200 {
        let n = 60;
        let codes: Vec<Vec<bool>> = (0..12).map(|_| (0..n).map(|_| random.unit() < 0.4).collect()).collect();
        let mut p = Vec::new();
        for (at, first) in codes.iter().enumerate() {
            for second in &codes[at + 1..] {
                let count = |both: &dyn Fn(usize) -> bool| (0..n).filter(|report| both(*report)).count();
                let counts = crate::score::Fourfold {
                    both: count(&|report| first[report] && second[report]),
                    first: count(&|report| first[report]),
                    second: count(&|report| second[report]),
                    of: n,
                };
                p.push(counts.fisher());
            }
        }
        n_with_findings += usize::from(crate::score::benjamini_hochberg(&p).iter().any(|q| *q <= FALSE_DISCOVERIES));
    }
    // At most 5 %, 10 of 200, plus three standard deviations.
    assert!(n_with_findings <= 19, "{n_with_findings}");
}
