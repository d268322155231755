//! What is left of a container whose directory is gone: a transfer that breaks off loses the end of a file first, and the
//! directory of a zip archive stands at its end. The parts before it still have headers of their own, by which they are found.

use crate::extract::Error;
use flate2::read::DeflateDecoder;
use std::io::{self, Read, Seek, SeekFrom};

/// Packed parts that were found by their own headers.
pub(super) struct Salvaged<S> {
    source: S,
    parts: Vec<Part>,
}

struct Part {
    name: String,
    start: u64,
    /// Bytes up to the next part: at most so many are its own.
    packed: u64,
    deflated: bool,
}

/// Start of a part's own header, its length without name and extra field, and the longest name that is believed.
const MAGIC: &[u8; 4] = b"PK\x03\x04";
const HEADER_BYTES: u64 = 30;
const MAX_NAME_BYTES: usize = 512;
/// How much of the file is searched at once.
const WINDOW_BYTES: usize = 1 << 20;

impl<S: Read + Seek> Salvaged<S> {
    /// Finds the parts in `source`, at most `max_parts`.
    pub fn find(mut source: S, max_parts: u64) -> Result<Self, Error> {
        let io = |e: io::Error| Error::unreadable(&e);
        let len = source.seek(SeekFrom::End(0)).map_err(io)?;
        let mut parts: Vec<Part> = Vec::new();
        let mut window = Vec::new();
        let mut at = 0;
        while at + HEADER_BYTES < len && (parts.len() as u64) < max_parts {
            source.seek(SeekFrom::Start(at)).map_err(io)?;
            window.clear();
            source.by_ref().take(WINDOW_BYTES as u64).read_to_end(&mut window).map_err(io)?;
            let Some(found) = memchr::memmem::find(&window, MAGIC) else {
                // The magic may lie across the end of the window.
                at += (window.len() as u64).saturating_sub(3).max(1);
                continue;
            };
            let header = at + found as u64;
            // So near to its end the window may not hold the whole header: look again from there.
            if found > 0
                && found + HEADER_BYTES as usize + MAX_NAME_BYTES > window.len()
                && at + (window.len() as u64) < len
            {
                at = header;
                continue;
            }
            at = match part(&window[found..], header, len) {
                Some((part, next)) => {
                    if let Some(last) = parts.last_mut() {
                        last.packed = last.packed.min(header.saturating_sub(last.start));
                    }
                    parts.push(part);
                    next
                }
                None => header + 4,
            };
        }
        Ok(Salvaged { source, parts })
    }

    /// Names of the parts, in the order of the file.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().map(|p| p.name.as_str())
    }

    /// The unpacked bytes of the part with this index, and how many packed ones it has at most.
    pub fn open(&mut self, index: usize) -> io::Result<(Box<dyn Read + '_>, u64)> {
        let Part { start, packed, deflated, .. } = self.parts[index];
        self.source.seek(SeekFrom::Start(start))?;
        let bytes = self.source.by_ref().take(packed);
        Ok((if deflated { Box::new(DeflateDecoder::new(bytes)) } else { Box::new(bytes) }, packed))
    }
}

/// The part whose header starts `bytes`, and where to look for the next; `None` when it is no header.
fn part(bytes: &[u8], header: u64, len: u64) -> Option<(Part, u64)> {
    let short = |at: usize| Some(u16::from_le_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]));
    let long = |at: usize| Some(u64::from(short(at)?) | u64::from(short(at + 2)?) << 16);
    let (flags, method) = (short(6)?, short(8)?);
    let (n_name, n_extra) = (usize::from(short(26)?), u64::from(short(28)?));
    if !matches!(method, 0 | 8) || flags & 1 != 0 || n_name == 0 || n_name > MAX_NAME_BYTES {
        return None;
    }
    let name = std::str::from_utf8(bytes.get(30..30 + n_name)?).ok()?;
    if name.chars().any(char::is_control) {
        return None;
    }
    let start = header + HEADER_BYTES + n_name as u64 + n_extra;
    // With flag 8 the sizes stand behind the part, so they are unknown here.
    let declared = if flags & 8 == 0 { long(18)? } else { 0 };
    let known = declared > 0 && start + declared <= len;
    let packed = if known { declared } else { len.saturating_sub(start) };
    let next = if known { start + declared } else { start };
    Some((Part { name: name.to_owned(), start, packed, deflated: method == 8 }, next.max(header + 4)))
}
