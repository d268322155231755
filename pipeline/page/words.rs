//! What the program's short words mean to the person who reads the page.

use crate::decide::{By, Decision};
use crate::review::{Answer, Route};

/// An answer.
pub fn answer(answer: Answer) -> &'static str {
    match answer {
        Answer::Applies => "applies",
        Answer::DoesNotApply => "does not apply",
        Answer::Unsure => "unsure",
    }
}

/// A decision.
pub fn decision(decision: Decision) -> &'static str {
    match decision {
        Decision::Applies => "applies",
        Decision::DoesNotApply => "does not apply",
        Decision::Queue => "open",
    }
}

/// Who decided.
pub fn by(by: By) -> &'static str {
    match by {
        By::Rule => "rules",
        By::Derived => "what follows from other codes",
        By::Classifier => "classifier",
        By::Person => "people",
    }
}

/// How a verdict came about.
pub fn route(route: Route) -> &'static str {
    match route {
        // Who is asked for the audit is not told so.
        Route::Queue | Route::Audit => "from the queue",
        Route::Free => "chosen",
        Route::Import => "imported",
    }
}

/// Why an item is asked: the word in files, a short form and a sentence.
const REASONS: [(&str, &str, &str); 10] = [
    ("opposed", "evidence both ways", "Strong evidence speaks for the code, and as much against it."),
    ("tie", "two codes alike", "Only one code of the question can stand, and two have equally strong evidence."),
    ("unsure", "unsure", "There is evidence, and it does not settle the question."),
    ("nothing_found", "nothing found", "Exactly one code of the question must apply, and nothing speaks for any."),
    ("no_rule", "no rule", "No rule is written for the code, so nothing can be proposed."),
    ("disagree", "rules and classifier disagree", "Rules and classifier say different things."),
    (
        "too_few_examples",
        "too few examples",
        "Too few reports with this code have been coded for it to be decided without a person.",
    ),
    ("people_disagree", "people disagree", "People have answered differently; one verdict more settles it."),
    (super::shares::ASSIGNED, "given to you", "It was shared out to you."),
    ("audit", "unsure", "There is evidence, and it does not settle the question."),
];

/// A short form of a reason; a word that is not known stands for itself.
pub fn reason(word: &str) -> &str {
    REASONS.iter().find(|(known, ..)| *known == word).map_or(word, |(_, short, _)| short)
}

/// A reason as a sentence.
pub fn reason_sentence(word: &str) -> String {
    let known = REASONS.iter().find(|(known, ..)| *known == word);
    known.map_or_else(|| format!("It is queued as “{}”.", word.replace('_', " ")), |(_, _, long)| (*long).to_owned())
}

/// What context made of a hit.
pub fn context(word: &str) -> &str {
    match word {
        "negated" => "denied",
        "others" => "said of somebody else",
        "planned" => "planned or supposed",
        "historical" => "from before the work",
        "question" => "asked",
        other => other,
    }
}

/// How likely a code is, in words that stand for the same ranges everywhere.
pub fn likelihood(probability: f64) -> &'static str {
    match probability {
        p if p >= 0.95 => "almost certainly applies",
        p if p >= 0.75 => "very likely applies",
        p if p >= 0.55 => "more likely applies than not",
        p if p > 0.45 => "could be either",
        p if p > 0.25 => "more likely does not apply",
        p if p > 0.05 => "very likely does not apply",
        _ => "almost certainly does not apply",
    }
}

/// A share as a whole percentage; what is not quite nothing or all does not look so.
pub fn percent(share: f64) -> String {
    match share * 100. {
        p if p > 0. && p < 1. => "under 1 %".to_owned(),
        p if p > 99. && p < 100. => "over 99 %".to_owned(),
        p => format!("{p:.0} %"),
    }
}

/// A number with a space after each thousand.
pub fn count(n: usize) -> String {
    let digits = n.to_string();
    let mut spaced = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            spaced.push('\u{a0}');
        }
        spaced.push(digit);
    }
    spaced
}

/// How long something takes.
pub fn duration(seconds: u64) -> String {
    match (seconds / 3600, (seconds % 3600).div_ceil(60)) {
        (0, 0 | 1) => "a minute".to_owned(),
        (0, minutes) => format!("{minutes} minutes"),
        (1, 0) => "an hour".to_owned(),
        (hours, minutes) if hours < 5 => format!("{hours} h {minutes} min"),
        (hours, _) => format!("{hours} hours"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!([0, 999, 1000, 1_234_567].map(count), ["0", "999", "1\u{a0}000", "1\u{a0}234\u{a0}567"]);
        assert_eq!([0., 0.004, 0.5, 0.996, 1.].map(percent), ["0 %", "under 1 %", "50 %", "over 99 %", "100 %"]);
        let durations = [20, 61, 3600, 3661, 36_000].map(duration);
        assert_eq!(durations, ["a minute", "2 minutes", "an hour", "1 h 2 min", "10 hours"]);
    }

    #[test]
    fn what_is_asked_for_the_audit_is_not_told_apart() {
        assert_eq!((reason("audit"), reason_sentence("audit")), (reason("unsure"), reason_sentence("unsure")));
        assert_eq!(route(Route::Audit), route(Route::Queue));
    }
}
