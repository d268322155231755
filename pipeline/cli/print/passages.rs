//! What `search` found as a document (DOCX, HTML): each passage as a quotation with its citation, what was found marked,
//! and below it where it stands and what it is evidence for.

use super::vignettes::{cited, plain, told};
use codeframe::document::{Block, Document, Inline, Text};
use codeframe::span::ByteSpan;
use codeframe::vignette::basket::Kept;
use codeframe::vignette::{Vignette, Vignettes};

/// What was asked, in a few words: a query, a code, an example.
pub struct Asked<'a> {
    /// The query; may be blank.
    pub query: &'a str,
    /// The code that evidence was asked for.
    pub code: Option<&'a str>,
    /// The example.
    pub like: Option<&'a str>,
}

/// The passages that were found.
pub fn found(asked: &Asked<'_>, found: &Vignettes) -> Document {
    let mut subtitle = Vec::new();
    let lines = [("Query", Some(asked.query)), ("Evidence for", asked.code), ("Like", asked.like)];
    for (name, value) in lines {
        subtitle
            .extend(value.filter(|value| !value.trim().is_empty()).map(|value| format!("{name}: {}", plain(value))));
    }
    let shown = found.vignettes.len();
    if asked.like.is_none() {
        subtitle.push(format!("{shown} of {} passages", found.n_passages));
    }
    let blocks = found.vignettes.iter().flat_map(of_vignette).collect();
    Document { title: "Passages".to_owned(), subtitle, made_at: None, blocks }
}

/// The passages of a basket; what is not in its report any more says so.
pub fn basket(name: &str, kept: &[Kept]) -> Document {
    let of_kept = |Kept { saved, span }: &Kept| {
        let cited = plain(&cited(&saved.citation, &saved.report));
        let mut blocks = vec![Block::Quotation(plain(&saved.quote).into(), cited.into())];
        let place = saved.headings.iter().map(|head| plain(head)).collect::<Vec<_>>().join(" > ");
        blocks.extend((!place.is_empty()).then(|| Block::Paragraph(place.into())));
        let lost = "This is not in the report any more.";
        blocks.extend(span.is_none().then(|| Block::Paragraph(Text(vec![Inline::Strong(lost.to_owned())]))));
        blocks
    };
    let subtitle = vec![format!("{} passages", kept.len())];
    let blocks = kept.iter().flat_map(of_kept).collect();
    Document { title: format!("Basket: {name}"), subtitle, made_at: None, blocks }
}

fn of_vignette(vignette: &Vignette) -> Vec<Block> {
    let cited = plain(&cited(&vignette.citation, &vignette.report));
    let mut blocks = vec![Block::Quotation(marked(&vignette.text, &vignette.highlights), cited.into())];
    let heads = vignette.headings.iter().chain([&vignette.row_head, &vignette.column_head]);
    let place: Vec<String> = heads.filter(|head| !head.is_empty()).map(|head| plain(head)).collect();
    let codes: Vec<String> = vignette.codes.iter().map(told).collect();
    let below = [place.join(" > "), codes.join(", ")];
    let below: Vec<String> = below.into_iter().filter(|text| !text.is_empty()).collect();
    blocks.extend((!below.is_empty()).then(|| Block::Paragraph(below.join(". ").into())));
    blocks
}

/// A text on one line with what was found marked.
fn marked(text: &str, highlights: &[ByteSpan]) -> Text {
    let spaced: String = text.chars().map(|c| if c.is_ascii_control() { ' ' } else { c }).collect();
    let mut runs = Vec::new();
    let mut at = 0;
    for span in highlights {
        runs.push(Inline::Plain(spaced[at..span.range().start].to_owned()));
        runs.push(Inline::Marked(span.slice(&spaced).to_owned()));
        at = span.range().end;
    }
    runs.push(Inline::Plain(spaced[at..].to_owned()));
    runs.retain(|run| !matches!(run, Inline::Plain(text) if text.is_empty()));
    Text(runs)
}
