//! The order of what is queued: what is drawn, what is asked early, and what nobody can tell.

use super::*;
use crate::score::Random;

fn items(n_reports: u32, n_codes: u32, seed: u64) -> Vec<Item> {
    let mut random = Random::new(seed);
    let cells = (0..n_reports).flat_map(|report| (0..n_codes).map(move |code| (report, code)));
    cells
        .map(|(report, code)| Item {
            report,
            code,
            reason: Reason::Unsure,
            probability: Some(random.unit() as f32),
            draw: random.unit() as f32,
        })
        .collect()
}

fn grounds(order: Order, sketches: &Sketches) -> Grounds<'_> {
    Grounds { order, random_share: 0.25, sketches, answered: &[] }
}

/// Every item has one place, and of the first places, however many, a quarter was drawn.
#[test]
fn a_quarter_of_what_is_asked_is_drawn() {
    let (items, sketches) = (items(40, 25, 1), Sketches::default());
    for order in Order::ALL {
        let places = rank(&items, &grounds(order, &sketches));
        let mut numbers: Vec<usize> = places.iter().map(|place| place.item).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (0..items.len()).collect::<Vec<_>>(), "{order:?}");
        let share = if order == Order::Random { 1. } else { 0.25 };
        for n in [4, 20, 100, 400] {
            let n_drawn = places[..n].iter().filter(|place| place.pi.is_some()).count();
            assert_eq!(n_drawn as f64, share * n as f64, "{order:?} {n}");
        }
        assert!(places.iter().all(|place| place.pi.is_none_or(|pi| pi == share)));
    }
}

/// What is drawn does not depend on what the machine thinks of it: the same items whatever their probability, and as
/// many of any kind as there are.
#[test]
fn what_is_drawn_is_a_fair_sample() {
    let (mut items, sketches) = (items(400, 25, 2), Sketches::default());
    let drawn = |items: &[Item]| -> Vec<usize> {
        let places = rank(items, &grounds(Order::Diverse, &sketches));
        places.iter().filter(|place| place.pi.is_some()).map(|place| place.item).collect()
    };
    let before = drawn(&items);
    // Of 10,000 cells the standard deviation of the share is 0.0043.
    assert!((before.len() as f64 / items.len() as f64 - 0.25).abs() < 0.015, "{}", before.len());
    let likely = before.iter().filter(|n| items[**n].probability > Some(0.9)).count() as f64;
    assert!((likely / before.len() as f64 - 0.1).abs() < 0.02, "{likely}");
    items.iter_mut().for_each(|item| item.probability = item.probability.map(|p| 1. - p / 2.));
    assert_eq!(drawn(&items), before);
}

/// What is there for the audit cannot be told from its places: it is spread over the queue and drawn as often as the rest.
#[test]
fn the_audit_is_spread_over_the_queue() {
    let (mut items, sketches) = (items(300, 20, 7), Sketches::default());
    items.iter_mut().step_by(10).for_each(|item| item.reason = Reason::Audit);
    let places = rank(&items, &grounds(Order::Uncertain, &sketches));
    assert_eq!(places.len(), items.len());
    let is_audit = |place: &&Place| items[place.item].reason == Reason::Audit;
    for quarter in places.chunks(1500) {
        let n = quarter.iter().filter(is_audit).count();
        assert!((115..=185).contains(&n), "{n} of some 150");
    }
    let n_drawn = places.iter().filter(is_audit).filter(|place| place.pi.is_some()).count();
    assert!((115..=185).contains(&n_drawn), "{n_drawn} of some 150");
}

/// Reports in three groups; all cells are as doubtful.
#[test]
fn diverse_asks_in_every_corner_first() {
    let mut sketches = Sketches::default();
    for report in 0..9 {
        let mut sketch = [0_i8; 4];
        sketch[report / 3] = 100;
        sketch[3] = report as i8;
        sketches.push(&sketch);
    }
    let item = |report: u32| Item { report, code: 0, reason: Reason::Unsure, probability: Some(0.5), draw: 0.9 };
    let items: Vec<Item> = (0..9).map(item).collect();
    let answer = |code, report| Answered { code, report };
    let corners = |answered: &[Answered], n: usize| -> Vec<u32> {
        let places = rank(&items, &Grounds { answered, ..grounds(Order::Diverse, &sketches) });
        let mut corners: Vec<u32> = places[..n].iter().map(|place| items[place.item].report / 3).collect();
        corners.sort_unstable();
        corners
    };
    assert_eq!(corners(&[], 3), [0, 1, 2]);
    assert_eq!(corners(&[answer(0, 4)], 2), [0, 2], "the group of report 4 is known");
    assert_eq!(corners(&[answer(1, 4)], 3), [0, 1, 2], "that was another code");
    let plain = items.iter().map(|item| Item { probability: Some(if item.report > 2 { 0.01 } else { 0.4 }), ..*item });
    let plain: Vec<Item> = plain.collect();
    let places = rank(&plain, &grounds(Order::Diverse, &sketches));
    assert!(plain[places[0].item].report < 3, "what is plain is no use, however far away");
}

/// Without a classifier contradictions come first, and codes take turns.
#[test]
fn without_a_classifier_codes_take_turns() {
    let sketches = Sketches::default();
    let item =
        |(report, code, reason)| Item { report, code, reason, probability: None, draw: 0.5 + report as f32 / 9. };
    let items: Vec<Item> = [
        (0, 0, Reason::Unsure),
        (1, 0, Reason::Unsure),
        (2, 0, Reason::Opposed),
        (0, 1, Reason::Unsure),
        (1, 1, Reason::NoRule),
    ]
    .map(item)
    .to_vec();
    let places = rank(&items, &grounds(Order::Diverse, &sketches));
    assert_eq!(places.iter().map(|place| place.item).collect::<Vec<_>>(), [2, 0, 3, 1, 4]);
}

#[test]
fn reports_and_codes_are_kept_together_when_asked_for() {
    let (items, sketches) = (items(6, 5, 4), Sketches::default());
    let chosen = |order: Order| -> Vec<Item> {
        let grounds = Grounds { random_share: 0., ..grounds(order, &sketches) };
        rank(&items, &grounds).iter().map(|place| items[place.item]).collect()
    };
    assert!(chosen(Order::Report).is_sorted_by_key(|item| item.report));
    assert!(chosen(Order::Code).is_sorted_by_key(|item| item.code));
    assert!(chosen(Order::Uncertain).is_sorted_by(|a, b| doubt(a) >= doubt(b)));
}

#[test]
fn what_people_disagree_on_is_asked_first() {
    let (mut items, sketches) = (items(20, 20, 6), Sketches::default());
    items.iter_mut().step_by(50).for_each(|item| item.reason = Reason::PeopleDisagree);
    for order in Order::ALL {
        let places = rank(&items, &grounds(order, &sketches));
        assert_eq!(places.len(), items.len());
        let of_people = |place: &Place| items[place.item].reason == Reason::PeopleDisagree && place.pi.is_none();
        assert!(places[..8].iter().all(of_people), "{order:?}");
    }
}
