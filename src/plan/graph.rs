//! Who waits for whom.

use crate::model::{Dependency, GroupName, TaskId};
use crate::snapshot::Snapshot;
use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use std::collections::{BTreeSet, HashMap};

/// The dependencies of a snapshot.
///
/// A dependency on a group of a thousand tasks is one edge here: besides a node for each task there are two for each
/// group, one that stands for all its tasks together and one, the gate, for what its tasks wait for together.
#[derive(Debug, Default)]
pub struct Graph {
    /// How many tasks there are; their nodes come first.
    tasks: usize,
    /// For each node the nodes it waits for.
    waits_for: Vec<Vec<usize>>,
    /// For each node what it waits for that does not exist.
    missing: Vec<Vec<Dependency>>,
    /// For each node the nodes that wait for it.
    waited_for_by: Vec<Vec<usize>>,
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
        let mut graph = Self { tasks, ..Self::default() };
        graph.waits_for = vec![Vec::new(); tasks + 2 * names.len()];
        graph.missing = vec![Vec::new(); tasks + 2 * names.len()];
        let whole = |name: &GroupName| numbers.get(name).map(|n| tasks + 2 * n);
        for (at, entry) in snapshot.tasks.iter().enumerate() {
            if let Some(group) = whole(&entry.group) {
                graph.waits_for[group].push(at);
                graph.waits_for[at].push(group + 1);
            }
        }
        for name in &names {
            let (Some(group), Some(parent)) = (whole(name), name.parent().and_then(|p| whole(&p))) else {
                continue;
            };
            graph.waits_for[parent].push(group);
            graph.waits_for[group + 1].push(parent + 1);
        }
        for (at, entry) in snapshot.tasks.iter().enumerate() {
            graph.depend(snapshot, at, Some(&entry.group), &entry.task.depends, &whole);
        }
        for entry in &snapshot.groups {
            if let Some(group) = whole(&entry.name) {
                graph.depend(snapshot, group + 1, None, &entry.group.depends, &whole);
            }
        }
        graph.waited_for_by = graph.inverse();
        graph.find_cycles(snapshot);
        graph.groups = names;
        graph
    }

    fn depend(
        &mut self,
        snapshot: &Snapshot,
        node: usize,
        own_group: Option<&GroupName>,
        depends: &[Dependency],
        whole: &impl Fn(&GroupName) -> Option<usize>,
    ) {
        for dependency in depends {
            match dependency {
                Dependency::Task(id) => match snapshot.index.get(id) {
                    Some(&task) => self.waits_for[node].push(task),
                    None => self.missing[node].push(dependency.clone()),
                },
                // A task that depends on the group it is in waits for the other tasks there, not for itself.
                Dependency::Group(name) if own_group.is_some_and(|own| own.is_within(name)) => {
                    let others = snapshot.tasks.iter().enumerate();
                    let others = others.filter(|(at, e)| *at != node && e.group.is_within(name));
                    self.waits_for[node].extend(others.map(|(at, _)| at));
                }
                Dependency::Group(name) => match whole(name) {
                    Some(group) => self.waits_for[node].push(group),
                    None => self.missing[node].push(dependency.clone()),
                },
            }
        }
    }

    fn find_cycles(&mut self, snapshot: &Snapshot) {
        let mut graph = DiGraph::<(), ()>::with_capacity(self.waits_for.len(), self.waits_for.len());
        for _ in &self.waits_for {
            graph.add_node(());
        }
        for (from, targets) in self.waits_for.iter().enumerate() {
            for &to in targets {
                graph.add_edge(NodeIndex::new(from), NodeIndex::new(to), ());
            }
        }
        // Tarjan's components come out in reverse topological order of the edges: what is waited for comes first.
        for component in tarjan_scc(&graph) {
            let nodes = || component.iter().map(|n| n.index());
            let on_itself =
                component.len() == 1 && self.waits_for[component[0].index()].contains(&component[0].index());
            if component.len() > 1 || on_itself {
                let mut members: Vec<usize> = nodes().filter(|&n| n < self.tasks).collect();
                members.sort_by(|&a, &b| snapshot.tasks[a].id.cmp(&snapshot.tasks[b].id));
                self.cycles.push(members);
            }
            self.order.extend(nodes());
        }
        self.cycles.sort();
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
            for &next in &self.waits_for[node] {
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
        &self.waits_for[node]
    }

    pub(super) fn has_missing(&self, node: usize) -> bool {
        !self.missing[node].is_empty()
    }

    /// The groups that something depends on as a whole: the node of each, and its name.
    pub(super) fn awaited_groups(&self) -> impl Iterator<Item = (usize, &GroupName)> {
        // The group around a group waits for it only as a part of itself.
        let is_group = |node: usize| node >= self.tasks && (node - self.tasks).is_multiple_of(2);
        let awaited = move |node: usize| self.waited_for_by[node].iter().any(|&other| !is_group(other));
        let nodes = self.groups.iter().enumerate().map(|(at, name)| (self.tasks + 2 * at, name));
        nodes.filter(move |(node, _)| awaited(*node))
    }

    /// The nodes that wait for a node.
    pub(super) fn waited_for_by(&self, node: usize) -> &[usize] {
        &self.waited_for_by[node]
    }

    fn inverse(&self) -> Vec<Vec<usize>> {
        let mut inverse = vec![Vec::new(); self.waits_for.len()];
        for (from, targets) in self.waits_for.iter().enumerate() {
            for &to in targets {
                inverse[to].push(from);
            }
        }
        inverse
    }

    /// The tasks that a task waits for directly, its groups' dependencies included, and what is missing.
    pub fn prerequisites(&self, task: usize) -> BTreeSet<Blocker> {
        let mut found = BTreeSet::new();
        let mut seen = BTreeSet::from([task]);
        let mut queue = vec![task];
        while let Some(node) = queue.pop() {
            found.extend(self.missing[node].iter().cloned().map(Blocker::Missing));
            for &next in &self.waits_for[node] {
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
            for &next in &self.waited_for_by[node] {
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
            let waits = self.waits_for[node].iter().any(|&next| open[next]);
            held[node] = waits || self.has_missing(node);
            if node >= self.tasks {
                open[node] = held[node];
            }
        }
        held
    }
}

/// Every group, with all groups around it, the root left out: nobody can depend on it.
fn group_names(snapshot: &Snapshot) -> Vec<GroupName> {
    let mut names = BTreeSet::new();
    let own = snapshot.tasks.iter().map(|t| &t.group).chain(snapshot.groups.iter().map(|g| &g.name));
    for name in own {
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
