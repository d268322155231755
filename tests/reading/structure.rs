//! The blocks of DOCX fixtures, as snapshots.

use super::{docx, docx_of, read_docx, show};

fn check(fixture: &str) {
    insta::assert_snapshot!(fixture, show(&read_docx(&docx(fixture))));
}

#[test]
fn headings_by_style_level_and_what_styles_are_based_on() {
    check("headings");
}

#[test]
fn lines_that_only_look_like_headings() {
    check("looks");
}

#[test]
fn numbers_and_bullets_that_word_computes() {
    check("lists");
}

#[test]
fn cells_and_what_labels_them() {
    check("tables");
}

#[test]
fn tracked_changes_fields_symbols_and_breaks() {
    check("runs");
}

#[test]
fn text_boxes_once_and_what_has_no_text_counted() {
    check("boxes");
}

#[test]
fn notes_follow_the_block_that_refers_to_them() {
    check("notes");
}

#[test]
fn namespaces_count_and_prefixes_do_not() {
    check("strict");
}

#[test]
fn a_document_without_text_says_so() {
    insta::assert_snapshot!(show(&read_docx(&docx_of("<w:p/>"))), @"warning: it holds no text");
}

#[test]
fn plain_bold_text_throughout_marks_no_heading() {
    let bold = |text: &str| format!("<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>{text}</w:t></w:r></w:p>");
    let long =
        "All of this report is bold, so that bold tells nobody which of its lines is a heading and which is not.";
    let body = [long, "The cluster met in May and once more in July", long, "It read.", long].map(bold).concat();
    let kinds: Vec<_> = read_docx(&docx_of(&body)).value.blocks.iter().map(|b| b.kind.is_heading()).collect();
    assert_eq!(kinds, [false; 5]);
}
