//! Damaged and hostile files: a text or an error within the limits, never a panic, and what is left is kept.

use super::{HEAD, docx, docx_of, docx_with, parts, read, read_docx, sound, zip};
use codeframe::extract::{Error, Settings, extract_bytes};
use proptest::prelude::*;

/// Reads anything; whatever comes of it is sound.
fn survive(bytes: &[u8]) {
    let settings = Settings { max_part_bytes: 8 << 20, max_total_bytes: 16 << 20, ..Settings::default() };
    for document in extract_bytes("report.docx", bytes, &settings).into_iter().flatten() {
        sound(&document.value.report);
    }
}

fn warnings(bytes: &[u8]) -> (String, String) {
    let read = read_docx(bytes);
    (read.value.text, read.warnings.join("; "))
}

#[test]
fn text_before_the_damage_is_kept_and_said() {
    let body = "<w:p><w:r><w:t>Before.</w:t></w:r></w:p><w:p><w:r><w:t>In the middle";
    let (text, warning) = warnings(&docx_with("word/document.xml", format!("{HEAD}{body}")));
    assert_eq!(text, "Before.\nIn the middle");
    insta::assert_snapshot!(warning);
    let wrong = format!("{HEAD}<w:p><w:r><w:t>Before.</w:t></w:p></w:body></w:document>");
    insta::assert_snapshot!(warnings(&docx_with("word/document.xml", wrong)).1);
}

#[test]
fn a_container_that_lost_its_end_gives_what_is_left() {
    let whole = docx_of(&"<w:p><w:r><w:t>We met again.</w:t></w:r></w:p>".repeat(50));
    let (text, warning) = warnings(&whole[..whole.len() - 60]);
    assert_eq!(text.lines().count(), 50);
    insta::assert_snapshot!(warning);
}

#[test]
fn a_damaged_part_beside_the_document_costs_the_text_nothing() {
    for part in [
        "word/styles.xml",
        "word/numbering.xml",
        "word/footnotes.xml",
        "word/_rels/document.xml.rels",
        "[Content_Types].xml",
        "_rels/.rels",
    ] {
        for bytes in ["", "<", "<w:styles><w:style>", "no XML at all"] {
            assert_eq!(read_docx(&docx_with(part, bytes)).value.text, "Two schools met.", "{part} {bytes:?}");
        }
    }
}

#[test]
fn depth_is_limited_and_costs_no_stack() {
    let deep = |n: usize| {
        docx_of(&format!("{}{}{}", "<w:sdt>".repeat(n), "<w:p><w:r><w:t>deep</w:t></w:r></w:p>", "</w:sdt>".repeat(n)))
    };
    assert_eq!(read_docx(&deep(900)).value.text, "deep");
    let error = read("report.docx", &deep(200_000)).unwrap_err();
    assert!(matches!(error, Error::Limit { setting: "max_depth", .. }), "{error}");
    let tables =
        format!("{}x{}", "<w:tbl><w:tr><w:tc><w:p>".repeat(100_000), "</w:p></w:tc></w:tr></w:tbl>".repeat(100_000));
    assert!(matches!(read("report.docx", &docx_of(&tables)), Err(Error::Limit { .. })));
}

#[test]
fn entities_are_never_expanded() {
    let bomb = r#"<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/hostname">]>"#;
    let xml = format!("{bomb}{HEAD}<w:p><w:r><w:t>x&b;&f;y</w:t></w:r></w:p></w:body></w:document>");
    assert_eq!(read_docx(&docx_with("word/document.xml", xml)).value.text, "xy");
}

#[test]
fn a_bomb_is_refused_while_it_is_unpacked() {
    let bomb = docx_with("word/document.xml", [HEAD.as_bytes(), &vec![b' '; 80 << 20]].concat());
    let error = read("report.docx", &bomb).unwrap_err();
    assert!(matches!(error, Error::Limit { setting: "max_ratio" | "max_token_bytes", .. }), "{error}");
}

#[test]
fn a_container_that_declares_too_many_entries_is_refused_before_room_is_made() {
    let mut bytes = docx("base");
    let end = bytes.windows(4).rposition(|w| w == b"PK\x05\x06").unwrap();
    bytes[end + 8..end + 12].copy_from_slice(&[0xFE, 0xFF, 0xFE, 0xFF]);
    let error = read("report.docx", &bytes).unwrap_err();
    assert!(matches!(error, Error::Limit { setting: "max_entries", .. }), "{error}");
}

/// All fixtures as files.
fn fixtures() -> Vec<Vec<u8>> {
    ["headings", "looks", "lists", "tables", "runs", "boxes", "notes", "strict"].map(docx).to_vec()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_give_a_text_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        survive(&bytes);
        survive(&[b"PK\x03\x04".as_slice(), &bytes].concat());
    }

    #[test]
    fn containers_with_flipped_bytes(which in 0..8usize, flips in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12)) {
        let mut bytes = fixtures().swap_remove(which);
        for (at, to) in flips {
            let at = at.index(bytes.len());
            bytes[at] = to;
        }
        survive(&bytes);
    }

    #[test]
    fn containers_cut_short(which in 0..8usize, at in any::<prop::sample::Index>()) {
        let mut bytes = fixtures().swap_remove(which);
        bytes.truncate(at.index(bytes.len()));
        survive(&bytes);
    }

    #[test]
    fn parts_with_tags_cut_moved_and_doubled(
        which in 0..8usize,
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..4u8), 1..6),
    ) {
        let fixture = ["headings", "looks", "lists", "tables", "runs", "boxes", "notes", "strict"][which];
        let mut parts = parts(fixture);
        for (part, at, edit) in edits {
            let part = part.index(parts.len());
            let bytes = &mut parts[part].1;
            let tags: Vec<usize> = bytes.iter().enumerate().filter(|(_, b)| **b == b'<').map(|(i, _)| i).collect();
            let tag = tags[at.index(tags.len())];
            let end = bytes[tag..].iter().position(|b| *b == b'>').map_or(bytes.len(), |n| tag + n + 1);
            let copy = bytes[tag..end].to_vec();
            match edit {
                0 => drop(bytes.drain(tag..end)),
                1 => bytes.splice(tag..tag, copy).for_each(drop),
                2 => bytes.extend(copy),
                _ => bytes.truncate(tag + copy.len() / 2),
            }
            if bytes.is_empty() {
                bytes.push(b'<');
            }
        }
        survive(&zip(&parts));
    }
}
