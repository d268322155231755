//! Any text as a rules file, and any text as a report: rules are refused with faults or compiled, and then run to an end.
//! The bytes are cut at the first NUL: rules before it, report behind it.
#![no_main]

use codeframe::extract::{Settings, extract_bytes};
use codeframe::fault::Source;
use codeframe::frame::parse;
use codeframe::propose::{Proposer, Unread};
use codeframe::segment::segment;
use libfuzzer_sys::fuzz_target;

const FRAME: &str = "version = 1\nid = \"f\"\n[[question]]\nid = \"q\"\nselect = \"many\"\n[[question.code]]\nid = \"c\"\n";

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let (rules, report) = text.split_once('\0').unwrap_or((&text, &text));
    let frame = parse(&Source::new("frame.toml", FRAME)).0.expect("the frame is sound");
    let Ok(rules) = Unread::of("rules.toml", rules).compile(&frame) else { return };
    let Ok(documents) = extract_bytes("report.md", report.as_bytes(), &Settings::default()) else { return };
    for document in documents {
        let report = document.value.report;
        let passages = segment(&report);
        for hit in Proposer::new(&rules.value).propose(&report, &passages) {
            assert!(passages[hit.passage as usize].span.contains(&hit.span), "a hit lies in its passage");
            let _ = hit.span.slice(&report.text);
        }
    }
});
