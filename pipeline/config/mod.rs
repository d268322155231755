//! The text of `config.toml` comes in; checked settings go out, with everything that is wrong said at once. Each stage
//! has its settings in its own section and type; no stage knows this file. `template.toml` documents every key and is
//! what `init` writes.

use crate::extract;
use crate::fault::{Fault, Place, Severity, Source, did_you_mean};
use crate::index;
use crate::keys::{At, Keys, read_toml};
use crate::order::{self, Order};
use regex::Regex;

/// The format version that `config.toml` states as `version`.
pub const VERSION: u64 = 1;

/// The most threads that can be asked for; far more than help.
pub const MOST_JOBS: u16 = 1024;

/// `config.toml` as `init` writes it: every key, with a sentence, unit, default and range.
pub const TEMPLATE: &str = include_str!("template.toml");

/// The checked settings of a project.
#[derive(Debug, Clone)]
pub struct Config {
    /// The frame file, relative to the project.
    pub frame: Written,
    /// The rules file, relative to the project; `None` when the config names none, which means `rules.toml` beside the
    /// frame if there is one.
    pub rules: Option<Written>,
    /// Threads that read and code reports; `None`: as many as the machine has.
    pub jobs: Option<usize>,
    /// Start of every random draw.
    pub seed: u64,
    /// Where the reports and what is known of them stand.
    pub corpus: Corpus,
    /// How much of a file is read.
    pub extract: extract::Settings,
    /// How the search index is written.
    pub index: index::Settings,
    /// How passages are cited.
    pub search: Search,
    /// When a code is decided without a person.
    pub decide: Decide,
    /// What is learned from, and which classifier is used.
    pub train: Train,
    /// Which reports are read in depth.
    pub sample: Sample,
    /// The synthesis document.
    pub report: Report,
    /// In which order people are asked.
    pub review: order::Settings,
}

/// A text of the config and the place of its value, for errors that only show when it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The text.
    pub text: String,
    /// Where it stands.
    pub place: Place,
}

/// The section `[corpus]`.
#[derive(Debug, Clone)]
pub struct Corpus {
    /// Folder of the reports, relative to the project.
    pub reports: String,
    /// Table of what is known about the reports, relative to the project; `None` when the config names none, which
    /// means `corpus/reports.csv` if there is one.
    pub metadata: Option<Written>,
    /// Finds the id of a report in its file's name without the ending; its first group is the id. `None`: all of it.
    pub report_id: Option<Regex>,
}

/// The section `[search]`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Search {
    /// Template of citations, as `{group} case study`; `None`: the report's id.
    pub citation: Option<Written>,
}

/// The section `[decide]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Decide {
    /// Largest share of wrong codes among those that are decided automatically; above 0, at most 0.5.
    pub max_error: f64,
    /// How sure that bound is to hold; 0.5 to 0.999.
    pub confidence: f64,
    /// Share of the automatic decisions that a person checks unmarked; 0 to 1.
    pub audit_rate: f64,
}

/// The section `[train]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Train {
    /// Name of the classifier to use; `None`: the newest there is.
    pub classifier: Option<Written>,
    /// Whether a classifier is used at all.
    pub is_off: bool,
    /// The file of the codebook's examples, relative to the project; `None`: `examples.jsonl` beside the frame if there
    /// is one.
    pub examples: Option<Written>,
    /// Ids of the reports that the authors of the rules have read.
    pub rules_written_from: Vec<String>,
    /// New verdicts after which training is proposed; none: never.
    pub propose_after: Option<usize>,
}

/// New verdicts after which training is proposed, unless the config says otherwise.
const PROPOSE_AFTER: u64 = 100;

impl Default for Train {
    fn default() -> Self {
        let propose_after = Some(PROPOSE_AFTER as usize);
        Train { classifier: None, is_off: false, examples: None, rules_written_from: Vec::new(), propose_after }
    }
}

/// The section `[sample]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// The filters, in order.
    pub stages: Vec<SampleStage>,
    /// How many reports at the most; `None`: all that pass.
    pub quota: Option<usize>,
    /// Questions and columns of the metadata in which the chosen reports are to differ.
    pub spread: Vec<Written>,
    /// The stage of the frame whose questions are asked of sampled reports only.
    pub asks: String,
}

/// One `[[sample.stage]]`.
#[derive(Debug, Clone, PartialEq)]
pub struct SampleStage {
    /// What tables call it; `None`: its expression.
    pub name: Option<String>,
    /// What a report must meet to stay.
    pub filter: Written,
    /// The reason, for readers.
    pub why: String,
}

impl Default for Sample {
    fn default() -> Self {
        Sample { stages: Vec::new(), quota: None, spread: Vec::new(), asks: "in_depth".to_owned() }
    }
}

/// The section `[report]`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// The template of the synthesis document, relative to the project; `None`: `report.md.j2` beside the frame, or the one
    /// that is built in.
    pub template: Option<Written>,
}

impl Default for Decide {
    fn default() -> Self {
        Decide { max_error: 0.05, confidence: 0.90, audit_rate: 0.10 }
    }
}

/// Where the table of metadata stands unless the config says otherwise.
pub const DEFAULT_METADATA: &str = "corpus/reports.csv";

/// Reads a config and says everything that is wrong with it. The config is `None` when any fault is an error.
pub fn parse(source: &Source) -> (Option<Config>, Vec<Fault>) {
    let (config, faults) = read_toml(source, read_config);
    let sound = faults.iter().all(|fault| fault.severity != Severity::Error);
    (config.filter(|_| sound), faults)
}

fn read_config(keys: &mut Keys<'_>) -> Option<Config> {
    keys.version(VERSION);
    let frame = keys.required_text("frame").map(|at| written(keys, at));
    let rules = path(keys, "rules");
    let jobs = keys.count("jobs", 0..=u64::from(MOST_JOBS)).map_or(0, |at| at.value as usize);
    let seed = keys.count("seed", 0..=u64::from(u32::MAX)).map_or(1, |at| at.value);
    let corpus = read_corpus(keys.table("corpus"));
    let extract =
        keys.table("extract").map_or_else(extract::Settings::default, |mut keys| extract::Settings::read(&mut keys));
    let index = keys.table("index").map_or_else(index::Settings::default, |mut keys| index::Settings::read(&mut keys));
    let search = keys.table("search").map_or_else(Search::default, |mut keys| Search {
        citation: keys.text("citation").filter(|at| !at.value.trim().is_empty()).map(|at| written(&keys, at)),
    });
    let decide = read_decide(keys.table("decide"));
    let train = read_train(keys.table("train"));
    let review = read_review(keys.table("review"));
    let sample = read_sample(keys.table("sample"));
    let report = Report { template: keys.table("report").and_then(|mut keys| path(&mut keys, "template")) };
    let jobs = Some(jobs).filter(|n| *n > 0);
    Some(Config {
        frame: frame?,
        rules,
        jobs,
        seed,
        corpus,
        extract,
        index,
        search,
        decide,
        train,
        review,
        sample,
        report,
    })
}

fn read_corpus(table: Option<Keys<'_>>) -> Corpus {
    let mut corpus = Corpus { reports: "corpus/reports".to_owned(), metadata: None, report_id: None };
    let Some(mut keys) = table else { return corpus };
    if let Some(reports) = path(&mut keys, "reports") {
        corpus.reports = reports.text;
    }
    corpus.metadata = path(&mut keys, "metadata");
    if let Some(pattern) = keys.text("report_id").filter(|at| !at.value.is_empty()) {
        corpus.report_id = match Regex::new(&pattern.value) {
            Ok(regex) if regex.captures_len() >= 2 => Some(regex),
            Ok(_) => {
                let hint = "put the part of the name that is the id in brackets, as in '^([A-Z]+[0-9]+)-'";
                keys.error(&pattern.span, "`report_id` has no group", Some(hint.to_owned()));
                None
            }
            Err(error) => {
                // The crate's message draws the pattern with a caret; its last line is the sentence.
                let shown = error.to_string();
                let reason = shown.lines().last().unwrap_or_default().trim_start_matches("error: ");
                keys.error(&pattern.span, format!("`report_id` is not a regular expression: {reason}"), None);
                None
            }
        };
    }
    corpus
}

fn read_decide(table: Option<Keys<'_>>) -> Decide {
    let mut decide = Decide::default();
    let Some(mut keys) = table else { return decide };
    if let Some(at) = keys.number("max_error", 0.0001..=0.5) {
        decide.max_error = at.value;
    }
    if let Some(at) = keys.number("confidence", 0.5..=0.999) {
        decide.confidence = at.value;
    }
    if let Some(at) = keys.number("audit_rate", 0.0..=1.0) {
        decide.audit_rate = at.value;
    }
    decide
}

fn read_train(table: Option<Keys<'_>>) -> Train {
    let Some(mut keys) = table else { return Train::default() };
    let classifier = keys.text("classifier").filter(|at| !at.value.is_empty() && at.value != NEWEST);
    let is_off = classifier.as_ref().is_some_and(|at| at.value == NONE);
    Train {
        classifier: classifier.filter(|at| at.value != NONE).map(|at| written(&keys, at)),
        is_off,
        examples: path(&mut keys, "examples"),
        rules_written_from: keys.texts("rules_written_from").into_iter().map(|at| at.value).collect(),
        propose_after: keys
            .count("propose_after", 0..=1_000_000)
            .map(|at| at.value)
            .or(Some(PROPOSE_AFTER))
            .filter(|n| *n > 0)
            .map(|n| n as usize),
    }
}

fn read_sample(table: Option<Keys<'_>>) -> Sample {
    let mut sample = Sample::default();
    let Some(mut keys) = table else { return sample };
    sample.quota = keys.count("quota", 0..=u64::from(u32::MAX)).map(|at| at.value as usize).filter(|quota| *quota > 0);
    sample.spread = keys.texts("spread").into_iter().map(|at| written(&keys, at)).collect();
    if let Some(asks) = keys.text("asks") {
        sample.asks = asks.value;
    }
    for mut stage in keys.tables("stage") {
        let name = stage.text("name").map(|at| at.value).filter(|name| !name.trim().is_empty());
        let why = stage.text("why").map(|at| at.value).unwrap_or_default();
        if let Some(filter) = stage.required_text("where").map(|at| written(&stage, at)) {
            sample.stages.push(SampleStage { name, filter, why });
        }
    }
    sample
}

fn read_review(table: Option<Keys<'_>>) -> order::Settings {
    let mut review = order::Settings::default();
    let Some(mut keys) = table else { return review };
    if let Some(at) = keys.text("order") {
        match Order::named(&at.value) {
            Some(order) => review.order = order,
            None => {
                let names = Order::ALL.map(Order::name);
                let near = did_you_mean(&at.value, names);
                let hint = near.unwrap_or_else(|| format!("the orders are {}", names.join(", ")));
                keys.error(&at.span, format!("there is no order `{}`", at.value), Some(hint));
            }
        }
    }
    if let Some(at) = keys.number("random_share", 0.0..=1.0) {
        review.random_share = at.value;
    }
    if let Some(at) = keys.number("recall", 0.5..=0.999) {
        review.recall = at.value;
    }
    review
}

/// What `classifier` says to use the newest classifier, and to use none.
const NEWEST: &str = "newest";
const NONE: &str = "none";

/// A path that may be left out, but not be empty.
fn path(keys: &mut Keys<'_>, key: &'static str) -> Option<Written> {
    if keys.has(key) { keys.required_text(key).map(|at| written(keys, at)) } else { None }
}

fn written(keys: &Keys<'_>, at: At<String>) -> Written {
    Written { place: keys.source().place(at.span.start), text: at.value }
}

/// The hint for a path of the config that leads nowhere: the file in the same folder with the nearest name.
pub fn near_file(path: &std::path::Path) -> Option<String> {
    let wanted = path.file_name()?.to_str()?;
    let mut names: Vec<String> = std::fs::read_dir(path.parent()?)
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    names.sort();
    did_you_mean(wanted, names.iter().map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<Config>, Vec<String>) {
        let (config, faults) = parse(&Source::new("config.toml", text));
        let shown = |f: &Fault| format!("{f}{}", f.hint.as_ref().map_or(String::new(), |hint| format!(" ({hint})")));
        (config, faults.iter().map(shown).collect())
    }

    /// The template states every default, so that reading it and reading nothing come to the same.
    #[test]
    fn the_template_says_the_defaults() {
        let (template, faults) = read(TEMPLATE);
        assert_eq!(faults, Vec::<String>::new());
        let (empty, _) = read("frame = 'models/example/frame.toml'\n[corpus]\nmetadata = 'corpus/reports.csv'\n");
        let (template, empty) = (template.expect("it is sound"), empty.expect("it is sound"));
        assert_eq!(template.frame.text, empty.frame.text);
        assert_eq!((template.jobs, template.seed, &template.decide), (empty.jobs, empty.seed, &empty.decide));
        assert_eq!((template.extract, template.index), (empty.extract, empty.index));
        assert_eq!(template.corpus.reports, empty.corpus.reports);
        assert_eq!(template.corpus.metadata.expect("it is named").text, DEFAULT_METADATA);
        assert!(template.corpus.report_id.is_none() && empty.corpus.report_id.is_none());
    }

    /// Each key of the template has a comment above it that tells its default and, for numbers, its range.
    #[test]
    fn the_template_documents_every_key() {
        let mut comment = String::new();
        for line in TEMPLATE.lines() {
            if line.starts_with('#') {
                comment.push_str(line);
            } else if line.contains(" = ") && line != "version = 1" {
                assert!(comment.contains("Default") || line.starts_with("frame"), "{line}");
                comment.clear();
            } else {
                comment.clear();
            }
        }
    }

    #[test]
    fn faults_are_said_with_places_and_near_names() {
        let (config, faults) = read(
            "fram = 'x'\njobs = -1\n[corpus]\nreports = ''\nreport_id = '^G[0-9]+'\n[decide]\nmax_eror = 0.1\nconfidence = 2\n",
        );
        assert!(config.is_none());
        insta::assert_snapshot!(faults.join("\n"));
    }

    #[test]
    fn a_pattern_that_does_not_compile_is_said_in_one_line() {
        insta::assert_snapshot!(read("frame = 'x'\n[corpus]\nreport_id = '^(G'\n").1.join("\n"));
    }
}
