//! A list of schools becomes a number. People say a number and then explain it ("three schools: Oak Hill Primary and two
//! infant schools"), or name the schools and then count them; what explains is not counted twice.

use super::lists::{Run, Unit, What};
use super::phase::Phases;
use super::words::Tags;

/// What a list adds up to.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    /// How many schools; 0 when the list does not say.
    pub n: u16,
    pub phases: Phases,
    /// Whether the phase of every school is said.
    pub covered: bool,
    /// Whether a number and the schools listed for it agree.
    pub confirmed: bool,
    /// Whether a number was said, not only names.
    pub said: bool,
    /// Whether every number in it is of one phase only: perhaps a part of the group.
    pub of_phase: bool,
    /// How many schools are named like schools.
    pub n_names: u16,
    /// How many parts it has, after explanations are taken together.
    pub n_parts: usize,
}

/// Adds up a list.
pub(super) fn tally(run: &Run) -> Tally {
    let units = without_places(&run.units);
    let mut parts: Vec<Part> = Vec::new(); // the next part to the right is the last
    for unit in units.iter().rev() {
        let mut part = Part::of(unit);
        if unit.what.counts() && !unit.remainder {
            part.take_right(&mut parts, unit);
        } else if unit.what == What::Several {
            part.take_names(&mut parts);
        }
        parts.push(part);
    }
    parts.reverse();
    take_left(&mut parts);
    let mut tally = Tally {
        n_names: units.iter().filter(|u| u.what == What::Name).map(|u| u.n).sum(),
        n_parts: parts.len(),
        ..Tally::default()
    };
    let Some(first) = parts.first().copied() else { return tally };
    let explains = parts
        .get(1)
        .is_none_or(|next| next.separator.any(Tags::COLON | Tags::STOP | Tags::LINE | Tags::OPEN | Tags::DASH));
    let rest: u16 = parts[1..].iter().map(|part| part.n).sum();
    // "two schools, one grammar and one not": what follows describes them
    let describes = rest < first.n && parts.get(1).is_some_and(|next| next.said && next.separator.any(Tags::COMMA));
    let prevails = first.said && first.of_no_phase && first.n > 0 && (explains || describes || first.confirmed);
    let counted = if prevails { &parts[..1] } else { &parts[..] };
    if counted.iter().all(|part| part.n > 0) {
        tally.n = counted.iter().map(|part| part.n).sum();
    }
    tally.phases = parts.iter().fold(run.all, |all, part| all.union(part.phases));
    tally.covered = tally.n > 0 && (!run.all.is_empty() || counted.iter().all(|part| part.covered));
    if prevails && !tally.covered && parts.len() > 1 {
        tally.covered = rest == tally.n && parts[1..].iter().all(|part| part.covered);
    }
    tally.confirmed = parts.iter().any(|part| part.confirmed);
    tally.said = parts.iter().any(|part| part.said);
    tally.of_phase = counted.iter().all(|part| part.said && !part.of_no_phase) && run.all.is_empty();
    tally
}

#[derive(Debug, Clone, Copy)]
struct Part {
    n: u16,
    phases: Phases,
    covered: bool,
    said: bool,
    confirmed: bool,
    of_no_phase: bool,
    names: bool,
    what: What,
    separator: Tags,
}

impl Part {
    fn of(unit: &Unit) -> Part {
        Part {
            n: unit.n,
            phases: unit.phases,
            covered: !unit.phases.is_empty(),
            said: unit.what.counts(),
            confirmed: false,
            of_no_phase: unit.phases.is_empty(),
            names: unit.what.names(),
            what: unit.what,
            separator: unit.separator,
        }
    }

    /// Takes the parts to the right that explain this number.
    fn take_right(&mut self, parts: &mut Vec<Part>, unit: &Unit) {
        let Some(next) = parts.last() else { return };
        let link = next.separator;
        if !link.any(Tags::COLON | Tags::OPEN | Tags::COMMA | Tags::DASH | Tags::STOP | Tags::LINE | Tags::SEMICOLON) {
            return;
        }
        let own = self.phases;
        let fits = |part: &Part| own.is_empty() || part.phases.is_empty() || part.phases.within(own);
        let mut sum = 0;
        let mut exact = None;
        for (k, part) in parts.iter().rev().enumerate() {
            if !fits(part) || part.n == 0 || unit.what == What::People {
                break;
            }
            sum += part.n;
            if sum == self.n {
                exact = Some(k + 1);
                break;
            }
        }
        let next_explains =
            link.any(Tags::COLON | Tags::OPEN) || next.names || next.what == What::Kind || self.of_no_phase;
        if let Some(k) = exact
            && next_explains
        {
            let taken = parts.split_off(parts.len() - k);
            let all_covered = taken.iter().all(|part| part.covered);
            self.phases = taken.iter().fold(self.phases, |all, part| all.union(part.phases));
            self.covered |= all_covered;
            self.confirmed = true;
        } else if link.any(Tags::COLON | Tags::OPEN)
            || link.any(Tags::COMMA | Tags::DASH) && next.what == What::BareName
        {
            // names that do not add up: the number said is believed
            while parts.last().is_some_and(|part| part.names && fits(part)) {
                let part = parts.pop().expect("a last part was seen");
                self.phases = self.phases.union(part.phases);
            }
        }
    }

    /// "the primaries at Quern Street and Dockside": the names are counted, the kind is theirs.
    fn take_names(&mut self, parts: &mut Vec<Part>) {
        while parts.last().is_some_and(|part| part.names && (part.phases.is_empty() || part.phases.within(self.phases)))
        {
            let part = parts.pop().expect("a last part was seen");
            self.n += part.n;
            self.phases = self.phases.union(part.phases);
        }
    }
}

/// "Linnet Hill School and Field Lane High, two secondary schools": the number counts the names before it.
fn take_left(parts: &mut Vec<Part>) {
    let mut i = 1;
    while i < parts.len() {
        let part = parts[i];
        let apposed = part.separator.any(Tags::COMMA | Tags::DASH | Tags::OPEN);
        if part.said && !part.confirmed && apposed && part.what != What::People {
            let mut sum = 0;
            let mut from = i;
            while from > 0 && (parts[from - 1].names || parts[from - 1].what == What::Kind) && sum < part.n {
                from -= 1;
                sum += parts[from].n;
            }
            if sum == part.n {
                let taken = &parts[from..i];
                let merged = Part {
                    phases: taken.iter().fold(part.phases, |all, p| all.union(p.phases)),
                    covered: part.covered || taken.iter().all(|p| p.covered),
                    confirmed: true,
                    separator: taken[0].separator,
                    ..part
                };
                parts.splice(from..=i, [merged]);
                i = from;
            }
        }
        i += 1;
    }
}

/// Leaves out the places behind names: "Oak Hill Primary, Leeds".
fn without_places(units: &[Unit]) -> Vec<Unit> {
    let said = units.iter().any(|u| u.what.counts());
    let strong = Tags::SEMICOLON | Tags::LINE;
    let listed_by_lines = units.iter().skip(1).any(|u| u.separator.any(strong));
    let mut kept: Vec<Unit> = Vec::with_capacity(units.len());
    for (i, unit) in units.iter().enumerate() {
        let after_school = kept.last().is_some_and(|u| u.what == What::Name);
        let lone =
            !units[i + 1..].iter().any(|u| u.what == What::BareName) && kept.iter().all(|u| u.what == What::Name);
        let place = unit.what == What::BareName
            && unit.separator.any(Tags::COMMA)
            && after_school
            && !said
            && (listed_by_lines || lone && units.len() == 2);
        if !place {
            kept.push(*unit);
        }
    }
    kept
}
