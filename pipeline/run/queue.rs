//! The queue as it is written: what is asked comes in report by report, and goes out in the order of its use, which only
//! shows when all of it is known. The lines wait on disk; in memory stay a few bytes for each.

use super::Error;
use crate::coding::{Coded, Evidence};
use crate::order::{Answered, Grounds, Item, Place, Sketches, rank};
use crate::project::Project;
use crate::review::{Label, QueueLine, queue_of};
use crate::store::{Pile, Replacement};
use crate::study::Study;

/// See the module.
pub(super) struct Queue<'s> {
    study: &'s Study,
    settings: crate::order::Settings,
    items: Vec<Item>,
    sketches: Sketches,
    answered: Vec<Answered>,
    n_reports: u32,
    pile: Pile,
}

impl<'s> Queue<'s> {
    pub fn new(study: &'s Study, project: &Project) -> Self {
        Queue {
            study,
            settings: project.config.review,
            items: Vec::new(),
            sketches: Sketches::default(),
            answered: Vec::new(),
            n_reports: 0,
            pile: Pile::of(&project.queue()),
        }
    }

    /// Goes on to the next report: what the store has found in it, and what people said.
    pub fn next_report(&mut self, evidence: &[u8], labels: &[Label]) -> Result<(), Error> {
        if self.study.classifier.is_some() {
            self.sketches.push(&Evidence::sketch_from_bytes(evidence)?);
        }
        let report = self.n_reports;
        let answered = |label: &Label| Answered { code: label.code.get() as u32, report };
        self.answered.extend(labels.iter().map(answered));
        self.n_reports += 1;
        Ok(())
    }

    /// Adds what is queued of that report.
    pub fn add(&mut self, coded: &Coded) -> Result<(), Error> {
        let frame = &self.study.frame;
        for line in queue_of(self.study, coded, 0) {
            let code = frame.find(&format!("{}/{}", line.question, line.code)).expect("a line is of a code").index;
            let cell = &coded.cells[code.get()];
            self.items.push(Item {
                report: self.n_reports - 1,
                code: code.get() as u32,
                reason: cell.reason.unwrap_or(line.reason),
                probability: cell.probability,
                draw: self.study.draw(&coded.id, code, self.study.seed) as f32,
            });
            let mut text = serde_json::to_vec(&QueueLine { rank: 0, ..line }).expect("a queue line always has a text");
            text.push(b'\n');
            self.pile.put(&text)?;
        }
        Ok(())
    }

    /// Writes it, the first to be asked first.
    pub fn write(mut self, replacement: &mut Replacement) -> Result<(), Error> {
        self.answered.sort_unstable();
        let places = rank(
            &self.items,
            &Grounds {
                order: self.settings.order,
                random_share: self.settings.random_share,
                sketches: &self.sketches,
                answered: &self.answered,
            },
        );
        let (mut rank, mut out) = (0, Vec::new());
        let write = |line: &[u8]| {
            out.clear();
            put_rank(line, rank + 1, &places[rank], &mut out);
            rank += 1;
            replacement.write(&out)
        };
        Ok(self.pile.take(places.iter().map(|place| place.item), write)?)
    }
}

/// What stands for the rank in a line that has none yet.
const UNRANKED: &[u8] = b"\"rank\":0,";

/// Puts rank and probability of being drawn in their place.
fn put_rank(line: &[u8], rank: usize, place: &Place, out: &mut Vec<u8>) {
    let at = line.windows(UNRANKED.len()).position(|window| window == UNRANKED).expect("a line has a rank");
    let pi = place.pi.map_or("null".to_owned(), |pi| format!("{pi}"));
    out.extend_from_slice(&line[..at]);
    out.extend_from_slice(format!("\"rank\":{rank},\"pi\":{pi},").as_bytes());
    out.extend_from_slice(&line[at + UNRANKED.len()..]);
}
