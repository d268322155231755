//! What awaits a person, and what people said: the queue out, verdicts in.

mod implied;
mod labels;
mod ledger;
mod queue;
mod said;
pub mod status;

pub use labels::{Label, Labelled, Labels, labels};
pub use ledger::{
    ADJUDICATES, Answer, Appender, Conflict, Entry, Error, Followed, Follower, Ledger, Merged, Origin, Quote, Route,
    Standing, Statement, UNDONE, Verdict, append, instant, merge,
};
pub use queue::{Proposal, QueueLine, Quoted, item_id, passages, queue_of};
pub use said::Said;
pub use status::{CodeStatus, Goal, Status, status};
