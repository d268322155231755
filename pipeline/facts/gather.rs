//! One walk over a report gathers everything that says how many schools there are or of which phase: labelled values,
//! statements, lists, mentions, signs. Each gets a weight by what it is and where it stands; `count.rs` and `phase.rs`
//! weigh them against each other.

use super::count::{CountEvidence, CountSource, Said};
use super::details::{Field, FieldKind};
use super::lexicon::{Cue, Lexicon};
use super::lists::{Place, Run, What, runs};
use super::phase::{Hint, PhaseSource, Phases};
use super::tally::{Tally, tally};
use super::words::{Tags, Words};
use crate::extract::{BlockKind, Report};
use crate::segment::Passage;
use crate::span::ByteSpan;
use std::collections::{BTreeMap, BTreeSet};

/// Everything said about numbers and phases.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub said: Vec<Said>,
    pub hints: Vec<Hint>,
}

/// Walks over labels and passages.
pub(super) fn gather(report: &Report, passages: &[Passage], fields: &[Field], lexicon: &Lexicon) -> Gathered {
    let mut walk = Walk {
        report,
        lexicon,
        words: Words::default(),
        out: Gathered::default(),
        own: 0.0,
        own_span: None,
        named: BTreeSet::new(),
        named_span: None,
        several: false,
        read: Vec::new(),
        opening: (report.text.len() / OPENING_SHARE).max(OPENING_BYTES),
    };
    walk.labels(fields);
    walk.columns(fields);
    walk.item_lists();
    walk.headings();
    for passage in passages {
        walk.passage(passage);
    }
    walk.inferred();
    walk.out
}

/// The opening of a report: its first sixth, and in a short one this much.
const OPENING_SHARE: usize = 6;
const OPENING_BYTES: usize = 1200;

/// Weights: 1 is a clear mention.
mod weight {
    pub const ROW_SAID: f32 = 12.0;
    pub const ROW_NAMES: f32 = 10.0;
    pub const WHO: f32 = 7.0;
    pub const STATEMENT: f32 = 6.0;
    pub const LATE_STATEMENT: f32 = 2.5;
    pub const TABLE_OF_NAMES: f32 = 5.0;
    pub const HEADINGS: f32 = 4.0;
    pub const NAMES: f32 = 2.5;
    pub const MENTION: f32 = 1.6;
    pub const PEOPLE: f32 = 1.0;
    pub const REMAINDER: f32 = 1.2;
    pub const OPENING_MENTION: f32 = 1.5;
    pub const NAMED: f32 = 0.9;
    pub const SUPPORT: f32 = 0.4;
}

struct Walk<'a> {
    report: &'a Report,
    lexicon: &'a Lexicon,
    words: Words,
    out: Gathered,
    /// How often and where "our school" is said.
    own: f32,
    own_span: Option<ByteSpan>,
    /// Schools named in running text, by the first words of their names, and where the first stands.
    named: BTreeSet<String>,
    named_span: Option<ByteSpan>,
    /// Whether schools of the group are spoken of in the plural.
    several: bool,
    /// Stretches read as labels; their passages are not read again.
    read: Vec<ByteSpan>,
    opening: usize,
}

impl Walk<'_> {
    /// Values of labels: the group's number, names or parts.
    fn labels(&mut self, fields: &[Field]) {
        let mut parts: BTreeMap<&str, (u16, Phases, bool, ByteSpan)> = BTreeMap::new();
        let mut total = false;
        for field in fields.iter().filter(|f| !matches!(f.kind, FieldKind::Column(..))) {
            let name = |wanted: &str| field.names.iter().any(|n| n == wanted);
            if name("schools") {
                total |= self.schools_label(field);
            } else if let Some((part, phases)) = part_of_group(field) {
                self.words.read(&self.report.text, field.span.range().start, field.span.range().end, self.lexicon);
                let found = runs(&self.words, Place::Label).first().map(tally).filter(|t| t.n > 0);
                if let (Some(t), FieldKind::Row | FieldKind::Line) = (found, field.kind) {
                    let phases = if t.phases.is_empty() { phases } else { t.phases };
                    parts.entry(part).or_insert((t.n, phases, t.covered || !phases.is_empty(), field.span));
                    self.read.push(field.span);
                }
            } else if name("who") {
                self.who_label(field);
            }
            if name("phase") && matches!(field.kind, FieldKind::Row | FieldKind::Line) {
                self.phase_label(field);
            }
        }
        let lead = parts.contains_key("lead_school");
        let n: u16 = parts.values().map(|p| p.0).sum();
        if !total && n > 0 && (parts.len() > 1 || !lead) {
            let covered = parts.values().all(|p| p.2);
            for (_, phases, _, span) in parts.values() {
                self.hint(*phases, PhaseSource::Details, covered.then_some(n), weight::ROW_NAMES, *span);
            }
            if let Some((_, _, _, span)) = parts.values().next() {
                let weight = if parts.len() > 1 { weight::ROW_NAMES } else { weight::STATEMENT };
                self.say(n, CountSource::Details, weight, *span);
            }
        }
    }

    fn schools_label(&mut self, field: &Field) -> bool {
        self.words.read(&self.report.text, field.span.range().start, field.span.range().end, self.lexicon);
        let runs = runs(&self.words, Place::Label);
        let Some(t) = runs.first().map(tally).filter(|t| t.n > 0) else { return false };
        if self.words.has(Cue::Others) && !t.said {
            return false;
        }
        // a heading or a column's head may look like a label: then only a number or a school's name counts
        let sure = t.said || t.n_names > 0;
        let (source, factor) = match field.kind {
            FieldKind::Row => (CountSource::Details, 1.0),
            FieldKind::Line => (CountSource::Details, 0.9),
            FieldKind::Section | FieldKind::Column(..) if sure => (CountSource::Statement, 0.6),
            FieldKind::Section | FieldKind::Column(..) => return false,
        };
        let weight = factor * if t.said { weight::ROW_SAID } else { weight::ROW_NAMES };
        self.say(t.n, source, weight, field.span);
        let source = if source == CountSource::Details { PhaseSource::Details } else { PhaseSource::Statement };
        self.hint(t.phases, source, t.covered.then_some(t.n), weight, field.span);
        self.read.push(field.span);
        true
    }

    /// "Who are you?": a statement, when it says a number or names schools.
    fn who_label(&mut self, field: &Field) {
        self.words.read(&self.report.text, field.span.range().start, field.span.range().end, self.lexicon);
        let factor = if matches!(field.kind, FieldKind::Row | FieldKind::Line) { 1.0 } else { 0.7 };
        let runs = runs(&self.words, Place::Text);
        for (i, run) in runs.iter().enumerate() {
            let t = tally(run);
            let context = Context::of(&self.words, run, runs.get(i + 1));
            let lists = t.n > 1 && (t.said && run.units[0].what != What::People && !run.units[0].adjectival || t.n_names > 1);
            let one = t.n == 1 && (t.said && run.units[0].first <= 2 || t.n_names == 1 && run.units[0].first == 0);
            let spelled = run.units.iter().any(|u| u.what == What::Us) && !t.confirmed && !context.we_are;
            if context.others || context.later || spelled || !(lists || one) {
                continue;
            }
            let span = self.span(run);
            self.say(t.n, CountSource::Statement, weight::WHO * factor, span);
            self.hint(t.phases, PhaseSource::Statement, t.covered.then_some(t.n), weight::WHO * factor, span);
            break;
        }
    }

    fn phase_label(&mut self, field: &Field) {
        self.words.read(&self.report.text, field.span.range().start, field.span.range().end, self.lexicon);
        let mut phases = Phases::NONE;
        for (i, word) in self.words.words.iter().enumerate() {
            if word.is(Tags::QUALIFIER | Tags::ONE | Tags::MANY | Tags::NAME) {
                phases = phases.union(word.phases);
            }
            let (to, between) = (self.words.at(i + 2), self.words.at(i + 1));
            let years = self.words.before(i).is(Tags::SCHOOL_YEAR) || self.words.before(i).is(Tags::YEAR);
            if word.is(Tags::NUMBER) && to.is(Tags::NUMBER) && between.is(Tags::HYPHEN | Tags::DASH | Tags::PREPOSITION) && !years {
                phases = phases.union(Phases::of_ages(word.value, to.value));
            }
        }
        for (cue, _, _) in &self.words.cues {
            if let Cue::Sign(of, w) = cue
                && *w > 1
            {
                phases = phases.union(*of);
            }
        }
        if !phases.is_empty() {
            // a phase row speaks of the whole group
            self.out.hints.push(Hint { phases, source: PhaseSource::Details, covers: true, n: None, weight: weight::ROW_SAID, span: field.span });
        }
    }

    /// A column of schools: in a table of schools or of results by school.
    fn columns(&mut self, fields: &[Field]) {
        let mut tables: BTreeMap<u32, Vec<&Field>> = BTreeMap::new();
        for field in fields.iter().filter(|f| f.names.iter().any(|n| n == "schools")) {
            if let FieldKind::Column(table, _) = field.kind {
                tables.entry(table).or_default().push(field);
            }
        }
        for (table, column) in tables {
            let types = fields.iter().filter(|f| matches!(f.kind, FieldKind::Column(t, _) if t == table) && f.names.iter().any(|n| n == "phase"));
            for field in types {
                self.phase_label(field);
            }
            if let [field] = column[..] {
                self.schools_label(field);
                continue;
            }
            let mut seen = BTreeSet::new();
            let (mut phases, mut covered) = (Phases::NONE, true);
            for field in &column {
                let text = field.span.slice(&self.report.text);
                let capital = text.chars().next().is_some_and(|c| c.is_uppercase() || c.is_numeric());
                if !capital || text.len() > MAX_SCHOOL_NAME || self.lexicon.is_no_school_row(text) || !seen.insert(text.to_lowercase()) {
                    continue;
                }
                self.words.read(&self.report.text, field.span.range().start, field.span.range().end, self.lexicon);
                let t = runs(&self.words, Place::Label).first().map(tally).unwrap_or_default();
                phases = phases.union(t.phases);
                covered &= t.covered;
            }
            if let (Ok(n @ 2..), Some(first), Some(last)) = (u16::try_from(seen.len()), column.first(), column.last()) {
                let span = ByteSpan { start: first.span.start, end: last.span.end };
                self.say(n, CountSource::Enumeration, weight::TABLE_OF_NAMES, span);
                self.hint(phases, PhaseSource::Statement, covered.then_some(n), weight::TABLE_OF_NAMES, span);
            }
        }
    }

    /// "The schools in our group are:" and one item to a school.
    fn item_lists(&mut self) {
        let blocks = &self.report.blocks;
        let mut i = 0;
        while i < blocks.len() {
            let items = blocks[i + 1..].iter().take_while(|b| matches!(b.kind, BlockKind::ListItem(_))).count();
            let lead = &blocks[i];
            i += 1;
            if items < 2 || matches!(lead.kind, BlockKind::ListItem(_)) {
                continue;
            }
            self.words.read(&self.report.text, lead.span.range().start, lead.span.range().end, self.lexicon);
            let leads = lead.span.slice(&self.report.text).trim_end().ends_with(':') || lead.kind.is_heading();
            let labels = self.lexicon.labels(lead.span.slice(&self.report.text));
            let labelled = lead.kind.is_heading() && labels.iter().any(|name| matches!(*name, "schools" | "who"));
            let of_schools = labelled || self.words.words.iter().any(|w| w.is(Tags::MANY | Tags::GROUP));
            let number = runs(&self.words, Place::Text).iter().map(tally).find(|t| t.said && t.n > 1).map(|t| t.n);
            if !leads || !of_schools || self.words.has(Cue::Others) {
                continue;
            }
            let (mut n, mut named, mut phases, mut covered) = (0, 0, Phases::NONE, true);
            let mut counted: Vec<(Tally, ByteSpan)> = Vec::new();
            for item in &blocks[i..i + items] {
                self.words.read(&self.report.text, item.span.range().start, item.span.range().end, self.lexicon);
                let run = runs(&self.words, Place::Label);
                let Some(unit) = run.first().map(|r| r.units[0]).filter(|u| u.first == 0) else { continue };
                if matches!(unit.what, What::Schools | What::Kind)
                    && let Some(t) = run.first().map(tally).filter(|t| t.n > 0)
                {
                    counted.push((t, item.span));
                }
                if !unit.what.names() {
                    continue;
                }
                n += 1;
                named += u16::from(unit.what == What::Name);
                let t = run.first().map(tally).unwrap_or_default();
                phases = phases.union(t.phases);
                covered &= t.covered;
            }
            // "three primary schools", "one nursery school": one item to a kind
            if n == 0 && counted.len() >= 2 {
                let sum = counted.iter().map(|(t, _)| t.n).sum();
                for (t, span) in counted {
                    self.say(sum, CountSource::Enumeration, weight::STATEMENT, span);
                    self.hint(t.phases, PhaseSource::Statement, None, weight::STATEMENT, span);
                    self.read.push(span);
                }
                continue;
            }
            if usize::from(n) == items && (number == Some(n) || named * 2 >= n) {
                let span = ByteSpan { start: blocks[i].span.start, end: blocks[i + items - 1].span.end };
                let weight = if self.opens(span) { weight::STATEMENT } else { weight::NAMES };
                self.say(n, CountSource::Enumeration, weight, span);
                self.hint(phases, PhaseSource::Statement, covered.then_some(n), weight, span);
            }
        }
    }

    /// Sections named for the schools.
    fn headings(&mut self) {
        let mut found: BTreeMap<String, (ByteSpan, Phases)> = BTreeMap::new();
        for block in self.report.blocks.iter().filter(|b| b.kind.is_heading() && b.kind != BlockKind::Title) {
            self.words.read(&self.report.text, block.span.range().start, block.span.range().end, self.lexicon);
            let runs = runs(&self.words, Place::Text);
            if let [run] = &runs[..]
                && let [unit] = run.units[..]
                && unit.what == What::Name
                && unit.last - unit.first + 1 >= self.words.len()
            {
                let key = block.span.slice(&self.report.text).to_lowercase();
                found.entry(key).or_insert((block.span, unit.phases));
            }
        }
        if let (Ok(n @ 2..), Some((span, _))) = (u16::try_from(found.len()), found.values().next()) {
            let phases = found.values().fold(Phases::NONE, |all, (_, p)| all.union(*p));
            let covered = found.values().all(|(_, p)| !p.is_empty());
            let span = *span;
            self.say(n, CountSource::Enumeration, weight::HEADINGS, span);
            self.hint(phases, PhaseSource::Statement, covered.then_some(n), weight::HEADINGS, span);
        }
    }

    fn passage(&mut self, passage: &Passage) {
        if self.read.iter().any(|span| span.contains(&passage.span)) {
            return;
        }
        let range = passage.span.range();
        self.words.read(&self.report.text, range.start, range.end, self.lexicon);
        let telling = Tags::NUMBER | Tags::ONE | Tags::MANY | Tags::NAME | Tags::PEOPLE;
        if self.words.has(Cue::Alone) && !self.words.has(Cue::Others) {
            self.say(1, CountSource::Mention, weight::MENTION, passage.span);
        }
        if !self.words.words.iter().any(|w| w.is(telling)) && self.words.cues.is_empty() {
            return;
        }
        let runs = runs(&self.words, Place::Text);
        for (i, run) in runs.iter().enumerate() {
            self.run(run, runs.get(i + 1));
        }
        self.signs();
    }

    /// A list in running text.
    fn run(&mut self, run: &Run, next: Option<&Run>) {
        let t = tally(run);
        let context = Context::of(&self.words, run, next);
        let span = self.span(run);
        let opening = self.opens(span);
        let unit = run.units[0];
        if context.others && !unit.ours {
            return;
        }
        let mut factor = if context.later { 0.2 } else { 1.0 };
        if context.region && !context.member {
            factor *= 0.3;
        }
        if context.as_if {
            factor *= 0.2;
        }
        if context.formal {
            factor *= 1.5;
        }
        let statement = if opening { weight::STATEMENT } else { weight::LATE_STATEMENT };
        let single = t.n_parts == 1 && run.units.len() == 1;
        let (source, mut weight, supports_only) = match unit.what {
            _ if t.n == 0 => {
                self.several |= unit.what == What::Several && (unit.ours || unit.definite);
                self.named(run, &t, &context, span, factor);
                return;
            }
            What::Name | What::Kind | What::BareName if single => {
                self.one_named(run, &t, &context, span, factor);
                return;
            }
            What::Us if context.we_are || t.confirmed => (CountSource::Statement, statement, false),
            What::Us => (CountSource::Mention, weight::SUPPORT, true),
            What::Bare => (CountSource::Mention, weight::SUPPORT * 2.0, true),
            What::People if t.n_parts == 1 => {
                (CountSource::Mention, if unit.definite { weight::PEOPLE } else { weight::SUPPORT }, !unit.definite)
            }
            _ if t.n == 1 => {
                let weight = if context.we_are || context.of_group {
                    statement
                } else if context.member_before || context.formal || opening && context.fragment {
                    weight::LATE_STATEMENT
                } else {
                    0.0 // "one school tried it": one of several
                };
                (CountSource::Statement, weight, false)
            }
            _ if t.confirmed && t.said && t.n > 1 => (CountSource::Statement, statement, false),
            _ if unit.adjectival => {
                let group = self.words.at(unit.last).is(Tags::GROUP);
                let weight = if group && (opening || unit.definite) { weight::NAMES } else { weight::OPENING_MENTION };
                (CountSource::Statement, weight, false)
            }
            _ if unit.remainder && single => (CountSource::Mention, if unit.definite || opening { weight::REMAINDER } else { weight::SUPPORT }, false),
            _ if context.we_are || context.of_group => (CountSource::Statement, statement, false),
            _ if context.member && (opening || t.n_parts > 1) => {
                let names_only = !t.said;
                let weight = if names_only { weight::NAMES * 2.0 } else { statement * 0.75 };
                (CountSource::Statement, if opening { weight } else { weight::LATE_STATEMENT }, false)
            }
            What::Schools if single && unit.definite => (CountSource::Mention, weight::MENTION, false),
            _ if single => {
                // "children from thirty schools": as likely others' as the group's
                let from = self.words.before(unit.first).is(Tags::FROM);
                let opening = opening && !from;
                let weight = if opening { weight::OPENING_MENTION } else { weight::SUPPORT };
                (CountSource::Mention, weight, !opening)
            }
            _ => (CountSource::Enumeration, if opening { weight::NAMES } else { weight::SUPPORT * 2.0 }, false),
        };
        weight *= factor;
        if weight <= 0.0 {
            return;
        }
        self.several |= t.n > 1 && weight >= 1.0;
        let n = if unit.remainder && single { t.n + 1 } else { t.n };
        self.out.said.push(Said {
            evidence: CountEvidence { n: n.into(), source, weight, span },
            of_phases: if t.of_phase && t.n_parts == 1 && !unit.remainder && weight >= 0.7 { t.phases } else { Phases::NONE },
            supports_only,
        });
        let phase_source = match source {
            CountSource::Statement | CountSource::Enumeration if factor >= 1.0 => PhaseSource::Statement,
            _ => PhaseSource::Mention,
        };
        self.hint(t.phases, phase_source, t.covered.then_some(n), weight.min(statement), span);
    }

    /// Schools without a number: "our primaries".
    fn named(&mut self, run: &Run, t: &Tally, context: &Context, span: ByteSpan, factor: f32) {
        let unit = run.units[0];
        let weight = if unit.ours || context.member || context.we_are { 1.0 } else if unit.definite { 0.4 } else { 0.0 };
        if weight > 0.0 {
            self.hint(t.phases, PhaseSource::Mention, None, weight * factor, span);
        }
    }

    /// One school, named or by its kind.
    fn one_named(&mut self, run: &Run, t: &Tally, context: &Context, span: ByteSpan, factor: f32) {
        let unit = run.units[0];
        let opening = self.opens(span);
        if unit.what == What::Kind && unit.ours && factor == 1.0 {
            self.own += 1.0;
            self.own_span.get_or_insert(span);
        }
        if unit.what == What::Kind && (context.we_are && !unit.definite || context.of_group) && opening {
            self.say(1, CountSource::Statement, weight::LATE_STATEMENT * factor, span);
        }
        if unit.what == What::Name && span.start == 0 {
            self.say(1, CountSource::Mention, weight::SUPPORT * 2.5, span);
        }
        if unit.what == What::Name && factor >= 1.0 {
            let name = span.slice(&self.report.text).to_lowercase();
            self.named.insert(name.split_whitespace().take(2).collect::<Vec<_>>().join(" "));
            self.named_span.get_or_insert(span);
        }
        let weight = match unit.what {
            What::Name => 1.0,
            _ if unit.ours || context.we_are => 1.0,
            _ if context.described => 0.8,
            _ if unit.definite => 0.4,
            _ => 0.0,
        };
        if weight > 0.0 {
            self.hint(t.phases, PhaseSource::Mention, None, weight * factor, span);
        }
    }

    /// Year groups, key stages and what else tells a phase.
    fn signs(&mut self) {
        let mut found: Vec<(Phases, f32, usize, usize)> = Vec::new();
        for &(cue, first, last) in &self.words.cues {
            if let Cue::Sign(phases, weight) = cue {
                found.push((phases, f32::from(weight), first, last));
            }
        }
        for (i, word) in self.words.words.iter().enumerate() {
            if word.is(Tags::NUMBER) && self.words.before(i).is(Tags::SCHOOL_YEAR) {
                // the years on both sides of the move speak of both schools
                let weight = if matches!(word.value, 6 | 7) { 0.5 } else { 1.0 };
                found.push((Phases::of_year(word.value), weight, i - 1, i + 1));
                let (between, to) = (self.words.at(i + 1), self.words.at(i + 2));
                if between.is(Tags::HYPHEN | Tags::PREPOSITION | Tags::AND | Tags::COMMA) && to.is(Tags::NUMBER) {
                    found.push((Phases::of_year(to.value), weight, i - 1, i + 3));
                }
            }
        }
        for (phases, weight, first, last) in found {
            let (from, to) = self.words.clause(first);
            let others = self.words.cues.iter().any(|(cue, a, b)| match cue {
                Cue::Others => *a >= from && *b <= to.max(last),
                Cue::OthersAfter => *a >= from && *b <= first,
                _ => false,
            });
            if !others && !phases.is_empty() {
                let span = ByteSpan { start: self.words.at(first).start, end: self.words.at(last - 1).end };
                self.hint(phases, PhaseSource::Sign, None, weight, span);
            }
        }
    }

    /// What is said by nothing in particular: a report that says "our school" and never speaks of several has one.
    fn inferred(&mut self) {
        if let Some(span) = self.own_span
            && !self.several
        {
            let weight = (self.own * weight::SUPPORT).min(weight::NAMES);
            self.say(1, CountSource::Inferred, weight, span);
        }
        // names scattered over the text, when nothing better says a number
        if let (Ok(n), Some(span)) = (u16::try_from(self.named.len()), self.named_span)
            && (n > 1 || !self.several)
        {
            self.say(n, CountSource::Inferred, weight::NAMED, span);
        }
    }

    fn say(&mut self, n: u16, source: CountSource, weight: f32, span: ByteSpan) {
        let evidence = CountEvidence { n: n.into(), source, weight, span };
        self.out.said.push(Said { evidence, of_phases: Phases::NONE, supports_only: false });
    }

    /// `covers`: the number of schools whose phases it says, when it says them all.
    fn hint(&mut self, phases: Phases, source: PhaseSource, covers: Option<u16>, weight: f32, span: ByteSpan) {
        if !phases.is_empty() {
            self.out.hints.push(Hint { phases, source, covers: covers.is_some(), n: covers, weight, span });
        }
    }

    fn span(&self, run: &Run) -> ByteSpan {
        let first = run.units.first().expect("a run has a unit").first;
        let last = run.units.iter().map(|u| u.last).max().expect("a run has a unit");
        ByteSpan { start: self.words.at(first).start, end: self.words.at(last - 1).end }
    }

    fn opens(&self, span: ByteSpan) -> bool {
        (span.start as usize) < self.opening
    }
}

const MAX_SCHOOL_NAME: usize = 80;

/// A label of a part of the group: the lead school, the partners, the schools of one phase.
fn part_of_group(field: &Field) -> Option<(&'static str, Phases)> {
    let parts = [
        ("lead_school", Phases::NONE),
        ("partner_schools", Phases::NONE),
        ("schools_early_years", Phases::EARLY),
        ("schools_primary", Phases::PRIMARY),
        ("schools_secondary", Phases::SECONDARY),
    ];
    parts.into_iter().find(|(part, _)| field.names.iter().any(|n| n == part))
}

/// What stands around a list.
#[derive(Debug, Default)]
struct Context {
    /// It is about somebody else.
    others: bool,
    /// It counts the schools of a place.
    region: bool,
    /// It is not so yet, or no longer.
    later: bool,
    /// "One school, one class to a year."
    fragment: bool,
    /// "Park Lane, a community school", "the sixth is a secondary".
    described: bool,
    /// It says what things are like.
    as_if: bool,
    /// It says what counts on paper.
    formal: bool,
    /// "consists of …", "… took part".
    member: bool,
    /// "consists of …" alone.
    member_before: bool,
    /// "we are …", "there are … of us", "our cluster is …".
    we_are: bool,
    /// "… in the group".
    of_group: bool,
}

impl Context {
    /// `next`: the list after it in the passage, to which a cue behind both belongs.
    fn of(words: &Words, run: &Run, next: Option<&Run>) -> Context {
        let first = run.units.first().expect("a run has a unit").first;
        let last = run.units.iter().map(|u| u.last).max().expect("a run has a unit");
        let (from, _) = words.clause(first);
        let (_, to) = words.clause(last.saturating_sub(1).max(first));
        let next = next.map_or(usize::MAX, |run| run.units[0].first);
        let mut context = Context::default();
        for &(cue, a, b) in &words.cues {
            match cue {
                // "a high school and its six feeder primaries": inside a list it describes members of the list
                Cue::Others => {
                    let in_list = run.units.len() > 1 && a >= first && a <= last + 1;
                    context.others |= a >= from && a <= to && !in_list && a < next;
                }
                Cue::OthersAfter => context.others |= a >= from && b <= first,
                Cue::Region => context.region |= a <= last + 2 && b + 1 >= first,
                Cue::AsIf => context.as_if |= a >= from && b <= first + 1 && first <= b + 3,
                Cue::Formal => context.formal |= a >= from && a <= to,
                Cue::Later | Cue::Before => context.later |= a >= from && a <= to,
                Cue::MemberBefore => context.member_before |= b <= first && first - b <= 2 && a >= from,
                Cue::MemberAfter => context.member |= a >= last && a - last <= 3 && a <= to,
                _ => {}
            }
        }
        context.member |= context.member_before;
        context.fragment = first == 0 && words.at(last).is(Tags::COMMA | Tags::STOP | Tags::COLON);
        let before = words.before(first);
        context.described = before.is(Tags::BE) || before.is(Tags::COMMA) && first >= 2 && words.at(first - 2).capital;
        let mut k = first;
        while words.before(k).is(Tags::THE | Tags::ADVERB | Tags::ALL) {
            k -= 1;
        }
        if words.before(k).is(Tags::BE) {
            let near = |tags: Tags| (from..k).rev().take(7).any(|j| words.at(j).is(tags));
            context.we_are = near(Tags::WE | Tags::GROUP) || near(Tags::THERE) && run.units[0].what == What::Us;
        }
        context.we_are |= words.before(k).is(Tags::WE) && words.before(k).is(Tags::BE);
        // "we are seven": the grammar has seen it
        context.we_are |= run.units[0].what == What::Us && !words.at(run.units[0].last - 1).is(Tags::US);
        context.of_group = words.at(last).is(Tags::PREPOSITION)
            && words.at(last + 1).is(Tags::THE | Tags::OUR | Tags::THESE)
            && (words.at(last + 2).is(Tags::GROUP) || words.at(last + 2).capital && words.at(last + 3).is(Tags::GROUP));
        context
    }
}
