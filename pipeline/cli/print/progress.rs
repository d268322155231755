//! How far the review is, as text.

use codeframe::review::status::Basis;
use codeframe::review::{CodeStatus, Status};
use std::io::{self, Write};

/// A few lines, then a line a code: those that need most first.
pub fn text(found: &Status) -> io::Result<()> {
    let mut out = super::results();
    let percent = |share: f64| (share * 1000.).round() / 10.;
    let (recall, sure) = (percent(found.recall), percent(found.confidence));
    writeln!(
        out,
        "answered  {} codes of {} reports, {} of them drawn at random; {} wait",
        found.answered, found.reports, found.drawn, found.queued
    )?;
    writeln!(
        out,
        "enough    for {} of {} codes: {recall} % of the reports with the code found, {sure} % sure",
        found.enough, found.asked
    )?;
    if found.more > 0 {
        writeln!(out, "left      about {} items more for that, of all codes", found.more)?;
    }
    let mut open: Vec<&CodeStatus> = found.codes.iter().filter(|code| !code.is_enough).collect();
    if open.is_empty() {
        return out.flush();
    }
    open.sort_by_key(|code| std::cmp::Reverse(code.more));
    let width = open.iter().map(|code| code.code.chars().count()).max().unwrap_or(0).max(4);
    writeln!(
        out,
        "\n{:width$} {:>8} {:>7} {:>6} {:>11}  {:>10}",
        "code", "answered", "applies", "wait", "may lack", "about more"
    )?;
    for code in &open {
        let mark = if code.by == Basis::Last { "*" } else { "" };
        writeln!(
            out,
            "{:width$} {:>8} {:>7} {:>6} {:>9} %{mark:1} {:>10}",
            code.code,
            code.answered,
            code.applies,
            code.queued,
            percent(code.missed),
            code.more
        )?;
    }
    writeln!(
        out,
        "\nmay lack: how likely it is to find so few, if too many had been missed; enough is below {} %",
        percent(1. - found.confidence)
    )?;
    if open.iter().any(|code| code.by == Basis::Last) {
        writeln!(out, "* nothing was drawn at random yet; the last answers are taken for drawn")?;
    }
    out.flush()
}
