//! What has been read of rules becomes an automaton, or the last of their faults: those that show only when all word
//! lists and rules are known.

use super::super::automaton::{CompileError, PatternNumber};
use super::Rules;
use super::read::{Placed, Reader, lists_named, unknown_lists};
use crate::fault::{Fault, Place, Severity, Source, did_you_mean};
use std::collections::{BTreeMap, BTreeSet};

impl Reader<'_> {
    /// Compiles what has been read; `None` when there is an error among the faults.
    pub fn compile(&mut self, sources: Vec<Source>) -> Option<Rules> {
        let mut builder = std::mem::take(&mut self.builder);
        let lists = std::mem::take(&mut self.lists);
        for (name, entries) in &lists {
            for (pattern, place) in entries {
                let mut unknown = Vec::new();
                unknown_lists(&pattern.parts[0].elements, &lists, &mut unknown);
                for missing in unknown {
                    let hint = did_you_mean(&missing, lists.keys().map(String::as_str));
                    let fault = Fault::error(place.clone(), format!("there is no word list `{missing}`"));
                    self.faults.push(fault.hint(hint));
                }
            }
            builder.list(name, entries.iter().map(|(p, _)| p.parts[0].elements.clone()).collect());
        }
        for name in lists_in_themselves(&lists) {
            let place = lists[name][0].1.clone();
            self.faults.push(Fault::error(place, format!("the word list `{name}` contains itself")));
        }
        let mut regexes = Vec::new();
        for (expression, rule, place) in std::mem::take(&mut self.regexes) {
            match regex::RegexBuilder::new(&ascii_boundaries(&expression)).case_insensitive(true).build() {
                Ok(regex) if regex.is_match("") => {
                    let message = "this regular expression matches the empty text, so it would match anything";
                    self.faults.push(Fault::error(place, message));
                }
                Ok(regex) => regexes.push((regex, rule)),
                Err(error) => {
                    let message = error.to_string();
                    let last = message.lines().last().unwrap_or_default().to_owned();
                    self.faults.push(Fault::error(
                        place,
                        format!("not a regular expression: {}", last.trim_start_matches("error: ")),
                    ));
                }
            }
        }
        if self.faults.iter().any(|f| f.severity == Severity::Error) {
            return None;
        }
        let automaton = match builder.build() {
            Ok(automaton) => automaton,
            Err((pattern, error)) => {
                self.faults.push(self.compile_fault(pattern, &error, &lists));
                return None;
            }
        };
        let set = regex::RegexSetBuilder::new(regexes.iter().map(|(r, _)| r.as_str())).case_insensitive(true).build();
        let regex_set = set.expect("each regular expression compiles by itself");
        Some(Rules {
            rules: std::mem::take(&mut self.rules),
            automaton,
            targets: std::mem::take(&mut self.targets),
            triggers: std::mem::take(&mut self.triggers),
            regexes,
            regex_set,
            sources,
        })
    }

    fn compile_fault(
        &self,
        pattern: Option<PatternNumber>,
        error: &CompileError,
        lists: &BTreeMap<String, Vec<Placed>>,
    ) -> Fault {
        let start = || Place { path: String::new(), line: 1, column: 1 };
        let of_list =
            |name: &str| lists.get(name).and_then(|l| l.first()).map_or_else(start, |(_, place)| place.clone());
        let in_pattern = |number: PatternNumber| self.places[number as usize].clone();
        match error {
            CompileError::UnknownList(name) => {
                Fault::error(pattern.map_or_else(start, in_pattern), format!("there is no word list `{name}`"))
            }
            CompileError::ListInItself(name) => {
                Fault::error(of_list(name), format!("the word list `{name}` contains itself"))
            }
        }
    }
}

/// The lists that contain themselves, be it through others.
fn lists_in_themselves(lists: &BTreeMap<String, Vec<Placed>>) -> Vec<&String> {
    let inner: BTreeMap<&String, Vec<String>> = lists
        .iter()
        .map(|(name, entries)| {
            let mut named = Vec::new();
            entries.iter().for_each(|(p, _)| lists_named(&p.parts[0].elements, &mut named));
            (name, named)
        })
        .collect();
    let contains_itself = |name: &&String| {
        let mut waiting = inner[*name].clone();
        let mut seen = BTreeSet::new();
        while let Some(next) = waiting.pop() {
            if next == **name {
                return true;
            }
            if seen.insert(next.clone()) {
                waiting.extend(inner.get(&next).into_iter().flatten().cloned());
            }
        }
        false
    };
    lists.keys().filter(contains_itself).collect()
}

/// Word boundaries of ASCII words in place of Unicode ones: with those, regular expressions fall back to an engine that
/// is twenty times slower as soon as a text has a curly quotation mark.
fn ascii_boundaries(expression: &str) -> String {
    let mut out = String::with_capacity(expression.len() + 16);
    let mut chars = expression.chars();
    while let Some(c) = chars.next() {
        match (c, chars.clone().next()) {
            ('\\', Some('b')) => {
                chars.next();
                out.push_str(r"(?-u:\b)");
            }
            ('\\', Some(escaped)) => {
                chars.next();
                out.extend([c, escaped]);
            }
            _ => out.push(c),
        }
    }
    out
}
