//! Hooks of Git: what they do, and how they get where Git finds them.
//!
//! A hook for commits advises: whatever fails in it, the commit passes. A hook for pushes decides: what it cannot judge,
//! it refuses.

mod amending;
mod branch;
mod cleanup;
mod foretell;
mod install;
mod kind;
mod made;
mod message;
mod offer;
mod place;
mod program;
mod receive;
mod script;

pub use foretell::{Line, Weight};
pub use install::Hooks;
pub use kind::Hook;
pub use message::{commit_msg, prepare_commit_msg};
pub use receive::{Judgement, RefUpdate, receive};
