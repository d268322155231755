//! What Unicode's sentence boundaries get wrong on prose. A text and a place in it come in; whether a passage ends
//! there goes out.
//!
//! The lists are of English abbreviations and of the words that open English sentences; a name is what stands after
//! an abbreviation otherwise (`Mill Rd. School`, `Mill Rd. The school`). Where a text leaves it open the passage goes
//! on: a passage of two sentences loses less than half a sentence does.

/// Whether a passage ends before `next`, where UAX 29 or a line break proposes a boundary.
pub fn ends(text: &str, next: usize) -> bool {
    let before = text[..next].trim_end();
    let after = text[next..].trim_start();
    if before.is_empty() || after.is_empty() {
        return false;
    }
    let gap = &text[before.len()..text.len() - after.len()];
    match gap.chars().filter(|&c| is_line_break(c)).count() {
        0 => sentence_ends(before, after),
        1 => line_ends(before, after),
        _ => true,
    }
}

/// The boundary after a stop that UAX 29 does not see: before a sentence that begins with a number, and where the
/// space after the full stop was forgotten.
pub fn missed(text: &str, stop: usize) -> Option<usize> {
    let rest = &text[stop + 1..];
    let next = rest.bytes().next()?;
    if next.is_ascii_alphabetic() || next >= 0x80 {
        return forgotten_space(text, stop).then_some(stop + 1);
    }
    let after = rest.trim_start_matches(CLOSING).trim_start();
    let number = opens_part(after) || after.trim_start_matches(OPENING).starts_with(|c: char| c.is_ascii_digit());
    let at = text.len() - after.len();
    (number && text[..at].ends_with(char::is_whitespace) && ends(text, at)).then_some(at)
}

/// The boundary after an ellipsis character that ends at `end`: the next sentence begins with a capital.
pub fn ends_with_ellipsis(text: &str, end: usize) -> Option<usize> {
    let after = text[end..].trim_start_matches(CLOSING).trim_start();
    let at = text.len() - after.len();
    let capital = after.trim_start_matches(OPENING).starts_with(char::is_uppercase);
    (capital && text[..at].ends_with(char::is_whitespace)).then_some(at)
}

/// Whether a character is a bullet, which opens a passage inside a block as well.
pub fn is_bullet(c: char) -> bool {
    matches!(
        c,
        '•' | '‣'
            | '⁃'
            | '◦'
            | '●'
            | '○'
            | '▪'
            | '▫'
            | '■'
            | '□'
            | '►'
            | '▶'
            | '➢'
            | '➤'
            | '✓'
            | '✔'
    )
}

/// Whether a text is nothing but the number or letter of a list item: `2.`, `3.1.`, `(a)`, `iv)`.
pub fn is_enumerator(piece: &str) -> bool {
    let name = piece.trim_start_matches(['(', '[']).trim_end_matches(['.', ')', ']', ':']);
    if name.is_empty() || name.len() > 8 || name.len() == piece.len() {
        return false;
    }
    let number = name.split('.').all(|part| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()));
    let letter = name.len() == 1 && name.bytes().all(|b| b.is_ascii_alphabetic());
    let roman = name.bytes().all(|b| b"ivx".contains(&b)) || name.bytes().all(|b| b"IVX".contains(&b));
    number || letter || roman
}

const CLOSING: [char; 7] = ['"', '\'', '’', '”', '»', ')', ']'];
const OPENING: [char; 11] = ['"', '\'', '‘', '“', '«', '(', '[', '£', '€', '$', '~'];

fn is_line_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// The boundary stands inside a line.
fn sentence_ends(before: &str, after: &str) -> bool {
    if after.trim_start_matches(OPENING).starts_with(char::is_lowercase) && !opens_part(after) {
        return false;
    }
    let core = before.trim_end_matches(CLOSING);
    match core.chars().next_back() {
        Some('.') => !abbreviates(&core[..core.len() - 1], after),
        Some('?' | '!') => core.len() == before.len() || !says(after),
        _ => true,
    }
}

/// The boundary is a line break inside a paragraph: typed lists and addresses have them, and text pasted from a page
/// with fixed lines. The passage ends when the line looks complete.
fn line_ends(before: &str, after: &str) -> bool {
    if opens_item(after) {
        return true;
    }
    let core = before.trim_end_matches(CLOSING);
    let goes_on = after.trim_start_matches(OPENING).starts_with(char::is_lowercase);
    match core.chars().next_back() {
        Some('.') => !abbreviates(&core[..core.len() - 1], after),
        Some('?' | '!') => !goes_on,
        Some(':' | ';') => true,
        Some(',' | '-' | '–' | '—' | '/' | '&' | '(' | '“' | '‘') => false,
        _ if goes_on || is_unfinished(last_word(before)) => false,
        _ => {
            let line = last_line(before);
            let rest = first_line(after);
            // A line that was broken for its length could not have held the next word.
            let widest = rest.len().max(last_line(before[..before.len() - line.len()].trim_end()).len());
            line.len() < SHORT_LINE || line.len() + 1 + first_word(rest).len() <= widest
        }
    }
}

/// A line below this many bytes was not broken for its length: pages hold 60 characters and more.
const SHORT_LINE: usize = 45;

fn last_line(text: &str) -> &str {
    text.rsplit(is_line_break).next().unwrap_or(text)
}

fn first_line(text: &str) -> &str {
    text.split(is_line_break).next().unwrap_or(text)
}

/// Whether a line begins as a list item does: with a bullet, a dash, or a number or letter of its own.
fn opens_item(line: &str) -> bool {
    let mark = first_word(line);
    mark.starts_with(is_bullet)
        || (matches!(mark, "-" | "–" | "—" | "*" | "o" | "·") && mark.len() < line.len())
        || is_enumerator(mark)
}

/// Whether a numbered part opens here: `(a) reading`.
fn opens_part(after: &str) -> bool {
    after.starts_with('(') && is_enumerator(first_word(after))
}

fn first_word(text: &str) -> &str {
    text.split(char::is_whitespace).next().unwrap_or(text)
}

/// Whether the full stop after `before` belongs to an abbreviation, with `after` (not in lower case) behind it.
fn abbreviates(before: &str, after: &str) -> bool {
    let word = last_word(before);
    let mut lower = [0; 8];
    if word.is_empty() || word.len() > lower.len() || !word.is_ascii() {
        return false;
    }
    lower[..word.len()].copy_from_slice(word.as_bytes());
    lower.make_ascii_lowercase();
    let next = Next::of(after);
    match &lower[..word.len()] {
        b"mr" | b"mrs" | b"ms" | b"mx" | b"dr" | b"prof" | b"rev" | b"revd" | b"messrs" | b"hon" | b"capt" | b"sgt"
        | b"lt" | b"cllr" | b"supt" | b"asst" | b"e.g" | b"eg" | b"i.e" | b"ie" | b"cf" | b"vs" | b"viz"
        | b"approx" | b"esp" | b"yr" | b"yrs" | b"incl" | b"excl" | b"ca" | b"eds" => true,
        // These are abbreviations before a number only, and words otherwise.
        b"no" | b"fig" | b"sec" | b"ch" | b"vol" | b"max" | b"min" | b"app" | b"art" | b"ext" => next == Next::Number,
        b"nos" | b"figs" | b"pp" | b"para" | b"paras" | b"chap" | b"vols" | b"sect" | b"tel" | b"est" | b"avg"
        | b"rd" | b"ave" | b"sq" | b"ltd" | b"plc" | b"co" | b"inc" | b"corp" | b"jr" | b"snr" | b"dept" | b"govt"
        | b"univ" | b"assoc" | b"assn" | b"wk" | b"wks" | b"hr" | b"hrs" | b"mins" | b"al" | b"ed" | b"resp"
        | b"sept" | b"ibid" => next != Next::Opener,
        b"jan" | b"feb" | b"mar" | b"apr" | b"jun" | b"jul" | b"aug" | b"sep" | b"oct" | b"nov" | b"dec" | b"mon"
        | b"tue" | b"tues" | b"wed" | b"thu" | b"thur" | b"thurs" | b"fri" | b"st" | b"fr" | b"sr" => {
            word.as_bytes()[0].is_ascii_uppercase() && next != Next::Opener
        }
        b"p" if word == "p" => next == Next::Number,
        [letter] if letter.is_ascii_alphabetic() => {
            next != Next::Opener && !is_label(last_word(before[..before.len() - 1].trim_end()))
        }
        dotted if dotted.contains(&b'.') => {
            let short = |part: &[u8]| (1..=2).contains(&part.len()) && part.iter().all(u8::is_ascii_alphabetic);
            next != Next::Opener && dotted.split(|&byte| byte == b'.').all(short)
        }
        _ => false,
    }
}

/// What stands behind a full stop.
#[derive(PartialEq)]
enum Next {
    /// A digit.
    Number,
    /// A capitalised word that opens sentences and is no name.
    Opener,
    /// Anything else; a name, mostly.
    Other,
}

impl Next {
    fn of(after: &str) -> Next {
        let after = after.trim_start_matches(OPENING);
        if after.starts_with(|c: char| c.is_ascii_digit()) {
            return Next::Number;
        }
        let end = after.bytes().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(after.len());
        match &after[..end] {
            "A" | "An" | "The" | "This" | "That" | "These" | "Those" | "It" | "He" | "She" | "We" | "They" | "I"
            | "You" | "There" | "Here" | "In" | "On" | "At" | "As" | "By" | "For" | "From" | "To" | "With"
            | "After" | "Before" | "During" | "When" | "While" | "Where" | "Since" | "If" | "Although" | "Though"
            | "Because" | "However" | "But" | "And" | "Or" | "So" | "Yet" | "Then" | "Thus" | "Also" | "Our"
            | "Their" | "His" | "Her" | "Its" | "My" | "Your" | "All" | "Some" | "Many" | "Most" | "Both" | "Each"
            | "Every" | "Another" | "Other" | "Others" | "Such" | "No" | "Not" | "None" | "Nobody" | "What" | "Who"
            | "How" | "Why" | "Which" | "Once" | "Through" | "Over" | "Until" | "Only" | "Even" | "One" | "Two"
            | "Three" | "Four" | "Five" | "Six" | "Following" | "Overall" | "Finally" | "First" | "Next" | "Later"
            | "Now" => Next::Opener,
            _ => Next::Other,
        }
    }
}

/// Whether a single capital after this word names a thing and is no initial: `school B`, `appendix C`.
fn is_label(word: &str) -> bool {
    const LABELS: [&str; 24] = [
        "school", "group", "class", "year", "plan", "option", "appendix", "annex", "section", "part", "phase", "team",
        "cohort", "stage", "key", "grade", "set", "level", "site", "pupil", "child", "student", "case", "vitamin",
    ];
    LABELS.iter().any(|label| label.eq_ignore_ascii_case(word))
}

/// Whether a line cannot end with this word.
fn is_unfinished(word: &str) -> bool {
    const UNFINISHED: [&str; 48] = [
        "a", "an", "the", "of", "and", "or", "nor", "but", "to", "in", "into", "for", "with", "without", "by", "at",
        "on", "onto", "from", "than", "that", "which", "who", "whose", "as", "is", "are", "was", "were", "be", "been",
        "has", "have", "had", "our", "their", "his", "her", "its", "this", "these", "between", "because", "if", "mr",
        "mrs", "dr", "st",
    ];
    UNFINISHED.iter().any(|unfinished| unfinished.eq_ignore_ascii_case(word))
}

/// Whether a quotation is followed by who said it: `"Stop!" Mrs Shah said.`
fn says(after: &str) -> bool {
    let words = after[..after.floor_char_boundary(SPEAKER)].split_whitespace().take(5);
    for (names, word) in words.enumerate() {
        if names > 0 && SPEECH.contains(&word.trim_end_matches([',', '.', ':'])) {
            return true;
        }
        if !word.starts_with(char::is_uppercase) || word.ends_with(['?', '!', ',', ';']) {
            return false;
        }
    }
    false
}

const SPEECH: [&str; 8] = ["said", "says", "asked", "replied", "added", "explained", "commented", "wrote"];

/// Bytes after a quotation in which its speaker is named.
const SPEAKER: usize = 80;

/// Whether a new sentence begins right after the full stop, without a space: `on Fridays.The head`, but not `e.g.The`, `Yahoo.Com/x`.
fn forgotten_space(text: &str, stop: usize) -> bool {
    let before = last_word(&text[..stop]);
    let after = &text[stop + 1..];
    let word = &after[..after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len())];
    let next = after[word.len()..].chars().next();
    before.len() >= 3
        && before.chars().all(char::is_alphabetic)
        && before.ends_with(char::is_lowercase)
        && word.starts_with(char::is_uppercase)
        && (matches!(word, "A" | "I") || word.chars().nth(1).is_some_and(char::is_lowercase))
        && next.is_none_or(|c| c.is_whitespace() || matches!(c, ',' | ';' | '’' | '\''))
}

/// Bytes of the longest word that is looked at, so that the work at one stop is bounded.
const LONGEST_WORD: usize = 32;

/// The word that ends `text`, with full stops and apostrophes inside it; empty when it is longer than any abbreviation.
fn last_word(text: &str) -> &str {
    let mut start = text.len();
    for c in text.chars().rev() {
        if !(c.is_alphanumeric() || matches!(c, '.' | '\'' | '’' | '&')) {
            break;
        }
        start -= c.len_utf8();
        if text.len() - start > LONGEST_WORD {
            return "";
        }
    }
    text[start..].trim_start_matches(['\'', '’', '.'])
}
