//! What people said goes before what the machine decided, wherever results are shown and without another run.

use crate::evaluate::taught;
use crate::project::Project;
use serde_json::Value;

/// A verdict a line, as `report question code verdict reviewer`; the reviewer may be left out.
fn say(project: &Project, verdicts: &[&str]) {
    let mut table = "report,question,code,verdict,reviewer\n".to_owned();
    for verdict in verdicts {
        let words: Vec<&str> = verdict.split(' ').collect();
        table.push_str(&words.join(","));
        table.push_str(if words.len() < 5 { ",ms\n" } else { "\n" });
    }
    project.write("said.csv", table);
    let said = project.run(&["import", "codings", "said.csv"]);
    assert!(said.starts_with("exit code: 0"), "{said}");
}

/// Every coding as `report/question/code decision by`.
fn codings(project: &Project) -> Vec<String> {
    let output = project.command(&["export", "codings", "--quiet"]).output().unwrap();
    let line = |line: &str| {
        let coding: Value = serde_json::from_str(line).unwrap();
        let word = |key: &str| coding[key].as_str().unwrap().to_owned();
        format!("{}/{}/{} {} {}", word("report"), word("question"), word("code"), word("decision"), word("by"))
    };
    String::from_utf8(output.stdout).unwrap().lines().map(line).collect()
}

/// Says some verdicts in a small project and compares the codings that changed.
fn check(verdicts: &[&str], expected: &[&str]) {
    let project = Project::small();
    project.run(&["run"]);
    let before = codings(&project);
    say(&project, verdicts);
    let after = codings(&project);
    let changed: Vec<_> = after.iter().filter(|coding| !before.contains(coding)).map(String::as_str).collect();
    assert_eq!(changed, expected);
}

fn queue(project: &Project) -> Vec<Value> {
    project.read("corpus/review/queue.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_verdict_decides_its_code() {
    check(
        &["first who parent no", "second who pupil yes"],
        &["first/who/parent does_not_apply person", "second/who/pupil applies person"],
    );
}

#[test]
fn a_verdict_that_agrees_confirms() {
    check(&["first who parent yes"], &["first/who/parent applies person"]);
}

#[test]
fn what_people_disagree_on_is_queued_and_who_is_unsure_decides_nothing() {
    check(
        &["first who parent yes ms", "first who parent no jk", "second who parent unsure ms"],
        &["first/who/parent queue rule"],
    );
    check(
        &["first who parent no ms", "first who parent no jk", "first who parent yes al"],
        &["first/who/parent does_not_apply person"],
    );
}

#[test]
fn of_a_question_that_takes_one_code_a_verdict_decides_all() {
    check(&["first size more yes"], &["first/size/one does_not_apply person", "first/size/more applies person"]);
    // The other code is not decided by that; it was queued and stays so.
    check(&["first size more no"], &["first/size/more does_not_apply person"]);
}

#[test]
fn a_verdict_under_an_edited_definition_stands_no_more() {
    let project = Project::small();
    project.run(&["run"]);
    let before = codings(&project);
    say(&project, &["first who parent no"]);
    assert_ne!(codings(&project), before);
    project.edit("models/small/frame.toml", "A parent took part.", "A parent or carer took part.");
    project.run(&["run"]);
    assert_eq!(codings(&project), before);
}

#[test]
fn codes_that_follow_from_a_verdict_follow() {
    let project = Project::empty();
    project.run(&["init", "."]);
    project.run(&["run"]);
    let of = |code: &str| codings(&project).into_iter().filter(|coding| coding.starts_with(code)).collect::<Vec<_>>();
    assert_eq!(
        of("riverside/breadth"),
        [
            "riverside/breadth/several does_not_apply derived",
            "riverside/breadth/single applies derived",
            "riverside/breadth/none does_not_apply derived"
        ]
    );
    say(&project, &["riverside change enjoyment yes"]);
    assert_eq!(
        of("riverside/breadth"),
        [
            "riverside/breadth/several applies derived",
            "riverside/breadth/single does_not_apply derived",
            "riverside/breadth/none does_not_apply derived"
        ]
    );
    let map: Value =
        serde_json::from_slice(&project.command(&["map", "--format", "json"]).output().unwrap().stdout).unwrap();
    assert_eq!(map[2]["codes"][0]["n"], 3);
    // What was said of the code itself goes before what follows.
    say(&project, &["riverside breadth single yes"]);
    assert_eq!(of("riverside/breadth/single"), ["riverside/breadth/single applies person"]);
    assert_eq!(of("riverside/breadth/several"), ["riverside/breadth/several does_not_apply person"]);
}

#[test]
fn verdicts_are_shown_with_the_passages_that_people_cited() {
    let project = Project::small();
    project.run(&["run"]);
    project.write(
        "said.csv",
        "report,question,code,verdict,quote,reviewer\nfirst,who,parent,yes,mums,ms\nfirst,who,pupil,yes,,ms\nsecond,who,parent,no,No parents,ms\n",
    );
    project.run(&["import", "codings", "said.csv"]);
    insta::assert_snapshot!("codings", project.run(&["export", "codings"]));
    insta::assert_snapshot!("codings_csv", project.run(&["export", "codings", "--format", "csv"]));
    insta::assert_snapshot!("map", project.run(&["map"]));
    insta::assert_snapshot!("map_csv", project.run(&["map", "--format", "csv"]));
    insta::assert_snapshot!("run", project.run(&["run"]));
}

/// The report has changed since the verdict: its passage is found again where it now stands, and where it does not stand
/// any more the machine's passages are shown.
#[test]
fn cited_passages_are_found_again() {
    let project = Project::small();
    project.write("said.csv", "report,question,code,verdict,quote,reviewer\nfirst,who,parent,yes,mums,ms\n");
    project.run(&["import", "codings", "said.csv"]);
    let cited = |project: &Project| {
        project.run(&["run"]);
        let output = project.command(&["export", "codings", "--quiet"]).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let coding: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
        let passage = &coding["passages"][0];
        format!("{} {} {}", passage["start"], passage["end"], passage["quote"])
    };
    assert_eq!(cited(&project), "9 13 \"mums\"");
    project.edit("corpus/reports/first.txt", "Nineteen", "Ninety");
    assert_eq!(cited(&project), "7 11 \"mums\"");
    project.edit("corpus/reports/first.txt", "mums", "parents");
    assert_eq!(cited(&project), "0 31 \"Ninety parents came on Fridays.\"");
}

#[test]
fn the_queue_follows_the_ledger() {
    let project = Project::small();
    project.run(&["run"]);
    assert_eq!(queue(&project).len(), 6);
    say(&project, &["first who pupil yes", "second size one yes", "second who parent unsure"]);
    project.run(&["run"]);
    let mut left: Vec<String> =
        queue(&project).iter().map(|item| format!("{} {}", item["report"], item["code"])).collect();
    left.sort();
    assert_eq!(left, ["\"first\" \"more\"", "\"first\" \"one\"", "\"second\" \"pupil\""]);
    let ranks: Vec<_> = queue(&project).iter().map(|item| item["rank"].as_u64()).collect();
    assert_eq!(ranks, [Some(1), Some(2), Some(3)]);
    let written = || std::fs::metadata(project.path("corpus/review/queue.jsonl")).unwrap().modified().unwrap();
    let before = written();
    let run = project.run(&["run"]);
    assert_eq!(written(), before);
    assert!(run.contains("decided  2 by rules, 3 by people"), "{run}");
    // A changed mind is asked again.
    say(&project, &["first who pupil unsure"]);
    project.run(&["run"]);
    assert_eq!(queue(&project).len(), 4);
}

#[test]
fn the_machine_is_measured_without_what_people_said() {
    let project = Project::small();
    project.write("gold.jsonl", "{\"id\": \"first\", \"codes\": {\"who\": [\"pupil\"]}}\n");
    project.run(&["run"]);
    let before = project.run(&["evaluate", "--against", "gold.jsonl"]);
    say(&project, &["first who pupil yes", "first who parent no"]);
    assert_eq!(project.run(&["evaluate", "--against", "gold.jsonl"]), before);
}

#[test]
fn the_machine_alone_can_be_asked() {
    let project = Project::small();
    project.run(&["run"]);
    let ask = || [project.run(&["map", "--machine"]), project.run(&["export", "codings", "--machine"])];
    let before = ask();
    assert_eq!(project.run(&["export", "codings"]), before[1], "nobody has said anything yet");
    say(&project, &["first who pupil yes", "first who parent no"]);
    assert_eq!(ask(), before);
    assert_ne!(project.run(&["map"]), before[0]);
}

/// A damaged ledger is said where what people said is shown, and the sound lines count.
#[test]
fn a_damaged_line_is_named_and_the_others_stand() {
    let project = Project::small();
    project.run(&["run"]);
    say(&project, &["first who parent no", "first who pupil yes"]);
    let ledger = project.read("corpus/ledger.jsonl");
    project.write("corpus/ledger.jsonl", &ledger[..ledger.len() - 40]);
    let map = project.run(&["map"]);
    assert!(map.contains("warning: corpus/ledger.jsonl:2:1: the last line is cut off"), "{map}");
    assert!(codings(&project).contains(&"first/who/parent does_not_apply person".to_owned()));
    assert!(project.run(&["run"]).contains("warning: corpus/ledger.jsonl:2:1: the last line is cut off"));
}

#[test]
fn a_queue_item_says_what_the_classifier_proposes_and_why() {
    let project = taught();
    let queue: Vec<Value> = queue(&project).into_iter().filter(|item| item["question"] == "who").collect();
    let proposed = queue.iter().filter(|item| item["proposal"]["decision"] == "applies");
    let mut n = 0;
    for item in proposed {
        n += 1;
        assert_eq!(item["proposal"]["by"], "classifier");
        assert_eq!(item["proposal"]["classifier"], "classifier-0001");
        assert_eq!(item["proposal"]["probability"], item["probability"]);
        let cited = item["passages"].as_array().unwrap().iter().find(|passage| passage["terms"].is_array()).unwrap();
        assert_eq!(cited["speaks"], "for");
    }
    assert!(n > 0);
    // What is asked for the audit does not look like it.
    assert!(queue.iter().all(|item| item["reason"] == "unsure"));
    let run = project.run(&["run"]);
    assert!(run.contains(" by classifier-0001, 80 by people"), "{run}");
}

#[test]
fn an_exported_coding_names_classifier_and_terms() {
    let project = taught();
    let output = project.command(&["export", "codings"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(!text.contains("\"audit\""));
    let codings: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let decided =
        |by: &str| codings.iter().filter(|c| c["by"] == by && c["decision"] == "applies").cloned().collect::<Vec<_>>();
    let (by_classifier, by_people) = (decided("classifier"), decided("person"));
    assert!(!by_classifier.is_empty() && !by_people.is_empty());
    for coding in &by_classifier {
        assert_eq!(coding["classifier"], "classifier-0001");
        assert!(!coding["terms"].as_array().unwrap().is_empty() && !coding["passages"].as_array().unwrap().is_empty());
    }
    // The machine's probability stays beside the person's answer.
    assert!(by_people.iter().all(|coding| coding["classifier"].is_null() && coding["probability"].is_number()));
}
