//! What awaits a person, and what people said: the queue out, verdicts in.

mod labels;
mod ledger;
mod queue;
mod said;

pub use labels::{Label, Labelled, Labels, labels};
pub use ledger::{
    Answer, Appender, Entry, Error, Followed, Follower, Ledger, Quote, Route, Standing, UNDONE, Verdict, append,
};
pub use queue::{Proposal, QueueLine, Quoted, item_id, passages, queue_of};
pub use said::Said;
