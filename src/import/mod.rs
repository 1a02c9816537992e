//! Planning documents in: bytes of a Markdown, Org, CSV or JSON file become a neutral draft of a plan.
//!
//! A document is repaired ([`decode`]), parsed into an outline of sections and lists, and read by rules
//! that all styles share. Nothing is written here: [`place`] says which files the draft becomes, and whoever calls it writes them.

mod build;
mod dates;
mod differ;
mod document;
mod draft;
mod encoding;
mod estimates;
pub mod exported;
mod fields;
mod folders;
mod front;
mod identify;
mod item;
mod json;
mod label;
mod marks;
mod milestones;
mod org;
mod place;
mod prefix;
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

pub use document::line_count;
pub use draft::{
    Declared, Draft, DraftGroup, DraftMilestone, DraftTask, ImportError, LossReport, Options, Warning,
};
pub use encoding::{Decoded, decode};
pub use place::{NewId, Placed, PlacedFile, Placing, place};
pub use prefix::Prefix;
pub use read::{read, read_all};
