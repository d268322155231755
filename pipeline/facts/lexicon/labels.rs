//! Patterns for labels: row heads, column heads, headings and the words before a colon.

/// A name with the patterns of the labels that say it.
#[derive(Debug)]
pub struct Label {
    pub name: String,
    pub patterns: Vec<Pattern>,
}

impl Label {
    pub fn new(name: &str, patterns: &[String]) -> Self {
        Label { name: name.into(), patterns: patterns.iter().map(|p| Pattern::new(p)).collect() }
    }
}

/// Words, with any words before or after when written with `*` there.
#[derive(Debug)]
pub struct Pattern {
    words: Vec<String>,
    open_start: bool,
    open_end: bool,
}

impl Pattern {
    pub fn new(text: &str) -> Self {
        Pattern { words: label_words(text), open_start: text.starts_with('*'), open_end: text.ends_with('*') }
    }

    /// How many words it fixes, when it matches.
    pub fn matches(&self, words: &[String]) -> Option<usize> {
        let n = self.words.len();
        let fits = match (self.open_start, self.open_end) {
            (false, false) => words == self.words,
            (false, true) => words.starts_with(&self.words),
            (true, false) => words.ends_with(&self.words),
            (true, true) => words.windows(n.max(1)).any(|w| w == self.words),
        };
        fits.then_some(n)
    }
}

/// Lower-case words of a label or phrase: hyphens and signs separate, `&` is `and`, apostrophes inside a word stay.
pub fn label_words(text: &str) -> Vec<String> {
    let text = text.to_lowercase().replace(['’', '‘'], "'").replace(['&', '+'], " and ");
    text.split(|c: char| !c.is_alphanumeric() && c != '\'')
        .map(|word| word.trim_matches('\'').to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}
