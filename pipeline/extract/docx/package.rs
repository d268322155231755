//! The container: a zip archive whose parts refer to one another by relationships. Part names are compared without
//! regard to case and with `\` as `/`, as some writers make them; whatever is missing but can be guessed is guessed.

use super::names::Tag;
use super::salvage::Salvaged;
use super::xml::{Element, Events, Fault, Node};
use crate::extract::Error;
use crate::extract::budget::{Budget, stopped};
use std::io::{BufReader, Read, Seek, SeekFrom};
use zip::ZipArchive;
use zip::result::ZipError;

/// Size of the window through which a part is read while it is unpacked.
const WINDOW_BYTES: usize = 32 << 10;

/// An opened container.
pub(super) struct Package<S> {
    archive: Archive<S>,
    /// Lower-case part names without a leading slash, with their index in the archive; sorted.
    names: Vec<(String, usize)>,
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
        let names = sorted((0..archive.len()).filter_map(|i| archive.name_for_index(i).map(|name| (name, i))));
        Ok(Package { archive: Archive::Whole(Box::new(archive)), names })
    }

    /// Opens what is left of a container without a directory.
    pub fn salvage(source: S, budget: &Budget) -> Result<Self, Error> {
        let salvaged = Salvaged::find(source, budget.settings.max_entries)?;
        let names = sorted(salvaged.names().enumerate().map(|(i, name)| (name, i)));
        Ok(Package { archive: Archive::Salvaged(salvaged), names })
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
        self.names.iter().any(|(n, _)| n.starts_with(folder))
    }

    fn index(&self, name: &str) -> Option<usize> {
        let name = normal(name);
        let at = self.names.partition_point(|(n, _)| *n < name);
        self.names.get(at).filter(|(n, _)| *n == name).map(|(_, i)| *i)
    }

    /// What tells the bytes of a part from those of other parts, without unpacking them: checksum and sizes, as declared.
    pub fn fingerprint(&mut self, name: &str) -> Option<(u32, u64, u64)> {
        let index = self.index(name)?;
        let Archive::Whole(archive) = &mut self.archive else { return None };
        let file = archive.by_index_raw(index).ok()?;
        Some((file.crc32(), file.size(), file.compressed_size()))
    }

    /// The XML events of a part; `None` when there is no such part.
    pub fn events<'p>(&'p mut self, name: &str, budget: &'p Budget<'p>) -> Result<Option<Events<'p>>, Error> {
        let Some(index) = self.index(name) else { return Ok(None) };
        let (file, packed) = self.unpack(index, name, budget)?;
        let counted = Counted { inner: file, budget, packed, n: 0, name: name.to_owned() };
        let window = BufReader::with_capacity(WINDOW_BYTES, counted);
        let utf8 = super::encoding::utf8(window).map_err(|e| match budget.passed() {
            Some(limit) => limit,
            None => Error::Damaged { part: name.to_owned(), cause: e.to_string() },
        })?;
        Ok(Some(Events::new(utf8, budget)))
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
    pub fn relationships(&mut self, part: &str, budget: &Budget) -> Result<Vec<Relationship>, Error> {
        let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
        let slash = if folder.is_empty() { "" } else { "/" };
        let name = format!("{folder}{slash}_rels/{file}.rels");
        let mut all = Vec::new();
        let base = folder.to_owned();
        self.each_element(&name, budget, |tag, element| {
            if tag != Tag::Relationship || element.get(b"TargetMode").as_deref() == Some(b"External") {
                return;
            }
            if let (Some(kind), Some(target)) = (element.get_text(b"Type"), element.get_text(b"Target")) {
                let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                all.push(Relationship { kind, target: resolve(&base, &target) });
            }
        })?;
        Ok(all)
    }

    /// The content types of single parts: (part name, type), in the order of the file.
    pub fn content_types(&mut self, budget: &Budget) -> Result<Vec<(String, String)>, Error> {
        let mut all = Vec::new();
        self.each_element("[Content_Types].xml", budget, |tag, element| {
            if tag == Tag::ContentOverride
                && let (Some(part), Some(kind)) = (element.get_text(b"PartName"), element.get_text(b"ContentType"))
            {
                all.push((normal(&part), kind));
            }
        })?;
        Ok(all)
    }

    /// Calls `each` with every element of a small part up to where it ends or breaks off; only limits are errors.
    fn each_element(&mut self, name: &str, budget: &Budget, mut each: impl FnMut(Tag, &Element)) -> Result<(), Error> {
        let mut events = match self.events(name, budget) {
            Ok(Some(events)) => events,
            Ok(None) => return Ok(()),
            Err(error) => return budget.passed().map_or(Ok(()), |_| Err(error)),
        };
        loop {
            match events.next() {
                Ok(Node::Start(tag, element)) => each(tag, &element),
                Ok(Node::Eof) | Err(Fault::Damaged(_)) => return Ok(()),
                Ok(_) => {}
                Err(Fault::Stop(error)) => return Err(error),
            }
        }
    }
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
    let len = source.seek(SeekFrom::End(0)).map_err(io)?;
    let mut tail = Vec::new();
    source.seek(SeekFrom::Start(len.saturating_sub(66_000))).map_err(io)?;
    source.by_ref().take(66_000).read_to_end(&mut tail).map_err(io)?;
    source.seek(SeekFrom::Start(0)).map_err(io)?;
    let max = budget.settings.max_entries;
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
