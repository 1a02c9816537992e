//! Rules over what commits say. What is pushed cannot be mended, so nothing here is an error by itself.

use super::depends::Known;
use super::tasks::on_task;
use crate::evidence::{Ignored, Item, UnknownReference};
use crate::finding::{Finding, Spot};
use crate::git::Pos;
use crate::message::{Effect, Rules};
use crate::model::{Status, TaskId};
use crate::plan::{Blocker, Plan};
use std::collections::{BTreeMap, BTreeSet};

/// What helps where a commit names what is no task and cannot be reworded any more.
pub(super) const FORGIVE: &str =
    "if it never was one, list the commit in [references] ignore of .tasks/config.toml";

/// Steps that commits completed and whose text their task does not have any more.
pub(super) fn lost_steps(plan: &Plan, found: &mut Vec<Finding>) {
    for at in plan.current() {
        let entry = plan.entry(at);
        for item in plan.evidence.tasks[at].items.iter().filter(|item| item.ignored.is_none()) {
            for (number, text) in item.lost_steps() {
                let message = format!(
                    "step {number} that commit {} completed is no step of {} any more: {text:?}",
                    short(plan, item.commit),
                    entry.id
                );
                let finding = on_task("lost-step", message, entry)
                    .with_spot(Spot::Key("steps"))
                    .with_commit(&plan.history.oid(item.commit))
                    .with_help("if a step was only reworded, set its status to \"completed\" in the file");
                found.push(finding);
            }
        }
    }
}

/// References that were meant to have an effect, and have none.
pub(super) fn idle_references(plan: &Plan, found: &mut Vec<Finding>) {
    let references = &plan.snapshot.config.references;
    let Ok(rules) = Rules::from_config(references) else { return };
    let is_slip = |item: &Item| match item.ignored {
        Some(Ignored::NoSuchStep) => true,
        Some(Ignored::Prose) if !plan.history.is_before_boundary(item.commit) => {
            let text = item.text(&plan.history);
            let record = plan.history.record(item.commit);
            record.is_some_and(|record| rules.is_slip(text, &record.message, item.part as usize))
        }
        _ => false,
    };
    for at in plan.current() {
        let entry = plan.entry(at);
        for item in plan.evidence.tasks[at].items.iter().filter(|item| is_slip(item)) {
            let oid = plan.history.oid(item.commit);
            if references.ignore.iter().any(|listed| oid.to_string().starts_with(listed.as_str())) {
                continue;
            }
            let (commit, text) = (short(plan, item.commit), item.text(&plan.history));
            let what = if item.ignored == Some(Ignored::NoSuchStep) {
                format!("names a step that {} did not have", entry.id)
            } else {
                format!("names {} in a form that has no effect", entry.id)
            };
            let help = "write task 1: text, tasks 1, 2: text or task 1 steps 2, 3: text; a trailer holds ids alone \
                        (Closes-Task: 1), and blank lines set the bullets of a squash apart";
            let finding = Finding::of("idle-reference", format!("commit {commit} {what}: {text}"))
                .with_commit(&oid)
                .with_ids(vec![entry.id.clone()])
                .with_help(help);
            found.push(finding);
        }
    }
}

/// Tasks that commits completed although something they depend on is not settled.
pub(super) fn early_completions(plan: &Plan, found: &mut Vec<Finding>) {
    for at in plan.current().filter(|&at| plan.states[at].status == Status::Completed) {
        let evidence = &plan.evidence.tasks[at];
        let Some(by) = evidence.completed_by.map(|by| evidence.items[by].commit) else { continue };
        let Some(open) = open_dependencies(plan, at) else { continue };
        let entry = plan.entry(at);
        let (commit, names) = (short(plan, by), names(&open));
        let message =
            format!("{} is completed by commit {commit}, before what it depends on: {names}", entry.id);
        let finding = on_task("early-completion", message, entry)
            .with_spot(Spot::Key("depends"))
            .with_commit(&plan.history.oid(by))
            .with_ids(open)
            .with_help("remove the dependency if it is none");
        found.push(finding);
    }
}

/// Tasks that are in progress although something they depend on is not settled.
pub(super) fn early_starts(plan: &Plan, found: &mut Vec<Finding>) {
    for at in plan.current().filter(|&at| plan.states[at].status == Status::InProgress) {
        let Some(open) = open_dependencies(plan, at) else { continue };
        let entry = plan.entry(at);
        let message = format!("{} was begun before what it depends on was done: {}", entry.id, names(&open));
        let finding = on_task("early-start", message, entry)
            .with_spot(Spot::Key("depends"))
            .with_ids(open)
            .with_help("remove the dependency if it is none");
        found.push(finding);
    }
}

/// The tasks that a task waits for and that are open; `None` if there are none.
fn open_dependencies(plan: &Plan, at: usize) -> Option<Vec<TaskId>> {
    let id = |blocker: &Blocker| match blocker {
        Blocker::Task(other) => Some(plan.entry(*other).id.clone()),
        Blocker::Missing(_) => None,
    };
    let open: Vec<TaskId> = plan.blocked_by(at).iter().filter_map(id).collect();
    (!open.is_empty()).then_some(open)
}

fn names(ids: &[TaskId]) -> String {
    ids.iter().map(TaskId::as_str).collect::<Vec<_>>().join(", ")
}

/// Completed tasks of whose commits one was reverted after the last that still counts.
pub(super) fn partly_reverted(plan: &Plan, found: &mut Vec<Finding>) {
    for at in plan.current().filter(|&at| plan.states[at].row == Some(2)) {
        let items = &plan.evidence.tasks[at].items;
        let completes = |item: &&Item| item.effect == Effect::Completes;
        let undone = items.iter().filter(completes).filter_map(|item| match item.ignored {
            Some(Ignored::UndoneBy(by)) => Some((item.commit, by)),
            _ => None,
        });
        let counts: Vec<Pos> =
            items.iter().filter(completes).filter(|i| i.ignored.is_none()).map(|i| i.commit).collect();
        for (commit, by) in undone {
            // Work that was done again after the revert is whole.
            if counts.iter().any(|&later| later > by && plan.history.is_ancestor(by, later)) {
                continue;
            }
            let entry = plan.entry(at);
            let (commit, revert) = (short(plan, commit), short(plan, by));
            let message =
                format!("{} is completed, but its commit {commit} was reverted by {revert}", entry.id);
            let finding = on_task("partly-reverted", message, entry)
                .with_commit(&plan.history.oid(by))
                .with_help(format!("tasks why {} tells what counts; Reopens-Task: {0} opens it", entry.id));
            found.push(finding);
        }
    }
}

/// Forms that would have an effect, if only the plan had a task of that id.
pub(super) fn unknown_references(plan: &Plan, known: &Known<'_>, found: &mut Vec<Finding>) {
    let beyond = |u: &UnknownReference| plan.history.record(u.commit).is_some_and(|r| r.before_boundary);
    let acts = |u: &&UnknownReference| u.effect != Effect::Links && !beyond(u);
    let mut seen = BTreeSet::new();
    for unknown in plan.evidence.unknown.iter().rev().filter(acts) {
        let unreadable = unknown.word.parse().is_ok_and(|id| known.is_unreadable(&id));
        if unreadable || !seen.insert((unknown.commit, &unknown.word)) {
            continue;
        }
        let message = format!(
            "commit {} names {:?}, which is no task of this plan: {}",
            short(plan, unknown.commit),
            unknown.word,
            unknown.text
        );
        let help = match known.near_task(&unknown.word) {
            Some(near) => format!("{near} {FORGIVE}"),
            None => FORGIVE.to_owned(),
        };
        let commit = plan.history.oid(unknown.commit);
        found.push(Finding::of("unknown-reference", message).with_commit(&commit).with_help(help));
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
        let finding = Finding::of("ambiguous-reference", message)
            .with_commit(&plan.history.oid(commit))
            .with_ids(ids)
            .with_help("say so by a commit with a trailer: Closes-Task: ID");
        found.push(finding);
    }
}

/// Commits that could not be understood.
pub(super) fn malformed_commits(plan: &Plan, found: &mut Vec<Finding>) {
    let finding = |warning: &String| {
        let finding = Finding::of("malformed-commit", warning.as_str());
        // Each is a sentence that begins with the commit it is about.
        match warning.strip_prefix("commit ").and_then(|rest| rest.split(' ').next()) {
            Some(oid) => finding.with_commit(oid),
            None => finding,
        }
    };
    found.extend(plan.history.warnings.iter().map(finding));
}

fn short(plan: &Plan, commit: Pos) -> String {
    plan.history.oid(commit).to_hex_with_len(8).to_string()
}
