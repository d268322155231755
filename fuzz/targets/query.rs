//! Any text as a query, and any text to be highlighted by it. The bytes are cut at the first NUL: query before it, text
//! behind it. What is understood is looked for in a small index too: a passage fits the query or its opposite, never both.
#![no_main]

use codeframe::extract::{self, extract_bytes};
use codeframe::index::{Index, IndexedReport, Limits, Query, Settings};
use codeframe::segment::segment;
use libfuzzer_sys::fuzz_target;
use std::collections::BTreeMap;
use std::sync::OnceLock;

const REPORT: &str = "# Impact\nParents' reading evenings were led by the schools. The attainment of pupils rose by 12%.\n\n\
    # What next\n## Parents and carers\nMums and dads came to café mornings; parents read with their children.\n\n\
    The governors will not be asked again. Teachers teach; the teaching, they said, was well taught.\n";

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let (query, passage) = text.split_once('\0').unwrap_or((&text, &text));
    match Query::parse(query, &["cohort".to_owned()]) {
        Ok(query) => {
            query.highlights(passage).iter().for_each(|span| drop(span.slice(passage).to_owned()));
            look_for(query);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});

fn look_for(query: Query) {
    static INDEX: OnceLock<Index> = OnceLock::new();
    let index = INDEX.get_or_init(index);
    let limits = Limits { hits: 2, per_report: Some(1) };
    let count = |query| {
        let found = index.search(&query, limits).expect("the index can be searched");
        assert!(found.hits.len() <= found.n_passages.min(1), "one of each report");
        found.n_passages
    };
    let all = || Query::of_report("R1");
    let (with, without) = (count(all().and(query.clone())), count(all().without(query)));
    assert_eq!(with + without, count(all()));
}

/// An index with one report. It is written to a folder of this process and stays there until the system tidies up.
fn index() -> Index {
    let dir = std::env::temp_dir().join(format!("codeframe-fuzz-query-{}", std::process::id()));
    std::fs::create_dir_all(&dir).expect("a folder can be made");
    let (index, _) = Index::open_or_create(&dir, &Settings::default()).expect("an index can be made");
    let mut writer = index.writer().expect("nobody else writes");
    let metadata = BTreeMap::from([("cohort".to_owned(), "1".to_owned())]);
    let documents = extract_bytes("report.md", REPORT.as_bytes(), &extract::Settings::default());
    for document in documents.expect("the report is sound") {
        let report = document.value.report;
        let passages = segment(&report);
        writer.add_report(IndexedReport::new("R1", &report, &passages, &metadata)).expect("a report can be added");
    }
    writer.commit(1).expect("the index can be committed");
    drop(writer);
    index
}
