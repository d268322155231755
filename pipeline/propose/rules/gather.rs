//! A rules file and the files it includes, read and not yet understood: enough to know whether anything has changed.

use super::read::Reader;
use super::{Error, Rules};
use crate::fault::{Fault, Place, Source, judge, said};
use crate::frame::Frame;
use crate::keys::read_toml;
use crate::warned::Warned;
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

/// See the module.
#[derive(Debug)]
pub struct Unread {
    name: String,
    sources: Vec<Source>,
    faults: Vec<Fault>,
}

impl Unread {
    /// Reads the file and, once each, all that it includes; `name` is the path that errors show.
    ///
    /// # Errors
    /// When the file cannot be read. An included file that cannot is a fault, which [`Unread::compile`] tells.
    pub fn read(file: &Path, name: &str) -> Result<Unread, Error> {
        let mut unread = Unread { name: name.to_owned(), sources: Vec::new(), faults: Vec::new() };
        let mut waiting = vec![(file.to_owned(), name.to_owned(), None::<Place>)];
        let mut seen = BTreeSet::new();
        while let Some((file, name, asked)) = waiting.pop() {
            if !seen.insert(normal(Path::new(&name))) {
                continue;
            }
            let text = match (std::fs::read_to_string(&file), asked) {
                (Ok(text), _) => text,
                (Err(source), None) => return Err(Error::Read { path: name, source }),
                (Err(source), Some(place)) => {
                    unread.faults.push(Fault::error(place, format!("could not read `{name}`: {}", said(&source))));
                    continue;
                }
            };
            let source = Source::new(name.clone(), &text);
            let head = Source::new(name.clone(), before_tables(&source.text));
            // Only what a first look finds; faults are kept when the whole file is read.
            let (includes, _) = read_toml(&head, |keys| keys.texts("include"));
            let beside = |inner: &str, of: &Path| of.parent().unwrap_or(Path::new("")).join(inner);
            for include in includes.into_iter().rev() {
                let shown = normal(&beside(&include.value, Path::new(&name)));
                let place = source.place(include.span.start);
                waiting.push((beside(&include.value, &file), shown.to_string_lossy().replace('\\', "/"), Some(place)));
            }
            unread.sources.push(source);
        }
        Ok(unread)
    }

    /// Rules given as the text of a file; what it includes is not read.
    pub fn of(name: &str, text: &str) -> Unread {
        Unread { name: name.to_owned(), sources: vec![Source::new(name, text)], faults: Vec::new() }
    }

    /// blake3 of the files' names and texts, in hex: with the same hash and frame the same text gives the same hits.
    pub fn hash(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for source in &self.sources {
            hasher.update(source.path.as_bytes()).update(&[0]).update(source.text.as_bytes()).update(&[0]);
        }
        hasher.finalize().to_hex().to_string()
    }

    /// Understands and compiles what has been read.
    ///
    /// # Errors
    /// When anything in it has a fault; all of them are told.
    pub fn compile(self, frame: &Frame) -> Result<Warned<Rules>, Error> {
        let mut reader = Reader::new(frame);
        reader.faults = self.faults;
        reader.read_all(&self.sources);
        let rules = reader.compile(self.sources);
        // A file is read twice, lists before rules, and defaults count for every rule of their question.
        reader.faults.sort_by(|a, b| (&a.place, &a.message).cmp(&(&b.place, &b.message)));
        reader.faults.dedup();
        let unsound = |source| Error::Unsound { path: self.name.clone(), source };
        let warnings = judge(reader.faults).map_err(unsound)?;
        Ok(Warned { value: rules.expect("rules without errors compile"), warnings })
    }
}

/// The part of a TOML text before its first table, where the keys of the file itself stand.
fn before_tables(text: &str) -> &str {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.starts_with('[') {
            return &text[..at];
        }
        at += line.len();
    }
    text
}

/// The path without `.` and `..` where these can be told from the text alone.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::Normal(_))) => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}
