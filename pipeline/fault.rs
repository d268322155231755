//! What is wrong with a text file that a person writes (config, frame, rules, metadata), and where. A reader of such a
//! file collects every fault instead of stopping at the first, so that `check` can show them all at once.

use std::fmt;
use std::io;

/// A line and column of a text file, both counted from 1; columns count characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file, as the person named it: relative to the project, with `/`.
    pub path: String,
    /// Line.
    pub line: u32,
    /// Column.
    pub column: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.path, self.line, self.column)
    }
}

/// Whether a file with this fault can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The file is refused.
    Error,
    /// The file is used, and the oddity said.
    Warning,
}

/// One thing that is wrong at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub place: Place,
    /// How bad.
    pub severity: Severity,
    /// What, as a sentence in lower case without a final stop.
    pub message: String,
    /// What the reader can do, if that is known.
    pub hint: Option<String>,
}

impl Fault {
    /// A fault for which the file is refused.
    pub fn error(place: Place, message: impl Into<String>) -> Self {
        Fault { place, severity: Severity::Error, message: message.into(), hint: None }
    }

    /// An oddity in a file that is used nevertheless.
    pub fn warning(place: Place, message: impl Into<String>) -> Self {
        Fault { severity: Severity::Warning, ..Fault::error(place, message) }
    }

    /// The same fault with a hint; `None` leaves it without.
    pub fn hint(mut self, hint: Option<String>) -> Self {
        self.hint = hint;
        self
    }
}

/// `path:line:column: message`; the hint is not in it.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// All errors of one file, in its order: at least one. As an error it reads as one cause after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, fault) in self.0.iter().enumerate() {
            if n > 0 {
                f.write_str("\n")?;
            }
            fault.fmt(f)?;
            if let Some(hint) = &fault.hint {
                write!(f, " ({hint})")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

/// Splits what a reader found into refusal and warnings: `Err` when any of it is an error, else the warnings as
/// sentences with their places.
pub fn judge(mut found: Vec<Fault>) -> Result<Vec<String>, Faults> {
    found.sort_by(|a, b| a.place.cmp(&b.place));
    let (errors, warnings): (Vec<_>, Vec<_>) = found.into_iter().partition(|f| f.severity == Severity::Error);
    if errors.is_empty() { Ok(warnings.iter().map(ToString::to_string).collect()) } else { Err(Faults(errors)) }
}

/// The text of a file with its name, from which byte offsets become places.
#[derive(Debug, Clone)]
pub struct Source {
    /// The name that places carry.
    pub path: String,
    /// The text, without a byte order mark.
    pub text: String,
    /// Offset of each line's first byte; many places are asked for in a long file.
    line_starts: Vec<usize>,
}

impl Source {
    /// A text under a name. A leading byte order mark is dropped, because editors add it and no parser wants it.
    pub fn new(path: impl Into<String>, text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).to_owned();
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Source { path: path.into(), text, line_starts }
    }

    /// Where a byte offset stands; an offset past the end is the end.
    pub fn place(&self, offset: usize) -> Place {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.line_starts.partition_point(|start| *start <= offset);
        let line_start = self.line_starts[line - 1];
        let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Place {
            path: self.path.clone(),
            line: narrow(line),
            column: narrow(self.text[line_start..offset].chars().count() + 1),
        }
    }
}

/// What the system said, in our words where it is common.
pub fn said(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::InvalidData => "it is not UTF-8 text".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        io::ErrorKind::AlreadyExists => "a file of that name stands in the way".to_owned(),
        io::ErrorKind::NotADirectory => "a file stands where a folder should be".to_owned(),
        io::ErrorKind::DirectoryNotEmpty => "the folder is not empty".to_owned(),
        io::ErrorKind::FileTooLarge => "the file may not grow any larger".to_owned(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "the disk is full".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "the file system is read-only".to_owned(),
        io::ErrorKind::InvalidFilename => "its name is too long or not allowed here".to_owned(),
        _ => {
            let text = error.to_string().replace('\n', "; ");
            without_number(&text).to_owned()
        }
    }
}

/// A message without the number that Rust adds to what the system says: `(os error 5)`.
pub fn without_number(text: &str) -> &str {
    let inner = text.strip_suffix(')').and_then(|text| text.rsplit_once(" (os error "));
    inner.filter(|(_, n)| n.bytes().all(|byte| byte.is_ascii_digit())).map_or(text, |(before, _)| before)
}

/// The known name nearest to a misspelt one, when one is near enough to be meant: a Jaro-Winkler similarity of at
/// least 0.8, the first of equals.
///
/// ```
/// use codeframe::fault::nearest;
/// assert_eq!(nearest("definiton", ["label", "definition"]), Some("definition"));
/// assert_eq!(nearest("colour", ["label", "definition"]), None);
/// ```
pub fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let mut best: Option<(f64, &str)> = None;
    let name = name.to_lowercase();
    for candidate in known {
        let score = strsim::jaro_winkler(&name, &candidate.to_lowercase());
        if score >= 0.8 && best.is_none_or(|(highest, _)| score > highest) {
            best = Some((score, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// The hint that goes with a misspelt name: ``did you mean `definition`?``.
pub fn did_you_mean<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<String> {
    nearest(name, known).map(|near| format!("did you mean `{near}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_characters_not_bytes() {
        let source = Source::new("a.toml", "\u{feff}é = 1\nübel = 2\n");
        assert_eq!(source.place(source.text.find("= 2").expect("it is there")).to_string(), "a.toml:2:6");
        assert_eq!(source.place(1).to_string(), "a.toml:1:1", "inside a character counts as its start");
        assert_eq!(source.place(usize::MAX).to_string(), "a.toml:3:1");
    }

    #[test]
    fn errors_refuse_and_warnings_pass() {
        let place = |line| Place { path: "a".into(), line, column: 1 };
        let warning = Fault::warning(place(1), "odd");
        assert_eq!(judge(vec![warning.clone()]), Ok(vec!["a:1:1: odd".to_owned()]));
        let (late, early) = (Fault::error(place(9), "late"), Fault::error(place(2), "early"));
        assert_eq!(judge(vec![late.clone(), warning, early.clone()]), Err(Faults(vec![early, late])));
    }
}
