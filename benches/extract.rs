//! How long reading takes beside what no reader can do without: opening the container, inflating the document and walking
//! its XML events. Rounds are interleaved in one process and one thread, so that whatever else the machine does hits both.
//! Time is the thread's time on a processor where the system tells it (Linux), else time on the clock.
//!
//! `cargo bench --bench extract -- FOLDER … [--rounds N]`; prints, for reports with and without a large template of styles
//! (those that some writers put into every document), microseconds a report and the median ratio over rounds.
//! `scripts/compare_extraction` puts python-docx beside it.

#![allow(clippy::print_stdout)] // the figures are its product

use codeframe::extract::{Settings, extract_bytes};
use quick_xml::events::Event;
use std::hint::black_box;
use std::io::{Cursor, Read};
use std::time::{Duration, Instant};

/// Style parts from this size on make a report one "with template".
const LARGE_STYLES: u64 = 200_000;

/// Reports read in a round, about.
const READINGS: usize = 3_000;

fn main() {
    let mut folders = Vec::new();
    let mut rounds = 7;
    let mut arguments = std::env::args().skip(1).filter(|a| a != "--bench");
    while let Some(argument) = arguments.next() {
        if argument == "--rounds" {
            rounds = arguments.next().and_then(|n| n.parse().ok()).expect("--rounds takes a number");
        } else {
            folders.push(argument);
        }
    }
    if folders.is_empty() {
        folders.push("corpus/reports".to_owned());
    }
    let mut with = Vec::new();
    let mut without = Vec::new();
    for folder in folders {
        for file in walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().flatten() {
            let name = file.file_name().to_string_lossy().into_owned();
            if file.file_type().is_file() && name.ends_with(".docx") {
                let bytes = std::fs::read(file.path()).expect("the report can be read");
                if style_bytes(&bytes) >= LARGE_STYLES { with.push(bytes) } else { without.push(bytes) }
            }
        }
    }
    for (name, reports) in [("with template", with), ("without template", without)] {
        if !reports.is_empty() {
            compare(name, &reports, rounds);
        }
    }
}

fn compare(name: &str, reports: &[Vec<u8>], rounds: usize) {
    let settings = Settings::default();
    let (mut bare, mut whole, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=rounds {
        let a = time(reports, walk);
        let b = time(reports, |bytes| extract_bytes("report.docx", bytes, &settings).map_or(0, |read| read.len()));
        // The first round warms up.
        if round > 0 {
            ratios.push(b.as_secs_f64() / a.as_secs_f64());
            bare.push(a.as_secs_f64());
            whole.push(b.as_secs_f64());
        }
    }
    let each = |times: Vec<f64>| median(times) / reports.len() as f64 * 1e6;
    println!(
        "{name}: {} reports, bare walk {:.1} us, extract {:.1} us, ratio {:.2}",
        reports.len(),
        each(bare),
        each(whole),
        median(ratios)
    );
}

fn time(reports: &[Vec<u8>], mut read: impl FnMut(&[u8]) -> usize) -> Duration {
    // The system brings a thread's time up to date every few milliseconds, so a round takes a few hundred.
    let n_times = (READINGS / reports.len()).max(1);
    let (start, on_processor) = (Instant::now(), on_processor());
    for _ in 0..n_times {
        for bytes in reports {
            black_box(read(black_box(bytes)));
        }
    }
    let taken = match (on_processor, self::on_processor()) {
        (Some(before), Some(after)) => after - before,
        _ => start.elapsed(),
    };
    taken / n_times as u32
}

/// How long this thread has been on a processor.
fn on_processor() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(told.split(' ').next()?.parse().ok()?))
}

/// Opens, inflates and walks: the number of XML events.
fn walk(bytes: &[u8]) -> usize {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a container");
    let mut xml = Vec::new();
    archive.by_name("word/document.xml").expect("a document").read_to_end(&mut xml).expect("whole");
    let mut reader = quick_xml::Reader::from_reader(xml.as_slice());
    let mut n = 0;
    while !matches!(reader.read_event().expect("well-formed"), Event::Eof) {
        n += 1;
    }
    n
}

fn style_bytes(bytes: &[u8]) -> u64 {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a container");
    let mut n = 0;
    for i in 0..archive.len() {
        let part = archive.by_index(i).expect("an entry");
        n += if part.name().contains("styles") { part.size() } else { 0 };
    }
    n
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
