//! codeframe auto-codes reports: a frame (codebook) and a folder of reports come in; codes with their evidence, a review
//! queue and a map go out.
//!
//! ```text
//! corpus/reports --extract--> Report --segment--> passages --index--> search
//!                                         |
//!                          frame, rules --propose--> evidence --decide--> decisions --review--> queue
//!                                                                             \-------map-----> tables
//! ```

pub mod fault;
pub mod keys;
pub mod sheet;
pub mod span;
pub mod warned;

pub mod frame;

pub mod extract;
pub mod segment;
pub mod propose;
pub mod decide;
