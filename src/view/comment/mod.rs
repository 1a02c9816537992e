//! The difference as a Markdown comment on a pull request, in which nothing of the plan's text is active.

mod document;
mod escape;

pub use document::{Comment, MARKER, TooSmall};
