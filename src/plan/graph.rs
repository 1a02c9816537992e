//! Who waits for whom.

use super::edges::Edges;
use crate::model::{Dependency, GroupName, TaskId};
use crate::snapshot::Snapshot;
use std::collections::{BTreeSet, HashMap};

/// The dependencies of a snapshot.
///
/// A dependency on a group of a thousand tasks is one edge here: besides a node for each task there are two for each
/// group, one that stands for all its tasks together and one, the gate, for what its tasks wait for together.
#[derive(Debug, Default)]
pub struct Graph {
    /// How many tasks there are; their nodes come first.
    tasks: usize,
    /// From each node to the nodes it waits for.
    waits_for: Edges,
    /// By node what it waits for that does not exist.
    missing: HashMap<usize, Vec<Dependency>>,
    /// From each node to the nodes that wait for it.
    waited_for_by: Edges,
    /// Groups of tasks that wait for each other, each in natural order of ids.
    cycles: Vec<Vec<usize>>,
    /// All nodes, each after those it waits for; members of a cycle in some order.
    order: Vec<usize>,
    /// Every group, in the order of the groups' nodes.
    groups: Vec<GroupName>,
}

/// What keeps a task from being ready.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Blocker {
    /// A task, by its position in the snapshot.
    Task(usize),
    /// Something that the plan does not have.
    Missing(Dependency),
}

impl Graph {
    /// Reads the dependencies of every task and group.
    pub fn new(snapshot: &Snapshot) -> Self {
        let tasks = snapshot.tasks.len();
        let names = group_names(snapshot);
        let numbers: HashMap<&GroupName, usize> = names.iter().enumerate().map(|(i, n)| (n, i)).collect();
        let mut drawing = Drawing { snapshot, pairs: Vec::with_capacity(3 * tasks), missing: HashMap::new() };
        let whole = |name: &GroupName| numbers.get(name).map(|n| tasks + 2 * n);
        let mut last: (Option<&GroupName>, Option<usize>) = (None, None);
        for (at, entry) in snapshot.tasks.iter().enumerate() {
            if last.0 != Some(&entry.group) {
                last = (Some(&entry.group), whole(&entry.group));
            }
            if let Some(group) = last.1 {
                drawing.pairs.extend([(group, at), (at, group + 1)]);
            }
        }
        for name in &names {
            let (Some(group), Some(parent)) = (whole(name), name.parent().and_then(|p| whole(&p))) else {
                continue;
            };
            drawing.pairs.extend([(parent, group), (group + 1, parent + 1)]);
        }
        for (at, entry) in snapshot.tasks.iter().enumerate() {
            drawing.depend(at, Some(&entry.group), &entry.task.depends, &whole);
        }
        for entry in &snapshot.groups {
            if let Some(group) = whole(&entry.name) {
                drawing.depend(group + 1, None, &entry.group.depends, &whole);
            }
        }
        let waits_for = Edges::new(tasks + 2 * names.len(), &drawing.pairs);
        let (missing, waited_for_by) = (drawing.missing, waits_for.inverse());
        let mut graph = Self { tasks, waits_for, missing, waited_for_by, ..Self::default() };
        graph.find_cycles(snapshot);
        graph.groups = names;
        graph
    }

    fn find_cycles(&mut self, snapshot: &Snapshot) {
        let (mut cycles, mut order) = (Vec::new(), Vec::with_capacity(self.waits_for.len()));
        // What is waited for comes first.
        self.waits_for.components(|nodes| {
            if nodes.len() > 1 || self.waits_for.of(nodes[0]).contains(&nodes[0]) {
                let mut members: Vec<usize> = nodes.iter().copied().filter(|&n| n < self.tasks).collect();
                members.sort_by(|&a, &b| snapshot.tasks[a].id.cmp(&snapshot.tasks[b].id));
                cycles.push(members);
            }
            order.extend_from_slice(nodes);
        });
        cycles.sort();
        (self.cycles, self.order) = (cycles, order);
    }

    /// The cycles, each as one round of tasks: every task waits for the next one, and the last for the first.
    pub fn cycles(&self) -> Vec<Vec<usize>> {
        self.cycles.iter().map(|members| self.round(members)).collect()
    }

    /// For each of [`Graph::cycles`] every task that is entangled in it, in natural order of ids.
    pub fn entangled(&self) -> &[Vec<usize>] {
        &self.cycles
    }

    /// A shortest round through the first member; all members where groups make the round.
    fn round(&self, members: &[usize]) -> Vec<usize> {
        let Some(&start) = members.first() else { return Vec::new() };
        let mut came_from: HashMap<usize, usize> = HashMap::new();
        let mut queue = std::collections::VecDeque::from([start]);
        while let Some(node) = queue.pop_front() {
            for &next in self.waits_for.of(node) {
                if next == start {
                    let mut path = vec![node];
                    while let Some(&before) = came_from.get(path.last().unwrap_or(&start)) {
                        path.push(before);
                    }
                    path.reverse();
                    path.retain(|&n| n < self.tasks);
                    return path;
                }
                if next != start && !came_from.contains_key(&next) {
                    came_from.insert(next, node);
                    queue.push_back(next);
                }
            }
        }
        members.to_vec()
    }

    /// Whether the task is on a cycle.
    pub fn is_cyclic(&self, task: usize) -> bool {
        self.cycles.iter().any(|members| members.contains(&task))
    }

    /// All nodes, each after those it waits for.
    pub(super) fn order(&self) -> &[usize] {
        &self.order
    }

    pub(super) fn node_count(&self) -> usize {
        self.waits_for.len()
    }

    pub(super) fn waits_for(&self, node: usize) -> &[usize] {
        self.waits_for.of(node)
    }

    pub(super) fn has_missing(&self, node: usize) -> bool {
        self.missing.contains_key(&node)
    }

    /// The groups that something depends on as a whole: the node of each, and its name.
    pub(super) fn awaited_groups(&self) -> impl Iterator<Item = (usize, &GroupName)> {
        // The group around a group waits for it only as a part of itself.
        let is_group = |node: usize| node >= self.tasks && (node - self.tasks).is_multiple_of(2);
        let awaited = move |node: usize| self.waited_for_by.of(node).iter().any(|&other| !is_group(other));
        let nodes = self.groups.iter().enumerate().map(|(at, name)| (self.tasks + 2 * at, name));
        nodes.filter(move |(node, _)| awaited(*node))
    }

    /// The nodes that wait for a node.
    pub(super) fn waited_for_by(&self, node: usize) -> &[usize] {
        self.waited_for_by.of(node)
    }

    /// The tasks that a task waits for directly, its groups' dependencies included, and what is missing.
    pub fn prerequisites(&self, task: usize) -> BTreeSet<Blocker> {
        let mut found = BTreeSet::new();
        let mut seen = BTreeSet::from([task]);
        let mut queue = vec![task];
        while let Some(node) = queue.pop() {
            found.extend(self.missing.get(&node).into_iter().flatten().cloned().map(Blocker::Missing));
            for &next in self.waits_for.of(node) {
                if next < self.tasks {
                    found.insert(Blocker::Task(next));
                } else if seen.insert(next) {
                    queue.push(next);
                }
            }
        }
        found
    }

    /// The tasks that wait for a task directly, by their own or their groups' dependencies.
    pub fn dependents(&self, task: usize) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut seen = BTreeSet::from([task]);
        let mut queue = vec![task];
        while let Some(node) = queue.pop() {
            for &next in self.waited_for_by.of(node) {
                if next < self.tasks {
                    found.insert(next);
                } else if seen.insert(next) {
                    queue.push(next);
                }
            }
        }
        found
    }

    /// For each node whether anything that it waits for is open, given which tasks are settled.
    pub(super) fn held_up(&self, settled: &[bool]) -> Vec<bool> {
        // A node that stands for a group is open as long as anything below it is.
        let mut open: Vec<bool> = settled.iter().map(|s| !s).collect();
        open.resize(self.waits_for.len(), false);
        let mut held = vec![false; self.waits_for.len()];
        // Groups first, the inner before the outer; then gates, the outer before the inner; then tasks. That is an order
        // of dependency also where tasks make a cycle.
        let groups = (self.tasks..self.waits_for.len()).step_by(2);
        let gates = groups.clone().map(|group| group + 1);
        for node in groups.rev().chain(gates).chain(0..self.tasks) {
            let waits = self.waits_for.of(node).iter().any(|&next| open[next]);
            held[node] = waits || self.has_missing(node);
            if node >= self.tasks {
                open[node] = held[node];
            }
        }
        held
    }
}

/// A graph while its edges are found.
struct Drawing<'a> {
    snapshot: &'a Snapshot,
    /// Who waits for whom.
    pairs: Vec<(usize, usize)>,
    missing: HashMap<usize, Vec<Dependency>>,
}

impl Drawing<'_> {
    fn depend(
        &mut self,
        node: usize,
        own_group: Option<&GroupName>,
        depends: &[Dependency],
        whole: &impl Fn(&GroupName) -> Option<usize>,
    ) {
        for dependency in depends {
            match dependency {
                Dependency::Task(id) => match self.snapshot.index.get(id) {
                    Some(&task) => self.pairs.push((node, task)),
                    None => self.lacks(node, dependency),
                },
                // A task that depends on the group it is in waits for the other tasks there, not for itself.
                Dependency::Group(name) if own_group.is_some_and(|own| own.is_within(name)) => {
                    let others = self.snapshot.tasks.iter().enumerate();
                    let others = others.filter(|(at, e)| *at != node && e.group.is_within(name));
                    self.pairs.extend(others.map(|(at, _)| (node, at)));
                }
                Dependency::Group(name) => match whole(name) {
                    Some(group) => self.pairs.push((node, group)),
                    None => self.lacks(node, dependency),
                },
            }
        }
    }

    fn lacks(&mut self, node: usize, dependency: &Dependency) {
        self.missing.entry(node).or_default().push(dependency.clone());
    }
}

/// Every group, with all groups around it, the root left out: nobody can depend on it.
fn group_names(snapshot: &Snapshot) -> Vec<GroupName> {
    let mut names = BTreeSet::new();
    let own = snapshot.tasks.iter().map(|t| &t.group).chain(snapshot.groups.iter().map(|g| &g.name));
    // Most have the name of their neighbour.
    let mut last = None;
    for name in own.filter(|name| last.replace(*name) != Some(*name)) {
        let mut name = Some(name.clone());
        while let Some(current) = name.filter(|n| !n.is_root()) {
            name = current.parent();
            names.insert(current);
        }
    }
    names.into_iter().collect()
}

impl Blocker {
    /// The id, or the dependency as written.
    pub fn label(&self, snapshot: &Snapshot) -> String {
        match self {
            Self::Task(task) => snapshot.tasks[*task].id.to_string(),
            Self::Missing(dependency) => dependency.to_string(),
        }
    }

    /// The task's id, if it is a task of the plan.
    pub fn id<'a>(&self, snapshot: &'a Snapshot) -> Option<&'a TaskId> {
        match self {
            Self::Task(task) => Some(&snapshot.tasks[*task].id),
            Self::Missing(_) => None,
        }
    }
}
