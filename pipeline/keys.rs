//! A TOML table comes in; its keys are taken one by one and checked, and what nobody took is refused with the nearest
//! known name. Written out instead of derived with serde because serde stops at the first fault, and a person who
//! edits a frame or a config wants all of them, each with its line and column.

use crate::fault::{Fault, Source, did_you_mean};
use std::{cell::RefCell, ops::Range, ops::RangeInclusive};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// A value and where it stands in the file, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Its bytes in the file, quotation marks included.
    pub span: Range<usize>,
}

/// Reads a TOML text and hands its keys to `read`; returns what `read` returned with every fault on the way, those of
/// syntax first. Keys that `read` did not take are faults.
pub fn read_toml<T>(source: &Source, read: impl FnOnce(&mut Keys<'_>) -> T) -> (T, Vec<Fault>) {
    let (table, errors) = DeTable::parse_recoverable(&source.text);
    let faults = RefCell::new(Vec::new());
    for error in &errors {
        let place = source.place(error.span().map_or(0, |span| span.start));
        faults.borrow_mut().push(Fault::error(place, error.message().replace('\n', ", ")));
    }
    // After an error of syntax the table is incomplete: keys that seem to be missing may stand behind it.
    let later = RefCell::new(Vec::new());
    let heard = if errors.is_empty() { &faults } else { &later };
    let mut keys = Keys::new(source, heard, table.get_ref(), 0..0, "the file");
    let value = read(&mut keys);
    drop(keys);
    (value, faults.into_inner())
}

/// The keys of one table, of which some have been taken. When it is dropped, what has not been taken is refused.
pub struct Keys<'a> {
    source: &'a Source,
    faults: &'a RefCell<Vec<Fault>>,
    table: &'a DeTable<'a>,
    span: Range<usize>,
    /// How messages name the table: `the file`, `[extract]`, `[[question.code]]`.
    name: String,
    taken: Vec<&'static str>,
    /// Whether the author names the keys, so that none is unknown.
    open: bool,
}

impl<'a> Keys<'a> {
    fn new(
        source: &'a Source,
        faults: &'a RefCell<Vec<Fault>>,
        table: &'a DeTable<'a>,
        span: Range<usize>,
        name: &str,
    ) -> Self {
        Keys { source, faults, table, span, name: name.to_owned(), taken: Vec::new(), open: false }
    }

    /// Where the table begins, in bytes.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// The file the table stands in.
    pub fn source(&self) -> &'a Source {
        self.source
    }

    /// Whether the table has a key, of whatever type; taking it is another matter.
    pub fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// Records an error at a span.
    pub fn error(&self, span: &Range<usize>, message: impl Into<String>, hint: Option<String>) {
        self.faults.borrow_mut().push(Fault::error(self.source.place(span.start), message).hint(hint));
    }

    /// Records an oddity at a span.
    pub fn warning(&self, span: &Range<usize>, message: impl Into<String>) {
        self.faults.borrow_mut().push(Fault::warning(self.source.place(span.start), message));
    }

    /// The key `version`: may be left out, and must not be newer than what this program reads.
    pub fn version(&mut self, newest: u64) {
        let Some(version) = self.count("version", 1..=u64::MAX) else { return };
        if version.value > newest {
            let message = format!("`version` is {}, this program reads up to {newest}", version.value);
            self.error(&version.span, message, Some("use a newer codeframe".to_owned()));
        }
    }

    /// A string.
    pub fn text(&mut self, key: &'static str) -> Option<At<String>> {
        self.take(key, "a string", |value| value.as_str().map(str::to_owned))
    }

    /// A string that must be there and not be empty.
    pub fn required_text(&mut self, key: &'static str) -> Option<At<String>> {
        let Some(found) = self.text(key) else {
            // A value of the wrong type has been reported already.
            if !self.has(key) {
                self.error(&self.span, format!("key `{key}` is missing in {}", self.name), None);
            }
            return None;
        };
        if found.value.trim().is_empty() {
            self.error(&found.span, format!("`{key}` is empty"), None);
            return None;
        }
        Some(found)
    }

    /// One of a few words, with what each stands for.
    pub fn choice<T: Copy>(&mut self, key: &'static str, choices: &[(&'static str, T)]) -> Option<At<T>> {
        let word = self.text(key)?;
        match choices.iter().find(|(name, _)| *name == word.value) {
            Some((_, meaning)) => Some(At { value: *meaning, span: word.span }),
            None => {
                let names: Vec<_> = choices.iter().map(|(name, _)| format!("`{name}`")).collect();
                let message = format!("`{key}` is `{}`, expected {}", word.value, names.join(" or "));
                self.error(&word.span, message, did_you_mean(&word.value, choices.iter().map(|(name, _)| *name)));
                None
            }
        }
    }

    /// `true` or `false`.
    pub fn flag(&mut self, key: &'static str) -> Option<At<bool>> {
        self.take(key, "true or false", DeValue::as_bool)
    }

    /// A whole number in a range.
    pub fn count(&mut self, key: &'static str, range: RangeInclusive<u64>) -> Option<At<u64>> {
        let number = self.take(key, "a whole number", |value| {
            let digits = value.as_integer()?;
            i128::from_str_radix(digits.as_str(), digits.radix()).ok()
        })?;
        let within = u64::try_from(number.value).ok().filter(|n| range.contains(n));
        if within.is_none() {
            let message =
                format!("`{key}` is {}, expected a number from {} to {}", number.value, range.start(), range.end());
            self.error(&number.span, message, None);
        }
        within.map(|value| At { value, span: number.span })
    }

    /// A number in a range.
    pub fn number(&mut self, key: &'static str, range: RangeInclusive<f64>) -> Option<At<f64>> {
        let number = self.take(key, "a number", |value| match value {
            DeValue::Float(float) => float.as_str().parse().ok(),
            DeValue::Integer(digits) => digits.as_str().parse().ok(),
            _ => None,
        })?;
        if range.contains(&number.value) {
            return Some(number);
        }
        let message =
            format!("`{key}` is {}, expected a number from {} to {}", number.value, range.start(), range.end());
        self.error(&number.span, message, None);
        None
    }

    /// The table under a key, `[key]`.
    pub fn table(&mut self, key: &'static str) -> Option<Keys<'a>> {
        let spanned = self.find(key)?;
        match spanned.get_ref() {
            DeValue::Table(table) => {
                Some(Keys::new(self.source, self.faults, table, spanned.span(), &format!("[{}]", self.path_to(key))))
            }
            other => {
                self.wrong(key, &spanned.span(), "a table", other);
                None
            }
        }
    }

    /// The tables under a key, `[[key]]`, in the file's order.
    pub fn tables(&mut self, key: &'static str) -> Vec<Keys<'a>> {
        let Some(spanned) = self.find(key) else { return Vec::new() };
        let Some(array) = spanned.get_ref().as_array() else {
            self.wrong(key, &spanned.span(), &format!("tables, [[{key}]]"), spanned.get_ref());
            return Vec::new();
        };
        let name = format!("[[{}]]", self.path_to(key));
        let mut tables = Vec::new();
        for item in array.iter() {
            match item.get_ref() {
                DeValue::Table(table) => {
                    tables.push(Keys::new(self.source, self.faults, table, item.span(), &name));
                }
                other => self.wrong(key, &item.span(), "a table", other),
            }
        }
        tables
    }

    /// The dotted path of a key in this table, from the top of the file.
    fn path_to(&self, key: &str) -> String {
        match self.name.trim_matches(['[', ']']) {
            path if path == self.name => key.to_owned(),
            path => format!("{path}.{key}"),
        }
    }

    /// Takes a key without looking at it, for a reader that comes to it later.
    pub fn skip(&mut self, key: &'static str) {
        self.taken.push(key);
    }

    /// Strings under a key: a list of them, or a single one. Missing: none.
    pub fn texts(&mut self, key: &'static str) -> Vec<At<String>> {
        let Some(spanned) = self.find(key) else { return Vec::new() };
        self.texts_in(key, spanned)
    }

    /// Every key of the table with its strings, for a table whose keys the author names.
    pub fn all_texts(&mut self) -> Vec<(At<String>, Vec<At<String>>)> {
        self.open = true;
        let table = self.table;
        let named =
            |key: &Spanned<std::borrow::Cow<'_, str>>| At { value: key.get_ref().to_string(), span: key.span() };
        table.iter().map(|(key, value)| (named(key), self.texts_in(key.get_ref(), value))).collect()
    }

    /// Every key of the table with the table under it, for a table whose keys the author names.
    pub fn all_tables(&mut self) -> Vec<(At<String>, Keys<'a>)> {
        self.open = true;
        let mut tables = Vec::new();
        for (key, value) in self.table {
            let name: &str = key.get_ref();
            match value.get_ref() {
                DeValue::Table(table) => {
                    let inner = Keys::new(self.source, self.faults, table, value.span(), &format!("[{name}]"));
                    tables.push((At { value: name.to_owned(), span: key.span() }, inner));
                }
                other => self.wrong(name, &value.span(), "a table", other),
            }
        }
        tables
    }

    fn texts_in(&self, key: &str, spanned: &Spanned<DeValue<'a>>) -> Vec<At<String>> {
        let text = |value: &Spanned<DeValue<'a>>| {
            let found = value.get_ref().as_str().map(|text| At { value: text.to_owned(), span: value.span() });
            if found.is_none() {
                self.wrong(key, &value.span(), "a string or a list of strings", value.get_ref());
            }
            found
        };
        match spanned.get_ref() {
            DeValue::Array(array) => array.iter().filter_map(text).collect(),
            _ => text(spanned).into_iter().collect(),
        }
    }

    fn find(&mut self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.taken.push(key);
        self.table.get(key)
    }

    fn take<T>(
        &mut self,
        key: &'static str,
        expected: &str,
        read: impl Fn(&DeValue<'a>) -> Option<T>,
    ) -> Option<At<T>> {
        let spanned = self.find(key)?;
        let value = read(spanned.get_ref());
        if value.is_none() {
            self.wrong(key, &spanned.span(), expected, spanned.get_ref());
        }
        value.map(|value| At { value, span: spanned.span() })
    }

    fn wrong(&self, key: &str, span: &Range<usize>, expected: &str, found: &DeValue<'_>) {
        self.error(span, format!("`{key}` is of type {}, expected {expected}", found.type_str()), None);
    }
}

impl Drop for Keys<'_> {
    fn drop(&mut self) {
        for (key, _) in self.table {
            let name: &str = key.get_ref();
            if !self.open && !self.taken.contains(&name) {
                let hint = did_you_mean(name, self.taken.iter().copied());
                self.error(&key.span(), format!("unknown key `{name}` in {}", self.name), hint);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let source = Source::new("t.toml", text);
        let ((), faults) = read_toml(&source, |keys| {
            keys.required_text("title");
            keys.count("jobs", 0..=64);
            keys.number("share", 0.0..=1.0);
            keys.flag("loud");
            keys.choice("select", &[("one", 1), ("many", 2)]);
            if let Some(mut inner) = keys.table("extract") {
                inner.count("depth", 1..=10);
            }
            for mut inner in keys.tables("rule") {
                inner.required_text("id");
            }
        });
        let shown: Vec<String> = faults
            .iter()
            .map(|f| format!("{f}{}", f.hint.as_ref().map_or(String::new(), |h| format!(" ({h})"))))
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_sound_file_has_no_faults() {
        check(
            "title = 'x'\njobs = 2\nshare = 1\nloud = true\nselect = 'one'\n[extract]\ndepth = 3\n[[rule]]\nid='a'",
            &[],
        );
    }

    #[test]
    fn all_faults_are_found_each_at_its_place() {
        check(
            "titel = 'x'\njobs = -3\nshare = 1.5\nloud = 'yes'\nselect = 'mny'\n[extract]\ndpth = 3\n[[rule]]\nid = ' '\n",
            &[
                "t.toml:1:1: key `title` is missing in the file",
                "t.toml:2:8: `jobs` is -3, expected a number from 0 to 64",
                "t.toml:3:9: `share` is 1.5, expected a number from 0 to 1",
                "t.toml:4:8: `loud` is of type string, expected true or false",
                "t.toml:5:10: `select` is `mny`, expected `one` or `many` (did you mean `many`?)",
                "t.toml:7:1: unknown key `dpth` in [extract] (did you mean `depth`?)",
                "t.toml:9:6: `id` is empty",
                "t.toml:1:1: unknown key `titel` in the file (did you mean `title`?)",
            ],
        );
    }

    #[test]
    fn broken_syntax_is_shown_alone() {
        check("title = \njobs = 2\n", &["t.toml:1:9: string values must be quoted, expected literal string"]);
    }
}
