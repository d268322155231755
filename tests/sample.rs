//! `sample`, `map --compare sample` and what a sample does to the queue.

use crate::project::Project;

const STAGES: &str = r#"
[[sample.stage]]
name = "Parents"
where = "who/parent"
why = "Only these say how parents took part."
"#;

fn project(stages: &str) -> Project {
    let project = Project::small();
    project.edit("config.toml", "frame.toml\"\n", &format!("frame.toml\"\n{stages}"));
    project.edit(
        "models/small/frame.toml",
        "title = \"How many schools\"\n",
        "title = \"How many schools\"\nstage = \"in_depth\"\n",
    );
    project.command(&["run", "-q"]).assert().success();
    project
}

#[test]
fn the_flow_is_printed_and_the_sample_kept() {
    let project = project(STAGES);
    insta::assert_snapshot!(project.run(&["sample"]));
    insta::assert_snapshot!(project.read("corpus/sample.jsonl"));
    insta::assert_snapshot!(project.run(&["map", "--compare", "sample"]));
}

/// The question in depth is asked of the sampled report alone, and the next run changes nothing more.
#[test]
fn questions_in_depth_are_asked_of_the_sample_only() {
    let project = project(STAGES);
    let asked = |project: &Project| {
        let queue = project.read("corpus/review/queue.jsonl");
        ["first", "second"].map(|id| {
            queue
                .lines()
                .filter(|line| line.contains(&format!("\"report\":\"{id}\"")) && line.contains("\"question\":\"size\""))
                .count()
        })
    };
    assert_eq!(asked(&project), [2, 2]);
    project.command(&["sample", "-q"]).assert().success();
    let said = project.run(&["run"]);
    assert_eq!(asked(&project), [2, 0], "{said}");
    assert!(said.contains("2 codes in depth are not asked of reports outside it"), "{said}");
    assert!(said.contains("0 read, 2 unchanged"), "{said}");
    let queue = project.read("corpus/review/queue.jsonl");
    project.command(&["run", "-q"]).assert().success();
    assert_eq!(project.read("corpus/review/queue.jsonl"), queue);
}

/// The map's base for them is the sample, in every view.
#[test]
fn the_map_counts_questions_in_depth_over_the_sample() {
    let project = project(STAGES);
    let base = |arguments: &[&str]| {
        let output = project.command(&[&["map", "--format", "json"], arguments].concat()).output().unwrap();
        let tables: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let of = |id: &str| {
            let table = tables.as_array().unwrap().iter().find(|table| table["question"] == id).unwrap().clone();
            let groups =
                table["groups"].as_array().map(|groups| groups.iter().map(|group| group["reports"].clone()).collect());
            groups.unwrap_or_else(|| vec![table["reports"].clone()])
        };
        (of("who"), of("size"))
    };
    let before = base(&[]);
    assert_eq!(before, (vec![2.into()], vec![2.into()]), "without a sample all reports are asked");
    project.command(&["sample", "-q"]).assert().success();
    project.command(&["run", "-q"]).assert().success();
    assert_eq!(base(&[]), (vec![2.into()], vec![1.into()]));
    assert_eq!(base(&["--by", "cohort"]), (vec![1.into(), 1.into()], vec![1.into(), 0.into()]));
    let matrix = project.run(&["map", "--matrix", "--questions", "size"]);
    assert!(matrix.contains("second,,\n"), "{matrix}");
}

/// `check` says what a stage asks for that is not there, before anything is run; so does `sample`.
#[test]
fn check_reads_the_stages() {
    let project = Project::small();
    let stages = "\n[sample]\nspread = [\"chort\"]\n[[sample.stage]]\nwhere = \"who/parnt\"\n[[sample.stage]]\nwhere = \"cohrt = 1 and\"\n";
    project.edit("config.toml", "frame.toml\"\n", &format!("frame.toml\"\n{stages}"));
    insta::assert_snapshot!(project.run(&["check"]));
}

#[test]
fn a_dry_run_writes_nothing() {
    let project = project(STAGES);
    project.command(&["sample", "--dry-run", "-q"]).assert().success();
    assert!(!project.path("corpus/sample.jsonl").exists());
}

#[test]
fn what_cannot_be_sampled_is_said() {
    let said = [
        project("").run(&["sample"]),
        project("[[sample.stage]]\nwhere = \"who/parnt\"\n").run(&["sample"]),
        project("[[sample.stage]]\nwhere = \"cohort = 2 and who/parent\"\n").run(&["sample"]),
        project("[sample]\nspread = [\"chort\"]\nquota = 1\n").run(&["sample"]),
        project("").run(&["map", "--compare", "sample"]),
    ];
    insta::assert_snapshot!(said.join("\n"));
}
