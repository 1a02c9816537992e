//! The plan out: as a Markdown document, as JSON (which is a view), as a table.
//!
//! What a document holds is decided in one place ([`parts`]), and so is what it cannot hold ([`Loss`]).

mod csv;
mod losses;
mod markdown;
mod parts;

pub use csv::{COLUMNS, FIELD, csv, unguarded};
pub use losses::{Loss, excess, losses};
pub use markdown::markdown;
pub use parts::{Selection, parts};
