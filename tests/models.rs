//! What the documents about models show is what the program reads.

use codeframe::fault::Source;
use std::path::Path;

/// The first TOML example below a heading of models/README.md.
fn example(heading: &str) -> String {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("models/README.md")).unwrap();
    let below = text.split(&format!("## {heading}\n")).nth(1).expect("the heading is there");
    let block = below.split("```toml\n").nth(1).expect("it has an example");
    block.split("```").next().expect("the example ends").to_owned()
}

#[test]
fn the_example_of_a_frame_is_a_frame() {
    let (frame, faults) = codeframe::frame::parse(&Source::new("models/README.md", &example("Frames")));
    assert_eq!(faults, []);
    let frame = frame.unwrap();
    assert!(codeframe::decide::Derivations::compile(&frame, &codeframe::facts::NAMES).is_ok());
    assert_eq!(frame.find("stakeholders/parent").unwrap().code.published_n, Some(40));
}
