//! Running text: statements about the group, lists, mentions and signs, each judged by what stands around it.

use super::*;

impl Walk<'_> {
    pub(super) fn passage(&mut self, passage: &Passage) {
        if self.read.iter().any(|span| span.contains(&passage.span)) {
            return;
        }
        let range = passage.span.range();
        self.words.read(&self.report.text, range.start, range.end, self.lexicon);
        let telling = Tags::NUMBER | Tags::ONE | Tags::MANY | Tags::NAME | Tags::PEOPLE;
        if self.words.has(Cue::Alone) && !self.words.has(Cue::Others) {
            self.say(1, CountSource::Mention, weight::MENTION, passage.span);
        }
        if self.words.words.iter().any(|w| w.is(telling)) {
            let runs = runs(&self.words, Place::Text);
            for (i, run) in runs.iter().enumerate() {
                self.run(run, runs.get(i + 1));
            }
        }
        self.signs();
    }

    /// A list in running text.
    pub(super) fn run(&mut self, run: &Run, next: Option<&Run>) {
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
        if context.past {
            factor *= 0.8; // "we were six": what they are now counts more
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
                let said = unit.definite || opening;
                (CountSource::Mention, if said { weight::PEOPLE } else { weight::SUPPORT }, !said)
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
            _ if unit.remainder && single => (
                CountSource::Mention,
                if unit.definite || opening { weight::REMAINDER } else { weight::SUPPORT },
                false,
            ),
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
            of_phases: if t.of_phase && t.n_parts == 1 && !unit.remainder && weight >= 0.7 {
                t.phases
            } else {
                Phases::NONE
            },
            supports_only,
        });
        let phase_source = match source {
            CountSource::Statement | CountSource::Enumeration if factor >= 1.0 => PhaseSource::Statement,
            _ => PhaseSource::Mention,
        };
        self.hint(t.phases, phase_source, t.covered.then_some(n), weight.min(statement), span);
    }

    /// Schools without a number: "our primaries".
    pub(super) fn named(&mut self, run: &Run, t: &Tally, context: &Context, span: ByteSpan, factor: f32) {
        let unit = run.units[0];
        let weight = if unit.ours || context.member || context.we_are {
            1.0
        } else if unit.definite {
            0.4
        } else {
            0.0
        };
        if weight > 0.0 {
            self.hint(t.phases, PhaseSource::Mention, None, weight * factor, span);
        }
    }

    /// One school, named or by its kind.
    pub(super) fn one_named(&mut self, run: &Run, t: &Tally, context: &Context, span: ByteSpan, factor: f32) {
        let unit = run.units[0];
        let opening = self.opens(span);
        if unit.what == What::Kind && unit.ours && factor == 1.0 {
            self.own += 1.0;
            self.own_span.get_or_insert(span);
        }
        if unit.what == What::Kind && context.described && opening && self.words.before(unit.first).is(Tags::BE) {
            self.own += 2.0; // "Cloverley is a village school"
            self.own_span.get_or_insert(span);
        }
        if unit.what == What::Kind && (context.we_are && !unit.definite || context.of_group) && opening {
            self.say(1, CountSource::Statement, weight::LATE_STATEMENT * factor, span);
        }
        if unit.what == What::Name && factor >= 1.0 {
            let name = span.slice(&self.report.text).to_lowercase();
            self.named.insert(name.trim_end_matches(" school").to_owned());
            self.named_span.get_or_insert(span);
        }
        let weight = match unit.what {
            What::Name => 1.0,
            _ if unit.ours || context.we_are => 1.0,
            _ if context.described || opening && context.by_writer => 0.8,
            _ if unit.definite => 0.4,
            _ => 0.0,
        };
        if weight > 0.0 {
            self.hint(t.phases, PhaseSource::Mention, None, weight * factor, span);
        }
    }

    /// Year groups, key stages and what else tells a phase.
    pub(super) fn signs(&mut self) {
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
        for (i, word) in self.words.words.iter().enumerate() {
            let (from, between, to) = (self.words.at(i + 1), self.words.at(i + 2), self.words.at(i + 3));
            let joins = Tags::HYPHEN | Tags::DASH | Tags::PREPOSITION | Tags::AND;
            if word.is(Tags::AGE) && from.is(Tags::NUMBER) && to.is(Tags::NUMBER) && between.is(joins) {
                found.push((Phases::of_ages(from.value, to.value), weight::AGES, i, i + 4));
            }
            // "eleven to sixteen year olds"
            if word.is(Tags::NUMBER) && from.is(joins) && between.is(Tags::NUMBER) && to.is(Tags::AGE) {
                found.push((Phases::of_ages(word.value, between.value), weight::AGES, i, i + 4));
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
    pub(super) fn inferred(&mut self) {
        if let Some(span) = self.own_span
            && !self.several
        {
            let weight = (self.own * weight::OWN).min(weight::NAMES);
            self.say(1, CountSource::Inferred, weight, span);
        }
        // names scattered over the text, when nothing better says a number
        if let (Ok(n), Some(span)) = (u16::try_from(self.named.len()), self.named_span)
            && (n > 1 || !self.several)
        {
            self.say(n, CountSource::Inferred, weight::NAMED, span);
        }
    }
}
