//! Commit messages: text to references, without knowing which tasks exist.

mod types;

pub use types::{Effect, Message, Part, Reference, Revert, RevertKind, RevertedCommit, Rule};
