//! Rules over dependencies.

use crate::finding::{Finding, Severity};
use crate::model::{Dependency, GroupName, TaskId, nearest};
use crate::plan::Plan;
use crate::snapshot::{Snapshot, TaskEntry};

/// A round longer than this is cut in messages.
const LONGEST_ROUND: usize = 12;

/// Dependencies of tasks and groups on what the plan does not have. Archived tasks wait for nothing any more.
pub(super) fn unknown(snapshot: &Snapshot, found: &mut Vec<Finding>) {
    for entry in snapshot.tasks.iter().filter(|entry| !entry.archived) {
        for dependency in entry.task.depends.iter().filter(|d| !is_known(snapshot, d)) {
            let finding = unknown_dependency(snapshot, dependency, &entry.path);
            found.push(finding.with_ids([entry.id.clone()]));
        }
    }
    for entry in &snapshot.groups {
        for dependency in entry.group.depends.iter().filter(|d| !is_known(snapshot, d)) {
            found.push(unknown_dependency(snapshot, dependency, &format!("{}/group.toml", entry.path)));
        }
    }
}

/// Tasks that wait for each other, each round named once, and tasks that wait for themselves.
pub(super) fn cycles(plan: &Plan, found: &mut Vec<Finding>) {
    let on_itself = |entry: &&TaskEntry| entry.task.depends.contains(&Dependency::Task(entry.id.clone()));
    for entry in plan.snapshot.tasks.iter().filter(on_itself) {
        let message = format!("{} depends on itself", entry.id);
        let finding = Finding::new("self-dependency", Severity::Error, message)
            .with_path(&entry.path)
            .with_ids([entry.id.clone()])
            .with_help("remove it from depends");
        found.push(finding);
    }
    for round in plan.graph.cycles() {
        let Some(first) = round.first().map(|&at| plan.entry(at)) else { continue };
        if round.len() == 1 && on_itself(&first) {
            continue;
        }
        let ids: Vec<TaskId> = round.iter().map(|&at| plan.entry(at).id.clone()).collect();
        let message = format!("these wait for each other, so none can be begun: {}", named(&ids));
        let finding = Finding::new("cycle", Severity::Error, message)
            .with_path(&first.path)
            .with_ids(ids)
            .with_help("remove one of these dependencies, from a task or from its group");
        found.push(finding);
    }
}

/// `a -> b -> a`
fn named(ids: &[TaskId]) -> String {
    let mut names: Vec<&str> = ids.iter().take(LONGEST_ROUND).map(TaskId::as_str).collect();
    if ids.len() > LONGEST_ROUND {
        names.push("\u{2026}");
    }
    names.extend(ids.first().map(TaskId::as_str));
    names.join(" -> ")
}

/// Whether the plan has what is named.
pub(super) fn is_known(snapshot: &Snapshot, dependency: &Dependency) -> bool {
    match dependency {
        Dependency::Task(id) => snapshot.index.contains_key(id),
        Dependency::Group(name) => snapshot.has_group(name),
    }
}

fn unknown_dependency(snapshot: &Snapshot, dependency: &Dependency, path: &str) -> Finding {
    let what = match dependency {
        Dependency::Task(_) => "task",
        Dependency::Group(_) => "group",
    };
    let message = format!("\"{dependency}\" is no {what} of this plan, so what depends on it stays blocked");
    let help =
        near(snapshot, dependency).unwrap_or_else(|| format!("remove it, or write the {what} that it names"));
    Finding::new("unknown-dependency", Severity::Error, message).with_path(path).with_help(help)
}

/// What was probably meant, as a question.
pub(super) fn near(snapshot: &Snapshot, dependency: &Dependency) -> Option<String> {
    match dependency {
        Dependency::Task(id) => near_task(snapshot, id.as_str()),
        Dependency::Group(name) => {
            let names = snapshot.groups.iter().map(|g| g.name.as_str());
            nearest(name.as_str(), names).map(|near| format!("did you mean \"{near}/\"?"))
        }
    }
}

/// The id that was probably meant: that of a task that had this one once, a group of this name, or a near id.
pub(super) fn near_task(snapshot: &Snapshot, word: &str) -> Option<String> {
    let id: Option<TaskId> = word.parse().ok();
    let renumbered = snapshot.tasks.iter().find(|t| id.as_ref().is_some_and(|id| t.task.aka.contains(id)));
    if let Some(entry) = renumbered {
        return Some(format!("it was renumbered to {}", entry.id));
    }
    let group = GroupName::from_dir(word);
    if !group.is_root() && snapshot.has_group(&group) {
        return Some(format!("a group is written with a final slash: \"{group}/\""));
    }
    let ids = snapshot.tasks.iter().map(|t| t.id.as_str());
    nearest(word, ids).map(|near| format!("did you mean {near}?"))
}
