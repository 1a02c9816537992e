//! Finds the repository and loads what a command asked for.

mod given;
mod judge;
mod load;
mod trees;

pub use given::Few;
pub use judge::{Judged, Matter};
pub use load::{Request, Scope, Workspace, refuse_broken_config};
pub use trees::Trees;
