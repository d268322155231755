//! Data flows one way: which module may use which, and which crates belong to one module alone. The table below is the
//! one of ARCHITECTURE.md; a new module gets its row here before it gets its first line.

use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// What knows no stage: every module may use it, and it uses only itself.
const VOCABULARY: [&str; 11] =
    ["cursor", "document", "fault", "frame", "keys", "plot", "report_id", "score", "sheet", "span", "warned"];

/// Each other module, in flow order, and the modules that it may use beside the vocabulary: all of them stand above it.
const STAGES: [(&str, &[&str]); 28] = [
    ("store", &[]),
    ("classify", &["store"]),
    ("extract", &["store"]),
    ("segment", &["extract"]),
    ("index", &["extract", "segment", "store"]),
    ("propose", &["extract", "segment", "index"]),
    ("facts", &["extract", "segment", "propose"]),
    ("decide", &["propose", "facts"]),
    ("expression", &["decide"]),
    ("order", &["decide"]),
    ("config", &["extract", "segment", "index", "propose", "decide", "order"]),
    ("project", &["config"]),
    ("study", &["classify", "propose", "facts", "decide", "project"]),
    ("coding", &["store", "classify", "extract", "segment", "index", "propose", "facts", "decide", "study"]),
    ("review", &["store", "segment", "propose", "decide", "order", "study", "coding"]),
    ("grid", &["store", "decide", "expression", "project", "study", "coding", "review"]),
    ("sample", &["store", "decide", "expression", "config", "grid"]),
    ("learn", &["store", "classify", "project", "study", "coding", "review"]),
    ("map", &["store", "decide", "study", "coding", "review", "grid", "sample", "learn"]),
    ("pattern", &["decide", "grid", "map"]),
    ("exchange", &["store", "extract", "segment", "decide", "project", "study", "coding", "review"]),
    ("evaluate", &["store", "decide", "study", "coding", "review", "learn", "exchange"]),
    (
        "simulate",
        &["store", "classify", "propose", "facts", "decide", "order", "project", "study", "coding", "review", "learn"],
    ),
    (
        "run",
        &[
            "store", "classify", "extract", "segment", "index", "propose", "decide", "order", "project", "study",
            "coding", "review", "learn", "sample", "map",
        ],
    ),
    (
        "vignette",
        &[
            "store", "classify", "extract", "segment", "index", "decide", "config", "project", "study", "coding",
            "review", "exchange",
        ],
    ),
    (
        "themes",
        &["store", "classify", "index", "decide", "project", "study", "coding", "review", "exchange", "vignette"],
    ),
    (
        "page",
        &[
            "store", "classify", "extract", "segment", "index", "decide", "project", "study", "coding", "review",
            "sample", "learn", "map", "evaluate", "run", "vignette",
        ],
    ),
    (
        "synthesis",
        &[
            "store", "classify", "decide", "config", "project", "study", "review", "grid", "sample", "learn", "map",
            "pattern", "evaluate", "index", "vignette",
        ],
    ),
];

/// Crates that only these modules use; `cli` and `main` are the binary.
const CRATES: [(&str, &[&str]); 22] = [
    ("rusqlite", &["store"]),
    ("tantivy", &["index"]),
    ("zip", &["extract"]),
    ("quick_xml", &["extract"]),
    // Writes documents, the sample of `init` among them, and fixtures of the reader's tests.
    ("docx_rs", &["cli", "document", "extract"]),
    // `facts` reads its word lists, which are part of the program.
    ("toml", &["keys", "facts"]),
    ("pulldown_cmark", &["document"]),
    ("clap", &["cli"]),
    ("anyhow", &["cli", "main"]),
    ("indicatif", &["cli"]),
    ("tracing_subscriber", &["cli"]),
    ("linfa", &["classify", "themes"]),
    ("linfa_logistic", &["classify"]),
    ("linfa_clustering", &["themes"]),
    ("ndarray", &["classify", "themes"]),
    ("parquet", &["exchange"]),
    ("faer", &["classify"]),
    ("axum", &["page"]),
    // The binary waits for the signal that ends the page.
    ("tokio", &["page", "cli"]),
    ("calamine", &["exchange"]),
    ("plotters", &["plot"]),
    ("resvg", &["plot"]),
];

/// The source files by module: the first folder or file below `pipeline`.
fn sources() -> BTreeMap<String, Vec<(String, String)>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipeline");
    let mut sources: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for entry in walkdir::WalkDir::new(&root).sort_by_file_name() {
        let entry = entry.expect("the sources can be listed");
        if entry.path().extension().is_none_or(|ending| ending != "rs") {
            continue;
        }
        let below = entry.path().strip_prefix(&root).expect("it lies below");
        let first = below.iter().next().expect("it has a name").to_string_lossy();
        let module = first.trim_end_matches(".rs").to_owned();
        let code: Vec<String> = fs::read_to_string(entry.path())
            .expect("sources are text")
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .map(str::to_owned)
            .collect();
        sources.entry(module).or_default().push((below.display().to_string(), code.join("\n")));
    }
    sources
}

#[test]
fn modules_use_only_what_the_table_allows() {
    let used = Regex::new(r"\bcrate::(\w+|\{)").unwrap();
    let allowed: BTreeMap<&str, &[&str]> = STAGES.into_iter().collect();
    let mut wrong = Vec::new();
    for (module, files) in sources() {
        if ["lib", "main", "cli"].contains(&module.as_str()) {
            continue;
        }
        let vocabulary = VOCABULARY.contains(&module.as_str());
        let stages = allowed.get(module.as_str());
        assert!(vocabulary || stages.is_some(), "module `{module}` has no row in the table");
        for (file, code) in files {
            let names: BTreeSet<&str> = used.captures_iter(&code).map(|found| found.get(1).unwrap().as_str()).collect();
            for name in names {
                // `use crate::{a, b}` would hide names from this test.
                let fine = VOCABULARY.contains(&name) || name == module || stages.is_some_and(|s| s.contains(&name));
                if !fine {
                    wrong.push(format!("{file} uses crate::{name}"));
                }
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_table_has_no_way_back() {
    for (n, (module, uses)) in STAGES.iter().enumerate() {
        for name in *uses {
            assert!(STAGES[..n].iter().any(|(above, _)| above == name), "{module} uses {name}, which is not above it");
        }
    }
}

#[test]
fn crates_stay_where_they_belong() {
    let mut wrong = Vec::new();
    for (module, files) in sources() {
        for (file, code) in files {
            for (name, homes) in CRATES {
                let used = Regex::new(&format!(r"\b{name}::")).unwrap();
                if !homes.contains(&module.as_str()) && used.is_match(&code) {
                    wrong.push(format!("{file} uses {name}"));
                }
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_library_does_not_print() {
    let prints = Regex::new(r"\b(println|print|eprintln|eprint|dbg)!").unwrap();
    let mut wrong = Vec::new();
    for (module, files) in sources() {
        let binary = module == "cli" || module == "main";
        wrong.extend(files.iter().filter(|(_, code)| !binary && prints.is_match(code)).map(|(file, _)| file.clone()));
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn every_file_says_what_it_is_for() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut wrong = Vec::new();
    for folder in ["pipeline", "tests"] {
        for entry in walkdir::WalkDir::new(root.join(folder)).sort_by_file_name() {
            let entry = entry.unwrap();
            let is_rust = entry.path().extension().is_some_and(|ending| ending == "rs");
            if is_rust && !fs::read_to_string(entry.path()).unwrap().starts_with("//!") {
                wrong.push(entry.path().strip_prefix(root).unwrap().display().to_string());
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}
