//! Rules over what commits say. What is pushed cannot be mended, so nothing here is an error.

use super::depends::near_task;
use crate::evidence::{Ignored, UnknownReference};
use crate::finding::{Finding, Severity};
use crate::git::Pos;
use crate::message::Effect;
use crate::model::{Status, TaskId};
use crate::plan::{Blocker, Plan};
use std::collections::{BTreeMap, BTreeSet};

/// Steps that commits completed and whose text their task does not have any more.
pub(super) fn lost_steps(plan: &Plan, found: &mut Vec<Finding>) {
    for at in plan.current() {
        let entry = plan.entry(at);
        for item in plan.evidence.tasks[at].items.iter().filter(|item| item.ignored.is_none()) {
            for (number, text) in &item.lost_steps {
                let message = format!(
                    "step {number} that commit {} completed is no step of {} any more: {text:?}",
                    short(plan, item.commit),
                    entry.id
                );
                let finding = Finding::new("lost-step", Severity::Warning, message)
                    .with_path(&entry.path)
                    .with_ids([entry.id.clone()])
                    .with_help("if a step was only reworded, set its status to \"completed\" in the file");
                found.push(finding);
            }
        }
    }
}

/// Tasks that commits completed although something they depend on is not settled.
pub(super) fn early_completions(plan: &Plan, found: &mut Vec<Finding>) {
    for at in plan.current().filter(|&at| plan.states[at].status == Status::Completed) {
        let evidence = &plan.evidence.tasks[at];
        let Some(by) = evidence.completed_by.map(|by| evidence.items[by].commit) else { continue };
        let open: Vec<&TaskId> = plan
            .blocked_by(at)
            .iter()
            .filter_map(|blocker| match blocker {
                Blocker::Task(other) => Some(&plan.entry(*other).id),
                Blocker::Missing(_) => None,
            })
            .collect();
        if open.is_empty() {
            continue;
        }
        let entry = plan.entry(at);
        let names: Vec<&str> = open.iter().map(|id| id.as_str()).collect();
        let message = format!(
            "{} is completed by commit {}, before what it depends on: {}",
            entry.id,
            short(plan, by),
            names.join(", ")
        );
        let ids = std::iter::once(&entry.id).chain(open).cloned();
        let finding = Finding::new("early-completion", Severity::Warning, message)
            .with_path(&entry.path)
            .with_ids(ids)
            .with_help("remove the dependency if it is none");
        found.push(finding);
    }
}

/// Forms that would have an effect, if only the plan had a task of that id.
pub(super) fn unknown_references(plan: &Plan, found: &mut Vec<Finding>) {
    let beyond = |u: &UnknownReference| plan.history.record(u.commit).is_some_and(|r| r.before_boundary);
    let acts = |u: &&UnknownReference| u.effect != Effect::Links && !beyond(u);
    let mut seen = BTreeSet::new();
    for unknown in plan.evidence.unknown.iter().rev().filter(acts) {
        if !seen.insert((unknown.commit, &unknown.word)) {
            continue;
        }
        let message = format!(
            "commit {} names {:?}, which is no task of this plan: {}",
            short(plan, unknown.commit),
            unknown.word,
            unknown.text
        );
        let ignore = "if it never was one, list the commit in [references] ignore of .tasks/config.toml";
        let help = match near_task(&plan.snapshot, &unknown.word) {
            Some(near) => format!("{near} {ignore}"),
            None => ignore.to_owned(),
        };
        found.push(Finding::new("unknown-reference", Severity::Warning, message).with_help(help));
    }
}

/// References to an id that was given twice, where nothing tells which task is meant.
pub(super) fn ambiguous_references(plan: &Plan, found: &mut Vec<Finding>) {
    let mut meant: BTreeMap<(Pos, &str), Vec<TaskId>> = BTreeMap::new();
    for (entry, evidence) in plan.snapshot.tasks.iter().zip(&plan.evidence.tasks) {
        for item in evidence.items.iter().filter(|item| item.ignored == Some(Ignored::Ambiguous)) {
            meant.entry((item.commit, item.text(&plan.history))).or_default().push(entry.id.clone());
        }
    }
    for ((commit, text), mut ids) in meant.into_iter().rev() {
        ids.sort();
        ids.dedup();
        let names: Vec<&str> = ids.iter().map(TaskId::as_str).collect();
        let message = format!(
            "commit {} could mean more than one task ({}), so it counts for none: {text}",
            short(plan, commit),
            names.join(", ")
        );
        let finding = Finding::new("ambiguous-reference", Severity::Warning, message)
            .with_ids(ids)
            .with_help("say so by a commit with a trailer: Closes-Task: ID");
        found.push(finding);
    }
}

/// Commits that could not be understood.
pub(super) fn malformed_commits(plan: &Plan, found: &mut Vec<Finding>) {
    let finding = |warning: &String| Finding::new("malformed-commit", Severity::Info, warning.as_str());
    found.extend(plan.history.warnings.iter().map(finding));
}

fn short(plan: &Plan, commit: Pos) -> String {
    plan.history.oid(commit).to_hex_with_len(8).to_string()
}
