//! Commit messages: text in, references out.
//!
//! Only anchored forms have an effect; everything else that names a task merely links. This room reads
//! one message at a time and knows neither the plan nor the other commits: it yields the words that
//! stand where ids stand, and leaves to its readers which of them are known, what a step number means
//! and which commit a revert undoes.

mod credit;
mod lines;
mod list;
mod mention;
mod prefilter;
mod read;
mod reference;
mod revert;
mod rules;
mod slip;
mod squash;
mod subject;
#[cfg(test)]
mod tests;
mod trailers;

pub use credit::{co_authors, picked_from, pull_request};
pub use prefilter::may_matter;
pub use read::read;
pub use reference::{Inert, Message, Part, Reference, Revert, RevertKind, Rule};
pub use revert::comparable_subject;
pub use rules::{Effect, Rules, RulesError, SubjectEffect, is_keyword};
pub use trailers::trailers;
