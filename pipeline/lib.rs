//! codeframe auto-codes reports: a frame (codebook) and a folder of reports come in; codes with their evidence, a review
//! queue and a map go out.
//!
//! ```text
//! corpus/reports --extract--> Report --segment--> passages --index--> search
//!                                         |
//!                          frame, rules --propose--> hits --decide--> decisions --review--> queue
//!                                                                         \-------map-----> tables
//! ```

// Vocabulary; knows no stage.
pub mod fault;
pub mod keys;
pub mod report_id;
pub mod sheet;
pub mod span;
pub mod warned;

pub mod frame;

// Stages, in the order in which data flows.
pub mod decide;
pub mod extract;
pub mod index;
pub mod propose;
pub mod segment;

// The project that they run in.
pub mod config;
pub mod project;
