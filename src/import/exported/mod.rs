//! Documents that `tasks export` wrote: read back to the same plan files.
//!
//! Such a document says of itself what it is, and gives every value its place, so nothing is guessed: [`read`] makes
//! files of it, [`place`] holds them against the plan that is there.

mod json;
mod markdown;
mod place;
mod raw;
mod read;
mod sections;
mod table;
#[cfg(test)]
mod tests;

pub use place::{Restored, RestoredFile, place};
pub use read::{Content, Exported, ExportedFile, read};
