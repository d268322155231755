//! What awaits a person.

mod queue;

pub use queue::{Quoted, QueueLine, queue_of};
