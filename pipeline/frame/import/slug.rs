//! Any words become ids: kept when legal, else made of their letters and digits, and unique among their siblings.

use crate::frame::CodeId;
use std::collections::BTreeSet;

/// Longest id that is made of a label; a legal id is kept at any length.
const MAX_CHARS: usize = 40;

/// Ids given so far among siblings.
#[derive(Debug, Default)]
pub(super) struct Ids {
    given: BTreeSet<String>,
}

impl Ids {
    /// An id for `raw`: itself when it is legal and free. `kind` (`question`, `code`) names it in the sentence that
    /// says what became of it otherwise.
    pub(super) fn give(&mut self, raw: &str, kind: &str, warnings: &mut Vec<String>) -> String {
        let raw = raw.trim();
        let base = if CodeId::try_from(raw).is_ok() { raw.to_owned() } else { slug(raw, kind) };
        let mut id = base.clone();
        let mut n = 2;
        while self.given.contains(&id) {
            id = format!("{base}_{n}");
            n += 1;
        }
        if id != raw {
            warnings.push(format!("{kind} `{raw}` got the id `{id}`"));
        }
        self.given.insert(id.clone());
        id
    }
}

/// The letters and digits of `raw`, in lower case, with `_` between words; `kind` when there are none.
pub(super) fn slug(raw: &str, kind: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut length = 0;
    let plain: String = raw.to_lowercase().chars().filter(|c| !is_accent(*c)).collect();
    for word in plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let word: String = word.chars().take(MAX_CHARS).collect();
        let n = word.chars().count();
        if !words.is_empty() && length + 1 + n > MAX_CHARS {
            break;
        }
        length += n + usize::from(!words.is_empty());
        words.push(word);
    }
    let made = words.join("_");
    // Letters of some scripts take three or four bytes each; the shortened id may still be too long.
    if made.is_empty() || CodeId::try_from(made.as_str()).is_err() { kind.to_owned() } else { made }
}

/// Combining accents, which decomposed text (from a Mac) writes behind the letter.
fn is_accent(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c) || c == '\'' || c == '’'
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ids_are_kept_or_made_and_unique() {
        let mut ids = Ids::default();
        let mut warnings = Vec::new();
        let mut check = |raw: &str, expected: &str| assert_eq!(ids.give(raw, "code", &mut warnings), expected);
        check("parent", "parent");
        check("Q1.2", "Q1.2");
        check("Joint delivery (staff and/or children from different schools)", "joint_delivery_staff_and_or_children");
        check("parents' evening", "parents_evening");
        check("parent", "parent_2");
        check("???", "code");
        check("", "code_2");
        check("Cafe\u{301} de\u{301}ja\u{300}", "cafe_deja");
        assert_eq!(warnings.len(), 6);
        assert_eq!(
            warnings[0],
            "code `Joint delivery (staff and/or children from different schools)` got the id `joint_delivery_staff_and_or_children`"
        );
    }

    proptest! {
        #[test]
        fn every_word_becomes_a_legal_id_of_its_own(words in prop::collection::vec("\\PC{0,60}", 0..20)) {
            let mut ids = Ids::default();
            let given: Vec<String> = words.iter().map(|word| ids.give(word, "code", &mut Vec::new())).collect();
            prop_assert!(given.iter().all(|id| CodeId::try_from(id.as_str()).is_ok()));
            prop_assert_eq!(given.iter().collect::<BTreeSet<_>>().len(), words.len());
        }
    }
}
