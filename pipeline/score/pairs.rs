//! Two shares beside each other: intervals for one share and for the difference of two, the exact test of a fourfold table,
//! and what many such tests say together. Counts in, numbers out.

/// The 97.5 % point of the normal distribution, for intervals of 95 %.
const Z: f64 = 1.959_963_984_540_054;

/// The score interval of Wilson (1927) for `n` of `of`, at 95 %; all of 0 to 1 when there is nothing.
pub fn wilson(n: usize, of: usize) -> (f64, f64) {
    if of == 0 {
        return (0., 1.);
    }
    let (share, of) = (n as f64 / of as f64, of as f64);
    let middle = share + Z * Z / (2. * of);
    let half = Z * (share * (1. - share) / of + Z * Z / (4. * of * of)).sqrt();
    let scale = 1. + Z * Z / of;
    (((middle - half) / scale).max(0.), ((middle + half) / scale).min(1.))
}

/// The difference of two independent shares with its 95 % interval by Newcombe's hybrid score method (1998, method 10).
pub fn newcombe(first: (usize, usize), second: (usize, usize)) -> (f64, f64, f64) {
    let share = |(n, of): (usize, usize)| if of == 0 { 0. } else { n as f64 / of as f64 };
    let (a, b) = (share(first), share(second));
    let ((a_low, a_high), (b_low, b_high)) = (wilson(first.0, first.1), wilson(second.0, second.1));
    let difference = a - b;
    let low = difference - ((a - a_low).powi(2) + (b_high - b).powi(2)).sqrt();
    let high = difference + ((a_high - a).powi(2) + (b - b_low).powi(2)).sqrt();
    (difference, low, high)
}

/// How two yes-or-no answers fall together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fourfold {
    /// Both are yes.
    pub both: usize,
    /// The first is yes.
    pub first: usize,
    /// The second is yes.
    pub second: usize,
    /// All cases.
    pub of: usize,
}

impl Fourfold {
    /// How many both would be if the answers had nothing to do with each other.
    pub fn expected(&self) -> f64 {
        if self.of == 0 { 0. } else { self.first as f64 * self.second as f64 / self.of as f64 }
    }

    /// The correlation of the two answers, -1 to 1; none when one of them is always the same.
    pub fn phi(&self) -> Option<f64> {
        let [both, first, second, of] = [self.both, self.first, self.second, self.of].map(|n| n as f64);
        let spread = (first * (of - first) * second * (of - second)).sqrt();
        (spread > 0.).then(|| (both * of - first * second) / spread)
    }

    /// The two-sided p of Fisher's exact test (1922): the probability, with the margins as they are, of a table that is as
    /// improbable as this one or more so. Tables as probable within one part in ten million count, as in R and SciPy.
    pub fn fisher(&self) -> f64 {
        let least = (self.first + self.second).saturating_sub(self.of);
        let most = self.first.min(self.second);
        // Relative to the most probable table, outward by ratios, so that no factorial is needed.
        let ratio = |k: usize| {
            // The weight of k + 1 over that of k.
            let up = (self.first - k) as f64 * (self.second - k) as f64;
            up / ((k + 1) as f64 * (self.of + k + 1 - self.first - self.second) as f64)
        };
        let mode =
            (((self.first + 1) as f64 * (self.second + 1) as f64 / (self.of + 2) as f64) as usize).clamp(least, most);
        let mut weights = vec![0.; most - least + 1];
        weights[mode - least] = 1.;
        for k in mode..most {
            weights[k + 1 - least] = weights[k - least] * ratio(k);
        }
        for k in (least..mode).rev() {
            weights[k - least] = weights[k + 1 - least] / ratio(k);
        }
        let seen = weights[self.both.clamp(least, most) - least] * (1. + 1e-7);
        let all: f64 = weights.iter().sum();
        (weights.iter().filter(|weight| **weight <= seen).sum::<f64>() / all).min(1.)
    }
}

/// Adjusted p-values by Benjamini and Hochberg (1995): among tests with an adjusted p of at most q, a share of at most q is
/// expected to be found by chance. In the order of the input.
pub fn benjamini_hochberg(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|a, b| p[*b].total_cmp(&p[*a]).then(b.cmp(a)));
    let mut adjusted = vec![1.; p.len()];
    let mut least: f64 = 1.;
    for (n, at) in order.iter().enumerate() {
        let rank = p.len() - n;
        least = least.min(p[*at] * p.len() as f64 / rank as f64);
        adjusted[*at] = least;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-9 * expected.abs().max(1e-3), "{found} {expected}");
    }
    /// statsmodels 0.15.0, `proportion_confint(method='wilson')` and `confint_proportions_2indep(method='newcomb')`.
    #[test]
    fn intervals_are_those_of_statsmodels() {
        for (n, of, low, high) in [
            (0, 10, 0., 0.277_532_799_862_889_26),
            (18, 28, 0.458_303_065_144_278_1, 0.792_941_704_922_623_3),
            (31, 129, 0.174_774_308_197_510_1, 0.320_865_075_811_101_13),
            (500, 10000, 0.045_898_482_690_584_77, 0.054_447_115_843_022_16),
        ] {
            near(wilson(n, of).0, low);
            near(wilson(n, of).1, high);
        }
        for (first, second, difference, low, high) in [
            ((18, 28), (13, 101), 0.514_144_271_570_014_2, 0.313_339_844_930_144_05, 0.672_957_548_342_865_9),
            ((0, 12), (5, 45), -0.111_111_111_111_111_1, -0.234_990_969_957_685_79, 0.139_359_316_300_051_94),
            ((12, 12), (45, 45), 0., -0.242_494_006_655_241_12, 0.078_651_598_732_888_52),
            ((56, 70), (48, 80), 0.2, 0.052_431_472_402_364_98, 0.333_872_654_036_906_14),
        ] {
            let found = newcombe(first, second);
            near(found.0, difference);
            near(found.1, low);
            near(found.2, high);
        }
        assert_eq!(wilson(0, 0), (0., 1.));
    }

    /// SciPy 1.17.1, `fisher_exact`; statsmodels 0.15.0, `multipletests(method='fdr_bh')`.
    #[test]
    fn tests_are_those_of_scipy_and_statsmodels() {
        for (both, first, second, of, p) in [
            (10, 20, 15, 57, 0.004_625_245_021_160_447),
            (0, 20, 15, 57, 0.000_471_306_253_552_813_3),
            (3, 4, 50, 57, 0.416_976_785_397_838),
            (5, 5, 5, 5, 1.),
            (30, 40, 33, 129, 1.685_015_839_319_207_5e-17),
            (9, 31, 31, 129, 0.475_125_242_343_278),
        ] {
            let found = Fourfold { both, first, second, of }.fisher();
            assert!((found / p - 1.).abs() < 1e-8, "{found} {p}");
        }
        let large = Fourfold { both: 1200, first: 3000, second: 2000, of: 10000 }.fisher();
        assert!((large / 3.371_967_091_548_992_5e-218 - 1.).abs() < 1e-6, "{large}");
        let adjusted = benjamini_hochberg(&[0.01, 0.04, 0.03, 0.005, 0.9, 0.04]);
        for (found, expected) in adjusted.iter().zip([0.03, 0.048, 0.048, 0.03, 0.9, 0.048]) {
            near(*found, expected);
        }
        assert!(benjamini_hochberg(&[]).is_empty());
    }

    #[test]
    fn nothing_is_found_where_there_is_nothing() {
        assert_eq!(Fourfold { both: 0, first: 0, second: 0, of: 0 }.fisher(), 1.);
        assert_eq!(Fourfold { both: 0, first: 0, second: 3, of: 9 }.phi(), None);
        let phi = Fourfold { both: 5, first: 5, second: 5, of: 9 }.phi();
        near(phi.unwrap_or(0.), 1.);
    }
}
