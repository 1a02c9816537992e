//! What is read from a Git repository. The only room that knows gix.

mod history;

pub use gix::ObjectId as Oid;
pub use history::{Commit, History, Person, Pos, PosSet, Record, Sighting};
