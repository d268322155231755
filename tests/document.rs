//! `codeframe extract`: one document's text or structure, within the project's limits.

use crate::project::Project;

const NOTE: &str = "# Aims\n\nTo close the gap.\n\n- Reading\n- Number\n";

#[test]
fn the_text_is_printed_and_nothing_else() {
    let project = Project::empty();
    project.write("note.md", NOTE);
    insta::assert_snapshot!("text", project.run(&["extract", "note.md"]));
    insta::assert_snapshot!("json", project.run(&["extract", "note.md", "--format", "json"]));
    project.write(
        "notes.jsonl",
        "{\"id\": \"a\", \"text\": \"One.\", \"metadata\": {\"year\": \"2\"}}\n{\"id\": \"b\", \"text\": \"Two.\"}\n",
    );
    insta::assert_snapshot!("jsonl", project.run(&["extract", "notes.jsonl", "--format", "json"]));
}

#[test]
fn a_file_that_is_no_report_is_refused_with_a_hint() {
    let project = Project::empty();
    project.write("page.docx", "<!DOCTYPE html><html><body>Hello</body></html>");
    insta::assert_snapshot!("html", project.run(&["extract", "page.docx"]));
    insta::assert_snapshot!("missing", project.run(&["extract", "none.docx"]));
    insta::assert_snapshot!("format", project.run(&["extract", "page.docx", "--format", "csv"]));
}

#[test]
fn the_limits_are_those_of_the_project() {
    let project = Project::small();
    project.write("note.md", NOTE);
    let config = project.read("config.toml");
    project.write("config.toml", format!("{config}[extract]\nmax_blocks = 2\n"));
    insta::assert_snapshot!(project.run(&["extract", "note.md"]));
}
