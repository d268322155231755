//! What awaits a person, and what people said: the queue out, verdicts in.

mod implied;
mod labels;
mod ledger;
mod queue;
mod said;

pub use labels::{Label, Labelled, Labels, labels};
pub use ledger::{Answer, Appender, Entry, Error, Ledger, Quote, Route, Standing, Verdict, append};
pub use queue::{Proposal, QueueLine, Quoted, queue_of};
pub use said::Said;
