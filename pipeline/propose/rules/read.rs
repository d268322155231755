//! Reads `rules.toml` and the files it includes, with every fault at its place, and compiles what it has read.

use super::super::automaton::{Builder, CompileError, PatternNumber};
use super::super::pattern::{Element, Pattern, What, parse};
use super::{Condition, KINDS, Kind, Properties, Property, Rule, Rules, Scope, Target, Trigger, VERSION};
use crate::fault::{Fault, Place, Severity, Source, did_you_mean};
use crate::frame::{CodeIndex, Frame};
use crate::keys::{At, Keys, read_toml};
use std::collections::BTreeMap;

/// A pattern read, and where it stands.
type Placed = (Pattern, Place);

pub(super) struct Reader<'f> {
    frame: &'f Frame,
    pub faults: Vec<Fault>,
    builder: Builder,
    interned: BTreeMap<String, PatternNumber>,
    targets: Vec<Vec<Target>>,
    places: Vec<Place>,
    lists: BTreeMap<String, Vec<Placed>>,
    defaults: BTreeMap<String, QuestionDefaults>,
    conditions: BTreeMap<Vec<String>, Condition>,
    triggers: Vec<Trigger>,
    rules: Vec<Rule>,
    regexes: Vec<(String, u32, Place)>,
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
        for source in sources {
            self.read_shared(source);
        }
        for (number, source) in sources.iter().enumerate() {
            self.read_rules(number, source);
        }
    }

    fn read_shared(&mut self, source: &Source) {
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
        for (question, mut read) in defaults {
            if self.frame.question(&question.value).is_none() {
                let known = self.frame.questions.iter().map(|q| q.id.as_str());
                let hint = did_you_mean(&question.value, known);
                self.fault(source, &question, format!("the frame has no question `{}`", question.value), hint);
            }
            for patterns in [&mut read.heading, &mut read.not_heading, &mut read.unless] {
                patterns.retain(|pattern| self.pattern(source, pattern).is_some());
            }
            self.defaults.insert(question.value, read);
        }
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
        let (Some(code), Some(id)) = (code, id) else { return };
        let Some(found) = self.frame.find(&code.value) else {
            let hint = did_you_mean(&code.value, self.frame.codes().map(|c| c.name()));
            self.fault(source, &code, format!("the frame has no code `{}`", code.value), hint);
            return;
        };
        let place = source.place(id.span.start);
        if let Some(first) = self.ids.insert((found.index, id.value.clone()), place.clone()) {
            self.fault(
                source,
                &id,
                format!("`{}` has two rules `{}`, the first at {first}", code.value, id.value),
                None,
            );
        }
        if any.is_empty() && regex.is_empty() {
            self.fault(source, &id, format!("rule `{}` has neither `any` nor `regex`", id.value), None);
        }
        let shared = self.defaults.get(found.question.id.as_str()).cloned().unwrap_or_default();
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
        let code = found.index;
        let id = id.value;
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
        let Some(property) = property else {
            if !table.has("property") {
                table.error(&table.span(), "key `property` is missing in [[context]]", None);
            }
            return;
        };
        let trigger = u32::try_from(self.triggers.len()).expect("fewer than 4 billion triggers");
        self.triggers.push(Trigger { property: property.value, scope, words, heading });
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
        let Some(pattern) = self.pattern(source, at) else { return };
        let place = source.place(at.span.start);
        let mut unknown = Vec::new();
        pattern.parts.iter().for_each(|part| unknown_lists(&part.elements, &self.lists, &mut unknown));
        if !unknown.is_empty() {
            self.unknown(&place, unknown);
            return;
        }
        let number = self.builder.pattern(pattern);
        self.interned.insert(at.value.clone(), number);
        self.targets.push(vec![target]);
        self.places.push(place);
    }

    fn unknown(&mut self, place: &Place, names: Vec<String>) {
        for name in names {
            let hint = did_you_mean(&name, self.lists.keys().map(String::as_str));
            self.faults.push(Fault::error(place.clone(), format!("there is no word list `{name}`")).hint(hint));
        }
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
                    self.faults.push(Fault::error(place, format!("not a regular expression: {last}")));
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

/// Adds the names of lists in `elements` that do not exist.
fn unknown_lists(elements: &[Element], lists: &BTreeMap<String, Vec<Placed>>, unknown: &mut Vec<String>) {
    for element in elements {
        match &element.what {
            What::List(name) if !lists.contains_key(name) => unknown.push(name.clone()),
            What::Group(alternatives) => alternatives.iter().for_each(|a| unknown_lists(a, lists, unknown)),
            _ => {}
        }
    }
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
