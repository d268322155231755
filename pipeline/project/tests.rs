//! Projects in temporary folders: what is found, named and refused.

use super::*;
use std::fs;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new(config: &str, files: &[(&str, &str)]) -> Folder {
        let folder = Folder(tempfile::tempdir().expect("a temporary folder can be made"));
        folder.write("config.toml", config);
        fs::create_dir_all(folder.0.path().join("corpus/reports")).expect("folders can be made");
        for (path, text) in files {
            folder.write(path, text);
        }
        folder
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("folders can be made");
        fs::write(path, text).expect("a file can be written");
    }

    fn open(&self) -> Project {
        Project::open(self.0.path()).expect("the config is sound").value
    }
}

const CONFIG: &str = "frame = 'f.toml'\n";

fn ids(corpus: &Corpus) -> Vec<(String, String)> {
    let id = |file: &ReportFile| match &file.holds {
        Holds::One(id) => id.to_string(),
        Holds::Lines => "(lines)".to_owned(),
    };
    corpus.files.iter().map(|file| (file.name.clone(), id(file))).collect()
}

#[test]
fn reports_are_sorted_and_the_rest_is_skipped_with_reasons() {
    let files = [
        "B.DOCX",
        "a/Zweites Jahr/bücher und 本.txt",
        "a.md",
        "many.jsonl",
        "old.doc",
        "~$B.docx",
        ".hidden.docx",
        ".git/x.docx",
        "sheet.xlsx",
        "README",
    ];
    let paths: Vec<_> = files.iter().map(|name| format!("corpus/reports/{name}")).collect();
    let folder = Folder::new(CONFIG, &paths.iter().map(|path| (path.as_str(), "x")).collect::<Vec<_>>());
    let corpus = folder.open().corpus().expect("the corpus is sound");
    assert_eq!(corpus.warnings, Vec::<String>::new());
    let pairs = ids(&corpus.value);
    let expected = [
        ("B.DOCX", "B"),
        ("a.md", "a"),
        ("a/Zweites Jahr/bücher und 本.txt", "bücher und 本"),
        ("many.jsonl", "(lines)"),
        ("old.doc", "old"),
    ];
    assert_eq!(pairs, expected.map(|(name, id)| (name.to_owned(), id.to_owned())));
    let skipped: Vec<_> = corpus.value.skipped.iter().map(|s| format!("{}: {}", s.path, s.reason)).collect();
    assert_eq!(
        skipped,
        [
            "corpus/reports/.git: it is a hidden folder",
            "corpus/reports/.hidden.docx: it is a hidden file",
            "corpus/reports/README: it is not a document; reports are .docx, .txt, .md or .jsonl files",
            "corpus/reports/sheet.xlsx: it is not a document; reports are .docx, .txt, .md or .jsonl files",
            "corpus/reports/~$B.docx: it is the lock file that Word keeps while a document is open",
        ]
    );
}

#[test]
fn ids_come_from_the_pattern_and_must_differ() {
    let config = "frame = 'f.toml'\n[corpus]\nreport_id = '^([A-Z]+[0-9]+)-'\n";
    let files = [("corpus/reports/G1-leeds.txt", "x"), ("corpus/reports/other.txt", "x")];
    let folder = Folder::new(config, &files);
    let found = ids(&folder.open().corpus().expect("the corpus is sound").value);
    assert_eq!(found.iter().map(|(_, id)| id.as_str()).collect::<Vec<_>>(), ["G1", "other"]);
    folder.write("corpus/reports/below/G1-york.txt", "x");
    let corpus = folder.open().corpus().expect("the corpus is sound").value;
    assert_eq!(
        corpus.unreachable.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(),
        ["corpus/reports/below/G1-york.txt"]
    );
    assert_eq!(
        folder.open().survey().expect("the folder can be read").0.same_ids()[0].to_string(),
        "two reports have the id `G1`: `corpus/reports/G1-leeds.txt` and `corpus/reports/below/G1-york.txt`"
    );
}

#[test]
fn metadata_is_joined_by_id_or_file_and_checked() {
    let files = [("corpus/reports/a.txt", "x"), ("corpus/reports/deep/b.txt", "x"), ("corpus/reports/c.txt", "x")];
    let folder = Folder::new(CONFIG, &files);
    let id = |id: &str| ReportId::try_from(id.to_owned()).expect("the id is legal");
    use crate::report_id::ReportId;

    folder.write("corpus/reports.csv", "file,Cohort,LA\ndeep/b.txt,2,\na.txt,1,Leeds\nc.txt,1,York\n");
    let corpus = folder.open().corpus().expect("the corpus is sound");
    assert_eq!(corpus.warnings, Vec::<String>::new());
    let of = |name: &str, file: &str| format!("{:?}", corpus.value.metadata.of(&id(name), file));
    assert_eq!(of("b", "deep/b.txt"), r#"{"Cohort": "2"}"#);
    assert_eq!(of("a", "a.txt"), r#"{"Cohort": "1", "LA": "Leeds"}"#);

    folder.write("corpus/reports.csv", "id,cohort\nA,1\nb,2\n");
    let warned = folder.open().corpus().expect("the corpus is sound");
    assert_eq!(
        warned.warnings,
        [
            "corpus/reports.csv:1:1: 2 of 3 reports have no row, the first is `a`",
            "corpus/reports.csv:2:1: no report is named `A`"
        ]
    );

    folder.write("corpus/reports.csv", "id,cohort\na,1\n\na,2\n,3\n");
    let error = folder.open().corpus().unwrap_err();
    let faults = std::error::Error::source(&error).expect("it has a cause").to_string();
    assert_eq!(
        faults,
        "corpus/reports.csv:4:1: `a` has a row already, on line 2\ncorpus/reports.csv:5:1: the row has no `id`"
    );
}

#[test]
fn a_name_from_a_mac_finds_its_row() {
    let folder = Folder::new(CONFIG, &[("corpus/reports/Bu\u{308}cher.txt", "x")]);
    for table in ["id,year\nB\u{fc}cher,1\n", "file,year\nB\u{fc}cher.txt,1\n"] {
        folder.write("corpus/reports.csv", table);
        let corpus = folder.open().corpus().expect("the corpus is sound");
        assert_eq!(corpus.warnings, Vec::<String>::new());
        let file = &corpus.value.files[0];
        let Holds::One(id) = &file.holds else { panic!("a text is one report") };
        assert_eq!(id.as_str(), "B\u{fc}cher");
        assert_eq!(corpus.value.metadata.of(id, &file.name).len(), 1);
    }
}

#[test]
fn a_folder_that_is_no_project_is_said() {
    let empty = tempfile::tempdir().expect("a temporary folder can be made");
    assert!(matches!(Project::open(empty.path()), Err(Error::NoProject { .. })));
    let folder = Folder::new(CONFIG, &[]);
    fs::remove_dir(folder.0.path().join("corpus/reports")).expect("it is empty");
    let error = folder.open().corpus().unwrap_err();
    assert_eq!(error.to_string(), "there is no folder of reports `corpus/reports`");
}

#[test]
fn a_changed_file_has_another_stamp() {
    let folder = Folder::new(CONFIG, &[("corpus/reports/a.txt", "x")]);
    let stamp = |folder: &Folder| folder.open().corpus().expect("the corpus is sound").value.files[0].stamp;
    let before = stamp(&folder);
    assert_eq!(before, stamp(&folder));
    folder.write("corpus/reports/a.txt", "xy");
    assert_ne!(before, stamp(&folder));
}
