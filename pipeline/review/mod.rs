//! What awaits a person, and what people said: the queue out, verdicts in.

mod implied;
mod labels;
mod ledger;
mod queue;
mod said;
pub mod status;

pub use labels::{Label, Labelled, Labels, labels};
pub use ledger::{
    ADJUDICATES, Answer, Appender, Conflict, Entry, Error, Ledger, Merged, Origin, Quote, Route, Standing, Statement,
    Verdict, append, instant, merge,
};
pub use queue::{Proposal, QueueLine, Quoted, queue_of};
pub use said::Said;
pub use status::{CodeStatus, Goal, Status, status};
