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

/// Nobody quotes a heading, so a passage is not the better for having hardly any words beside those looked for.
#[test]
fn sentences_come_before_headings_and_scraps() {
    let project = Project::small();
    let text = "# Grandmothers\n\nGrandmothers.\n\nOn Mondays the grandmothers read with the youngest children.\n";
    project.write("corpus/reports/first.md", text);
    std::fs::remove_file(project.path("corpus/reports/first.txt")).unwrap();
    project
        .write("corpus/reports/second.txt", "Every other week all of the classes went to the library.\n\n".repeat(20));
    project.command(&["run", "-q"]).assert().success();
    let said = project.run(&["search", "grandmothers"]);
    let places = ["On Mondays", "  Grandmothers."].map(|words| said.find(words).expect("it is found"));
    assert!(places[0] < places[1], "{said}");
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
fn words_near_each_other_or_misspelt_are_found() {
    let project = coded();
    let found = |query: &str| {
        let output = project.command(&["search", query, "--format", "csv", "--quiet"]).output().unwrap();
        String::from_utf8(output.stdout)
            .unwrap()
            .lines()
            .skip(1)
            .map(|row| row.split(',').nth(2).unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(found("\"came mums\"~0"), ["first", "third"]);
    assert_eq!(found("fridays NEAR/2 mums"), ["first"]);
    assert_eq!(found("fridays NEAR/1 mums"), Vec::<String>::new());
    assert_eq!(found("grups~2"), ["third"]);
    assert_eq!(found("m?ms fri*s"), ["first"]);
    assert_eq!(found("who/parent:applies"), ["first", "third"]);
}

#[test]
fn what_people_said_is_searched_and_shown() {
    let project = coded();
    project.write(
        "said.jsonl",
        concat!(
            r#"{"id": "second", "codes": {"who": ["pupil"]}, "passages": [{"code": "who/pupil", "quote": "No parents came."}]}"#,
            "\n",
            r#"{"id": "first", "codes": {"who": []}}"#,
            "\n"
        ),
    );
    assert!(project.command(&["import", "codings", "said.jsonl"]).output().unwrap().status.success());
    insta::assert_snapshot!("said_pupil", project.run(&["search", "--code", "who/pupil"]));
    insta::assert_snapshot!("said_applies", project.run(&["search", "code:who/parent=applies"]));
    insta::assert_snapshot!("said_not", project.run(&["search", "decision:does_not_apply"]));
}

#[test]
fn passages_are_ordered_by_what_they_are_to_a_code() {
    let project = coded();
    project.write(
        "corpus/reports/fourth.md",
        "Mums came and read. Parents joined in. No dads came. No mums came on Mondays.\n",
    );
    assert!(project.command(&["run", "--quiet"]).output().unwrap().status.success());
    for sort in ["typical", "extreme", "against"] {
        insta::assert_snapshot!(sort, project.run(&["search", "--code", "who/parent", "--sort", sort]));
    }
    insta::assert_snapshot!("like", project.run(&["search", "--like", "fourth:25", "--limit", "1"]));
    insta::assert_snapshot!("unlike", project.run(&["search", "--like", "zebra"]));
    insta::assert_snapshot!("sort_without_code", project.run(&["search", "mums", "--sort", "typical"]));
    insta::assert_snapshot!("sort_by_question", project.run(&["search", "--code", "who", "--sort", "typical"]));
    insta::assert_snapshot!("in_context", project.run(&["search", "came", "--show", "context"]));
    let formats = ["csv", "json", "html"]
        .map(|format| project.run(&["search", "café", "--limit", "1", "--show", "context", "--format", format]));
    assert!(formats[2].contains("<mark>café</mark>"), "{}", formats[2]);
    insta::assert_snapshot!("in_context_for_programs", formats[..2].join("\n"));
    let said = project.run(&["search", "came", "--per-report", "1"]);
    assert!(said.contains("4 of 7 passages"), "{said}");
}

#[test]
fn passages_are_put_aside_and_found_again() {
    let project = coded();
    project.write(
        "config.toml",
        "frame = \"models/small/frame.toml\"\n[search]\ncitation = \"Cohort {cohort} case study\"\n",
    );
    insta::assert_snapshot!("saved", project.run(&["search", "came", "--save", "who-came", "--pick", "1,3"]));
    insta::assert_snapshot!("saved_again", project.run(&["search", "came", "--save", "who-came", "--quiet"]));
    assert_eq!(project.read("corpus/review/baskets/who-came.jsonl").lines().count(), 4);
    assert!(
        project
            .run(&["search", "came", "--save", "who-came"])
            .contains("0 saved in corpus/review/baskets/who-came.jsonl of 4")
    );
    // One quote moves, one is not there any more, one line is spoilt.
    project.write("corpus/reports/first.txt", "First of all. Nineteen mums came on Fridays.\n");
    project.write("corpus/reports/second.txt", "Dads came.\n");
    let lines = project.read("corpus/review/baskets/who-came.jsonl");
    project.write("corpus/review/baskets/who-came.jsonl", lines + "{\"v\":1,\"rep");
    insta::assert_snapshot!("basket", project.run(&["search", "--basket", "who-came"]));
    insta::assert_snapshot!("basket_csv", project.run(&["search", "--basket", "who-came", "--format", "csv"]));
    // What is added to a spoilt line begins a new one.
    assert!(project.command(&["run", "--quiet"]).output().unwrap().status.success());
    assert!(project.run(&["search", "dads", "--save", "who-came"]).contains("1 saved"));
    assert!(project.run(&["search", "--basket", "who-came"]).contains("Dads came."));
    insta::assert_snapshot!("basket_missing", project.run(&["search", "--basket", "who-cam"]));
    insta::assert_snapshot!("basket_name", project.run(&["search", "came", "--save", "../x"]));
    insta::assert_snapshot!("pick", project.run(&["search", "came", "--save", "x", "--pick", "2-9"]));
    project.edit("config.toml", "{cohort}", "{cohrt}");
    insta::assert_snapshot!("citation", project.run(&["search", "came"]));
}

#[test]
fn passages_are_documents() {
    let project = coded();
    let printed = |arguments: &[&str]| project.command(arguments).output().unwrap();
    let html = printed(&["search", "mums", "--code", "who", "--save", "kin", "--format", "html"]);
    let html = String::from_utf8(html.stdout).unwrap();
    for part in ["<mark>Mums</mark> came every week.", "Query: mums", "Evidence for: who", "who/parent (applies)"] {
        assert!(html.contains(part), "{part} in {html}");
    }
    assert!(!html.contains('\u{1b}'));
    let basket = String::from_utf8(printed(&["search", "--basket", "kin", "--format", "html"]).stdout).unwrap();
    assert!(basket.contains("Basket: kin") && basket.contains("Nineteen mums came on Fridays."));
    let said = project.run(&["search", "mums", "--format", "docx", "--output", "mums.docx"]);
    assert!(said.starts_with("exit code: 0"), "{said}");
    let read = project.run(&["extract", "mums.docx"]);
    assert!(read.contains("Nineteen mums came on Fridays."), "{read}");
}

#[test]
fn what_cannot_be_searched_is_said() {
    let project = coded();
    insta::assert_snapshot!("syntax", project.run(&["search", "(mums"]));
    insta::assert_snapshot!("field", project.run(&["search", "mums cohrt:1"]));
    let values = ["mums cohort:3", "mums report:frist", "decision:quue", "who/parent:aplies"];
    insta::assert_snapshot!("values", values.map(|query| project.run(&["search", query])).join("\n"));
    insta::assert_snapshot!("code", project.run(&["search", "--code", "who/parents"]));
    insta::assert_snapshot!("report", project.run(&["search", "--report", "frist"]));
    let examples = ["frist:0", "first:9999"];
    insta::assert_snapshot!("example", examples.map(|place| project.run(&["search", "--like", place])).join("\n"));
    insta::assert_snapshot!("nothing", project.run(&["search"]));
    insta::assert_snapshot!("csv", project.run(&["search", "mums", "--format", "csv"]));
    insta::assert_snapshot!("format", project.run(&["search", "mums", "--format", "parquet"]));
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
