//! The answers as text for a terminal, one function for each.

mod check;
mod diff;
mod list;
mod log;
mod parts;
mod show;
mod status;
mod why;

pub use check::check;
pub use diff::{diff, file_diff};
pub use list::{list, next, order};
pub use log::log;
pub use show::show;
pub use status::{brief, status};
pub use why::why;
