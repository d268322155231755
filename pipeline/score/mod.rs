//! Numbers that say how good answers are: a probability, agreement of two sets of answers, calibration of probabilities,
//! bounds on shares that were only sampled. Plain arithmetic over counts and slices; knows no stage, so that training,
//! evaluation and the map all measure in the same way. What is undefined (agreement where only one answer occurs) is
//! `None` and not a number that looks like one.

mod agreement;
mod association;
mod bootstrap;
mod bounds;
mod calibration;
mod pairs;
mod raters;
mod stopping;
mod strata;

pub use agreement::Confusion;
pub use association::{Difference, difference};
pub use bootstrap::{Random, bootstrap, interval};
pub use bounds::{clopper_pearson_upper, most_wrong};
pub use calibration::{Bin, average_precision, brier, brier_skill, expected_calibration_error, reliability};
pub use pairs::{Fourfold, benjamini_hochberg, newcombe, wilson};
pub use raters::Ratings;
pub use stopping::{Looked, missed, missed_as_if_drawn, more_to_look_at};
pub use strata::{Stratum, Total, hypergeometric_interval, total};

use serde::{Deserialize, Serialize};
use std::fmt;

/// How likely something is: a number from 0 to 1, checked once where it is made.
///
/// ```
/// use codeframe::score::Probability;
/// assert_eq!(Probability::new(0.25).map(Probability::get), Some(0.25));
/// assert_eq!(Probability::new(1.2), None);
/// assert_eq!(Probability::new(f64::NAN), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Probability(f64);

/// A number that is no probability.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("{found} is not a probability: it must be from 0 to 1")]
pub struct NoProbability {
    /// The number.
    pub found: f64,
}

impl Probability {
    /// The probability with a value; `None` when it is not from 0 to 1.
    pub fn new(value: f64) -> Option<Probability> {
        // Adding 0 turns the negative zero, which prints oddly, into zero.
        (0. ..=1.).contains(&value).then_some(Probability(value + 0.))
    }

    /// Its value, 0 to 1.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Probability {
    type Error = NoProbability;

    fn try_from(found: f64) -> Result<Self, NoProbability> {
        Probability::new(found).ok_or(NoProbability { found })
    }
}

impl From<Probability> for f64 {
    fn from(probability: Probability) -> f64 {
        probability.0
    }
}

impl fmt::Display for Probability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
