//! Both forms of human codings, and everything that can be wrong with them.

use super::*;
use crate::fault::{Severity, Source};

const FRAME: &str = r#"
    version = 1
    id = "f"
    title = "F"
    [[question]]
    id = "who"
    title = "Who"
    select = "many"
    code = [
        { id = "parent", label = "Parent", definition = "Kin." },
        { id = "pupil", label = "Pupil", definition = "One who learns." },
        { id = "nobody", label = "Nobody", definition = "None.", exclusive = true },
    ]
    [[question]]
    id = "size"
    title = "Size"
    select = "one"
    code = [{ id = "one", label = "One", definition = "One." }, { id = "more", label = "More", definition = "More." }]
"#;

/// What was understood (`report reviewer code answer`, and `report code "quote"`), and the faults (`!` before errors).
fn check(name: &str, text: &str, codings: &[&str], faults: &[&str]) {
    let frame = crate::frame::parse(&Source::new("f", FRAME)).0.expect("the frame is sound");
    let (read, mut found) = super::read(name, text.as_bytes(), Form::of(name).expect("it has a form"), &frame);
    found.extend(contradictions(name, &frame, &read));
    let mut lines = Vec::new();
    for coding in &read {
        let reviewer = coding.reviewer.as_deref().map_or_else(String::new, |name| format!(" {name}"));
        for (code, answer) in &coding.answers {
            lines.push(format!("{}{reviewer} {} {}", coding.report, frame.code(*code).name(), answer.answer.name()));
        }
        for passage in &coding.passages {
            lines.push(format!("{}{reviewer} {} {:?}", coding.report, frame.code(passage.code).name(), passage.quote));
        }
    }
    assert_eq!(lines, codings);
    let said = |fault: &Fault| {
        let mark = if fault.severity == Severity::Error { "!" } else { "" };
        format!("{mark}{fault}{}", fault.hint.as_ref().map_or_else(String::new, |hint| format!(" ({hint})")))
    };
    assert_eq!(found.iter().map(said).collect::<Vec<_>>(), faults);
}

#[test]
fn a_report_a_line_answers_all_codes_of_its_questions() {
    check(
        "g.jsonl",
        r#"{"id": "A", "other": 1, "codes": {"who": ["parent"]}, "passages": [{"code": "who/parent", "quote": "Mums came."}],
            "not_to_be_coded": [{"code": "who/pupil", "why": "negated", "quote": "No pupils."}]}"#
            .replace('\n', " ")
            .as_str(),
        &[
            "A who/parent applies",
            "A who/pupil does_not_apply",
            "A who/nobody does_not_apply",
            "A who/parent \"Mums came.\"",
            "A who/pupil \"No pupils.\"",
        ],
        &[],
    );
    check(
        "g.jsonl",
        "\u{feff}{\"id\": 7, \"codes\": {\"size\": []}}\r\n\n{\"id\": \"B\", \"codes\": {}}\n",
        &["7 size/one does_not_apply", "7 size/more does_not_apply"],
        &[],
    );
}

#[test]
fn a_row_is_an_answer() {
    check(
        "g.csv",
        "report;question;code;verdict;quote;reviewer\nA;who;parent;yes;Mums came.;ms\nA;who;parent;1;Dads too.;ms\nA;size;one;Unsure;;jk\n",
        &[
            "A jk size/one unsure",
            "A ms who/parent applies",
            "A ms who/parent \"Mums came.\"",
            "A ms who/parent \"Dads too.\"",
        ],
        &[],
    );
}

#[test]
fn all_faults_are_named_with_their_lines() {
    check(
        "g.jsonl",
        r#"{"id": "A", "codes": {"whoo": [], "who": ["parents"], "size": ["one", "more"]}, "passages": [{"code": "who/parent"}]}
{"id": "A", "codes": {"who": ["parent", "nobody"]}}
{"codes": {}}
{"id": "B"}
{"id": "B", "codes": {"who": 3}, "passages": "x"}
[1]
{"id": "B", "#,
        &[
            "A who/parent does_not_apply",
            "A who/pupil does_not_apply",
            "A who/nobody does_not_apply",
            "A size/one applies",
            "A size/more applies",
        ],
        &[
            "!g.jsonl:1:1: question `who` has no code `parents` (did you mean `parent`?)",
            "!g.jsonl:1:1: the frame has no question `whoo` (did you mean `who`?)",
            "!g.jsonl:1:1: an item of `passages` is not an object with `code` and `quote`",
            "!g.jsonl:1:1: report `A` has `one`, `more` on `size`, which allows one code",
            "!g.jsonl:2:1: `who/parent` of report `A` is applies here and does_not_apply on line 1",
            "!g.jsonl:2:1: `who/nobody` of report `A` is applies here and does_not_apply on line 1",
            "!g.jsonl:3:1: the line has no `id` of a report",
            "!g.jsonl:4:1: the line has no object `codes` with codes by question",
            "!g.jsonl:5:1: the codes of `who` are not a list of ids",
            "!g.jsonl:5:1: `passages` is not a list",
            "!g.jsonl:6:1: the line is not an object with `id` and `codes`",
            "!g.jsonl:7:1: the line is not JSON: EOF while parsing a value (column 11)",
        ],
    );
    check(
        "g.csv",
        "report,question,code,verdict\nA,who,parent,1\nA,who,nobody,1\n",
        &["A who/parent applies", "A who/nobody applies"],
        &["g.csv:2:1: report `A` has `parent`, `nobody` on `who`, where `nobody` stands alone"],
    );
    check(
        "g.csv",
        "report,question,code,verdict\nA,who,parent,maybe\n,who,parent,yes\nA,who,pupil,no\nA,who,pupil,yes\n",
        &["A who/pupil does_not_apply"],
        &[
            "!g.csv:2:1: `maybe` is no verdict (write applies, does_not_apply or unsure)",
            "!g.csv:3:1: `` cannot be the id of a report: it is empty",
            "!g.csv:5:1: `who/pupil` of report `A` is applies here and does_not_apply on line 4",
        ],
    );
    check(
        "g.csv",
        "report,quesiton,code\n",
        &[],
        &[
            "!g.csv:1:1: there is no column `question` (rename the column `quesiton` if it is meant)",
            "!g.csv:1:1: there is no column `verdict`",
        ],
    );
}

#[test]
fn passages_that_contradict_the_answers_are_named() {
    check(
        "g.jsonl",
        r#"{"id": "A", "codes": {"who": ["parent"]}, "passages": [{"code": "who/pupil", "quote": "x"}, {"code": "size/one", "quote": "y"}],
            "not_to_be_coded": [{"code": "who/parent", "quote": "z"}, {"code": "size/one", "quote": "w"}]}"#
            .replace('\n', " ")
            .as_str(),
        &[
            "A who/parent applies",
            "A who/pupil does_not_apply",
            "A who/nobody does_not_apply",
            "A who/pupil \"x\"",
            "A size/one \"y\"",
            "A who/parent \"z\"",
            "A size/one \"w\"",
        ],
        &[
            "g.jsonl:1:1: report `A` has a passage for `who/pupil` and not the code",
            "g.jsonl:1:1: report `A` has a passage for `size/one`, on which it was not coded",
            "g.jsonl:1:1: report `A` has a passage for `size/one`, on which it was not coded",
        ],
    );
}
