//! References held against the plan: what counts for which task, and why the rest does not.

mod claims;
mod derive;
mod item;
mod outcome;
mod undo;

pub use derive::{Topic, Trunk, Viewpoint, derive};
pub use item::{BranchWork, Evidence, Ignored, Item, TaskEvidence, TrunkWork, UnknownReference};
