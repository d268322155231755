//! `codeframe evaluate`: figures of a comparison that can be counted by hand.

use crate::project::Project;

/// By rules `first` has a parent ("Nineteen mums came on Fridays.") and `second` has none ("No parents came.").
const GOLD: &str = r#"{"id": "first", "codes": {"who": ["parent", "pupil"]}, "passages": [{"code": "who/parent", "quote": "mums came"}]}
{"id": "second", "codes": {"who": []}, "not_to_be_coded": [{"code": "who/parent", "quote": "No parents came."}]}
"#;

fn project() -> Project {
    let project = Project::small();
    project.write("gold.jsonl", GOLD);
    project.run(&["run"]);
    project
}

#[test]
fn codings_are_compared_with_a_coded_set() {
    let project = project();
    insta::assert_snapshot!("text", project.run(&["evaluate", "--against", "gold.jsonl", "--by", "cohort"]));
    insta::assert_snapshot!(
        "csv",
        project.run(&["evaluate", "--against", "gold.jsonl", "--by", "cohort", "--format", "csv"])
    );
    let json = ["evaluate", "--against", "gold.jsonl", "--questions", "who", "--reports", "first", "--format", "json"];
    insta::assert_snapshot!("json", project.run(&json));
}

#[test]
fn what_cannot_be_compared_is_said() {
    let project = project();
    insta::assert_snapshot!("column", project.run(&["evaluate", "--against", "gold.jsonl", "--by", "cohorts"]));
    insta::assert_snapshot!("question", project.run(&["evaluate", "--against", "gold.jsonl", "--questions", "whom"]));
    insta::assert_snapshot!("reports", project.run(&["evaluate", "--against", "gold.jsonl", "--reports", "third"]));
    insta::assert_snapshot!("nobody", project.run(&["evaluate", "--people"]));
    insta::assert_snapshot!("no_verdicts", project.run(&["evaluate"]));
    insta::assert_snapshot!("no_audit", project.run(&["evaluate", "--audit"]));
    project.edit("gold.jsonl", "\"second\"", "\"third\"");
    insta::assert_snapshot!("missing", project.run(&["evaluate", "--against", "gold.jsonl", "--format", "csv"]));
}

#[test]
fn people_are_compared_with_each_other() {
    let project = Project::small();
    project.write(
        "codings.csv",
        "report,question,code,verdict,reviewer\n\
         first,who,parent,yes,ms\nfirst,who,pupil,no,ms\nsecond,who,parent,no,ms\nsecond,who,pupil,unsure,ms\n\
         first,who,parent,yes,jk\nfirst,who,pupil,yes,jk\nsecond,who,parent,no,jk\nsecond,who,pupil,yes,jk\n",
    );
    project.run(&["import", "codings", "codings.csv"]);
    insta::assert_snapshot!("people", project.run(&["evaluate", "--people"]));
    insta::assert_snapshot!(
        "people_json",
        project.run(&["evaluate", "--people", "--reports", "first", "--format", "json"])
    );
}

/// 60 short texts in which words decide both codes; of 40 people have said all. Trained and run, half of the automatic
/// decisions drawn for the audit.
pub fn taught() -> Project {
    let project = Project::small();
    std::fs::remove_dir_all(project.path("corpus")).unwrap();
    project.write(
        "config.toml",
        "frame = \"models/small/frame.toml\"\n[decide]\nmax_error = 0.3\nconfidence = 0.6\naudit_rate = 0.5\n",
    );
    let parents = ["The mothers joined the reading mornings.", "Mums came on Fridays.", "Mothers and fathers helped."];
    let others = ["The roof was mended in June.", "We bought new shelves.", "The hall was painted."];
    let pupils = ["Children chose the books.", "Year six children ran the library."];
    let rest = ["Staff met twice a term.", "The budget was small."];
    let (mut reports, mut metadata) = (String::new(), "id,cohort\n".to_owned());
    let mut said = "report,question,code,verdict,quote\n".to_owned();
    for i in 0..60 {
        let (parent, pupil) = (i % 2 == 0, i % 3 == 0);
        let first = if parent { parents[i / 2 % 3] } else { others[i / 2 % 3] };
        let second = if pupil { pupils[i / 3 % 2] } else { rest[i / 3 % 2] };
        reports.push_str(&format!("{{\"id\": \"r{i:02}\", \"text\": \"{first}\\n\\n{second}\"}}\n"));
        metadata.push_str(&format!("r{i:02},{}\n", 1 + i / 30));
        if i < 40 {
            for (code, applies, quote) in [("parent", parent, first), ("pupil", pupil, second)] {
                let (word, quote) = if applies { ("yes", quote) } else { ("no", "") };
                said.push_str(&format!("r{i:02},who,{code},{word},{quote}\n"));
            }
        }
    }
    project.write("corpus/reports/all.jsonl", reports);
    project.write("corpus/reports.csv", metadata);
    project.write("said.csv", said);
    for arguments in [&["import", "codings", "said.csv"][..], &["train"], &["run"]] {
        let done = project.run(arguments);
        assert!(done.starts_with("exit code: 0"), "{done}");
    }
    project
}

/// The numbers of a row of `evaluate --format csv`: answers, n, hit, false, miss, queued.
fn row(csv: &str, level: &str, name: &str) -> Vec<usize> {
    let mut rows = csv.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let found = rows.find(|cells| cells[0] == level && (name.is_empty() || cells[1..4].contains(&name)));
    found.unwrap_or_else(|| panic!("{level} {name} in {csv}"))[4..10].iter().map(|n| n.parse().unwrap()).collect()
}

#[test]
fn each_report_is_left_out_of_what_it_is_measured_by() {
    let project = taught();
    let csv = project.run(&["evaluate", "--by", "cohort", "--format", "csv"]);
    assert_eq!(row(&csv, "code", "parent"), [40, 20, 20, 0, 0, 0]);
    assert_eq!(row(&csv, "code", "pupil"), [40, 14, 14, 0, 0, 0]);
    assert_eq!(row(&csv, "question", "who"), [80, 34, 34, 0, 0, 0]);
    assert_eq!(row(&csv, "subgroup", "2")[0], 20);
    assert_eq!(row(&csv, "all", ""), [80, 34, 34, 0, 0, 0]);
    // The one rule finds the mums.
    assert_eq!(row(&csv, "rules", "")[2..5], [7, 0, 27]);
    assert_eq!(row(&csv, "without_rules", "")[0], 80);
    let json =
        project.command(&["evaluate", "--questions", "who", "--reports", "r00,r01", "--format", "json"]).output();
    let json: serde_json::Value = serde_json::from_slice(&json.unwrap().stdout).unwrap();
    assert_eq!(json["overall"]["answers"], 4);
    let text = project.run(&["evaluate"]);
    assert!(text.contains("rules alone") && text.contains("each report was left out"), "{text}");
    insta::assert_snapshot!("nothing_selected", project.run(&["evaluate", "--reports", "r59"]));
    insta::assert_snapshot!("one_of", project.run(&["evaluate", "--people", "--by", "cohort"]));
}

/// Learning takes its time, so what `train` found is kept; deleted or damaged, it is found again and is the same.
#[test]
fn what_training_found_is_kept_and_may_be_deleted() {
    let project = taught();
    let before = project.run(&["evaluate"]);
    assert!(before.ends_with("----- stderr -----\n"), "{before}");
    let kept = project.read("corpus/derived/left_out.jsonl");
    std::fs::remove_file(project.path("corpus/derived/left_out.jsonl")).unwrap();
    let again = project.run(&["evaluate"]);
    assert!(again.contains("learning once more"), "{again}");
    assert_eq!(again.split("----- stderr").next(), before.split("----- stderr").next());
    assert_eq!(project.read("corpus/derived/left_out.jsonl"), kept);
    project.write("corpus/derived/left_out.jsonl", &kept[..kept.len() / 2]);
    assert!(project.run(&["evaluate"]).contains("learning once more"));
    assert_eq!(project.run(&["evaluate"]), before);
}

#[test]
fn reports_that_rules_were_written_from_are_told_apart() {
    let project = taught();
    let known: Vec<String> = (0..20).map(|i| format!("\"r{i:02}\"")).collect();
    let config = project.read("config.toml");
    project.write("config.toml", format!("{config}[train]\nrules_written_from = [{}]\n", known.join(", ")));
    let csv = project.run(&["evaluate", "--format", "csv"]);
    assert_eq!((row(&csv, "all", "")[0], row(&csv, "fresh", "")[0], row(&csv, "fresh_rules", "")[0]), (80, 40, 40));
}

#[test]
fn what_the_classifier_has_learned_is_said() {
    let project = taught();
    let text = project.run(&["evaluate", "--against", "said.csv"]);
    assert!(text.contains("the classifier has learned from 40 of the reports"), "{text}");
    let csv = project.run(&["evaluate", "--against", "said.csv", "--format", "csv"]);
    assert!(row(&csv, "all", "")[5] > 0, "people have answered all, and the machine's queue is told: {csv}");
}

/// Whoever has looked at what was drawn counts, and what the classifier has learned from does not.
#[test]
fn the_audit_bounds_what_is_wrong() {
    let project = taught();
    insta::assert_snapshot!("not_audited", project.run(&["evaluate", "--audit"]));
    let queue = project.read("corpus/review/queue.jsonl");
    let mut said = "report,question,code,verdict\n".to_owned();
    let items = queue.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let items: Vec<serde_json::Value> = items.filter(|item| item["question"] == "who").collect();
    for (n, item) in items.iter().filter(|item| item["code"] == "parent").enumerate() {
        // One answer contradicts the machine.
        let applies = (item["proposal"]["decision"] == "applies") != (n == 0);
        let verdict = if applies { "yes" } else { "no" };
        said.push_str(&format!("{},who,parent,{verdict}\n", item["report"].as_str().unwrap()));
    }
    let n_drawn = said.lines().count() - 1;
    project.write("more.csv", said);
    project.run(&["import", "codings", "more.csv"]);
    let output = project.command(&["evaluate", "--audit", "--format", "json"]).output().unwrap();
    let audit: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((audit["learned"].as_u64(), audit["codes"][0]["code"].as_str()), (Some(80), Some("who/parent")));
    let sum = |of: &str, key: &str| {
        let rows = audit[of].as_array().unwrap().iter();
        rows.map(|row| usize::try_from(row[key].as_u64().unwrap()).unwrap()).sum::<usize>()
    };
    // 20 reports that nobody had coded, 2 codes.
    assert_eq!(sum("pooled", "decisions"), 40);
    assert_eq!((sum("codes", "decisions"), sum("codes", "drawn"), sum("codes", "audited")), (20, n_drawn, n_drawn));
    assert_eq!((sum("codes", "wrong"), sum("pooled", "drawn")), (1, items.len()));
    for row in audit["codes"].as_array().unwrap() {
        let n = |key: &str| usize::try_from(row[key].as_u64().unwrap()).unwrap();
        assert_eq!(n("most_wrong"), codeframe::score::most_wrong(n("decisions"), n("audited"), n("wrong"), 0.4));
    }
    let text = project.run(&["evaluate", "--audit"]);
    assert!(
        text.contains("have been looked at; these are no random sample") && text.contains("80 decisions are left out"),
        "{text}"
    );
    let card = project.path("models/small/classifier-0001.json");
    std::fs::rename(&card, project.path("card.json")).unwrap();
    assert!(project.run(&["evaluate", "--audit"]).contains("warning: `classifier-0001` has no card"));
    std::fs::rename(project.path("card.json"), &card).unwrap();
    // Once it has been learned from, the audit begins anew, and among what was not drawn before too.
    project.run(&["train"]);
    project.run(&["run"]);
    assert!(project.run(&["evaluate", "--audit"]).contains("has a verdict yet"));
    let mut said = "report,question,code,verdict\n".to_owned();
    for line in project.read("corpus/review/queue.jsonl").lines() {
        let item: serde_json::Value = serde_json::from_str(line).unwrap();
        let verdict = if item["proposal"]["decision"] == "applies" { "yes" } else { "no" };
        if item["question"] == "who" {
            said.push_str(&format!(
                "{},who,{},{verdict}\n",
                item["report"].as_str().unwrap(),
                item["code"].as_str().unwrap()
            ));
        }
    }
    project.write("more.csv", said);
    project.run(&["import", "codings", "more.csv"]);
    let output = project.command(&["evaluate", "--audit", "--format", "json"]).output().unwrap();
    let audit: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let of_parent = audit["codes"].as_array().unwrap().iter().filter(|row| row["code"] == "who/parent");
    let (drawn, audited) = of_parent
        .fold((0, 0), |sum, row| (sum.0 + row["drawn"].as_u64().unwrap(), sum.1 + row["audited"].as_u64().unwrap()));
    assert!(drawn > 0 && audited == drawn, "{audit}");
    assert!(!project.run(&["evaluate", "--audit"]).contains("warning"));
}

/// Nothing that a reviewer sees tells what was drawn for the audit from what the machine is unsure of.
#[test]
fn the_queue_does_not_betray_the_audit() {
    let project = taught();
    let queue = project.read("corpus/review/queue.jsonl");
    let items: Vec<serde_json::Value> = queue.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let unsure: Vec<_> = items.iter().filter(|item| item["reason"] == "unsure").collect();
    assert!(unsure.len() > 5, "{}", unsure.len());
    for item in unsure {
        assert!(item["probability"].is_null() && item["proposal"]["probability"].is_null(), "{item}");
        assert!(item["proposal"]["decision"].is_string() && item["proposal"]["classifier"].is_string(), "{item}");
        assert!(
            item["passages"].as_array().unwrap().iter().all(|passage| passage.get("probability").is_none()),
            "{item}"
        );
    }
    assert!(!queue.contains("\"audit\""));
}

/// Neither order nor chance of being drawn tells either. What is drawn for the audit is what is queued beyond what would be
/// without an audit; its items lie among the others of the same reason as if they had been shuffled.
#[test]
fn rank_and_chance_do_not_betray_the_audit() {
    let project = Project::small();
    std::fs::remove_dir_all(project.path("corpus")).unwrap();
    let config = |rate: f64| {
        format!(
            "frame = \"models/small/frame.toml\"\n[decide]\nmax_error = 0.2\nconfidence = 0.6\naudit_rate = {rate}\n"
        )
    };
    project.write("config.toml", config(0.3));
    // Words that say which code applies four times in five, so that much is decided and much is not.
    let mut random = codeframe::score::Random::new(5);
    let (mut reports, mut said) = (String::new(), "report,question,code,verdict\n".to_owned());
    for i in 0..700 {
        let parent = random.unit() < 0.5;
        let word = |applies: bool, sure: f64, chance: f64| match (applies == (chance < sure), sure > 0.9) {
            (true, true) => "mothers",
            (false, true) => "shelves",
            (true, false) => "helpers",
            (false, false) => "corners",
        };
        let sure = if random.unit() < 0.5 { 0.97 } else { 0.65 };
        let text = format!("The {} came on day {}.", word(parent, sure, random.unit()), random.below(9));
        reports.push_str(&format!("{{\"id\": \"r{i:03}\", \"text\": \"{text}\"}}\n"));
        if i < 200 {
            let answer = if parent { "yes" } else { "no" };
            said.push_str(&format!(
                "r{i:03},who,parent,{answer}\nr{i:03},who,pupil,{}\n",
                if i % 2 == 0 { "yes" } else { "no" }
            ));
        }
    }
    project.write("corpus/reports/all.jsonl", reports);
    project.write("said.csv", said);
    for arguments in [&["import", "codings", "said.csv"][..], &["train"], &["run"]] {
        let done = project.run(arguments);
        assert!(done.starts_with("exit code: 0"), "{done}");
    }
    let items = || -> Vec<serde_json::Value> {
        let queue = project.read("corpus/review/queue.jsonl");
        queue.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let with_audit: Vec<_> = items().into_iter().filter(|item| item["code"] == "parent").collect();
    project.write("config.toml", config(0.));
    project.run(&["run"]);
    let without: std::collections::BTreeSet<String> = items().iter().map(|item| item["id"].to_string()).collect();
    let is_audited = |item: &serde_json::Value| !without.contains(&item["id"].to_string());
    let n_audited = with_audit.iter().filter(|item| is_audited(item)).count();
    let n_doubted = with_audit.len() - n_audited;
    assert!(n_audited > 20 && n_doubted > 40, "{n_audited} {n_doubted}");
    for item in &with_audit {
        assert_eq!(item["reason"], "unsure", "{item}");
        assert!(item["probability"].is_null() && item["proposal"]["probability"].is_null(), "{item}");
    }
    // The share of pairs in which the audited one comes first: one half, give or take three standard errors of a shuffle.
    let mut before = 0_usize;
    let mut doubted = 0_usize;
    for item in &with_audit {
        if is_audited(item) { before += n_doubted - doubted } else { doubted += 1 }
    }
    let pairs = (n_audited * n_doubted) as f64;
    let error = ((n_audited + n_doubted + 1) as f64 / 12. / pairs).sqrt();
    let share = before as f64 / pairs;
    assert!((share - 0.5).abs() < 3. * error, "{share} ± {error}");
    // As many of either have been drawn, and with the same chance.
    let drawn = |wanted: bool| {
        let of: Vec<_> = with_audit.iter().filter(|item| is_audited(item) == wanted).collect();
        let chances: std::collections::BTreeSet<String> =
            of.iter().filter(|item| !item["pi"].is_null()).map(|item| item["pi"].to_string()).collect();
        (of.iter().filter(|item| !item["pi"].is_null()).count() as f64 / of.len() as f64, chances)
    };
    let (of_audit, of_doubt) = (drawn(true), drawn(false));
    assert_eq!(of_audit.1, of_doubt.1);
    let error = (0.25 * 0.75 * (1. / n_audited as f64 + 1. / n_doubted as f64)).sqrt();
    assert!((of_audit.0 - of_doubt.0).abs() < 3. * error, "{of_audit:?} {of_doubt:?}");
}

/// What a `.jsonl` says of its reports serves as a table of metadata does.
#[test]
fn subgroups_by_what_lines_say() {
    let project = Project::small();
    std::fs::remove_dir_all(project.path("corpus")).unwrap();
    let line =
        |id: &str, la: &str| format!("{{\"id\":\"{id}\",\"text\":\"Mums came.\",\"metadata\":{{\"la\":\"{la}\"}}}}\n");
    project.write("corpus/reports/all.jsonl", [line("first", "Leeds"), line("second", "York")].concat());
    project.write("gold.jsonl", GOLD);
    project.run(&["run"]);
    let csv = project.run(&["evaluate", "--against", "gold.jsonl", "--by", "la", "--format", "csv"]);
    assert_eq!((row(&csv, "subgroup", "Leeds")[0], row(&csv, "subgroup", "York")[0]), (2, 2));
    let said = project.run(&["evaluate", "--against", "gold.jsonl", "--by", "las"]);
    assert!(said.contains("hint: did you mean `la`?"), "{said}");
    project.write("corpus/reports/all.jsonl", "{\"id\":\"first\",\"text\":\"Mums came.\"}\n");
    project.run(&["run"]);
    let said = project.run(&["evaluate", "--against", "gold.jsonl", "--by", "la"]);
    assert!(said.contains("hint: there are no metadata"), "{said}");
}

#[test]
fn reports_that_are_not_there_are_named() {
    let project = project();
    for what in [&["evaluate", "--against", "gold.jsonl"][..], &["evaluate", "--audit"]] {
        let said = project.run(&[what, &["--reports", "first,secnd"]].concat());
        assert!(said.starts_with("exit code: 2") && said.contains("there is no report `secnd`"), "{said}");
        assert!(said.contains("did you mean `second`?"), "{said}");
    }
}
