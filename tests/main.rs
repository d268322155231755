//! One test binary; each module tests one thing through the library or the command.
mod index;
mod segment;
