//! Any bytes, as a file of every kind and as every part of a sound container: a text or an error, and a sound report.
//! The first byte says as what the rest is read, so that the fuzzer need not find out how to write a zip archive.

#![no_main]

use codeframe::extract::{Report, Settings, extract_bytes};
use libfuzzer_sys::fuzz_target;
use std::io::{Cursor, Write};
use zip::CompressionMethod::Stored;
use zip::write::SimpleFileOptions;

const RELATIONSHIPS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Type="x/styles" Target="styles.xml"/><Relationship Type="x/numbering" Target="numbering.xml"/><Relationship Type="x/footnotes" Target="footnotes.xml"/><Relationship Type="x/header" Target="header.xml"/></Relationships>"#;
const DOCUMENT: &str = r#"<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:pPr><w:pStyle w:val="a"/><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>One</w:t></w:r><w:r><w:footnoteReference w:id="1"/></w:r></w:p><w:p><w:r><w:t>Two</w:t></w:r></w:p></w:body></w:document>"#;
const PARTS: [&str; 7] = [
    "word/document.xml",
    "word/styles.xml",
    "word/numbering.xml",
    "word/footnotes.xml",
    "word/header.xml",
    "word/_rels/document.xml.rels",
    "[Content_Types].xml",
];

fuzz_target!(|data: &[u8]| {
    let Some((&kind, data)) = data.split_first() else { return };
    match usize::from(kind % 16) {
        part @ 0..=6 => read("report.docx", &container(PARTS[part], data)),
        7 => read("report.txt", data),
        8 => read("report.md", data),
        9 => read("reports.jsonl", data),
        _ => read("report.docx", data),
    }
});

fn read(name: &str, bytes: &[u8]) {
    let settings =
        Settings { max_part_bytes: 16 << 20, max_total_bytes: 32 << 20, timeout_seconds: 20, ..Settings::default() };
    match extract_bytes(name, bytes, &settings) {
        Ok(documents) => documents.iter().for_each(|document| sound(&document.value.report)),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

fn sound(report: &Report) {
    let mut next = 0;
    for (i, block) in report.blocks.iter().enumerate() {
        let text = block.span.slice(&report.text);
        assert!(block.span.start as usize == next && !text.is_empty() && text.trim() == text);
        assert!(block.heading.is_none_or(|h| (h as usize) < i && report.blocks[h as usize].kind.is_heading()));
        next = block.span.range().end + 1;
    }
    assert_eq!(report.text.len() + 1, next.max(1));
}

/// A container with this part; the others are as small as they can be.
fn container(part: &str, data: &[u8]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut put = |name: &str, bytes: &[u8]| {
        let options = SimpleFileOptions::default().compression_method(Stored);
        writer.start_file(name, options).and_then(|()| Ok(writer.write_all(bytes)?)).expect("memory takes it");
    };
    put(part, data);
    for (name, bytes) in [(PARTS[0], DOCUMENT), (PARTS[5], RELATIONSHIPS)] {
        if name != part {
            put(name, bytes.as_bytes());
        }
    }
    writer.finish().expect("memory takes it").into_inner()
}
