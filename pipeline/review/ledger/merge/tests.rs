//! Ledgers that go into each other: in any order, twice, damaged.

use super::super::{Answer, Route, append};
use super::*;
use proptest::prelude::*;
use std::path::PathBuf;

const NOW: &str = "2026-12-01T00:00:00Z";

/// A verdict as `hour reviewer code answer`, answer one of `+ - ?`.
fn verdict(text: &str) -> Verdict {
    let words: Vec<&str> = text.split(' ').collect();
    Verdict {
        at: format!("2026-11-23T{:0>2}:00:00Z", words[0]).into(),
        reviewer: words[1].into(),
        report: "G001".into(),
        question: "who".into(),
        code: words[2].into(),
        answer: match words[3] {
            "+" => Answer::Applies,
            "-" => Answer::DoesNotApply,
            _ => Answer::Unsure,
        },
        passages: Vec::new(),
        definition: "0123456789abcdef".into(),
        answered: None,
        route: Route::Queue,
        pi: None,
        note: String::new(),
    }
}

struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Desk {
        Desk { folder: tempfile::tempdir().expect("a temporary folder can be made") }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn say(&self, name: &str, verdicts: &[&str]) {
        let verdicts: Vec<Verdict> = verdicts.iter().map(|text| verdict(text)).collect();
        append(&self.path(name), name, &verdicts).expect("it can be written");
    }

    fn merge(&self, into: &str, other: &str) -> Merged {
        merge(&self.path(into), into, &self.path(other), other, NOW).expect("they can be merged")
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("it is text")
    }

    /// What stands, as `reviewer code answer`.
    fn standing(&self, name: &str) -> Vec<String> {
        let ledger = Ledger::read(&self.path(name), name).expect("it can be read");
        assert_eq!(ledger.warnings, Vec::<String>::new());
        let word = |v: &&Verdict| format!("{} {} {}", v.reviewer, v.code, v.answer.name());
        ledger.value.standing().iter().map(word).collect()
    }
}

fn said(conflict: &Conflict) -> Vec<String> {
    let word = |s: &Statement| {
        let stands = if s.stands { "" } else { " lost" };
        format!("{} {} {}{stands}", s.reviewer, s.verdict.name(), if s.is_added { "there" } else { "here" })
    };
    conflict.said.iter().map(word).collect()
}

#[test]
fn what_is_new_is_appended_in_order_of_time() {
    let desk = Desk::new();
    desk.say("a", &["10 ms x +", "12 ms y -"]);
    let before = desk.text("a");
    desk.say("b", &["11 jk x +", "13 jk y -"]);
    let merged = desk.merge("a", "b");
    assert_eq!((merged.n_lines, merged.n_added, merged.conflicts.len()), (2, 2, 0));
    let after = desk.text("a");
    assert!(after.starts_with(&before), "nothing that stood there has changed");
    let there: Vec<String> = desk.text("b").lines().map(str::to_owned).collect();
    let last = after.lines().last().expect("there are lines");
    let from = format!(
        r#""from":{{"chain":"{}","line":"{}","prev":"{}"}},"prev":"#,
        hash(there[1].as_bytes()),
        hash(there[1].as_bytes()),
        hash(there[0].as_bytes())
    );
    assert!(last.contains(&from), "{last}");
    assert_eq!(desk.standing("a").len(), 4);
    assert_eq!((desk.merge("a", "b").n_added, desk.text("a")), (0, after), "twice adds nothing");
}

#[test]
fn of_one_reviewer_the_later_verdict_stands_on_both_sides() {
    let desk = Desk::new();
    desk.say("a", &["12 ms x +"]);
    desk.say("b", &["10 ms x -"]);
    let merged = desk.merge("a", "b");
    assert_eq!(said(&merged.conflicts[0]), ["ms does_not_apply there lost", "ms applies here"]);
    desk.merge("b", "a");
    assert_eq!(
        (desk.standing("a"), desk.standing("b")),
        (vec!["ms x applies".to_owned()], vec!["ms x applies".to_owned()])
    );
    // Who adds a line has all before it in view, whatever the clock says.
    desk.say("a", &["11 ms x ?"]);
    assert_eq!(desk.standing("a"), ["ms x unsure"]);
}

#[test]
fn a_clock_that_was_set_back_does_not_bring_back_what_was_changed() {
    let desk = Desk::new();
    desk.say("a", &["9 al x +"]);
    desk.say("b", &["12 ms x +", "10 ms x -"]);
    desk.merge("a", "b");
    assert_eq!(desk.standing("a"), ["al x applies", "ms x does_not_apply"]);
}

#[test]
fn different_reviewers_disagree_and_a_changed_mind_is_no_conflict() {
    let desk = Desk::new();
    desk.say("a", &["10 ms x +", "10 ms y +"]);
    std::fs::copy(desk.path("a"), desk.path("b")).expect("it can be copied");
    desk.say("b", &["11 jk x -", "12 ms y -", "13 jk z +"]);
    let merged = desk.merge("a", "b");
    assert_eq!((merged.n_lines, merged.n_added), (5, 3));
    assert_eq!(merged.conflicts.iter().map(said).collect::<Vec<_>>(), [["jk does_not_apply there", "ms applies here"]]);
}

#[test]
fn a_line_keeps_the_place_that_it_had_first() {
    let desk = Desk::new();
    desk.say("a", &["10 ms x +"]);
    desk.say("b", &["11 jk x +"]);
    desk.say("c", &["12 al x +"]);
    desk.merge("b", "c");
    assert_eq!(desk.merge("a", "b").n_added, 2);
    assert_eq!(desk.merge("c", "a").n_added, 2);
    assert_eq!((desk.merge("b", "a").n_added, desk.merge("a", "c").n_added), (1, 0));
    let (a, c) = (desk.text("a"), desk.text("c"));
    let first = hash(c.lines().next().expect("there is one").as_bytes());
    assert!(a.contains(&format!(r#""chain":"{first}","line":"{first}","prev":"""#)), "{a}");
    assert_eq!(desk.standing("a"), desk.standing("c"));
}

#[test]
fn a_taken_line_that_was_changed_is_noticed() {
    let desk = Desk::new();
    desk.say("a", &["10 ms x +"]);
    desk.say("b", &["11 jk x +"]);
    desk.merge("a", "b");
    // The last line, of which no other holds the hash.
    let text = desk.text("a");
    let at = text.rfind("\"applies\"").expect("it is there");
    std::fs::write(desk.path("a"), format!("{}\"unsure\"{}", &text[..at], &text[at + 9..])).expect("it is written");
    let warnings = Ledger::read(&desk.path("a"), "a").expect("it can be read").warnings;
    assert_eq!(warnings, ["a:2:1: the line was taken from another ledger and does not say what it said there"]);
}

#[test]
fn a_line_that_others_wrote_in_their_way_is_kept_as_it_was() {
    let desk = Desk::new();
    desk.say("a", &["10 ms x +"]);
    desk.say("b", &["11 jk x +"]);
    let theirs = desk.text("b").replace("\"v\":1,", "\"v\": 1, \"tool\": \"other\", ");
    std::fs::write(desk.path("b"), theirs).expect("it can be written");
    assert_eq!((desk.merge("a", "b").n_added, desk.standing("a").len()), (1, 2));
    assert!(desk.text("a").contains(r#""text":"{\"v\": 1, \"tool\": \"other\""#));
    assert_eq!(desk.merge("a", "b").n_added, 0);
}

#[test]
fn damage_there_is_named_and_the_rest_taken() {
    let desk = Desk::new();
    desk.say("b", &["10 jk x +", "11 jk y +", "12 jk z +"]);
    let text = desk.text("b").replacen("\"y\"", "\"w\"", 1);
    std::fs::write(desk.path("b"), &text[..text.len() - 30]).expect("it can be written");
    let merged = desk.merge("a", "b");
    let faults: Vec<String> = merged.faults.iter().map(|fault| fault.place.to_string()).collect();
    assert_eq!((merged.n_added, faults), (2, vec!["b:3:1".to_owned()]));
    std::fs::write(desk.path("c"), "{\"id\": 1}\n").expect("it can be written");
    let refused = merge(&desk.path("a"), "a", &desk.path("c"), "c", NOW).map_err(|error| error.to_string());
    assert_eq!(refused, Err("`c` is not a ledger: no line of it is a verdict".to_owned()));
}

#[test]
fn a_clock_ahead_is_told() {
    let desk = Desk::new();
    desk.say("b", &["10 jk x +"]);
    let merged = merge(&desk.path("a"), "a", &desk.path("b"), "b", "2026-11-23T09:00:00Z").expect("they merge");
    assert_eq!((merged.n_added, merged.n_ahead), (1, 1));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))] // each case waits for the disk

    /// Whoever merges first, the same verdicts stand on all sides, and nothing is lost or doubled.
    #[test]
    fn all_sides_come_to_the_same(said in prop::collection::vec((0_usize..3, 0..3_usize, 0..2_usize, 0..3_usize), 1..14)) {
        let desk = Desk::new();
        // The hour is the number, so no two verdicts are the same or of one moment.
        for (hour, (place, reviewer, code, answer)) in said.iter().enumerate() {
            let text = format!("{hour} {} {} {}", ["ms", "jk", "al"][*reviewer], ["x", "y"][*code], ["+", "-", "?"][*answer]);
            desk.say(["a", "b", "c"][*place], &[&text]);
        }
        for name in ["a", "b", "c"] {
            if !desk.path(name).exists() {
                std::fs::write(desk.path(name), "").expect("it can be written");
            }
        }
        for (into, other) in [("a", "b"), ("c", "b"), ("b", "c"), ("a", "c"), ("b", "a"), ("c", "a")] {
            desk.merge(into, other);
        }
        for name in ["a", "b", "c"] {
            prop_assert_eq!(desk.text(name).lines().count(), said.len());
            prop_assert_eq!(desk.standing(name), desk.standing("a"));
        }
    }
}
