//! One way of looking at reports: as a whole, or passage by passage. A view learns a vocabulary and, for each of its
//! codes, a weight a column; it scores texts, and says which words weighed most.

use super::memory::ViewMemory;
use super::ridge::{self, weights};
use super::vocabulary::{Reader, Row, Unit, Vocabulary};
use crate::score::Random;
use faer::Mat;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Range;

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct View {
    /// Its columns.
    pub vocabulary: Vocabulary,
    /// By view code: which of the caller's codes it is, ascending.
    pub codes: Vec<usize>,
    /// By view code: the score of a text that says nothing.
    means: Vec<f32>,
    /// Columns x view codes.
    weights: Vec<f32>,
}

/// What a view is learned from.
pub(super) struct Lesson<'l> {
    /// First the units that always teach, then those of each report in turn.
    pub units: &'l [Unit],
    /// The units of each report, adjoining, up to the last unit.
    pub groups: &'l [Range<usize>],
    /// The codes to learn.
    pub codes: &'l [usize],
    /// Whether a unit carries a code.
    pub carries: &'l (dyn Fn(usize, usize) -> bool + Sync),
    /// Whether it is known of a group's units which carry a code.
    pub is_known: &'l (dyn Fn(usize, usize) -> bool + Sync),
    /// Where random choice starts.
    pub seed: u64,
}

/// Units that are learned from at most; of more, a random part of the reports is taken. The factor then has 4 * n * n
/// bytes, 1.3 GB.
const MAX_UNITS: usize = 18_000;

/// Groups of codes that are known of the same reports and get a factor of their own. Codes beyond count as average where
/// they are not known.
const MAX_PATTERNS: usize = 3;

/// Of the codes so large a share must be known of the same reports for a factor of their own: where people answer single
/// codes of reports rather than whole ones, hardly two codes are.
const MIN_SHARE: f64 = 0.1;

/// Ridges tried, on so many units at most.
const LAMBDAS: [f32; 4] = [0.25, 0.5, 1., 2.];
const MAX_UNITS_TRIED: usize = 1_500;

impl View {
    /// Learns; gives the scores of all units as they would be without their own report: units x view codes.
    pub fn learn(lesson: &Lesson<'_>, memory: &mut ViewMemory) -> (View, Vec<f32>) {
        let (vocabulary, rows) = memory.rows(lesson.units);
        let n_codes = lesson.codes.len();
        let (n_units, n_columns) = (rows.len(), vocabulary.n_columns());
        let mut view = View {
            vocabulary,
            codes: lesson.codes.to_vec(),
            means: vec![0.; n_codes],
            weights: vec![0.; n_columns * n_codes],
        };
        let mut left_out = vec![0_f32; n_units * n_codes];
        let lambda = choose_lambda(lesson, &rows, n_columns, memory);
        for (pattern, codes) in patterns(lesson) {
            let chosen = choose(lesson, &pattern, MAX_UNITS);
            let fitted = fit(lesson, &rows, n_columns, &chosen, &codes, lambda, memory);
            let Fitted { ridge, rows: some, units } = fitted;
            let of_some = weights(&some, n_columns, &ridge.alpha);
            for (at, code) in codes.iter().enumerate() {
                view.means[*code] = ridge.means[at];
                for column in 0..n_columns {
                    view.weights[column * n_codes + code] = of_some[column * codes.len() + at];
                }
            }
            let mut is_in = vec![false; n_units];
            for (i, unit) in units.iter().enumerate() {
                is_in[*unit] = true;
                for (at, code) in codes.iter().enumerate() {
                    left_out[unit * n_codes + code] = ridge.left_out[(i, at)];
                }
            }
            // What was not learned from is scored as any other text.
            let mut scores = vec![0.; n_codes];
            for unit in (0..n_units).filter(|unit| !is_in[*unit]) {
                view.score(&rows[unit], &mut scores);
                codes.iter().for_each(|code| left_out[unit * n_codes + code] = scores[*code]);
            }
        }
        (view, left_out)
    }

    /// Number of codes.
    pub fn n_codes(&self) -> usize {
        self.codes.len()
    }

    /// Scores of one row, by view code.
    pub fn score(&self, row: &Row, scores: &mut [f32]) {
        scores.copy_from_slice(&self.means);
        let n_codes = self.n_codes();
        for (column, value) in row.columns.iter().zip(&row.values) {
            let at = *column as usize * n_codes;
            for (score, weight) in scores.iter_mut().zip(&self.weights[at..at + n_codes]) {
                *score += value * weight;
            }
        }
    }

    /// What a row adds to the score of a view code.
    pub fn weight(&self, row: &Row, code: usize) -> f32 {
        let of = |(column, value): (&u32, &f32)| value * self.weights[*column as usize * self.n_codes() + code];
        row.columns.iter().zip(&row.values).map(of).sum()
    }

    /// The terms that speak most for a view code in a row, the strongest first.
    pub fn terms(&self, row: &Row, code: usize, n: usize) -> Vec<String> {
        let mut terms: Vec<(f32, String)> = Vec::new();
        for (column, value) in row.columns.iter().zip(&row.values) {
            let worth = value * self.weights[*column as usize * self.n_codes() + code];
            if worth > 0. {
                terms.extend(self.vocabulary.term(*column).map(|term| (worth, term)));
            }
        }
        terms.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        terms.into_iter().map(|(_, term)| term).take(n).collect()
    }

    /// A reader of texts for this view.
    pub fn reader(&self) -> Reader<'_> {
        self.vocabulary.reader()
    }
}

/// For each set of groups of which the same codes are known: whether each group is in it, and the view codes.
fn patterns(lesson: &Lesson<'_>) -> Vec<(Vec<bool>, Vec<usize>)> {
    let mut by_pattern: BTreeMap<Vec<bool>, Vec<usize>> = BTreeMap::new();
    for (at, code) in lesson.codes.iter().enumerate() {
        let known = (0..lesson.groups.len()).map(|group| (lesson.is_known)(group, *code)).collect();
        by_pattern.entry(known).or_default().push(at);
    }
    let mut patterns: Vec<(Vec<bool>, Vec<usize>)> = by_pattern.into_iter().collect();
    patterns.sort_by_key(|(_, codes)| std::cmp::Reverse(codes.len()));
    if patterns.len() > MAX_PATTERNS {
        let is_large = |codes: &[usize]| codes.len() as f64 >= MIN_SHARE * lesson.codes.len() as f64;
        let n_large = patterns.iter().filter(|(_, codes)| is_large(codes)).count();
        let rest = patterns.split_off(n_large.min(MAX_PATTERNS - 1));
        let mut codes: Vec<usize> = rest.into_iter().flat_map(|(_, codes)| codes).collect();
        codes.sort_unstable();
        patterns.push((vec![true; lesson.groups.len()], codes));
    }
    patterns
}

/// The groups of a pattern that are learned from, at most so many units, and the units that always teach.
struct Chosen {
    free: Vec<usize>,
    groups: Vec<usize>,
}

fn choose(lesson: &Lesson<'_>, pattern: &[bool], max_units: usize) -> Chosen {
    let n_free = lesson.groups.first().map_or(lesson.units.len(), |group| group.start);
    let mut random = Random::new(lesson.seed);
    let mut groups: Vec<usize> = (0..lesson.groups.len()).filter(|group| pattern[*group]).collect();
    let n_grouped: usize = groups.iter().map(|group| lesson.groups[*group].len()).sum();
    let mut free: Vec<usize> = (0..n_free).collect();
    if n_free + n_grouped > max_units {
        // Both parts keep their proportion.
        let share = max_units as f64 / (n_free + n_grouped) as f64;
        shorten(&mut free, (n_free as f64 * share) as usize, &mut random);
        let mut left = max_units - free.len();
        shuffle(&mut groups, &mut random);
        groups.retain(|group| {
            let size = lesson.groups[*group].len();
            let fits = size <= left;
            left -= if fits { size } else { 0 };
            fits
        });
        groups.sort_unstable();
    }
    Chosen { free, groups }
}

fn shuffle(items: &mut [usize], random: &mut Random) {
    for i in (1..items.len()).rev() {
        items.swap(i, random.below(i + 1));
    }
}

fn shorten(items: &mut Vec<usize>, n: usize, random: &mut Random) {
    shuffle(items, random);
    items.truncate(n);
    items.sort_unstable();
}

struct Fitted {
    ridge: ridge::Ridge,
    rows: Vec<Row>,
    units: Vec<usize>,
}

fn fit(
    lesson: &Lesson<'_>,
    rows: &[Row],
    n_columns: usize,
    chosen: &Chosen,
    codes: &[usize],
    lambda: f32,
    memory: &mut ViewMemory,
) -> Fitted {
    let mut units = chosen.free.clone();
    let mut groups = Vec::new();
    let mut group_of: Vec<Option<usize>> = vec![None; units.len()];
    for group in &chosen.groups {
        let from = units.len();
        units.extend(lesson.groups[*group].clone());
        groups.push(from..units.len());
        group_of.resize(units.len(), Some(*group));
    }
    let mut targets = Mat::<f32>::zeros(units.len(), codes.len());
    for (at, code) in codes.iter().map(|c| lesson.codes[*c]).enumerate() {
        let known = |i: usize| group_of[i].is_none_or(|group| (lesson.is_known)(group, code));
        let (mut n, mut sum) = (0_usize, 0_usize);
        for i in (0..units.len()).filter(|i| known(*i)) {
            let carries = (lesson.carries)(units[i], code);
            (n, sum) = (n + 1, sum + usize::from(carries));
            targets[(i, at)] = f32::from(u8::from(carries));
        }
        let mean = sum as f32 / n.max(1) as f32;
        (0..units.len()).filter(|i| !known(*i)).for_each(|i| targets[(i, at)] = mean);
    }
    let rows: Vec<Row> = units.iter().map(|unit| rows[*unit].clone()).collect();
    let factor = memory.factor(&rows, n_columns, &units, &groups, lambda);
    let ridge = factor.fit(&groups, &targets);
    Fitted { ridge, rows, units }
}

/// The ridge with the smallest squared error of left-out scores, on a part of the reports.
fn choose_lambda(lesson: &Lesson<'_>, rows: &[Row], n_columns: usize, memory: &mut ViewMemory) -> f32 {
    let Some((pattern, codes)) = patterns(lesson).into_iter().next() else { return 1. };
    let chosen = choose(lesson, &pattern, MAX_UNITS_TRIED);
    let mut error = |lambda: f32| -> f64 {
        let Fitted { ridge, units, .. } = fit(lesson, rows, n_columns, &chosen, &codes, lambda, memory);
        let mut error = 0.;
        for (i, unit) in units.iter().enumerate().skip(chosen.free.len()) {
            for (at, code) in codes.iter().enumerate() {
                let truth = f32::from(u8::from((lesson.carries)(*unit, lesson.codes[*code])));
                error += f64::from(truth - ridge.left_out[(i, at)]).powi(2);
            }
        }
        error
    };
    LAMBDAS
        .into_iter()
        .map(|lambda| (error(lambda), lambda))
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map_or(1., |best| best.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(n: usize) -> Vec<Unit> {
        let text = |i: usize| format!("{} walked by the sea in week {i}", ["Anne", "Ben", "Cleo"][i % 3]);
        (0..n).map(|i| Unit { text: text(i), context: String::new() }).collect()
    }

    /// A lesson of groups of two units after `n_free` others; code 0 is carried by every third unit.
    fn with_lesson<T>(
        n_free: usize,
        n_groups: usize,
        codes: &[usize],
        is_known: &(dyn Fn(usize, usize) -> bool + Sync),
        check: impl FnOnce(&Lesson<'_>) -> T,
    ) -> T {
        let units = units(n_free + 2 * n_groups);
        let groups: Vec<Range<usize>> = (0..n_groups).map(|i| n_free + 2 * i..n_free + 2 * i + 2).collect();
        let carries = |unit: usize, code: usize| unit % 3 == code;
        check(&Lesson { units: &units, groups: &groups, codes, carries: &carries, is_known, seed: 1 })
    }

    /// Codes that the same reports answer share a factor; beyond three such sets the rest counts as average where it is not known.
    #[test]
    fn codes_are_learned_by_what_is_known_of_which_reports() {
        let known = |group: usize, code: usize| match code {
            0 | 1 => true,
            2 => group < 2,
            code => group == code - 2,
        };
        let found = with_lesson(0, 4, &[0, 1, 2], &known, patterns);
        assert_eq!(found, [(vec![true; 4], vec![0, 1]), (vec![true, true, false, false], vec![2])]);
        let found = with_lesson(0, 4, &[0, 1, 2, 3, 4], &known, patterns);
        assert_eq!(found.len(), MAX_PATTERNS);
        assert_eq!(found[0], (vec![true; 4], vec![0, 1]));
        let rest: Vec<usize> = found[1..].iter().flat_map(|(_, codes)| codes.clone()).collect();
        assert_eq!(rest.len(), 3);
        assert_eq!(found[2].0, vec![true; 4]);
    }

    /// Of too many units a part of the reports teaches, whole reports only, and both parts keep their proportion.
    #[test]
    fn too_many_units_are_thinned_by_report() {
        let all = |_: usize, _: usize| true;
        with_lesson(40, 30, &[0], &all, |lesson| {
            let pattern = vec![true; 30];
            let Chosen { free, groups } = choose(lesson, &pattern, 50);
            assert_eq!((free.len(), groups.len()), (20, 15));
            assert!(free.is_sorted() && groups.is_sorted());
            let again = choose(lesson, &pattern, 50);
            assert_eq!((again.free, again.groups), (free, groups));
            let Chosen { free, groups } = choose(lesson, &pattern, 100);
            assert_eq!((free.len(), groups.len()), (40, 30), "there is room for all");
        });
    }

    /// A report of which a code is not known does not teach it, and is scored as one that nobody has seen.
    #[test]
    fn what_is_not_known_is_scored_as_new() {
        let known = |group: usize, code: usize| code != 2 || group < 8;
        with_lesson(0, 12, &[0, 1, 2], &known, |lesson| {
            let (view, left_out) = View::learn(lesson, &mut ViewMemory::none());
            let mut reader = view.reader();
            let mut scores = vec![0.; 3];
            for (unit, told) in lesson.units.iter().enumerate().skip(16) {
                view.score(&reader.row(&told.text, ""), &mut scores);
                assert_eq!(left_out[unit * 3 + 2], scores[2]);
                assert_ne!(left_out[unit * 3], scores[0], "it taught the other codes, and is left out");
            }
            assert!(left_out.iter().all(|score| score.is_finite()));
            let row = reader.row("Cleo walked home", "");
            assert_eq!(view.terms(&row, 2, 1), ["cleo"]);
        });
    }
}
