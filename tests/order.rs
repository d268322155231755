//! In which order people are asked, what follows from their answers, when enough has been asked, and the whole of it
//! replayed.

use crate::project::Project;
use serde_json::{Value, json};
use std::collections::BTreeMap;

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

[[question]]
id = "mix"
title = "How mixed it was"
select = "many"
code = [{ id = "both", label = "Both", definition = "Glad and sad.", derived = "mood/glad and mood/sad" }]
"#;

const N_REPORTS: usize = 40;

fn codes(i: usize) -> Value {
    let moods: Vec<&str> = [(i.is_multiple_of(3), "glad"), (i % 5 < 2, "sad")]
        .into_iter()
        .filter(|mood| mood.0)
        .map(|mood| mood.1)
        .collect();
    let place = ["sea", "hill"][i % 2];
    json!({"place": [place], "mood": moods})
}

fn text(i: usize) -> String {
    let place = ["The boat sailed on salty waves", "The path climbed over steep rocks"][i % 2];
    let mut moods = codes(i)["mood"].to_string();
    moods.retain(char::is_alphabetic);
    format!("{place} in week {i}. The children came home {moods}. It had rained for {} days.", i % 7)
}

/// Forty reports of which people have coded the first `n_coded`.
fn coded(n_coded: usize) -> Project {
    let project = Project::empty();
    project.write("config.toml", "frame = \"models/flat/frame.toml\"\n[train]\npropose_after = 50\n");
    project.write("models/flat/frame.toml", FRAME);
    let lines = |n: usize, line: &dyn Fn(usize) -> Value| (0..n).map(|i| format!("{}\n", line(i))).collect::<String>();
    let report = |i: usize| json!({"id": format!("r{i:02}"), "text": text(i), "metadata": {}});
    project.write("corpus/reports/all.jsonl", lines(N_REPORTS, &report));
    project.write("gold.jsonl", lines(n_coded, &|i| json!({"id": format!("r{i:02}"), "codes": codes(i)})));
    done(&project, &["import", "codings", "gold.jsonl"]);
    project
}

#[track_caller]
fn done(project: &Project, arguments: &[&str]) -> String {
    let said = project.run(arguments);
    assert!(said.starts_with("exit code: 0\n"), "{arguments:?}: {said}");
    said
}

fn json_of(project: &Project, arguments: &[&str]) -> Value {
    let output = project.command(arguments).args(["--format", "json", "--quiet"]).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn queue(project: &Project) -> Vec<Value> {
    project.read("corpus/review/queue.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn ids(queue: &[Value]) -> Vec<String> {
    let mut ids: Vec<String> = queue.iter().map(|line| line["id"].as_str().unwrap().to_owned()).collect();
    ids.sort_unstable();
    ids
}

/// Writes how the queue is to be put in order.
fn set_review(project: &Project, review: &str) {
    let config = "frame = \"models/flat/frame.toml\"\n[train]\npropose_after = 50\n";
    project.write("config.toml", format!("{config}[review]\n{review}\n"));
}

#[test]
fn the_queue_stands_in_order_and_says_what_was_drawn() {
    let project = coded(14);
    done(&project, &["train"]);
    done(&project, &["run"]);
    let first = queue(&project);
    assert!(first.len() > 40, "{}", first.len());
    for (line, rank) in first.iter().zip(1..) {
        assert_eq!(line["rank"], rank, "the first line is asked first");
    }
    let n_drawn = |n: usize| first[..n].iter().filter(|line| !line["pi"].is_null()).count();
    assert_eq!((n_drawn(4), n_drawn(8), n_drawn(20)), (1, 2, 5), "a quarter of whatever is asked");
    let drawn = |queue: &[Value]| -> Vec<String> {
        let drawn: Vec<Value> = queue.iter().filter(|line| line["pi"] == 0.25).cloned().collect();
        ids(&drawn)
    };
    let mut orders = vec![first.iter().map(|line| line["id"].clone()).collect::<Vec<_>>()];
    for order in ["hybrid", "uncertain", "report", "code"] {
        set_review(&project, &format!("order = \"{order}\""));
        done(&project, &["run"]);
        let other = queue(&project);
        assert_eq!(ids(&other), ids(&first), "{order}: items stay what they are");
        assert_eq!(drawn(&other), drawn(&first), "{order}: chance is the same");
        let chosen: Vec<&Value> = other.iter().filter(|line| line["pi"].is_null()).collect();
        match order {
            "report" => assert!(chosen.is_sorted_by_key(|line| line["report"].as_str())),
            "code" => assert!(chosen.chunk_by(|a, b| a["code"] == b["code"]).count() <= 5),
            "uncertain" => {
                // Where the reason is doubt, the probability is not shown.
                let certain: Vec<f64> = chosen
                    .iter()
                    .filter(|line| line["reason"] != "disagree")
                    .filter_map(|line| line["probability"].as_f64())
                    .map(|probability| (probability - 0.5).abs())
                    .collect();
                assert!(certain.is_sorted_by(|a, b| a <= &(b + 1e-5)), "{certain:?}");
            }
            _ => {}
        }
        orders.push(other.iter().map(|line| line["id"].clone()).collect());
    }
    orders.sort_by_key(|order| format!("{order:?}"));
    orders.dedup();
    assert!(orders.len() >= 4, "orders differ");
    set_review(&project, "random_share = 1");
    done(&project, &["run"]);
    assert!(queue(&project).iter().all(|line| line["pi"] == 1.));
}

/// A verdict touches its own report and nothing else: no report is read or coded again, its items leave the queue, all others
/// keep their ids, and codes that follow from it follow.
#[test]
fn after_verdicts_only_what_they_touch_is_decided_again() {
    let project = coded(14);
    done(&project, &["train"]);
    done(&project, &["run"]);
    let before = queue(&project);
    let (report, other) = ("r20", "r21");
    let of = |queue: &[Value], report: &str| -> BTreeMap<String, Value> {
        let of_report = queue.iter().filter(|line| line["report"] == report);
        of_report.map(|line| (line["code"].as_str().unwrap().to_owned(), line.clone())).collect()
    };
    project.write("said.csv", format!("report,question,code,verdict\n{report},mood,glad,yes\n{report},mood,sad,yes\n"));
    done(&project, &["import", "codings", "said.csv"]);
    let run = json_of(&project, &["run"]);
    assert_eq!((&run["read"], &run["coded_again"], &run["unchanged"]), (&json!(0), &json!(0), &json!(N_REPORTS)));
    let after = queue(&project);
    let left: Vec<String> = ids(&before).into_iter().filter(|id| !ids(&after).contains(id)).collect();
    let gone = of(&before, report);
    let gone: Vec<&Value> =
        gone.values().filter(|line| !ids(&after).contains(&line["id"].as_str().unwrap().to_owned())).collect();
    assert_eq!(left.len(), gone.len(), "only items of the report have left");
    assert!(of(&after, report).keys().all(|code| code != "glad" && code != "sad"));
    assert_eq!(of(&before, other).len(), of(&after, other).len());
    assert!(ids(&after).iter().all(|id| ids(&before).contains(id)), "nothing new is asked");
    let exported = project.command(&["export", "codings", "--quiet"]).output().unwrap().stdout;
    let both = String::from_utf8(exported).unwrap();
    let both: Value = both
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .find(|cell| cell["report"] == report && cell["code"] == "both")
        .unwrap();
    assert_eq!((&both["decision"], &both["by"]), (&json!("applies"), &json!("derived")));
    let ranks: Vec<u64> = after.iter().map(|line| line["rank"].as_u64().unwrap()).collect();
    assert_eq!(ranks, (1..=after.len() as u64).collect::<Vec<_>>());
    let written = std::fs::metadata(project.path("corpus/review/queue.jsonl")).unwrap().modified().unwrap();
    done(&project, &["run"]);
    assert_eq!(std::fs::metadata(project.path("corpus/review/queue.jsonl")).unwrap().modified().unwrap(), written);
}

#[test]
fn training_is_proposed_when_enough_new_verdicts_are_there() {
    let project = coded(14);
    let first = done(&project, &["run"]);
    assert!(first.contains("learn    `codeframe train` is worth while: 56 verdicts and no classifier yet"), "{first}");
    done(&project, &["train"]);
    assert_eq!(json_of(&project, &["run"])["verdicts_to_learn"], Value::Null);
    let say = |reports: std::ops::Range<usize>| {
        let rows = reports.map(|i| format!("r{i},mood,glad,{}\n", if i.is_multiple_of(3) { "yes" } else { "no" }));
        project.write("said.csv", format!("report,question,code,verdict\n{}", rows.collect::<String>()));
        done(&project, &["import", "codings", "said.csv"]);
    };
    say(14..40);
    assert_eq!(json_of(&project, &["run"])["verdicts_to_learn"], Value::Null, "26 are too few");
    project.edit("config.toml", "propose_after = 50", "propose_after = 26");
    let run = done(&project, &["run"]);
    assert!(run.contains("is worth while: 26 verdicts since classifier-0001 was made"), "{run}");
    project.edit("config.toml", "propose_after = 26", "propose_after = 0");
    assert!(!done(&project, &["run"]).contains("worth while"));
}

#[test]
fn the_review_says_how_far_it_is() {
    let project = coded(30);
    project.run(&["run"]);
    insta::assert_snapshot!("status", project.run(&["review", "--status"]));
    let found = json_of(&project, &["review", "--status"]);
    let code =
        |name: &str| found["codes"].as_array().unwrap().iter().find(|code| code["code"] == name).unwrap().clone();
    let glad = code("mood/glad");
    assert_eq!((&glad["answered"], &glad["applies"], &glad["queued"]), (&json!(30), &json!(10), &json!(10)));
    assert_eq!((&glad["by"], &glad["is_enough"]), (&json!("last"), &json!(false)));
    assert!(glad["more"].as_u64().is_some_and(|more| (1..=10).contains(&more)));
    // What is drawn at random is known from the ledger.
    let ledger = project.read("corpus/ledger.jsonl").replace("\"pi\":null", "\"pi\":0.25");
    project.write("corpus/ledger.jsonl", ledger);
    let drawn = json_of(&project, &["review", "--status"]);
    assert_eq!(drawn["drawn"], drawn["answered"]);
    // Everything has been answered.
    let all = coded(N_REPORTS);
    all.run(&["run"]);
    let found = json_of(&all, &["review", "--status"]);
    assert_eq!((&found["more"], &found["queued"]), (&json!(0), &json!(0)));
    assert_eq!(found["enough"], found["asked"]);
}

#[test]
fn known_verdicts_are_replayed_the_same_each_time() {
    let project = coded(N_REPORTS);
    project.run(&["run"]);
    let arguments =
        ["simulate", "--start", "24", "--batch", "20", "--rounds", "3", "--seed", "1,2", "--plot", "curve.svg"];
    let found = json_of(&project, &[&arguments[..], &["--plot", "curve.html"]].concat());
    let curves = found["curves"].as_array().unwrap();
    assert_eq!(curves.iter().map(|curve| &curve["order"]).collect::<Vec<_>>(), ["diverse", "random"]);
    for curve in curves {
        let reviews: Vec<f64> =
            curve["points"].as_array().unwrap().iter().map(|p| p["reviews"].as_f64().unwrap()).collect();
        assert_eq!(reviews[..3], [0., 24., 44.]);
    }
    assert_eq!(curves[0]["points"][1], curves[1]["points"][1], "all begin alike");
    assert_eq!((&found["reports"], &found["held_back"]), (&json!(27), &json!(13)));
    let jobs = json_of(&project, &[&arguments[..9], &["--jobs", "1"]].concat());
    assert_eq!(jobs, found, "threads change nothing");
    assert_ne!(json_of(&project, &[&arguments[..8], &["3"]].concat())["curves"], found["curves"], "seeds do");
    let (svg, page) = (project.read("curve.svg"), project.read("curve.html"));
    assert!(svg.starts_with("<svg") && svg.contains("role=\"img\""));
    assert_eq!(page.matches("<svg").count(), 4);
    assert!(!page.contains("src=") && !page.contains("href="), "the page needs nothing else");
    assert!(!project.path("models/flat/classifier-0001.bin").exists(), "nothing is changed");
    let text = done(&project, &arguments[..9]);
    assert!(text.contains("mean kappa of the reports held back"), "{text}");
}

#[test]
fn what_cannot_be_replayed_is_said() {
    let project = coded(3);
    insta::assert_snapshot!("simulate_before_run", Project::small().run(&["simulate"]));
    project.run(&["run"]);
    insta::assert_snapshot!("simulate_too_few", project.run(&["simulate"]));
    insta::assert_snapshot!("simulate_unknown_order", project.run(&["simulate", "--order", "divers"]));
    insta::assert_snapshot!("simulate_unknown_plot", project.run(&["simulate", "--plot", "curve.png"]));
    set_review(&project, "order = \"divers\"\nrandom_share = 2");
    insta::assert_snapshot!("config_unknown_order", project.run(&["check"]));
}
