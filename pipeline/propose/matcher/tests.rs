//! What patterns match, as data: pattern, text, the stretch that is found.

use super::*;
use crate::propose::automaton::{Builder, CompileError};
use crate::propose::pattern::parse;

fn build(lists: &[(&str, &[&str])], patterns: &[&str]) -> Result<Automaton, (Option<u32>, CompileError)> {
    let mut builder = Builder::default();
    for (name, entries) in lists {
        builder.list(name, entries.iter().map(|e| parse(e).unwrap().parts.remove(0).elements).collect());
    }
    for pattern in patterns {
        builder.pattern(parse(pattern).unwrap());
    }
    builder.build()
}

const LISTS: &[(&str, &[&str])] = &[
    ("kin", &["parent*", "mum*", "grand (mother* or father*)"]),
    ("came", &["~come", "came", "turn* up"]),
    ("people", &["{kin}", "head teacher*"]),
];

/// The stretch of text that the pattern matches, if any.
fn check(pattern: &str, text: &str, expected: Option<&str>) {
    let automaton = build(LISTS, &[pattern]).unwrap();
    let mut matches = Matches::default();
    Matcher::new(&automaton).run(text, &mut matches);
    let found = matches.found.first().map(|m| matches.span(m.start, m.end).slice(text));
    assert_eq!(found, expected, "{pattern} in {text}");
}

#[test]
fn words_phrases_stems_and_wildcards() {
    check("teaching assistant*", "Two teaching assistants met.", Some("teaching assistants"));
    check("teaching assistant*", "Teaching the assistant", None);
    check("~plan", "We planned it", Some("planned"));
    check("*graph", "A photograph", Some("photograph"));
    check("p*s", "these parents", Some("parents"));
    check("children", "the children’s work", Some("children’s"));
    check("co-ordinator", "the co-ordinator", Some("co-ordinator"));
}

#[test]
fn lists_groups_and_options() {
    check("{kin} {came}", "Mums turned up on Friday", Some("Mums turned up"));
    check("{people} <3> {came}", "Our grand fathers never once came", Some("grand fathers never once came"));
    check("{people} (met or sat)", "The head teachers sat down", Some("head teachers sat"));
    check("ran [the or our] club", "She ran our club", Some("ran our club"));
    check("ran [the or our] club", "She ran club", Some("ran club"));
    check("a [b] <1> c", "a x c", Some("a x c"));
}

#[test]
fn gaps_count_words() {
    check("heads <2> met", "heads of schools met", Some("heads of schools met"));
    check("heads <1> met", "heads of schools met", None);
    check("heads ... met", "heads of all of the five schools met", Some("heads of all of the five schools met"));
    check("_ met", "They met", Some("They met"));
}

#[test]
fn conjunctions_match_in_any_order() {
    check("minutes & kept", "We kept the minutes", Some("kept the minutes"));
    check("minutes &1 kept", "We kept nearly all the minutes", None);
}

#[test]
fn numbers_marks_and_ends() {
    check("#% of", "some 38 per cent of them", Some("38 per cent of"));
    check("#%", "38%", Some("38"));
    check("#/#", "Nine out of twenty two", Some("Nine out of twenty two"));
    check("# schools", "twenty two schools", Some("twenty two schools"));
    check("^ minutes $", "Minutes.", Some("Minutes"));
    check("^ minutes", "The minutes", None);
    check("why \"?\"", "Why? Because", Some("Why"));
}

#[test]
fn lists_that_do_not_exist_or_contain_themselves_are_refused() {
    assert_eq!(build(&[], &["{kim}"]).unwrap_err().1, CompileError::UnknownList("kim".into()));
    assert_eq!(
        build(&[("a", &["{b}"]), ("b", &["x {a}"])], &[]).unwrap_err().1,
        CompileError::ListInItself("a".into())
    );
}

#[test]
fn open_gaps_on_a_long_passage_come_to_an_end() {
    let automaton = build(&[], &["a ... a ... a ... a ... a ... a ... a ... b c"]).unwrap();
    let text = format!("{} c b", "a ".repeat(5_000));
    let mut matches = Matches::default();
    Matcher::new(&automaton).run(&text, &mut matches);
    assert!(matches.found.is_empty());
}
