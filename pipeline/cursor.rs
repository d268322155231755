//! A place in a one-line expression that a person wrote, and what stands next there: signs, words, numbers, quoted text.
//! Derived codes and filters are two languages over these same pieces, so that both look and fail alike.

/// How deep brackets and `not` may nest; parsers recurse.
pub const MAX_DEPTH: usize = 50;

/// Why an expression cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// Byte offset into the expression.
    pub at: usize,
    /// What is wrong, in lower case without a final stop.
    pub message: String,
    /// What the reader can do, if that is known.
    pub hint: Option<String>,
}

/// See the module.
#[derive(Debug, Clone)]
pub struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Cursor<'t> {
    /// Stands before the text.
    pub fn new(text: &'t str) -> Self {
        Cursor { text, at: 0 }
    }

    /// What is left, without white space before it.
    pub fn rest(&mut self) -> &'t str {
        let rest = self.text[self.at..].trim_start();
        self.at = self.text.len() - rest.len();
        rest
    }

    /// The byte offset at which the next sign or word stands.
    pub fn place(&mut self) -> usize {
        self.rest();
        self.at
    }

    /// An error at the place that has been reached.
    pub fn error(&self, message: impl Into<String>) -> ParseError {
        ParseError { at: self.at, message: message.into(), hint: None }
    }

    /// Takes a sign or a whole word when it comes next.
    pub fn take(&mut self, token: &str) -> bool {
        let rest = self.rest();
        let is_word = token.starts_with(char::is_alphabetic);
        let found = rest.starts_with(token) && !(is_word && rest[token.len()..].starts_with(is_name));
        if found {
            self.at += token.len();
        }
        found
    }

    /// Takes a sign or word that must come next.
    ///
    /// # Errors
    /// When another does.
    pub fn expect(&mut self, token: &str) -> Result<(), ParseError> {
        if self.take(token) { Ok(()) } else { Err(self.error(format!("`{token}` is missing"))) }
    }

    /// Makes sure that nothing is left.
    ///
    /// # Errors
    /// When something is.
    pub fn end(&mut self) -> Result<(), ParseError> {
        match self.rest().chars().next() {
            None => Ok(()),
            Some(c) => Err(self.error(format!("`{c}` is not expected here"))),
        }
    }

    /// A number without a sign, such as `12` or `0.5`.
    ///
    /// # Errors
    /// When none comes next.
    pub fn number(&mut self) -> Result<f64, ParseError> {
        let rest = self.rest();
        let digits = |s: &str| s.find(|c: char| !c.is_ascii_digit()).unwrap_or(s.len());
        let whole = digits(rest);
        let fraction = rest[whole..].strip_prefix('.').map_or(0, digits);
        let length = if fraction > 0 { whole + 1 + fraction } else { whole };
        let number = rest[..length].parse().map_err(|_| self.error("a number is missing"))?;
        self.at += length;
        Ok(number)
    }

    /// A name and where it begins; `question/*` is one. None when no name comes next.
    pub fn name(&mut self) -> Option<(&'t str, usize)> {
        let rest = self.rest();
        let at = self.at;
        let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        let length = if rest[..end].ends_with('/') && rest[end..].starts_with('*') { end + 1 } else { end };
        self.at += length;
        (length > 0).then_some((&rest[..length], at))
    }

    /// What stands in quotation marks, single or double, and where the mark is. None when none comes next.
    ///
    /// # Errors
    /// When the closing mark is missing.
    pub fn quoted(&mut self) -> Result<Option<(&'t str, usize)>, ParseError> {
        let rest = self.rest();
        let at = self.at;
        let Some(mark) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else { return Ok(None) };
        let Some(length) = rest[1..].find(mark) else {
            return Err(self.error(format!("the quotation mark {mark} is not closed")));
        };
        self.at += length + 2;
        Ok(Some((&rest[1..1 + length], at)))
    }
}

/// What a name may hold. A minus sign therefore needs a space before it.
fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '/' | '.' | '-')
}
