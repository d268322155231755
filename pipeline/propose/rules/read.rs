//! Reads `rules.toml` and the files it includes, with every fault at its place, and compiles what it has read.

use super::super::automaton::{Builder, PatternNumber};
use super::super::pattern::{Element, Pattern, What, parse};
use super::{Condition, KINDS, Kind, Properties, Property, Rule, Scope, Target, Trigger, VERSION};
use crate::fault::{Fault, Place, Source, did_you_mean};
use crate::frame::{CodeIndex, Frame};
use crate::keys::{At, Keys, read_toml};
use std::collections::BTreeMap;

/// A pattern read, and where it stands.
pub(super) type Placed = (Pattern, Place);

pub(super) struct Reader<'f> {
    frame: &'f Frame,
    pub faults: Vec<Fault>,
    pub builder: Builder,
    interned: BTreeMap<String, PatternNumber>,
    pub targets: Vec<Vec<Target>>,
    pub places: Vec<Place>,
    pub lists: BTreeMap<String, Vec<Placed>>,
    defaults: BTreeMap<String, QuestionDefaults>,
    conditions: BTreeMap<Vec<String>, Condition>,
    pub triggers: Vec<Trigger>,
    pub rules: Vec<Rule>,
    pub regexes: Vec<(String, u32, Place)>,
    ids: BTreeMap<(CodeIndex, String), Place>,
}

/// What a question's rules have in common, as written.
#[derive(Debug, Clone, Default)]
struct QuestionDefaults {
    allow: Vec<At<String>>,
    heading: Vec<At<String>>,
    not_heading: Vec<At<String>>,
    unless: Vec<At<String>>,
    kind: Vec<At<String>>,
    weight: Option<f64>,
}

impl<'f> Reader<'f> {
    pub fn new(frame: &'f Frame) -> Self {
        Reader {
            frame,
            faults: Vec::new(),
            builder: Builder::default(),
            interned: BTreeMap::new(),
            targets: Vec::new(),
            places: Vec::new(),
            lists: BTreeMap::new(),
            defaults: BTreeMap::new(),
            conditions: BTreeMap::new(),
            triggers: Vec::new(),
            rules: Vec::new(),
            regexes: Vec::new(),
            ids: BTreeMap::new(),
        }
    }

    /// Reads everything in the files.
    pub fn read_all(&mut self, sources: &[Source]) {
        // Lists and defaults first, since rules of any file use those of every file.
        let mut defaults = Vec::new();
        for source in sources {
            defaults.extend(self.read_shared(source).into_iter().map(|(question, read)| (source, question, read)));
        }
        for (source, question, read) in defaults {
            self.read_defaults(source, question, read);
        }
        for (number, source) in sources.iter().enumerate() {
            self.read_rules(number, source);
        }
    }

    /// Reads word lists; defaults are given back, since they may use lists of files still to be read.
    fn read_shared(&mut self, source: &Source) -> Vec<(At<String>, QuestionDefaults)> {
        let ((lists, defaults), faults) = read_toml(source, |keys| {
            keys.version(VERSION);
            keys.texts("include");
            let lists = keys.table("lists").map(|mut table| table.all_texts()).unwrap_or_default();
            let mut defaults = Vec::new();
            for (question, mut table) in keys.table("defaults").map(|mut t| t.all_tables()).unwrap_or_default() {
                let read = QuestionDefaults {
                    allow: table.texts("allow"),
                    heading: table.texts("heading"),
                    not_heading: table.texts("not_heading"),
                    unless: table.texts("unless"),
                    kind: table.texts("kind"),
                    weight: table.number("weight", 0.0..=10.0).map(|at| at.value),
                };
                defaults.push((question, read));
            }
            // These are read when all lists are known.
            for key in ["rule", "context", "terminator"] {
                keys.skip(key);
            }
            (lists, defaults)
        });
        self.faults.extend(faults);
        for (name, entries) in lists {
            for entry in entries {
                let Some(pattern) = self.pattern(source, &entry) else { continue };
                if pattern.parts.len() > 1 {
                    self.fault(source, &entry, "an entry of a list has no `&`", None);
                    continue;
                }
                let place = source.place(entry.span.start);
                self.lists.entry(name.value.clone()).or_default().push((pattern, place));
            }
        }
        defaults
    }

    /// Judges what a question's rules have in common here, once and where it stands: the rules know another file.
    fn read_defaults(&mut self, source: &Source, question: At<String>, mut read: QuestionDefaults) {
        if self.frame.question(&question.value).is_none() {
            let known = self.frame.questions.iter().map(|q| q.id.as_str());
            let hint = did_you_mean(&question.value, known);
            self.fault(source, &question, format!("the frame has no question `{}`", question.value), hint);
        }
        for patterns in [&mut read.heading, &mut read.not_heading, &mut read.unless] {
            patterns.retain(|pattern| self.known_pattern(source, pattern).is_some());
        }
        let n_faults = self.faults.len();
        self.properties(source, &read.allow);
        self.kinds(source, &read.kind);
        if self.faults.len() > n_faults {
            (read.allow, read.kind) = (Vec::new(), Vec::new());
        }
        self.defaults.insert(question.value, read);
    }

    fn read_rules(&mut self, number: usize, source: &Source) {
        let ((), faults) = read_toml(source, |keys| {
            for key in ["version", "include", "lists", "defaults"] {
                keys.skip(key);
            }
            for mut table in keys.tables("rule") {
                self.read_rule(number, source, &mut table);
            }
            for mut table in keys.tables("context") {
                self.read_trigger(source, &mut table);
            }
            for mut table in keys.tables("terminator") {
                let any = table.texts("any");
                let ends = table.texts("ends");
                let ends = if ends.is_empty() { Properties::ALL } else { self.properties(source, &ends) };
                for pattern in any {
                    self.target(source, &pattern, Target::Terminator(ends));
                }
            }
        });
        self.faults.extend(faults);
    }

    fn read_rule(&mut self, number: usize, source: &Source, table: &mut Keys<'_>) {
        let code = table.required_text("code");
        let id = table.required_text("id");
        let (any, regex) = (table.texts("any"), table.texts("regex"));
        let (not, unless) = (table.texts("not"), table.texts("unless"));
        let (heading, not_heading) = (table.texts("heading"), table.texts("not_heading"));
        let (kind, allow) = (table.texts("kind"), table.texts("allow"));
        let weight = table.number("weight", 0.0..=10.0).map(|at| at.value);
        let against = table.flag("against").is_some_and(|at| at.value);
        let (matches, not_matches) = (table.texts("matches"), table.texts("not_matches"));
        let frame = self.frame;
        let found = code.as_ref().and_then(|code| frame.find(&code.value));
        if let (Some(code), None) = (&code, &found) {
            let hint = did_you_mean(&code.value, frame.codes().map(|c| c.name()));
            self.fault(source, code, format!("the frame has no code `{}`", code.value), hint);
        }
        if let Some(id) = id.as_ref().filter(|_| any.is_empty() && regex.is_empty()) {
            self.fault(source, id, format!("rule `{}` has neither `any` nor `regex`", id.value), None);
        }
        let question = found.as_ref().map(|code| code.question.id.as_str());
        let shared = question.and_then(|id| self.defaults.get(id)).cloned().unwrap_or_default();
        // Patterns are read of a rule without a code too, for their faults; with a fault there are no rules at all.
        let rule = u32::try_from(self.rules.len()).expect("fewer than 4 billion rules");
        for pattern in &any {
            self.target(source, pattern, Target::Any(rule));
        }
        for pattern in &not {
            self.target(source, pattern, Target::Not(rule));
        }
        for pattern in unless.iter().chain(&shared.unless) {
            self.target(source, pattern, Target::Unless(rule));
        }
        for expression in regex {
            self.regexes.push((expression.value.clone(), rule, source.place(expression.span.start)));
        }
        let or = |own: Vec<At<String>>, shared: Vec<At<String>>| if own.is_empty() { shared } else { own };
        let heading = self.condition(source, &or(heading, shared.heading));
        let not_heading = self.condition(source, &or(not_heading, shared.not_heading));
        let allow = self.properties(source, &or(allow, shared.allow));
        let kinds = self.kinds(source, &or(kind, shared.kind));
        let weight = weight.or(shared.weight).unwrap_or(1.0) as f32;
        let (Some(code), Some(id)) = (found, id) else { return };
        let place = source.place(id.span.start);
        if let Some(first) = self.ids.insert((code.index, id.value.clone()), place.clone()) {
            let message = format!("`{}` has two rules `{}`, the first at {first}", code.name(), id.value);
            self.fault(source, &id, message, None);
        }
        let (code, id) = (code.index, id.value);
        self.rules.push(Rule {
            code,
            id,
            place,
            weight,
            against,
            allow,
            heading,
            not_heading,
            kinds,
            matches,
            not_matches,
            source: number,
        });
    }

    fn read_trigger(&mut self, source: &Source, table: &mut Keys<'_>) {
        let names = Property::ALL.map(|p| (p.name(), p));
        let property = table.choice("property", &names);
        let scopes = [
            ("after", Scope::After),
            ("before", Scope::Before),
            ("both", Scope::Both),
            ("passage", Scope::Passage),
            ("previous", Scope::Previous),
        ];
        let scope = table.choice("scope", &scopes).map_or(Scope::After, |at| at.value);
        let words = table.count("words", 0..=10_000).map_or(0, |at| at.value as u32);
        let heading = table.flag("heading").is_some_and(|at| at.value);
        let (any, not) = (table.texts("any"), table.texts("not"));
        if !table.has("property") {
            table.error(&table.span(), "key `property` is missing in [[context]]", None);
        }
        let trigger = u32::try_from(self.triggers.len()).expect("fewer than 4 billion triggers");
        self.triggers.extend(property.map(|at| Trigger { property: at.value, scope, words, heading }));
        for pattern in &any {
            self.target(source, pattern, Target::Trigger(trigger));
        }
        for pattern in &not {
            self.target(source, pattern, Target::Pseudo(trigger));
        }
    }

    fn fault(&mut self, source: &Source, at: &At<String>, message: impl Into<String>, hint: Option<String>) {
        self.faults.push(Fault::error(source.place(at.span.start), message).hint(hint));
    }

    fn pattern(&mut self, source: &Source, at: &At<String>) -> Option<Pattern> {
        match parse(&at.value) {
            Ok(pattern) => Some(pattern),
            Err(error) => {
                // Exact where the string has no escapes before the fault; else a little to the left.
                let offset = at.value.char_indices().nth(error.at).map_or(at.value.len(), |(byte, _)| byte);
                let place = source.place(at.span.start + 1 + offset);
                self.faults.push(Fault::error(place, error.message));
                None
            }
        }
    }

    fn target(&mut self, source: &Source, at: &At<String>, target: Target) {
        if let Some(number) = self.interned.get(&at.value) {
            self.targets[*number as usize].push(target);
            return;
        }
        let Some(pattern) = self.known_pattern(source, at) else { return };
        let place = source.place(at.span.start);
        let number = self.builder.pattern(pattern);
        self.interned.insert(at.value.clone(), number);
        self.targets.push(vec![target]);
        self.places.push(place);
    }

    /// A pattern of which all word lists exist.
    fn known_pattern(&mut self, source: &Source, at: &At<String>) -> Option<Pattern> {
        let pattern = self.pattern(source, at)?;
        let mut unknown = Vec::new();
        pattern.parts.iter().for_each(|part| unknown_lists(&part.elements, &self.lists, &mut unknown));
        for name in &unknown {
            let hint = did_you_mean(name, self.lists.keys().map(String::as_str));
            self.fault(source, at, format!("there is no word list `{name}`"), hint);
        }
        unknown.is_empty().then_some(pattern)
    }

    fn condition(&mut self, source: &Source, patterns: &[At<String>]) -> Option<Condition> {
        if patterns.is_empty() {
            return None;
        }
        let key: Vec<String> = patterns.iter().map(|p| p.value.clone()).collect();
        if let Some(condition) = self.conditions.get(&key) {
            return Some(*condition);
        }
        let condition = u32::try_from(self.conditions.len()).expect("fewer than 4 billion conditions");
        self.conditions.insert(key, condition);
        for pattern in patterns {
            self.target(source, pattern, Target::Condition(condition));
        }
        Some(condition)
    }

    fn properties(&mut self, source: &Source, words: &[At<String>]) -> Properties {
        let mut set = Properties::default();
        for word in words {
            match Property::ALL.into_iter().find(|p| p.name() == word.value) {
                Some(property) => set = set.with(property),
                None if word.value == "all" => set = Properties::ALL,
                None => {
                    let hint = did_you_mean(&word.value, Property::ALL.map(Property::name));
                    self.fault(source, word, format!("`{}` is not a context property", word.value), hint);
                }
            }
        }
        set
    }

    fn kinds(&mut self, source: &Source, words: &[At<String>]) -> u8 {
        if words.is_empty() {
            return !(1 << Kind::Heading as u8);
        }
        let mut set = 0;
        for word in words {
            match KINDS.iter().find(|(name, _)| *name == word.value) {
                Some((_, kind)) => set |= 1 << *kind as u8,
                None => {
                    let hint = did_you_mean(&word.value, KINDS.map(|k| k.0));
                    self.fault(source, word, format!("`{}` is not a kind of block", word.value), hint);
                }
            }
        }
        set
    }
}

/// Adds the names of lists in `elements` that do not exist.
pub(super) fn unknown_lists(elements: &[Element], lists: &BTreeMap<String, Vec<Placed>>, unknown: &mut Vec<String>) {
    let mut named = Vec::new();
    lists_named(elements, &mut named);
    unknown.extend(named.into_iter().filter(|name| !lists.contains_key(name)));
}

/// Adds the names of all lists in `elements`.
pub(super) fn lists_named(elements: &[Element], named: &mut Vec<String>) {
    for element in elements {
        match &element.what {
            What::List(name) => named.push(name.clone()),
            What::Group(alternatives) => alternatives.iter().for_each(|a| lists_named(a, named)),
            _ => {}
        }
    }
}
