//! Horizontal bars: a row for each code, one bar for each series (the whole; the sample beside it), with the interval as a
//! line on it and the number as text behind it, so that nothing has to be read off the axis.

use super::Picture;
use super::canvas::{Canvas, DARK, FAINT, INK, LINE, MUTED, PALE, SMALL, TEXT, width_of, wrapped};
use plotters::style::text_anchor::HPos;
use plotters::style::{RGBColor, WHITE};

/// What is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Bars {
    /// What the picture shows, for those who do not see it; the numbers are added.
    pub alt: String,
    /// What the axis counts, such as `% of reports`.
    pub axis: String,
    /// Where the axis ends; 100 for percentages of which some are large.
    pub most: f64,
    /// Names of the series, one or two; shown as a legend when there are two.
    pub series: Vec<String>,
    /// The rows, from above.
    pub rows: Vec<Row>,
}

/// A row.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its label.
    pub label: String,
    /// The heading that it stands under, printed where it changes.
    pub group: Option<String>,
    /// A value for each series.
    pub values: Vec<Value>,
}

/// A bar.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// Its length in units of the axis; not below 0.
    pub value: f64,
    /// The interval, in the same units.
    pub interval: Option<(f64, f64)>,
    /// What is printed behind it.
    pub text: String,
}

const WIDTH: u32 = 720;
/// Where the bars begin and end.
const LEFT: i32 = 276;
const RIGHT: i32 = 604;
const MARGIN: i32 = 8;
/// Height of one bar, and of the room between rows.
const BAR: i32 = 15;
const GAP: i32 = 9;
/// The dark series first; both are told apart in black and white.
const FILLS: [RGBColor; 2] = [DARK, PALE];

/// Draws bars.
///
/// # Panics
/// When a row has not a value for each series, or there are more than two.
pub fn bars(bars: &Bars) -> Picture {
    assert!(!bars.series.is_empty() && bars.series.len() <= FILLS.len(), "one or two series can be told apart");
    assert!(bars.rows.iter().all(|row| row.values.len() == bars.series.len()), "a row has a value for each series");
    let (placed, end) = placed(bars);
    let height = end + 44;
    let scale = |value: f64| LEFT + (value.clamp(0., bars.most) / bars.most * f64::from(RIGHT - LEFT)).round() as i32;
    Canvas::draw(WIDTH, height.unsigned_abs(), alt(bars), |canvas| {
        if bars.series.len() > 1 {
            legend(canvas, &bars.series);
        }
        let top = if bars.series.len() > 1 { MARGIN + LINE } else { MARGIN };
        for tick in ticks(bars.most) {
            let x = scale(tick);
            canvas.line((x, top), (x, end), FAINT, 1);
            canvas.text(&tick.to_string(), (x, end + 12), SMALL, HPos::Center, MUTED);
        }
        canvas.text(&bars.axis, (i32::midpoint(LEFT, RIGHT), end + 30), SMALL, HPos::Center, MUTED);
        for place in &placed {
            match place {
                Placed::Group(text, y) => canvas.text(text, (MARGIN, *y), TEXT, HPos::Left, MUTED),
                Placed::Row { row, label, middle, top } => {
                    let first = middle - LINE * (label.len() as i32 - 1) / 2;
                    for (number, line) in label.iter().enumerate() {
                        let at = (LEFT - 10, first + LINE * number as i32);
                        canvas.text(line, at, TEXT, HPos::Right, INK);
                    }
                    for (number, value) in row.values.iter().enumerate() {
                        let y = top + number as i32 * BAR;
                        bar(canvas, value, FILLS[number], y, &scale);
                    }
                }
            }
        }
        canvas.line((LEFT, top), (LEFT, end), INK, 1);
    })
}

/// Where things stand.
enum Placed<'b> {
    Group(String, i32),
    Row { row: &'b Row, label: Vec<String>, middle: i32, top: i32 },
}

/// All rows and headings with their heights, and where they end.
fn placed(bars: &Bars) -> (Vec<Placed<'_>>, i32) {
    let mut placed = Vec::new();
    let mut y = MARGIN + if bars.series.len() > 1 { LINE + GAP } else { 4 };
    let mut group: Option<&str> = None;
    for row in &bars.rows {
        if row.group.as_deref() != group {
            group = row.group.as_deref();
            if let Some(group) = group {
                let text = wrapped(group, TEXT, f64::from(LEFT - MARGIN - 10), 1).concat();
                placed.push(Placed::Group(text, y + LINE / 2));
                y += LINE + 6;
            }
        }
        let label = wrapped(&row.label, TEXT, f64::from(LEFT - MARGIN - 22), 3);
        let of_bars = BAR * row.values.len() as i32;
        let tall = of_bars.max(LINE * label.len() as i32);
        placed.push(Placed::Row { row, label, middle: y + tall / 2, top: y + (tall - of_bars) / 2 });
        y += tall + GAP;
    }
    (placed, y)
}

fn bar(canvas: &Canvas<'_>, value: &Value, fill: RGBColor, y: i32, scale: &dyn Fn(f64) -> i32) {
    let (from, to, middle) = (y + 1, y + BAR - 1, y + BAR / 2);
    let end = scale(value.value);
    if end > LEFT {
        canvas.filled((LEFT, from), (end, to), fill, Some(INK));
    }
    let mut text_from = end;
    if let Some((low, high)) = value.interval {
        let (low, high) = (scale(low), scale(high));
        // White below black, so that the line is seen on the dark bar and beside it.
        for (colour, width) in [(WHITE, 4), (INK, 2)] {
            canvas.line((low, middle), (high, middle), colour, width);
            canvas.line((low, middle - 4), (low, middle + 4), colour, width);
            canvas.line((high, middle - 4), (high, middle + 4), colour, width);
        }
        text_from = text_from.max(high);
    }
    canvas.text(&value.text, (text_from + 7, middle), SMALL, HPos::Left, INK);
}

fn legend(canvas: &Canvas<'_>, series: &[String]) {
    let mut x = LEFT;
    for (name, fill) in series.iter().zip(FILLS) {
        canvas.filled((x, MARGIN - 2), (x + 22, MARGIN + 10), fill, Some(INK));
        canvas.text(name, (x + 29, MARGIN + 4), SMALL, HPos::Left, INK);
        x += 29 + width_of(name, SMALL).ceil() as i32 + 24;
    }
}

/// Round numbers along the axis, four to six of them.
fn ticks(most: f64) -> Vec<f64> {
    let step = [1., 2., 5., 10., 20., 25., 50., 100., 200., 500., 1_000., 2_500., 5_000., 10_000.];
    let step = step.into_iter().find(|step| most / step <= 5.).unwrap_or(most);
    (0..).map(|n| f64::from(n) * step).take_while(|tick| *tick <= most).collect()
}

/// The picture in words: every number that is printed in it.
fn alt(bars: &Bars) -> String {
    let row = |row: &Row| {
        let values = row.values.iter().zip(&bars.series).map(|(value, series)| {
            if bars.series.len() > 1 { format!("{series} {}", value.text) } else { value.text.clone() }
        });
        format!("{}: {}", row.label, values.collect::<Vec<_>>().join(", "))
    };
    format!("{}. {}.", bars.alt, bars.rows.iter().map(row).collect::<Vec<_>>().join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(value: f64, interval: Option<(f64, f64)>) -> Value {
        Value { value, interval, text: format!("{value}") }
    }

    fn small(series: &[&str], rows: &[(&str, &[Value])]) -> Bars {
        let row = |(label, values): &(&str, &[Value])| Row {
            label: (*label).to_owned(),
            group: None,
            values: values.to_vec(),
        };
        Bars {
            alt: "Who took part".to_owned(),
            axis: "% of reports".to_owned(),
            most: 100.,
            series: series.iter().map(|s| (*s).to_owned()).collect(),
            rows: rows.iter().map(row).collect(),
        }
    }

    #[test]
    fn text_stays_text_and_the_picture_is_told_in_words() {
        let picture = bars(&small(&["all"], &[("Parents & carers", &[value(48.1, Some((40., 55.)))])]));
        assert!(picture.svg.starts_with("<svg role=\"img\" aria-label=\"Who took part. Parents &amp; carers: 48.1.\""));
        assert!(picture.svg.contains(">\nParents &amp; carers\n</text>"), "{}", picture.svg);
        assert_eq!(picture.alt, "Who took part. Parents & carers: 48.1.");
    }

    #[test]
    fn the_length_of_a_bar_is_its_value() {
        let picture = bars(&small(&["all"], &[("a", &[value(50., None)]), ("b", &[value(0., None)])]));
        let half = (RIGHT - LEFT) / 2;
        assert!(picture.svg.contains(&format!("width=\"{half}\"")), "{}", picture.svg);
        // The white sheet, one fill and its outline: what is nothing has no bar.
        assert_eq!(picture.svg.matches("<rect").count(), 3);
    }

    #[test]
    fn a_png_is_the_same_each_time_and_shows_the_text() {
        let picture = bars(&small(&["sample", "all"], &[("a", &[value(50., None), value(20., None)])]));
        let png = picture.png(1.);
        assert_eq!(png, picture.png(1.));
        assert!(png.starts_with(b"\x89PNG"));
        let without = Picture { svg: picture.svg.replace("% of reports", ""), ..picture };
        assert_ne!(png, without.png(1.), "the font is there");
    }

    #[test]
    fn ticks_are_few_and_round() {
        assert_eq!(ticks(100.), [0., 20., 40., 60., 80., 100.]);
        assert_eq!(ticks(37.), [0., 10., 20., 30.]);
        assert_eq!(ticks(3.), [0., 1., 2., 3.]);
    }
}
