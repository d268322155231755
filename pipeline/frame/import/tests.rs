//! What becomes of codebooks, sound and odd.

use super::*;
use crate::frame;
use proptest::prelude::*;

fn import(text: &str, form: Form) -> Warned<Imported> {
    codebook("book", text.as_bytes(), form, "My codebook").expect("it is a codebook")
}

fn refused(text: &str, form: Form) -> String {
    let error = codebook("book", text.as_bytes(), form, "My codebook").unwrap_err();
    std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string)
}

#[test]
fn json_becomes_a_frame() {
    let book = r#"{"id": "x", "published": {"reports": 129, "schools": 482}, "questions": [
        {"id": "size", "table": 1, "title": "How many \"schools\"", "select": "one", "codes": [
            {"id": 1, "label": "3 or less", "n": 72, "derived": "school count 1-3", "definition": "One\nto three."},
            {"id": "b c", "label": "More", "n": null, "exclusive": true}]},
        {"title": "Who took part?", "select": "radio", "codes": ["Parents", "Pupils"]}]}"#;
    insta::assert_snapshot!(import(book, Form::Json).value.text);
    insta::assert_snapshot!(import(book, Form::Json).warnings.join("\n"));
}

#[test]
fn rows_become_a_frame() {
    let book = "Question;Select;Code;Label;Definition;Colour\n\
        Who took part?;many;parent;Parents;A parent.;red\n\
        ;;;Pupils & students;\"A pupil; any age.\";\n\
        size;one;1;One;;\n\
        Who took part?;;parent;Parents again;;\n";
    insta::assert_snapshot!(import(book, Form::Csv).value.text);
    insta::assert_snapshot!(import(book, Form::Csv).warnings.join("\n"));
}

#[test]
fn what_is_no_codebook_is_refused() {
    let shown = [
        refused("{\"questions\": [", Form::Json),
        refused("[]", Form::Json),
        refused("{\"questions\": [{\"id\": \"a\"}]}", Form::Json),
        refused("{\"questions\": []}", Form::Json),
        refused("{\"questions\": [{\"id\": \"a\", \"select\": \"one\", \"codes\": []}]}", Form::Json),
        refused("qestion,code\na,b\n", Form::Csv),
        refused("question,code,select\n,b,one\nq,,one\nq,c,some\nq,d,one\nq,e,many\n", Form::Csv),
        refused("", Form::Csv),
    ];
    insta::assert_snapshot!(shown.join("\n---\n"));
}

proptest! {
    /// Whatever a codebook holds, the frame made of it can be read and says the same.
    #[test]
    fn every_codebook_can_be_read_as_a_frame(
        codes in prop::collection::vec(("\\PC{1,20}", any::<String>(), any::<String>()), 1..30),
        title in any::<String>(),
    ) {
        let book = serde_json::json!({"title": title, "questions": [{"id": "q", "select": "many", "title": title, "codes":
            codes.iter().map(|(id, label, definition)| serde_json::json!({"id": id, "label": label, "definition": definition, "aside": label}))
                .collect::<Vec<_>>()}]});
        let imported = import(&book.to_string(), Form::Json).value;
        let (frame, faults) = frame::parse(&Source::new("f", &imported.text));
        let frame = frame.unwrap_or_else(|| panic!("{faults:?}\n{}", imported.text));
        let read: Vec<_> = frame.codes().map(|code| code.code.definition.clone()).collect();
        let written: Vec<_> = codes.iter().map(|(_, _, definition)| definition.replace("\r\n", "\n").trim().to_owned()).collect();
        prop_assert_eq!(read, written);
    }

    /// Whatever a table holds, it is refused with a reason or becomes a frame with as many codes as it has rows.
    #[test]
    fn every_table_can_be_read_as_a_frame_or_is_refused(
        rows in prop::collection::vec(("[a-c]?", "one|many||some", "\\PC{0,12}", "\\PC{0,12}", any::<String>()), 1..20),
    ) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["question", "select", "code", "label", "definition"]).expect("memory takes it");
        for (question, select, code, label, definition) in &rows {
            writer.write_record([question, select, code, label, definition]).expect("memory takes it");
        }
        let bytes = writer.into_inner().expect("memory takes it");
        if let Ok(imported) = codebook("book", &bytes, Form::Csv, "book") {
            let (frame, faults) = frame::parse(&Source::new("f", &imported.value.text));
            let frame = frame.unwrap_or_else(|| panic!("{faults:?}\n{}", imported.value.text));
            prop_assert_eq!(frame.n_codes(), imported.value.n_codes);
        }
    }
}
