//! Who waits for whom.

use crate::model::{Dependency, GroupName, TaskId};
use crate::snapshot::Snapshot;
use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The dependencies of a snapshot.
///
/// A dependency on a group of a thousand tasks is one edge here: besides a node for each task there are two for each
/// group, one that stands for all its tasks together and one, the gate, for what its tasks wait for together.
#[derive(Debug, Default)]
pub struct Graph {
    /// How many tasks there are; their nodes come first.
    tasks: usize,
    /// For each node the nodes it waits for.
    waits_for: Edges,
    /// What nodes wait for that does not exist.
    missing: BTreeMap<usize, Vec<Dependency>>,
    /// For each node the nodes that wait for it.
    waited_for_by: Edges,
    /// Groups of tasks that wait for each other, each in natural order of ids.
    cycles: Vec<Vec<usize>>,
    /// All nodes, each after those it waits for; members of a cycle in some order, which none of them has without the others.
    order: Vec<usize>,
    /// Every group, in the order of the groups' nodes.
    groups: Vec<GroupName>,
}

/// Edges by the node at which they begin.
#[derive(Debug, Default)]
struct Edges {
    /// Where the targets of each node end.
    ends: Vec<usize>,
    targets: Vec<usize>,
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
        let whole = |name: &GroupName| numbers.get(name).map(|n| tasks + 2 * n);
        let (mut edges, mut missing) = (Vec::with_capacity(3 * tasks), BTreeMap::new());
        let mut first = 0;
        for members in snapshot.tasks.chunk_by(|a, b| a.group == b.group) {
            let end = first + members.len();
            if let Some(group) = whole(&members[0].group) {
                edges.extend((first..end).flat_map(|at| [(group, at), (at, group + 1)]));
            }
            first = end;
        }
        for name in &names {
            if let (Some(group), Some(parent)) = (whole(name), name.parent().and_then(|p| whole(&p))) {
                edges.extend([(parent, group), (group + 1, parent + 1)]);
            }
        }
        let of_tasks = snapshot.tasks.iter().enumerate();
        let of_tasks = of_tasks.map(|(at, entry)| (at, Some(&entry.group), &entry.task.depends));
        let of_groups = snapshot.groups.iter();
        let of_groups = of_groups.filter_map(|e| Some((whole(&e.name)? + 1, None, &e.group.depends)));
        for (node, own_group, depends) in of_tasks.chain(of_groups) {
            for dependency in depends {
                let mut wait = |to: usize| edges.push((node, to));
                if !depend(snapshot, node, own_group, dependency, &whole, &mut wait) {
                    missing.entry(node).or_insert_with(Vec::new).push(dependency.clone());
                }
            }
        }
        let nodes = tasks + 2 * names.len();
        let waits_for = Edges::new(nodes, edges.iter().copied());
        let waited_for_by = Edges::new(nodes, waits_for.iter().map(|(from, to)| (to, from)));
        let mut graph = Self { tasks, waits_for, missing, waited_for_by, groups: names, ..Self::default() };
        match graph.straight_order() {
            Some(order) => graph.order = order,
            None => graph.find_cycles(snapshot),
        }
        graph
    }

    /// All nodes, each after those it waits for; `None` if there is a cycle.
    fn straight_order(&self) -> Option<Vec<usize>> {
        let nodes = self.node_count();
        let mut waits: Vec<usize> = (0..nodes).map(|node| self.waits_for(node).len()).collect();
        let mut order: Vec<usize> = (0..nodes).filter(|&node| waits[node] == 0).collect();
        let mut done = 0;
        while let Some(&node) = order.get(done) {
            done += 1;
            for &waiting in self.waited_for_by(node) {
                waits[waiting] -= 1;
                if waits[waiting] == 0 {
                    order.push(waiting);
                }
            }
        }
        (order.len() == nodes).then_some(order)
    }

    fn find_cycles(&mut self, snapshot: &Snapshot) {
        for component in self.components(|_| true) {
            let on_itself = component.len() == 1 && self.waits_for(component[0]).contains(&component[0]);
            if component.len() > 1 || on_itself {
                let mut members: Vec<usize> = component.iter().copied().filter(|&n| n < self.tasks).collect();
                members.sort_by(|&a, &b| snapshot.tasks[a].id.cmp(&snapshot.tasks[b].id));
                self.cycles.push(members);
            }
            self.order.extend(component);
        }
        self.cycles.sort();
    }

    /// The nodes that `keep` lets through, in the sets of those that wait for each other; each set comes after all that its
    /// nodes wait for.
    fn components(&self, keep: impl Fn(usize) -> bool) -> Vec<Vec<usize>> {
        let nodes = self.node_count();
        let mut graph = DiGraph::<(), ()>::with_capacity(nodes, nodes);
        for _ in 0..nodes {
            graph.add_node(());
        }
        for (from, to) in self.waits_for.iter().filter(|&(from, to)| keep(from) && keep(to)) {
            graph.add_edge(NodeIndex::new(from), NodeIndex::new(to), ());
        }
        // Tarjan's components come out in reverse topological order of the edges: what is waited for comes first.
        let kept = |component: Vec<NodeIndex>| -> Vec<usize> {
            component.iter().map(|node| node.index()).filter(|&node| keep(node)).collect()
        };
        tarjan_scc(&graph).into_iter().map(kept).filter(|component| !component.is_empty()).collect()
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
            for &next in self.waits_for(node) {
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

    /// The nodes that `keep` lets through, each after those of them that it waits for; those that are on a cycle without
    /// the others come in some order.
    pub(super) fn order_among(&self, keep: impl Fn(usize) -> bool) -> Vec<usize> {
        if self.cycles.is_empty() {
            return self.order.iter().copied().filter(|&node| keep(node)).collect();
        }
        self.components(keep).into_iter().flatten().collect()
    }

    pub(super) fn node_count(&self) -> usize {
        self.waits_for.ends.len()
    }

    pub(super) fn waits_for(&self, node: usize) -> &[usize] {
        self.waits_for.of(node)
    }

    /// Whether the plan has all that anything waits for.
    pub fn is_whole(&self) -> bool {
        self.missing.is_empty()
    }

    pub(super) fn has_missing(&self, node: usize) -> bool {
        self.missing.contains_key(&node)
    }

    /// The groups that something depends on as a whole: the node of each, and its name.
    pub(super) fn awaited_groups(&self) -> impl Iterator<Item = (usize, &GroupName)> {
        // The group around a group waits for it only as a part of itself.
        let is_group = |node: usize| node >= self.tasks && (node - self.tasks).is_multiple_of(2);
        let awaited = move |node: usize| self.waited_for_by(node).iter().any(|&other| !is_group(other));
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
            for &next in self.waits_for(node) {
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
            for &next in self.waited_for_by(node) {
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
        open.resize(self.node_count(), false);
        let mut held = vec![false; self.node_count()];
        // Groups first, the inner before the outer; then gates, the outer before the inner; then tasks. That is an order
        // of dependency also where tasks make a cycle.
        let groups = (self.tasks..self.node_count()).step_by(2);
        let gates = groups.clone().map(|group| group + 1);
        for node in groups.rev().chain(gates).chain(0..self.tasks) {
            let waits = self.waits_for(node).iter().any(|&next| open[next]);
            held[node] = waits || self.has_missing(node);
            if node >= self.tasks {
                open[node] = held[node];
            }
        }
        held
    }
}

/// Finds what a node waits for because of one dependency, each once it is found; `false` if the plan does not have it.
fn depend(
    snapshot: &Snapshot,
    node: usize,
    own_group: Option<&GroupName>,
    dependency: &Dependency,
    whole: &impl Fn(&GroupName) -> Option<usize>,
    wait: &mut impl FnMut(usize),
) -> bool {
    match dependency {
        // A task that depends on the group it is in waits for the other tasks there, not for itself.
        Dependency::Group(name) if own_group.is_some_and(|own| own.is_within(name)) => {
            let others = snapshot.tasks.iter().enumerate();
            others.filter(|(at, e)| *at != node && e.group.is_within(name)).for_each(|(at, _)| wait(at));
            true
        }
        Dependency::Group(name) => whole(name).map(wait).is_some(),
        Dependency::Task(id) => snapshot.index.get(id).copied().map(wait).is_some(),
    }
}

/// Every group, with all groups around it, the root left out: nobody can depend on it.
fn group_names(snapshot: &Snapshot) -> Vec<GroupName> {
    let mut names = BTreeSet::new();
    // Tasks of a group mostly follow each other.
    let of_tasks = snapshot.tasks.chunk_by(|a, b| a.group == b.group).map(|tasks| &tasks[0].group);
    let own = of_tasks.chain(snapshot.groups.iter().map(|g| &g.name));
    for name in own {
        let mut name = Some(name.clone());
        while let Some(current) = name.filter(|n| !n.is_root()) {
            name = current.parent();
            names.insert(current);
        }
    }
    names.into_iter().collect()
}

impl Edges {
    /// Those of one node stay in their order.
    fn new(nodes: usize, edges: impl Iterator<Item = (usize, usize)> + Clone) -> Self {
        // Where the next target of each node goes.
        let mut next = vec![0; nodes + 1];
        edges.clone().for_each(|(from, _)| next[from + 1] += 1);
        for node in 0..nodes {
            next[node + 1] += next[node];
        }
        let mut targets = vec![0; next[nodes]];
        for (from, to) in edges {
            targets[next[from]] = to;
            next[from] += 1;
        }
        next.truncate(nodes);
        Self { ends: next, targets }
    }

    fn of(&self, node: usize) -> &[usize] {
        let start = node.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.targets[start..self.ends[node]]
    }

    /// From where to where each leads.
    fn iter(&self) -> impl Iterator<Item = (usize, usize)> + Clone + '_ {
        (0..self.ends.len()).flat_map(|node| self.of(node).iter().map(move |&to| (node, to)))
    }
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
