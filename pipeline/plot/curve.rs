//! How something changes with effort: one line for each way of going about it. Lines differ by marks as well as by colour,
//! and are named where they end.

use plotters::prelude::*;

/// What is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Curves<'c> {
    /// What the height of the lines means.
    pub title: &'c str,
    /// What goes from left to right.
    pub across: &'c str,
    /// The lines.
    pub lines: Vec<Line<'c>>,
}

/// One line.
#[derive(Debug, Clone, PartialEq)]
pub struct Line<'c> {
    /// Its name.
    pub name: &'c str,
    /// Its points, from left to right.
    pub points: Vec<(f64, f64)>,
}

const SIZE: (u32, u32) = (720, 400);

/// Dark enough on white for text; told apart by those who see few colours (Okabe and Ito 2008, darkened).
const COLOURS: [RGBColor; 6] = [
    RGBColor(0, 90, 150),
    RGBColor(170, 70, 0),
    RGBColor(0, 110, 80),
    RGBColor(130, 50, 110),
    RGBColor(90, 90, 90),
    RGBColor(20, 20, 20),
];

/// A string takes whatever is drawn.
const INTO_MEMORY: &str = "drawing into a string does not fail";

/// Draws lines as SVG.
pub fn curves(curves: &Curves<'_>) -> String {
    let mut svg = String::new();
    draw(curves, SVGBackend::with_string(&mut svg, SIZE)).expect(INTO_MEMORY);
    let last = |line: &Line<'_>| line.points.last().map_or(String::new(), |point| format!(" {:.3}", point.1));
    let ends: Vec<String> = curves.lines.iter().map(|line| format!("{}{}", line.name, last(line))).collect();
    let alt = format!("{} by {}, at the end: {}", curves.title, curves.across.to_lowercase(), ends.join(", "));
    let alt = alt.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    svg.replacen("<svg ", &format!("<svg role=\"img\" aria-label=\"{alt}\" viewBox=\"0 0 {} {}\" ", SIZE.0, SIZE.1), 1)
}

type Drawn = Result<(), Box<dyn std::error::Error>>;

fn draw(curves: &Curves<'_>, backend: SVGBackend<'_>) -> Drawn {
    let area = backend.into_drawing_area();
    area.fill(&WHITE)?;
    let points = || curves.lines.iter().flat_map(|line| &line.points);
    let (left, right) = range(points().map(|point| point.0));
    let (low, high) = range(points().map(|point| point.1));
    let mut chart = ChartBuilder::on(&area)
        .margin(12)
        .margin_right(110)
        .x_label_area_size(44)
        .y_label_area_size(56)
        .build_cartesian_2d(left..right, low..high)?;
    let font = |size: i32| ("sans-serif", size).into_font().color(&RGBColor(26, 26, 26));
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(RGBColor(220, 220, 220))
        .x_desc(curves.across)
        .x_label_formatter(&|x| format!("{x:.0}"))
        .y_label_formatter(&|y| format!("{y:.2}"))
        .label_style(font(14))
        .axis_desc_style(font(15))
        .draw()?;
    // Names that would lie on one another are moved apart, from above.
    let mut ends: Vec<(usize, f64)> =
        curves.lines.iter().enumerate().filter_map(|(n, line)| Some((n, line.points.last()?.1))).collect();
    ends.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut lowest = i32::MIN;
    let mut heights = vec![0; curves.lines.len()];
    for (n, value) in ends {
        let (_, y) = chart.backend_coord(&(right, value));
        heights[n] = y.max(lowest.saturating_add(17));
        lowest = heights[n];
    }
    for (n, line) in curves.lines.iter().enumerate() {
        let colour = COLOURS[n % COLOURS.len()];
        chart.draw_series(LineSeries::new(line.points.iter().copied(), colour.stroke_width(2)))?;
        let points = || line.points.iter().copied();
        match n % 3 {
            0 => chart.draw_series(points().map(|point| Circle::new(point, 4, colour.filled())))?,
            1 => chart.draw_series(points().map(|point| TriangleMarker::new(point, 5, colour.filled())))?,
            _ => chart.draw_series(points().map(|point| Cross::new(point, 4, colour.stroke_width(2))))?,
        };
        if let Some(end) = line.points.last() {
            let (x, _) = chart.backend_coord(end);
            let style = ("sans-serif", 15).into_font().color(&colour);
            area.draw(&Text::new(line.name.to_owned(), (x + 10, heights[n] - 7), style))?;
        }
    }
    area.present()?;
    Ok(())
}

/// From the least to the greatest value, with some room; never nothing.
fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for value in values.filter(|value| value.is_finite()) {
        (low, high) = (low.min(value), high.max(value));
    }
    if low > high {
        return (0., 1.);
    }
    let room = ((high - low) * 0.05).max(1e-3);
    (low - if low == 0. { 0. } else { room }, high + room)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn svg(lines: Vec<Line<'_>>) -> String {
        curves(&Curves { title: "Kappa <all>", across: "Reviews", lines })
    }

    #[test]
    fn every_line_is_drawn_and_named() {
        let line = |name, end| Line { name, points: vec![(100., 0.2), (200., end)] };
        let svg = svg(vec![line("diverse", 0.5), line("random", 0.5), line("code", 0.4)]);
        for name in ["diverse", "random", "code"] {
            assert!(svg.contains(&format!("\n{name}\n")), "{svg}");
        }
        assert_eq!(svg.matches("stroke-width=\"2\" points").count(), 3, "{svg}");
        assert!(svg.contains(
            "aria-label=\"Kappa &lt;all&gt; by reviews, at the end: diverse 0.500, random 0.500, code 0.400\""
        ));
    }

    #[test]
    fn what_has_no_extent_is_drawn_as_well() {
        for points in [vec![], vec![(0., 0.)], vec![(5., 1.), (5., 1.)], vec![(1., f64::NAN)]] {
            assert!(svg(vec![Line { name: "one", points }]).ends_with("</svg>\n"));
        }
    }
}
