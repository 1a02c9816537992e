//! Finds the repository and loads what a command asked for.

mod around;
mod given;
mod judge;
mod load;
mod memory;
mod refusing;
mod review;
mod trees;
mod zone;

pub use given::Few;
pub use judge::{Judged, Matter};
pub use load::{Request, Scope, Workspace};
pub use refusing::{refuse_broken_config, refuse_unsure_ids};
pub use trees::Trees;
pub use zone::local_zone;
