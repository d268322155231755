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
