//! Who waits for whom.

use super::edges::Edges;
use super::own::OwnGroups;
use crate::model::{Dependency, GroupName, TaskId};
use crate::snapshot::Snapshot;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// The dependencies of a snapshot.
///
/// A dependency on a group of a thousand tasks is one edge here: besides a node for each task there are two for each
/// group, one that stands for all its tasks together and one, the gate, for what its tasks wait for together. The last
/// nodes are those of `OwnGroups`.
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
        let own_groups = OwnGroups::new(snapshot, tasks + 2 * names.len());
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
                let wait = |to: usize| edges.push((node, to));
                let is_there = match dependency {
                    // A task that depends on the group it is in waits for the other tasks there, not for itself.
                    Dependency::Group(name) if own_group.is_some_and(|own| own.is_within(name)) => {
                        own_groups.others(name, node).for_each(wait);
                        true
                    }
                    Dependency::Group(name) => whole(name).map(wait).is_some(),
                    Dependency::Task(id) => snapshot.index.get(id).copied().map(wait).is_some(),
                };
                if !is_there {
                    missing.entry(node).or_insert_with(Vec::new).push(dependency.clone());
                }
            }
        }
        edges.extend(own_groups.edges());
        let nodes = own_groups.end();
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
        self.waits_for.components(keep)
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
        let mut seen = HashSet::new();
        while let Some(node) = queue.pop_front() {
            let mut nexts: Vec<usize> = self.waits_for(node).iter().rev().copied().collect();
            while let Some(next) = nexts.pop() {
                // What stands between a task and the others of its group makes no round longer.
                if next >= self.end_of_groups() {
                    if seen.insert(next) {
                        nexts.extend(self.waits_for(next).iter().rev());
                    }
                    continue;
                }
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

    /// Where the nodes of groups and their gates end.
    fn end_of_groups(&self) -> usize {
        self.tasks + 2 * self.groups.len()
    }

    pub(super) fn node_count(&self) -> usize {
        self.waits_for.nodes()
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
        let of_groups = self.tasks..self.end_of_groups();
        let is_group =
            move |node: usize| of_groups.contains(&node) && (node - of_groups.start).is_multiple_of(2);
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
        // of dependency also where tasks make a cycle. What stands between tasks and the others of their groups waits for
        // tasks and for what comes before it alone.
        let groups = (self.tasks..self.end_of_groups()).step_by(2);
        let gates = groups.clone().map(|group| group + 1);
        let between = self.end_of_groups()..self.node_count();
        for node in groups.rev().chain(gates).chain(between).chain(0..self.tasks) {
            let waits = self.waits_for(node).iter().any(|&next| open[next]);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::PlanFile;
    use proptest::prelude::*;
    use std::fmt::Write as _;

    /// Groups of which some lie within others.
    const GROUPS: [&str; 5] = ["a", "a/b", "a/b/c", "a/d", "e"];

    /// Tasks by their groups, each with the groups and tasks that it depends on and whether it is settled.
    fn snapshot(drawn: &[(usize, Vec<usize>, bool)]) -> Snapshot {
        let file = |(id, (group, on, _)): (usize, &(usize, Vec<usize>, bool))| {
            let mut text = "title = \"t\"\ndepends = [".to_owned();
            for &on in on {
                match on.checked_sub(GROUPS.len()) {
                    None => write!(text, "\"{}/\", ", GROUPS[on]).unwrap(),
                    Some(task) => write!(text, "\"{}\", ", task % drawn.len()).unwrap(),
                }
            }
            PlanFile {
                path: format!(".tasks/{}/{id}.toml", GROUPS[*group]),
                bytes: (text + "]\n").into_bytes(),
            }
        };
        Snapshot::read(drawn.iter().enumerate().map(file).collect(), Vec::new())
    }

    /// What each task waits for, as the contract has it: a group means all tasks in it but the one that depends on it.
    fn told(snapshot: &Snapshot) -> Vec<BTreeSet<usize>> {
        let waits = |(at, entry): (usize, &crate::snapshot::TaskEntry)| {
            let mut found = BTreeSet::new();
            for dependency in &entry.task.depends {
                match dependency {
                    Dependency::Task(id) => found.extend(snapshot.index.get(id)),
                    Dependency::Group(name) => found.extend((0..snapshot.tasks.len()).filter(|&other| {
                        snapshot.tasks[other].group.is_within(name)
                            && !(other == at && entry.group.is_within(name))
                    })),
                }
            }
            found
        };
        snapshot.tasks.iter().enumerate().map(waits).collect()
    }

    /// All pairs of which the first waits for the second, through others as well.
    fn closed(direct: &[BTreeSet<usize>]) -> Vec<BTreeSet<usize>> {
        let mut all = direct.to_vec();
        for through in 0..all.len() {
            let behind = all[through].clone();
            all.iter_mut().filter(|of| of.contains(&through)).for_each(|of| of.extend(&behind));
        }
        all
    }

    proptest! {
        #[test]
        fn tasks_wait_for_the_others_of_their_own_group(drawn in prop::collection::vec(
            (0..5_usize, prop::collection::vec(0..16_usize, 0..3), prop::bool::ANY), 1..12,
        )) {
            let snapshot = snapshot(&drawn);
            let graph = Graph::new(&snapshot);
            // A group that has no task does not exist.
            prop_assume!(graph.is_whole());
            let direct = told(&snapshot);
            let settled: Vec<bool> = snapshot
                .tasks
                .iter()
                .map(|entry| drawn[entry.id.as_str().parse::<usize>().unwrap()].2)
                .collect();
            let held = graph.held_up(&settled);
            let open_order = graph.order_among(|node| settled.get(node).is_none_or(|settled| !settled));
            let all = closed(&direct);
            for (at, waits) in direct.iter().enumerate() {
                let blockers: BTreeSet<Blocker> = waits.iter().map(|&other| Blocker::Task(other)).collect();
                prop_assert_eq!(graph.prerequisites(at), blockers);
                let waiting = |other: &usize| direct[*other].contains(&at);
                let dependents: BTreeSet<usize> = (0..direct.len()).filter(waiting).collect();
                prop_assert_eq!(graph.dependents(at), dependents);
                prop_assert_eq!(held[at], waits.iter().any(|&other| !settled[other]));
                let is_entangled = graph.entangled().iter().any(|members| members.contains(&at));
                prop_assert_eq!(is_entangled, all[at].contains(&at));
            }
            // Of tasks that do not wait for each other the one that is waited for comes first.
            let open: Vec<BTreeSet<usize>> = direct
                .iter()
                .enumerate()
                .map(|(at, of)| if settled[at] { BTreeSet::new() } else { of.iter().filter(|&&o| !settled[o]).copied().collect() })
                .collect();
            let open = closed(&open);
            let tasks: Vec<usize> = open_order.into_iter().filter(|&node| node < direct.len()).collect();
            for (place, &at) in tasks.iter().enumerate() {
                for &later in &tasks[place + 1..] {
                    prop_assert!(!open[at].contains(&later) || open[later].contains(&at), "{} {}", at, later);
                }
            }
            for round in graph.cycles() {
                let next = round.iter().cycle().skip(1);
                prop_assert!(round.iter().zip(next).all(|(&at, &next)| all[at].contains(&next)));
                let on = |first: usize| direct[round[first]].contains(&round[(first + 1) % round.len()]);
                prop_assert!((0..round.len()).all(on), "{:?}", round);
            }
        }
    }

    #[test]
    fn a_large_group_of_which_every_task_depends_on_it_takes_little_room() {
        let drawn: Vec<_> = (0..2000).map(|_| (1, vec![1], false)).collect();
        let snapshot = snapshot(&drawn);
        let graph = Graph::new(&snapshot);
        assert_eq!(graph.entangled().iter().map(Vec::len).collect::<Vec<_>>(), [2000]);
        assert_eq!(graph.cycles()[0].len(), 2);
        assert_eq!(graph.prerequisites(7).len(), 1999);
        assert!(graph.waits_for.iter().count() < 20 * 2000);
    }
}
