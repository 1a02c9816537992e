//! What milestones gather by naming it themselves.

use crate::model::{Dependency, GroupName, TaskId};
use crate::snapshot::Snapshot;
use std::collections::HashMap;

/// Milestones, as positions in the snapshot, by the tasks and groups that they name. Plans have many tasks and many of them
/// in a milestone's list: looking through the lists for each task would take the product of both.
#[derive(Debug, Default)]
pub struct Gathered {
    by_task: HashMap<TaskId, Vec<usize>>,
    by_group: HashMap<GroupName, Vec<usize>>,
}

impl Gathered {
    /// Reads the lists of every milestone.
    pub fn new(snapshot: &Snapshot) -> Self {
        let mut gathered = Self::default();
        for (at, entry) in snapshot.milestones.iter().enumerate() {
            for member in entry.milestone.groups.iter().chain(&entry.milestone.tasks) {
                match member {
                    Dependency::Task(id) => gathered.by_task.entry(id.clone()).or_default().push(at),
                    Dependency::Group(name) => gathered.by_group.entry(name.clone()).or_default().push(at),
                }
            }
        }
        gathered
    }

    /// The milestones that name the task.
    pub fn of_task(&self, id: &TaskId) -> &[usize] {
        if self.by_task.is_empty() { &[] } else { self.by_task.get(id).map_or(&[], Vec::as_slice) }
    }

    /// The milestones that name the group or one around it; one may come twice.
    pub fn of_group<'a>(&'a self, group: &'a GroupName) -> impl Iterator<Item = usize> + 'a {
        group.with_outer().filter_map(|name| self.by_group.get(name)).flatten().copied()
    }
}
