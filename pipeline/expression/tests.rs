//! Expressions over three reports, and what is said of those that cannot be used.

use super::*;
use crate::decide::By;
use crate::fault::Source;
use crate::frame::{self, Frame};

const FRAME: &str = r#"
    version = 1
    id = "f"
    title = "F"
    [[question]]
    id = "phase"
    title = "Phase"
    select = "one"
    code = [
        { id = "primary", label = "Primary", definition = "a" },
        { id = "secondary", label = "Secondary schools", definition = "b" },
    ]
    [[question]]
    id = "who"
    title = "Who"
    select = "many"
    code = [
        { id = "parent", label = "Parents", definition = "x" },
        { id = "pupil", label = "Pupils", definition = "y" },
        { id = "head", label = "Heads", definition = "z" },
    ]
"#;

fn frame() -> Frame {
    frame::parse(&Source::new("f", FRAME)).0.expect("the frame is sound")
}

fn fields() -> Fields {
    let column = |name: &str, values: &[&str]| (name.to_owned(), values.iter().map(|v| (*v).to_owned()).collect());
    [
        column("cohort", &["1", "2"]),
        column("local authority", &["North Vale", "Leeds"]),
        column("phase", &["early"]),
        column("schools", &["3", "12", "unclear"]),
    ]
    .into()
}

/// Decisions as signs (`+`, `-`, `?`) for primary, secondary, parent, pupil, head.
fn truth(text: &str, report: &str, signs: &str, metadata: &[(&str, &str)]) -> Truth {
    let expression = parse(text, &frame(), &fields()).unwrap_or_else(|error| panic!("{text}: {error}"));
    let cell = |sign: char| Cell {
        decision: match sign {
            '+' => Decision::Applies,
            '-' => Decision::DoesNotApply,
            _ => Decision::Queue,
        },
        by: By::Rule,
        reason: None,
        support: 0.,
        opposition: 0.,
        probability: None,
    };
    let cells: Vec<Cell> = signs.chars().map(cell).collect();
    let metadata = metadata.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    expression.holds(&Case { report, cells: &cells, metadata: &metadata })
}

/// Which of three reports an expression holds for, as letters: `y`, `n`, `o` for open.
fn check(text: &str, expected: &str) {
    let one = truth(text, "A1", "+-++-", &[("cohort", "1"), ("local authority", "North Vale"), ("schools", "3")]);
    let two = truth(text, "A2", "-+-?-", &[("cohort", "2"), ("local authority", "Leeds"), ("schools", "12")]);
    let three = truth(text, "A3", "??--?", &[("phase", "early"), ("schools", "unclear")]);
    let letter = |truth: &Truth| match truth {
        Truth::Yes => 'y',
        Truth::No => 'n',
        Truth::Open => 'o',
    };
    assert_eq!([one, two, three].iter().map(letter).collect::<String>(), expected, "{text}");
}

#[test]
fn codes_of_questions() {
    check("phase = primary", "yno");
    check("phase != primary", "nyo");
    check("phase = 'secondary schools'", "nyo");
    check("phase in (primary, secondary)", "yyo");
    check("who/parent", "ynn");
    check("not who/pupil", "noy");
}

#[test]
fn metadata_and_ids() {
    check("cohort = 2", "nyn");
    check("cohort = 2.0", "nyn");
    check("cohort == 2", "nyn");
    check("cohort != 2", "yny");
    check("\"local authority\" = \"North Vale\"", "ynn");
    check("schools >= 3 and schools < 12", "ynn");
    check("schools in 4..20", "nyn");
    check("schools = unclear", "nny");
    check("metadata.phase = early", "nny");
    check("cohort = ''", "nny");
    check("report in (A1, A3)", "yny");
}

#[test]
fn words_bind_as_in_mathematics() {
    check("cohort = 1 or cohort = 2 and who/head", "ynn");
    check("(cohort = 1 or cohort = 2) and not who/head", "yyn");
    check("not (cohort = 1 or cohort = 2)", "nny");
    check("not not cohort = 1", "ynn");
}

#[test]
fn what_awaits_a_person_is_open_only_where_it_matters() {
    check("who/pupil and cohort = 1", "ynn");
    check("who/pupil or cohort = 2", "yyn");
    check("count(who/*) >= 1", "yoo");
    check("count(who/*) <= 2", "yyy");
    check("count(who/*) in 2..3", "ynn");
}

#[test]
fn what_it_asks_about_is_told() {
    let codes = parse("count(who/*) > 1 or not phase = primary", &frame(), &fields()).expect("sound").codes();
    assert_eq!(codes.into_iter().map(CodeIndex::get).collect::<Vec<_>>(), [0, 2, 3, 4]);
}

#[test]
fn faults_have_a_place_and_near_names() {
    let texts = [
        "",
        "phase = primray",
        "phse = primary",
        "phase",
        "phase < primary",
        "cohort",
        "cohort = 3",
        "\"local authority\" = Leds",
        "\"local authority\" > 3",
        "who/parnt",
        "who/parent = yes",
        "count(who) > 1",
        "count(whom/*) > 1",
        "count(who/*)",
        "cohort = 'a",
        "cohort = ",
        "cohort = 1 and",
        "(cohort = 1",
        "cohort = 1)",
        "cohort in (1, 7)",
        "schools in 5..3",
        "report in 1..2",
        "zzz = 1",
        "parent and cohort = 1",
    ];
    let said = |text: &&str| {
        let error = parse(text, &frame(), &fields()).expect_err(text);
        format!("{error}{}", error.hint.as_ref().map_or(String::new(), |hint| format!(" ({hint})")))
    };
    insta::assert_snapshot!(texts.iter().map(said).collect::<Vec<_>>().join("\n"));
}

#[test]
fn brackets_without_end_are_refused_and_overflow_nothing() {
    for deep in ["(".repeat(100_000), "not ".repeat(100_000)] {
        let error = parse(&deep, &frame(), &fields()).expect_err("it is too deep");
        assert!(error.message.contains("too deeply"), "{}", error.message);
    }
}

proptest::proptest! {
    #[test]
    fn whatever_is_typed_is_answered(text in "[a-z0-9 ()=<>!,.'\"/*éß]{0,40}") {
        let _ = parse(&text, &frame(), &fields());
    }
}
