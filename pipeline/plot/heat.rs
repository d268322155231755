//! A heat map: how many reports have both of two codes, as a triangle in which the darker cell has the larger share and
//! every cell prints its number, so that it is read the same in black and white.

use super::Picture;
use super::canvas::{Canvas, FAINT, INK, LINE, SMALL, TEXT, width_of, wrapped};
use plotters::style::text_anchor::HPos;
use plotters::style::{BLACK, RGBColor, WHITE};

/// What is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Heat {
    /// What the picture shows, for those who do not see it; the largest cells are added.
    pub alt: String,
    /// A label for each row, which is a column too.
    pub labels: Vec<String>,
    /// Row by row: how many have both, and on the diagonal how many have the one. Read below the diagonal only.
    pub counts: Vec<Vec<usize>>,
    /// Row by row how dark a cell is, 0 to 1; `None` leaves it white.
    pub shades: Vec<Vec<Option<f64>>>,
}

const MARGIN: i32 = 8;
const LABELS: i32 = 250;
/// Side of a cell, and the least when there are many.
const CELL: i32 = 38;
const LEAST_CELL: i32 = 24;
const WIDTH: i32 = 720;

/// Draws a heat map.
///
/// # Panics
/// When counts or shades have not a cell for each pair of labels.
pub fn heat_map(heat: &Heat) -> Picture {
    let n = heat.labels.len();
    let is_square = |lengths: Vec<usize>| lengths.len() == n && lengths.iter().all(|length| *length == n);
    assert!(is_square(heat.counts.iter().map(Vec::len).collect()), "there is a count for each pair");
    assert!(is_square(heat.shades.iter().map(Vec::len).collect()), "there is a shade for each pair");
    let cell = ((WIDTH - LABELS - 2 * MARGIN) / (n.max(1) as i32)).clamp(LEAST_CELL, CELL);
    let width = (LABELS + 2 * MARGIN + cell * n as i32).max(WIDTH);
    let top = MARGIN;
    let height = top + cell * n as i32 + 34;
    Canvas::draw(width.unsigned_abs(), height.unsigned_abs(), alt(heat), |canvas| {
        for (row, label) in heat.labels.iter().enumerate() {
            let y = top + cell * row as i32;
            let number = format!("{} ", row + 1);
            let room = f64::from(LABELS) - width_of(&number, TEXT) - 18.;
            let lines = wrapped(label, TEXT, room, if cell >= 2 * LINE { 2 } else { 1 });
            let first = y + cell / 2 - LINE * (lines.len() as i32 - 1) / 2;
            for (line_number, line) in lines.iter().enumerate() {
                let text = if line_number == 0 { format!("{number} {line}") } else { line.clone() };
                canvas.text(&text, (LABELS - 4, first + LINE * line_number as i32), TEXT, HPos::Right, INK);
            }
            for column in 0..=row {
                let x = LABELS + MARGIN + cell * column as i32;
                let shade = heat.shades[row][column].map_or(0., |shade| shade.clamp(0., 1.));
                let (from, to) = ((x, y), (x + cell, y + cell));
                let (fill, ink) = if row == column { (WHITE, INK) } else { (grey(shade), ink_on(shade)) };
                canvas.filled(from, to, fill, Some(if row == column { INK } else { FAINT }));
                let text = heat.counts[row][column].to_string();
                canvas.text(&text, (x + cell / 2, y + cell / 2), SMALL, HPos::Center, ink);
            }
        }
        // The columns are named by the numbers of the rows, which stand upright and short.
        for column in 0..n {
            let x = LABELS + MARGIN + cell * column as i32 + cell / 2;
            canvas.text(&(column + 1).to_string(), (x, top + cell * n as i32 + 13), SMALL, HPos::Center, INK);
        }
    })
}

fn grey(shade: f64) -> RGBColor {
    let level = |lightest: f64, darkest: f64| (lightest + (darkest - lightest) * shade).round() as u8;
    RGBColor(level(255., 30.), level(255., 55.), level(255., 90.))
}

/// Black or white, whichever is read better on the shade.
fn ink_on(shade: f64) -> RGBColor {
    let against = |ink: RGBColor| contrast(grey(shade), ink);
    if against(BLACK) >= against(WHITE) { BLACK } else { WHITE }
}

/// How well one colour is read on another, from 1 to 21 (WCAG 2.2; 4.5 is enough).
fn contrast(a: RGBColor, b: RGBColor) -> f64 {
    let luminance = |colour: RGBColor| {
        let part = |value: u8| {
            let share = f64::from(value) / 255.;
            if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(colour.0) + 0.7152 * part(colour.1) + 0.0722 * part(colour.2)
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// The picture in words: its strongest pairs.
fn alt(heat: &Heat) -> String {
    let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
    for row in 0..heat.labels.len() {
        for column in 0..row {
            pairs.extend(heat.shades[row][column].map(|shade| (shade, row, column)));
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    let pair = |(_, row, column): &(f64, usize, usize)| {
        format!("{} with {}: {}", heat.labels[*column], heat.labels[*row], heat.counts[*row][*column])
    };
    let strongest: Vec<String> = pairs.iter().take(5).map(pair).collect();
    if strongest.is_empty() {
        format!("{}.", heat.alt)
    } else {
        format!("{}. Most: {}.", heat.alt, strongest.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_prints_its_number_and_is_told_in_words() {
        let heat = Heat {
            alt: "Codes that go together".to_owned(),
            labels: vec!["Parents".to_owned(), "Pupils".to_owned()],
            counts: vec![vec![7, 3], vec![3, 4]],
            shades: vec![vec![None, Some(0.75)], vec![Some(0.75), None]],
        };
        let picture = heat_map(&heat);
        assert_eq!(picture.alt, "Codes that go together. Most: Parents with Pupils: 3.");
        for number in ["7", "3", "4"] {
            assert!(picture.svg.contains(&format!(">\n{number}\n</text>")), "{number}");
        }
        assert!(picture.svg.contains("1  Parents"));
    }

    #[test]
    fn numbers_can_be_read_on_every_shade() {
        assert!((contrast(WHITE, BLACK) - 21.).abs() < 1e-9);
        for percent in 0..=100 {
            let shade = f64::from(percent) / 100.;
            let contrast = contrast(grey(shade), ink_on(shade));
            assert!(contrast >= 4.5, "{percent} %: {contrast}");
        }
    }
}
