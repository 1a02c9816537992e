//! The work tree: reading the plan, and the one place that writes it.

mod apply;
mod blobs;
mod error;
mod journal;
mod listing;
mod lock;
mod memory;
mod missing;
mod paths;
mod read;
mod record;
mod remembered;
mod replace;
mod scan;
mod snapshot;
mod stamp;
mod temporary;

pub use apply::apply;
pub use blobs::Blobs;
pub use error::FilesError;
pub use listing::Listing;
pub use lock::Lock;
pub use memory::Memory;
pub use missing::missing;
pub use paths::Paths;
pub use read::{foreign_path, other_paths, path_below, path_from, read_one, read_plan, read_some};
pub use replace::replace;
pub use snapshot::read_snapshot;
