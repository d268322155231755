//! A value together with what was odd on the way to it. Input that is unusual but usable is read, and said.

use serde::{Deserialize, Serialize};

/// A product and its warnings, in the order in which they arose. Warnings are sentences for people, lower case, without a final stop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warned<T> {
    /// The product.
    pub value: T,
    /// What was odd.
    pub warnings: Vec<String>,
}

impl<T> Warned<T> {
    /// A product without warnings.
    pub fn clean(value: T) -> Self {
        Warned { value, warnings: Vec::new() }
    }

    /// Changes the product and keeps the warnings.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Warned<U> {
        Warned { value: change(self.value), warnings: self.warnings }
    }
}
