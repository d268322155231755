//! The queue shared out among several people: each page shows its reviewer what was given to them, blind where it is to be.

use super::{Page, coded, last_line};
use serde_json::Value;

/// What a ledger says, as `reviewer report code verdict`, with `blind` where the machine was not shown.
fn told(project: &crate::project::Project) -> Vec<String> {
    let word = |line: &str| {
        let line: Value = serde_json::from_str(line).unwrap();
        let of = |name: &str| line[name].as_str().unwrap().to_owned();
        let blind = if line["answered"].is_null() { " blind" } else { "" };
        format!("{} {} {} {}{blind}", of("reviewer"), of("report"), of("code"), of("verdict"))
    };
    project.read("corpus/ledger.jsonl").lines().map(word).collect()
}

#[test]
fn each_reviewer_sees_what_was_given_to_them() {
    let project = coded();
    assert!(
        project.run(&["review", "--assign", "ms,jk", "--overlap", "0", "--by", "item"]).starts_with("exit code: 0")
    );
    let shares: Vec<Value> = project
        .read("corpus/review/assignment.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let names = ["ms", "jk", "al"];
    let pages = names.map(|name| Page::open(&project, name));
    for (name, page) in names.iter().zip(&pages) {
        let queue = page.get("/").body;
        let mine = |line: &&Value| line["reviewers"][0] == *name;
        let n_mine = shares.iter().filter(mine).count();
        assert!(queue.contains(&format!("<p class=\"big\">{n_mine} <span>left</span>")), "{name} {n_mine}: {queue}");
        for line in &shares {
            let item = format!(
                "/item?report={}&amp;code={}%2F{}",
                line["report"].as_str().unwrap(),
                line["question"].as_str().unwrap(),
                line["code"].as_str().unwrap()
            );
            assert_eq!(queue.contains(&format!("\"{item}\"")), mine(&line), "{name} {item}: {queue}");
        }
    }
    assert!(pages[2].get("/").body.contains("Nothing awaits you."), "all was given to others");
}

#[test]
fn what_two_are_asked_remains_for_the_second_and_is_blind() {
    let project = coded();
    let said = project.run(&["review", "--assign", "ms,jk", "--overlap", "1", "--blind"]);
    assert!(said.contains("of them for two people, blind"), "{said}");
    let (ms, jk) = (Page::open(&project, "ms"), Page::open(&project, "jk"));
    let left = |page: &Page| {
        let queue = page.get("/").body;
        let (_, rest) = queue.split_once("<p class=\"big\">").unwrap();
        rest.split(' ').next().unwrap().parse::<usize>().unwrap()
    };
    let n = left(&ms);
    assert!(n > 1 && left(&jk) == n, "{n}");
    // Neither list, item nor report shows anything of the machine.
    let queue = ms.get("/").body;
    assert!(
        queue.contains("given to you") && !queue.contains("no rule") && !queue.contains("evidence both ways"),
        "{queue}"
    );
    let item = "/item?report=second&code=who/pupil";
    let shown = ms.get(item).body;
    assert!(shown.contains("nothing of the machine is shown") && !shown.contains("Why it is here"), "{shown}");
    assert!(!shown.contains("What speaks for and against it") && !shown.contains("<mark"), "{shown}");
    assert!(ms.get("/report?report=second").body.contains("coded from scratch"));
    assert!(!ms.get("/number?code=who/parent").body.contains("by rules"));
    // A form that hides that it was blind does not make it otherwise.
    ms.answer("second", "who/pupil", "applies", &[]);
    assert_eq!((left(&ms), left(&jk)), (n - 1, n), "the first is done with it, the second is not");
    // After a run it has left the queue file, and is still asked of the second.
    assert!(project.run(&["run"]).starts_with("exit code: 0"));
    assert!(!project.read("corpus/review/queue.jsonl").contains(
        "\"report\":\"second\",\"question\":\"who\",\"title\":\"Who took part\",\"select\":\"many\",\"code\":\"pupil\""
    ));
    assert_eq!((left(&ms), left(&jk)), (n - 1, n));
    let shown = jk.get(item).body;
    assert!(!shown.contains("other person has answered") && !shown.contains("Others said"), "{shown}");
    jk.answer("second", "who/pupil", "does_not_apply", &[]);
    assert_eq!((left(&ms), left(&jk)), (n - 1, n - 1));
    assert_eq!(told(&project), ["ms second pupil applies blind", "jk second pupil does_not_apply blind"]);
    // What they disagree on goes to a third, who is shown what they said; it is not theirs any more.
    let al = Page::open(&project, "al");
    assert_eq!(left(&al), 1, "{}", al.get("/").body);
    let shown = al.get(item).body;
    assert!(shown.contains("People disagree here") && shown.contains("Others said"), "{shown}");
    al.answer("second", "who/pupil", "applies", &[("adjudicate", "1")]);
    assert_eq!((left(&al), &last_line(&project)["answered"]["adjudicates"]), (0, &Value::Bool(true)));
}

#[test]
fn a_queue_shared_out_beside_the_page_is_taken_over() {
    let project = coded();
    let page = Page::open(&project, "al");
    assert!(page.get("/").body.contains("Start reviewing"));
    project.run(&["review", "--assign", "ms,jk"]);
    assert!(page.get("/").body.contains("Nothing awaits you."));
    project.write("corpus/review/assignment.jsonl", "{}\n");
    let shown = page.get("/").body;
    assert!(
        shown.contains("the line assigns nothing and is passed over") && shown.contains("Start reviewing"),
        "{shown}"
    );
}
