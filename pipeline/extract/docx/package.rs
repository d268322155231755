//! The container: a zip archive whose parts refer to one another by relationships. Part names are compared without
//! regard to case and with `\` as `/`, as some writers make them; whatever is missing but can be guessed is guessed.

use super::inflate::Unpacker;
use super::kept::{Fingerprint, Kept};
use super::names::Tag;
use super::salvage::Salvaged;
use super::xml::{Element, Events, Fault, Node};
use crate::extract::Error;
use crate::extract::budget::{Budget, stopped};
use std::cell::OnceCell;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::sync::Arc;
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

/// Size of the window through which a part is read while it is unpacked.
const WINDOW_BYTES: usize = 32 << 10;

/// An opened container.
pub(super) struct Package<S> {
    archive: Archive<S>,
    /// Part names as they are compared, with their index in the archive, sorted; made when a name is not found as it is.
    names: OnceCell<Vec<(String, usize)>>,
    unpacker: Unpacker,
}

/// The archive, as its directory or, without one, its parts' own headers show it.
enum Archive<S> {
    Whole(Box<ZipArchive<S>>),
    Salvaged(Salvaged<S>),
}

/// A relationship from one part to another.
#[derive(Debug, Clone)]
pub(super) struct Relationship {
    /// The last word of its type: `officeDocument`, `styles`, `footnotes`, `header`.
    pub kind: String,
    /// The part it leads to, as a name in the container.
    pub target: String,
}

impl<S: Read + Seek> Package<S> {
    /// Opens the container.
    pub fn open(mut source: S, budget: &Budget) -> Result<Self, Error> {
        check_n_entries(&mut source, budget)?;
        let archive = ZipArchive::new(source).map_err(|e| match budget.passed() {
            Some(limit) => limit,
            None => Error::DamagedZip { cause: zip_cause(&e) },
        })?;
        if archive.len() as u64 > budget.settings.max_entries {
            return Err(too_many_entries(budget));
        }
        Ok(Package { archive: Archive::Whole(Box::new(archive)), names: OnceCell::new(), unpacker: Unpacker::take() })
    }

    /// Opens what is left of a container without a directory.
    pub fn salvage(source: S, budget: &Budget) -> Result<Self, Error> {
        let salvaged = Salvaged::find(source, budget.settings.max_entries)?;
        Ok(Package { archive: Archive::Salvaged(salvaged), names: OnceCell::new(), unpacker: Unpacker::take() })
    }

    /// What kind of OpenDocument the container holds, if it holds one.
    pub fn open_document_kind(&mut self, budget: &Budget) -> Result<Option<&'static str>, Error> {
        let Some(index) = self.index("mimetype") else { return Ok(None) };
        let mut kind = Vec::new();
        let read = self.unpack(index, "mimetype", budget).map(|(part, _)| part.take(200).read_to_end(&mut kind));
        if let (Some(limit), true) = (budget.passed(), read.is_err()) {
            return Err(limit);
        }
        let holds = |what: &[u8]| memchr::memmem::find(&kind, what).is_some();
        Ok(if !holds(b"opendocument") && !holds(b"sun.xml") {
            None
        } else if holds(b"spreadsheet") || holds(b"calc") {
            Some("an OpenDocument spreadsheet (.ods)")
        } else if holds(b"presentation") || holds(b"impress") {
            Some("an OpenDocument presentation (.odp)")
        } else {
            Some("an OpenDocument text (.odt)")
        })
    }

    /// Whether there is a part of this name, in any case.
    pub fn has(&self, name: &str) -> bool {
        self.index(name).is_some()
    }

    /// Whether there is a part whose name starts so, in any case.
    pub fn has_below(&self, folder: &str) -> bool {
        self.names().iter().any(|(n, _)| n.starts_with(folder))
    }

    fn index(&self, name: &str) -> Option<usize> {
        if let Archive::Whole(archive) = &self.archive
            && let Some(index) = archive.index_for_name(name)
        {
            return Some(index);
        }
        let name = normal(name);
        let names = self.names();
        let at = names.partition_point(|(n, _)| *n < name);
        names.get(at).filter(|(n, _)| *n == name).map(|(_, i)| *i)
    }

    fn names(&self) -> &[(String, usize)] {
        self.names.get_or_init(|| match &self.archive {
            Archive::Whole(archive) => {
                sorted((0..archive.len()).filter_map(|i| archive.name_for_index(i).map(|name| (name, i))))
            }
            Archive::Salvaged(salvaged) => sorted(salvaged.names().enumerate().map(|(i, name)| (name, i))),
        })
    }

    /// What tells a small part from those of other documents, without unpacking it.
    pub fn fingerprint(&mut self, name: &str) -> Option<Fingerprint> {
        let index = self.index(name)?;
        let (crc, len, packed_len, _) = self.load(index)?;
        Some(Fingerprint { packed_crc: self.unpacker.checksum(name), packed_len, crc, len })
    }

    /// Takes a small part in as it is packed: its checksum, length, packed length, and whether it is deflated.
    fn load(&mut self, index: usize) -> Option<(u32, u64, u64, bool)> {
        let Archive::Whole(archive) = &mut self.archive else { return None };
        let file = archive.by_index_raw(index).ok()?;
        let deflated = match file.compression() {
            CompressionMethod::Deflated => true,
            CompressionMethod::Stored => false,
            _ => return None,
        };
        let (crc, len, packed_len, encrypted) = (file.crc32(), file.size(), file.compressed_size(), file.encrypted());
        (!encrypted && self.unpacker.load(file, packed_len)).then_some((crc, len, packed_len, deflated))
    }

    /// The XML events of a part that the text can do without: one that cannot be opened counts as missing.
    pub fn events_if_sound<'p>(&'p mut self, name: &str, budget: &'p Budget<'p>) -> Result<Option<Events<'p>>, Error> {
        match self.events(name, budget) {
            Err(error) if budget.passed().is_some() => Err(error),
            other => Ok(other.unwrap_or(None)),
        }
    }

    /// The XML events of a part; `None` when there is no such part.
    pub fn events<'p>(&'p mut self, name: &str, budget: &'p Budget<'p>) -> Result<Option<Events<'p>>, Error> {
        let Some(index) = self.index(name) else { return Ok(None) };
        if let Some((crc, len, packed, deflated)) = self.load(index)
            && self.unpacker.unpack(deflated, crc, len).is_some()
        {
            budget.inflated(len, len, packed, name).map_err(|_| limit_of(budget, name))?;
            return Ok(Some(Events::of_bytes(self.unpacker.unpacked(), budget)));
        }
        let (file, packed) = self.unpack(index, name, budget)?;
        let counted = Counted { inner: file, budget, packed, n: 0, name: name.to_owned() };
        let window = BufReader::with_capacity(WINDOW_BYTES, counted);
        let utf8 = super::encoding::utf8(window).map_err(|e| match budget.passed() {
            Some(limit) => limit,
            None => Error::Damaged { part: name.to_owned(), cause: e.to_string() },
        })?;
        Ok(Some(Events::of_stream(utf8, budget)))
    }

    /// The unpacked bytes of a part, and how many packed ones it has.
    fn unpack(&mut self, index: usize, name: &str, budget: &Budget) -> Result<(Box<dyn Read + '_>, u64), Error> {
        let part = || name.to_owned();
        match &mut self.archive {
            Archive::Whole(archive) => match archive.by_index(index) {
                Ok(file) => {
                    let packed = file.compressed_size();
                    Ok((Box::new(file), packed))
                }
                Err(e) => Err(match (budget.passed(), &e) {
                    (Some(limit), _) => limit,
                    (None, ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)) => Error::Encrypted,
                    (None, ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_)) => {
                        Error::Packing { part: part(), cause: zip_cause(&e) }
                    }
                    (None, _) => Error::Damaged { part: part(), cause: zip_cause(&e) },
                }),
            },
            Archive::Salvaged(salvaged) => salvaged.open(index).map_err(|e| match budget.passed() {
                Some(limit) => limit,
                None => Error::Damaged { part: part(), cause: e.to_string() },
            }),
        }
    }

    /// The relationships of a part (of the package itself for `""`); none when they cannot be read.
    pub fn relationships(&mut self, part: &str, budget: &Budget) -> Result<Arc<Vec<Relationship>>, Error> {
        static KEPT: Kept<Vec<Relationship>> = Kept::new();
        let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
        let slash = if folder.is_empty() { "" } else { "/" };
        let name = format!("{folder}{slash}_rels/{file}.rels");
        KEPT.get(self, &name, budget, |events| {
            let mut all = Vec::new();
            each_element(events, |tag, element| {
                if tag == Tag::Relationship
                    && element.get(b"TargetMode") != Some(b"External")
                    && let (Some(kind), Some(target)) = (element.get_text(b"Type"), element.get_text(b"Target"))
                {
                    let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                    all.push(Relationship { kind, target: resolve(folder, &target) });
                }
            })?;
            Ok(all)
        })
    }

    /// The content types of single parts: (part name, type), in the order of the file.
    pub fn content_types(&mut self, budget: &Budget) -> Result<Arc<Vec<(String, String)>>, Error> {
        static KEPT: Kept<Vec<(String, String)>> = Kept::new();
        KEPT.get(self, "[Content_Types].xml", budget, |events| {
            let mut all = Vec::new();
            each_element(events, |tag, element| {
                if tag == Tag::ContentOverride
                    && let (Some(part), Some(kind)) = (element.get_text(b"PartName"), element.get_text(b"ContentType"))
                {
                    all.push((normal(&part), kind));
                }
            })?;
            Ok(all)
        })
    }
}

/// Calls `each` with every element of a small part up to where it ends or breaks off; only limits are errors.
fn each_element(events: &mut Events, mut each: impl FnMut(Tag, &Element)) -> Result<(), Error> {
    loop {
        match events.next() {
            Ok(Node::Start(tag, element)) => each(tag, &element),
            Ok(Node::Eof) | Err(Fault::Damaged(_)) => return Ok(()),
            Ok(_) => {}
            Err(Fault::Stop(error)) => return Err(error),
        }
    }
}

/// The limit that was passed while a part was read.
fn limit_of(budget: &Budget, part: &str) -> Error {
    budget.passed().unwrap_or_else(|| Error::Damaged { part: part.to_owned(), cause: "reading stopped".to_owned() })
}

/// Part names as names are compared, in order.
fn sorted<'n>(names: impl Iterator<Item = (&'n str, usize)>) -> Vec<(String, usize)> {
    let mut names: Vec<(String, usize)> = names.map(|(name, i)| (normal(name), i)).collect();
    names.sort_unstable();
    names
}

/// A part name as names are compared.
fn normal(name: &str) -> String {
    name.trim_start_matches(['/', '\\']).replace('\\', "/").to_lowercase()
}

/// The part that `target`, found in a relationship of a part in `folder`, leads to.
fn resolve(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let mut path: Vec<&str> = if target.starts_with('/') { Vec::new() } else { folder.split('/').collect() };
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                path.pop();
            }
            step => path.push(step),
        }
    }
    path.retain(|step| !step.is_empty());
    path.join("/")
}

/// Refuses a container that declares too many entries before room is made for them. The count stands in the records at
/// the end of the file, or in several candidates for them when the end is damaged.
fn check_n_entries<S: Read + Seek>(source: &mut S, budget: &Budget) -> Result<(), Error> {
    let io = |e: std::io::Error| Error::unreadable(&e);
    let max = budget.settings.max_entries;
    let len = source.seek(SeekFrom::End(0)).map_err(io)?;
    // The usual end: the last record, without a comment behind it, and no count that another record has.
    let mut record = [0; 22];
    if len >= 22 {
        source.seek(SeekFrom::Start(len - 22)).map_err(io)?;
        source.read_exact(&mut record).map_err(io)?;
        let n = u16::from_le_bytes([record[10], record[11]]);
        if record.starts_with(b"PK\x05\x06") && record[20..] == [0, 0] && u64::from(n) <= max && n != 0xFFFF {
            source.seek(SeekFrom::Start(0)).map_err(io)?;
            return Ok(());
        }
    }
    let mut tail = Vec::new();
    source.seek(SeekFrom::Start(len.saturating_sub(66_000))).map_err(io)?;
    source.by_ref().take(66_000).read_to_end(&mut tail).map_err(io)?;
    source.seek(SeekFrom::Start(0)).map_err(io)?;
    for at in memchr::memmem::find_iter(&tail, b"PK\x05\x06") {
        if let Some(&[a, b]) = tail.get(at + 10..at + 12) {
            let n = u64::from(u16::from_le_bytes([a, b]));
            // 0xFFFF says that the record for large archives has the count.
            if n > max && n != 0xFFFF {
                return Err(too_many_entries(budget));
            }
        }
    }
    for at in memchr::memmem::find_iter(&tail, b"PK\x06\x06") {
        if let Some(count) = tail.get(at + 32..at + 40) {
            let count = count.iter().rev().fold(0u64, |n, b| n << 8 | u64::from(*b));
            if count > max {
                return Err(too_many_entries(budget));
            }
        }
    }
    Ok(())
}

fn too_many_entries(budget: &Budget) -> Error {
    budget.limit("its zip container", budget.settings.max_entries, "entries", "max_entries")
}

/// What the zip crate says, in words for people who do not know the format.
fn zip_cause(error: &ZipError) -> String {
    let said = match error {
        ZipError::InvalidArchive(cause) => cause.to_string(),
        ZipError::UnsupportedArchive(cause) => (*cause).to_owned(),
        ZipError::Io(cause) => cause.to_string(),
        other => other.to_string(),
    }
    .to_lowercase();
    let known = [
        ("find eocd", "the directory at its end is missing"),
        ("cdfh offset", "its directory is not where the end of the file says"),
        ("unexpected end", "it ends too early"),
        ("beyond file boundary", "it ends too early"),
        ("local file header", "a part is not where the directory says"),
        ("central directory header", "its directory is damaged"),
    ];
    if let Some((_, words)) = known.iter().find(|(part, _)| said.contains(part)) {
        return (*words).to_owned();
    }
    said.trim_end_matches('.').to_owned()
}

/// Counts what is unpacked, whatever the archive declares.
struct Counted<'p> {
    inner: Box<dyn Read + 'p>,
    budget: &'p Budget<'p>,
    packed: u64,
    n: u64,
    name: String,
}

impl Read for Counted<'_> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.n += n as u64;
        self.budget.inflated(n as u64, self.n, self.packed, &self.name)?;
        Ok(n)
    }
}

/// A source that fails when the file's time is up, so that a container made to be sought in without end ends.
pub(super) struct Timed<'p, S> {
    inner: S,
    budget: &'p Budget<'p>,
    n_reads: u32,
}

impl<'p, S> Timed<'p, S> {
    pub fn new(inner: S, budget: &'p Budget<'p>) -> Self {
        Timed { inner, budget, n_reads: 0 }
    }
}

impl<S: Read> Read for Timed<'_, S> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        self.n_reads = self.n_reads.wrapping_add(1);
        if self.n_reads.is_multiple_of(256) {
            self.budget.check_time().map_err(stopped)?;
        }
        self.inner.read(buf)
    }
}

impl<S: Seek> Seek for Timed<'_, S> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.inner.seek(to)
    }
}
