//! A quote that somebody copied out of a report is found again in its text: letter for letter if it can be, else without
//! regard to white space, letter case and the look of quotation marks and dashes, which word processors change.

use crate::span::ByteSpan;

/// A text in which quotes are looked for.
#[derive(Debug)]
pub struct Haystack<'t> {
    text: &'t str,
    /// Made when the first quote is not there letter for letter.
    folded: Option<Folded>,
}

impl<'t> Haystack<'t> {
    /// A report's text.
    pub fn new(text: &'t str) -> Self {
        Haystack { text, folded: None }
    }

    /// Where the quote stands: its first occurrence that is not among those `taken`, so that a quote given twice is
    /// found at two places if there are two.
    ///
    /// ```
    /// use codeframe::exchange::quotes::Haystack;
    /// let text = "The head said: “Mums –\nand dads – came.”";
    /// let mut haystack = Haystack::new(text);
    /// let span = haystack.find("\"mums - and dads\"", &[]);
    /// assert_eq!(span, None, "a quotation mark too many");
    /// let span = haystack.find("\"mums - and dads", &[]).expect("it is there");
    /// assert_eq!(span.slice(text), "“Mums –\nand dads");
    /// ```
    pub fn find(&mut self, quote: &str, taken: &[ByteSpan]) -> Option<ByteSpan> {
        let quote = quote.trim();
        if quote.is_empty() {
            return None;
        }
        let is_free = |span: &ByteSpan| !taken.contains(span);
        let exact = self.text.match_indices(quote).map(|(at, found)| ByteSpan::new(at, at + found.len()));
        if let Some(span) = exact.into_iter().find(is_free) {
            return Some(span);
        }
        let needle = Folded::of(quote).text;
        let folded = self.folded.get_or_insert_with(|| Folded::of(self.text));
        let needle = needle.trim();
        let mut found = folded.text.match_indices(needle).filter(|_| !needle.is_empty());
        found.find_map(|(at, found)| folded.span(at, at + found.len()).filter(is_free))
    }
}

/// A text made alike, with the way back.
#[derive(Debug)]
struct Folded {
    text: String,
    /// For every byte of `text` the span of the character it comes from.
    origin: Vec<(u32, u32)>,
}

impl Folded {
    fn of(text: &str) -> Folded {
        let mut folded = Folded { text: String::with_capacity(text.len()), origin: Vec::with_capacity(text.len()) };
        for (at, c) in text.char_indices() {
            let alike = match c {
                // Soft hyphens, joiners and marks of direction cannot be seen.
                '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => continue,
                c if c.is_whitespace() => {
                    if !folded.text.ends_with(' ') {
                        folded.push(' ', at, c);
                    }
                    continue;
                }
                '‘' | '’' | '‚' | '‛' | '′' | '`' | '´' | 'ʼ' => '\'',
                '“' | '”' | '„' | '‟' | '″' | '«' | '»' => '"',
                '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' => '-',
                c => c,
            };
            if alike == '…' {
                (0..3).for_each(|_| folded.push('.', at, c));
            } else {
                alike.to_lowercase().for_each(|lower| folded.push(lower, at, c));
            }
        }
        folded
    }

    fn push(&mut self, folded: char, at: usize, c: char) {
        let span = ByteSpan::new(at, at + c.len_utf8());
        self.text.push(folded);
        self.origin.resize(self.text.len(), (span.start, span.end));
    }

    /// The span in the text as it was.
    fn span(&self, from: usize, to: usize) -> Option<ByteSpan> {
        let (start, end) = (self.origin.get(from)?.0, self.origin.get(to.checked_sub(1)?)?.1);
        Some(ByteSpan { start, end })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Each quote in turn, the places of earlier ones taken.
    fn check(text: &str, quotes: &[&str], expected: &[Option<&str>]) {
        let mut haystack = Haystack::new(text);
        let mut taken = Vec::new();
        for (quote, expected) in quotes.iter().zip(expected) {
            let span = haystack.find(quote, &taken);
            assert_eq!(span.map(|span| span.slice(text)), *expected, "{quote}");
            taken.extend(span);
        }
        let n = taken.len();
        taken.dedup();
        assert_eq!(taken.len(), n, "no place is given twice");
    }

    #[test]
    fn quotes_are_found_however_they_were_copied() {
        check("Mums came.", &["Mums came."], &[Some("Mums came.")]);
        check("Mums\u{a0} \n came.", &[" mums came. "], &[Some("Mums\u{a0} \n came.")]);
        check("It’s ‘fine’ – really…", &["it's 'fine' - really..."], &[Some("It’s ‘fine’ – really…")]);
        check("co\u{ad}operation", &["cooperation"], &[Some("co\u{ad}operation")]);
        check("ÉCOLE İzmir", &["école", "i̇zmir"], &[Some("ÉCOLE"), Some("İzmir")]);
        check("Mums came.", &["Dads came.", "", "  "], &[None, None, None]);
    }

    #[test]
    fn the_first_place_that_is_not_taken_counts() {
        check("So. so. So.", &["So.", "So.", "So.", "So."], &[Some("So."), Some("So."), Some("so."), None]);
    }

    proptest! {
        /// Any stretch of a text is found in it, also with other white space and in capitals.
        #[test]
        fn any_stretch_is_found(text in "[a-zA-Zéß‘“– .\n]{1,60}", from in 0_usize..60, len in 1_usize..30) {
            let quote: String = text.chars().skip(from).take(len).collect();
            prop_assume!(quote.trim() != "");
            let found = Haystack::new(&text).find(&quote, &[]);
            prop_assert_eq!(found.map(|span| span.slice(&text)), Some(quote.trim()));
            let changed = quote.trim().replace(' ', " \t").replace('‘', "'").replace('–', "-");
            prop_assert!(Haystack::new(&text).find(&changed, &[]).is_some());
        }
    }
}
