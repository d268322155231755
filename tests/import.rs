//! `codeframe import frame`: codebooks become frames that `check` accepts.

use crate::project::Project;

const BOOK: &str = "question,select,code,label,definition\n\
    Who took part?,many,parent,Parents,A parent took part.\n\
    ,,,Pupils & students,A pupil took part.\n\
    size,one,1,One,One school.\n";

#[test]
fn a_table_becomes_a_frame() {
    let project = Project::small();
    project.write("My book.csv", BOOK);
    insta::assert_snapshot!("first", project.run(&["import", "frame", "My book.csv"]));
    insta::assert_snapshot!("frame", project.read("models/my_book/frame.toml"));
    insta::assert_snapshot!("again", project.run(&["import", "frame", "My book.csv"]));
    project.edit("config.toml", "models/small/frame.toml", "models/my_book/frame.toml");
    insta::assert_snapshot!("checked", project.run(&["check"]));
}

#[test]
fn a_frame_can_be_printed() {
    let project = Project::empty();
    project.write("book.json", r#"{"id": "b", "questions": [{"id": "q", "select": "one", "codes": ["Yes", "No"]}]}"#);
    insta::assert_snapshot!(project.run(&["import", "frame", "book.json", "--output", "-"]));
    insta::assert_snapshot!(
        "json",
        project.run(&["import", "frame", "book.json", "--output", "b.toml", "--format", "json"])
    );
}

#[test]
fn what_is_no_codebook_is_refused() {
    let project = Project::empty();
    project.write("book.csv", "kwestion,code\na,b\n");
    project.write("book.json", "{\"questions\": [}");
    insta::assert_snapshot!("columns", project.run(&["import", "frame", "book.csv"]));
    insta::assert_snapshot!("syntax", project.run(&["import", "frame", "book.json"]));
    insta::assert_snapshot!("missing", project.run(&["import", "frame", "none.csv"]));
    insta::assert_snapshot!("kind", project.run(&["import", "frame", "book.docx"]));
}

#[test]
fn words_that_say_nothing_are_named() {
    let project = Project::empty();
    let head = "question,select,code,definition,exclusive,n\n";
    project.write("flag.csv", format!("{head}q,one,a,x,yes,3\n,,b,y,maybe,4\n"));
    insta::assert_snapshot!("flag", project.run(&["import", "frame", "flag.csv"]));
    project.write("count.csv", format!("{head}q,one,a,x,No,many\n,,b,y,x,4\n"));
    insta::assert_snapshot!("count", project.run(&["import", "frame", "count.csv", "--output", "-"]));
    let codes = r#"[{"id": "a", "exclusive": "maybe", "n": "many"}, {"id": "b", "exclusive": "yes", "n": 2}]"#;
    project.write(
        "both.json",
        format!(r#"{{"id": "b", "questions": [{{"id": "q", "select": "one", "codes": {codes}}}]}}"#),
    );
    insta::assert_snapshot!("both", project.run(&["import", "frame", "both.json", "--output", "-"]));
}

#[test]
fn a_quotation_mark_that_is_not_closed_loses_no_row_in_silence() {
    let project = Project::small();
    project.write("corpus/reports.csv", "id,cohort\nfirst,\"1\nsecond,2\n");
    insta::assert_snapshot!("open_quote_metadata", project.run(&["check"]));
    assert!(project.run(&["run"]).starts_with("exit code: 2"));
    project.write("book.csv", "question,select,code,label\nq,one,a,\"A\n,,b,\"B\"\n");
    insta::assert_snapshot!("open_quote_codebook", project.run(&["import", "frame", "book.csv"]));
}
