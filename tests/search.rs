//! `codeframe search` as a user types it: what is found, how it is printed, and what is said when nothing can be.

use crate::project::Project;

/// A project that has been run.
fn coded() -> Project {
    let project = Project::small();
    project.write(
        "corpus/reports/third.md",
        "# Impact\n\nMums came every week. No dads came.\n\n## Next steps\n\nWe plan a\u{1b}[31m café with parents' groups.\n",
    );
    let output = project.command(&["run", "--quiet"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    project
}

#[test]
fn passages_are_printed_with_report_headings_and_codes() {
    let project = coded();
    insta::assert_snapshot!("words", project.run(&["search", "mum", "came"]));
    insta::assert_snapshot!("limit", project.run(&["search", "came", "--limit", "1"]));
    insta::assert_snapshot!("heading", project.run(&["search", "heading:\"next steps\""]));
    insta::assert_snapshot!("none", project.run(&["search", "\"came mums\""]));
}

#[test]
fn passages_are_filtered_by_code_report_and_metadata() {
    let project = coded();
    let found = |arguments: &[&str]| {
        let output = project.command(arguments).args(["--format", "json"]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let passages = json["passages"].as_array().unwrap().iter();
        passages.map(|passage| format!("{}: {}", passage["report"], passage["text"])).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(found(&["search", "--report", "first"]), r#""first": "Nineteen mums came on Fridays.""#);
    assert_eq!(
        found(&["search", "--code", "who/parent"]),
        r#""first": "Nineteen mums came on Fridays." "third": "Mums came every week.""#
    );
    assert_eq!(found(&["search", "week", "--code", "who"]), r#""third": "Mums came every week.""#);
    assert_eq!(found(&["search", "came cohort:2"]), r#""second": "No parents came.""#);
    assert_eq!(found(&["search", "decision:applies", "--report", "second"]), "");
}

#[test]
fn passages_can_be_read_by_programs() {
    insta::assert_snapshot!(coded().run(&["search", "mums fridays", "--format", "json"]));
}

#[test]
fn what_cannot_be_searched_is_said() {
    let project = coded();
    insta::assert_snapshot!("syntax", project.run(&["search", "(mums"]));
    insta::assert_snapshot!("field", project.run(&["search", "mums cohrt:1"]));
    insta::assert_snapshot!("code", project.run(&["search", "--code", "who/parents"]));
    insta::assert_snapshot!("report", project.run(&["search", "--report", "frist"]));
    insta::assert_snapshot!("nothing", project.run(&["search"]));
    insta::assert_snapshot!("format", project.run(&["search", "mums", "--format", "csv"]));
    insta::assert_snapshot!("help", project.run(&["search", "--help"]));
    std::fs::remove_dir_all(project.path("corpus/derived/index")).unwrap();
    insta::assert_snapshot!("without_index", project.run(&["search", "mums"]));
    assert!(project.command(&["run"]).output().unwrap().status.success());
    assert!(project.run(&["search", "mums"]).starts_with("exit code: 0"));
    insta::assert_snapshot!("before_run", Project::small().run(&["search", "mums"]));
}

#[test]
fn an_edited_report_is_found_by_its_new_words() {
    let project = coded();
    project.write("corpus/reports/first.txt", "Grandmothers came on Mondays.\n");
    std::fs::remove_file(project.path("corpus/reports/second.txt")).unwrap();
    project.edit("corpus/reports.csv", "second,2\n", "");
    assert!(project.command(&["run"]).output().unwrap().status.success());
    let found = |query: &str| project.run(&["search", query]).contains("came");
    assert_eq!([found("mondays"), found("fridays"), found("report:second")], [true, false, false]);
}

/// The files of an index that a search reads, by ending.
fn index_files(project: &Project) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(project.path("corpus/derived/index")).unwrap();
    let mut files: Vec<_> =
        entries.map(|entry| entry.unwrap().path()).filter(|p| p.metadata().unwrap().len() > 0).collect();
    files.sort_by_key(|path| path.extension().map(|ending| ending.to_owned()));
    files
}

#[test]
fn a_damaged_index_is_said_and_made_again_by_a_run() {
    let project = coded();
    let sound = project.run(&["search", "came", "--format", "json"]);
    let kinds = index_files(&project).len();
    assert!(kinds >= 6, "{kinds}");
    for kind in 0..kinds {
        for damage in ["junk within", "a few bytes", "cut short"] {
            let path = index_files(&project)[kind].clone();
            let mut bytes = std::fs::read(&path).unwrap();
            let middle = bytes.len() / 2;
            match damage {
                "junk within" => bytes[middle..middle + 4].copy_from_slice(b"\xff\x00\xa7{"),
                "a few bytes" => bytes = b"junk!".to_vec(),
                _ => bytes.truncate(middle),
            }
            std::fs::write(&path, bytes).unwrap();
            let said = project.run(&["search", "came"]);
            let case = format!("{damage} in {}: {said}", path.display());
            assert!(said.starts_with("exit code: 2") && said.contains("cannot be used: its "), "{case}");
            assert!(said.contains("hint: run `codeframe run`") && !said.contains("report it"), "{case}");
            let said = project.run(&["run"]);
            assert!(said.starts_with("exit code: 0"), "{damage} in {}: {said}", path.display());
            assert_eq!(project.run(&["search", "came", "--format", "json"]), sound, "{damage} in {}", path.display());
        }
    }
}

#[test]
fn a_wrong_count_in_the_list_of_an_index_is_noticed() {
    let project = coded();
    let sound = project.run(&["search", "came"]);
    let list = project.read("corpus/derived/index/meta.json");
    let count = list.split("\"max_doc\": ").nth(1).and_then(|rest| rest.split(',').next()).unwrap();
    for wrong in ["1", "900", "4294967295"] {
        let changed = list.replace(&format!("\"max_doc\": {count}"), &format!("\"max_doc\": {wrong}"));
        project.write("corpus/derived/index/meta.json", changed);
        let said = project.run(&["search", "came"]);
        assert!(said.starts_with("exit code: 2") && said.contains("its list of files is damaged"), "{said}");
    }
    assert!(project.run(&["run"]).starts_with("exit code: 0"));
    assert_eq!(project.run(&["search", "came"]), sound);
}
