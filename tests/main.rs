//! One test binary; each module tests one thing through the library or the command.

mod check;
mod facts;
mod faults;
mod run;
mod study;
mod import;
mod init;
mod layers;
mod program;
mod project;
mod repository;
mod segment;
