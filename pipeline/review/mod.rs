//! What awaits a person, and what people said: the queue out, verdicts in.

mod assign;
mod implied;
mod labels;
mod ledger;
mod queue;
mod said;
pub mod status;

pub use assign::{ASSIGNMENT, Assigned, Assignment, Item, Sharing, Unit, assign};
pub use labels::{Label, Labelled, Labels, labels};
pub use ledger::{
    ADJUDICATES, Answer, Appender, Conflict, Entry, Error, Followed, Follower, Ledger, Merged, Origin, Quote, Route,
    Standing, Statement, UNDONE, Verdict, append, instant, merge,
};
pub use queue::{Proposal, Put, QueueLine, Quoted, item_id, item_id_of, line_of, passages, queue_of};
pub use said::Said;
pub use status::{CodeStatus, Goal, Status, status};
