//! A report as the classifier sees it: passages with what they stand under, and what rules found in them.

use super::Content;
use crate::classify::{Clue, PassageSample, RuleSum, Sample, Unit};
use crate::decide::{By, Cell, Decision};
use crate::extract::BlockKind;
use crate::propose::Hit;
use crate::segment::{column_head, heading_path, row_head};
use crate::study::Study;

/// Headings above a passage that are taken as its context, the nearest ones.
const MAX_HEADINGS: usize = 2;

/// Makes a sample. `cells` are decisions by rules alone; `target_of` gives the classifier's number of a code of the frame,
/// and `n_targets` how many it has.
pub fn sample(
    study: &Study,
    content: &Content,
    hits: &[Hit],
    cells: &[Cell],
    target_of: &[Option<usize>],
    n_targets: usize,
) -> Sample {
    let (report, rules) = (&content.report, &study.rules);
    let mut context = (u32::MAX, String::new());
    let mut passages: Vec<PassageSample> = Vec::with_capacity(content.passages.len());
    for passage in &content.passages {
        if context.0 != passage.block {
            let path = heading_path(report, passage.block);
            let nearest = &path[path.len().saturating_sub(MAX_HEADINGS)..];
            let mut parts: Vec<String> = nearest.iter().map(|heading| (*heading).to_owned()).collect();
            parts.extend([row_head(report, passage.block), column_head(report, passage.block)]);
            parts.retain(|part| !part.is_empty());
            context = (passage.block, parts.join(" "));
        }
        let kind = report.blocks[passage.block as usize].kind;
        passages.push(PassageSample {
            unit: Unit { text: passage.span.slice(&report.text).to_owned(), context: context.1.clone() },
            is_heading: matches!(kind, BlockKind::Title | BlockKind::Heading(_) | BlockKind::LooksLikeHeading(_)),
            clues: Vec::new(),
        });
    }
    for hit in hits {
        let rule = rules.rule(hit.rule);
        let Some(code) = target_of[rule.code.get()] else { continue };
        let clues = &mut passages[hit.passage as usize].clues;
        let at = clues.iter().position(|clue| clue.code == code).unwrap_or_else(|| {
            clues.push(Clue { code, ..Clue::default() });
            clues.len() - 1
        });
        let clue = &mut clues[at];
        let sign = match (&hit.turned, rule.against) {
            (None, false) => &mut clue.stands,
            (Some(_), false) => &mut clue.turned,
            (None, true) => &mut clue.against,
            (Some(_), true) => continue,
        };
        *sign = sign.max(rule.weight);
    }
    let mut sums = Vec::new();
    if !rules.all().is_empty() {
        sums = vec![RuleSum::default(); n_targets];
        for (code, target) in study.frame.codes().zip(target_of) {
            let Some(target) = target else { continue };
            let cell = &cells[code.index.get()];
            let is_derived = cell.by == By::Derived;
            sums[*target] = RuleSum {
                support: cell.support,
                opposition: cell.opposition,
                applies: cell.decision == Decision::Applies,
                is_derived,
                is_fact: is_derived && !study.derivations.facts_of(code.index).is_empty(),
            };
        }
    }
    Sample { whole: report.text.clone(), passages, rules: sums }
}
