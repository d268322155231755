//! Labels whose values say how many schools there are, name them, or tell their phase; whole or in parts ("Lead school",
//! "Partner schools").

use super::*;

impl Walk<'_> {
    /// Values of labels: the group's number, names or parts.
    pub(super) fn labels(&mut self, fields: &[Field]) {
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

    pub(super) fn schools_label(&mut self, field: &Field) -> bool {
        self.words.read(&self.report.text, field.span.range().start, field.span.range().end, self.lexicon);
        let mut runs = runs(&self.words, Place::Label);
        if let Some(run) = runs.first_mut() {
            // "Five (six until January)", "Oak Hill Primary; two more are to join"
            let now: Vec<_> = run.units.iter().filter(|u| !self.elsewhen(u.first)).copied().collect();
            if !now.is_empty() {
                run.units = now;
            }
        }
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

    /// Whether the clause around a word speaks of another time.
    pub(super) fn elsewhen(&self, i: usize) -> bool {
        let (from, to) = self.words.clause(i);
        self.words.cues.iter().any(|(cue, a, b)| matches!(cue, Cue::Later | Cue::Before) && *a >= from && *b <= to)
    }

    /// "Who are you?": a statement, when it says a number or names schools.
    pub(super) fn who_label(&mut self, field: &Field) {
        self.words.read(&self.report.text, field.span.range().start, field.span.range().end, self.lexicon);
        let factor = if matches!(field.kind, FieldKind::Row | FieldKind::Line) { 1.0 } else { 0.7 };
        let runs = runs(&self.words, Place::Text);
        for (i, run) in runs.iter().enumerate() {
            let t = tally(run);
            let context = Context::of(&self.words, run, runs.get(i + 1));
            let lists =
                t.n > 1 && (t.said && run.units[0].what != What::People && !run.units[0].adjectival || t.n_names > 1);
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

    pub(super) fn phase_label(&mut self, field: &Field) {
        self.words.read(&self.report.text, field.span.range().start, field.span.range().end, self.lexicon);
        let mut phases = Phases::NONE;
        for (i, word) in self.words.words.iter().enumerate() {
            if word.is(Tags::QUALIFIER | Tags::ONE | Tags::MANY | Tags::NAME) {
                phases = phases.union(word.phases);
            }
            let (to, between) = (self.words.at(i + 2), self.words.at(i + 1));
            let years = self.words.before(i).is(Tags::SCHOOL_YEAR) || self.words.before(i).is(Tags::YEAR);
            if word.is(Tags::NUMBER)
                && to.is(Tags::NUMBER)
                && between.is(Tags::HYPHEN | Tags::DASH | Tags::PREPOSITION)
                && !years
            {
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
            self.out.hints.push(Hint {
                phases,
                source: PhaseSource::Details,
                covers: true,
                n: None,
                weight: weight::ROW_SAID,
                span: field.span,
            });
        }
    }
}

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
