//! Scratch: faults and failing examples of the rule files named.
use codeframe::{frame, propose::Rules};
use std::path::Path;
fn main() {
    let frame = frame::load(Path::new("models/closing-the-gap/frame.toml"), "models/closing-the-gap/frame.toml").unwrap().value;
    let files: Vec<String> = std::env::args().skip(1).map(|a| format!("\"../../{a}\"")).collect();
    let path = Path::new("models/closing-the-gap/.check.toml");
    std::fs::write(path, format!("version = 1\ninclude = [{}]\n", files.join(", "))).unwrap();
    let loaded = Rules::load(path, "models/closing-the-gap/.check.toml", &frame);
    std::fs::remove_file(path).unwrap();
    match loaded {
        Err(error) => { println!("{error}"); if let codeframe::propose::Error::Unsound { source, .. } = error { println!("{source}"); } }
        Ok(warned) => {
            for w in &warned.warnings { println!("warning: {w}"); }
            let faults = warned.value.failing_examples();
            for f in &faults { println!("{f}"); }
            println!("{} rules, {} examples fail", warned.value.all().len(), faults.len());
        }
    }
}
