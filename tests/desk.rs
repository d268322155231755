//! People at work without the page: the queue as a spreadsheet and back, shared out among several, their ledgers merged,
//! what they disagree on settled by a third.

use crate::project::Project;
use calamine::{Data, Reader, Xlsx, open_workbook};
use regex::Regex;
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A table with its header.
struct Table {
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    fn of_xlsx(project: &Project, name: &str) -> Table {
        let mut workbook: Xlsx<_> = open_workbook(project.path(name)).unwrap();
        let range = workbook.worksheet_range("review").unwrap();
        let text = |cell: &Data| cell.to_string();
        let mut rows = range.rows().map(|row| row.iter().map(text).collect::<Vec<_>>());
        Table { columns: rows.next().unwrap(), rows: rows.collect() }
    }

    fn of_csv(project: &Project, name: &str) -> Table {
        let text = project.read(name);
        let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let columns = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let rows = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
        Table { columns, rows }
    }

    fn at(&self, column: &str) -> usize {
        self.columns.iter().position(|name| name == column).unwrap_or_else(|| panic!("{column} in {:?}", self.columns))
    }

    fn cell(&self, row: usize, column: &str) -> &str {
        &self.rows[row][self.at(column)]
    }

    /// The row about `report question/code`.
    fn row(&self, item: &str) -> usize {
        let (report, item) = (self.at("report"), (self.at("item"), item));
        let is_it = |row: &Vec<String>| format!("{} {}", row[report], row[item.0]) == item.1;
        self.rows.iter().position(is_it).unwrap_or_else(|| panic!("{} in the table", item.1))
    }

    fn set(&mut self, item: &str, column: &str, text: &str) {
        let (row, column) = (self.row(item), self.at(column));
        self.rows[row][column] = text.to_owned();
    }

    fn write_csv(&self, project: &Project, name: &str) {
        let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
        writer.write_record(&self.columns).unwrap();
        self.rows.iter().for_each(|row| writer.write_record(row).unwrap());
        project.write(name, writer.into_inner().unwrap());
    }

    /// As another program saves it: another sheet first, something above the header, no formats.
    fn write_xlsx(&self, project: &Project, name: &str) {
        let mut workbook = rust_xlsxwriter::Workbook::new();
        workbook.add_worksheet().write_string(0, 0, "notes of ours").unwrap();
        let sheet = workbook.add_worksheet();
        sheet.write_string(1, 0, "To do until Friday").unwrap();
        for (r, row) in (3_u32..).zip(std::iter::once(&self.columns).chain(&self.rows)) {
            for (c, cell) in (0_u16..).zip(row) {
                if !cell.is_empty() {
                    sheet.write_string(r, c, cell).unwrap();
                }
            }
        }
        workbook.save(project.path(name)).unwrap();
    }
}

fn ledger(project: &Project) -> Vec<Value> {
    project.read("corpus/ledger.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Times taken out of what was said.
fn timeless(said: &str) -> String {
    Regex::new(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ").unwrap().replace_all(said, "[TIME]").into_owned()
}

fn queued() -> Project {
    let project = Project::small();
    project.run(&["run"]);
    project
}

#[test]
fn a_workbook_shows_what_is_needed() {
    let project = queued();
    insta::assert_snapshot!("export", project.run(&["review", "--export", "queue.xlsx"]));
    let table = Table::of_xlsx(&project, "queue.xlsx");
    assert_eq!(table.columns[..4], ["no", "report", "code", "verdict"]);
    let row = table.row("first who/pupil");
    let shown = ["code", "verdict", "question", "definition", "why asked", "machine says"]
        .map(|column| table.cell(row, column));
    assert_eq!(
        shown,
        ["Pupils", "", "Who took part", "A pupil took part.", "no rule is written for it", "does not apply"]
    );
    let mut workbook: Xlsx<_> = open_workbook(project.path("queue.xlsx")).unwrap();
    assert_eq!(workbook.sheet_names(), ["review", "codes", "how to"]);
    assert_eq!(workbook.worksheet_range("codes").unwrap().height(), 5);
    let bytes = std::fs::read(project.path("queue.xlsx")).unwrap();
    project.run(&["review", "--export", "again.xlsx"]);
    assert!(bytes == std::fs::read(project.path("again.xlsx")).unwrap(), "the same items give the same bytes");
    insta::assert_snapshot!("export_twice", project.run(&["review", "--export", "queue.xlsx"]));
}

#[test]
fn passages_are_shown_with_their_place() {
    let project = Project::empty();
    project.run(&["init", "."]);
    project.run(&["run"]);
    project.run(&["review", "--export", "queue.csv"]);
    let table = Table::of_csv(&project, "queue.csv");
    let row = table.row("riverside who/parent");
    let place = "“Families were invited to a reading morning in June.” [Riverside Junior School > The project]";
    assert_eq!(table.cell(row, "speaks for"), place);
    assert!(table.cell(row, "around it").contains("Six volunteers"), "{}", table.cell(row, "around it"));
}

/// Sorted, half filled, saved by another program.
#[test]
fn a_filled_workbook_comes_back_whole() {
    let project = queued();
    project.run(&["review", "--export", "queue.xlsx"]);
    let mut table = Table::of_xlsx(&project, "queue.xlsx");
    table.set("first who/pupil", "verdict", "Does not  apply");
    table.set("first who/pupil", "note", "only staff");
    table.set("second size/more", "verdict", "APPLIES");
    table.set("second size/more", "passage", "“No parents came.”");
    table.set("second who/pupil", "verdict", "unsure");
    table.rows.reverse();
    table.write_xlsx(&project, "filled.xlsx");
    insta::assert_snapshot!("import", project.run(&["review", "--import", "filled.xlsx", "--reviewer", "ms"]));
    let lines = ledger(&project);
    let of = |code: &str, report: &str| lines.iter().find(|l| l["code"] == code && l["report"] == report).unwrap();
    let line = of("pupil", "first");
    assert_eq!(
        (line["verdict"].as_str(), line["note"].as_str(), line["reviewer"].as_str(), line["route"].as_str()),
        (Some("does_not_apply"), Some("only staff"), Some("ms"), Some("queue"))
    );
    let queue = project.read("corpus/review/queue.jsonl");
    let items = queue.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let item = items.into_iter().find(|item| item["code"] == "pupil" && item["report"] == "first").unwrap();
    assert_eq!((&line["answered"], &line["definition"]), (&item["proposal"], &item["definition_hash"]));
    assert_eq!(of("more", "second")["passages"][0]["quote"], "No parents came.");
    let before = project.read("corpus/ledger.jsonl");
    insta::assert_snapshot!("import_twice", project.run(&["review", "--import", "filled.xlsx", "--reviewer", "ms"]));
    assert_eq!(project.read("corpus/ledger.jsonl"), before);
    assert!(project.run(&["check"]).contains("no problems"));
    // Answered items, and those that follow, are not asked again; an unsure one is asked of others.
    project.run(&["review", "--export", "ms.csv", "--reviewer", "ms"]);
    assert_eq!(Table::of_csv(&project, "ms.csv").rows.len(), 2);
    project.run(&["review", "--export", "jk.csv", "--reviewer", "jk"]);
    assert!(Table::of_csv(&project, "jk.csv").row("second who/pupil") < 9);
}

#[test]
fn csv_and_json_lines_come_back_too() {
    let project = queued();
    project.run(&["review", "--export", "queue.csv"]);
    let mut table = Table::of_csv(&project, "queue.csv");
    table.set("first who/pupil", "verdict", "yes");
    // Only what makes a row an answer is left of the table.
    let kept = [table.at("verdict"), table.at("id")];
    let cut = |row: &Vec<String>| kept.iter().map(|n| row[*n].clone()).collect::<Vec<_>>();
    let table = Table { columns: cut(&table.columns), rows: table.rows.iter().map(cut).collect() };
    table.write_csv(&project, "filled.csv");
    let said = project.run(&["review", "--import", "filled.csv", "--reviewer", "ms"]);
    assert!(said.contains("verdicts  1 added, 0 there already"), "{said}");
    assert_eq!(ledger(&project)[0]["answered"]["decision"], "does_not_apply");
    project.run(&["review", "--export", "queue.jsonl"]);
    let text = project.read("queue.jsonl").replacen("\"verdict\":\"\"", "\"verdict\":\"applies\"", 1);
    project.write("filled.jsonl", text + "nonsense\n");
    let said = project.run(&["review", "--import", "filled.jsonl", "--reviewer", "ms"]);
    assert!(said.starts_with("exit code: 1") && said.contains("1 added") && said.contains("no JSON object"), "{said}");
}

#[test]
fn what_cannot_be_taken_is_named_and_the_rest_taken() {
    let project = queued();
    project.run(&["review", "--export", "queue.csv"]);
    let mut table = Table::of_csv(&project, "queue.csv");
    let id = table.cell(table.row("second size/one"), "id").to_owned();
    table.rows.push(table.rows[table.row("second size/one")].clone());
    table.set("second size/one", "verdict", "yes");
    let last = table.rows.len() - 1;
    let verdict = table.at("verdict");
    table.rows[last][verdict] = "no".to_owned();
    table.set("first who/pupil", "verdict", "perhaps");
    table.set("first size/one", "verdict", "yes");
    table.set("first size/one", "id", "#0000000000000000");
    table.set("first size/more", "verdict", "yes");
    table.set("first size/more", "id", &id);
    table.set("second who/pupil", "verdict", "yes");
    table.set("second size/more", "verdict", "no");
    project.edit("models/small/frame.toml", "A pupil took part.", "A pupil or student took part.");
    table.write_csv(&project, "filled.csv");
    insta::assert_snapshot!("left_out", project.run(&["review", "--import", "filled.csv", "--reviewer", "ms"]));
    assert_eq!(ledger(&project).len(), 1);
    std::fs::rename(project.path("corpus/reports/second.txt"), project.path("second.txt")).unwrap();
    let said = project.run(&["review", "--import", "filled.csv", "--reviewer", "ms"]);
    assert!(said.contains("the corpus has no report `second` any more"), "{said}");
    project.write("other.csv", "report,verdict\nfirst,yes\n");
    insta::assert_snapshot!("no_columns", project.run(&["review", "--import", "other.csv", "--reviewer", "ms"]));
    project.write("other.xlsx", "no workbook");
    let said = project.run(&["review", "--import", "other.xlsx", "--reviewer", "ms"]);
    assert!(said.starts_with("exit code: 2") && said.contains("as a spreadsheet"), "{said}");
}

/// Nothing of the machine is shown to the two, each answers for themselves, a third settles what they disagree on.
#[test]
fn double_coding_from_shares_to_settlement() {
    let project = queued();
    insta::assert_snapshot!("assign", project.run(&["review", "--assign", "ms,jk", "--overlap", "1", "--blind"]));
    insta::assert_snapshot!("assignment", project.read("corpus/review/assignment.jsonl"));
    insta::assert_snapshot!("assign_one", project.run(&["review", "--assign", "ms"]));
    for (name, pupil) in [("ms", "applies"), ("jk", "does not apply")] {
        project.run(&["review", "--export", &format!("{name}.xlsx"), "--reviewer", name]);
        let mut table = Table::of_xlsx(&project, &format!("{name}.xlsx"));
        assert!(
            ["speaks for", "machine says", "probability", "why asked"]
                .iter()
                .all(|of| !table.columns.contains(&(*of).to_owned()))
        );
        table.set("first who/pupil", "verdict", pupil);
        table.set("second who/pupil", "verdict", "does not apply");
        table.write_xlsx(&project, &format!("{name}-filled.xlsx"));
        let said = project.run(&["review", "--import", &format!("{name}-filled.xlsx")]);
        assert!(said.contains("verdicts  2 added"), "{said}");
        // What one has answered has left the queue and is still asked of the other.
        project.run(&["run"]);
    }
    assert!(ledger(&project).iter().all(|line| line["answered"].is_null()));
    assert_eq!(
        ledger(&project).iter().filter(|line| line["reviewer"] == "jk").count(),
        2,
        "the table says whose it is"
    );
    insta::assert_snapshot!(
        "other_reviewer",
        project.run(&["review", "--import", "ms-filled.xlsx", "--reviewer", "jk"])
    );
    let queue = project.read("corpus/review/queue.jsonl");
    let first: Value = serde_json::from_str(queue.lines().next().unwrap()).unwrap();
    assert_eq!(
        (first["reason"].as_str(), first["proposal"]["adjudicates"].as_bool()),
        (Some("people_disagree"), Some(true))
    );
    project.run(&["review", "--export", "al.csv", "--reviewer", "al"]);
    let mut table = Table::of_csv(&project, "al.csv");
    assert_eq!(table.rows.len(), 1, "the rest is for those whom it is assigned to");
    assert_eq!(table.cell(0, "why asked"), "people disagree: jk says does not apply, ms says applies");
    table.set("first who/pupil", "verdict", "applies");
    table.write_csv(&project, "al-filled.csv");
    project.run(&["review", "--import", "al-filled.csv", "--reviewer", "al"]);
    project.run(&["run"]);
    assert!(!project.read("corpus/review/queue.jsonl").contains("people_disagree"));
    insta::assert_snapshot!("agreement", project.run(&["evaluate", "--people"]));
    insta::assert_snapshot!("agreement_csv", project.run(&["evaluate", "--people", "--format", "csv"]));
    insta::assert_snapshot!(
        "disagreements",
        project.run(&["evaluate", "--people", "--disagreements", "--format", "csv"])
    );
}

#[test]
fn unsure_is_left_out_or_a_third_answer() {
    let project = Project::small();
    let said =
        "first,who,parent,yes,ms\nfirst,who,parent,unsure,jk\nsecond,who,parent,no,ms\nsecond,who,parent,no,jk\n";
    project.write("said.csv", format!("report,question,code,verdict,reviewer\n{said}"));
    project.run(&["import", "codings", "said.csv"]);
    insta::assert_snapshot!("unsure_left_out", project.run(&["evaluate", "--people"]));
    insta::assert_snapshot!("unsure_answer", project.run(&["evaluate", "--people", "--unsure", "answer"]));
}

fn say(project: &Project, reviewer: &str, verdicts: &[(&str, &str)]) {
    let mut table = "report,question,code,verdict,reviewer\n".to_owned();
    verdicts.iter().for_each(|(item, verdict)| table.push_str(&format!("{item},{verdict},{reviewer}\n")));
    project.write("said.csv", table);
    let said = project.run(&["import", "codings", "said.csv"]);
    assert!(said.starts_with("exit code: 0"), "{said}");
}

#[test]
fn two_peoples_ledgers_become_one() {
    let (here, there) = (Project::small(), Project::small());
    say(&here, "ms", &[("first,who,parent", "yes"), ("first,who,pupil", "no")]);
    say(&there, "jk", &[("first,who,parent", "no"), ("second,who,pupil", "no")]);
    let before = here.read("corpus/ledger.jsonl");
    here.write("theirs.jsonl", there.read("corpus/ledger.jsonl"));
    insta::assert_snapshot!("import_ledger", timeless(&here.run(&["import", "ledger", "theirs.jsonl"])));
    let after = here.read("corpus/ledger.jsonl");
    assert!(after.starts_with(&before) && after.lines().count() == 4);
    insta::assert_snapshot!("import_ledger_twice", here.run(&["import", "ledger", "theirs.jsonl"]));
    assert_eq!(here.read("corpus/ledger.jsonl"), after);
    assert!(here.run(&["check"]).contains("no problems"));
    // The other way round gives the same.
    there.write("ours.jsonl", &after);
    assert!(there.run(&["import", "ledger", "ours.jsonl"]).contains("2 added, 2 there already"));
    let last = after.rfind("\"does_not_apply\"").unwrap();
    here.write("corpus/ledger.jsonl", format!("{}\"applies\"{}", &after[..last], &after[last + 16..]));
    insta::assert_snapshot!("changed_since", here.run(&["check"]));
    here.write("other.jsonl", "{\"id\":\"first\"}\n");
    insta::assert_snapshot!("no_ledger", here.run(&["import", "ledger", "other.jsonl"]));
    insta::assert_snapshot!("missing_ledger", here.run(&["import", "ledger", "none.jsonl"]));
}

/// Killed at any instant, an import leaves whole verdicts and at most one cut line, which nobody counts; the next import
/// brings what is missing, once.
#[test]
fn a_killed_import_leaves_no_half_verdict() {
    let there = Project::small();
    let mut said = "report,question,code,verdict,reviewer\n".to_owned();
    for n in 0..400 {
        for report in ["first", "second"] {
            said.push_str(&format!("{report},who,parent,yes,r{n}\n{report},who,pupil,no,r{n}\n"));
        }
    }
    there.write("said.csv", said);
    there.run(&["import", "codings", "said.csv"]);
    let theirs = there.read("corpus/ledger.jsonl");
    let project = Project::small();
    project.write("theirs.jsonl", &theirs);
    let start = |project: &Project| {
        Command::new(env!("CARGO_BIN_EXE_codeframe"))
            .args(["import", "ledger", "theirs.jsonl"])
            .current_dir(project.root())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    };
    let began = Instant::now();
    start(&project).wait().unwrap();
    let whole = began.elapsed();
    let mut random = codeframe::score::Random::new(5);
    for _ in 0..20 {
        std::fs::remove_file(project.path("corpus/ledger.jsonl")).unwrap_or_default();
        let mut child = start(&project);
        std::thread::sleep(Duration::from_nanos(random.below(whole.as_nanos() as usize + 1) as u64));
        child.kill().unwrap();
        child.wait().unwrap();
        let check = project.run(&["check"]);
        assert!(check.starts_with("exit code: 0"), "a cut line is no error: {check}");
        let again = project.run(&["import", "ledger", "theirs.jsonl"]);
        assert!(again.starts_with("exit code: 0"), "{again}");
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for line in project.read("corpus/ledger.jsonl").lines() {
            let Ok(line) = serde_json::from_str::<Value>(line) else { continue };
            *seen.entry(format!("{} {} {}", line["report"], line["code"], line["reviewer"])).or_default() += 1;
        }
        assert!(seen.len() == 1_600 && seen.values().all(|n| *n == 1), "{}", seen.len());
    }
}
