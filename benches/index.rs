//! How fast the index is written, beside tantivy by itself on the same passages: one text field with positions, stems or
//! not, and the report's id stored. The reports are put together from passages of those in corpus/reports. Run by
//! `cargo bench --bench index [-- PASSAGES [ROUNDS]]`. The kinds alternate; the ratio, of time and of processor time, is the
//! median over rounds. Then queries of every kind, made of words of the reports, are answered from the index, and how long
//! each took is printed. So that the index has as many words as one of real reports, rare made-up ones are strewn in.

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
    let mut ratios: BTreeMap<(&str, &str), Vec<f64>> = BTreeMap::new();
    for _ in 0..rounds {
        let ours = timed(|dir| write_ours(dir, &reports));
        println!("ours            {ours}, {:.2} of the text", ours.bytes as f64 / n_bytes as f64);
        for analyser in ["default", "en_stem"] {
            let bare = timed(|dir| write_bare(dir, &reports, analyser));
            println!("bare {analyser:10} {bare}, {:.2} of the text", bare.bytes as f64 / n_bytes as f64);
            ratios.entry((analyser, "time")).or_default().push(bare.seconds / ours.seconds);
            ratios.entry((analyser, "processor time")).or_default().push(bare.processor / ours.processor);
        }
    }
    for ((analyser, what), mut ratios) in ratios {
        ratios.sort_by(f64::total_cmp);
        println!("our speed is {:.2} of bare {analyser} by {what} (median of {rounds})", ratios[rounds / 2]);
    }
    let dir = tempfile::tempdir().expect("a temporary folder can be made");
    write_ours(dir.path(), &reports);
    drop(reports);
    answer(dir.path(), &sentences);
}

/// Prints how long queries take: 20 hits, three of a report at the most.
#[allow(clippy::print_stdout)] // a benchmark says its result
fn answer(dir: &Path, sentences: &[String]) {
    let start = Instant::now();
    let index = Index::open(dir).expect("the index is sound");
    println!("opened in {:.0} ms, every file compared with its checksum", start.elapsed().as_secs_f64() * 1e3);
    let metadata = index.metadata_keys().expect("the index can be read");
    let common = commonest(sentences);
    let mut random = Random(11);
    // Words next to each other in some sentence; a single one is none of the commonest, which nobody looks for alone.
    let mut words = |n: usize| -> Vec<String> {
        loop {
            let sentence = &sentences[random.below(sentences.len())];
            let words: Vec<&str> = sentence.split(|c: char| !c.is_alphabetic()).filter(|w| w.len() > 2).collect();
            if words.len() >= n {
                let from = random.below(words.len() - n + 1);
                let words: Vec<String> = words[from..from + n].iter().map(|word| word.to_lowercase()).collect();
                if n > 1 || !common.contains(&words[0]) {
                    return words;
                }
            }
        }
    };
    type Make<'m> = &'m dyn Fn(&mut dyn FnMut(usize) -> Vec<String>, usize) -> String;
    let kinds: [(&str, Make<'_>); 16] = [
        ("word", &|words, _| words(1).remove(0)),
        ("two words", &|words, _| words(2).join(" ")),
        ("either", &|words, _| format!("{} OR {} OR {}", words(1)[0], words(1)[0], words(1)[0])),
        ("phrase of 2", &|words, _| format!("\"{}\"", words(2).join(" "))),
        ("phrase of 3", &|words, _| format!("\"{}\"", words(3).join(" "))),
        ("near", &|words, _| format!("\"{}\"~5", words(2).join(" "))),
        ("either near", &|words, _| format!("({} OR {}) NEAR/5 {}", words(1)[0], words(1)[0], words(1)[0])),
        ("beginning", &|words, _| format!("{:.4}*", words(1)[0])),
        ("pattern", &|words, _| format!("*{}", last(&words(1)[0], 4))),
        ("one letter", &|words, _| format!("{}~1", words(1)[0])),
        ("two letters", &|words, _| format!("{}~2", words(1)[0])),
        ("heading", &|words, n| format!("{} cohort:1 heading:{}", words(1)[0], n % 6 + 1)),
        ("code", &|words, n| format!("{} code:q{}/c{}=applies", words(1)[0], n % 23, n % 6)),
        ("all of a code", &|_, n| format!("code:q{}/c{}", n % 23, n % 6)),
        ("without", &|words, _| format!("{} -{}", words(1)[0], words(1)[0])),
        ("commonest", &|_, n| common[n % common.len()].clone()),
    ];
    let limits = Limits { hits: 20, per_report: Some(3) };
    let start = Instant::now();
    index.search(&Query::of_report("R000000"), limits).expect("the index can be searched");
    println!("first query in {:.0} ms", start.elapsed().as_secs_f64() * 1e3);
    let (mut all, mut all_processor) = (Vec::new(), Vec::new());
    for (kind, make) in kinds {
        let (mut times, mut processor): (Vec<f64>, Vec<f64>) = Default::default();
        let mut n_passages = 0;
        for n in 0..QUERIES {
            let query = Query::parse(&make(&mut words, n), &metadata).expect("the query is well formed");
            let (start, used) = (Instant::now(), threads_seconds());
            n_passages += index.search(&query, limits).expect("the index can be searched").n_passages;
            let (taken, used) = (start.elapsed().as_secs_f64(), threads_seconds() - used);
            times.push(taken * 1e3);
            processor.push(used * 1e3);
        }
        say(kind, &mut times, &mut processor, n_passages / QUERIES);
        all.extend(times);
        all_processor.extend(processor);
    }
    say("all", &mut all, &mut all_processor, 0);
}

/// The words that stand in most sentences, 25 of them, as `the` and `and`.
fn commonest(sentences: &[String]) -> Vec<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for word in sentences.iter().flat_map(|text| text.split(|c: char| !c.is_alphabetic())).filter(|w| w.len() > 2) {
        *counts.entry(word.to_lowercase()).or_default() += 1;
    }
    let mut words: Vec<(usize, String)> = counts.into_iter().map(|(word, n)| (n, word)).collect();
    words.sort_by(|a, b| b.cmp(a));
    words.into_iter().take(25).map(|(_, word)| word).collect()
}

/// The last letters of a word.
fn last(word: &str, n: usize) -> String {
    let letters: Vec<char> = word.chars().collect();
    letters[letters.len().saturating_sub(n)..].iter().collect()
}

#[allow(clippy::print_stdout)] // a benchmark says its result
fn say(kind: &str, times: &mut [f64], processor: &mut [f64], n_passages: usize) {
    let at = |times: &mut [f64], share: usize| {
        times.sort_by(f64::total_cmp);
        times[(times.len() * share / 100).min(times.len() - 1)]
    };
    println!(
        "{kind:13} median {:7.2} ms, p99 {:7.2} ms; of the processors {:6.2} ms, {:6.2} ms; {n_passages} passages on average",
        at(times, 50),
        at(times, 99),
        at(processor, 50),
        at(processor, 99)
    );
}

/// What it cost to write an index.
struct Cost {
    seconds: f64,
    /// Seconds of all threads.
    processor: f64,
    bytes: u64,
}

impl std::fmt::Display for Cost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.2} s, {:.2} s of the processors", self.seconds, self.processor)
    }
}

/// What a function costs, and the bytes it leaves in the folder that it is given.
fn timed(write: impl Fn(&Path)) -> Cost {
    let dir = tempfile::tempdir().expect("a temporary folder can be made");
    let (start, processor) = (Instant::now(), processor_seconds());
    write(dir.path());
    let (seconds, processor) = (start.elapsed().as_secs_f64(), processor_seconds() - processor);
    let files = std::fs::read_dir(dir.path()).expect("the folder is there");
    let bytes = files.map(|file| file.and_then(|file| file.metadata()).map_or(0, |file| file.len())).sum();
    Cost { seconds, processor, bytes }
}

/// What all threads of this process have used so far, which other processes do not change; not a number off Linux.
fn processor_seconds() -> f64 {
    let Ok(stat) = std::fs::read_to_string("/proc/self/stat") else { return f64::NAN };
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    // proc(5): fields 14 and 15, in hundredths of a second.
    fields[11..13].iter().map(|ticks| ticks.parse::<f64>().unwrap_or(f64::NAN)).sum::<f64>() / 100.0
}

/// The same of the threads that live now, to the microsecond.
fn threads_seconds() -> f64 {
    let Ok(threads) = std::fs::read_dir("/proc/self/task") else { return f64::NAN };
    let used = threads.flatten().map(|thread| {
        let line = std::fs::read_to_string(thread.path().join("schedstat")).unwrap_or_default();
        line.split(' ').next().and_then(|nanoseconds| nanoseconds.parse::<f64>().ok()).unwrap_or(0.0)
    });
    used.sum::<f64>() / 1e9
}

fn write_ours(dir: &Path, reports: &[(Report, Vec<Passage>)]) {
    let (index, _) = Index::open_or_create(dir, &Settings::default()).expect("an index can be made");
    let mut writer = index.writer().expect("nobody else writes");
    for (number, (report, passages)) in reports.iter().enumerate() {
        let metadata = BTreeMap::from([("cohort".to_owned(), (number % 2).to_string())]);
        let mut indexed = IndexedReport::new(&format!("R{number:06}"), report, passages, &metadata);
        // One passage in five is evidence for some code.
        for passage in (number % 5..passages.len()).step_by(5) {
            let (question, code) = ((number + passage) % 23, (number * 7 + passage) % 6);
            let state = if passage.is_multiple_of(3) { "queue" } else { "applies" };
            indexed.add_code(passage, &format!("q{question}"), &format!("c{code}"), state);
        }
        writer.add_report(indexed).expect("a report can be added");
    }
    writer.commit(1).expect("the index can be committed");
}

/// As many threads as codeframe indexes with, each with as much memory.
const THREADS: usize = 2;

fn write_bare(dir: &Path, reports: &[(Report, Vec<Passage>)], analyser: &str) {
    let mut schema = SchemaBuilder::new();
    let indexing =
        TextFieldIndexing::default().set_tokenizer(analyser).set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let text = schema.add_text_field("text", TextOptions::default().set_indexing_options(indexing));
    let id = schema.add_text_field("id", STRING | STORED);
    let index = tantivy::Index::create_in_dir(dir, schema.build()).expect("an index can be made");
    let mut writer: IndexWriter =
        index.writer_with_num_threads(THREADS, THREADS * Settings::default().max_bytes).expect("nobody else writes");
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
                    let mut sentence = || match random.below(12) {
                        0 => format!("{} {}", made_up(&mut random), sentences[random.below(sentences.len())]),
                        _ => sentences[random.below(sentences.len())].clone(),
                    };
                    [sentence(), sentence(), sentence()].join(" ")
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

/// A word that few passages have.
fn made_up(random: &mut Random) -> String {
    let syllables =
        ["ba", "ter", "lin", "gor", "mes", "su", "per", "nal", "wick", "ton", "ra", "dle", "co", "fen", "ish"];
    let first = syllables[random.below(syllables.len())];
    let [second, third, fourth] = [(); 3].map(|()| syllables[random.below(syllables.len())]);
    format!("{first}{second}{third}{fourth}")
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
