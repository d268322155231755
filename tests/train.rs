//! `codeframe train`: verdicts become a classifier that codes, whatever state ledger, frame, examples and old classifiers
//! are in; nothing is lost, and what is in the way is said.

use crate::project::Project;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;

const CONFIG: &str = "frame = \"models/flat/frame.toml\"\n";

/// Two questions, no rules.
const FRAME: &str = r#"version = 1
id = "flat"
title = "Outings"

[[question]]
id = "place"
title = "Where it went"
select = "one"
code = [
    { id = "sea", label = "Sea", definition = "To the sea." },
    { id = "hill", label = "Hill", definition = "To the hills." },
]

[[question]]
id = "mood"
title = "How it was"
select = "many"
code = [
    { id = "glad", label = "Glad", definition = "Somebody was glad." },
    { id = "sad", label = "Sad", definition = "Somebody was sad." },
]
"#;

const N_REPORTS: usize = 14;

/// The codes of a report: by twos, threes and fives.
fn place(i: usize) -> &'static str {
    if i.is_multiple_of(2) { "sea" } else { "hill" }
}

fn moods(i: usize) -> Vec<&'static str> {
    [(i.is_multiple_of(3), "glad"), (i % 5 < 2, "sad")].into_iter().filter(|mood| mood.0).map(|mood| mood.1).collect()
}

fn text(i: usize) -> String {
    let place = ["The boat sailed on salty waves", "The path climbed over steep rocks"][i % 2];
    let moods = moods(i).join(" and we came home ");
    format!("{place} in week {i}. The children came home {moods}.")
}

/// A corpus of JSON lines with its codings in the ledger.
fn coded() -> Project {
    coded_as(&text, &|i| format!(r#""place":["{}"],"mood":{:?}"#, place(i), moods(i)))
}

fn coded_as(text: &dyn Fn(usize) -> String, codes: &dyn Fn(usize) -> String) -> Project {
    let project = Project::empty();
    project.write("config.toml", CONFIG);
    project.write("models/flat/frame.toml", FRAME);
    let lines = |line: &dyn Fn(usize) -> String| (0..N_REPORTS).map(line).collect::<String>();
    let report =
        |i: usize| format!("{}\n", serde_json::json!({"id": format!("r{i:02}"), "text": text(i), "metadata": {}}));
    project.write("corpus/reports/all.jsonl", lines(&report));
    project.write("gold.jsonl", lines(&|i| format!("{{\"id\":\"r{i:02}\",\"codes\":{{{}}}}}\n", codes(i))));
    done(&project, &["import", "codings", "gold.jsonl"], 0);
    project
}

/// Runs a command that must end with a code; what it said.
#[track_caller]
fn done(project: &Project, arguments: &[&str], code: i32) -> String {
    let said = project.run(arguments);
    assert!(said.starts_with(&format!("exit code: {code}\n")), "{arguments:?}: {said}");
    said
}

fn classifier(project: &Project, number: u32) -> Option<(Vec<u8>, Vec<u8>)> {
    let read = |ending| fs::read(project.path(&format!("models/flat/classifier-{number:04}.{ending}"))).ok();
    Some((read("bin")?, read("json")?))
}

/// The exported codings: by report and `question/code`.
fn codings(project: &Project) -> BTreeMap<(String, String), Value> {
    let output = project.command(&["export", "codings", "--format", "jsonl"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let cell = |line: &str| {
        let cell: Value = serde_json::from_str(line).unwrap();
        let name = |key: &str| cell[key].as_str().unwrap().to_owned();
        ((name("report"), format!("{}/{}", name("question"), name("code"))), cell.clone())
    };
    String::from_utf8(output.stdout).unwrap().lines().map(cell).collect()
}

/// Every (report, code) has a probability, and those of a question of which one applies add up to one.
fn check_probabilities(project: &Project) {
    let codings = codings(project);
    assert_eq!(codings.len(), N_REPORTS * 4);
    let probability = |report: &str, code: &str| {
        let p = codings[&(report.to_owned(), code.to_owned())]["probability"].as_f64().unwrap_or(f64::NAN);
        assert!((0. ..=1.).contains(&p), "{report} {code} {p}");
        p
    };
    for i in 0..N_REPORTS {
        let report = format!("r{i:02}");
        let sum = probability(&report, "place/sea") + probability(&report, "place/hill");
        assert!((sum - 1.).abs() < 1e-5, "{report} {sum}");
        probability(&report, "mood/glad");
        probability(&report, "mood/sad");
    }
}

#[test]
fn texts_without_rules_go_from_codings_to_codings() {
    let project = coded();
    let trained = done(&project, &["train"], 0);
    assert!(trained.contains("classifier  classifier-0001 is made"), "{trained}");
    assert!(trained.contains("learned     from 14 reports; measured on 14 of them"), "{trained}");
    let run = done(&project, &["run"], 0);
    assert!(run.contains("by classifier-0001"), "{run}");
    check_probabilities(&project);
    let likely = |(_, cell): (&(String, String), &Value)| cell["probability"].as_f64().unwrap() > 0.5;
    let right = codings(&project).iter().filter(|cell| cell.0.1 == "place/sea").filter(|cell| likely(*cell)).count();
    assert_eq!(right, 7, "the words tell the place");
    let found = done(&project, &["evaluate", "--against", "gold.jsonl", "--format", "json"], 0);
    assert!(found.contains("kappa"), "{found}");
}

#[test]
fn a_second_train_does_nothing_and_a_changed_mind_makes_a_new_classifier() {
    let project = coded();
    done(&project, &["train"], 0);
    let first = classifier(&project, 1);
    let again = done(&project, &["train"], 0);
    assert!(again.contains("classifier-0001 is as it was: nothing has changed"), "{again}");
    assert!(first.is_some() && classifier(&project, 1) == first && classifier(&project, 2).is_none());
    project.edit(
        "gold.jsonl",
        "\"id\":\"r01\",\"codes\":{\"place\":[\"hill\"]",
        "\"id\":\"r01\",\"codes\":{\"place\":[\"sea\"]",
    );
    done(&project, &["import", "codings", "gold.jsonl"], 0);
    let changed = done(&project, &["train"], 0);
    assert!(changed.contains("classifier-0002 is made"), "{changed}");
    assert!(classifier(&project, 1) == first && classifier(&project, 2).is_some());
    assert_ne!(classifier(&project, 2), first);
    // The newest is used unless the config names another, or none.
    assert!(done(&project, &["run"], 0).contains("by classifier-0002"));
    project.write("config.toml", format!("{CONFIG}[train]\nclassifier = \"classifier-0001\"\n"));
    assert!(done(&project, &["run"], 0).contains("by classifier-0001"));
    project.write("config.toml", format!("{CONFIG}[train]\nclassifier = \"none\"\n"));
    assert!(!done(&project, &["run"], 0).contains("classifier-"));
    assert!(codings(&project).values().all(|cell| cell["probability"].is_null() && cell["by"] != "classifier"));
    project.write("config.toml", format!("{CONFIG}[train]\nclassifier = \"classifier-0003\"\n"));
    insta::assert_snapshot!("no_such_classifier", project.run(&["run"]));
    insta::assert_snapshot!("no_such_classifier_checked", project.run(&["check"]));
}

/// Everything that is made is the same in two copies of a project, whatever number of threads there are.
#[test]
fn the_same_verdicts_make_the_same_bytes() {
    let made = |threads: &str, jobs: &str| {
        let project = coded();
        let mut command = project.command(&["train", "--jobs", jobs]);
        assert!(command.env("RAYON_NUM_THREADS", threads).output().unwrap().status.success());
        done(&project, &["run", "--jobs", jobs], 0);
        let output = project.command(&["export", "codings", "--format", "jsonl"]).output().unwrap();
        (classifier(&project, 1).unwrap(), output.stdout)
    };
    let first = made("1", "1");
    for (threads, jobs) in [("2", "2"), ("2", "0"), ("1", "0")] {
        assert!(made(threads, jobs) == first, "{threads} {jobs}");
    }
}

#[test]
fn without_something_to_learn_from_it_says_what_is_missing() {
    let project = Project::small();
    insta::assert_snapshot!("no_ledger", project.run(&["train"]));
    let none = coded_as(&text, &|_| r#""mood":[]"#.to_owned());
    insta::assert_snapshot!("no_positives", none.run(&["train"]));
    let all = coded_as(&text, &|_| r#""mood":["glad","sad"]"#.to_owned());
    insta::assert_snapshot!("only_positives", all.run(&["train"]));
    let one = coded();
    let first = one.read("gold.jsonl").lines().next().unwrap().to_owned();
    fs::remove_file(one.path("corpus/ledger.jsonl")).unwrap();
    one.write("gold.jsonl", first);
    done(&one, &["import", "codings", "gold.jsonl"], 0);
    insta::assert_snapshot!("one_report", one.run(&["train"]));
    for project in [project, none, all, one] {
        assert!(!project.path("models/flat/classifier-0001.bin").exists());
    }
}

#[test]
fn verdicts_without_a_report_are_named_and_left_aside() {
    let project = coded();
    let corpus = project.read("corpus/reports/all.jsonl");
    let kept: Vec<&str> = corpus.lines().skip(2).collect();
    project.write("corpus/reports/all.jsonl", kept.join("\n"));
    let said = done(&project, &["train"], 1);
    assert!(
        said.contains("warning: 2 reports with verdicts are not in the corpus and are left aside: r00, r01"),
        "{said}"
    );
    assert!(said.contains("learned     from 12 reports"), "{said}");
    project.write("corpus/reports/all.jsonl", corpus.replace("\"r", "\"s"));
    insta::assert_snapshot!("no_report_has_verdicts", project.run(&["train"]));
}

#[test]
fn a_ledger_line_cut_in_half_is_named_and_the_rest_is_learned() {
    let project = coded();
    let ledger = project.read("corpus/ledger.jsonl");
    let n_lines = ledger.lines().count();
    project.write("corpus/ledger.jsonl", &ledger[..ledger.len() - 40]);
    let said = done(&project, &["train"], 1);
    assert!(
        said.contains(&format!("corpus/ledger.jsonl:{n_lines}:1: the last line is cut off and is passed over")),
        "{said}"
    );
    assert!(classifier(&project, 1).is_some());
    check_after_run(&project);
}

fn check_after_run(project: &Project) {
    done(project, &["run"], 0);
    check_probabilities(project);
}

#[test]
fn a_code_with_few_examples_is_learned_and_never_decided() {
    let project =
        coded_as(&text, &|i| format!(r#""place":["{}"],"mood":{}"#, place(i), if i == 3 { "[\"sad\"]" } else { "[]" }));
    let said = done(&project, &["train"], 0);
    assert!(said.lines().any(|line| line.starts_with("mood/sad") && line.ends_with("too few examples")), "{said}");
    check_after_run(&project);
    // People have said all of it; what the machine would have done is asked for.
    let of_mood = ["evaluate", "--against", "gold.jsonl", "--questions", "mood", "--format", "json"];
    let found = project.command(&of_mood).output().unwrap();
    let found: Value = serde_json::from_slice(&found.stdout).unwrap();
    assert_eq!(found["overall"]["queued"], found["overall"]["answers"]);
}

/// No number is undefined where texts say nothing: none has a word that another has, or any word at all.
#[test]
fn texts_that_say_nothing_have_probabilities() {
    let said_nothing: [&dyn Fn(usize) -> String; 2] = [&|_| "…".to_owned(), &|i| "qz".repeat(i + 1)];
    for text in said_nothing {
        let project = coded_as(text, &|i| format!(r#""place":["{}"],"mood":{:?}"#, place(i), moods(i)));
        done(&project, &["train"], 0);
        check_after_run(&project);
        // A card with a number that is none could not be read again.
        assert!(done(&project, &["train"], 0).contains("is as it was"));
        assert!(!done(&project, &["train"], 0).contains("NaN"));
    }
}

#[test]
fn a_damaged_classifier_is_refused_and_can_be_replaced() {
    let project = coded();
    done(&project, &["train"], 0);
    done(&project, &["run"], 0);
    let name = "models/flat/classifier-0001.bin";
    let whole = fs::read(project.path(name)).unwrap();
    project.write(name, &whole[..whole.len() / 2]);
    insta::assert_snapshot!("truncated_map", project.run(&["map"]));
    insta::assert_snapshot!("truncated_check", project.run(&["check"]));
    project.write(name, &whole[..10]);
    insta::assert_snapshot!("truncated_run", project.run(&["run"]));
    let text = b"codeframe classifier 9\n";
    project.write(name, [text.as_slice(), &whole[text.len()..]].concat());
    insta::assert_snapshot!("version_run", project.run(&["run"]));
    insta::assert_snapshot!("version_check", project.run(&["check"]));
    let again = done(&project, &["train"], 0);
    assert!(again.contains("classifier-0002 is made"), "{again}");
    assert_eq!(fs::read(project.path("models/flat/classifier-0002.bin")).unwrap(), whole);
    assert!(done(&project, &["run"], 0).contains("classifier-0002"));
    done(&project, &["check"], 0);
}

#[test]
fn a_classifier_of_another_frame_is_refused() {
    let project = coded();
    done(&project, &["train"], 0);
    project.write(
        "models/flat/frame.toml",
        FRAME.replace("id = \"place\"", "id = \"where\"").replace("id = \"mood\"", "id = \"how\""),
    );
    insta::assert_snapshot!("foreign_run", project.run(&["run"]));
    insta::assert_snapshot!("foreign_check", project.run(&["check"]));
    insta::assert_snapshot!("foreign_train", project.run(&["train"]));
}

/// Only the code whose definition was edited is touched: by rules (here: queued) until people have said what it is now.
#[test]
fn an_edited_definition_makes_one_code_stale() {
    let project = coded();
    done(&project, &["train"], 0);
    project.edit("models/flat/frame.toml", "Somebody was sad.", "Somebody wept.");
    let run = done(&project, &["run"], 0);
    assert!(
        run.contains("warning: `classifier-0001` learned another definition of mood/sad; run `codeframe train`"),
        "{run}"
    );
    let check = |project: &Project| {
        for ((_, code), cell) in codings(project) {
            let known = code != "mood/sad";
            assert_eq!(cell["probability"].is_f64(), known, "{cell}");
            assert!(known || cell["decision"] == "queue" || cell["by"] == "rule", "{cell}");
        }
    };
    check(&project);
    let trained = done(&project, &["train"], 0);
    assert!(
        trained.contains("14 verdicts on `mood/sad` were given under another definition and are left aside"),
        "{trained}"
    );
    assert!(trained.contains("classifier-0002 is made"), "{trained}");
    done(&project, &["run"], 0);
    check(&project);
}

#[test]
fn examples_are_learned_from_and_their_faults_named() {
    let project = coded();
    project.write(
        "models/flat/examples.jsonl",
        r#"{"text": "They wept all the way.", "heading": "Home", "codes": ["mood/sad"], "not": ["mood/glad"]}
{"text": "Nobody minded.", "codes": []}
"#,
    );
    let said = done(&project, &["train"], 0);
    assert!(said.contains("learned     from 14 reports and 2 examples"), "{said}");
    check_after_run(&project);
    project.write(
        "models/flat/examples.jsonl",
        r#"{"text": "They wept.", "codes": ["mood/sda"]}
{"text": "They wept.", "codes": ["mood/sad"

{"text": " ", "codes": ["mood/sad"], "not": ["mood/sad"]}
"#,
    );
    insta::assert_snapshot!("bad_examples_train", project.run(&["train"]));
    insta::assert_snapshot!("bad_examples_check", project.run(&["check"]));
    assert!(classifier(&project, 2).is_none());
}

/// Who codes a question that takes one code names that code and no other, as CSV has it.
#[test]
fn naming_the_one_code_of_a_question_is_enough() {
    let spelled_out = coded();
    let named = coded();
    fs::remove_file(named.path("corpus/ledger.jsonl")).unwrap();
    let mut said = "report,question,code,verdict\n".to_owned();
    for i in 0..N_REPORTS {
        said.push_str(&format!("r{i:02},place,{},yes\n", place(i)));
        for mood in ["glad", "sad"] {
            said.push_str(&format!("r{i:02},mood,{mood},{}\n", if moods(i).contains(&mood) { "yes" } else { "no" }));
        }
    }
    named.write("said.csv", said);
    done(&named, &["import", "codings", "said.csv"], 0);
    for project in [&spelled_out, &named] {
        done(project, &["train"], 0);
    }
    // The cards differ in the ledger's length alone.
    assert!(classifier(&named, 1).unwrap().0 == classifier(&spelled_out, 1).unwrap().0);
    check_after_run(&named);
}

/// Reports of three places of which the third has changed its meaning: the others need not add up to one any more, and
/// nothing is decided about the third, whatever rules say.
#[test]
fn a_code_that_the_classifier_does_not_know_is_a_persons() {
    let places = ["sea", "hill", "wood"];
    let texts = ["The boat sailed on salty waves", "The path climbed over steep rocks", "Tall trees stood among ferns"];
    let project =
        coded_as(&|i| format!("{} in week {i}. We came home {}.", texts[i % 3], moods(i).join(" and ")), &|_| {
            r#""mood":[]"#.to_owned()
        });
    let wood =
        "    { id = \"wood\", label = \"Wood\", definition = \"To a wood.\" },\n]\n\n[[question]]\nid = \"mood\"";
    project.edit("models/flat/frame.toml", "]\n\n[[question]]\nid = \"mood\"", wood);
    project.write(
        "models/flat/rules.toml",
        "version = 1\n[[rule]]\ncode = \"place/wood\"\nid = \"trees\"\nany = [\"tree*\"]\n\
         [[rule]]\ncode = \"mood/sad\"\nid = \"sad\"\nany = [\"sad\"]\n",
    );
    let gold = |i: usize| {
        format!("{{\"id\":\"r{i:02}\",\"codes\":{{\"place\":[\"{}\"],\"mood\":{:?}}}}}\n", places[i % 3], moods(i))
    };
    project.write("gold.jsonl", (0..N_REPORTS).map(gold).collect::<String>());
    done(&project, &["import", "codings", "gold.jsonl"], 0);
    done(&project, &["train"], 0);
    done(&project, &["run"], 0);
    let is_known = |cell: &Value| cell["probability"].is_f64();
    assert!(codings(&project).values().all(is_known));
    project.edit("models/flat/frame.toml", "To a wood.", "To a wood or a park.");
    project.edit("models/flat/frame.toml", "Somebody was sad.", "Somebody wept.");
    fs::remove_file(project.path("corpus/ledger.jsonl")).unwrap();
    let check = || {
        for line in project.read("corpus/review/queue.jsonl").lines() {
            let item: Value = serde_json::from_str(line).unwrap();
            if item["code"] == "wood" || item["code"] == "sad" {
                assert_eq!(item["reason"], "too_few_examples", "{item}");
            }
        }
        let codings = codings(&project);
        for ((report, code), cell) in &codings {
            let is_edited = code == "place/wood" || code == "mood/sad";
            assert_eq!(is_known(cell), !is_edited, "{report} {cell}");
            assert!(!is_edited || cell["decision"] == "queue", "{report} {cell}");
        }
        codings
    };
    let ledger = project.read("gold.jsonl");
    done(&project, &["run"], 0);
    check();
    // The verdicts of before the edit.
    for definition in ["To a wood or a park.", "Somebody wept."] {
        let before = if definition.starts_with("To") { "To a wood." } else { "Somebody was sad." };
        project.edit("models/flat/frame.toml", definition, before);
    }
    project.write("gold.jsonl", ledger);
    done(&project, &["import", "codings", "gold.jsonl"], 0);
    project.edit("models/flat/frame.toml", "To a wood.", "To a wood or a park.");
    project.edit("models/flat/frame.toml", "Somebody was sad.", "Somebody wept.");
    let said = done(&project, &["train"], 0);
    assert!(said.contains("14 verdicts on `place/wood` were given under another definition"), "{said}");
    // People's verdicts are laid over what is shown, so the machine is looked at without them.
    fs::rename(project.path("corpus/ledger.jsonl"), project.path("kept.jsonl")).unwrap();
    let run = done(&project, &["run"], 0);
    assert!(run.contains("by classifier-0002"), "{run}");
    let codings = check();
    for i in (2..N_REPORTS).step_by(3) {
        let likely =
            |code: &str| codings[&(format!("r{i:02}"), format!("place/{code}"))]["probability"].as_f64().unwrap();
        assert!(likely("sea") < 0.5 && likely("hill") < 0.5, "r{i:02} {} {}", likely("sea"), likely("hill"));
    }
}

#[test]
fn a_newer_classifier_is_named_where_it_has_not_coded_yet() {
    let project = coded();
    done(&project, &["train"], 0);
    for arguments in [&["map"][..], &["export", "codings"], &["evaluate", "--against", "gold.jsonl"]] {
        let said = done(&project, arguments, 2);
        let newer = "there is a newer classifier, `classifier-0001`: the reports were coded by rules alone";
        assert!(said.contains(newer) && said.contains("hint: run `codeframe run` first"), "{said}");
    }
    // These need no decisions.
    done(&project, &["evaluate"], 0);
    let found = done(&project, &["search", "boat"], 0);
    assert!(found.contains("warning: there is a newer classifier") && found.contains("salty waves"), "{found}");
    done(&project, &["run"], 0);
    assert!(!done(&project, &["search", "boat"], 0).contains("warning"));
    project.write("config.toml", format!("{CONFIG}seed = 9\n"));
    assert!(done(&project, &["map"], 2).contains("the settings of the audit have changed"));
    project.write("config.toml", format!("{CONFIG}[train]\nclassifier = \"none\"\n"));
    assert!(done(&project, &["map"], 2).contains("coded by `classifier-0001`, which is used no more"));
    project.edit("models/flat/frame.toml", "To the sea.", "To a sea.");
    assert!(done(&project, &["map"], 2).contains("frame or rules have changed"));
}

#[test]
fn what_is_odd_about_the_ledger_is_said_once() {
    let project = coded();
    let ledger = project.read("corpus/ledger.jsonl");
    project.write("corpus/ledger.jsonl", &ledger[..ledger.len() - 40]);
    let said = done(&project, &["train"], 1);
    assert_eq!(said.matches("is cut off and is passed over").count(), 1, "{said}");
}
