//! Rules over what tasks, groups and milestones say.

use super::depends::{is_known, near};
use crate::finding::{Finding, Severity};
use crate::model::{Dependency, FileStatus, Status, StepStatus, nearest};
use crate::plan::Plan;
use crate::snapshot::Snapshot;
use std::collections::HashSet;

/// Names of milestones, in tasks and groups, that have no file.
pub(super) fn milestones(snapshot: &Snapshot, found: &mut Vec<Finding>) {
    let known: HashSet<&str> = snapshot.milestones.iter().map(|m| m.name.as_str()).collect();
    let unknown = |name: &str, path: &str| {
        let near = nearest(name, snapshot.milestones.iter().map(|m| m.name.as_str()));
        let help = match near {
            Some(near) => format!("did you mean {near}?"),
            None => format!("write .tasks/milestones/{name}.toml with a title and a date"),
        };
        Finding::new(
            "unknown-milestone",
            Severity::Warning,
            format!("\"{name}\" is a milestone without a file"),
        )
        .with_path(path)
        .with_help(help)
    };
    for entry in snapshot.tasks.iter().filter(|entry| !entry.archived) {
        let names = entry.task.milestones.iter().filter(|name| !known.contains(name.as_str()));
        found.extend(names.map(|name| unknown(name, &entry.path).with_ids([entry.id.clone()])));
    }
    for entry in &snapshot.groups {
        let path = format!("{}/group.toml", entry.path);
        let names = entry.group.milestones.iter().filter(|name| !known.contains(name.as_str()));
        found.extend(names.map(|name| unknown(name, &path)));
    }
}

/// Groups and tasks that a milestone gathers although the plan does not have them.
pub(super) fn members_of_milestones(snapshot: &Snapshot, found: &mut Vec<Finding>) {
    for entry in &snapshot.milestones {
        let members = entry.milestone.groups.iter().chain(&entry.milestone.tasks);
        for member in members.filter(|member| !is_known(snapshot, member)) {
            let (code, what) = match member {
                Dependency::Task(_) => ("unknown-task", "task"),
                Dependency::Group(_) => ("unknown-group", "group"),
            };
            let message = format!("\"{member}\" is no {what} of this plan, so the milestone lacks it");
            let help = near(snapshot, member).unwrap_or_else(|| "remove it".to_owned());
            found.push(Finding::new(code, Severity::Warning, message).with_path(&entry.path).with_help(help));
        }
    }
}

/// Tasks whose file says that they are blocked, but not why.
pub(super) fn blocked_without_reason(plan: &Plan, found: &mut Vec<Finding>) {
    for at in plan.current() {
        let entry = plan.entry(at);
        let task = &entry.task;
        if task.status == Some(FileStatus::Blocked) && task.reason.is_none() && task.waiting_on.is_none() {
            let message = format!("{} is blocked, and nothing says why", entry.id);
            let finding = Finding::new("blocked-without-reason", Severity::Warning, message)
                .with_path(&entry.path)
                .with_ids([entry.id.clone()])
                .with_help("add reason = \"\u{2026}\" or waiting_on = \"\u{2026}\"");
            found.push(finding);
        }
    }
}

/// Completed tasks with steps that are neither completed nor cancelled.
pub(super) fn completed_with_open_steps(plan: &Plan, found: &mut Vec<Finding>) {
    for at in plan.current().filter(|&at| plan.states[at].status == Status::Completed) {
        let (entry, steps) = (plan.entry(at), &plan.states[at].steps);
        let is_open = |s: &StepStatus| !matches!(s, StepStatus::Completed | StepStatus::Cancelled);
        let open: Vec<String> =
            (1..=steps.len()).filter(|n| is_open(&steps[n - 1])).map(|n| n.to_string()).collect();
        let (noun, verb) = if open.len() == 1 { ("step", "is") } else { ("steps", "are") };
        if open.is_empty() {
            continue;
        }
        let list = open.join(", ");
        let message = format!("{} is completed, but its {noun} {list} {verb} open", entry.id);
        let finding = Finding::new("completed-with-open-steps", Severity::Warning, message)
            .with_path(&entry.path)
            .with_ids([entry.id.clone()])
            .with_help("complete or cancel what is left of its steps, or reopen the task");
        found.push(finding);
    }
}
