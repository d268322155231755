//! What stands around a list of schools: whether the group is made up of them, or they are somebody else's, of a place,
//! of another time.

use super::*;

/// What stands around a list.
#[derive(Debug, Default)]
pub(super) struct Context {
    /// It is about somebody else.
    pub others: bool,
    /// It counts the schools of a place.
    pub region: bool,
    /// It is not so yet, or no longer.
    pub later: bool,
    /// "we were six".
    pub past: bool,
    /// "One school, one class to a year."
    pub fragment: bool,
    /// "Park Lane, a community school", "the sixth is a secondary".
    pub described: bool,
    /// "I teach in a primary school".
    pub by_writer: bool,
    /// It says what things are like.
    pub as_if: bool,
    /// It says what counts on paper.
    pub formal: bool,
    /// "consists of …", "… took part".
    pub member: bool,
    /// "consists of …" alone.
    pub member_before: bool,
    /// "we are …", "there are … of us", "our cluster is …".
    pub we_are: bool,
    /// "… in the group".
    pub of_group: bool,
}

impl Context {
    /// `next`: the list after it in the passage, to which a cue behind both belongs.
    pub fn of(words: &Words, run: &Run, next: Option<&Run>) -> Context {
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
        context.by_writer =
            before.is(Tags::PREPOSITION | Tags::OF) && (from..first).rev().take(5).any(|j| words.at(j).is(Tags::WE));
        context.described = before.is(Tags::BE) || before.is(Tags::COMMA) && first >= 2 && words.at(first - 2).capital;
        let mut k = first;
        while words.before(k).is(Tags::THE | Tags::ADVERB | Tags::ALL) {
            k -= 1;
        }
        if words.before(k).is(Tags::BE) {
            context.past = words.before(k).is(Tags::PAST);
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
