//! The events of one XML part, streamed: names resolved to [`Tag`]s, entities never expanded, depth, token size and time
//! counted. A part that ends early or breaks off is told from one that ends.

use super::encoding;
use super::names::{Ns, Tag};
use crate::extract::Error;
use crate::extract::budget::{Budget, stopped};
use quick_xml::events::{BytesStart, Event};
use std::borrow::Cow;
use std::io::{BufRead, Read};

/// What comes next in a part.
pub(super) enum Node<'e> {
    /// An element starts.
    Start(Tag, Element<'e>),
    /// The element that was opened last ends.
    End(Tag),
    /// Characters; several in a row may belong together.
    Text(Cow<'e, [u8]>),
    /// Nothing that matters here: a comment, an instruction, an entity that is not resolved.
    Nothing,
    /// The part ends, with every element closed.
    Eof,
}

/// A start tag with its attributes.
pub(super) struct Element<'e> {
    start: BytesStart<'e>,
}

impl Element<'_> {
    /// The value of the attribute with this name in any namespace, with entities as they stand. Scanned here, as this is
    /// asked for a third of all elements and an iterator over all attributes would be the most expensive part of reading.
    pub fn get(&self, local: &[u8]) -> Option<&[u8]> {
        let mut rest = self.start.attributes_raw();
        loop {
            let equals = memchr::memchr(b'=', rest)?;
            let name = rest[..equals].trim_ascii();
            rest = rest[equals + 1..].trim_ascii_start();
            let quote = *rest.first().filter(|q| matches!(q, b'"' | b'\''))?;
            let end = memchr::memchr(quote, &rest[1..])?;
            let is_it = name.strip_suffix(local).is_some_and(|prefix| prefix.is_empty() || prefix.ends_with(b":"));
            if is_it {
                return Some(&rest[1..=end]);
            }
            rest = &rest[end + 2..];
        }
    }

    /// The value as text, entities resolved.
    pub fn get_text(&self, local: &[u8]) -> Option<String> {
        let text = String::from_utf8_lossy(self.get(local)?).into_owned();
        if !text.contains('&') {
            return Some(text);
        }
        Some(quick_xml::escape::unescape(&text).map(Cow::into_owned).unwrap_or(text))
    }

    /// The value as a whole number.
    pub fn get_number<N: std::str::FromStr>(&self, local: &[u8]) -> Option<N> {
        std::str::from_utf8(self.get(local)?).ok()?.trim().parse().ok()
    }

    /// Whether a property that is on by being there (`<w:b/>`) is on.
    pub fn is_on(&self) -> bool {
        !matches!(self.get(b"val"), Some(b"0" | b"false" | b"off" | b"none"))
    }

    /// The element's name as written.
    pub fn name(&self) -> String {
        String::from_utf8_lossy(self.start.name().as_ref()).into_owned()
    }
}

/// Why a part cannot be read on.
#[derive(Debug, Clone)]
pub(super) enum Fault {
    /// It is damaged from here on; what came before stands.
    Damaged(String),
    /// A limit was passed; nothing of the file stands.
    Stop(Error),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Fault::Stop(error)
    }
}

/// The events of a part.
pub(super) struct Events<'p> {
    reader: Reader<'p>,
    budget: &'p Budget<'p>,
    buffer: Vec<u8>,
    namespaces: Namespaces,
    open: Vec<Tag>,
    /// The element that just started was empty (`<w:b/>`): its end comes next.
    end_next: bool,
    n_events: u32,
}

/// The XML reader: over bytes that are there, which it need not copy, or over a stream.
enum Reader<'p> {
    Bytes(quick_xml::Reader<&'p [u8]>),
    Stream(quick_xml::Reader<Tokens<'p>>),
}

/// Events between two looks at the clock.
const EVENTS_PER_CHECK: u32 = 4096;

impl<'p> Events<'p> {
    /// The events of the XML in a stream of UTF-8.
    pub fn of_stream(bytes: Box<dyn BufRead + 'p>, budget: &'p Budget<'p>) -> Self {
        let mut reader = quick_xml::Reader::from_reader(Tokens { bytes, budget, n_token_bytes: 0 });
        reader.config_mut().allow_dangling_amp = true;
        Self::of(Reader::Stream(reader), budget)
    }

    /// The events of the XML in `bytes`, in whatever encoding.
    pub fn of_bytes(bytes: &'p [u8], budget: &'p Budget<'p>) -> Self {
        if !encoding::is_utf8(bytes)
            && let Ok(stream) = encoding::utf8(bytes)
        {
            return Self::of_stream(stream, budget);
        }
        let mut reader = quick_xml::Reader::from_reader(bytes);
        reader.config_mut().allow_dangling_amp = true;
        Self::of(Reader::Bytes(reader), budget)
    }

    fn of(reader: Reader<'p>, budget: &'p Budget<'p>) -> Self {
        Events {
            reader,
            budget,
            buffer: Vec::new(),
            namespaces: Namespaces::default(),
            open: Vec::new(),
            end_next: false,
            n_events: 0,
        }
    }

    /// How many elements are open.
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// The next event. Whatever is not XML content for us (comments, instructions) comes as [`Node::Nothing`].
    pub fn next(&mut self) -> Result<Node<'_>, Fault> {
        if self.end_next {
            self.end_next = false;
            return Ok(Node::End(close(&mut self.open, &mut self.namespaces)));
        }
        let event = next_event(&mut self.reader, &mut self.buffer, &mut self.n_events, self.budget)?;
        Ok(match event {
            Event::Start(start) => open(start, &mut self.open, &mut self.namespaces, self.budget)?,
            Event::Empty(start) => {
                self.end_next = true;
                open(start, &mut self.open, &mut self.namespaces, self.budget)?
            }
            Event::End(_) => Node::End(close(&mut self.open, &mut self.namespaces)),
            Event::Text(text) => Node::Text(text.into_inner()),
            Event::CData(text) => Node::Text(text.into_inner()),
            Event::GeneralRef(name) => match resolve(&name) {
                Some(text) => Node::Text(text),
                None => Node::Nothing,
            },
            Event::Eof if self.open.is_empty() => Node::Eof,
            Event::Eof => return Err(Fault::Damaged(EARLY_END.to_owned())),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => Node::Nothing,
        })
    }

    /// Passes over the rest of the element that just started, its end included, without looking at what is in it.
    pub fn skip(&mut self) -> Result<(), Fault> {
        let depth = self.open.len();
        if self.end_next {
            self.end_next = false;
            close(&mut self.open, &mut self.namespaces);
            return Ok(());
        }
        let max_depth = self.budget.settings.max_depth;
        while self.open.len() >= depth {
            match self.event()? {
                Event::Start(_) => {
                    if self.open.len() as u64 >= max_depth {
                        return Err(depth_limit(self.budget).into());
                    }
                    self.open.push(Tag::Other);
                }
                Event::End(_) => {
                    close(&mut self.open, &mut self.namespaces);
                }
                Event::Eof => return Err(Fault::Damaged(EARLY_END.to_owned())),
                _ => {}
            }
        }
        Ok(())
    }

    /// The next event of the XML reader, within the limits.
    fn event(&mut self) -> Result<Event<'_>, Fault> {
        next_event(&mut self.reader, &mut self.buffer, &mut self.n_events, self.budget)
    }
}

/// What is said of a part whose elements are not all closed.
const EARLY_END: &str = "it ends before its last element does";

fn next_event<'e>(
    reader: &'e mut Reader,
    buffer: &'e mut Vec<u8>,
    n_events: &mut u32,
    budget: &Budget,
) -> Result<Event<'e>, Fault> {
    *n_events += 1;
    if n_events.is_multiple_of(EVENTS_PER_CHECK) {
        budget.check_time()?;
    }
    let event = match reader {
        Reader::Bytes(reader) => reader.read_event(),
        Reader::Stream(reader) => {
            buffer.clear();
            reader.get_mut().n_token_bytes = 0;
            reader.read_event_into(buffer)
        }
    };
    let event = event.map_err(|error| fault(budget, &error))?;
    // Within one window the count of `Tokens` is not asked.
    if event.len() as u64 > budget.settings.max_token_bytes {
        return Err(token_limit(budget).into());
    }
    Ok(event)
}

fn open<'e>(
    start: BytesStart<'e>,
    open: &mut Vec<Tag>,
    namespaces: &mut Namespaces,
    budget: &Budget,
) -> Result<Node<'e>, Fault> {
    if open.len() as u64 >= budget.settings.max_depth {
        return Err(depth_limit(budget).into());
    }
    let depth = open.len() as u32 + 1;
    namespaces.declare(&start, depth)?;
    let name = start.name();
    let (local, prefix) = name.decompose();
    let ns = namespaces.resolve(prefix.map_or(b"".as_slice(), |p| p.into_inner()));
    let tag = Tag::of(ns, local.as_ref());
    open.push(tag);
    Ok(Node::Start(tag, Element { start }))
}

fn close(open: &mut Vec<Tag>, namespaces: &mut Namespaces) -> Tag {
    let depth = open.len() as u32;
    namespaces.close(depth);
    // The XML reader has matched the end with a start; an end without a start is its error.
    open.pop().unwrap_or(Tag::Other)
}

/// What a reference stands for: characters and the five names of XML itself. Names that a document declares are not
/// looked up, so none can grow.
fn resolve(name: &quick_xml::events::BytesRef) -> Option<Cow<'static, [u8]>> {
    let text: &'static [u8] = match &**name {
        b"amp" => b"&",
        b"lt" => b"<",
        b"gt" => b">",
        b"quot" => b"\"",
        b"apos" => b"'",
        _ => {
            let c = name.resolve_char_ref().ok().flatten()?;
            return Some(Cow::Owned(c.to_string().into_bytes()));
        }
    };
    Some(Cow::Borrowed(text))
}

fn fault(budget: &Budget, error: &quick_xml::Error) -> Fault {
    match budget.passed() {
        Some(limit) => Fault::Stop(limit),
        // The message may quote a tag of any length.
        None => Fault::Damaged(match cause(error) {
            long if long.chars().count() > MAX_CAUSE => long.chars().take(MAX_CAUSE).chain(['…']).collect(),
            short => short,
        }),
    }
}

/// What is wrong, in words for people who do not know how a part is packed.
fn cause(error: &quick_xml::Error) -> String {
    let said = error.to_string();
    let known = [
        ("Invalid checksum", "its checksum is wrong"),
        ("corrupt deflate stream", "its packed bytes are damaged"),
        ("incomplete deflate stream", "its packed bytes end too early"),
        ("unexpected end of file", "its packed bytes end too early"),
    ];
    known.iter().find(|(part, _)| said.contains(part)).map_or(said, |(_, words)| (*words).to_owned())
}

/// Longest cause, in characters, that is shown.
const MAX_CAUSE: usize = 160;

/// The namespaces that prefixes mean where the reader is.
#[derive(Default)]
struct Namespaces {
    /// Declarations in force, innermost last: depth of the element, prefix, namespace.
    declared: Vec<(u32, Vec<u8>, Ns)>,
    /// What the prefix that was asked for last means; nearly every element has the same.
    last: Option<(Vec<u8>, Ns)>,
}

/// Most declarations in force at once; documents have some forty.
const MAX_DECLARATIONS: usize = 1000;

impl Namespaces {
    fn declare(&mut self, start: &BytesStart, depth: u32) -> Result<(), Fault> {
        let raw = start.attributes_raw();
        if memchr::memchr_iter(b'x', raw).all(|i| !raw[i..].starts_with(b"xmlns")) {
            return Ok(());
        }
        for attribute in start.attributes().with_checks(false).flatten() {
            let prefix = match attribute.key.as_ref() {
                b"xmlns" => b"".as_slice(),
                key => match key.strip_prefix(b"xmlns:") {
                    Some(prefix) => prefix,
                    None => continue,
                },
            };
            if self.declared.len() >= MAX_DECLARATIONS {
                return Err(Fault::Damaged(format!("it declares more than {MAX_DECLARATIONS} namespaces at once")));
            }
            self.declared.push((depth, prefix.to_vec(), Ns::of(attribute.value.trim_ascii())));
            self.last = None;
        }
        Ok(())
    }

    fn resolve(&mut self, prefix: &[u8]) -> Ns {
        if let Some((last, ns)) = &self.last
            && last == prefix
        {
            return *ns;
        }
        let declared = self.declared.iter().rev().find(|(_, p, _)| p == prefix).map(|(_, _, ns)| *ns);
        let ns = declared.unwrap_or_else(|| Ns::by_custom(prefix));
        let mut last = self.last.take().map(|(p, _)| p).unwrap_or_default();
        last.clear();
        last.extend_from_slice(prefix);
        self.last = Some((last, ns));
        ns
    }

    fn close(&mut self, depth: u32) {
        while self.declared.last().is_some_and(|(d, _, _)| *d >= depth) {
            self.declared.pop();
            self.last = None;
        }
    }
}

/// Hands bytes to the XML reader and counts how many it takes for one token, which it would collect without end.
struct Tokens<'p> {
    bytes: Box<dyn BufRead + 'p>,
    budget: &'p Budget<'p>,
    n_token_bytes: u64,
}

fn depth_limit(budget: &Budget) -> Error {
    budget.limit("the depth of its elements", budget.settings.max_depth, "levels", "max_depth")
}

fn token_limit(budget: &Budget) -> Error {
    budget.limit("the length of a tag or text", budget.settings.max_token_bytes, "bytes", "max_token_bytes")
}

impl Read for Tokens<'_> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let n = self.bytes.read(buf)?;
        self.n_token_bytes += n as u64;
        Ok(n)
    }
}

impl BufRead for Tokens<'_> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        let limit = self.budget.settings.max_token_bytes;
        if self.n_token_bytes > limit {
            return Err(stopped(token_limit(self.budget)));
        }
        self.bytes.fill_buf()
    }

    fn consume(&mut self, n: usize) {
        self.n_token_bytes += n as u64;
        self.bytes.consume(n);
    }
}
