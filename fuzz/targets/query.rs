//! Any text as a query, and any text to be highlighted by it. The bytes are cut at the first NUL: query before it, text
//! behind it.
#![no_main]

use codeframe::index::Query;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let (query, passage) = text.split_once('\0').unwrap_or((&text, &text));
    match Query::parse(query, &["cohort".to_owned()]) {
        Ok(query) => query.highlights(passage).iter().for_each(|span| drop(span.slice(passage).to_owned())),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
