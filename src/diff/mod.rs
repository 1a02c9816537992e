//! What differs between two versions of a plan, and what follows from it.

mod field;
mod parts;
mod steps;
mod task;
mod text;

pub use field::FieldChange;
pub use parts::{config_changes, group_changes, milestone_changes};
pub use task::task_changes;
pub use text::{LineChange, line_changes};
