//! What awaits a person.

mod queue;

pub use queue::{QueueLine, Quoted, queue_of};
