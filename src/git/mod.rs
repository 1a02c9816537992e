//! What is read from a Git repository. The only room that knows gix.

mod boundary;
mod branch;
mod cache;
mod changes;
mod commit;
mod error;
mod history;
mod ids;
mod object;
mod pack;
mod pool;
mod read;
mod reading;
mod record;
mod reduce;
mod repo;
mod sight;
mod span;
mod sparse;
mod tree;
mod undoing;
mod unmerged;
mod walk;

pub use branch::{Branch, matches_trunk};
pub use changes::{FileDelta, PlanChange};
pub use error::GitError;
pub use gix::ObjectId as Oid;
pub use history::{History, NamedWord, Pos, PosSet, Undoes};
pub use object::CommitInfo;
pub use read::HistoryOptions;
pub use record::{Person, Record, Sighting};
pub use repo::{Env, Head, Progress, Repo};
pub use span::Span;
pub use unmerged::Unmerged;
