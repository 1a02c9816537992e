//! Which task a change of a file was of, where two tasks had one id.

use super::log::{Renumberings, TaskDelta};
use crate::evidence::same_task;
use crate::git::Sighting;
use crate::model::{Task, TaskId};
use crate::snapshot::Snapshot;
use std::collections::{BTreeSet, HashMap, HashSet};

/// Follows the files of some tasks through history.
pub struct Lineage<'a> {
    snapshot: &'a Snapshot,
    /// The ids that those tasks have or had.
    names: &'a HashSet<TaskId>,
    tasks: &'a [usize],
    /// For each of these ids that others have or had as well, all whose it is.
    rivals: HashMap<&'a TaskId, Vec<usize>>,
    /// The ids that have to be looked at to tell the rivals apart.
    all: HashSet<TaskId>,
}

impl<'a> Lineage<'a> {
    /// Of the tasks at those positions, with the ids that they have or had.
    pub fn of(snapshot: &'a Snapshot, names: &'a HashSet<TaskId>, tasks: &'a [usize]) -> Self {
        let mut rivals: HashMap<&TaskId, Vec<usize>> = HashMap::new();
        for (at, entry) in snapshot.tasks.iter().enumerate() {
            for id in entry.task.aka.iter().chain([&entry.id]).filter(|id| names.contains(*id)) {
                rivals.entry(id).or_default().push(at);
            }
        }
        rivals.retain(|_, tasks| tasks.len() > 1);
        let entries = rivals.values().flatten().map(|&at| &snapshot.tasks[at]);
        let ids = entries.flat_map(|entry| entry.task.aka.iter().chain([&entry.id]));
        let all = ids.chain(names).cloned().collect();
        Self { snapshot, names, tasks, rivals, all }
    }

    /// Whether changes of files with that id have to be known.
    pub fn looks_at(&self, id: &TaskId) -> bool {
        self.all.contains(id)
    }

    /// Those of the changes, the newest first, that are of the tasks.
    pub fn keep<'d>(&self, deltas: Vec<TaskDelta<'d>>) -> Vec<TaskDelta<'d>> {
        let mut owners: HashMap<String, BTreeSet<usize>> = HashMap::new();
        for &at in self.rivals.values().flatten() {
            owners.entry(self.snapshot.tasks[at].path.clone()).or_default().insert(at);
        }
        if !self.rivals.is_empty() {
            let renumberings = Renumberings::of(&deltas);
            for new in &deltas {
                let inherited = owners.get(&new.file.path).cloned().unwrap_or_default();
                let renumbered = renumberings.old(new).map(|old| &deltas[old].file.path);
                for old in new.file.renamed_from.iter().chain(renumbered) {
                    owners.entry(old.clone()).or_default().extend(&inherited);
                }
            }
        }
        deltas.into_iter().filter(|delta| self.is_kept(delta, &owners)).collect()
    }

    fn is_kept(&self, delta: &TaskDelta<'_>, owners: &HashMap<String, BTreeSet<usize>>) -> bool {
        let Some(rivals) = self.rivals.get(&delta.id) else {
            return [Some(&delta.id), delta.former.as_ref()]
                .into_iter()
                .flatten()
                .any(|id| self.names.contains(id));
        };
        let old_path = delta.file.renamed_from.as_ref().unwrap_or(&delta.file.path);
        let versions = [(&delta.after, &delta.file.path), (&delta.before, old_path)];
        let seen = versions.into_iter().filter_map(|(task, path)| Some((task.as_ref()?, path)));
        let by_itself = seen.map(|(task, path)| sighting(&delta.id, path, task));
        let by_itself = by_itself.into_iter().find_map(|then| same_task(self.snapshot, rivals, &then));
        let owner = || {
            let mut owners = owners.get(&delta.file.path)?.iter();
            owners.next().filter(|_| owners.next().is_none()).copied()
        };
        // What nothing tells apart is shown of both.
        by_itself.or_else(owner).is_none_or(|task| self.tasks.contains(&task))
    }
}

fn sighting(id: &TaskId, path: &str, task: &Task) -> Sighting {
    Sighting {
        id: id.clone(),
        path: path.to_owned(),
        title: task.title.clone(),
        created: task.created,
        steps: Vec::new(),
    }
}
