//! The main job as a user types it: what is read, what is left alone, what comes out.

use crate::project::Project;
use std::collections::BTreeMap;

/// Everything that a run decides, as bytes: the queue, the codings, the map.
pub fn results(project: &Project) -> Vec<Vec<u8>> {
    let output = |arguments: &[&str]| project.command(arguments).output().expect("the command can be run").stdout;
    let queue = std::fs::read(project.path("corpus/review/queue.jsonl")).expect("a run writes the queue");
    vec![queue, output(&["export", "codings"]), output(&["map", "--format", "json"])]
}

/// A project with `n` reports of a few lines, which differ.
pub fn project_of(n: usize) -> Project {
    let project = Project::small();
    for i in 0..n {
        let words = [
            "Dads helped every week.",
            "No parents came.",
            "The children chose.",
            "We hope that mums will come next year.",
        ];
        let text: Vec<&str> = (0..4).filter(|k| (i >> k) & 1 == 1).map(|k| words[k]).collect();
        project.write(&format!("corpus/reports/r{i:03}.txt"), format!("Report {i}\n\n{}\n", text.join("\n\n")));
    }
    project
}

/// The counts that `run --format json` prints.
fn counts(project: &Project) -> BTreeMap<String, u64> {
    let output = project.command(&["run", "--format", "json"]).output().expect("the command can be run");
    let summary: serde_json::Value = serde_json::from_slice(&output.stdout).expect("the summary is JSON");
    let numbers = summary.as_object().expect("an object").iter();
    numbers.filter_map(|(key, value)| Some((key.clone(), value.as_u64()?))).collect()
}

fn check_counts(project: &Project, expected: &[(&str, u64)]) {
    let counts = counts(project);
    let found: Vec<(&str, u64)> = expected.iter().map(|(key, _)| (*key, counts[*key])).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_small_project_from_reports_to_map() {
    let project = Project::small();
    insta::assert_snapshot!(project.run(&["run"]));
    insta::assert_snapshot!(project.run(&["map"]));
    insta::assert_snapshot!(project.run(&["map", "--format", "csv"]));
    insta::assert_snapshot!(project.run(&["export", "codings"]));
    insta::assert_snapshot!(project.read("corpus/review/queue.jsonl"));
}

#[test]
fn a_second_run_leaves_everything_as_it_is() {
    let project = project_of(20);
    check_counts(&project, &[("read", 22), ("unchanged", 0)]);
    let before = results(&project);
    let written = std::fs::metadata(project.path("corpus/review/queue.jsonl")).unwrap().modified().unwrap();
    check_counts(&project, &[("read", 0), ("unchanged", 22), ("coded_again", 0)]);
    assert_eq!(results(&project), before);
    assert_eq!(std::fs::metadata(project.path("corpus/review/queue.jsonl")).unwrap().modified().unwrap(), written);
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let (one, four) = (project_of(40), project_of(40));
    one.run(&["run", "--jobs", "1"]);
    four.run(&["run", "--jobs", "4"]);
    assert_eq!(results(&one), results(&four));
}

#[test]
fn derived_data_may_be_deleted() {
    let project = project_of(10);
    project.run(&["run"]);
    let before = results(&project);
    std::fs::remove_dir_all(project.path("corpus/derived")).unwrap();
    check_counts(&project, &[("read", 12)]);
    assert_eq!(results(&project), before);
}

#[test]
fn a_damaged_store_is_made_anew() {
    let project = project_of(5);
    project.run(&["run"]);
    let before = results(&project);
    project.write("corpus/derived/store.sqlite", "this is no database, and long enough to be looked at as one");
    check_counts(&project, &[("read", 7)]);
    assert_eq!(results(&project), before);
}

#[test]
fn a_changed_rule_redoes_the_coding_and_not_the_reading() {
    let project = project_of(6);
    project.run(&["run"]);
    let rules = project.read("models/small/rules.toml");
    let more = "\n[[rule]]\ncode = \"who/pupil\"\nid = \"children-chose\"\nany = [\"children chose\"]\n";
    project.write("models/small/rules.toml", format!("{rules}{more}"));
    check_counts(&project, &[("read", 0), ("coded_again", 8), ("unchanged", 0)]);
    let after = results(&project);
    std::fs::remove_dir_all(project.path("corpus/derived")).unwrap();
    project.run(&["run"]);
    assert_eq!(results(&project), after);
}

#[test]
fn only_what_changed_is_read() {
    let project = project_of(6);
    project.run(&["run"]);
    project.write("corpus/reports/r001.txt", "The mums came, all of them, and stayed until four.\n");
    project.write("corpus/reports/new.md", "# Who\n\nGrandparents came too.\n");
    std::fs::remove_file(project.path("corpus/reports/r002.txt")).unwrap();
    std::fs::rename(project.path("corpus/reports/r003.txt"), project.path("corpus/reports/other.txt")).unwrap();
    check_counts(&project, &[("read", 3), ("unchanged", 5), ("removed", 2)]);
    let after = results(&project);
    std::fs::remove_dir_all(project.path("corpus/derived")).unwrap();
    project.run(&["run"]);
    assert_eq!(results(&project), after);
}

#[test]
fn a_file_with_a_report_a_line_is_many_reports() {
    let project = Project::small();
    let lines = [
        "{\"id\":\"a\",\"text\":\"Mums came.\"}",
        "{\"id\":\"b\",\"text\":\"Nobody came.\"}",
        "{\"id\":\"first\",\"text\":\"x y\"}",
    ];
    project.write("corpus/reports/many.jsonl", lines.join("\n"));
    check_counts(&project, &[("read", 4)]);
    project.write("corpus/reports/many.jsonl", lines[0]);
    check_counts(&project, &[("read", 1), ("removed", 1), ("unchanged", 2)]);
}

#[test]
fn a_bad_line_is_named_and_the_others_are_coded() {
    let project = Project::small();
    let lines = [
        r#"{"id":"a","text":"Mums came."}"#,
        "",
        r#"{"id":"b","text":"Nobody came."#,
        r#"{"id":"first","text":"another report has this id"}"#,
        r#"{"id":"c","txt":"a wrong key"}"#,
        r#"{"id":"d\u0007","text":"an id of signs that nobody sees"}"#,
        r#"{"id":"a","text":"the second of two with one id"}"#,
        r#"{"id":"e","text":""}"#,
        r#"{"text":"One without an id."}"#,
    ];
    project.write("corpus/reports/many.jsonl", lines.join("\n"));
    insta::assert_snapshot!("bad_lines", project.run(&["run"]));
    insta::assert_snapshot!("bad_lines_again", project.run(&["run"]));
    insta::assert_snapshot!("bad_lines_extracted", project.run(&["extract", "corpus/reports/many.jsonl"]));
    let codings = project.run(&["export", "codings", "--format", "csv"]);
    assert!(["\na,", "\ne,", "\nmany.jsonl 9,", "\nfirst,"].iter().all(|id| codings.contains(id)), "{codings}");
}

#[test]
fn a_line_that_was_left_out_for_its_id_comes_in_when_the_other_report_goes() {
    let project = Project::small();
    project.write("corpus/reports/many.jsonl", r#"{"id":"first","text":"Mums came again."}"#);
    assert!(project.run(&["run"]).starts_with("exit code: 1"));
    std::fs::remove_file(project.path("corpus/reports/first.txt")).unwrap();
    assert!(project.run(&["run"]).starts_with("exit code: 0"));
    let after = results(&project);
    std::fs::remove_dir_all(project.path("corpus/derived")).unwrap();
    project.run(&["run"]);
    assert_eq!(results(&project), after);
}

#[test]
fn a_frame_without_rules_asks_a_person_everything() {
    let project = Project::small();
    std::fs::remove_file(project.path("models/small/rules.toml")).unwrap();
    check_counts(&project, &[("queued", 8), ("applies", 0), ("does_not_apply", 0)]);
}

#[test]
fn names_with_blanks_and_letters_of_any_language_work() {
    let project = Project::small();
    project.write("corpus/reports/Année 2/Bericht über Eltern – 学校.txt", "Mums came.\n");
    check_counts(&project, &[("read", 3)]);
    assert!(project.run(&["export", "codings"]).contains("Bericht über Eltern – 学校"));
}

#[test]
fn two_exclusive_codes_of_a_question_are_asked_about_together() {
    let project = Project::small();
    for code in ["Parents", "Pupils"] {
        let label = format!("label = \"{code}\"");
        project.edit("models/small/frame.toml", &label, &format!("{label}\nexclusive = true"));
    }
    let rules = project.read("models/small/rules.toml");
    let weak = "\n[[rule]]\ncode = \"who/pupil\"\nid = \"weak\"\nweight = 0.4\nany = [\"children\"]\n";
    project.write("models/small/rules.toml", format!("{rules}{weak}"));
    project.write("corpus/reports/both.txt", "Nineteen mums came.\n\nSome children.\n");
    project.write("corpus/reports/weak.txt", "Some children.\n");
    project.run(&["run"]);
    let codings = project.run(&["export", "codings", "--format", "csv"]);
    let of = |report: &str| {
        let lines = codings.lines().filter(|line| line.starts_with(&format!("{report},who,")));
        lines.map(|line| line.split(',').skip(2).take(4).collect::<Vec<_>>().join(" ")).collect::<Vec<_>>()
    };
    assert_eq!(of("both"), ["parent queue rule tie", "pupil queue rule tie"]);
    assert_eq!(of("first"), ["parent applies rule ", "pupil does_not_apply rule "]);
    assert_eq!(of("weak"), ["parent does_not_apply rule ", "pupil queue rule unsure"]);
}
