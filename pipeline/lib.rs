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
pub mod cursor;
pub mod document;
pub mod fault;
pub mod keys;
pub mod plot;
pub mod report_id;
pub mod score;
pub mod sheet;
pub mod span;
pub mod warned;

pub mod frame;
pub mod store;

// Stages, in the order in which data flows.
pub mod classify;
pub mod decide;
pub mod expression;
pub mod extract;
pub mod facts;
pub mod propose;
pub mod segment;
pub mod index;
pub mod order;

// The project that they run in, and what it codes by.
pub mod config;
pub mod project;
pub mod study;

// What a run leaves behind, and what reads it.
pub mod coding;
pub mod evaluate;
pub mod exchange;
pub mod grid;
pub mod learn;
pub mod map;
pub mod pattern;
pub mod review;
pub mod run;
pub mod themes;
pub mod sample;
pub mod synthesis;
pub mod simulate;
pub mod vignette;

// The local page on which people review.
pub mod page;
