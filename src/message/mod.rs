//! Commit messages: text to references, without knowing which tasks exist.

mod reading;
mod types;

pub use reading::{Rules, comparable_subject, may_matter, read};
pub use types::{Effect, Message, Part, Reference, Revert, RevertKind, RevertedCommit, Rule};
