//! One test binary; each module tests one thing through the library or the command.

mod check;
mod extract;
mod extract_command;
mod facts;
mod faults;
mod import;
mod index;
mod init;
mod layers;
mod program;
mod project;
mod readme;
mod repository;
mod run;
mod search;
mod segment;
mod study;
