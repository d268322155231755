use codeframe::{extract::*, frame, propose::*, segment::Passage, span::ByteSpan};
use serde_json::{json, Value};
use std::path::Path;
fn main() {
    let frame = frame::load(Path::new("models/closing-the-gap/frame.toml"), "frame.toml").expect("frame").value;
    let rules = match Rules::load(Path::new(&std::env::args().nth(1).expect("rules")), "rules.toml", &frame) {
        Ok(r) => r,
        Err(e) => { println!("{e:#?}"); std::process::exit(1) }
    };
    for w in &rules.warnings { eprintln!("warning {w:?}"); }
    let rules = rules.value;
    for f in rules.failing_examples() { eprintln!("FAIL {f}"); }
    let Some(input) = std::env::args().nth(2) else { return };
    let reports: Value = serde_json::from_str(&std::fs::read_to_string(input).expect("in")).expect("json");
    let mut p = Proposer::new(&rules);
    let mut out = serde_json::Map::new();
    for (id, blocks) in reports.as_object().expect("o") {
        let mut report = Report::default();
        let mut passages = vec![];
        for b in blocks.as_array().expect("a") {
            let start = report.text.len();
            let sents: Vec<&str> = b["sents"].as_array().expect("s").iter().map(|s| s.as_str().expect("s")).collect();
            let idx = report.blocks.len() as u32;
            for s in &sents {
                let a = report.text.len();
                report.text.push_str(s);
                passages.push(Passage { span: ByteSpan::new(a, report.text.len()), block: idx });
                report.text.push(' ');
            }
            report.text.pop();
            let span = ByteSpan::new(start, report.text.len());
            report.text.push('\n');
            let ids = |k: &str| b[k].as_array().map(|a| a.iter().map(|x| x.as_u64().expect("n") as u32).collect()).unwrap_or_default();
            let kind = match b["kind"].as_str().expect("k") { "h" => BlockKind::Heading(1), "c" => BlockKind::Cell, "i" => BlockKind::ListItem(0), _ => BlockKind::Paragraph };
            let cell = (b["kind"] == "c").then(|| Cell { table: 0, row: 0, column: 0, row_head: ids("row"), column_head: ids("col") });
            report.blocks.push(Block { span, kind, marker: None, heading: b["heading"].as_u64().map(|x| x as u32), cell });
        }
        let hits = p.propose(&report, &passages);
        let v: Vec<Value> = hits.iter().map(|h| {
            let r = rules.rule(h.rule);
            json!({"code": frame.code(r.code).name(), "rule": r.id, "weight": r.weight, "against": r.against, "passage": h.passage,
              "text": passages[h.passage as usize].span.slice(&report.text), "match": h.span.slice(&report.text),
              "turned": h.turned.as_ref().map(|t| json!([t.by.name(), t.trigger.slice(&report.text)]))})
        }).collect();
        out.insert(id.clone(), Value::Array(v));
    }
    println!("{}", serde_json::to_string(&out).expect("j"));
}
