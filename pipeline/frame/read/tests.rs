//! What is read from a frame file, and what is said about a faulty one.

use super::*;
use proptest::prelude::*;

const SOUND: &str = r#"version = 1
id = "reading"
title = "Reading projects"
published_total = 9

[[question]]
id = "size"
title = "How many schools"
select = "one"
stage = "screen"
table = 3

[[question.code]]
id = "one"
label = "One"
definition = "One school."
derived = "schools == 1"
published_n = 4

[[question.code]]
id = "more"
definition = """
Two or
more."""
derived = '''
schools > 1
and schools < 99'''

[[question]]
id = "who"
select = "many"

[[question.code]]
id = "parent"
group = "Home"
definition = "A parent."

[[question.code]]
id = "nobody"
exclusive = true
definition = "Nobody."
"#;

fn read(text: &str) -> (Option<Frame>, Vec<Fault>) {
    parse(&Source::new("frame.toml", text))
}

#[test]
fn order_and_defaults_are_kept() {
    let (frame, faults) = read(SOUND);
    assert_eq!(faults, []);
    let frame = frame.expect("the frame is sound");
    let names: Vec<_> = frame.codes().map(|code| (code.index.get(), code.name())).collect();
    assert_eq!(names, [(0, "size/one"), (1, "size/more"), (2, "who/parent"), (3, "who/nobody")]);
    let who = frame.question("who").expect("the text holds it");
    assert_eq!((who.title.as_str(), who.stage.as_str(), who.unit.as_str()), ("who", "map", "report"));
    assert!(frame.find("who/nobody").expect("the text holds it").code.exclusive);
    assert_eq!(frame.find("who/parent").expect("the text holds it").code.label, "parent");
    assert!(frame.find("who/parents").is_none());
    assert_eq!(frame.codes_of("who").count(), 2);
}

#[test]
fn derived_expressions_know_their_places() {
    let frame = read(SOUND).0.expect("the frame is sound");
    let derived = |name| frame.find(name).expect("the text holds it").code.derived.clone().expect("it is derived");
    let one = derived("size/one");
    assert_eq!((one.text.as_str(), one.place_at(8).to_string()), ("schools == 1", "frame.toml:17:20".to_owned()));
    let more = derived("size/more");
    assert_eq!(more.place_at(0).to_string(), "frame.toml:26:1");
    assert_eq!(more.place_at(more.text.find("schools <").expect("the text holds it")).to_string(), "frame.toml:27:5");
}

#[test]
fn the_definition_hash_follows_what_coders_read_and_nothing_else() {
    let hash = |text: &str| {
        let frame = read(text).0.expect("the frame is sound");
        let code = frame.find("size/more").expect("the text holds it");
        (code.code.definition_hash.clone(), frame.hash.clone())
    };
    let (definition, frame) = hash(SOUND);
    assert_eq!(definition.len(), 16);
    let rewrapped = hash(&SOUND.replace("Two or\nmore.", "Two\n  or more."));
    assert_eq!(rewrapped.0, definition);
    let commented = hash(&format!("# a comment\n{SOUND}"));
    assert_eq!(commented, (definition.clone(), frame.clone()));
    for (old, new) in [("Two or", "Three or"), ("How many schools", "How many"), ("id = \"size\"", "id = \"size\"  ")] {
        let edited = hash(&SOUND.replace(old, new));
        assert_eq!(edited.0 != definition, old != "id = \"size\"", "{new}");
    }
    let derived = hash(&SOUND.replace("schools > 1", "schools > 2"));
    assert_eq!(derived.0, definition, "a derivation is not a definition");
    assert_ne!(derived.1, frame);
}

/// Definition hashes stand in ledgers, which cannot be made again: this value must never change.
#[test]
fn the_definition_hash_is_stable() {
    let frame = read(SOUND).0.expect("the frame is sound");
    assert_eq!(frame.find("size/one").expect("the text holds it").code.definition_hash, "8e62c8edca0ce24b");
}

fn check_faults(text: &str, expected: &[&str]) {
    let (frame, faults) = read(text);
    let shown: Vec<String> =
        faults.iter().map(|f| f.to_string() + &f.hint.as_ref().map_or(String::new(), |h| format!(" ({h})"))).collect();
    assert_eq!(shown, expected);
    assert_eq!(frame.is_none(), faults.iter().any(|f| f.severity == Severity::Error));
}

#[test]
fn every_fault_is_said_with_its_place() {
    check_faults(
        "id = 'x'\n[[question]]\nid = 'a b'\nselect = 'One'\ntitel = 'T'\n[[question.code]]\nid = 'c'\n[[question.code]]\nid = 'c'\ndefinition = 3\n[[question]]\nid = 'q'\n",
        &[
            "frame.toml:4:10: `select` is `One`, expected `one` or `many` (did you mean `one`?)",
            "frame.toml:3:6: `a b` cannot be an id: letters, digits, `_`, `-` and `.` are allowed, starting with a letter, digit or `_`, at most 100 bytes",
            "frame.toml:10:14: `definition` is of type integer, expected a string",
            "frame.toml:9:6: id `c` is used twice, first on line 7",
            "frame.toml:5:1: unknown key `titel` in [[question]] (did you mean `title`?)",
            "frame.toml:11:1: key `select` is missing in [[question]] (`one` when a report has exactly one of the codes, `many` when it can have several or none)",
            "frame.toml:11:1: question `q` has no codes (add one as [[question.code]] below it)",
        ],
    );
}

#[test]
fn an_empty_frame_is_refused() {
    check_faults(
        "",
        &[
            "frame.toml:1:1: key `id` is missing in the file",
            "frame.toml:1:1: the frame has no questions (add one as [[question]])",
        ],
    );
}

#[test]
fn oddities_are_warnings() {
    check_faults(
        "id = 'x'\n[[question]]\nid = 'q'\nselect = 'one'\n[[question.code]]\nid = 'c'\nexclusive = true\n",
        &[
            "frame.toml:7:13: `exclusive` says nothing for `q/c`: its question selects one code anyway",
            "frame.toml:1:1: 1 of 1 codes have no definition for people to code by",
        ],
    );
}

proptest! {
    /// A file that somebody is in the middle of editing is never more than faulty.
    #[test]
    fn no_edit_of_a_frame_panics(at in 0..SOUND.len(), n in 0usize..40, text in "\\PC{0,12}|\\[+|\"+|=|\n") {
        let boundary = |mut at: usize| { while !SOUND.is_char_boundary(at) { at -= 1 } at };
        let (start, end) = (boundary(at), boundary((at + n).min(SOUND.len())));
        let edited = format!("{}{text}{}", &SOUND[..start], &SOUND[end..]);
        let (frame, faults) = read(&edited);
        prop_assert_eq!(frame.is_none(), faults.iter().any(|f| f.severity == Severity::Error));
        let n_lines = u32::try_from(edited.matches('\n').count()).expect("the text holds it") + 1;
        prop_assert!(faults.iter().all(|f| f.place.line <= n_lines), "{:?}", faults);
    }
}
