//! What is not read, and the words for it.

use super::{docx_of, docx_with, parts, read, zip};
use codeframe::extract::{Settings, extract_bytes, extract_file};

/// The error for a file, as it is shown.
fn error(name: &str, bytes: &[u8]) -> String {
    let error = read(name, bytes).map(|read| read.value.report.text).unwrap_err();
    match error.hint() {
        Some(hint) => format!("{error}\n  hint: {hint}"),
        None => error.to_string(),
    }
}

/// The error for a container of these parts.
fn error_of(parts: &[(&str, &str)]) -> String {
    let parts: Vec<_> = parts.iter().map(|(n, b)| ((*n).to_owned(), b.as_bytes().to_vec())).collect();
    error("report.docx", &zip(&parts))
}

/// A file with the mark of OLE2 and a stream of this name.
fn ole2(stream: &str) -> Vec<u8> {
    let mut bytes = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    bytes.resize(1024, 0);
    bytes.extend(stream.encode_utf16().flat_map(u16::to_le_bytes));
    bytes.resize(4096, 0);
    bytes
}

/// The base fixture with another content type of its main part.
fn typed(kind: &str) -> Vec<u8> {
    let mut parts = parts("base");
    for (name, bytes) in &mut parts {
        if name == "[Content_Types].xml" {
            let text = String::from_utf8(bytes.clone()).unwrap();
            let from = "vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
            *bytes = text.replace(from, kind).into_bytes();
        }
    }
    zip(&parts)
}

#[test]
fn what_is_not_read_is_named() {
    let utf16: Vec<u8> = "\u{FEFF}<html>Our report".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let open_document = "application/vnd.oasis.opendocument";
    let errors = [
        ("an empty file", error("report.docx", b"")),
        ("a lock file", error("~$report.docx", b"\x05Annie")),
        ("a legacy document", error("report.docx", &ole2("WordDocument"))),
        ("a password", error("report.docx", &ole2("EncryptedPackage"))),
        ("a legacy workbook", error("report.docx", &ole2("Workbook"))),
        ("another ole2 file", error("report.docx", &ole2("Something"))),
        ("a document with macros", error("report.docm", &typed("vnd.ms-word.document.macroEnabled.main+xml"))),
        ("a template with macros", error("report.dotm", &typed("vnd.ms-word.template.macroEnabledTemplate.main+xml"))),
        ("an html page", error("report.docx", b"<!DOCTYPE html><html><body>Our report</body></html>")),
        ("a page in utf16", error("report.docx", &utf16)),
        ("a pdf", error("report.docx", b"%PDF-1.7 ...")),
        ("an rtf", error("report.docx", b"{\\rtf1\\ansi Our report}")),
        ("flat xml", error("report.docx", b"<?xml version=\"1.0\"?><pkg:package xmlns:pkg=\"http://schemas.microsoft.com/office/2006/xmlPackage\"/>")),
        ("anything", error("report.docx", b"Our report in plain text")),
        ("an unknown kind", error("photo.heic", b"ftypheic")),
        ("a name without a kind", error("README", b"text")),
        ("an open document", error_of(&[("mimetype", &format!("{open_document}.text")), ("content.xml", "<x/>")])),
        ("a spreadsheet of openoffice", error_of(&[("mimetype", &format!("{open_document}.spreadsheet"))])),
        ("a workbook", error_of(&[("xl/workbook.xml", "<x/>")])),
        ("a presentation", error_of(&[("ppt/presentation.xml", "<x/>")])),
        ("any archive", error_of(&[("holiday.txt", "sun")])),
        ("a document that is none", error("report.docx", &docx_with("word/document.xml", "<html><body/></html>"))),
        ("a document without xml", error("report.docx", &docx_with("word/document.xml", ""))),
        ("a document broken at once", error("report.docx", &docx_with("word/document.xml", "<<<"))),
        ("a broken container", error("report.docx", b"PK\x03\x04 and nothing else of a container")),
        ("a line that is no document", error("reports.jsonl", b"{\"id\": \"a\", \"text\": \"x\"}\n{\"id\": \"b\", \"txt\": \"x\"}\n")),
        ("a line that breaks off", error("reports.jsonl", b"{\"id\": \"a\"")),
    ];
    insta::assert_snapshot!(errors.map(|(name, error)| format!("{name}: {error}")).join("\n"));
}

#[test]
fn a_missing_file_and_a_folder() {
    let folder = std::env::temp_dir();
    let missing = extract_file(&folder.join("there-is-no-such-report.docx"), &Settings::default()).unwrap_err();
    insta::assert_snapshot!(missing, @"it cannot be opened: there is no such file");
    let error = extract_file(&folder, &Settings::default()).unwrap_err();
    insta::assert_snapshot!(error, @"it cannot be opened: it is a folder");
}

#[test]
fn every_limit_stops_a_file_and_names_its_setting() {
    let paragraphs = "<w:p><w:r><w:t>We met, and met again, and met once more.</w:t></w:r></w:p>".repeat(200);
    let bytes = docx_of(&paragraphs);
    let d = Settings::default;
    let limited = [
        Settings { max_entries: 3, ..d() },
        Settings { max_part_bytes: 10_000, ..d() },
        Settings { max_total_bytes: 12_000, ..d() },
        Settings { max_depth: 4, ..d() },
        Settings { max_text_bytes: 1_000, ..d() },
        Settings { max_token_bytes: 40, ..d() },
        Settings { max_blocks: 100, ..d() },
    ];
    let errors: Vec<String> = limited
        .iter()
        .map(|settings| {
            let error = extract_bytes("report.docx", &bytes, settings).unwrap_err();
            format!("{error}\n  hint: {}", error.hint().unwrap())
        })
        .collect();
    insta::assert_snapshot!(errors.join("\n"));
}
