//! A small document with everything in it, written both ways, and Markdown read.

use super::*;

/// The smallest PNG: one grey pixel.
const PIXEL: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0, 0, 1, 8,
    0, 0, 0, 0, 0x3a, 0x7e, 0x9b, 0x55, 0, 0, 0, 0x0a, b'I', b'D', b'A', b'T', 0x78, 0x9c, 0x63, 0x68, 0, 0, 0, 0x82,
    0, 0x81, 0x77, 0xcd, 0x72, 0xb6, 0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

fn document() -> Document {
    let table = Table {
        caption: Text::from("Who <took> part"),
        columns: vec![Column::words(""), Column::numbers("N"), Column::numbers("%")],
        rows: vec![
            Row::Group("At school".into()),
            Row::Cells(vec!["Parents & carers".into(), "62".into(), "48.1".into()]),
            Row::Cells(vec![Text::from("Pupils").note("Of any age."), "9".into()]),
        ],
        notes: vec!["More than one possible.".into()],
    };
    let figure = Figure {
        caption: "How many".into(),
        alternative: "Parents \"62\", pupils 9".to_owned(),
        svg: "<?xml version=\"1.0\"?><svg viewBox=\"0 0 1 1\"></svg>".to_owned(),
        png: Png { bytes: PIXEL.to_vec(), width: 1, height: 1 },
    };
    Document {
        title: "Findings & more".to_owned(),
        subtitle: vec!["Of two reports".to_owned()],
        made_at: Some("2026-11-23T10:00:00Z".to_owned()),
        blocks: vec![
            Block::Contents,
            Block::Heading(1, "The map".into()),
            Block::Paragraph(Text(vec![
                Inline::Plain("Some ".into()),
                Inline::Strong("strong".into()),
                Inline::Plain(" and ".into()),
                Inline::Emphasis("stressed".into()),
                Inline::Marked(" found\u{1}".into()),
                Inline::Note("A note.".into()),
            ])),
            Block::Table(table),
            Block::Heading(2, "Quoted".into()),
            Block::Quotation("Mums came.".into(), "Swindon case study".into()),
            Block::List(false, vec!["one".into(), "two".into()]),
            Block::List(true, vec!["first".into()]),
            Block::Figure(figure),
        ],
    }
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let bytes = docx(&document()).expect("it is written");
    assert_eq!(docx(&document()).expect("it is written"), bytes);
}

#[test]
fn a_docx_says_what_docx_rs_cannot() {
    let mut parts = docx_rs::Docx::new().build();
    let (figures, tables) = (vec!["a \"b\"".to_owned()], vec!["c".to_owned()]);
    parts.document =
        b"<w:tr><w:trPr><w:cantSplit /></w:trPr><x w:val=\"TableHead\" /></w:tr><w:tr><w:trPr></w:trPr></w:tr>\
        <w:tblPr></w:tblPr><wp:docPr id=\"1\" name=\"Figure\" />"
            .to_vec();
    let extras =
        parts::Extras { title: "T & U", made_at: Some("2026-11-23T10:00:00Z"), figures: &figures, tables: &tables };
    parts::complete(&mut parts, &extras);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    insta::assert_snapshot!(text(&parts.document));
    let core = text(&parts.doc_props.core);
    assert!(core.contains("<dc:title>T &amp; U</dc:title>") && core.contains(">2026-11-23T10:00:00Z<"), "{core}");
    assert!(!core.contains("1970"), "{core}");
    assert!(text(&parts.styles).contains("<w:lang w:val=\"en-GB\""), "{}", text(&parts.styles));
}

#[test]
fn html_is_one_file_with_names_for_everything() {
    insta::assert_snapshot!(html(&document()).split_once("</style>").expect("it has a style").1);
}

#[test]
fn markdown_becomes_blocks() {
    let text = "# One **two**\n\nA *b* c[^n] [link](http://x.org).\n\n[^n]: The note.\n\n> Quoted\n> words.\n>\n> — Swindon\n\n\
        1. a\n2. b\n   - deep\n\nTable: Numbers\n\n| x | N |\n|---|--:|\n| y | 3 |\n\n```codeframe-insert\n7\n```\n\n<b>raw</b>\n";
    let mut asked = Vec::new();
    let blocks = from_markdown(text, &mut |what| {
        asked.push(what.to_owned());
        vec![Block::Contents]
    });
    assert_eq!(asked, ["7"]);
    insta::assert_debug_snapshot!(blocks);
}

proptest::proptest! {
    #[test]
    fn any_markdown_is_read(text in "[a-c \\[\\]^*_>#|`\n<-]{0,80}") {
        let _ = from_markdown(&text, &mut |_| Vec::new());
    }
}
