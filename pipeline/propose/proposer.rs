//! Runs rules over the passages of a report: hits, each judged in its context.
//!
//! The judgement is ConText (Harkema, Dowling, Thornblade and Chapman 2009, J Biomed Inform 42:839): a trigger turns the
//! hits in its scope, which ends at a terminator or with the passage. Three things are added for reports: a trigger in a
//! heading or question cell turns its whole section, a trigger can reach back to the passage before ("That was another
//! project."), and a trigger that the rule's own pattern names is no trigger for its hits.

use super::matcher::{Match, Matcher, Matches};
use super::rules::{Condition, Kind, Properties, Property, Rule, Rules, Scope, Target};
use crate::extract::{Block, BlockKind, Report};
use crate::segment::Passage;
use crate::span::ByteSpan;
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// One rule's match in one passage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// Number of the rule in [`Rules::all`], which also tells the code.
    pub rule: u32,
    /// Number of the passage in the report.
    pub passage: u32,
    /// The words that matched, in the report's text.
    pub span: ByteSpan,
    /// What its context made of it; `None`: it stands as it is.
    pub turned: Option<Turned>,
}

/// Why a hit does not support its code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turned {
    /// What the context says of it.
    pub by: Property,
    /// The words that say so, in the report's text.
    pub trigger: ByteSpan,
}

/// Applies rules to reports. It belongs to one thread and keeps what it has learned about words.
pub struct Proposer<'r> {
    rules: &'r Rules,
    matcher: Matcher<'r>,
    matches: Matches,
    heads: Vec<Option<Rc<Head>>>,
    found: Found,
}

/// What a heading, row head or column head says to the passages under it.
#[derive(Debug, Default)]
struct Head {
    conditions: Vec<Condition>,
    turned: Vec<Turned>,
}

/// What the matches of one passage mean, sorted by kind.
#[derive(Debug, Default)]
struct Found {
    any: Vec<(u32, Match)>,
    not: Vec<(u32, Match)>,
    unless: Vec<u32>,
    triggers: Vec<(u32, Match)>,
    pseudo: Vec<(u32, Match)>,
    terminators: Vec<(Properties, Match)>,
}

impl<'r> Proposer<'r> {
    /// A proposer that knows no words yet.
    pub fn new(rules: &'r Rules) -> Self {
        let (matcher, matches) = (Matcher::new(&rules.automaton), Matches::default());
        Proposer { rules, matcher, matches, heads: Vec::new(), found: Found::default() }
    }

    /// All hits in the passages of a report, by passage and rule; at most one of a rule in a passage.
    pub fn propose(&mut self, report: &Report, passages: &[Passage]) -> Vec<Hit> {
        self.heads.clear();
        self.heads.resize(report.blocks.len(), None);
        let mut hits: Vec<Hit> = Vec::new();
        let mut before: Option<Passage> = None;
        let mut before_from = 0;
        let mut heads = Vec::new();
        for (number, passage) in (0..).zip(passages) {
            let block = &report.blocks[passage.block as usize];
            if before.is_none_or(|b| b.block != passage.block) {
                heads = self.heads_of(report, passage.block);
            }
            let from = hits.len();
            self.read(passage.span.slice(&report.text));
            self.hits(report, *passage, number, kind(block.kind), Some(&heads), &mut hits);
            if before.is_some_and(|b| b.block == passage.block) {
                self.turn_previous(passage.span.start, &mut hits[before_from..from]);
            }
            hits[from..].sort_by_key(|hit| hit.rule);
            before = Some(*passage);
            before_from = from;
        }
        hits
    }

    /// Whether a rule finds support in a text of its own, under whatever headings it asks for.
    pub(crate) fn supports(&mut self, rule: u32, text: &str) -> bool {
        let report = Report { text: text.to_owned(), ..Report::default() };
        let passage = Passage { span: ByteSpan::new(0, text.len()), block: 0 };
        self.read(text);
        let mut hits = Vec::new();
        self.hits(&report, passage, 0, self.rules.rule(rule).first_kind(), None, &mut hits);
        hits.iter().any(|hit| hit.rule == rule && hit.turned.is_none())
    }

    /// Matches one text and sorts what was found.
    fn read(&mut self, text: &str) {
        self.matcher.run(text, &mut self.matches);
        let found = &mut self.found;
        found.any.clear();
        found.not.clear();
        found.unless.clear();
        found.triggers.clear();
        found.pseudo.clear();
        found.terminators.clear();
        for m in &self.matches.found {
            for target in &self.rules.targets[m.pattern as usize] {
                match *target {
                    Target::Any(rule) => found.any.push((rule, *m)),
                    Target::Not(rule) => found.not.push((rule, *m)),
                    Target::Unless(rule) => found.unless.push(rule),
                    Target::Trigger(trigger) => found.triggers.push((trigger, *m)),
                    Target::Pseudo(trigger) => found.pseudo.push((trigger, *m)),
                    Target::Terminator(ends) => found.terminators.push((ends, *m)),
                    Target::Condition(_) => {}
                }
            }
        }
        let Found { triggers, pseudo, .. } = found;
        triggers.retain(|(t, m)| !pseudo.iter().any(|(p, q)| p == t && overlap((m.start, m.end), (q.start, q.end))));
        // The property that explains most comes first, then the first in the text.
        triggers.sort_by_key(|(t, m)| (self.rules.triggers[*t as usize].property, m.start, *t));
        found.any.sort_by_key(|(rule, m)| (*rule, m.start, m.end));
    }

    /// The hits of the passage just read. Without `heads`, conditions on headings count as met.
    fn hits(
        &self,
        report: &Report,
        passage: Passage,
        number: u32,
        kind: Kind,
        heads: Option<&[Rc<Head>]>,
        hits: &mut Vec<Hit>,
    ) {
        let first = hits.len();
        let offset = passage.span.start;
        let meets =
            |condition: Condition| heads.is_none_or(|h| h.iter().any(|head| head.conditions.contains(&condition)));
        let allowed = |rule: &Rule, n: u32| {
            rule.looks_into(kind)
                && !self.found.unless.contains(&n)
                && rule.heading.is_none_or(meets)
                && !rule.not_heading.is_some_and(|c| heads.is_some() && meets(c))
        };
        let mut keep = |n: u32, span: ByteSpan, turned: Option<Turned>| {
            let hit = Hit { rule: n, passage: number, span, turned };
            match hits[first..].iter_mut().find(|h| h.rule == n) {
                None => hits.push(hit),
                // One that stands is worth more than one that was turned.
                Some(known) if known.turned.is_some() && hit.turned.is_none() => *known = hit,
                Some(_) => {}
            }
        };
        for (n, m) in &self.found.any {
            let rule = self.rules.rule(*n);
            if !allowed(rule, *n)
                || self.found.not.iter().any(|(r, q)| r == n && overlap((m.start, m.end), (q.start, q.end)))
            {
                continue;
            }
            let named = self.matches.named(m);
            let turned = self.turned(rule, offset, named, heads);
            keep(*n, shift(self.matches.span(m.start, m.end), offset), turned);
        }
        if !self.rules.regexes.is_empty() {
            let text = passage.span.slice(&report.text);
            for i in self.rules.regex_set.matches(text) {
                let (regex, n) = &self.rules.regexes[i];
                let rule = self.rules.rule(*n);
                let Some(m) = regex.find(text).filter(|_| allowed(rule, *n)) else { continue };
                let span = ByteSpan::new(m.start(), m.end());
                let word = |test: &dyn Fn(u32, u32) -> bool| {
                    self.matches.words.iter().position(|w| test(w.start, w.end)).map(|n| n as u32)
                };
                let start = word(&|_, end| end > span.start).unwrap_or(0);
                let end = word(&|start, _| start >= span.end).unwrap_or(self.matches.words.len() as u32);
                if self.found.not.iter().any(|(r, q)| r == n && overlap((start, end), (q.start, q.end))) {
                    continue;
                }
                keep(*n, shift(span, offset), self.turned(rule, offset, &[(start, end)], heads));
            }
        }
    }

    /// The first context that turns a hit whose named words are `named`.
    fn turned(&self, rule: &Rule, offset: u32, named: &[(u32, u32)], heads: Option<&[Rc<Head>]>) -> Option<Turned> {
        let n_words = self.matches.words.len() as u32;
        // A trigger that shares words with the rule's own pattern is part of what the rule asks for.
        let is_named = |m: &Match| self.matches.named(m).iter().any(|t| named.iter().any(|n| overlap(*n, *t)));
        for (trigger, m) in &self.found.triggers {
            let kind = &self.rules.triggers[*trigger as usize];
            if kind.heading || rule.allow.has(kind.property) || is_named(m) {
                continue;
            }
            let reach = |from: u32, n: u32| if n == 0 { from } else { n.min(from) };
            let ends = |t: &&(Properties, Match)| t.0.has(kind.property);
            let after = || {
                let stop = self.found.terminators.iter().filter(ends).map(|t| t.1.start).filter(|s| *s >= m.end).min();
                let stop = stop.unwrap_or(n_words);
                (m.end, m.end + reach(stop - m.end, kind.words))
            };
            let before = || {
                let stop = self.found.terminators.iter().filter(ends).map(|t| t.1.end).filter(|e| *e <= m.start).max();
                let stop = stop.unwrap_or(0);
                (m.start - reach(m.start - stop, kind.words), m.start)
            };
            let inside = |(from, to): (u32, u32)| named.iter().any(|n| overlap(*n, (from, to)));
            let turns = match kind.scope {
                Scope::After => inside(after()),
                Scope::Before => inside(before()),
                Scope::Both => inside(before()) || inside(after()),
                Scope::Passage | Scope::Previous => true,
            };
            if turns {
                let trigger = shift(self.matches.span(m.start, m.end), offset);
                return Some(Turned { by: kind.property, trigger });
            }
        }
        let of_heads = heads.unwrap_or_default().iter().flat_map(|h| &h.turned);
        of_heads.filter(|t| !rule.allow.has(t.by)).min_by_key(|t| (t.by, t.trigger)).cloned()
    }

    /// Turns hits of the passage before by triggers of the one just read that reach back.
    fn turn_previous(&self, offset: u32, hits: &mut [Hit]) {
        for (trigger, m) in &self.found.triggers {
            let kind = &self.rules.triggers[*trigger as usize];
            if kind.scope != Scope::Previous || kind.heading {
                continue;
            }
            let trigger = shift(self.matches.span(m.start, m.end), offset);
            for hit in hits.iter_mut().filter(|h| h.turned.is_none()) {
                if !self.rules.rule(hit.rule).allow.has(kind.property) {
                    hit.turned = Some(Turned { by: kind.property, trigger });
                }
            }
        }
    }

    /// The headings above a block and the heads of its row and column, each read once a report.
    fn heads_of(&mut self, report: &Report, block: u32) -> Vec<Rc<Head>> {
        let mut heads = Vec::new();
        let own: &Block = &report.blocks[block as usize];
        let mut above = own.heading;
        // A heading stands before what it heads, so the path ends.
        while let Some(heading) = above {
            heads.push(self.head(report, heading));
            above = report.blocks[heading as usize].heading.filter(|next| *next < heading);
        }
        if let Some(cell) = &own.cell {
            for head in cell.row_head.iter().chain(cell.column_head.iter()) {
                heads.push(self.head(report, *head));
            }
        }
        heads
    }

    fn head(&mut self, report: &Report, block: u32) -> Rc<Head> {
        if let Some(head) = &self.heads[block as usize] {
            return Rc::clone(head);
        }
        let span = report.blocks[block as usize].span;
        self.matcher.run(span.slice(&report.text), &mut self.matches);
        let mut head = Head::default();
        let targets = |m: &Match| self.rules.targets[m.pattern as usize].iter().map(|t| (*t, *m)).collect::<Vec<_>>();
        let all: Vec<(Target, Match)> = self.matches.found.iter().flat_map(targets).collect();
        for (target, m) in &all {
            match target {
                Target::Condition(condition) => head.conditions.push(*condition),
                Target::Trigger(t) if self.rules.triggers[*t as usize].heading => {
                    let is_pseudo = |(q, p): &(Target, Match)| {
                        matches!(q, Target::Pseudo(other) if other == t) && overlap((p.start, p.end), (m.start, m.end))
                    };
                    if !all.iter().any(is_pseudo) {
                        let trigger = shift(self.matches.span(m.start, m.end), span.start);
                        head.turned.push(Turned { by: self.rules.triggers[*t as usize].property, trigger });
                    }
                }
                _ => {}
            }
        }
        let head = Rc::new(head);
        self.heads[block as usize] = Some(Rc::clone(&head));
        head
    }
}

/// Whether two stretches of words share a word; a mark alone, of no length, is shared when it lies inside or at an end.
fn overlap(a: (u32, u32), b: (u32, u32)) -> bool {
    if a.0 == a.1 || b.0 == b.1 { a.0 <= b.1 && b.0 <= a.1 } else { a.0 < b.1 && b.0 < a.1 }
}

fn shift(span: ByteSpan, offset: u32) -> ByteSpan {
    ByteSpan { start: span.start + offset, end: span.end + offset }
}

fn kind(block: BlockKind) -> Kind {
    match block {
        BlockKind::Title | BlockKind::Heading(_) | BlockKind::LooksLikeHeading(_) => Kind::Heading,
        BlockKind::Paragraph | BlockKind::TextBox => Kind::Paragraph,
        BlockKind::ListItem(_) => Kind::Item,
        BlockKind::Cell => Kind::Cell,
        BlockKind::Note => Kind::Note,
    }
}
