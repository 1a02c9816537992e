//! The evidence on few tasks of a plan, without a look at what is said of others.

use super::item::TaskEvidence;
use super::naming::{Names, resolve};
use super::sweep::Sweep;
use crate::git::{History, Pos};
use crate::snapshot::Snapshot;

/// The evidence at `tip` on the tasks of a snapshot that has few: of references to others nothing is found out.
pub fn few(snapshot: &Snapshot, history: &History, tip: Option<Pos>) -> Vec<TaskEvidence> {
    let names = Names::of(snapshot.tasks.iter());
    let (namings, _) = resolve(snapshot, history, Some(&names));
    Sweep::judged_at(history, namings, tip).tasks().to_vec()
}
