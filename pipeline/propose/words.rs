//! A text becomes words and punctuation marks, the same way for passages, headings and the examples of rules.
//! Letter case, the shape of apostrophes and dashes, and hyphens inside words do not matter to rules, so they end here.

/// One word of a text: where it stands and how it is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Word {
    /// First byte in the text.
    pub start: u32,
    /// One past its last byte.
    pub end: u32,
}

/// What [`scan`] finds, in text order.
pub(crate) trait Sink {
    /// A word; `folded` is in lower case with straight apostrophes.
    fn word(&mut self, word: Word, folded: &str);
    /// A punctuation mark, after as many words as were reported before it. Dashes are `–`, quotation marks `"` and `'`.
    fn mark(&mut self, mark: char);
}

/// Reports the words and marks of `text` to `sink`. `folded` is scratch space.
///
/// A word is a run of letters and digits, with apostrophes between letters and, in numbers, points and commas between
/// digits (`1,200`, `3.5`). A hyphen between words is nothing; a dash is a mark.
pub(crate) fn scan(text: &str, folded: &mut String, sink: &mut impl Sink) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let c = char_at(text, at);
        if !is_word(c) {
            if !c.is_whitespace() {
                let between_words =
                    text[..at].chars().next_back().is_some_and(is_word) && next_is(text, at + c.len_utf8(), is_word);
                match c {
                    '-' | '\u{2010}' | '\u{2011}' if between_words => {}
                    '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' => sink.mark('–'),
                    '"' | '“' | '”' | '„' | '«' | '»' => sink.mark('"'),
                    '\'' | '‘' | '’' | '`' => sink.mark('\''),
                    _ => sink.mark(c),
                }
            }
            at += c.len_utf8();
            continue;
        }
        let start = at;
        folded.clear();
        let mut last = c;
        while let Some(c) = text[at..].chars().next() {
            let after = at + c.len_utf8();
            if is_word(c) {
                if c.is_ascii() { folded.push(c.to_ascii_lowercase()) } else { folded.extend(c.to_lowercase()) }
            } else if matches!(c, '\'' | '’') && last.is_alphabetic() && next_is(text, after, char::is_alphabetic) {
                folded.push('\'');
            } else if matches!(c, '.' | ',') && last.is_ascii_digit() && next_is(text, after, |c| c.is_ascii_digit()) {
                folded.push(c);
            } else {
                break;
            }
            last = c;
            at = after;
        }
        let narrow = |n: usize| u32::try_from(n).expect("a passage is shorter than 4 GiB");
        sink.word(Word { start: narrow(start), end: narrow(at) }, folded);
    }
}

fn char_at(text: &str, at: usize) -> char {
    let byte = text.as_bytes()[at];
    if byte.is_ascii() { byte as char } else { text[at..].chars().next().expect("the offset is inside the text") }
}

fn next_is(text: &str, at: usize, test: impl Fn(char) -> bool) -> bool {
    text[at..].chars().next().is_some_and(test)
}

fn is_word(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphanumeric() } else { c.is_alphanumeric() }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Shown(Vec<String>);

    impl Sink for Shown {
        fn word(&mut self, _: Word, folded: &str) {
            self.0.push(folded.to_owned());
        }
        fn mark(&mut self, mark: char) {
            self.0.push(format!("<{mark}>"));
        }
    }

    fn check(text: &str, expected: &str) {
        let mut shown = Shown(Vec::new());
        scan(text, &mut String::new(), &mut shown);
        assert_eq!(shown.0.join(" "), expected);
    }

    #[test]
    fn words_and_marks() {
        check("The co-ordinators’ Notes – kept!", "the co ordinators <'> notes <–> kept <!>");
        check("Children's don’t, O'Neill", "children's don't <,> o'neill");
        check("1,200 of 3.5% (2009-10).", "1,200 of 3.5 <%> <(> 2009 10 <)> <.>");
        check("Élan, Y7 and KS2", "élan <,> y7 and ks2");
        check("", "");
    }
}
