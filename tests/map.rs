//! `codeframe map`: numbers that follow from people's codings and from the published study, and what cannot be shown.

use crate::project::Project;
use codeframe::map::{percent, tenths_of_percent};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn json(project: &Project, arguments: &[&str]) -> Value {
    let mut all = arguments.to_vec();
    all.extend(["--format", "json"]);
    let output = project.command(&all).output().unwrap();
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{arguments:?}: {error}: {}", String::from_utf8_lossy(&output.stderr)))
}

/// The study's frame and ledger, and 57 reports that say nothing, so that nothing but people's codings is there to count.
fn people_only() -> Project {
    let project = Project::empty();
    let copy = |name: &str| project.write(name, std::fs::read(root().join(name)).unwrap());
    copy("models/closing-the-gap/frame.toml");
    copy("corpus/ledger.jsonl");
    project.write("config.toml", "frame = \"models/closing-the-gap/frame.toml\"\n");
    let ledger = project.read("corpus/ledger.jsonl");
    for line in ledger.lines() {
        let verdict: Value = serde_json::from_str(line).unwrap();
        project
            .write(&format!("corpus/reports/{}.txt", verdict["report"].as_str().unwrap()), "Nothing is said here.\n");
    }
    project.run(&["run"]);
    project
}

#[test]
fn with_peoples_codings_alone_every_cell_is_their_count() {
    let project = people_only();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut reports: BTreeMap<String, std::collections::BTreeSet<String>> = BTreeMap::new();
    let mut last: BTreeMap<(String, String), bool> = BTreeMap::new();
    for line in project.read("corpus/ledger.jsonl").lines() {
        let v: Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| v[key].as_str().unwrap().to_owned();
        reports.entry(text("question")).or_default().insert(text("report"));
        last.insert((text("report"), format!("{}/{}", text("question"), text("code"))), text("verdict") == "applies");
    }
    for ((_, code), applies) in last {
        *counts.entry(code).or_default() += usize::from(applies);
    }
    let n_applies: usize = counts.values().sum();
    assert!(n_applies > 500, "{n_applies}");
    for arguments in [&["map", "--people"][..], &["map"][..]] {
        let tables = json(&project, arguments);
        let mut n_cells = 0;
        for table in tables.as_array().unwrap() {
            let question = table["question"].as_str().unwrap();
            if arguments.len() > 1 {
                assert_eq!(table["reports"], reports[question].len(), "{question}");
            }
            for row in table["codes"].as_array().unwrap() {
                let name = format!("{question}/{}", row["code"].as_str().unwrap());
                assert_eq!(row["confirmed"], counts[&name], "{name}, {arguments:?}");
                if arguments.len() > 1 || table["stage"] != "in_depth" {
                    assert_eq!(row["n"], counts[&name], "{name}, {arguments:?}");
                }
                n_cells += 1;
            }
        }
        assert_eq!(n_cells, 136);
    }
}

/// The same against the codings as they were handed in, before any verdict was made of them: `scripts/gold_counts` counted.
#[test]
fn with_peoples_codings_alone_the_map_is_the_gold_files() {
    let project = people_only();
    let mut counted = csv::Reader::from_path(root().join("tests/fixtures/cohort-1-counts.csv")).unwrap();
    let rows: Vec<(String, usize, String, usize)> = counted.deserialize().map(Result::unwrap).collect();
    let tables = json(&project, &["map", "--people"]);
    let mut found = Vec::new();
    for table in tables.as_array().unwrap() {
        let number = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        for row in table["codes"].as_array().unwrap() {
            found.push((text(&table["question"]), number(&table["reports"]), text(&row["code"]), number(&row["n"])));
        }
    }
    assert_eq!(rows.len(), 136);
    assert_eq!(found, rows);
}

/// Reports that are coded so that every code of Tables 1 to 10 has its published N: the map prints the published percentages. Two
/// of those do not follow from their N, 30 of 129 and 55 of 129; here they are computed right.
#[test]
fn the_published_counts_give_their_percentages() {
    let project = Project::empty();
    let name = "models/closing-the-gap/frame.toml";
    project.write(name, std::fs::read(root().join(name)).unwrap());
    project.write("config.toml", format!("frame = \"{name}\"\n"));
    let frame = codeframe::frame::load(&root().join(name), name).unwrap().value;
    let total = usize::try_from(frame.published_total.unwrap()).unwrap();
    let mut codings: Vec<BTreeMap<&str, Vec<&str>>> = vec![BTreeMap::new(); total];
    for question in frame.questions.iter().filter(|question| question.table.is_some()) {
        codings.iter_mut().for_each(|codes| drop(codes.insert(question.id.as_str(), Vec::new())));
        let (mut next, mut last) = (0, total);
        for code in frame.codes_of(question.id.as_str()) {
            let n = usize::try_from(code.code.published_n.unwrap()).unwrap();
            let is_one = question.select == codeframe::frame::Select::One;
            // Of one code a report each, what stands alone in reports of its own, the rest as they come.
            let reports = match () {
                () if is_one => next..next + n,
                () if code.code.exclusive => last - n..last,
                () => 0..n,
            };
            next += n;
            last -= if code.code.exclusive { n } else { 0 };
            codings[reports].iter_mut().for_each(|codes| {
                codes.get_mut(question.id.as_str()).unwrap().push(code.code.id.as_str());
            });
        }
    }
    let line = |(n, codes)| {
        project.write(&format!("corpus/reports/R{n:03}.txt"), "Nothing is said here.\n");
        serde_json::json!({"id": format!("R{n:03}"), "codes": codes}).to_string() + "\n"
    };
    project.write("codings.jsonl", codings.iter().enumerate().map(line).collect::<String>());
    project.command(&["import", "codings", "codings.jsonl", "-q"]).assert().success();
    project.command(&["run", "-q"]).assert().success();
    let tables = json(&project, &["map", "--people"]);
    let mut printed = csv::Reader::from_path(root().join("tests/fixtures/published-percentages.csv")).unwrap();
    let mut differs = Vec::new();
    for row in printed.deserialize() {
        let (question, code, n, printed): (String, String, usize, f64) = row.unwrap();
        let table = tables.as_array().unwrap().iter().find(|table| table["question"] == question).unwrap();
        let row = table["codes"].as_array().unwrap().iter().find(|row| row["code"] == code).unwrap();
        assert_eq!((&table["reports"], &row["n"]), (&Value::from(total), &Value::from(n)), "{question}/{code}");
        let percent = row["percent"].as_f64().unwrap();
        assert!((percent - n as f64 * 100. / 129.).abs() <= 0.005 + 1e-9, "{question}/{code}");
        // Some were rounded, some cut off.
        if (percent - printed).abs() >= 0.1 {
            differs.push((n, printed, percent));
        }
    }
    assert_eq!(differs, [(30, 24., 23.26), (55, 42.9, 42.64)]);
    let text = project.run(&["map", "--people"]);
    assert!(text.contains("30   23.3") && text.contains("55   42.6"), "{text}");
    assert_eq!((percent(30, 129), tenths_of_percent(55, 129)), (23.26, 42.6));
}

#[test]
fn reports_are_chosen_grouped_paired_and_listed() {
    let project = Project::small();
    project.write(
        "codings.csv",
        "report,question,code,verdict,reviewer\n\
         first,who,parent,yes,ms\nfirst,who,pupil,yes,ms\nsecond,who,parent,no,ms\nsecond,who,pupil,yes,ms\n",
    );
    project.run(&["import", "codings", "codings.csv"]);
    project.run(&["run"]);
    let tables = json(&project, &["map", "--where", "cohort = 1"]);
    assert_eq!((&tables[0]["reports"], &tables[0]["codes"][0]["n"]), (&Value::from(1), &Value::from(1)));
    let by = json(&project, &["map", "--by", "cohort", "--questions", "who"]);
    assert_eq!(by.as_array().unwrap().len(), 1);
    assert_eq!(by[0]["groups"][1]["value"], "2");
    assert_eq!(by[0]["codes"][0]["cells"][0]["n"], 1);
    assert_eq!(by[0]["codes"][0]["cells"][1]["n"], 0);
    // Both reports were coded whole, so they tell how often the machine is wrong where it decided.
    let machine: Vec<&Value> = by[0]["groups"].as_array().unwrap().iter().map(|group| &group["machine"]).collect();
    let errors =
        |compared: usize| serde_json::json!({"compared": compared, "wrong": 0, "wrongly_given": 0, "missed": 0});
    assert_eq!(machine, [&errors(1), &errors(1)]);
    let text = project.run(&["map", "--by", "cohort", "--questions", "who"]);
    assert!(text.contains("How often the machine is wrong, by cohort"), "{text}");
    let pairs = json(&project, &["map", "--cooccurrence"]);
    assert_eq!((&pairs[0]["first"], &pairs[0]["both"]), (&Value::from("who/parent"), &Value::from(1)));
    let matrix = project.run(&["map", "--matrix", "--questions", "who"]);
    assert!(matrix.contains("report,who/parent,who/pupil\nfirst,1,1\nsecond,0,1\n"), "{matrix}");
    let why = json(&project, &["map", "--explain", "who/parent"]);
    assert_eq!((&why[0]["report"], &why[0]["by"]), (&Value::from("first"), &Value::from("person")));
    assert_eq!(why[0]["passages"][0]["rules"]["kin-came"], "mums came");
    assert!(project.run(&["check", "--quotes"]).starts_with("exit code: 0"));
    for format in ["html", "docx", "xlsx"] {
        let out = format!("map.{format}");
        assert!(project.run(&["map", "--format", format, "--output", &out]).starts_with("exit code: 0"));
        assert!(project.path(&out).is_file());
    }
}

/// The spreadsheet has every figure of the CSV in its first sheet, and a sheet for each table.
#[test]
fn a_spreadsheet_has_all_figures_as_numbers() {
    use calamine::{Data, Reader};
    let project = Project::small();
    project.edit("models/small/frame.toml", "label = \"Parents\"", "label = \"007\"");
    project.run(&["run"]);
    project.command(&["map", "--format", "xlsx", "--output", "map.xlsx", "-q"]).assert().success();
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(project.path("map.xlsx")).unwrap();
    assert_eq!(book.sheet_names(), ["All codes", "Table 1", "Table 2"]);
    let sheet = book.worksheet_range("All codes").unwrap();
    let csv = project.command(&["map", "--format", "csv"]).output().unwrap().stdout;
    let rows: Vec<Vec<String>> =
        csv::ReaderBuilder::new().has_headers(false).from_reader(&csv[..]).deserialize().map(Result::unwrap).collect();
    assert_eq!(sheet.height(), rows.len());
    for (found, expected) in sheet.rows().zip(&rows) {
        for (cell, text) in found.iter().zip(expected) {
            match cell {
                Data::Float(number) => assert_eq!(*number, text.parse::<f64>().unwrap()),
                cell => assert_eq!(cell.to_string(), *text),
            }
        }
    }
    assert_eq!(sheet.get_value((1, 7)), Some(&Data::Float(1.)), "N of the first code is a number");
    assert_eq!(sheet.get_value((1, 5)), Some(&Data::String("007".to_owned())), "a label is none");
    // Views of other tables have sheets too.
    for view in [&["map", "--by", "cohort"][..], &["map", "--cooccurrence"]] {
        let out = [view, &["--format", "xlsx", "--output", "view.xlsx", "-q"]].concat();
        project.command(&out).assert().success();
        let book: calamine::Xlsx<_> = calamine::open_workbook(project.path("view.xlsx")).unwrap();
        assert_eq!(book.sheet_names()[0], "Table 1");
    }
    let again = project.path("again.xlsx").display().to_string();
    project.command(&["map", "--format", "xlsx", "--output", &again, "-q"]).assert().success();
    assert!(std::fs::read(project.path("map.xlsx")).unwrap() == std::fs::read(&again).unwrap(), "the same bytes");
}

/// A quote that the report no longer has is named, whatever a run has read.
#[test]
fn a_quote_that_is_gone_is_named() {
    let project = Project::small();
    project.run(&["run"]);
    assert!(project.run(&["check", "--quotes"]).contains("quote"));
    project.write("corpus/reports/first.txt", "Nobody came on Fridays.\n");
    let said = project.run(&["check", "--quotes"]);
    assert!(said.starts_with("exit code: 1") && said.contains("`first` no longer has the quote"), "{said}");
}

#[test]
fn what_cannot_be_shown_is_said() {
    let project = Project::small();
    project.run(&["run"]);
    let check = |arguments: &[&str], words: &[&str]| {
        let said = project.run(arguments);
        assert!(said.starts_with("exit code: 2"), "{said}");
        for word in words {
            assert!(said.contains(word), "{word}: {said}");
        }
    };
    check(&["map", "--where", "chort = 1"], &["chort", "did you mean `cohort`?"]);
    check(&["map", "--where", "cohort = 1 and who = pupil"], &["no report is left"]);
    check(&["map", "--by", "cohor"], &["no question and no column", "did you mean `cohort`?"]);
    check(&["map", "--explain", "who/parents"], &["no code `who/parents`", "did you mean `who/parent`?"]);
    check(
        &["map", "--explain", "who"],
        &["no code `who`", "it is a question, of which the codes are who/parent, who/pupil"],
    );
    check(&["map", "--questions", "whom"], &["no question `whom`", "did you mean `who`?"]);
    check(&["map", "--questions", "phase"], &["no question `phase`", "the questions are who, size"]);
    check(&["map", "--matrix", "--format", "docx"], &["does not print `docx`"]);
    let said = project.run(&["map", "--cooccurrence", "--format", "csv"]);
    assert!(said.contains("first,second,both,n_first,n_second,expected,overlap\n"), "{said}");
    assert!(project.run(&["map", "--cooccurrence"]).contains("No two of these codes go together"));
    let said = project.run(&["map", "--where", "cohort = 1", "--questions", "who"]);
    assert!(said.contains("Only the report for which") && said.contains("N = 1 report,"), "{said}");
    check(&["map", "--passages", "--by", "who"], &["cannot be used with"]);
    check(&["map", "--compare", "sample", "--matrix"], &["cannot be used with"]);
    check(&["map", "--compare", "sample"], &["no in-depth sample has been drawn"]);
    // A column can be named as queries name it, and one that a question hides by its long name.
    project.write("corpus/reports.csv", "id,Local authority,who\nfirst,X,a\nsecond,Y,b\n");
    project.run(&["run"]);
    for by in ["Local authority", "local_authority", "metadata.who"] {
        let said = project.run(&["map", "--by", by]);
        assert!(said.starts_with("exit code: 0") && said.contains("(N = 1)"), "{by}: {said}");
    }
    assert!(project.run(&["map", "--where", "local_authority = X"]).contains("N = 1 report"));
    check(&["map", "--where", "local_autority = X"], &["did you mean `\"Local authority\"`?"]);
    // Nobody has coded anything, and there is no classifier: the map says why it is not corrected.
    let said = project.run(&["map"]);
    assert!(said.starts_with("exit code: 0") && said.contains("Not corrected for the machine's errors"), "{said}");
    let said = project.run(&["map", "--people", "--questions", "who"]);
    assert!(said.starts_with("exit code: 0") && said.contains("Nobody has coded this question"), "{said}");
    let people = json(&project, &["map", "--people"]);
    assert_eq!((&people[0]["reports"], &people[0]["codes"][0]["percent"]), (&Value::from(0), &Value::from(0.)));
}

/// As many groups as can be read beside each other are shown; the other formats have all.
#[test]
fn of_very_many_groups_the_largest_are_shown() {
    let project = Project::small();
    let mut metadata = "id,school\n".to_owned();
    for n in 0..20 {
        project.write(&format!("corpus/reports/r{n:02}.txt"), "Nineteen mums came on Fridays.\n");
        metadata += &format!("r{n:02},School {:02}\n", if n < 17 { n } else { 15 });
    }
    project.write("corpus/reports.csv", metadata);
    project.command(&["run", "-q"]).assert().success();
    let said = project.run(&["map", "--by", "school", "--questions", "who"]);
    assert!(said.contains("The 12 largest of ") && said.contains("School 15 (N = 4)"), "{said}");
    assert!(!said.contains("School 14 ("), "{said}");
    let csv = project.run(&["map", "--by", "school", "--questions", "who", "--format", "csv"]);
    assert!(csv.contains("School 14") && csv.contains("School 16"), "{csv}");
}

#[test]
fn the_sample_is_compared_within_what_is_asked_for() {
    let project = Project::small();
    project.edit("config.toml", "frame.toml\"\n", "frame.toml\"\n[[sample.stage]]\nwhere = \"who/parent\"\n");
    project.write("corpus/reports/third.txt", "Twenty mums came.\n");
    project.write("corpus/reports.csv", "id,cohort\nfirst,1\nsecond,2\nthird,2\n");
    project.command(&["run", "-q"]).assert().success();
    project.command(&["sample", "-q"]).assert().success();
    let all = json(&project, &["map", "--compare", "sample"]);
    assert_eq!((&all[0]["sample_reports"], &all[0]["reports"]), (&Value::from(2), &Value::from(3)));
    let some = json(&project, &["map", "--compare", "sample", "--where", "cohort = 2", "--questions", "who"]);
    assert_eq!((&some[0]["sample_reports"], &some[0]["reports"]), (&Value::from(1), &Value::from(2)));
    assert_eq!(some.as_array().map(Vec::len), Some(1));
    let said = project.run(&["map", "--compare", "sample", "--where", "report = second"]);
    assert!(said.contains("none of these reports is in the sample"), "{said}");
}
