//! Hits and facts of one report become a decision for every code of the frame. Pure: the same input, the same decisions.
//!
//! Without verdicts nothing has a probability, so by rules alone a code applies on strong evidence that nothing
//! outweighs, does not apply when nothing speaks for it, and is otherwise queued for a person with the reason.

mod derive;
mod judge;
mod parse_derived;

pub use derive::Derivations;
pub use judge::{Judge, judge};

use crate::frame::{CodeIndex, CodeRef, Frame, Select};
use crate::propose::{Hit, Property, Rules};
use derive::Known;
use serde::{Deserialize, Serialize};

/// What is decided of one (report, code).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// The code applies to the report.
    Applies,
    /// It does not.
    DoesNotApply,
    /// A person is asked.
    Queue,
}

/// What decided, or proposes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// Keyword rules.
    Rule,
    /// The expression of a derived code.
    Derived,
    /// The classifier.
    Classifier,
    /// A person.
    Person,
}

/// Why a person is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Strong evidence for the code and as much against it.
    Opposed,
    /// Codes of which only one can apply have equally strong evidence, or an exclusive code stands beside another.
    Tie,
    /// There is evidence, and it is weak.
    Unsure,
    /// Exactly one code of the question must apply, and nothing speaks for any.
    NothingFound,
    /// No rule is written for the code, so nothing can be proposed.
    NoRule,
    /// Rules and classifier disagree.
    Disagree,
    /// Too few reports with the code have been coded for it to be decided without a person.
    TooFewExamples,
    /// Decided without a person, and put before one to see how often such decisions are wrong.
    Audit,
    /// As many people say that it applies as say that it does not; the verdict of one more settles it.
    PeopleDisagree,
}

macro_rules! names {
    ($type:ident: $($variant:ident $name:literal),+) => {
        impl $type {
            /// The word for it in every file and table.
            pub fn name(self) -> &'static str {
                match self {
                    $($type::$variant => $name),+
                }
            }
        }
    };
}

names!(Decision: Applies "applies", DoesNotApply "does_not_apply", Queue "queue");
names!(By: Rule "rule", Derived "derived", Classifier "classifier", Person "person");
names!(Reason: Opposed "opposed", Tie "tie", Unsure "unsure", NothingFound "nothing_found", NoRule "no_rule",
    Disagree "disagree", TooFewExamples "too_few_examples", Audit "audit", PeopleDisagree "people_disagree");

/// One (report, code).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// What is decided.
    pub decision: Decision,
    /// By what.
    pub by: By,
    /// Why it is queued; `None` when it is not.
    pub reason: Option<Reason>,
    /// Sum over passages of the best supporting rule's weight there; 1 is enough for the code to apply.
    pub support: f32,
    /// The same for evidence against: hits that their context negates count whole, other turned hits a third.
    pub opposition: f32,
    /// Probability that the code applies, by the classifier; none without one.
    pub probability: Option<f32>,
}

impl Cell {
    /// Its decision, or what it leans to while it is queued: never [`Decision::Queue`].
    pub fn leaning(&self) -> Decision {
        let applies = match self.decision {
            Decision::Queue => {
                self.probability.map_or(self.support >= ENOUGH / 2. && self.support > self.opposition, |p| p >= 0.5)
            }
            decision => decision == Decision::Applies,
        };
        if applies { Decision::Applies } else { Decision::DoesNotApply }
    }

    /// The reason as people are told it. What is drawn for the audit looks like what the machine is unsure of: whoever
    /// knew that it is decided already would be inclined to agree.
    pub fn reason_in_files(&self) -> Option<Reason> {
        self.reason.map(|reason| if reason == Reason::Audit { Reason::Unsure } else { reason })
    }

    /// The probability as files show it, to six decimals.
    pub fn probability_in_files(&self) -> Option<f64> {
        self.probability.map(|p| (f64::from(p) * 1e6).round() / 1e6)
    }

    /// The probability as whoever is asked sees it: none where the reason is said to be doubt, since an extreme one would
    /// tell what is asked for the audit from what the machine is unsure of.
    pub fn probability_in_review(&self) -> Option<f64> {
        self.probability_in_files().filter(|_| self.reason_in_files() != Some(Reason::Unsure))
    }

    /// Support to two decimals, for files and tables.
    pub fn support_in_hundredths(&self) -> f64 {
        (f64::from(self.support) * 100.).round() / 100.
    }

    /// Opposition to two decimals, for files and tables.
    pub fn opposition_in_hundredths(&self) -> f64 {
        (f64::from(self.opposition) * 100.).round() / 100.
    }
}

/// Support from which on a code applies when nothing outweighs it.
pub const ENOUGH: f32 = 1.0;

/// What a hit in planned, historical or foreign context is worth as evidence against. It says that the writer spoke of
/// the matter and did not claim it, which is less than a denial.
const TURNED_SHARE: f32 = 1. / 3.;

/// Hits are summed as fractions; a sum this near to [`ENOUGH`] is enough (three hits of weight 0.34, or of 0.33).
const ROUNDING: f32 = 0.02;

/// What decisions about any report of a project rest on.
#[derive(Debug, Clone, Copy)]
pub struct Basis<'b> {
    /// The codes.
    pub frame: &'b Frame,
    /// The rules that made the hits.
    pub rules: &'b Rules,
    /// Its derived codes.
    pub derivations: &'b Derivations,
}

/// Decides every code of the frame for one report, in frame order. `fact` gives facts of the report by name.
pub fn decide(basis: Basis<'_>, hits: &[Hit], fact: &dyn Fn(&str) -> Option<f64>) -> Vec<Cell> {
    let Basis { frame, rules, .. } = basis;
    let mut has_rule = vec![false; frame.n_codes()];
    rules.all().iter().for_each(|rule| has_rule[rule.code.get()] = true);
    let blank = Cell {
        decision: Decision::DoesNotApply,
        by: By::Rule,
        reason: None,
        support: 0.,
        opposition: 0.,
        probability: None,
    };
    let mut cells = vec![blank; frame.n_codes()];
    weigh(rules, hits, &mut cells);
    for (code, cell) in frame.codes().zip(&mut cells) {
        by_evidence(cell, has_rule[code.index.get()] || code.code.derived.is_some());
    }
    // Questions without derived codes first: expressions read settled answers.
    settle_questions(frame, &mut cells, |codes, _| codes.iter().all(|c| c.code.derived.is_none()));
    derive_codes(basis, State { cells, fact })
}

/// Derives codes anew after some of what they follow from was settled by the classifier or by people: those that neither
/// has decided. What people settled may have to be said again afterwards.
pub fn derive_again(basis: Basis<'_>, cells: &mut Vec<Cell>, fact: &dyn Fn(&str) -> Option<f64>) {
    *cells = derive_codes(basis, State { cells: std::mem::take(cells), fact });
}

fn derive_codes(basis: Basis<'_>, mut state: State<'_>) -> Vec<Cell> {
    let Basis { frame, derivations, .. } = basis;
    let is_open = |cell: &Cell| matches!(cell.by, By::Rule | By::Derived);
    derivations.evaluate(&mut state, |state, code, holds| {
        let cell = &mut state.cells[code.get()];
        if !is_open(cell) {
            return;
        }
        // Rules may speak for a derived code as well; then either is enough.
        if holds {
            let support = cell.support.max(ENOUGH);
            *cell = Cell { decision: Decision::Applies, by: By::Derived, reason: None, support, ..*cell };
        } else if cell.support == 0. || cell.by == By::Derived {
            *cell = Cell { decision: Decision::DoesNotApply, by: By::Derived, reason: None, support: 0., ..*cell };
        }
    });
    let mut cells = state.cells;
    // What the classifier has decided, or left to people, is not for rules to settle.
    let is_judged = |cell: &Cell| cell.by == By::Classifier || cell.reason == Some(Reason::TooFewExamples);
    let has_derived = |codes: &[CodeRef<'_>]| codes.iter().any(|c| c.code.derived.is_some());
    settle_questions(frame, &mut cells, |codes, cells| {
        has_derived(codes) && !codes.iter().any(|c| is_judged(&cells[c.index.get()]))
    });
    for question in &frame.questions {
        let codes: Vec<CodeRef<'_>> = frame.codes_of(question.id.as_str()).collect();
        if has_derived(&codes) && codes.iter().any(|c| is_judged(&cells[c.index.get()])) {
            judge::open_contradictions(frame, question, &mut cells);
        }
    }
    cells
}

/// Makes the answers to those questions agree whose codes are to be settled.
fn settle_questions(frame: &Frame, cells: &mut [Cell], is_to_be: impl Fn(&[CodeRef<'_>], &[Cell]) -> bool) {
    for question in &frame.questions {
        let codes: Vec<CodeRef<'_>> = frame.codes_of(question.id.as_str()).collect();
        if is_to_be(&codes, cells) {
            let codes: Vec<CodeIndex> = codes.iter().map(|code| code.index).collect();
            settle(frame, question.select, &codes, cells);
        }
    }
}

/// Sums up what speaks for and against each code: in each passage the strongest rule counts, and what speaks against it
/// only where nothing speaks for it.
fn weigh(rules: &Rules, hits: &[Hit], cells: &mut [Cell]) {
    let mut of_passage: Vec<(usize, f32, f32)> = Vec::new();
    for in_passage in hits.chunk_by(|a, b| a.passage == b.passage) {
        of_passage.clear();
        for hit in in_passage {
            let rule = rules.rule(hit.rule);
            let (plus, minus) = match (&hit.turned, rule.against) {
                (None, false) => (rule.weight, 0.),
                (None, true) => (0., rule.weight),
                (Some(turned), false) if turned.by == Property::Negated => (0., rule.weight),
                (Some(_), false) => (0., rule.weight * TURNED_SHARE),
                (Some(_), true) => continue,
            };
            let code = rule.code.get();
            match of_passage.iter_mut().find(|p| p.0 == code) {
                Some(p) => *p = (code, p.1.max(plus), p.2.max(minus)),
                None => of_passage.push((code, plus, minus)),
            }
        }
        for (code, plus, minus) in &of_passage {
            cells[*code].support += plus;
            // "Those who had never read now queue": what stands in a passage outweighs what its context turned.
            if *plus == 0. {
                cells[*code].opposition += minus;
            }
        }
    }
}

fn by_evidence(cell: &mut Cell, has_rule: bool) {
    let Cell { support, opposition, .. } = *cell;
    let enough = support >= ENOUGH - ROUNDING;
    (cell.decision, cell.reason) = match () {
        () if !has_rule => (Decision::Queue, Some(Reason::NoRule)),
        () if enough && support > opposition => (Decision::Applies, None),
        () if enough => (Decision::Queue, Some(Reason::Opposed)),
        () if support > opposition => (Decision::Queue, Some(Reason::Unsure)),
        () => (Decision::DoesNotApply, None),
    };
}

/// Makes the answers to one question agree with each other.
fn settle(frame: &Frame, select: Select, codes: &[CodeIndex], cells: &mut [Cell]) {
    match select {
        Select::One => settle_one(codes, cells),
        Select::Many => settle_exclusive(frame, codes, cells),
    }
}

/// Exactly one code applies: the one with the most support, unless two are level or nothing speaks for any.
fn settle_one(codes: &[CodeIndex], cells: &mut [Cell]) {
    if codes.iter().all(|c| cells[c.get()].reason == Some(Reason::NoRule)) {
        return;
    }
    let net = |c: &CodeIndex| cells[c.get()].support - cells[c.get()].opposition;
    let wanted =
        |c: &&CodeIndex| !matches!(cells[c.get()].decision, Decision::DoesNotApply) && cells[c.get()].support > 0.;
    let Some(best) = codes.iter().filter(wanted).map(net).max_by(f32::total_cmp) else {
        for code in codes {
            let cell = &mut cells[code.get()];
            (cell.decision, cell.reason) = (Decision::Queue, Some(Reason::NothingFound));
        }
        return;
    };
    let leaders: Vec<CodeIndex> = codes.iter().filter(wanted).filter(|c| net(c) >= best - ROUNDING).copied().collect();
    for code in codes {
        let (is_leader, is_alone) = (leaders.contains(code), leaders.len() == 1);
        let cell = &mut cells[code.get()];
        (cell.decision, cell.reason) = match cell.decision {
            _ if !is_leader => (Decision::DoesNotApply, None),
            _ if !is_alone => (Decision::Queue, Some(Reason::Tie)),
            decision => (decision, cell.reason),
        };
    }
}

/// An exclusive code stands alone: where others apply it does not, unless it has as much to say for itself as they.
fn settle_exclusive(frame: &Frame, codes: &[CodeIndex], cells: &mut [Cell]) {
    let is_exclusive = |c: &&CodeIndex| frame.code(**c).code.exclusive;
    let applies = |cells: &[Cell], c: &CodeIndex| cells[c.get()].decision == Decision::Applies;
    let others = |c: &&CodeIndex| !is_exclusive(c);
    let strongest = codes
        .iter()
        .filter(others)
        .filter(|c| applies(cells, c))
        .map(|c| cells[c.get()].support)
        .max_by(f32::total_cmp);
    let exclusive: Vec<CodeIndex> = codes.iter().filter(is_exclusive).copied().filter(|c| applies(cells, c)).collect();
    let best = exclusive
        .iter()
        .copied()
        .max_by(|a, b| cells[a.get()].support.total_cmp(&cells[b.get()].support).then(b.cmp(a)));
    let rivals: Vec<CodeIndex> = codes
        .iter()
        .filter(is_exclusive)
        .copied()
        .filter(|c| cells[c.get()].decision == Decision::Queue && cells[c.get()].support > 0.)
        .collect();
    // Of two exclusive codes at most one applies; while one of them is asked about, the other is a question too.
    if let (None, Some(best), false) = (strongest, best, rivals.is_empty()) {
        for code in rivals.into_iter().chain([best]) {
            let cell = &mut cells[code.get()];
            (cell.decision, cell.reason) = (Decision::Queue, Some(Reason::Tie));
        }
    }
    for code in exclusive {
        let cell = &mut cells[code.get()];
        (cell.decision, cell.reason) = match strongest {
            None if Some(code) == best => continue,
            Some(strongest) if cell.by == By::Rule && cell.support >= strongest => (Decision::Queue, Some(Reason::Tie)),
            _ => (Decision::DoesNotApply, None),
        };
    }
}

struct State<'s> {
    cells: Vec<Cell>,
    fact: &'s dyn Fn(&str) -> Option<f64>,
}

impl Known for State<'_> {
    /// A queued code counts as what it leans to, so that what follows from it is the best guess.
    fn applies(&self, code: CodeIndex) -> bool {
        self.cells[code.get()].leaning() == Decision::Applies
    }

    fn support(&self, code: CodeIndex) -> f64 {
        f64::from(self.cells[code.get()].support)
    }

    fn fact(&self, name: &str) -> Option<f64> {
        (self.fact)(name)
    }
}
