//! How alike reports are, in a few bytes each: rows of the classifier's kernel, projected at random, so that ten thousand
//! reports can be compared without their texts.

/// Sketches of reports, by number; a report without one is like no other.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sketches {
    n_dimensions: usize,
    values: Vec<i8>,
    /// One over each sketch's length; 0 for a report without one.
    scales: Vec<f32>,
}

impl Sketches {
    /// Adds the next report's; all that are not empty have the same number of dimensions.
    ///
    /// # Panics
    /// When they have not.
    pub fn push(&mut self, sketch: &[i8]) {
        if self.n_dimensions == 0 {
            self.n_dimensions = sketch.len();
            self.values = vec![0; sketch.len() * self.scales.len()];
        }
        let sketch = if sketch.is_empty() { &vec![0; self.n_dimensions][..] } else { sketch };
        assert_eq!(sketch.len(), self.n_dimensions, "one classifier sketches all reports");
        self.values.extend_from_slice(sketch);
        let square = dot(sketch, sketch);
        self.scales.push(if square > 0 { 1. / (square as f32).sqrt() } else { 0. });
    }

    /// How far apart two reports are: one less the cosine, 0 to 2; 1 where nothing is known.
    pub fn distance(&self, a: u32, b: u32) -> f32 {
        let (a, b) = (a as usize, b as usize);
        let (Some(of_a), Some(of_b)) = (self.scales.get(a), self.scales.get(b)) else { return 1. };
        1. - dot(self.of(a), self.of(b)) as f32 * of_a * of_b
    }

    fn of(&self, report: usize) -> &[i8] {
        &self.values[report * self.n_dimensions..(report + 1) * self.n_dimensions]
    }
}

fn dot(a: &[i8], b: &[i8]) -> i32 {
    a.iter().zip(b).map(|(x, y)| i32::from(*x) * i32::from(*y)).sum()
}
