//! The curves of a simulation, as text, CSV, a picture and a page.

use codeframe::plot::{Curves, Line, curves};
use codeframe::simulate::{Comparison, Simulation};
use std::fmt::Write as _;
use std::io::{self, Write};

/// A table an order, and how many reviews each order needs to come as far as the random one.
pub fn text(found: &Simulation) -> io::Result<()> {
    let mut out = super::results();
    writeln!(
        out,
        "replayed  {} known verdicts on {} reports; {} others held back; {} verdicts at the start, {} in a batch; {} seed{}",
        found.cells,
        found.reports,
        found.held_back,
        found.start,
        found.batch,
        found.seeds.len(),
        if found.seeds.len() == 1 { "" } else { "s" }
    )?;
    for curve in &found.curves {
        writeln!(out, "\norder {}", curve.order)?;
        writeln!(
            out,
            "{:>8}  {:>17}  {:>9}  {:>17}  {:>9} {:>8}  {:>7}",
            "", "kappa, held back", "not yet", "all, with people", "automatic", "", "waiting"
        )?;
        writeln!(
            out,
            "{:>8}  {:>8} {:>8}  {:>9}  {:>8} {:>8}  {:>9} {:>8}  {:>7}",
            "reviews", "mean", "pooled", "reviewed", "mean", "pooled", "decided", "wrong", ""
        )?;
        for p in &curve.points {
            writeln!(
                out,
                "{:>8.0}  {:>8.3} {:>8.3}  {:>9.3}  {:>8.3} {:>8.3}  {:>7.1} % {:>6.1} %  {:>7.0}",
                p.reviews,
                p.held_mean,
                p.held_pooled,
                p.open_pooled,
                p.result_mean,
                p.result_pooled,
                p.automatic_share * 100.,
                p.automatic_error * 100.,
                p.queued
            )?;
        }
    }
    if !found.comparisons.is_empty() {
        writeln!(out)?;
    }
    for one in &found.comparisons {
        writeln!(out, "{}", sentence(one))?;
    }
    out.flush()
}

fn sentence(one: &Comparison) -> String {
    let figure = match one.figure {
        "held_mean" => "mean kappa of the reports held back",
        "held_pooled" => "pooled kappa of the reports held back",
        "result_mean" => "mean kappa of all, with people",
        _ => "pooled kappa of all, with people",
    };
    let reviews = match one.reviews {
        Some(reviews) => {
            format!("{reviews:.0} reviews ({:+.0} %)", (reviews / one.random_reviews - 1.) * 100.)
        }
        None => "more than were replayed".to_owned(),
    };
    format!("{figure} {:.3}: random {:.0} reviews, {} {reviews}", one.reached, one.random_reviews, one.order)
}

/// A row a point.
pub fn csv(found: &Simulation) -> io::Result<()> {
    let mut out = csv::Writer::from_writer(super::results());
    let names = codeframe::simulate::Point::default().figures().map(|(name, _)| name);
    out.write_record(std::iter::once("order").chain(names))?;
    for curve in &found.curves {
        for point in &curve.points {
            let values = point.figures().map(|(_, value)| format!("{value:.4}"));
            out.write_record(std::iter::once(curve.order.to_owned()).chain(values))?;
        }
    }
    out.flush()
}

/// The figures that are drawn, with titles.
const DRAWN: [(&str, &str); 4] = [
    ("held_mean", "Mean kappa of the reports held back"),
    ("result_pooled", "Pooled kappa of all codings, people's and the machine's"),
    ("automatic_share", "Share of the open cells that is decided automatically"),
    ("automatic_error", "Share of the automatic decisions that is wrong"),
];

fn drawn<'s>(found: &'s Simulation, figure: &str, title: &'s str) -> Curves<'s> {
    let line = |curve: &'s codeframe::simulate::Curve| {
        let value = |point: &codeframe::simulate::Point| {
            point.figures().into_iter().find(|(name, _)| *name == figure).map_or(0., |found| found.1)
        };
        Line { name: curve.order, points: curve.points.iter().map(|point| (point.reviews, value(point))).collect() }
    };
    Curves { title, across: "Reviews", lines: found.curves.iter().map(line).collect() }
}

/// The first of the figures as SVG.
pub fn picture(found: &Simulation) -> String {
    curves(&drawn(found, DRAWN[0].0, DRAWN[0].1))
}

/// All figures on a page that needs nothing else.
pub fn page(found: &Simulation) -> String {
    let mut page = String::from(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>Review, simulated</title>\n<style>\nbody { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff }\n\
         svg { max-width: 100%; height: auto }\ntable { border-collapse: collapse; font-variant-numeric: tabular-nums }\n\
         th, td { padding: .15rem .6rem; text-align: right; border-bottom: 1px solid #ddd }\n.wide { overflow-x: auto }\n</style>\n</head>\n<body>\n<h1>Review, simulated</h1>\n",
    );
    let _ = writeln!(
        page,
        "<p>{} known verdicts on {} reports were replayed, with {} at the start and {} in a batch; {} other reports were held \
         back and only measured. Curves are means over {} seed{}.</p>",
        found.cells,
        found.reports,
        found.start,
        found.batch,
        found.held_back,
        found.seeds.len(),
        if found.seeds.len() == 1 { "" } else { "s" }
    );
    if !found.comparisons.is_empty() {
        page.push_str("<ul>\n");
        for one in &found.comparisons {
            let _ = writeln!(page, "<li>{}</li>", sentence(one));
        }
        page.push_str("</ul>\n");
    }
    for (figure, title) in DRAWN {
        let _ = writeln!(page, "<h2>{title}</h2>\n{}", curves(&drawn(found, figure, title)));
    }
    page.push_str("<h2>Figures</h2>\n<div class=\"wide\">\n<table>\n<tr><th>order</th>");
    for (name, _) in codeframe::simulate::Point::default().figures() {
        let _ = write!(page, "<th>{}</th>", name.replace('_', " "));
    }
    page.push_str("</tr>\n");
    for curve in &found.curves {
        for point in &curve.points {
            let _ = write!(page, "<tr><th>{}</th>", curve.order);
            for (name, value) in point.figures() {
                let digits = if matches!(name, "reviews" | "queued") { 0 } else { 3 };
                let _ = write!(page, "<td>{value:.digits$}</td>");
            }
            page.push_str("</tr>\n");
        }
    }
    page.push_str("</table>\n</div>\n</body>\n</html>\n");
    page
}
