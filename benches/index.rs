//! How fast the index is written, beside tantivy by itself on the same passages: one text field with positions, stems or
//! not, and the report's id stored. The reports are put together from passages of those in corpus/reports. Run by
//! `cargo bench --bench index [-- PASSAGES [ROUNDS]]`. The kinds alternate; the ratio is the median over rounds. Then
//! queries of every kind, made of words of the reports, are answered from the index, and how long each took is printed.

use codeframe::extract::{self, Block, BlockKind, Report, extract_file};
use codeframe::index::{Index, IndexedReport, Limits, Query, Settings};
use codeframe::segment::{Passage, segment};
use codeframe::span::ByteSpan;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;
use tantivy::schema::{IndexRecordOption, STORED, STRING, SchemaBuilder, TextFieldIndexing, TextOptions};
use tantivy::{IndexWriter, TantivyDocument};

const ROUNDS: usize = 5;

/// Queries of each kind.
const QUERIES: usize = 200;

#[allow(clippy::print_stdout)] // a benchmark says its result
fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let n_passages =
        arguments.first().map_or(100_000, |n| n.parse().expect("the first argument is a number of passages"));
    let sentences = sentences(&Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/reports"));
    let reports = reports(&sentences, n_passages);
    let n_passages: usize = reports.iter().map(|(_, passages)| passages.len()).sum();
    let n_bytes: usize = reports.iter().map(|(report, _)| report.text.len()).sum();
    println!("{} reports, {n_passages} passages, {n_bytes} bytes of text", reports.len());

    let rounds = arguments.get(1).map_or(ROUNDS, |n| n.parse().expect("the second argument is a number of rounds"));
    let mut ratios: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for _ in 0..rounds {
        let (ours, our_bytes) = timed(|dir| write_ours(dir, &reports));
        println!("ours            {ours:.2} s  {:.2} of the text", our_bytes as f64 / n_bytes as f64);
        for analyser in ["default", "en_stem"] {
            let (bare, bytes) = timed(|dir| write_bare(dir, &reports, analyser));
            println!("bare {analyser:10} {bare:.2} s  {:.2} of the text", bytes as f64 / n_bytes as f64);
            ratios.entry(analyser).or_default().push(bare / ours);
        }
    }
    for (analyser, mut ratios) in ratios {
        ratios.sort_by(f64::total_cmp);
        println!("our speed is {:.2} of bare {analyser} (median of {rounds})", ratios[rounds / 2]);
    }
    let dir = tempfile::tempdir().expect("a temporary folder can be made");
    write_ours(dir.path(), &reports);
    answer(dir.path(), &sentences);
}

/// Prints how long queries take: 20 hits, three of a report at the most.
#[allow(clippy::print_stdout)] // a benchmark says its result
fn answer(dir: &Path, sentences: &[String]) {
    let index = Index::open(dir).expect("the index is sound");
    let metadata = index.metadata_keys().expect("the index can be read");
    let mut random = Random(11);
    let mut words = |n: usize| -> Vec<String> {
        loop {
            let sentence = &sentences[random.below(sentences.len())];
            let words: Vec<&str> = sentence.split(|c: char| !c.is_alphabetic()).filter(|w| w.len() > 2).collect();
            if words.len() >= n {
                let from = random.below(words.len() - n + 1);
                return words[from..from + n].iter().map(|word| (*word).to_owned()).collect();
            }
        }
    };
    type Make<'m> = &'m dyn Fn(&mut dyn FnMut(usize) -> Vec<String>) -> String;
    let kinds: [(&str, Make<'_>); 9] = [
        ("word", &|words| words(1).remove(0)),
        ("two words", &|words| words(2).join(" ")),
        ("either", &|words| words(3).join(" OR ")),
        ("phrase", &|words| format!("\"{}\"", words(2).join(" "))),
        ("near", &|words| format!("\"{}\"~5", words(2).join(" "))),
        ("beginning", &|words| format!("{:.4}*", words(1)[0])),
        ("misspelt", &|words| format!("{}~1", words(1)[0])),
        ("filtered", &|words| format!("{} cohort:1 heading:{}", words(1)[0], 3)),
        ("without", &|words| format!("{} -{}", words(1)[0], words(1)[0])),
    ];
    let limits = Limits { hits: 20, per_report: Some(3) };
    index.search(&Query::of_report("R000000"), limits).expect("the index can be searched");
    let mut all = Vec::new();
    for (kind, make) in kinds {
        let mut times: Vec<f64> = Vec::new();
        let mut n_passages = 0;
        for _ in 0..QUERIES {
            // A word such as NOT would be taken for an operator.
            let text = make(&mut words).to_lowercase().replace(" or ", " OR ");
            let query = Query::parse(&text, &metadata).expect("the query is well formed");
            let start = Instant::now();
            n_passages += index.search(&query, limits).expect("the index can be searched").n_passages;
            times.push(start.elapsed().as_secs_f64() * 1e3);
        }
        say(kind, &mut times, n_passages / QUERIES);
        all.extend(times);
    }
    say("all", &mut all, 0);
}

#[allow(clippy::print_stdout)] // a benchmark says its result
fn say(kind: &str, times: &mut [f64], n_passages: usize) {
    times.sort_by(f64::total_cmp);
    let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)];
    println!("{kind:10} median {:7.2} ms, p99 {:7.2} ms, {n_passages} passages on average", at(50), at(99));
}

/// Seconds that a function takes, and the bytes it leaves in the folder that it is given.
fn timed(write: impl Fn(&Path)) -> (f64, u64) {
    let dir = tempfile::tempdir().expect("a temporary folder can be made");
    let start = Instant::now();
    write(dir.path());
    let seconds = start.elapsed().as_secs_f64();
    let files = std::fs::read_dir(dir.path()).expect("the folder is there");
    (seconds, files.map(|file| file.and_then(|file| file.metadata()).map_or(0, |file| file.len())).sum())
}

fn write_ours(dir: &Path, reports: &[(Report, Vec<Passage>)]) {
    let metadata = BTreeMap::from([("cohort".to_owned(), "1".to_owned())]);
    let (index, _) = Index::open_or_create(dir, &Settings::default()).expect("an index can be made");
    let mut writer = index.writer().expect("nobody else writes");
    for (number, (report, passages)) in reports.iter().enumerate() {
        let indexed = IndexedReport::new(&format!("R{number:06}"), report, passages, &metadata);
        writer.add_report(indexed).expect("a report can be added");
    }
    writer.commit(1).expect("the index can be committed");
    drop(writer);
    let query = Query::parse("children -zz", &[]).expect("the query is well formed");
    index.search(&query, Limits { hits: 10, per_report: None }).expect("the index can be searched");
}

fn write_bare(dir: &Path, reports: &[(Report, Vec<Passage>)], analyser: &str) {
    let mut schema = SchemaBuilder::new();
    let indexing =
        TextFieldIndexing::default().set_tokenizer(analyser).set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let text = schema.add_text_field("text", TextOptions::default().set_indexing_options(indexing));
    let id = schema.add_text_field("id", STRING | STORED);
    let index = tantivy::Index::create_in_dir(dir, schema.build()).expect("an index can be made");
    let mut writer: IndexWriter =
        index.writer_with_num_threads(1, Settings::default().max_bytes).expect("nobody else writes");
    for (number, (report, passages)) in reports.iter().enumerate() {
        let number = format!("R{number:06}");
        for passage in passages {
            let mut document = TantivyDocument::new();
            document.add_text(id, &number);
            document.add_text(text, passage.span.slice(&report.text));
            writer.add_document(document).expect("a document can be added");
        }
    }
    writer.commit().expect("the index can be committed");
}

/// Reports of about 70 passages under six headings.
fn reports(sentences: &[String], n_passages: usize) -> Vec<(Report, Vec<Passage>)> {
    let mut random = Random(7);
    let (mut reports, mut made) = (Vec::new(), 0);
    while made < n_passages {
        let mut report = Report::default();
        let mut heading = None;
        for number in 0..24 {
            let is_heading = number % 4 == 0;
            let text = match is_heading {
                true => format!("{} What we did about {}", number / 4 + 1, number % 7),
                false => {
                    (0..3).map(|_| sentences[random.below(sentences.len())].as_str()).collect::<Vec<_>>().join(" ")
                }
            };
            if !report.text.is_empty() {
                report.text.push('\n');
            }
            let start = report.text.len();
            report.text.push_str(&text);
            let kind = if is_heading { BlockKind::Heading(1) } else { BlockKind::Paragraph };
            let above = if is_heading { None } else { heading };
            report.blocks.push(Block {
                span: ByteSpan::new(start, report.text.len()),
                kind,
                marker: None,
                heading: above,
                cell: None,
            });
            if is_heading {
                heading = Some(number);
            }
        }
        let passages = segment(&report);
        made += passages.len();
        reports.push((report, passages));
    }
    reports
}

/// The passages of the reports in a folder that are no headings.
fn sentences(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).expect("the folder of reports is there");
    let mut files: Vec<_> = files.filter_map(|file| Some(file.ok()?.path())).collect();
    files.sort();
    let mut sentences = Vec::new();
    for file in files {
        for document in
            extract_file(&file, &extract::Settings::default()).expect("the repository's reports can be read")
        {
            let report = document.value.report;
            let passages = segment(&report).into_iter().map(|passage| passage.span.slice(&report.text).to_owned());
            sentences.extend(passages.filter(|passage| passage.len() > 20));
        }
    }
    sentences
}

/// Numbers that look random and are the same in every run (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }
}
