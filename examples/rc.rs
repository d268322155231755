use codeframe::*;
use std::path::Path;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let frame = match frame::load(Path::new(&a[1]), &a[1]) { Ok(f) => f.value, Err(e) => { eprintln!("{e:?}"); return; } };
    let rules = match propose::Rules::load(Path::new(&a[2]), &a[2], &frame) {
        Ok(r) => r.value,
        Err(e) => { let mut s: Option<&dyn std::error::Error> = Some(&e); while let Some(x) = s { println!("{x}"); s = x.source(); } return; }
    };
    for f in rules.failing_examples() { println!("{f}"); }
    let deriv = match decide::Derivations::compile(&frame, &["schools", "primary", "secondary", "early_years"]) { Ok(d) => d, Err(f) => { println!("{f:?}"); return } };
    let v: Vec<serde_json::Value> = serde_json::from_str(&std::fs::read_to_string(&a[3]).unwrap()).unwrap();
    let mut out = Vec::new();
    for r in v {
        let report: extract::Report = serde_json::from_value(r["report"].clone()).unwrap();
        let ps = segment::segment(&report);
        let mut p = propose::Proposer::new(&rules);
        let hits = p.propose(&report, &ps);
        let cells = decide::decide(decide::Basis { frame: &frame, rules: &rules, derivations: &deriv }, &hits, &|_| None);
        let hs: Vec<_> = hits.iter().map(|h| { let rule = rules.rule(h.rule); serde_json::json!({
            "code": frame.code(rule.code).name(), "rule": rule.id, "weight": rule.weight, "passage": ps[h.passage as usize].span.slice(&report.text), "n": h.passage,
            "span": h.span.slice(&report.text), "turned": h.turned.as_ref().map(|t| format!("{:?} {}", t.by, t.trigger.slice(&report.text)))}) }).collect();
        let cs: Vec<_> = frame.codes().zip(&cells).map(|(c, x)| serde_json::json!({"code": c.name(), "decision": x.decision, "support": x.support, "opposition": x.opposition})).collect();
        let pp: Vec<_> = ps.iter().map(|p| serde_json::json!({"text": p.span.slice(&report.text), "head": segment::heading_path(&report, p.block).join(" / "), "row": segment::row_head(&report, p.block)})).collect();
        out.push(serde_json::json!({"id": r["id"], "hits": hs, "cells": cs, "passages": pp}));
    }
    std::fs::write(&a[4], serde_json::to_string(&out).unwrap()).unwrap();
}
