//! The index: what queries find, in which order, and what becomes of an index that is missing, damaged or in use.

use codeframe::extract::{Block, BlockKind, Cell, Report};
use codeframe::index::{Correction, Error, Index, IndexedReport, Limits, Origin, Query, Settings};
use codeframe::segment::segment;
use codeframe::span::ByteSpan;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fs;
use tempfile::TempDir;

/// A report's id, text (a block a line; `# ` begins a heading) and metadata.
type Source<'s> = (&'s str, &'s str, &'s [(&'s str, &'s str)]);

/// An index in a folder of its own.
struct Shelf {
    dir: TempDir,
    index: Index,
}

impl Shelf {
    fn new() -> Shelf {
        let dir = tempfile::tempdir().unwrap();
        let index = open(&dir).0;
        Shelf { dir, index }
    }

    /// With the reports, each `id`, text (a block a line; `# ` begins a heading) and metadata.
    fn with(reports: &[Source<'_>]) -> Shelf {
        let shelf = Shelf::new();
        let mut writer = shelf.index.writer().unwrap();
        for (id, text, metadata) in reports {
            writer.add_report(indexed(id, text, metadata)).unwrap();
        }
        writer.commit(1).unwrap();
        drop(writer);
        shelf
    }

    fn query(&self, query: &str) -> Query {
        Query::parse(query, &self.index.metadata_keys().unwrap()).unwrap_or_else(|error| panic!("{query}: {error}"))
    }

    /// `report.passage` of each hit, best first.
    fn hits(&self, query: &str) -> String {
        let found = self.index.search(&self.query(query), best(100)).unwrap();
        assert_eq!(found.hits.len(), found.n_passages);
        let hits: Vec<String> = found.hits.iter().map(|hit| format!("{}.{}", hit.report, hit.passage)).collect();
        hits.join(" ")
    }

    /// The same in the order of the reports.
    #[track_caller]
    fn check(&self, query: &str, expected: &str) {
        let hits = self.hits(query);
        let mut hits: Vec<&str> = hits.split_whitespace().collect();
        hits.sort_unstable();
        assert_eq!(hits.join(" "), expected, "{query}");
    }
}

/// The best so many hits, of whichever reports.
fn best(hits: usize) -> Limits {
    Limits { hits, per_report: None }
}

fn open(dir: &TempDir) -> (Index, Origin) {
    Index::open_or_create(&dir.path().join("index"), &Settings::default()).unwrap()
}

fn report(text: &str) -> Report {
    let mut report = Report::default();
    let mut heading = None;
    for line in text.lines() {
        if !report.text.is_empty() {
            report.text.push('\n');
        }
        let (kind, line) =
            line.strip_prefix("# ").map_or((BlockKind::Paragraph, line), |line| (BlockKind::Heading(1), line));
        let start = report.text.len();
        report.text.push_str(line);
        let above = if kind.is_heading() { None } else { heading };
        report.blocks.push(Block {
            span: ByteSpan::new(start, report.text.len()),
            kind,
            marker: None,
            heading: above,
            cell: None,
        });
        if kind.is_heading() {
            heading = Some(report.blocks.len() as u32 - 1);
        }
    }
    report
}

fn indexed(id: &str, text: &str, metadata: &[(&str, &str)]) -> IndexedReport {
    let report = report(text);
    let metadata: BTreeMap<String, String> =
        metadata.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    IndexedReport::new(id, &report, &segment(&report), &metadata)
}

const REPORTS: [Source<'static>; 3] = [
    (
        "G001",
        "Mothers read with children. Reading helped.\n# Impact\nThe co-ordinator’s plan for parents' evenings worked.\n\
         # Next steps\nWe plan a café.",
        &[("cohort", "1"), ("Local authority", "North Yorkshire")],
    ),
    ("G002", "# Impact on reading\nThe governors had planned it.\nNo parents came to the evening.", &[("cohort", "2")]),
    ("a/b c", "Evening classes; parents’ rooms. 1,200 pupils gained 3.5 points.", &[]),
];

#[test]
fn words_in_any_form() {
    let shelf = Shelf::with(&REPORTS);
    shelf.check("reading", "G001.0 G001.1 G002.0");
    shelf.check("plans", "G001.3 G001.5 G002.1");
    shelf.check("parent", "G001.3 G002.2 a/b c.0");
    shelf.check("parents evening", "G001.3 G002.2 a/b c.0");
    shelf.check("PARENTS AND evenings", "G001.3 G002.2 a/b c.0");
    shelf.check("co-ordinators", "G001.3");
    shelf.check("cafe", "G001.5");
    shelf.check("CAFÉ", "G001.5");
    shelf.check("1,200", "a/b c.1");
    shelf.check("3.5", "a/b c.1");
    shelf.check("nothing", "");
}

#[test]
fn phrases_alternatives_and_exclusions() {
    let shelf = Shelf::with(&REPORTS);
    shelf.check("\"parents' evenings\"", "G001.3");
    shelf.check("“parents evenings”", "G001.3");
    shelf.check("\"evenings parents\"", "");
    shelf.check("\"parent evenings\"", "");
    shelf.check("\"evenings\"", "G001.3");
    shelf.check("\"the evening\"", "G002.2");
    shelf.check("mothers OR governors", "G001.0 G002.1");
    shelf.check("parents -co-ordinator", "G002.2 a/b c.0");
    shelf.check("(mothers OR parents) NOT (evening OR classes)", "G001.0");
    shelf.check("parents NOT evening OR café", "G001.5");
    shelf.check("--parents", "G001.3 G002.2 a/b c.0");
    shelf.check("report:G002 -parents", "G002.0 G002.1");
    shelf.check("-parents -reading -plan", "G001.2 G001.4 a/b c.1");
}

#[test]
fn beginnings() {
    let shelf = Shelf::with(&REPORTS);
    shelf.check("eveni*", "G001.3 G002.2 a/b c.0");
    shelf.check("evenings*", "G001.3");
    shelf.check("gov* OR moth*", "G001.0 G002.1");
    shelf.check("zz*", "");
}

#[test]
fn stars_and_question_marks_stand_for_letters() {
    let shelf = Shelf::with(&REPORTS);
    shelf.check("*thers", "G001.0");
    shelf.check("m*h*s", "G001.0");
    shelf.check("re?ding OR r?ad", "G001.0 G001.1 G002.0");
    shelf.check("Caf?", ""); // a question mark at the end is punctuation, and `caf` is no word
    shelf.check("did parents read?", "");
    shelf.check("parents?", "G001.3 G002.2 a/b c.0");
    shelf.check("\"par* eve*\"", "G001.3");
    shelf.check("\"the evenin?s* \"", "");
    shelf.check("co-ord*", "G001.3");
    shelf.check("É*", "G001.3 G002.2 a/b c.0");
}

#[test]
fn words_with_other_letters() {
    let shelf = Shelf::with(&REPORTS);
    shelf.check("mohters~", "G001.0");
    shelf.check("mothres~1", "G001.0");
    shelf.check("mthrs~1", "");
    shelf.check("mthrs~2", "G001.0");
    shelf.check("cafe~1", "G001.5 G002.2"); // and came
    shelf.check("~parents", "G001.3 G002.2 a/b c.0");
}

#[test]
fn words_near_each_other() {
    let shelf = Shelf::with(&REPORTS);
    shelf.check("\"evening parent\"~0", "G001.3");
    shelf.check("\"evening parent\"~3", "G001.3 G002.2 a/b c.0");
    shelf.check("\"evening parent\"~1", "G001.3 a/b c.0");
    shelf.check("evening NEAR/1 parents", "G001.3 a/b c.0");
    shelf.check("evening NEAR parents", "G001.3 G002.2 a/b c.0");
    shelf.check("(rooms OR plan) NEAR/1 parents", "G001.3 a/b c.0");
    shelf.check("classes NEAR/0 \"evening\" NEAR/0 paren*", "a/b c.0");
    shelf.check("came NEAR/0 \"to the evening\"", "G002.2");
    shelf.check("parents NEAR parents", "");
    shelf.check("evening NEAR/1 parents -report:G001", "a/b c.0");
}

#[test]
fn a_few_of_each_report() {
    let text = "Parents came. Parents read. Parents sang. Parents left.";
    let shelf = Shelf::with(&[("A", text, &[]), ("B", text, &[]), ("C", "Parents ran.", &[])]);
    let hits = |per_report| {
        let found = shelf.index.search(&shelf.query("parents"), Limits { hits: 5, per_report }).unwrap();
        assert_eq!(found.n_passages, 9);
        found.hits.iter().map(|hit| format!("{}.{}", hit.report, hit.passage)).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(hits(None), "A.0 A.1 A.2 A.3 B.0");
    assert_eq!(hits(Some(2)), "A.0 A.1 B.0 B.1 C.0");
    assert_eq!(hits(Some(1)), "A.0 B.0 C.0");
    assert_eq!(hits(Some(0)), "");
}

#[test]
fn what_people_said_goes_before_what_the_index_knows() {
    let mut report = indexed("G003", "One. Two. Three. Four.", &[]);
    report.add_code(0, "who", "parent", "applies");
    report.add_code(1, "who", "pupil", "queue");
    report.add_code(2, "gap", "size", "queue");
    let shelf = Shelf::new();
    let mut writer = shelf.index.writer().unwrap();
    writer.add_report(report).unwrap();
    writer.commit(1).unwrap();
    let codes = [
        ("who/parent".to_owned(), Correction { states: vec![("G003".to_owned(), "does_not_apply")], places: vec![] }),
        (
            "who/pupil".to_owned(),
            Correction {
                states: vec![("G003".to_owned(), "applies")],
                places: vec![("G003".to_owned(), 3, "applies")],
            },
        ),
        ("gap/size".to_owned(), Correction::default()),
    ];
    let check = |query: &str, expected: &[u32]| {
        let query_as_said = shelf.query(query).corrected(&codes);
        let mut hits: Vec<u32> =
            shelf.index.search(&query_as_said, best(9)).unwrap().hits.iter().map(|hit| hit.passage).collect();
        hits.sort_unstable();
        assert_eq!(hits, expected, "{query}");
    };
    check("code:who", &[0, 1, 3]);
    check("code:who/pupil", &[1, 3]);
    check("code:who/pupil=applies", &[1, 3]);
    check("who/pupil:applies", &[1, 3]);
    check("code:who/pupil=queue", &[]);
    check("code:who/parent=applies", &[]);
    check("code:who/parent=does_not_apply", &[0]);
    check("decision:applies", &[1, 3]);
    check("decision:queue", &[2]);
    check("decision:does_not_apply", &[0]);
    check("-code:who/pupil", &[0, 2]);
}

#[test]
fn passages_like_an_example() {
    let shelf = Shelf::with(&REPORTS);
    let like = |text: &str| shelf.index.like(text).unwrap().map(|query| shelf.index.search(&query, best(1)).unwrap());
    let first = |text: &str| like(text).map(|found| format!("{}.{}", found.hits[0].report, found.hits[0].passage));
    assert_eq!(first("An evening for parents and governors, who came"), Some("G002.2".to_owned()));
    assert_eq!(first("Unheard-of things"), None);
    assert_eq!(first(""), None);
}

#[test]
fn headings_and_heads_of_cells() {
    let shelf = Shelf::with(&REPORTS);
    shelf.check("heading:impact", "G001.3 G002.1 G002.2");
    shelf.check("heading:impacts parents", "G001.3 G002.2");
    shelf.check("heading:\"next step\"", "G001.5");
    shelf.check("heading:\"steps next\"", "");
    shelf.check("plan -heading:impact", "G001.5");
    shelf.check("heading:unknown OR café", "G001.5");

    let mut table = report("Who took part?\nSome mothers.");
    table.blocks[1].cell =
        Some(Box::new(Cell { table: 0, row: 0, column: 1, row_head: [0].into(), column_head: [].into() }));
    let shelf = Shelf::new();
    let mut writer = shelf.index.writer().unwrap();
    writer.add_report(IndexedReport::new("T", &table, &segment(&table), &BTreeMap::new())).unwrap();
    writer.commit(1).unwrap();
    shelf.check("heading:\"took part\"", "T.1");
}

#[test]
fn reports_codes_and_metadata() {
    let shelf = Shelf::with(&REPORTS);
    shelf.check("report:G002", "G002.0 G002.1 G002.2");
    shelf.check("report:G* plan", "G001.3 G001.5 G002.1");
    shelf.check("report:\"a/b c\" evening", "a/b c.0");
    shelf.check("cohort:1 plan", "G001.3 G001.5");
    shelf.check("local_authority:\"north yorkshire\" plan", "G001.3 G001.5");
    shelf.check("Local_Authority:north* plan", "G001.3 G001.5");
    shelf.check("plan -cohort:2", "G001.3 G001.5");
    assert_eq!(shelf.index.metadata_keys().unwrap(), ["cohort", "local_authority"]);

    let mut report = indexed("G003", "One. Two. Three.", &[]);
    report.add_code(0, "who", "parent", "applies");
    report.add_code(0, "gap", "size", "queue");
    report.add_code(1, "who", "parents", "queue");
    report.add_code(9, "who", "parent", "applies");
    let mut writer = shelf.index.writer().unwrap();
    writer.add_report(report).unwrap();
    writer.commit(2).unwrap();
    shelf.check("code:who", "G003.0 G003.1");
    shelf.check("code:who/parent", "G003.0");
    shelf.check("code:who/parent=queue", "");
    shelf.check("code:who/parents=queue", "G003.1");
    shelf.check("decision:queue", "G003.0 G003.1");
    shelf.check("decision:applies -code:gap", "");
}

#[test]
fn best_first_then_by_report_and_passage() {
    let same =
        ["Parents came.", "Parents came.", "Parents parents.", "Parents came and many others came who said much."]
            .join("\n");
    let shelf = Shelf::with(&[("B", &same, &[]), ("A", &same, &[]), ("C", "Governors came.", &[])]);
    assert_eq!(shelf.hits("parents"), "A.2 B.2 A.0 A.1 B.0 B.1 A.3 B.3");
    // A rare word outweighs a common one; what only filters changes no order.
    assert_eq!(shelf.hits("governors OR parents").split(' ').next(), Some("C.0"));
    assert_eq!(shelf.hits("parents report:B"), "B.2 B.0 B.1 B.3");
    assert_eq!(shelf.hits("(governors OR came) -parents"), "C.0");
    let found = shelf.index.search(&shelf.query("parents"), best(3)).unwrap();
    assert_eq!((found.hits.len(), found.n_passages), (3, 8));
    assert_eq!(found.hits[0].span, ByteSpan::new(28, 44));
}

#[test]
fn the_history_of_an_index_changes_no_ranking() {
    let text = |n: usize| format!("Parents of pupil{n} came. Some read {}. Others did not.", "daily ".repeat(n % 7));
    let ids: Vec<String> = (0..40).map(|n| format!("R{n:02}")).collect();
    let at_once = Shelf::new();
    let mut writer = at_once.index.writer().unwrap();
    for (n, id) in ids.iter().enumerate() {
        writer.add_report(indexed(id, &text(n), &[])).unwrap();
    }
    writer.commit(1).unwrap();
    let bit_by_bit = Shelf::new();
    let mut writer = bit_by_bit.index.writer().unwrap();
    for (n, id) in ids.iter().enumerate().rev() {
        writer.add_report(indexed(id, "Something else about parents daily read.", &[])).unwrap();
        writer.delete_report(id);
        writer.add_report(indexed(id, &text(n), &[])).unwrap();
        writer.commit(n as u64).unwrap();
    }
    writer.add_report(indexed("gone", "Parents read daily.", &[])).unwrap();
    writer.commit(50).unwrap();
    writer.delete_report("gone");
    writer.commit(51).unwrap();
    writer.finish().unwrap();
    for query in ["parents", "parents OR daily", "read daily", "\"parents of\" OR dail*", "some -daily"] {
        let query = at_once.query(query);
        assert_eq!(at_once.index.search(&query, best(30)).unwrap(), bit_by_bit.index.search(&query, best(30)).unwrap());
    }
}

#[test]
fn highlights_mark_what_was_found() {
    let marked = |query: &str, text: &str| {
        let spans = Query::parse(query, &["cohort".to_owned()]).unwrap().highlights(text);
        spans.iter().map(|span| span.slice(text).to_owned()).collect::<Vec<_>>().join("|")
    };
    let text = "Parents’ plans: the co-ordinators PLANNED a parents' evening for Renée.";
    assert_eq!(marked("plan", text), "plans|PLANNED");
    assert_eq!(marked("co-ordinator -plan", text), "co-ordinators");
    assert_eq!(marked("\"parents' evening\" OR parents", text), "Parents|parents' evening");
    assert_eq!(marked("even* renee", text), "evening|Renée");
    assert_eq!(marked("cohort:1 heading:plan report:evening", text), "");
}

#[test]
fn queries_that_are_not_understood() {
    let error = |query: &str| {
        let error = Query::parse(query, &["cohort".to_owned(), "local_authority".to_owned()]);
        error.map_or_else(|error| error.to_string(), |query| format!("{query:?}"))
    };
    let errors: Vec<String> = [
        "",
        " – & ",
        "-",
        "a \"b c",
        "(a",
        "a)",
        "a OR",
        "OR a",
        "a OR OR b",
        "AND a",
        "a AND",
        "a AND OR b",
        "NOT",
        "a NOT",
        "(a NOT)",
        "cohrt:1",
        "headings:x",
        "colour:red",
        "cohort:",
        "cohort: 1",
        "report:*",
        "heading:&",
        "heading:a*",
        "* *",
        "co-op*",
        "ab~3",
        "a-b~1",
        "\"a b\"~",
        "\"a b\"~1001",
        "\"a b\"~x",
        "a NEAR",
        "NEAR a",
        "a NEAR/ b",
        "a NEAR/2 b NEAR c",
        "a NEAR (b c)",
        "a NEAR -b",
        "a NEAR code:x",
        "who/pupil:",
        "code:a*b",
        "é cohrt:1",
        "()",
        "a OR ()",
    ]
    .iter()
    .map(|query| format!("{query:12} {}", error(query)))
    .collect();
    insta::assert_snapshot!(errors.join("\n"));
    assert_eq!(error(&"(".repeat(60)), "column 51: brackets are nested more than 50 deep");
    assert_eq!(error(&"a ".repeat(6_000)), "the query is longer than 10000 bytes");
}

#[test]
fn nothing_is_seen_before_commit() {
    let shelf = Shelf::with(&REPORTS);
    assert_eq!(shelf.index.committed().unwrap(), 1);
    let mut writer = shelf.index.writer().unwrap();
    writer.delete_report("G001");
    writer.add_report(indexed("G009", "Parents.", &[])).unwrap();
    shelf.check("plan", "G001.3 G001.5 G002.1");
    drop(writer);
    shelf.check("plan parents OR report:G009", "G001.3");
    assert_eq!(shelf.index.committed().unwrap(), 1);
    let mut writer = shelf.index.writer().unwrap();
    writer.delete_report("G001");
    writer.commit(7).unwrap();
    drop(writer);
    shelf.check("plan", "G002.1");
    shelf.check("heading:impact", "G002.1 G002.2");
    let Shelf { dir, index } = shelf;
    drop(index);
    let (index, origin) = open(&dir);
    assert_eq!((index.committed().unwrap(), origin), (7, Origin::Existing));
}

#[test]
fn one_writer_at_a_time() {
    let shelf = Shelf::new();
    let _writer = shelf.index.writer().unwrap();
    assert!(matches!(shelf.index.writer(), Err(Error::Busy { .. })));
    // Not even one that looks damaged is taken from its writer.
    fs::write(shelf.dir.path().join("index/meta.json"), "{").unwrap();
    assert!(matches!(
        Index::open_or_create(&shelf.dir.path().join("index"), &Settings::default()),
        Err(Error::Busy { .. })
    ));
}

#[test]
fn an_index_that_cannot_be_used_is_replaced() {
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(Index::open(&dir.path().join("index")), Err(Error::Missing { .. })));
    assert_eq!(open(&dir).1, Origin::Created);

    type Damage = fn(&std::path::Path);
    let damages: [(&str, Damage); 6] = [
        ("meta.json is cut", |dir| fs::write(dir.join("meta.json"), "{\"inde").unwrap()),
        ("meta.json is gone", |dir| fs::remove_file(dir.join("meta.json")).unwrap()),
        ("the list of files is gone", |dir| fs::remove_file(dir.join(".managed.json")).unwrap()),
        ("a file is gone", |dir| fs::remove_file(a_file(dir, "term")).unwrap()),
        ("a file is cut", |dir| fs::write(a_file(dir, "idx"), b"x").unwrap()),
        ("a bit is flipped", |dir| {
            let file = a_file(dir, "pos");
            let mut bytes = fs::read(&file).unwrap();
            bytes[3] ^= 4;
            fs::write(file, bytes).unwrap();
        }),
    ];
    for (what, damage) in damages {
        let (index, _) = open(&dir);
        let mut writer = index.writer().unwrap();
        writer.add_report(indexed("G001", "Parents came on Fridays and left on Mondays.", &[])).unwrap();
        writer.commit(3).unwrap();
        drop((writer, index));
        damage(&dir.path().join("index"));
        assert!(matches!(Index::open(&dir.path().join("index")), Err(Error::Unusable { .. })), "{what}");
        let (index, origin) = open(&dir);
        assert!(matches!(origin, Origin::Replaced { .. }), "{what}");
        assert_eq!(index.committed().unwrap(), 0, "{what}");
        assert_eq!(open(&dir).1, Origin::Existing, "{what}");
    }
}

fn a_file(dir: &std::path::Path, ending: &str) -> std::path::PathBuf {
    let files = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    files.into_iter().find(|path| path.extension().is_some_and(|found| found == ending)).unwrap()
}

#[test]
fn a_report_larger_than_a_batch_is_one_report() {
    let text = "Parents came. ".repeat(5_000);
    let shelf = Shelf::with(&[("big", &text, &[("cohort", "1")])]);
    assert_eq!(shelf.index.search(&shelf.query("parents cohort:1"), best(10)).unwrap().n_passages, 5_000);
    let mut writer = shelf.index.writer().unwrap();
    writer.delete_report("big");
    writer.commit(2).unwrap();
    assert_eq!(shelf.index.search(&shelf.query("parents OR came"), best(10)).unwrap().n_passages, 0);
}

/// Words as they stand in the index, by a slower and simpler way: for ASCII letters only.
fn contains(text: &str, word: &str) -> bool {
    text.to_lowercase().split(|c: char| !c.is_ascii_alphabetic()).any(|found| found == word)
}

proptest! {
    // Each case of the second one writes an index.
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_query_is_answered_or_refused(query in "[a-c \"()*?~/1:\\-“”é]{0,24}|(AND |OR |NOT |NEAR |NEAR/2 |~1|\"a b\"~2 |b\\*a |c/d:|a |\\(|\\)|-|heading:|cohort:|\"|b\\* ){0,12}|\\PC{0,30}") {
        if let Ok(query) = Query::parse(&query, &["cohort".to_owned()]) {
            query.highlights("A b c, é (heading): “cohort”.");
            thread_local! { static SHELF: Shelf = Shelf::with(&REPORTS); }
            SHELF.with(|shelf| shelf.index.search(&query, best(5)).unwrap());
        }
    }

    #[test]
    fn a_single_word_is_found_where_a_scan_finds_it(texts in prop::collection::vec("([a-d]{1,3}[ ,.!?;]{1,2}){1,30}", 1..6)) {
        let shelf = Shelf::new();
        let mut writer = shelf.index.writer().unwrap();
        let mut expected: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (number, text) in texts.iter().enumerate() {
            let report = report(text);
            let passages = segment(&report);
            for (passage, span) in passages.iter().map(|passage| passage.span.slice(&report.text)).enumerate() {
                for word in ["a", "ab", "dd", "cab"].into_iter().filter(|word| contains(span, word)) {
                    expected.entry(word.to_owned()).or_default().push(format!("R{number}.{passage}"));
                }
            }
            writer.add_report(IndexedReport::new(&format!("R{number}"), &report, &passages, &BTreeMap::new())).unwrap();
        }
        writer.commit(1).unwrap();
        for (word, mut passages) in expected {
            passages.sort_unstable();
            shelf.check(&format!("\"{word}\""), &passages.join(" "));
        }
    }
}
