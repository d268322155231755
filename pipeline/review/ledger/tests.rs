//! The ledger is read whatever happened to it, and what is appended is there.

use super::*;
use proptest::prelude::*;
use std::fs;

fn verdict(reviewer: &str, report: &str, code: &str, answer: Answer) -> Verdict {
    Verdict {
        at: "2026-11-23T10:00:00Z".into(),
        reviewer: reviewer.into(),
        report: report.into(),
        question: "who".into(),
        code: code.into(),
        answer,
        passages: vec![Quote { start: 1, end: 5, quote: "mums".to_owned() }],
        definition: "0123456789abcdef".into(),
        answered: None,
        route: Route::Queue,
        pi: Some(0.25),
        note: String::new(),
    }
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder can be made")
}

/// Reads a ledger and gives, for each verdict, line, reviewer, report and code, and what was odd.
fn check(path: &Path, verdicts: &[(u32, &str, &str, &str)], faults: &[&str]) {
    let ledger = Ledger::read(path, "l").expect("it can be read");
    let read: Vec<_> = ledger
        .value
        .entries
        .iter()
        .map(|e| (e.line, &*e.verdict.reviewer, &*e.verdict.report, &*e.verdict.code))
        .collect();
    assert_eq!(read, verdicts);
    assert_eq!(ledger.warnings, faults);
}

/// The format is a promise: this line must read and be written like this for ever.
#[test]
fn a_line_is_written_as_promised() {
    let folder = folder();
    let path = folder.path().join("l");
    append(&path, "l", &[verdict("ms", "G001", "parent", Answer::Applies)]).expect("it can be written");
    let line = r#"{"v":1,"at":"2026-11-23T10:00:00Z","reviewer":"ms","report":"G001","question":"who","code":"parent","verdict":"applies","passages":[{"start":1,"end":5,"quote":"mums"}],"definition":"0123456789abcdef","answered":null,"route":"queue","pi":0.25,"note":"","prev":""}"#;
    assert_eq!(fs::read_to_string(&path).expect("it is text"), format!("{line}\n"));
    append(&path, "l", &[verdict("ms", "G001", "pupil", Answer::Unsure)]).expect("it can be written");
    let second = fs::read_to_string(&path).expect("it is text").lines().nth(1).expect("there are two").to_owned();
    let hash = &blake3::hash(line.as_bytes()).to_hex()[..16];
    assert!(second.ends_with(&format!(r#""prev":"{hash}"}}"#)), "{second}");
    check(&path, &[(1, "ms", "G001", "parent"), (2, "ms", "G001", "pupil")], &[]);
}

#[test]
fn no_ledger_is_an_empty_one() {
    check(&folder().path().join("none"), &[], &[]);
}

#[test]
fn a_line_cut_by_a_crash_is_named_and_the_rest_used() {
    let folder = folder();
    let path = folder.path().join("l");
    let add = |code: &str| append(&path, "l", &[verdict("ms", "G001", code, Answer::Applies)]).expect("it is written");
    add("a");
    add("b");
    let text = fs::read(&path).expect("it is there");
    fs::write(&path, &text[..text.len() - 40]).expect("it can be cut");
    let cut = "l:2:1: the last line is cut off and is passed over: EOF while parsing a value at column 234";
    check(&path, &[(1, "ms", "G001", "a")], &[cut]);
    add("c");
    let mended = "l:2:1: the line is no verdict and is passed over: EOF while parsing a value at column 234";
    check(&path, &[(1, "ms", "G001", "a"), (3, "ms", "G001", "c")], &[mended]);

    // Cut just before its line break, the line is whole.
    let text = fs::read(&path).expect("it is there");
    fs::write(&path, &text[..text.len() - 1]).expect("it can be cut");
    add("d");
    check(&path, &[(1, "ms", "G001", "a"), (3, "ms", "G001", "c"), (4, "ms", "G001", "d")], &[mended]);
}

#[test]
fn a_changed_line_breaks_the_chain_once_and_all_is_read() {
    let folder = folder();
    let path = folder.path().join("l");
    let verdicts: Vec<_> = ["a", "b", "c", "d"].map(|code| verdict("ms", "G001", code, Answer::Applies)).into();
    append(&path, "l", &verdicts).expect("it can be written");
    let text = fs::read_to_string(&path).expect("it is text");
    let all = [(1, "ms", "G001", "a"), (2, "ms", "G001", "b"), (3, "ms", "G001", "c"), (4, "ms", "G001", "d")];
    let broken = |line: u32| {
        format!(
            "l:{line}:1: the line before is not the one that this line was written after: a line was changed, taken out or put in"
        )
    };
    fs::write(&path, text.replacen("0.25", "0.5", 1)).expect("it can be written");
    check(&path, &all, &[&broken(2)]);
    let without: Vec<&str> = text.lines().enumerate().filter(|(n, _)| *n != 2).map(|(_, line)| line).collect();
    fs::write(&path, without.join("\n")).expect("it can be written");
    check(&path, &[all[0], all[1], (3, "ms", "G001", "d")], &[&broken(3)]);
    // What moved through a system with other line ends, or got blank lines, is as it was.
    fs::write(&path, text.replace('\n', "\r\n\r\n")).expect("it can be written");
    check(
        &path,
        &[(1, "ms", "G001", "a"), (3, "ms", "G001", "b"), (5, "ms", "G001", "c"), (7, "ms", "G001", "d")],
        &[],
    );
}

#[test]
fn lines_that_cannot_be_meant_are_named() {
    let folder = folder();
    let path = folder.path().join("l");
    append(&path, "l", &[verdict("ms", "G001", "a", Answer::Applies)]).expect("it can be written");
    let line = fs::read_to_string(&path).expect("it is text");
    let cases = [
        (line.replace("\"v\":1", "\"v\":2"), "it has version 2, and this codeframe knows version 1"),
        (line.replace("0.25", "1.5"), "`pi` is not above 0 and at most 1"),
        (line.replace("\"ms\"", "\" \""), "it does not say who the reviewer is"),
        (line.replace("\"start\":1", "\"start\":9"), "a passage ends before it starts"),
        (line.replace("G001", ""), "`` cannot be the id of a report: it is empty"),
    ];
    for (text, expected) in cases {
        fs::write(&path, text).expect("it can be written");
        check(&path, &[], &[&format!("l:1:1: the line is no verdict and is passed over: {expected}")]);
    }
}

#[test]
fn the_last_verdict_of_each_reviewer_stands() {
    let entry = |n: usize, v: Verdict| Entry { line: n as u32, verdict: v, from: None };
    let said = [
        verdict("ms", "G002", "a", Answer::Applies),
        verdict("ms", "G001", "a", Answer::Applies),
        verdict("jk", "G001", "a", Answer::Unsure),
        verdict("ms", "G001", "a", Answer::DoesNotApply),
        verdict("ms", "G001", "b", Answer::Applies),
    ];
    let ledger = Ledger { entries: said.into_iter().enumerate().map(|(n, v)| entry(n + 1, v)).collect() };
    let standing: Vec<_> =
        ledger.standing().iter().map(|v| (&*v.report, &*v.code, &*v.reviewer, v.answer.name())).collect();
    assert_eq!(
        standing,
        [
            ("G001", "a", "jk", "unsure"),
            ("G001", "a", "ms", "does_not_apply"),
            ("G001", "b", "ms", "applies"),
            ("G002", "a", "ms", "applies"),
        ]
    );
}

#[test]
fn two_at_once_lose_nothing() {
    let folder = folder();
    let path = folder.path().join("l");
    std::thread::scope(|scope| {
        for reviewer in ["ms", "jk", "al"] {
            let path = &path;
            scope.spawn(move || {
                for n in 0..20 {
                    let one = verdict(reviewer, &format!("G{n:03}"), "a", Answer::Applies);
                    append(path, "l", &[one]).expect("it can be written");
                }
            });
        }
    });
    let ledger = Ledger::read(&path, "l").expect("it can be read");
    assert_eq!((ledger.value.standing().len(), ledger.warnings), (60, vec![]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))] // each case waits for the disk

    /// Wherever the file is cut, what was whole is read, at most one line is named, and the next verdict is not lost.
    #[test]
    fn any_cut_leaves_the_whole_lines(n in 1_usize..6, keep in 0_usize..2_000, long in 0_usize..6_000) {
        let folder = folder();
        let path = folder.path().join("l");
        let mut verdicts: Vec<_> = (0..n).map(|i| verdict("ms", &format!("G{i}"), "é", Answer::Applies)).collect();
        verdicts[n - 1].note = "ü".repeat(long / 2);
        append(&path, "l", &verdicts).expect("it can be written");
        let bytes = fs::read(&path).expect("it is there");
        let keep = keep.min(bytes.len());
        fs::write(&path, &bytes[..keep]).expect("it can be cut");
        let last = verdict("ms", "last", "a", Answer::Applies);
        append(&path, "l", std::slice::from_ref(&last)).expect("it can be written");
        let (ledger, faults) = Ledger::survey(&path, "l").expect("it can be read");
        // A line is whole when it misses at most its line break.
        let ends: Vec<usize> = bytes.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(at, _)| at).collect();
        let n_whole = ends.iter().filter(|end| **end <= keep).count();
        let read: Vec<_> = ledger.entries.into_iter().map(|e| e.verdict).collect();
        prop_assert_eq!(&read[..n_whole], &verdicts[..n_whole]);
        prop_assert_eq!(&read[n_whole..], std::slice::from_ref(&last));
        prop_assert!(faults.len() <= 1 && faults.iter().all(|f| f.severity == crate::fault::Severity::Warning));
    }
}
