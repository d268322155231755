//! A file becomes a [`Report`]: its canonical text, the blocks it consists of, and what was left out.

mod report;

pub use report::{Block, BlockKind, Cell, Omitted, Report};
