//! A DOCX becomes a report. The container is opened, its parts are found by their relationships, and the main part is
//! read as a stream of XML events straight into the canonical text.

mod body;
mod encoding;
mod grid;
mod inflate;
mod kept;
mod names;
mod notes;
mod numbering;
mod package;
mod paragraph;
mod salvage;
mod styles;
mod xml;

use super::Error;
use super::budget::Budget;
use super::builder::Builder;
use super::report::Report;
use crate::warned::Warned;
use body::Walker;
use kept::Kept;
use names::Tag;
use notes::Notes;
use numbering::Numbering;
use package::{Package, Relationship, Timed};
use std::io::{Read, Seek};
use std::sync::Arc;
use styles::Styles;
use xml::{Fault, Node};

static STYLES: Kept<Styles> = Kept::new();
static NUMBERING: Kept<Numbering> = Kept::new();

/// Reads a Word document from `source`. One that has lost the end of its container, directory included, gives the text
/// of what is left.
pub(super) fn read<S: Read + Seek>(source: &mut S, budget: &Budget) -> Result<Warned<Report>, Error> {
    let damage = match Package::open(Timed::new(&mut *source, budget), budget) {
        Ok(package) => return read_package(package, budget),
        Err(error @ Error::DamagedZip { .. }) => error,
        Err(error) => return Err(error),
    };
    let package = Package::salvage(Timed::new(source, budget), budget)?;
    match read_package(package, budget) {
        Ok(mut read) if !read.value.blocks.is_empty() => {
            read.warnings.insert(0, format!("{damage}; what is left of it was read"));
            Ok(read)
        }
        Err(error) if budget.passed().is_some() => Err(error),
        _ => Err(damage),
    }
}

fn read_package<S: Read + Seek>(mut package: Package<S>, budget: &Budget) -> Result<Warned<Report>, Error> {
    let main = main_part(&mut package, budget)?;
    let parts = package.relationships(&main, budget)?;
    let part = |kind: &str| parts.iter().find(|r| r.kind == kind).map(|r| r.target.as_str());

    let styles = match part("styles") {
        Some(name) => STYLES.get(&mut package, name, budget, Styles::read)?,
        None => Arc::default(),
    };
    let numbering = match part("numbering") {
        Some(name) => NUMBERING.get(&mut package, name, budget, Numbering::read)?,
        None => Arc::default(),
    };
    let mut builder = Builder::new(budget);
    let mut both = [Notes::default(), Notes::default()];
    for (kind, notes) in ["footnotes", "endnotes"].into_iter().zip(&mut both) {
        if let Some(name) = part(kind)
            && let Some(mut events) = package.events_if_sound(name, budget)?
        {
            *notes = notes::read_notes(&mut events, &styles, &numbering, budget, name, &mut builder.warnings)?;
        }
    }
    let Some(mut events) = package.events(&main, budget)? else {
        return Err(Error::NoWordPart { expected: main });
    };
    let mut walker = Walker::new(&mut builder, &styles, &numbering, &both, budget);
    let end = walker.walk_document(&mut events);
    walker.finish()?;
    drop(events);
    match end {
        Ok(()) => {}
        Err(body::End::NotADocument(found)) => {
            return Err(Error::NotWordXml { part: main, expected: "w:document", found });
        }
        Err(body::End::Fault(Fault::Stop(error))) => return Err(error),
        Err(body::End::Fault(Fault::Damaged(cause))) if builder.blocks.is_empty() => {
            return Err(Error::Damaged { part: main, cause });
        }
        Err(body::End::Fault(Fault::Damaged(cause))) => builder.warnings.push(format!(
            "part `{main}` is damaged ({cause}); what stands before the damage was read (blocks: {})",
            builder.blocks.len()
        )),
    }
    builder.omitted.headers_and_footers = count_headers(&mut package, &parts, budget)?;
    if builder.blocks.is_empty() {
        builder.warnings.push("it holds no text".to_owned());
    }
    Ok(builder.finish())
}

/// The part that holds the document; or what the container is instead.
fn main_part<S: Read + Seek>(package: &mut Package<S>, budget: &Budget) -> Result<String, Error> {
    let types = package.content_types(budget)?;
    let by_relationship = package
        .relationships("", budget)?
        .iter()
        .find(|r| r.kind == "officeDocument" && package.has(&r.target))
        .map(|r| r.target.clone());
    let is_word = |kind: &str| kind.contains("wordprocessingml") || kind.contains("ms-word");
    let by_type = || {
        let main = |kind: &str| is_word(kind) && kind.ends_with(".main+xml") && !kind.contains("glossary");
        types.iter().find(|(name, kind)| main(kind) && package.has(name)).map(|(name, _)| name.clone())
    };
    let by_custom =
        || ["word/document.xml", "word/document2.xml"].into_iter().find(|n| package.has(n)).map(str::to_owned);
    let Some(main) = by_relationship.or_else(by_type).or_else(by_custom) else {
        if let Some(found) = package.open_document_kind(budget)? {
            return Err(Error::OpenDocument { found });
        }
        return Err(other_office(package).unwrap_or(Error::NoWordPart { expected: "word/document.xml".to_owned() }));
    };
    let kind = types.iter().find(|(name, _)| *name == main.to_lowercase()).map(|(_, kind)| kind.as_str());
    match kind {
        Some(kind) if kind.contains("macroEnabledTemplate") => {
            Err(Error::Macros { kind: "template", extension: ".dotm" })
        }
        Some(kind) if is_word(kind) && kind.contains("macroEnabled") => {
            Err(Error::Macros { kind: "document", extension: ".docm" })
        }
        Some(kind) if is_word(kind) => Ok(main),
        _ => match other_office(package) {
            Some(error) if !main.to_lowercase().starts_with("word/") => Err(error),
            _ => Ok(main),
        },
    }
}

/// A container of another program, by the folders it has.
fn other_office<S: Read + Seek>(package: &Package<S>) -> Option<Error> {
    let kinds = [
        ("xl/", "an Excel workbook (.xlsx)"),
        ("ppt/", "a PowerPoint presentation (.pptx)"),
        ("visio/", "a Visio drawing (.vsdx)"),
        ("index/document.iwa", "an Apple Pages document"),
        ("meta-inf/container.xml", "an e-book (.epub)"),
        ("documents/1/", "an XPS document"),
    ];
    let (_, found) = kinds.into_iter().find(|(folder, _)| package.has_below(folder))?;
    Some(Error::OtherOffice { found })
}

/// How many page headers and footers have text.
fn count_headers<S: Read + Seek>(
    package: &mut Package<S>,
    parts: &[Relationship],
    budget: &Budget,
) -> Result<u32, Error> {
    let mut n = 0;
    for part in parts.iter().filter(|r| r.kind == "header" || r.kind == "footer") {
        let Some(mut events) = package.events_if_sound(&part.target, budget)? else { continue };
        let mut in_text = false;
        loop {
            match events.next() {
                Ok(Node::Start(Tag::Text, _)) => in_text = true,
                Ok(Node::End(Tag::Text)) => in_text = false,
                Ok(Node::Text(text)) if in_text && !text.trim_ascii().is_empty() => {
                    n += 1;
                    break;
                }
                Ok(Node::Eof) | Err(Fault::Damaged(_)) => break,
                Ok(_) => {}
                Err(Fault::Stop(error)) => return Err(error),
            }
        }
    }
    Ok(n)
}
