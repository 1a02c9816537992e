//! Planning documents in: bytes of a Markdown, Org, CSV or JSON file become a neutral draft of a plan.
//!
//! A document is repaired ([`decode`]), parsed into an outline of sections and lists, and read by rules
//! that all styles share. Nothing is written here: [`place`] says which files
//! the draft becomes, [`merge`] what becomes of a file that an earlier import wrote, and whoever calls them writes.

mod assignees;
mod blocks;
mod board;
mod build;
mod bullet;
mod dates;
mod document;
mod draft;
mod encoding;
mod estimates;
pub mod exported;
mod facts;
mod fields;
mod folders;
mod front;
mod identify;
mod inline;
mod item;
mod json;
mod label;
mod marks;
mod merge;
mod milestones;
mod notes;
mod org;
mod org_text;
mod place;
mod prefix;
mod read;
mod record;
mod references;
mod roles;
mod section;
mod slug;
mod stamp;
#[cfg(test)]
mod styles;
mod survey;
mod table;
mod tables;
mod task;
mod taskpaper;
#[cfg(test)]
mod tests;
mod todotxt;
mod trello;

pub use document::line_count;
pub use draft::{Draft, DraftGroup, DraftMilestone, DraftTask, ImportError, LossReport, Options, Warning};
pub use encoding::{Decoded, decode};
pub use merge::{Merged, Resolve, merge};
pub use notes::{Notes, merge_notes, stamped};
pub use place::{NewId, Placed, PlacedFile, Placing, Source, place};
pub use prefix::Prefix;
pub use read::{read, read_all};
pub use stamp::{carry, unstamped};
