//! Plain text, Markdown and JSON lines, and encodings.

use super::{docx_with, read, read_docx, show, sound};
use codeframe::extract::{Settings, extract_bytes};

/// The blocks of a file by this name.
fn shown(name: &str, bytes: &[u8]) -> String {
    let read = read(name, bytes).unwrap();
    sound(&read.value.report);
    show(&read.map(|document| document.report))
}

#[test]
fn lines_of_plain_text_are_blocks() {
    let text = "Hillside Cluster\n\nWHAT WE DID\nFour schools met every Friday for a year, first at one of them and then at each in turn.\n- nine teachers\n- two heads\n";
    insta::assert_snapshot!(shown("report.txt", text.as_bytes()));
}

#[test]
fn wrapped_lines_are_joined() {
    let text = "The four schools wanted more boys to read at home, and more\nparents to hear them read, by the end of the summer term of\nthat year.\n\nBoys in three of the schools read more at home than they had\nin the autumn, by their diaries.\n";
    insta::assert_snapshot!(shown("report.txt", text.as_bytes()));
}

#[test]
fn markdown_is_read_and_its_marks_are_not() {
    let text = "---\ntitle: x\n---\n# Hillside *Cluster*\n\nWhat we **did**, see [the site](https://example.org),\nin two lines with snake_case and 2 * 3.\n\nAims\n----\n- nine `teachers`\n  - two new\n1. first\n\n| School | Boys |\n|---|---:|\n| Dyke End | 41 |\n| Ash \\| Oak | 12 |\n\n> quoted\n\n```\nas it is *here*\n```\n";
    insta::assert_snapshot!(shown("report.md", text.as_bytes()));
}

#[test]
fn each_line_of_json_is_a_document() {
    let text = "\n{\"id\": \"G1\", \"text\": \"We met.\\nThey came.\", \"metadata\": {\"phase\": \"primary\", \"schools\": 4, \"head\": null}}\n{\"text\": \"Another\"}\n";
    let read = extract_bytes("reports.jsonl", text.as_bytes(), &Settings::default()).unwrap();
    insta::assert_snapshot!(format!(
        "{:#?}",
        read.iter().map(|d| (&d.value.id, &d.value.metadata, &d.value.report.text)).collect::<Vec<_>>()
    ));
}

#[test]
fn text_comes_in_several_encodings() {
    let text = "Café £5 — “yes”";
    let utf16 = |order: fn(u16) -> [u8; 2]| {
        "\u{FEFF}".encode_utf16().chain(text.encode_utf16()).flat_map(order).collect::<Vec<u8>>()
    };
    let bytes = [
        text.as_bytes().to_vec(),
        [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        utf16(u16::to_le_bytes),
        utf16(u16::to_be_bytes),
        b"Caf\xE9 \xA35 \x97 \x93yes\x94".to_vec(),
    ];
    let warned = bytes.map(|bytes| {
        let read = read("report.txt", &bytes).unwrap();
        assert_eq!(read.value.report.text, text);
        read.warnings.len()
    });
    assert_eq!(warned, [0, 0, 0, 0, 1], "only a guess is worth a warning");
}

#[test]
fn xml_comes_in_several_encodings() {
    let xml = |encoding: &str| {
        format!(
            r#"<?xml version="1.0" encoding="{encoding}"?>{}<w:p><w:r><w:t>Café £5</w:t></w:r></w:p></w:body></w:document>"#,
            super::HEAD
        )
    };
    let latin: Vec<u8> = xml("ISO-8859-1").chars().map(|c| c as u8).collect();
    let wide = |order: fn(u16) -> [u8; 2]| xml("UTF-16").encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let marked = [b"\xFF\xFE".to_vec(), wide(u16::to_le_bytes)].concat();
    for bytes in [xml("UTF-8").into_bytes(), latin, wide(u16::to_le_bytes), wide(u16::to_be_bytes), marked] {
        assert_eq!(read_docx(&docx_with("word/document.xml", bytes)).value.text, "Café £5");
    }
}
