//! What is read from a Git repository. The only room that knows gix.

mod apart;
mod branch;
mod changes;
mod claim;
mod commit;
mod error;
mod history;
mod ids;
mod landing;
mod lookup;
mod merge;
mod object;
mod own;
mod repo;
mod share;
mod sight;
mod span;
mod sparse;
mod staged;
mod tree;
mod unmerged;
mod walk;

pub use branch::{Branch, matches_trunk};
pub use changes::{FileDelta, PlanChange};
pub use claim::{Claim, Claimed, NewClaim};
pub use error::GitError;
pub use gix::ObjectId as Oid;
pub use history::{Commit, History, Person, Pos, PosSet, Record, Sighting, subject_hash};
pub use landing::Landing;
pub use object::CommitInfo;
pub use own::OwnPlan;
pub use repo::{Env, Head, Repo};
pub use span::Span;
pub use staged::Staged;
pub use unmerged::Unmerged;
pub use walk::HistoryOptions;
