//! The work tree: reading the plan, and the one place that writes it.

mod apply;
mod blobs;
mod error;
mod journal;
mod lock;
mod memory;
mod missing;
mod read;
mod record;
mod replace;
mod scan;
mod snapshot;
mod stamp;

pub use apply::apply;
pub use blobs::Blobs;
pub use error::FilesError;
pub use lock::Lock;
pub use memory::Memory;
pub use missing::missing;
pub use read::{foreign_path, other_paths, path_below, plan_paths, read_one, read_plan};
pub use replace::replace;
pub use snapshot::read_snapshot;
