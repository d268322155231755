//! Six reports through two stages, with and without quota.

use super::*;
use crate::config::{self, SampleStage, Written};
use crate::decide::{By, Cell, Decision};
use crate::fault::Source;
use crate::frame::{self, Frame};
use crate::grid::{Grid, Settled};

const FRAME: &str = r#"
    version = 1
    id = "f"
    title = "F"
    [[question]]
    id = "evidence"
    title = "Evidence"
    select = "one"
    code = [
        { id = "good", label = "Good", definition = "a" },
        { id = "poor", label = "Poor", definition = "b" },
    ]
    [[question]]
    id = "focus"
    title = "Focus"
    select = "many"
    code = [{ id = "explicit", label = "Explicit", definition = "x" }]
"#;

fn frame() -> Frame {
    frame::parse(&Source::new("f", FRAME)).0.expect("the frame is sound")
}

/// Reports named a, b, c …: their decisions on good, poor, explicit as signs, and their town.
fn grid(reports: &[(&str, &str)]) -> Grid {
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
    let report = |(id, (signs, town)): (char, &(&str, &str))| Settled {
        id: id.to_string(),
        path: String::new(),
        cells: signs.chars().map(cell).collect(),
        metadata: [("town".to_owned(), (*town).to_owned())].into(),
    };
    let towns = reports.iter().map(|(_, town)| (*town).to_owned()).collect();
    Grid { reports: ('a'..).zip(reports).map(report).collect(), fields: [("town".to_owned(), towns)].into() }
}

fn written(text: &str) -> Written {
    Written { text: text.to_owned(), place: Place { path: "config.toml".to_owned(), line: 7, column: 9 } }
}

fn settings(stages: &[&str], quota: Option<usize>, spread: &[&str]) -> config::Sample {
    let stage = |text: &&str| SampleStage { name: None, filter: written(text), why: "Because.".to_owned() };
    config::Sample {
        stages: stages.iter().map(stage).collect(),
        quota,
        spread: spread.iter().map(|name| written(name)).collect(),
        ..config::Sample::default()
    }
}

const REPORTS: [(&str, &str); 6] =
    [("+-+", "Leeds"), ("+-+", "Leeds"), ("-++", "York"), ("+--", "York"), ("??+", "Hull"), ("+-+", "Hull")];

/// The outcome of each report as a letter, capital when sampled, with the stage.
fn outcomes(lines: &[Line]) -> String {
    let one = |line: &Line| {
        let letter = match line.outcome {
            Outcome::Sampled => "S",
            Outcome::LeftOut => "x",
            Outcome::Open => "?",
            Outcome::NotDrawn => "n",
        };
        format!("{letter}{}", line.stage.map_or(String::new(), |stage| stage.to_string()))
    };
    lines.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[test]
fn stages_leave_out_in_turn_and_what_is_open_is_counted_apart() {
    let settings = settings(&["evidence = good", "focus/explicit"], None, &[]);
    let (lines, flow) = draw(&settings, 1, &frame(), &grid(&REPORTS), 2).expect("it is drawn");
    assert_eq!(outcomes(&lines), "S S x1 x2 ?1 S");
    let counts: Vec<[usize; 4]> =
        flow.stages.iter().map(|stage| [stage.n_in, stage.n_left_out, stage.n_open, stage.n_kept()]).collect();
    assert_eq!((counts, flow.n_sampled), (vec![[6, 1, 1, 4], [4, 1, 0, 3]], 3));
    assert_eq!(
        lines.iter().map(|line| line.pi).collect::<Vec<_>>()[..5],
        [Some(1.), Some(1.), Some(0.), Some(0.), None]
    );
}

#[test]
fn a_draw_is_as_likely_for_each_and_the_same_for_the_same_seed() {
    let settings = settings(&["focus/explicit"], Some(2), &[]);
    let (grid, frame) = (grid(&REPORTS), frame());
    let mut taken = [0; 6];
    for seed in 0..3000 {
        let (lines, _) = draw(&settings, seed, &frame, &grid, 0).expect("it is drawn");
        for (n, line) in lines.iter().enumerate() {
            taken[n] += usize::from(line.outcome == Outcome::Sampled);
        }
        assert_eq!(lines[0].pi, Some(0.4));
    }
    // Two of five: 1200 of 3000, with a standard deviation of 27.
    assert!([0, 1, 2, 4, 5].iter().all(|n| (1090..1310).contains(&taken[*n])), "{taken:?}");
    assert_eq!(taken[3], 0);
    let again = || draw(&settings, 7, &frame, &grid, 0).expect("it is drawn");
    assert_eq!(again(), again());
}

#[test]
fn variation_takes_what_is_not_there_yet() {
    for seed in 0..50 {
        let settings = settings(&[], Some(3), &["town"]);
        let (lines, flow) = draw(&settings, seed, &frame(), &grid(&REPORTS), 0).expect("it is drawn");
        let mut towns: Vec<&str> = lines
            .iter()
            .zip(&REPORTS)
            .filter(|(line, _)| line.outcome == Outcome::Sampled)
            .map(|(line, (_, town))| {
                assert_eq!(line.pi, None);
                *town
            })
            .collect();
        towns.sort_unstable();
        assert_eq!((towns, flow.choice), (vec!["Hull", "Leeds", "York"], Choice::Variation));
    }
}

#[test]
fn what_cannot_be_drawn_is_said() {
    let said = |settings: &config::Sample| {
        let error = draw(settings, 1, &frame(), &grid(&REPORTS), 0).expect_err("it is not drawn");
        format!("{error} ({})", error.hint().unwrap_or_default())
    };
    let texts = [
        said(&settings(&[], None, &[])),
        said(&settings(&["evidence = god"], None, &[])),
        said(&settings(&["evidence = poor", "not focus/explicit"], None, &[])),
        said(&settings(&[], Some(2), &["twon"])),
    ];
    insta::assert_snapshot!(texts.join("\n"));
}

#[test]
fn a_sample_is_read_as_it_was_written() {
    let settings = settings(&["focus/explicit"], Some(2), &[]);
    let (lines, _) = draw(&settings, 1, &frame(), &grid(&REPORTS), 0).expect("it is drawn");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("sample.jsonl");
    assert_eq!(Sample::read(&path).expect("nothing is wrong"), None);
    Sample::write(&path, &lines).expect("it is written");
    let sample = Sample::read(&path).expect("it is read").expect("it is there");
    assert_eq!((&sample.lines, sample.reports().len()), (&lines, 2));
    assert_eq!(sample.changes(&lines), (vec![], vec![]));
    std::fs::write(&path, "{\"v\":1}\n").expect("written");
    assert!(matches!(Sample::read(&path), Err(Error::Damaged { .. })));
    std::fs::write(&path, "{\"v\":9,\"report\":\"a\",\"outcome\":\"open\",\"stage\":1,\"pi\":null}\n")
        .expect("written");
    assert!(matches!(Sample::read(&path), Err(Error::Newer { version: 9, .. })));
}
