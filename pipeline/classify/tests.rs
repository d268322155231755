//! Learning and scoring in small worlds of which it is known what there is to learn.

use super::*;
use crate::score::{Random, average_precision, brier_skill};

/// Codes of questions that allow several.
fn targets(n: usize) -> Vec<Target> {
    let target = |code| Target { name: format!("q/{code}"), definition: String::new(), question: 0, is_one_of: false };
    (0..n).map(target).collect()
}

fn passage(text: &str) -> PassageSample {
    PassageSample { unit: Unit { text: text.to_owned(), context: String::new() }, ..PassageSample::default() }
}

const FILLER: [&str; 7] = ["tables", "chairs", "windows", "corridors", "gardens", "kitchens", "stairs"];

/// A report of three passages about this and that; `said` is its second.
fn report(id: usize, said: &str, answers: Vec<Option<bool>>, random: &mut Random) -> Taught {
    let mut about = || format!("We painted {} and {}.", FILLER[random.below(7)], FILLER[random.below(7)]);
    let texts = [about(), said.to_owned(), about()];
    let sample = Sample {
        whole: texts.join(" "),
        passages: texts.iter().map(|text| passage(text)).collect(),
        rules: Vec::new(),
    };
    Taught { id: format!("r{id:03}"), sample, answers, ..Taught::default() }
}

/// Sixty reports; a word tells the first code, nothing tells the second.
fn world() -> Vec<Taught> {
    let mut random = Random::new(5);
    let one = |id: usize| {
        let applies = random.unit() < 0.4;
        let said = if applies { "Grandparents brought apples." } else { "The caretaker brought ladders." };
        let other = random.unit() < 0.4;
        report(id, said, vec![Some(applies), Some(other)], &mut random)
    };
    (0..60).map(one).collect()
}

fn cells(taught: &[Taught], probabilities: &[Vec<f64>], code: usize) -> Vec<(f64, bool)> {
    let cell = |(one, p): (&Taught, &Vec<f64>)| Some((p[code], one.answers[code]?));
    taught.iter().zip(probabilities).filter_map(cell).collect()
}

#[test]
fn a_word_that_tells_a_code_is_learned_and_noise_is_not() {
    let taught = world();
    let fitted = fit(&taught, &[], &targets(2), 1);
    assert_eq!((fitted.fresh.len(), fitted.without_rules), (60, None));
    let told = cells(&taught, &fitted.left_out, 0);
    assert!(average_precision(&told) > Some(0.99) && brier_skill(&told) > Some(0.6), "{:?}", brier_skill(&told));
    // Anything above nothing would be learned from the report itself.
    let noise = cells(&taught, &fitted.left_out, 1);
    assert!(brier_skill(&noise) < Some(0.05), "{:?}", brier_skill(&noise));
    let model = &fitted.classifier.codes[0];
    let n_applies = told.iter().filter(|cell| cell.1).count();
    assert_eq!((model.n_reports, model.n_applies, model.is_automatic), (60, n_applies, false));
}

#[test]
fn marked_passages_are_found_in_new_reports_with_their_words() {
    let mut taught = world();
    for one in taught.iter_mut().filter(|one| one.answers[0] == Some(true)) {
        one.marked.push((1, 0));
    }
    let classifier = fit(&taught, &[], &targets(2), 1).classifier;
    let new = report(99, "Grandparents brought cherries.", Vec::new(), &mut Random::new(2)).sample;
    let scored = classifier.scorer().score(&new);
    assert!(scored.probabilities[0] > 0.5, "{:?}", scored.probabilities);
    let best = scored.passages.iter().find(|found| found.target == 0).expect("a likely code has a passage");
    assert_eq!(best.passage, 1);
    assert!(best.terms.iter().any(|term| term.starts_with("grandpar")), "{:?}", best.terms);
}

/// A rule that is right where words say nothing; it was written by people who had read the first half, where it is
/// always right, and in the rest it is right in three of four.
#[test]
fn rules_are_trusted_as_far_as_reports_tell_that_nobody_had_read() {
    let mut taught = world();
    let mut random = Random::new(8);
    for (i, one) in taught.iter_mut().enumerate() {
        one.is_known_to_rules = i < 30;
        let applies = one.answers[1] == Some(true);
        let says = if one.is_known_to_rules || random.unit() < 0.75 { applies } else { !applies };
        let support = f32::from(u8::from(says));
        one.sample.rules = vec![RuleSum::default(), RuleSum { support, applies: says, ..RuleSum::default() }];
    }
    let fitted = fit(&taught, &[], &targets(2), 1);
    assert_eq!(fitted.fresh, (30..60).collect::<Vec<_>>());
    let without = fitted.without_rules.expect("there are rules");
    let skill =
        |probabilities: &[Vec<f64>]| brier_skill(&cells(&taught, probabilities, 1)).expect("both answers occur");
    assert!(skill(&fitted.left_out) > skill(&without) + 0.2, "{} {}", skill(&fitted.left_out), skill(&without));
    // Believed as in the first half, a rule's word would be nearly certain.
    let told: Vec<f64> =
        (30..60).filter(|i| taught[*i].sample.rules[1].applies).map(|i| fitted.left_out[i][1]).collect();
    let mean = told.iter().sum::<f64>() / told.len() as f64;
    assert!((0.5..0.85).contains(&mean), "{mean}");
}

#[test]
fn examples_teach_a_code_of_which_no_passage_is_marked() {
    let mut taught = world();
    let unit = |text: &str| Unit { text: text.to_owned(), context: String::new() };
    let mut examples = Vec::new();
    for fruit in ["apples", "pears", "plums", "cherries", "grapes"] {
        examples.push(Example { unit: unit(&format!("Nobody brought {fruit}.")), codes: vec![] });
        examples.push(Example { unit: unit(&format!("Uncles carried {fruit} home.")), codes: vec![1] });
    }
    for (i, one) in taught.iter_mut().enumerate() {
        let said = if one.answers[1] == Some(true) { "Uncles carried them." } else { "Nobody carried them." };
        // Half of the reports say it, so that there is something left for the others to say.
        if i % 2 == 0 {
            one.sample.passages.push(passage(said));
        }
    }
    let fitted = fit(&taught, &examples, &targets(2), 1);
    assert!(fitted.left_out.iter().flatten().all(|p| (0. ..=1.).contains(p)));
    let mut new = report(99, "The caretaker brought ladders.", Vec::new(), &mut Random::new(2)).sample;
    new.passages.push(passage("Uncles carried bags."));
    let mut scorer = fitted.classifier.scorer();
    let with = scorer.score(&new).probabilities[1];
    new.passages.pop();
    assert!(with > scorer.score(&new).probabilities[1] + 0.2, "{with}");
}

#[test]
fn codes_of_which_one_applies_share_one() {
    let mut taught = world();
    let targets: Vec<Target> = targets(3).into_iter().map(|target| Target { is_one_of: true, ..target }).collect();
    for one in &mut taught {
        // The second of three never applies, and of one report nothing is known.
        one.answers = vec![one.answers[0], Some(false), one.answers[0].map(|applies| !applies)];
    }
    taught[0].answers = vec![None; 3];
    let fitted = fit(&taught, &[], &targets, 1);
    for p in &fitted.left_out {
        assert!((p.iter().sum::<f64>() - 1.).abs() < 1e-9 && p[1] < 0.2, "{p:?}");
    }
    let scored = fitted.classifier.scorer().score(&Sample::default());
    assert!((scored.probabilities.iter().sum::<f64>() - 1.).abs() < 1e-9);
}

#[test]
fn a_classifier_read_from_its_file_scores_the_same() {
    let mut taught = world();
    taught[7].marked.push((1, 0));
    let mut classifier = fit(&taught, &[], &targets(2), 1).classifier;
    classifier.accept_from = Some(0.875);
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let path = files::path(folder.path(), &files::name(1));
    files::write(&path, &classifier).expect("it can be written");
    let read = files::read(&path).expect("it can be read");
    assert_eq!(read, classifier);
    assert_eq!(read.scorer().score(&taught[3].sample), classifier.scorer().score(&taught[3].sample));
    assert_eq!(files::numbers(folder.path()), [1]);
    let bytes = std::fs::read(&path).expect("it can be read");
    for n in [0, 5, 30, 90, bytes.len() - 1] {
        std::fs::write(&path, &bytes[..n]).expect("it can be written");
        assert!(matches!(files::read(&path), Err(files::Error::Damaged { .. } | files::Error::Version { .. })), "{n}");
    }
}

/// Nothing tells the answers, so that nothing above chance may be found; a report's own answer must not shine through
/// the share or the mean of the others, which moves with it.
#[test]
fn a_report_that_is_left_out_does_not_give_its_own_answer_away() {
    fn kappa(taught: &[Taught], targets: &[Target]) -> f64 {
        let fitted = fit(taught, &[], targets, 1);
        let mut confusion = crate::score::Confusion::default();
        for (one, probabilities) in taught.iter().zip(&fitted.left_out) {
            let best = probabilities.iter().copied().fold(0., f64::max);
            for (answer, p) in one.answers.iter().zip(probabilities) {
                let given = if targets[0].is_one_of { *p == best } else { *p >= 0.5 };
                confusion.add(answer.expect("all are answered"), given);
            }
        }
        confusion.kappa().unwrap_or(0.)
    }
    let one_of: Vec<Target> = targets(3).into_iter().map(|target| Target { is_one_of: true, ..target }).collect();
    let mut found = [const { Vec::new() }; 3];
    for seed in 0..6 {
        let mut random = Random::new(seed);
        let noise = |id: usize, answers: Vec<Option<bool>>, random: &mut Random| {
            report(id, "The caretaker brought ladders.", answers, random)
        };
        let single: Vec<Taught> = (0..100)
            .map(|id| {
                let answers = vec![Some(random.unit() < 0.5)];
                noise(id, answers, &mut random)
            })
            .collect();
        found[0].push(kappa(&single, &targets(1)));
        let balanced: Vec<Taught> =
            (0..99).map(|id| noise(id, (0..3).map(|code| Some(id % 3 == code)).collect(), &mut random)).collect();
        found[1].push(kappa(&balanced, &one_of));
        let empty = |id| Taught { id: format!("r{id:02}"), answers: vec![Some(id % 2 == 0)], ..Taught::default() };
        found[2].push(kappa(&(0..30 + seed as usize).map(empty).collect::<Vec<_>>(), &targets(1)));
    }
    for kappas in found {
        let mean = kappas.iter().sum::<f64>() / kappas.len() as f64;
        assert!(mean < 0.1 && kappas.iter().all(|kappa| *kappa < 0.3), "{kappas:?}");
    }
}

/// A few answers more, and a report more, each time with what the last time left behind: the same bytes as without.
#[test]
fn learning_with_memory_is_learning_without() {
    let full = {
        let mut taught = world();
        taught.iter_mut().filter(|one| one.answers[0] == Some(true)).for_each(|one| one.marked.push((1, 0)));
        taught
    };
    let mut memory = Memory::of(1 << 24);
    for (n_reports, n_answered) in [(50, 30), (50, 40), (50, 50), (60, 60)] {
        let mut taught = full[..n_reports].to_vec();
        for one in &mut taught[n_answered..] {
            one.answers[1] = None;
        }
        let again = fit_again(&mut memory, &taught, &[], &targets(2), 1);
        assert_eq!(again, fit(&taught, &[], &targets(2), 1), "{n_reports} {n_answered}");
    }
}
