//! Planning documents in: bytes of a Markdown, Org, CSV or JSON file become a neutral draft of a plan.
//!
//! A document is repaired ([`decode`]), parsed into an outline of sections and lists, and read by rules
//! that all styles share. Nothing is written here; whoever takes the draft makes files of it.

mod build;
mod dates;
mod document;
mod draft;
mod encoding;
mod estimates;
mod fields;
mod front;
mod item;
mod json;
mod label;
mod marks;
mod milestones;
mod org;
mod read;
mod record;
mod references;
mod roles;
mod section;
mod slug;
mod survey;
mod table;
mod task;
#[cfg(test)]
mod tests;

pub use draft::{
    Declared, Draft, DraftGroup, DraftMilestone, DraftTask, ImportError, LossReport, Options, Warning,
};
pub use encoding::{Decoded, decode};
pub use read::{read, read_all};
