//! The work tree: reading the plan, and the one place that writes it.

mod apply;
mod error;
mod lock;
mod missing;
mod read;

pub use apply::apply;
pub use error::FilesError;
pub use lock::Lock;
pub use missing::missing;
pub use read::{foreign_path, plan_paths, read_one, read_plan};
