//! The command `codeframe`: dispatch, errors, exit code.

fn main() {}
