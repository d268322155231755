//! The parts of a DOCX as docx-rs makes them come in; they go out with what docx-rs cannot say: which rows of a table are its
//! head, what tables and pictures are called for those who do not see them, and the file's title, language and time.
//! Every mark is looked for where docx-rs itself wrote it, and nothing that a user typed can be taken for one, since typed
//! angle brackets are escaped.

use super::sequence::in_sequence;
use docx_rs::XMLDocx;

/// The styles of all documents. Written out, since docx-rs puts the elements of a style in an order that the standard does
/// not allow.
const STYLES: &str = include_str!("styles.xml");

/// The style of cells in a head row, by which these rows are known.
pub(super) const HEAD_STYLE: &str = "TableHead";

/// The language that spelling is checked in.
pub(super) const LANGUAGE: &str = "en-GB";

/// What is to be put in.
pub(super) struct Extras<'e> {
    pub title: &'e str,
    pub made_at: Option<&'e str>,
    /// What the pictures show, in order.
    pub figures: &'e [String],
    /// What the tables show, in order.
    pub tables: &'e [String],
}

/// Puts it in.
pub(super) fn complete(parts: &mut XMLDocx, extras: &Extras<'_>) {
    change(&mut parts.document, |text| {
        let text = each(&text, "<w:tr>", "</w:tr>", |row, _| {
            let is_head = row.contains(&format!("\"{HEAD_STYLE}\""));
            if is_head { row.replacen("</w:trPr>", "<w:tblHeader /></w:trPr>", 1) } else { row.to_owned() }
        });
        let text = each(&text, "<w:tblPr>", "</w:tblPr>", |properties, n| {
            let caption = extras.tables.get(n).map_or("", String::as_str);
            let more = format!(
                "<w:tblLook w:val=\"0020\" w:firstRow=\"1\" w:lastRow=\"0\" w:firstColumn=\"0\" w:lastColumn=\"0\" \
                 w:noHBand=\"1\" w:noVBand=\"1\" /><w:tblCaption w:val=\"{}\" />",
                escaped(caption)
            );
            properties.replacen("</w:tblPr>", &format!("{more}</w:tblPr>"), 1)
        });
        each(&text, "<wp:docPr ", "/>", |_, n| {
            let alternative = extras.figures.get(n).map_or("", String::as_str);
            let number = n + 1;
            format!("<wp:docPr id=\"{number}\" name=\"Figure {number}\" descr=\"{}\" />", escaped(alternative))
        })
    });
    parts.styles = STYLES.as_bytes().to_vec();
    change(&mut parts.footnotes, |text| {
        each(&text, "<w:footnote ", "</w:footnote>", |note, _| {
            let mark = "</w:pPr><w:r><w:rPr><w:vertAlign w:val=\"superscript\" /></w:rPr><w:footnoteRef /></w:r>\
                        <w:r><w:t xml:space=\"preserve\"> </w:t></w:r>";
            note.replacen("</w:pPr>", mark, 1)
        })
    });
    let written = [&mut parts.document, &mut parts.footnotes, &mut parts.numberings];
    written.into_iter().chain(&mut parts.footers).for_each(|part| change(part, in_sequence));
    change(&mut parts.doc_props.core, |text| {
        let text = text.replace(">unknown<", ">codeframe<");
        let text = match extras.made_at {
            Some(time) => text.replace("1970-01-01T00:00:00Z", &escaped(time)),
            None => text,
        };
        let more = format!("<dc:language>{LANGUAGE}</dc:language><dc:title>{}</dc:title>", escaped(extras.title));
        text.replacen("</cp:coreProperties>", &format!("{more}</cp:coreProperties>"), 1)
    });
}

fn change(part: &mut Vec<u8>, change: impl FnOnce(String) -> String) {
    let text = String::from_utf8(std::mem::take(part)).expect("docx-rs writes UTF-8");
    *part = change(text).into_bytes();
}

/// Replaces every stretch from `start` to `end`, both included; the function is given each with its number.
pub(super) fn each(text: &str, start: &str, end: &str, replace: impl Fn(&str, usize) -> String) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let (mut rest, mut n) = (text, 0);
    while let Some(at) = rest.find(start) {
        let Some(length) = rest[at..].find(end).map(|length| length + end.len()) else { break };
        out.push_str(&rest[..at]);
        out.push_str(&replace(&rest[at..at + length], n));
        rest = &rest[at + length..];
        n += 1;
    }
    out.push_str(rest);
    out
}

/// Text as it stands in XML, also between quotation marks.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' | '\r' => out.push(' '),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}
