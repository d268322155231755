//! Properties in a part of a DOCX come in as docx-rs writes them; they go out in the sequence that the standard demands
//! (ECMA-376, part 1, 17.3 to 17.6), which strict readers refuse a file for.

use super::parts::each;

/// Elements of properties with what they may hold, in its sequence. Inner ones come first, as they move with the outer.
const SEQUENCES: [(&str, &str); 5] = [
    (
        "rPr",
        "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid vanish \
         webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang",
    ),
    (
        "pPr",
        "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs spacing ind \
         contextualSpacing mirrorIndents jc textDirection textAlignment outlineLvl rPr sectPr",
    ),
    (
        "tblPr",
        "tblStyle tblpPr tblOverlap tblW jc tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption",
    ),
    ("tcPr", "tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark"),
    (
        "sectPr",
        "headerReference footerReference footnotePr type pgSz pgMar pgBorders lnNumType pgNumType cols vAlign titlePg docGrid",
    ),
];

/// Puts all properties in sequence; what the standard does not name stays last.
pub(super) fn in_sequence(mut text: String) -> String {
    for (name, sequence) in SEQUENCES {
        let names: Vec<&str> = sequence.split_whitespace().collect();
        let (start, end) = (format!("<w:{name}>"), format!("</w:{name}>"));
        text = each(&text, &start, &end, |element, _| {
            let mut children = children(&element[start.len()..element.len() - end.len()]);
            children.sort_by_key(|child| {
                let called = child.trim_start_matches("<w:").split([' ', '/', '>']).next().unwrap_or_default();
                names.iter().position(|name| *name == called).unwrap_or(names.len())
            });
            format!("{start}{}{end}", children.concat())
        });
    }
    text
}

/// The elements that stand next to each other in a text without words between them.
fn children(mut text: &str) -> Vec<&str> {
    let mut children = Vec::new();
    while !text.is_empty() {
        let (mut depth, mut at) = (0_usize, 0);
        // Angle brackets within values are escaped, so each is a tag's.
        while let Some(length) = text[at..].find('>') {
            let tag = &text[at..=at + length];
            at += length + 1;
            match (tag.trim_start().starts_with("</"), tag.ends_with("/>")) {
                (true, _) => depth = depth.saturating_sub(1),
                (false, false) => depth += 1,
                (false, true) => {}
            }
            if depth == 0 {
                break;
            }
        }
        let (child, rest) = text.split_at(if at == 0 { text.len() } else { at });
        children.push(child);
        text = rest;
    }
    children
}

#[cfg(test)]
mod tests {
    use super::in_sequence;

    #[test]
    fn properties_are_put_in_sequence() {
        let check = |text: &str, expected: &str| assert_eq!(in_sequence(text.to_owned()), expected);
        check(
            "<w:p><w:pPr><w:rPr><w:i /><w:b /></w:rPr><w:jc w:val=\"a\" /><w:pStyle w:val=\"b\" /></w:pPr><w:r /></w:p>",
            "<w:p><w:pPr><w:pStyle w:val=\"b\" /><w:jc w:val=\"a\" /><w:rPr><w:b /><w:i /></w:rPr></w:pPr><w:r /></w:p>",
        );
        check(
            "<w:sectPr><w:pgSz/><w:cols/><w:footerReference/></w:sectPr>",
            "<w:sectPr><w:footerReference/><w:pgSz/><w:cols/></w:sectPr>",
        );
        check("<w:tcPr><w:new></w:new><w:shd/><w:tcW/></w:tcPr>", "<w:tcPr><w:tcW/><w:shd/><w:new></w:new></w:tcPr>");
        check("<w:rPr></w:rPr><w:rPr />", "<w:rPr></w:rPr><w:rPr />");
    }
}
