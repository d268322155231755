//! One test binary; each module tests one thing through the library or the command.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod check;
mod codings;
mod desk;
mod document;
mod evaluate;
mod export;
mod facts;
mod faults;
mod import;
mod index;
mod init;
mod layers;
mod map;
mod models;
mod page;
mod order;
mod program;
mod project;
mod readme;
mod readers;
mod reading;
mod repository;
mod run;
mod sample;
mod search;
mod segment;
mod study;
mod synthesis;
mod themes;
mod train;
mod verdicts;
