//! Tasks that depend on a group they are in: each waits for the other tasks there.

use crate::model::{Dependency, GroupName};
use crate::snapshot::Snapshot;
use std::collections::HashMap;

/// The groups that tasks in them depend on.
///
/// A single such task leads to each of the others. If there are several, each would lead to each of the others; so there are
/// nodes between them: one for each task and all that come before it in the group, one for each and all that come after.
/// Two of them are all but the task in their middle.
#[derive(Debug)]
pub(super) struct OwnGroups<'a> {
    groups: HashMap<&'a str, OwnGroup>,
    /// The number behind that of the last node.
    end: usize,
}

#[derive(Debug, Default)]
struct OwnGroup {
    /// All tasks in the group, in their order.
    members: Vec<usize>,
    /// The last task that depends on it, and how many there are.
    last: Option<usize>,
    dependents: usize,
    /// The first of its nodes. Those of what comes before follow each other in the order of the tasks; behind them, those
    /// of what comes after do in the opposite order. So each waits for tasks and for nodes of lesser numbers alone.
    first: usize,
}

impl<'a> OwnGroups<'a> {
    /// Those of a snapshot; nodes are numbered from `first` on.
    pub fn new(snapshot: &'a Snapshot, first: usize) -> Self {
        let mut groups: HashMap<&str, OwnGroup> = HashMap::new();
        for (at, entry) in snapshot.tasks.iter().enumerate() {
            for dependency in &entry.task.depends {
                if let Dependency::Group(name) = dependency
                    && entry.group.is_within(name)
                {
                    let group = groups.entry(name.as_str()).or_default();
                    group.dependents += usize::from(group.last.replace(at) != Some(at));
                }
            }
        }
        let mut end = first;
        if groups.is_empty() {
            return Self { groups, end };
        }
        for (at, entry) in snapshot.tasks.iter().enumerate() {
            for name in entry.group.with_outer() {
                if let Some(group) = groups.get_mut(name) {
                    group.members.push(at);
                }
            }
        }
        // In an order that depends on the plan alone.
        let mut several: Vec<_> = groups.iter_mut().filter(|(_, group)| group.dependents > 1).collect();
        several.sort_unstable_by_key(|(name, _)| **name);
        for (_, group) in several {
            group.first = end;
            end += 2 * group.members.len();
        }
        Self { groups, end }
    }

    /// The number behind that of the last node.
    pub fn end(&self) -> usize {
        self.end
    }

    /// What stands for the other tasks of a group, for a task in it that depends on it.
    pub fn others(&self, name: &GroupName, task: usize) -> impl Iterator<Item = usize> + '_ {
        let group = self.groups.get(name.as_str());
        let single = group.filter(|group| group.dependents == 1);
        let each = single
            .into_iter()
            .flat_map(move |group| group.members.iter().copied().filter(move |&at| at != task));
        let several = group.filter(|group| group.dependents > 1);
        let two = several.into_iter().flat_map(move |group| {
            let place = group.members.binary_search(&task).ok();
            let before = place.and_then(|place| group.up_to(place.checked_sub(1)?));
            let after = place.and_then(|place| group.from(place + 1));
            before.into_iter().chain(after)
        });
        each.chain(two)
    }

    /// What the nodes wait for.
    pub fn edges(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.groups.values().filter(|group| group.dependents > 1).flat_map(OwnGroup::edges)
    }
}

impl OwnGroup {
    /// The node for the task at that place and all before it.
    fn up_to(&self, place: usize) -> Option<usize> {
        (place < self.members.len()).then_some(self.first + place)
    }

    /// The node for the task at that place and all after it.
    fn from(&self, place: usize) -> Option<usize> {
        (place < self.members.len()).then(|| self.first + 2 * self.members.len() - 1 - place)
    }

    /// In the order of the tasks that they lead to.
    fn edges(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.members.iter().enumerate().flat_map(|(place, &at)| {
            let (up_to, from) = (self.up_to(place), self.from(place));
            let before = place.checked_sub(1).and_then(|before| self.up_to(before));
            let to = |from: Option<usize>, to: Option<usize>| Some((from?, to?));
            [to(up_to, before), to(up_to, Some(at)), to(from, Some(at)), to(from, self.from(place + 1))]
                .into_iter()
                .flatten()
        })
    }
}
