//! How characters get into the canonical text: what XML or Word use only to draw a line is dropped or said plainly, so
//! that a word in the text is the word that a reader sees.

/// The font of a run, as far as it changes what its private-use characters mean.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Font {
    /// Any font; what a private-use character means in it cannot be known, so it is taken for one of Symbol.
    #[default]
    Any,
    /// Wingdings and the like: ticks, boxes, arrows.
    Dingbats,
}

/// Adds `bytes` (UTF-8, faults replaced) to `text` as characters of a run.
///
/// Line ends inside a run are blanks (Word draws them so), soft hyphens vanish, control characters and characters that
/// XML forbids are dropped, and the codes that Word keeps for symbol fonts (U+F020 to U+F0FF) become what they draw.
pub(super) fn push_run(text: &mut String, bytes: &[u8], font: Font) {
    // Bytes of which one may start a character that is not taken as it is: controls, U+0080 to U+00BF, U+E000 and up.
    // Without an early exit the compiler looks at many at once.
    let special = |b: &u8| *b < 0x20 || *b == 0x7F || *b == 0xC2 || *b == 0xEE || *b == 0xEF;
    if !bytes.iter().fold(false, |found, b| found | special(b))
        && let Ok(s) = std::str::from_utf8(bytes)
    {
        text.push_str(s);
        return;
    }
    for chunk in bytes.utf8_chunks() {
        chunk.valid().chars().for_each(|c| push_char(text, c, font));
        if !chunk.invalid().is_empty() {
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
}

/// Adds one character as [`push_run`] does.
pub(super) fn push_char(text: &mut String, c: char, font: Font) {
    match c {
        '\n' | '\r' => text.push(' '),
        '\t' => text.push('\t'),
        '\u{AD}' | '\u{FFFE}' | '\u{FFFF}' | '\u{FEFF}' => {}
        '\u{F020}'..='\u{F0FF}' => text.push(if font == Font::Dingbats { dingbat(c) } else { symbol(c) }),
        c if c.is_control() => {}
        c => text.push(c),
    }
}

/// What a code of the Wingdings fonts stands for, as far as it says something: ticks, crosses, boxes, arrows; else a bullet.
pub(super) fn dingbat(c: char) -> char {
    match (c as u32) & 0xFF {
        0x20 => ' ',
        0xFC | 0x50 => '✓',
        0xFB => '✗',
        0xFE | 0x52 | 0xFD | 0x53 => '☒',
        0x6F | 0x70 | 0x71 | 0x72 | 0xA8 => '☐',
        0xE0 | 0xE8 | 0xF0 => '→',
        0xDF | 0xE7 | 0xEF => '←',
        0x4A => '☺',
        0x4C => '☹',
        _ => '•',
    }
}

/// What a code of the Symbol font draws: the codes 0x20 to 0xFF, which Word also keeps as U+F020 to U+F0FF. Codes that
/// draw an ornament become a bullet, which is what ornaments of such fonts serve as.
pub(super) fn symbol(c: char) -> char {
    let code = (c as u32) & 0xFF;
    const UPPER: [char; 32] = [
        '≅', 'Α', 'Β', 'Χ', 'Δ', 'Ε', 'Φ', 'Γ', 'Η', 'Ι', 'ϑ', 'Κ', 'Λ', 'Μ', 'Ν', 'Ο', 'Π', 'Θ', 'Ρ', 'Σ', 'Τ', 'Υ',
        'ς', 'Ω', 'Ξ', 'Ψ', 'Ζ', '[', '∴', ']', '⊥', '_',
    ];
    const LOWER: [char; 31] = [
        '‾', 'α', 'β', 'χ', 'δ', 'ε', 'φ', 'γ', 'η', 'ι', 'ϕ', 'κ', 'λ', 'μ', 'ν', 'ο', 'π', 'θ', 'ρ', 'σ', 'τ', 'υ',
        'ϖ', 'ω', 'ξ', 'ψ', 'ζ', '{', '|', '}', '∼',
    ];
    const HIGH: [char; 96] = [
        '€', 'ϒ', '′', '≤', '⁄', '∞', 'ƒ', '♣', '♦', '♥', '♠', '↔', '←', '↑', '→', '↓', '°', '±', '″', '≥', '×', '∝',
        '∂', '•', '÷', '≠', '≡', '≈', '…', '•', '•', '↵', 'ℵ', 'ℑ', 'ℜ', '℘', '⊗', '⊕', '∅', '∩', '∪', '⊃', '⊇', '⊄',
        '⊂', '⊆', '∈', '∉', '∠', '∇', '®', '©', '™', '∏', '√', '⋅', '¬', '∧', '∨', '⇔', '⇐', '⇑', '⇒', '⇓', '◊', '⟨',
        '®', '©', '™', '∑', '•', '•', '•', '•', '•', '•', '•', '•', '•', '•', '•', '⟩', '∫', '•', '•', '•', '•', '•',
        '•', '•', '•', '•', '•', '•', '•', '•',
    ];
    match code {
        0x22 => '∀',
        0x24 => '∃',
        0x27 => '∋',
        0x2A => '∗',
        0x2D => '−',
        0x20..=0x3F => char::from(code as u8),
        0x40..=0x5F => UPPER[(code - 0x40) as usize],
        0x60..=0x7E => LOWER[(code - 0x60) as usize],
        0xA0..=0xFF => HIGH[(code - 0xA0) as usize],
        _ => '•',
    }
}
