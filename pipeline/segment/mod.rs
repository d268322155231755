//! A report's text becomes passages of about a sentence.

mod passage;

pub use passage::Passage;
