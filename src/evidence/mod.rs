//! References held against the plan: what counts for which task, and why the rest does not.

mod derive;
mod few;
mod flight;
mod item;
mod mentions;
mod naming;
mod outcome;
mod sweep;
mod undo;

pub use derive::{Hold, Topic, Trunk, Viewpoint, derive, derive_among};
pub use few::few;
pub use flight::claimed_task;
pub use item::{BranchWork, Carried, Evidence, Ignored, Item, TaskEvidence, TrunkWork, UnknownReference};
pub use mentions::Mentions;
pub use naming::{Names, same_task};
pub use sweep::Sweep;
