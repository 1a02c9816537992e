//! Rules over dependencies.

use crate::finding::{Finding, Spot};
use crate::model::{Dependency, GroupName, Spellings, Status, TaskId};
use crate::plan::Plan;
use crate::shell;
use crate::snapshot::{GroupEntry, Snapshot, TaskEntry};
use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use std::collections::{HashMap, HashSet};

/// A round longer than this is cut in messages.
const LONGEST_ROUND: usize = 12;

/// Dependencies of tasks and groups on what the plan does not have. Archived tasks wait for nothing any more.
pub(super) fn unknown(snapshot: &Snapshot, known: &Known<'_>, found: &mut Vec<Finding>) {
    for entry in snapshot.tasks.iter().filter(|entry| !entry.archived) {
        for dependency in entry.task.depends.iter().filter(|d| !known.has_file(d)) {
            let finding = unknown_dependency(known, dependency, &entry.path);
            found.push(finding.with_ids([entry.id.clone()]));
        }
    }
    for entry in &snapshot.groups {
        for dependency in entry.group.depends.iter().filter(|d| !known.has_file(d)) {
            found.push(unknown_dependency(known, dependency, &group_file(entry)));
        }
    }
}

/// Tasks that wait for each other, each round named once, and tasks that wait for themselves.
pub(super) fn cycles(plan: &Plan, found: &mut Vec<Finding>) {
    let on_itself = |entry: &&TaskEntry| entry.task.depends.contains(&Dependency::Task(entry.id.clone()));
    for entry in plan.snapshot.tasks.iter().filter(on_itself) {
        let finding = Finding::of("self-dependency", format!("{} depends on itself", entry.id))
            .with_path(&entry.path)
            .with_spot(Spot::Item("depends", entry.id.to_string()))
            .with_ids([entry.id.clone()])
            .with_help("remove it from depends");
        found.push(finding);
    }
    for (round, entangled) in plan.graph.cycles().iter().zip(plan.graph.entangled()) {
        let Some(first) = round.first().map(|&at| plan.entry(at)) else { continue };
        if round.len() == 1 && on_itself(&first) {
            continue;
        }
        let ids: Vec<TaskId> = round.iter().map(|&at| plan.entry(at).id.clone()).collect();
        let next = ids.get(1).unwrap_or(&ids[0]).to_string();
        let names: Vec<&str> = ids.iter().map(TaskId::as_str).collect();
        let message = format!("these wait for each other, so none can be begun: {}", round_of(&names));
        // One more task in the same knot is something new, even where the shortest round is the old one.
        let all: Vec<String> = entangled.iter().map(|&at| plan.entry(at).id.key().into_owned()).collect();
        let finding = Finding::of("cycle", message)
            .with_path(&first.path)
            .with_spot(Spot::Item("depends", next))
            .with_key(all.join(" "))
            .with_ids(ids)
            .with_help("remove one of these dependencies, from a task or from its group");
        found.push(finding);
    }
}

/// Groups that wait for each other where that holds up no task yet, because one of them has none.
pub(super) fn cycles_of_empty_groups(snapshot: &Snapshot, peopled: &Peopled, found: &mut Vec<Finding>) {
    let mut graph = DiGraph::<(), ()>::new();
    for _ in &snapshot.groups {
        graph.add_node(());
    }
    let numbers: HashMap<&GroupName, usize> =
        snapshot.groups.iter().enumerate().rev().map(|(at, entry)| (&entry.name, at)).collect();
    for (at, entry) in snapshot.groups.iter().enumerate() {
        for dependency in &entry.group.depends {
            if let Dependency::Group(name) = dependency
                && let Some(&other) = numbers.get(name)
            {
                graph.add_edge(NodeIndex::new(at), NodeIndex::new(other), ());
            }
        }
    }
    for component in tarjan_scc(&graph) {
        let on_itself = graph.contains_edge(component[0], component[0]);
        let mut members: Vec<usize> = component.into_iter().map(NodeIndex::index).collect();
        members.sort_unstable();
        let names: Vec<&str> = members.iter().map(|&at| snapshot.groups[at].name.as_str()).collect();
        if (members.len() == 1 && !on_itself)
            || members.iter().all(|&at| peopled.contains(&snapshot.groups[at].name))
        {
            continue;
        }
        let message = format!("these groups wait for each other: {}", names.join(", "));
        let finding = Finding::of("cycle", message)
            .with_path(group_file(&snapshot.groups[members[0]]))
            .with_spot(Spot::Key("depends"))
            .with_help("remove one of these dependencies from its group.toml");
        found.push(finding);
    }
}

/// Open tasks that wait for one that was cancelled.
pub(super) fn cancelled(plan: &Plan, found: &mut Vec<Finding>) {
    let is_cancelled = |d: &&Dependency| match d {
        Dependency::Task(id) => {
            plan.position(id).is_some_and(|at| plan.states[at].status == Status::Cancelled)
        }
        Dependency::Group(_) => false,
    };
    for at in plan.current().filter(|&at| !plan.states[at].status.is_settled()) {
        let entry = plan.entry(at);
        for dependency in entry.task.depends.iter().filter(is_cancelled) {
            let message = format!("{} depends on {dependency}, which is cancelled", entry.id);
            let finding = Finding::of("cancelled-dependency", message)
                .with_path(&entry.path)
                .with_spot(Spot::Item("depends", dependency.to_string()))
                .with_ids([entry.id.clone()])
                .with_help(format!(
                    "tasks set {} {}, or name what takes its place",
                    entry.id,
                    shell::word(&format!("depends-={dependency}"))
                ));
            found.push(finding);
        }
    }
}

/// Dependencies in another letter case than the file that they mean.
pub(super) fn other_case(snapshot: &Snapshot, found: &mut Vec<Finding>) {
    for entry in snapshot.tasks.iter().filter(|entry| !entry.archived) {
        for dependency in &entry.task.depends {
            let Dependency::Task(id) = dependency else { continue };
            let Some(other) = snapshot.task(id).filter(|other| other.id.as_str() != id.as_str()) else {
                continue;
            };
            let finding = Finding::of("other-case", format!("\"{id}\" is written {} elsewhere", other.id))
                .with_path(&entry.path)
                .with_spot(Spot::Item("depends", id.to_string()))
                .with_ids([entry.id.clone()])
                .with_help(format!("write \"{}\"; tasks check --fix does", other.id));
            found.push(finding);
        }
    }
}

/// `a -> b -> a`
fn round_of(names: &[&str]) -> String {
    let mut shown: Vec<&str> = names.iter().take(LONGEST_ROUND).copied().collect();
    if names.len() > LONGEST_ROUND {
        shown.push("\u{2026}");
    }
    shown.extend(names.first());
    shown.join(" -> ")
}

/// Where a group says what it waits for.
pub(super) fn group_file(entry: &GroupEntry) -> String {
    format!("{}/group.toml", entry.path)
}

/// The groups that have a task, themselves or in a group within them.
pub(super) type Peopled = HashSet<GroupName>;

/// Finds them.
pub(super) fn peopled(snapshot: &Snapshot) -> Peopled {
    let mut peopled = Peopled::new();
    for entry in &snapshot.tasks {
        // Most tasks have a neighbour.
        let mut name = (!peopled.contains(&entry.group)).then(|| entry.group.clone());
        while let Some(current) = name.filter(|name| !peopled.contains(name)) {
            name = current.parent();
            peopled.insert(current);
        }
    }
    peopled
}

/// What can be named, and what is near to what cannot.
pub(super) struct Known<'a> {
    snapshot: &'a Snapshot,
    groups: HashSet<&'a GroupName>,
    /// Tasks that have a file which could not be read.
    unreadable: HashSet<&'a TaskId>,
    /// Tasks by the ids that they had once.
    former: HashMap<&'a TaskId, &'a TaskId>,
    ids: Spellings<'a>,
    names: Spellings<'a>,
}

impl<'a> Known<'a> {
    pub(super) fn new(snapshot: &'a Snapshot) -> Self {
        let mut former = HashMap::new();
        for entry in &snapshot.tasks {
            for id in &entry.task.aka {
                former.entry(id).or_insert(&entry.id);
            }
        }
        let unreadable = snapshot.problems.iter().flat_map(|problem| &problem.ids);
        Self {
            snapshot,
            groups: snapshot.groups.iter().map(|g| &g.name).collect(),
            unreadable: unreadable.filter(|id| !snapshot.index.contains_key(id)).collect(),
            former,
            ids: Spellings::new(snapshot.tasks.iter().map(|task| task.id.as_str())),
            names: Spellings::new(snapshot.groups.iter().map(|group| group.name.as_str())),
        }
    }

    /// Whether the plan has what is named.
    pub(super) fn has(&self, dependency: &Dependency) -> bool {
        match dependency {
            Dependency::Task(id) => self.snapshot.index.contains_key(id),
            Dependency::Group(name) => self.groups.contains(name),
        }
    }

    /// Whether the plan has what is named, or a file for it that could not be read. Such a task is not unknown.
    pub(super) fn has_file(&self, dependency: &Dependency) -> bool {
        self.has(dependency) || matches!(dependency, Dependency::Task(id) if self.is_unreadable(id))
    }

    /// Whether there is a file for a task of that id which could not be read.
    pub(super) fn is_unreadable(&self, id: &TaskId) -> bool {
        self.unreadable.contains(id)
    }

    /// What was probably meant, as a question.
    pub(super) fn near(&self, dependency: &Dependency) -> Option<String> {
        match dependency {
            Dependency::Task(id) => self.near_task(id.as_str()),
            Dependency::Group(name) => {
                self.names.nearest(name.as_str()).map(|near| format!("did you mean \"{near}/\"?"))
            }
        }
    }

    /// The id that was probably meant: that of a task that had this one once, a group of this name, or a near id.
    pub(super) fn near_task(&self, word: &str) -> Option<String> {
        let id: Option<TaskId> = word.parse().ok();
        if let Some(renumbered) = id.and_then(|id| self.former.get(&id)) {
            return Some(format!("it was renumbered to {renumbered}"));
        }
        let group = GroupName::from_dir(word);
        if !group.is_root() && self.snapshot.has_group(&group) {
            return Some(format!("a group is written with a final slash: \"{group}/\""));
        }
        self.ids.nearest(word).map(|near| format!("did you mean {near}?"))
    }
}

fn unknown_dependency(known: &Known<'_>, dependency: &Dependency, path: &str) -> Finding {
    let what = match dependency {
        Dependency::Task(_) => "task",
        Dependency::Group(_) => "group",
    };
    let message = format!("\"{dependency}\" is no {what} of this plan, so what depends on it stays blocked");
    let help =
        known.near(dependency).unwrap_or_else(|| format!("remove it, or write the {what} that it names"));
    Finding::of("unknown-dependency", message)
        .with_path(path)
        .with_spot(Spot::Item("depends", dependency.to_string()))
        .with_help(help)
}
