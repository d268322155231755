//! The first bytes of a file (and, between kinds of plain text, its name) say what it is. Whatever is not read for its
//! text is named here, so that its owner learns what came in under the name of a report.

use super::Error;
use std::io::{Read, Seek, SeekFrom};

/// The ways to read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// A zip container, which may hold a Word document.
    Zip,
    /// Plain text.
    Text,
    /// Plain text with Markdown's marks.
    Markdown,
    /// One JSON object a line, each a document.
    JsonLines,
}

/// How much of the beginning is looked at.
const HEAD_BYTES: u64 = 4096;
/// How much of an OLE2 file is searched for the names of its streams; they come early or late, rarely beyond this.
const OLE_BYTES: u64 = 32 << 20;

/// What kind of file `source` is; leaves it at its start.
pub(super) fn recognise<S: Read + Seek>(name: &str, source: &mut S) -> Result<Format, Error> {
    let io = |e: std::io::Error| Error::unreadable(&e);
    let mut head = Vec::new();
    source.by_ref().take(HEAD_BYTES).read_to_end(&mut head).map_err(io)?;
    source.seek(SeekFrom::Start(0)).map_err(io)?;
    if name.starts_with("~$") {
        return Err(Error::LockFile);
    }
    if head.is_empty() {
        return Err(Error::Empty);
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") || head.starts_with(b"PK00PK\x03\x04") {
        return Ok(Format::Zip);
    }
    if head.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return Err(ole(source).map_err(io)?);
    }
    let extension = name.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase()).unwrap_or_default();
    let text_kind = match extension.as_str() {
        "txt" | "text" => Some(Format::Text),
        "md" | "markdown" => Some(Format::Markdown),
        "jsonl" | "ndjson" => Some(Format::JsonLines),
        _ => None,
    };
    if let Some(found) = foreign(&head, text_kind.is_some()) {
        return Err(Error::OtherFormat { found });
    }
    match text_kind {
        Some(format) => Ok(format),
        None if matches!(extension.as_str(), "docx" | "docm" | "dotx" | "dotm" | "doc" | "dot") => {
            // Bytes may stand before the container (a mail header, a self-extractor); the zip crate finds its end.
            if find_zip(source).map_err(io)? { Ok(Format::Zip) } else { Err(Error::NotZip) }
        }
        None if extension.is_empty() => Err(Error::UnknownKind { extension: "without an extension".to_owned() }),
        None => Err(Error::UnknownKind { extension: format!("of the kind `.{extension}`") }),
    }
}

/// Formats with a mark of their own. Under a plain-text name only binary ones count: a text may begin with `<html>`.
fn foreign(head: &[u8], text_name: bool) -> Option<&'static str> {
    let binary: [(&[u8], &str); 9] = [
        (b"%PDF-", "a PDF"),
        (b"{\\rtf", "an RTF document"),
        (b"\x89PNG", "a picture (PNG)"),
        (b"\xFF\xD8\xFF", "a picture (JPEG)"),
        (b"GIF8", "a picture (GIF)"),
        (b"Rar!\x1A\x07", "a RAR archive"),
        (b"7z\xBC\xAF\x27\x1C", "a 7z archive"),
        (b"\x1F\x8B", "a gzip archive"),
        (b"\xDB\xA5", "a document of Word 2 or older"),
    ];
    if let Some((_, found)) = binary.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Some(found);
    }
    if text_name {
        return None;
    }
    let narrow = to_ascii(head);
    let start = narrow.trim_start();
    let has = |what: &str| narrow.contains(what);
    if has("schemas.microsoft.com/office/2006/xmlpackage") {
        Some("a Word document saved as flat XML")
    } else if has("schemas.microsoft.com/office/word/2003/wordml") {
        Some("a Word 2003 XML document")
    } else if start.starts_with("<!doctype html")
        || has("<html")
        || start.starts_with("<head")
        || start.starts_with("<body")
    {
        Some("an HTML page")
    } else if start.starts_with("mime-version:") || has("\ncontent-type: multipart/") {
        Some("a web archive or e-mail (MIME)")
    } else if has("urn:oasis:names:tc:opendocument") {
        Some("an OpenDocument document saved as flat XML")
    } else if start.starts_with("<?xml") {
        Some("an XML file")
    } else if start.starts_with("version https://git-lfs") {
        Some("a Git LFS pointer in place of a file")
    } else {
        None
    }
}

/// The bytes as lower-case ASCII, of UTF-16 too: enough to look for ASCII marks.
fn to_ascii(bytes: &[u8]) -> String {
    bytes.iter().filter(|b| b.is_ascii() && **b != 0).map(|b| b.to_ascii_lowercase() as char).collect()
}

/// What an OLE2 file is, by the names of its streams, which stand in its directory as UTF-16. They are searched for as
/// bytes: walking the directory of a damaged file is not worth its risks for the sake of an error message.
fn ole<S: Read + Seek>(source: &mut S) -> std::io::Result<Error> {
    let mut bytes = Vec::new();
    source.by_ref().take(OLE_BYTES).read_to_end(&mut bytes)?;
    let holds = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        memchr::memmem::find(&bytes, &wide).is_some()
    };
    Ok(if holds("EncryptedPackage") {
        Error::Encrypted
    } else if holds("WordDocument") {
        Error::LegacyDoc
    } else if holds("Workbook") || holds("Book\0") {
        Error::OtherOffice { found: "an Excel 97-2003 workbook (.xls)" }
    } else if holds("PowerPoint Document") {
        Error::OtherOffice { found: "a PowerPoint 97-2003 presentation (.ppt)" }
    } else if holds("__substg1.0") || holds("__properties_version1.0") {
        Error::OtherOffice { found: "an Outlook message (.msg)" }
    } else {
        Error::OtherOffice { found: "an OLE2 compound file" }
    })
}

/// Whether the last 64 kB hold the end of a zip container's directory.
fn find_zip<S: Read + Seek>(source: &mut S) -> std::io::Result<bool> {
    let len = source.seek(SeekFrom::End(0))?;
    source.seek(SeekFrom::Start(len.saturating_sub(66_000)))?;
    let mut tail = Vec::new();
    source.by_ref().take(66_000).read_to_end(&mut tail)?;
    Ok(memchr::memmem::find(&tail, b"PK\x05\x06").is_some())
}
