//! Schools that the layout lists: a column of a table, items under "The schools in our group are:", sections named for
//! schools.

use super::*;

impl Walk<'_> {
    /// A column of schools: in a table of schools or of results by school.
    pub(super) fn columns(&mut self, fields: &[Field]) {
        let mut tables: BTreeMap<u32, Vec<&Field>> = BTreeMap::new();
        for field in fields.iter().filter(|f| f.names.iter().any(|n| n == "schools")) {
            if let FieldKind::Column(table, _) = field.kind {
                tables.entry(table).or_default().push(field);
            }
        }
        for (table, column) in tables {
            let types = fields.iter().filter(|f| {
                matches!(f.kind, FieldKind::Column(t, _) if t == table) && f.names.iter().any(|n| n == "phase")
            });
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
                if !capital
                    || text.len() > MAX_SCHOOL_NAME
                    || self.lexicon.is_no_school_row(text)
                    || !seen.insert(text.to_lowercase())
                {
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
    pub(super) fn item_lists(&mut self) {
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
    pub(super) fn headings(&mut self) {
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
}

const MAX_SCHOOL_NAME: usize = 80;
