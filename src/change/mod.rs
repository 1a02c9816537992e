//! Pure functions from a plan to changed plan files.

mod allocate;
mod place;

pub use allocate::{AllocateError, next_ids};
pub use place::{PlaceError, folder, folders, moved, renamed_dependency};
