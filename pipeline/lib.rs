//! codeframe auto-codes reports: a frame (codebook) and a folder of reports come in; codes with their evidence, a review
//! queue and a map go out.
//!
//! ```text
//! corpus/reports --extract--> Report --segment--> passages --index--> search
//!                                         |
//!                          frame, rules --propose--> evidence --decide--> decisions --review--> queue
//!                                                                             \-------map-----> tables
//! ```

pub mod span;
pub mod warned;

pub mod extract;
pub mod segment;
pub mod propose;
