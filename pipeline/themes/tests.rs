//! Groups of made passages, and what they are called.

use super::*;

fn members(texts: &[&str]) -> Vec<Member> {
    let member = |(n, text): (usize, &&str)| Member {
        report: format!("G{:03}", n % 5),
        citation: String::new(),
        span: ByteSpan::new(n, n),
        text: (*text).to_owned(),
        typical: 0.,
    };
    texts.iter().enumerate().map(member).collect()
}

const TEXTS: [&str; 12] = [
    "Children planted beans in the school garden.",
    "The garden club planted beans and dug the beds.",
    "Parents dug the garden beds with the children.",
    "Pupils from the garden club sold beans at the fair.",
    "A drumming teacher brought drums for the choir.",
    "The choir sang with drums in assembly.",
    "Drumming and singing: the choir performed for parents.",
    "The drums arrived and the choir practised singing.",
    "Breakfast club fed sixty children toast.",
    "Toast and porridge were served at breakfast club.",
    "Breakfast of toast before lessons for all children.",
    "Staff served porridge and toast at breakfast.",
];

fn found(n_themes: Option<usize>) -> Vec<Theme> {
    let mut background = Background::default();
    background.add(TEXTS.into_iter());
    group(members(&TEXTS), &background, Settings { n_themes, seed: 1 }).expect("they can be grouped").0
}

#[test]
fn passages_about_the_same_come_together_and_are_named() {
    let themes = found(Some(3));
    let mut told: Vec<Vec<u32>> = Vec::new();
    for (theme, word) in [("choir", 4), ("garden", 0), ("breakfast", 8)].map(|(word, first)| {
        let theme = themes.iter().find(|theme| theme.passages.iter().any(|member| member.span.start == first));
        (theme.expect("every passage has a theme"), word)
    }) {
        assert!(theme.terms.contains(&word.to_owned()), "{word}: {:?}", theme.terms);
        assert!(theme.terms.len() > 1 && theme.n_reports > 1);
        assert!(theme.passages.is_sorted_by(|a, b| a.typical >= b.typical));
        let mut starts: Vec<u32> = theme.passages.iter().map(|member| member.span.start).collect();
        starts.sort_unstable();
        told.push(starts);
    }
    assert_eq!(told, [[4, 5, 6, 7], [0, 1, 2, 3], [8, 9, 10, 11]]);
}

/// Without a number there are only as many as can have five passages each.
#[test]
fn the_number_of_themes_is_found() {
    assert_eq!(found(None).len(), 2);
}

#[test]
fn as_many_themes_as_asked_for() {
    assert_eq!(found(Some(2)).len(), 2);
    assert_eq!(found(Some(5)).len(), 5);
    assert_eq!(found(Some(5)), found(Some(5)));
}
