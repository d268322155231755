//! `codeframe check`: what is sound is counted, what is wrong is said, all of it, with places.

use crate::project::Project;

#[test]
fn a_sound_project_has_no_problems() {
    insta::assert_snapshot!(Project::small().run(&["check"]));
}

#[test]
fn all_problems_are_said_at_once_with_places_and_near_names() {
    let project = Project::small();
    project.edit("config.toml", "frame =", "jobs = 2000\nframe =");
    insta::assert_snapshot!("config", project.run(&["check"]));

    let project = Project::small();
    project.edit("models/small/frame.toml", "select = \"one\"", "select = \"onne\"");
    project.edit("models/small/frame.toml", "label = \"Pupils\"", "lable = \"Pupils\"");
    project.write("corpus/reports.csv", "id,cohort\nfirst,1\nsecnd,2\nfirst,3\n");
    project.write("corpus/reports/below/first.md", "# Again\n");
    project.write("corpus/reports/~$first.docx", "");
    project.write("corpus/reports/sheet.xlsx", "");
    project.write("corpus/reports/third.docx", "");
    insta::assert_snapshot!("frame_metadata_and_reports", project.run(&["check"]));

    let project = Project::small();
    project.edit("models/small/rules.toml", "who/parent", "who/parents");
    project.edit("models/small/rules.toml", "{kin}", "{kinn}");
    insta::assert_snapshot!("rules", project.run(&["check"]));

    let project = Project::small();
    project.edit("models/small/rules.toml", "Nineteen mums came", "Nineteen mums stayed");
    insta::assert_snapshot!("examples", project.run(&["check"]));
}

#[test]
fn problems_can_be_read_by_programs() {
    let project = Project::small();
    project.edit("config.toml", "small/frame", "small/fram");
    insta::assert_snapshot!(project.run(&["check", "--format", "json"]));
}

#[test]
fn a_project_with_any_name_can_be_checked_from_elsewhere() {
    let outer = Project::empty();
    outer.run(&["init", "Ma première étude/報告 1", "--quiet"]);
    insta::assert_snapshot!(outer.run(&["check", "--project", "Ma première étude/報告 1"]));
}

#[test]
fn a_folder_without_a_project_is_said() {
    insta::assert_snapshot!(Project::empty().run(&["check"]));
}

#[test]
fn a_missing_folder_of_reports_is_a_problem() {
    let project = Project::small();
    std::fs::remove_dir_all(project.path("corpus/reports")).unwrap();
    insta::assert_snapshot!(project.run(&["check"]));
}

#[test]
fn checking_writes_nothing() {
    let project = Project::small();
    let listing = || {
        let entries = walkdir::WalkDir::new(project.root()).sort_by_file_name().into_iter().map(|entry| entry.unwrap());
        entries
            .map(|entry| (entry.path().to_owned(), entry.metadata().unwrap().modified().unwrap()))
            .collect::<Vec<_>>()
    };
    let before = listing();
    project.run(&["check"]);
    assert_eq!(listing(), before);
}

#[test]
fn a_regular_expression_that_matches_anything_is_refused() {
    let project = Project::small();
    project.edit("models/small/rules.toml", "id = \"kin-came\"", "id = \"kin-came\"\nregex = ['x*']");
    let said = project.run(&["check"]);
    assert!(said.contains("matches the empty text") && said.starts_with("exit code: 1"), "{said}");
}

#[test]
fn all_faults_of_rules_are_said_at_once_and_each_once() {
    let project = Project::small();
    project.write(
        "models/small/rules.toml",
        r#"version = 1
include = ["more.toml", "none.toml"]

[lists]
kin = ["parent*", "{folk}"]
folk = ["{kin}"]

[defaults.who]
unless = ["{nowhere} x", "a <"]

[[rule]]
code = "who/parents"
id = "unknown-code"
any = ["{kinn} came", "(a or b"]
regex = ["(x"]
kind = ["hedding"]

[[rule]]
cod = "who/parent"
id = "unknown-key"
any = ["<3> b"]

[[rule]]
code = "who/parent"
id = "first"
any = ["mum"]

[[rule]]
code = "who/pupil"
id = "second"
any = ["pupil"]

[[context]]
any = ["a <3"]
"#,
    );
    project.write("models/small/more.toml", "[[rule]]\ncode = \"who/parent\"\nid = \"broken\nany = [\"x\"]\n");
    insta::assert_snapshot!("all_of_rules", project.run(&["check"]));
}

#[test]
fn expressions_that_cannot_be_meant_are_refused_with_their_place() {
    let faults = |derived: &str| {
        let project = Project::small();
        let line = format!("label = \"More\"\nderived = \"{derived}\"");
        project.edit("models/small/frame.toml", "label = \"More\"", &line);
        let said = project.run(&["check"]);
        let faults: Vec<_> = said.lines().filter(|line| line.contains("derived") || line.contains("hint")).collect();
        format!("{derived}\n{}", faults.join("\n"))
    };
    let wrong = [
        "1",
        "fact.schools",
        "not fact.schools",
        "who/parent and (fact.schools)",
        "who/parent or 2",
        "fact.schools + 1",
        "1 < 2 and who/parent",
        "fact.schools in 3..1",
        "count(size/*) >= 1",
    ];
    insta::assert_snapshot!("derived", wrong.map(faults).join("\n\n"));
    let right = [
        "fact.schools in 2..2",
        "not fact.primary and known(fact.schools)",
        "count(who/*)",
        "(fact.schools) + 1 > 2 or none(size)",
        "support(size/one) < 0.5",
    ];
    for derived in right {
        assert_eq!(faults(derived), format!("{derived}\n"));
    }
}

#[test]
fn a_column_that_a_question_hides_is_told() {
    let project = Project::small();
    project.write("corpus/reports.csv", "id,who\nfirst,a\nsecond,b\n");
    let said = project.run(&["check"]);
    assert!(said.contains("warning: corpus/reports.csv: the column `who` has the name of a question"), "{said}");
    assert!(said.contains("write `metadata.who` for the column") && said.contains("0 errors, 1 warning"), "{said}");
}
