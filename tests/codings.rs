//! `codeframe import codings`: what people coded elsewhere is in the ledger once, whole, or not at all.

use crate::project::Project;
use std::fs;

/// A report a line, as researchers hand it over; `first` says "Nineteen mums came on Fridays."
const GOLD: &str = r#"{"id": "first", "file": "first.docx", "codes": {"who": ["parent"], "size": ["one"]}, "passages": [{"code": "who/parent", "quote": "nineteen  mums CAME"}], "not_to_be_coded": [{"code": "who/pupil", "why": "look-alike", "quote": "on Fridays"}]}
{"id": "second", "codes": {"who": []}, "passages": [], "not_to_be_coded": [{"code": "who/parent", "why": "negated", "quote": "No parents came."}]}
"#;

/// The ledger with the time taken out, and with it the hashes of lines that hold it.
fn ledger(project: &Project) -> String {
    let time = regex::Regex::new(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ").unwrap();
    let prev = regex::Regex::new(r#""prev":"[0-9a-f]{16}""#).unwrap();
    let text = project.read("corpus/ledger.jsonl");
    prev.replace_all(&time.replace_all(&text, "[TIME]"), r#""prev":"[HASH]""#).into_owned()
}

#[test]
fn codings_become_verdicts_once() {
    let project = Project::small();
    project.write("gold.jsonl", GOLD);
    insta::assert_snapshot!("first", project.run(&["import", "codings", "gold.jsonl", "--reviewer", "ms"]));
    insta::assert_snapshot!("ledger", ledger(&project));
    let before = project.read("corpus/ledger.jsonl");
    insta::assert_snapshot!("again", project.run(&["import", "codings", "gold.jsonl", "--reviewer", "ms"]));
    assert_eq!(project.read("corpus/ledger.jsonl"), before);
    // The texts come from the store then, and are the same.
    project.run(&["run"]);
    project.run(&["import", "codings", "gold.jsonl", "--reviewer", "ms"]);
    assert_eq!(project.read("corpus/ledger.jsonl"), before);
    insta::assert_snapshot!("checked", project.run(&["check"]));
    // A changed mind is a new line, and only that.
    project.edit("gold.jsonl", r#""size": ["one"]"#, r#""size": ["more"]"#);
    insta::assert_snapshot!("changed", project.run(&["import", "codings", "gold.jsonl", "--reviewer", "ms"]));
    assert!(project.read("corpus/ledger.jsonl").starts_with(&before));
}

#[test]
fn a_table_of_codings_becomes_verdicts() {
    let project = Project::small();
    project.write(
        "codings.csv",
        "report,question,code,verdict,quote,reviewer\nfirst,who,parent,yes,Nineteen mums,ms\nfirst,who,parent,0,,jk\nsecond,who,pupil,unsure,,jk\n",
    );
    insta::assert_snapshot!("table", project.run(&["import", "codings", "codings.csv", "--format", "json"]));
    insta::assert_snapshot!("table_ledger", ledger(&project));
}

#[test]
fn what_is_not_there_is_named_and_the_rest_taken() {
    let project = Project::small();
    project.write(
        "gold.jsonl",
        GOLD.replace("on Fridays", "on Mondays")
            .replace("\"second\"", "\"secnd\"")
            .replace("\"one\"", "\"one\", \"one\""),
    );
    insta::assert_snapshot!("strays", project.run(&["import", "codings", "gold.jsonl"]));
    assert_eq!(project.read("corpus/ledger.jsonl").lines().count(), 4);
}

#[test]
fn a_file_with_faults_adds_nothing() {
    let project = Project::small();
    project.write(
        "gold.jsonl",
        r#"{"id": "first", "codes": {"who": ["parnet"], "size": ["one", "more"], "whom": []}}
{"id": "second", "codes": {"who": ["parent"]}, "pasages": [{"code": "who/parent", "quote": "No parents came."}]}
{"id": "second", "codes": {"who": []
"#,
    );
    insta::assert_snapshot!("faults", project.run(&["import", "codings", "gold.jsonl"]));
    project.write(
        "codings.csv",
        "report,question,code,verdict\nfirst,who,parent,yes\nfirst,who,parent,no\nfirst,who,pupil,perhaps\n",
    );
    insta::assert_snapshot!("table_faults", project.run(&["import", "codings", "codings.csv"]));
    insta::assert_snapshot!("no_file", project.run(&["import", "codings", "none.csv"]));
    insta::assert_snapshot!("no_form", project.run(&["import", "codings", "codings.docx"]));
    assert!(!project.path("corpus/ledger.jsonl").exists());
}

/// A code may apply for one passage and not for another; where nothing was imported there is no ledger to speak of.
#[test]
fn what_is_no_fault_is_imported() {
    let project = Project::small();
    project.write("none.csv", "report,question,code,verdict\n");
    let said = project.run(&["import", "codings", "none.csv"]);
    assert!(said.starts_with("exit code: 0") && !said.contains("ledger.jsonl"), "{said}");
    project.write(
        "gold.jsonl",
        r#"{"id": "first", "codes": {"who": ["parent"]}, "passages": [{"code": "who/parent", "quote": "Nineteen mums"}], "not_to_be_coded": [{"code": "who/parent", "quote": "on Fridays"}], "passed": true}
"#,
    );
    let said = project.run(&["import", "codings", "gold.jsonl"]);
    assert!(said.starts_with("exit code: 0") && said.contains("1 found in their reports, 0 not found"), "{said}");
    assert!(said.contains("ledger    corpus/ledger.jsonl") && !said.contains("warning"), "{said}");
}

#[test]
fn a_report_that_cannot_be_read_keeps_its_verdicts() {
    let project = Project::small();
    project.write("gold.jsonl", GOLD);
    fs::rename(project.path("corpus/reports/first.txt"), project.path("corpus/reports/first.docx")).unwrap();
    insta::assert_snapshot!("unreadable", project.run(&["import", "codings", "gold.jsonl"]));
    assert_eq!(project.read("corpus/ledger.jsonl").lines().count(), 6);
}

#[test]
fn reports_that_are_lines_of_a_file_are_found_with_and_without_a_run() {
    let project = Project::small();
    project.write("corpus/reports/more.jsonl", "{\"id\": \"third\", \"text\": \"Dads came.\"}\n");
    project.write("codings.csv", "report,question,code,verdict,quote\nthird,who,parent,yes,dads came\n");
    insta::assert_snapshot!("lines", project.run(&["import", "codings", "codings.csv"]));
    project.run(&["run"]);
    insta::assert_snapshot!("lines_again", project.run(&["import", "codings", "codings.csv"]));
}

#[test]
fn a_report_in_a_file_with_a_bad_line_is_found_under_the_name_that_a_run_gives() {
    let project = Project::small();
    project.write("corpus/reports/more.jsonl", "\n{\"id\": \"bad\n{\"text\": \"Dads came.\"}\n");
    assert!(project.run(&["run"]).contains("more.jsonl:2:"));
    assert!(project.run(&["export", "codings"]).contains(r#""report":"more.jsonl 3""#));
    std::fs::remove_dir_all(project.path("corpus/derived")).unwrap();
    project.write("codings.csv", "report,question,code,verdict,quote\nmore.jsonl 3,who,parent,yes,dads came\n");
    let said = project.run(&["import", "codings", "codings.csv"]);
    assert!(said.starts_with("exit code: 0"), "{said}");
}

#[test]
fn check_verifies_the_ledger() {
    let project = Project::small();
    project.write("gold.jsonl", GOLD);
    project.run(&["import", "codings", "gold.jsonl"]);
    // An edited definition, a code that is gone, a report that is gone, a line that was changed, a line that was cut.
    project.edit("models/small/frame.toml", "A pupil took part.", "A pupil or student took part.");
    project.edit("models/small/frame.toml", "id = \"more\"", "id = \"mores\"");
    fs::remove_file(project.path("corpus/reports/second.txt")).unwrap();
    project.edit("corpus/ledger.jsonl", "Nineteen mums came", "nineteen mums came");
    let text = project.read("corpus/ledger.jsonl");
    project.write("corpus/ledger.jsonl", &text[..text.len() - 30]);
    insta::assert_snapshot!("broken", project.run(&["check"]));
}

#[test]
fn check_finds_quotes_again() {
    let project = Project::small();
    project.write("gold.jsonl", GOLD);
    project.run(&["import", "codings", "gold.jsonl"]);
    project.edit("corpus/reports/first.txt", "Nineteen mums", "Ninety mums");
    project.run(&["run"]);
    insta::assert_snapshot!("misplaced", project.run(&["check"]));
}

#[cfg(unix)]
#[test]
fn a_ledger_that_cannot_be_written_is_said() {
    let project = Project::small();
    project.write("gold.jsonl", GOLD);
    // Where a folder stands nobody can append, not even root, for whom rights mean nothing.
    fs::create_dir(project.path("corpus/ledger.jsonl")).unwrap();
    insta::assert_snapshot!("no_ledger", project.run(&["import", "codings", "gold.jsonl"]));
    fs::remove_dir(project.path("corpus/ledger.jsonl")).unwrap();
    fs::remove_file(project.path("corpus/ledger.jsonl.lock")).unwrap();
    fs::create_dir(project.path("corpus/ledger.jsonl.lock")).unwrap();
    insta::assert_snapshot!("no_lock", project.run(&["import", "codings", "gold.jsonl"]));
}
