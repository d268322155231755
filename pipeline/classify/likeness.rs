//! How much texts are alike: rows of tf-idf as the classifier has them, their centres and products. For who wants to put
//! passages in order or into groups without a classifier.

use super::vocabulary::{Row, Unit, Vocabulary};
use faer::{Mat, Side};

/// The words by which texts are compared.
#[derive(Debug, Clone)]
pub struct Likeness {
    vocabulary: Vocabulary,
}

impl Likeness {
    /// Learns from some texts which words there are and how rare each is; a word of only one text is left out.
    pub fn learn(units: &[Unit]) -> Likeness {
        Likeness { vocabulary: Vocabulary::learn(units.iter()) }
    }

    /// The rows of texts, each of length one, or empty for a text without known words.
    pub fn rows(&self, units: &[Unit]) -> Vec<Row> {
        let mut reader = self.vocabulary.reader();
        units.iter().map(|unit| unit_length(reader.row(&unit.text, &unit.context))).collect()
    }

    /// The mean of rows, of length one; empty without any.
    pub fn centre<'r>(&self, rows: impl IntoIterator<Item = &'r Row>) -> Row {
        let mut sums = vec![0_f64; self.vocabulary.n_columns()];
        for row in rows {
            row.columns.iter().zip(&row.values).for_each(|(column, value)| sums[*column as usize] += f64::from(*value));
        }
        let columns: Vec<u32> = (0..).zip(&sums).filter(|(_, sum)| **sum != 0.).map(|(column, _)| column).collect();
        let values = columns.iter().map(|column| sums[*column as usize] as f32).collect();
        unit_length(Row { columns, values })
    }
}

/// How much two rows of length one are alike: the cosine of their angle, from 0 (no word in common) to 1.
pub fn alike(a: &Row, b: &Row) -> f64 {
    let (mut i, mut j, mut sum) = (0, 0, 0.);
    while let (Some(left), Some(right)) = (a.columns.get(i), b.columns.get(j)) {
        if left == right {
            sum += f64::from(a.values[i]) * f64::from(b.values[j]);
        }
        let (step_a, step_b) = (left <= right, right <= left);
        i += usize::from(step_a);
        j += usize::from(step_b);
    }
    sum
}

/// The rows as points of a few dimensions, so many at the most, that keep most of how they lie to each other (latent
/// semantic analysis, Deerwester and others 1990), each of length one. For up to some thousand rows: the work grows with
/// the third power.
pub fn points(rows: &[Row], n_dimensions: usize) -> Vec<Vec<f64>> {
    let n = rows.len();
    let mut gram = Mat::<f64>::zeros(n, n);
    for i in 0..n {
        for j in 0..=i {
            gram[(i, j)] = alike(&rows[i], &rows[j]);
            gram[(j, i)] = gram[(i, j)];
        }
    }
    // The matrix is finite and symmetric, for which the iteration comes to its end.
    let Ok(parts) = gram.self_adjoint_eigen(Side::Lower) else { return vec![Vec::new(); n] };
    let (vectors, values) = (parts.U(), parts.S());
    // Ascending; the largest come last.
    let kept: Vec<usize> = (0..n).rev().filter(|&k| values[k] > 1e-9).take(n_dimensions).collect();
    let sign = |k: usize| {
        // A direction and its opposite are the same; that one is taken in which the farthest row lies.
        let far = (0..n).max_by(|&a, &b| vectors[(a, k)].abs().total_cmp(&vectors[(b, k)].abs()).then(b.cmp(&a)));
        far.map_or(1., |i| vectors[(i, k)].signum())
    };
    let scales: Vec<f64> = kept.iter().map(|&k| sign(k) * values[k].sqrt()).collect();
    let point = |i: usize| {
        let mut point: Vec<f64> = kept.iter().zip(&scales).map(|(&k, scale)| vectors[(i, k)] * scale).collect();
        let length = point.iter().map(|x| x * x).sum::<f64>().sqrt();
        if length > 0. {
            point.iter_mut().for_each(|x| *x /= length);
        }
        point
    };
    (0..n).map(point).collect()
}

fn unit_length(mut row: Row) -> Row {
    let length = row.values.iter().map(|value| value * value).sum::<f32>().sqrt();
    if length > 0. {
        row.values.iter_mut().for_each(|value| *value /= length);
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(texts: &[&str]) -> (Likeness, Vec<Row>) {
        let units: Vec<Unit> = texts.iter().map(|t| Unit { text: (*t).to_owned(), context: String::new() }).collect();
        let likeness = Likeness::learn(&units);
        let rows = likeness.rows(&units);
        (likeness, rows)
    }

    #[test]
    fn texts_with_the_same_words_are_alike() {
        let (likeness, rows) = rows(&["cats sleep here", "cats sleep here", "dogs bark", "dogs bark", "cats bark"]);
        assert!((alike(&rows[0], &rows[1]) - 1.).abs() < 1e-6);
        assert_eq!(alike(&rows[0], &rows[2]), 0.);
        let mixed = alike(&rows[4], &rows[2]);
        assert!(mixed > 0. && mixed < 1., "{mixed}");
        let centre = likeness.centre(&rows[..2]);
        assert!((alike(&centre, &rows[0]) - 1.).abs() < 1e-6);
        assert_eq!(likeness.centre([]), Row::default());
    }

    /// With all dimensions kept the points have the rows' own products.
    #[test]
    fn points_keep_how_rows_lie_to_each_other() {
        let (_, rows) = rows(&["cats sleep here", "cats sleep", "dogs bark here", "dogs bark", "cats bark"]);
        let points = points(&rows, 9);
        for (a, p) in rows.iter().zip(&points) {
            for (b, q) in rows.iter().zip(&points) {
                let product: f64 = p.iter().zip(q).map(|(x, y)| x * y).sum();
                assert!((product - alike(a, b)).abs() < 1e-6);
            }
        }
    }
}
