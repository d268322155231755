//! A file becomes a [`Report`]: its canonical text, the blocks it consists of, and what was left out.
//!
//! What kind of file it is, its bytes say and not its name. A DOCX is read as a stream: no part of it is ever held whole
//! unless it is small, nothing that it declares about itself (sizes, counts) is believed, and every limit is counted
//! while reading. So a damaged or hostile file costs bounded time and memory and ends in a text or in one [`Error`].

mod budget;
mod builder;
mod docx;
mod error;
mod heading;
mod lines;
mod markdown;
mod recognise;
mod report;
mod settings;
mod table;
mod text;

pub use error::Error;
pub use report::{Block, BlockKind, Cell, Omitted, Report};
pub use settings::Settings;

use crate::warned::Warned;
use budget::Budget;
use recognise::Format;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek, SeekFrom};
use std::path::Path;

/// A report as it came in: a file holds one, a `.jsonl` file one a line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Its id, when the file gives one (`.jsonl` only); otherwise the caller makes one of the file's name.
    pub id: Option<String>,
    /// What was read.
    pub report: Report,
    /// What the file says about the report (`.jsonl` only), as text by name.
    pub metadata: BTreeMap<String, String>,
}

/// One line of a `.jsonl`, with the document that it holds or why it holds none; of any other file the whole of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number, from 1; blank lines count and are not here.
    pub number: usize,
    /// The document.
    pub document: Result<Warned<Document>, Error>,
}

/// Files up to this many bytes are read in one go, larger ones piece by piece: seeking costs more than it saves in the former.
const MAX_BYTES_AT_ONCE: u64 = 2 << 20;

/// Reads the documents of one file: several from a `.jsonl`, one from any other.
///
/// # Errors
/// One [`Error`] that names what the file is or what is wrong with it. A file that is damaged but still has text is not
/// an error: the text comes with a warning.
pub fn extract_file(path: &Path, settings: &Settings) -> Result<Vec<Warned<Document>>, Error> {
    extract_lines(path, settings)?.into_iter().map(|line| line.document).collect()
}

/// As [`extract_file`], for a reader who wants the sound lines of a `.jsonl` beside those that are not.
///
/// # Errors
/// When the file as a whole cannot be read.
pub fn extract_lines(path: &Path, settings: &Settings) -> Result<Vec<Line>, Error> {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let mut file = File::open(path).map_err(|e| Error::unreadable(&e))?;
    let meta = file.metadata().map_err(|e| Error::unreadable(&e))?;
    if meta.is_dir() {
        return Err(Error::Unreadable { cause: "it is a folder".to_owned() });
    }
    if meta.len() <= MAX_BYTES_AT_ONCE {
        let mut bytes = Vec::with_capacity(meta.len() as usize + 1);
        file.take(MAX_BYTES_AT_ONCE + 1).read_to_end(&mut bytes).map_err(|e| Error::unreadable(&e))?;
        return lines_of(&name, &mut Cursor::new(bytes), settings);
    }
    lines_of(&name, &mut file, settings)
}

/// Reads the documents in `bytes`, which were read from a file called `name`; the name decides between kinds of plain
/// text only.
///
/// ```
/// use codeframe::extract::{Settings, extract_bytes};
/// let documents = extract_bytes("note.md", b"# Aims\n\nTo close the gap.", &Settings::default()).unwrap();
/// assert_eq!(documents[0].value.report.text, "Aims\nTo close the gap.");
/// ```
///
/// # Errors
/// As [`extract_file`].
pub fn extract_bytes(name: &str, bytes: &[u8], settings: &Settings) -> Result<Vec<Warned<Document>>, Error> {
    extract_source(name, &mut Cursor::new(bytes), settings)
}

/// Reads the documents in anything that can be read and sought, such as an open file whose bytes were hashed before.
///
/// # Errors
/// As [`extract_file`].
pub fn extract_source<S: Read + Seek>(
    name: &str,
    source: &mut S,
    settings: &Settings,
) -> Result<Vec<Warned<Document>>, Error> {
    lines_of(name, source, settings)?.into_iter().map(|line| line.document).collect()
}

fn lines_of<S: Read + Seek>(name: &str, source: &mut S, settings: &Settings) -> Result<Vec<Line>, Error> {
    let budget = Budget::new(settings);
    let whole = |document| vec![Line { number: 1, document: Ok(document) }];
    match recognise::recognise(name, source)? {
        Format::Zip => {
            let len = source.seek(SeekFrom::End(0)).map_err(|e| Error::unreadable(&e))?;
            let read = if len > MAX_BYTES_AT_ONCE {
                docx::read(&mut BufReader::new(source), &budget)?
            } else {
                docx::read(source, &budget)?
            };
            Ok(whole(read.map(|report| Document { report, ..Document::default() })))
        }
        Format::Text => lines::read_text(source, &budget).map(whole),
        Format::Markdown => lines::read_markdown(source, &budget).map(whole),
        Format::JsonLines => lines::read_json_lines(source, &budget),
    }
}
