//! `codeframe evaluate`: figures of a comparison that can be counted by hand.

use crate::project::Project;

/// By rules `first` has a parent ("Nineteen mums came on Fridays.") and `second` has none ("No parents came.").
const GOLD: &str = r#"{"id": "first", "codes": {"who": ["parent", "pupil"]}, "passages": [{"code": "who/parent", "quote": "mums came"}]}
{"id": "second", "codes": {"who": []}, "not_to_be_coded": [{"code": "who/parent", "quote": "No parents came."}]}
"#;

fn project() -> Project {
    let project = Project::small();
    project.write("gold.jsonl", GOLD);
    project.run(&["run"]);
    project
}

#[test]
fn codings_are_compared_with_a_coded_set() {
    let project = project();
    insta::assert_snapshot!("text", project.run(&["evaluate", "--against", "gold.jsonl", "--by", "cohort"]));
    insta::assert_snapshot!(
        "csv",
        project.run(&["evaluate", "--against", "gold.jsonl", "--by", "cohort", "--format", "csv"])
    );
    let json = ["evaluate", "--against", "gold.jsonl", "--questions", "who", "--reports", "first", "--format", "json"];
    insta::assert_snapshot!("json", project.run(&json));
}

#[test]
fn what_cannot_be_compared_is_said() {
    let project = project();
    insta::assert_snapshot!("column", project.run(&["evaluate", "--against", "gold.jsonl", "--by", "cohorts"]));
    insta::assert_snapshot!("question", project.run(&["evaluate", "--against", "gold.jsonl", "--questions", "whom"]));
    insta::assert_snapshot!("reports", project.run(&["evaluate", "--against", "gold.jsonl", "--reports", "third"]));
    insta::assert_snapshot!("nobody", project.run(&["evaluate", "--people"]));
    insta::assert_snapshot!("no_audit", project.run(&["evaluate", "--audit"]));
    project.edit("gold.jsonl", "\"second\"", "\"third\"");
    insta::assert_snapshot!("missing", project.run(&["evaluate", "--against", "gold.jsonl", "--format", "csv"]));
}

#[test]
fn people_are_compared_with_each_other() {
    let project = Project::small();
    project.write(
        "codings.csv",
        "report,question,code,verdict,reviewer\n\
         first,who,parent,yes,ms\nfirst,who,pupil,no,ms\nsecond,who,parent,no,ms\nsecond,who,pupil,unsure,ms\n\
         first,who,parent,yes,jk\nfirst,who,pupil,yes,jk\nsecond,who,parent,no,jk\nsecond,who,pupil,yes,jk\n",
    );
    project.run(&["import", "codings", "codings.csv"]);
    insta::assert_snapshot!("people", project.run(&["evaluate", "--people"]));
    insta::assert_snapshot!(
        "people_json",
        project.run(&["evaluate", "--people", "--reports", "first", "--format", "json"])
    );
}

/// Of 29 rejections of a code 10 were looked at and none was wrong: at 90 % at most 4 of the 29 are, by scipy 1.17.1's
/// hypergeometric distribution.
#[test]
fn the_audit_bounds_what_is_wrong() {
    let project = Project::small();
    for n in 0..28 {
        project.write(&format!("corpus/reports/more{n:02}.txt"), "No parents came.\n");
    }
    project.run(&["run"]);
    let frame = project.read("models/small/frame.toml");
    let frame = codeframe::frame::parse(&codeframe::fault::Source::new("f", &frame)).0.unwrap();
    let definition = &frame.find("who/parent").unwrap().code.definition_hash;
    let verdict = |report: &str, answer: &str, decision: &str| {
        format!(
            r#"{{"v":1,"at":"2026-11-23T10:00:00Z","reviewer":"ms","report":"{report}","question":"who","code":"parent","verdict":"{answer}","passages":[],"definition":"{definition}","answered":{{"decision":"{decision}"}},"route":"audit","pi":0.1,"note":"","prev":""}}"#
        )
    };
    let mut lines: Vec<String> =
        (0..10).map(|n| verdict(&format!("more{n:02}"), "does_not_apply", "does_not_apply")).collect();
    lines.push(verdict("first", "does_not_apply", "applies"));
    project.write("corpus/ledger.jsonl", lines.join("\n") + "\n");
    insta::assert_snapshot!("audit", project.run(&["evaluate", "--audit", "--quiet"]));
    insta::assert_snapshot!("audit_csv", project.run(&["evaluate", "--audit", "--quiet", "--format", "csv"]));
}
