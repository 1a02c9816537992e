//! Rules over what tasks, groups and milestones say.

use super::depends::{Known, Peopled, group_file};
use crate::config::Config;
use crate::finding::{Finding, Spot};
use crate::model::{Dependency, FileStatus, Minutes, Spellings, Status, StepStatus};
use crate::plan::Plan;
use crate::snapshot::{Snapshot, TaskEntry};
use std::collections::HashSet;
use std::fmt::Write as _;

/// The most characters of a title before it counts as long.
const LONG_TITLE: usize = 120;

/// Names of milestones, in tasks and groups, that have no file.
pub(super) fn milestones(snapshot: &Snapshot, found: &mut Vec<Finding>) {
    let known: HashSet<&str> = snapshot.milestones.iter().map(|m| m.name.as_str()).collect();
    let spellings = Spellings::new(snapshot.milestones.iter().map(|m| m.name.as_str()));
    let unknown = |name: &str, path: &str| {
        let help = match spellings.nearest(name) {
            Some(near) => format!("did you mean {near}?"),
            None => format!("write .tasks/milestones/{name}.toml with a title and a date"),
        };
        Finding::of("unknown-milestone", format!("\"{name}\" is a milestone without a file"))
            .with_path(path)
            .with_spot(Spot::Item("milestones", name.to_owned()))
            .with_help(help)
    };
    for entry in snapshot.tasks.iter().filter(|entry| !entry.archived) {
        let names = entry.task.milestones.iter().filter(|name| !known.contains(name.as_str()));
        found.extend(names.map(|name| unknown(name, &entry.path).with_ids([entry.id.clone()])));
    }
    for entry in &snapshot.groups {
        let path = group_file(entry);
        let names = entry.group.milestones.iter().filter(|name| !known.contains(name.as_str()));
        found.extend(names.map(|name| unknown(name, &path)));
    }
}

/// Groups and tasks that a milestone gathers although the plan does not have them.
pub(super) fn members_of_milestones(snapshot: &Snapshot, known: &Known<'_>, found: &mut Vec<Finding>) {
    for entry in &snapshot.milestones {
        let members = entry.milestone.groups.iter().chain(&entry.milestone.tasks);
        for member in members.filter(|member| !known.has_file(member)) {
            let (code, key, what) = match member {
                Dependency::Task(_) => ("unknown-task", "tasks", "task"),
                Dependency::Group(_) => ("unknown-group", "groups", "group"),
            };
            let message = format!("\"{member}\" is no {what} of this plan, so the milestone lacks it");
            let help = known.near(member).unwrap_or_else(|| "remove it".to_owned());
            let finding = Finding::of(code, message)
                .with_path(&entry.path)
                .with_spot(Spot::Item(key, member.to_string()))
                .with_help(help);
            found.push(finding);
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
            let finding = on_task("blocked-without-reason", message, entry)
                .with_spot(Spot::Key("status"))
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
        let mut open = (1..=steps.len()).filter(|n| is_open(&steps[n - 1])).peekable();
        let Some(first) = open.next() else { continue };
        let (noun, verb) = if open.peek().is_none() { ("step", "is") } else { ("steps", "are") };
        let mut message = format!("{} is completed, but its {noun} {first}", entry.id);
        // Written at once: there are plans whose steps nobody ticks off, and that is thousands of findings.
        for number in open {
            let _ = write!(message, ", {number}");
        }
        message.push_str(&[" ", verb, " open"].concat());
        let finding = on_task("completed-with-open-steps", message, entry)
            .with_spot(Spot::Table("steps", first - 1))
            .with_help("complete or cancel what is left of its steps, or reopen the task");
        found.push(finding);
    }
}

/// Archived tasks that are open again, which no list shows.
pub(super) fn open_in_archive(plan: &Plan, found: &mut Vec<Finding>) {
    for (entry, state) in plan.snapshot.tasks.iter().zip(&plan.states) {
        if entry.archived && !state.status.is_settled() && state.status != Status::Unknown {
            let message =
                format!("{} is archived and {}, so no list shows it", entry.id, state.status.as_str());
            let help = format!("tasks reopen {} takes it out of the archive", entry.id);
            found.push(on_task("open-in-archive", message, entry).with_help(help));
        }
    }
}

/// A finding on one task.
pub(super) fn on_task(code: &'static str, message: String, entry: &TaskEntry) -> Finding {
    Finding::of(code, message).with_path(&entry.path).with_ids([entry.id.clone()])
}

/// Titles that no list can show.
pub(super) fn long_titles(snapshot: &Snapshot, found: &mut Vec<Finding>) {
    for entry in snapshot.tasks.iter().filter(|entry| !entry.archived) {
        // A title has at least as many bytes as characters, so most need no counting.
        let title = &entry.task.title;
        if title.len() > LONG_TITLE && title.chars().count() > LONG_TITLE {
            let message = format!("the title of {} has {} characters", entry.id, title.chars().count());
            let finding = on_task("long-title", message, entry)
                .with_spot(Spot::Key("title"))
                .with_help(format!("keep it to {LONG_TITLE}, and put the rest into description"));
            found.push(finding);
        }
    }
}

/// Lists that name the same thing twice.
pub(super) fn repeated_items(snapshot: &Snapshot, found: &mut Vec<Finding>) {
    for entry in &snapshot.tasks {
        let task = &entry.task;
        let finding = |key: &'static str, item: String| {
            on_task("repeated-item", format!("{key} names \"{item}\" twice"), entry)
                .with_spot(Spot::Item(key, item))
                .with_help("remove one of them; tasks check --fix does")
        };
        found.extend(repeated(&task.depends).into_iter().map(|item| finding("depends", item.to_string())));
        found.extend(repeated(&task.assignees).into_iter().map(|item| finding("assignees", item.clone())));
        found.extend(repeated(&task.milestones).into_iter().map(|item| finding("milestones", item.clone())));
        found.extend(repeated(&task.aka).into_iter().map(|item| finding("aka", item.to_string())));
        if !task.details.has_lists() {
            continue;
        }
        let lists = [("tags", &task.tags), ("files", &task.files), ("links", &task.links)];
        for (key, list) in lists {
            found.extend(repeated(list).into_iter().map(|item| finding(key, item.clone())));
        }
    }
}

/// The items of a list that stand there before, each once.
fn repeated<T: std::hash::Hash + Eq>(list: &[T]) -> Vec<&T> {
    // Most lists are that short, and every plan has several for each task.
    if list.len() < 2 {
        return Vec::new();
    }
    let (mut seen, mut told) = (HashSet::new(), HashSet::new());
    list.iter().filter(|item| !seen.insert(*item) && told.insert(*item)).collect()
}

/// Groups with a `group.toml` and nothing in them.
pub(super) fn empty_groups(snapshot: &Snapshot, peopled: &Peopled, found: &mut Vec<Finding>) {
    for entry in snapshot.groups.iter().filter(|entry| !peopled.contains(&entry.name)) {
        let finding = Finding::of("empty-group", format!("the group {} has no task", entry.name))
            .with_path(group_file(entry))
            .with_help("move tasks there, or remove the folder");
        found.push(finding);
    }
}

/// Open tasks with an estimate beyond the bounds of the configuration.
pub(super) fn estimates(plan: &Plan, policy: &Config, found: &mut Vec<Finding>) {
    let (min, max) = policy.estimate_bounds;
    if min.is_none() && max.is_none() {
        return;
    }
    for at in plan.current().filter(|&at| !plan.states[at].status.is_settled()) {
        let entry = plan.entry(at);
        let Some(estimate) = entry.task.estimate else { continue };
        let (least, most) = estimate.minutes(policy.calendar);
        let (word, key, bound) = match (min, max) {
            (_, Some(max)) if most > max => ("more", "max", max),
            (Some(min), _) if least < min => ("less", "min", min),
            _ => continue,
        };
        let message = format!("{} is estimated at {estimate}, {word} than {}", entry.id, span(bound));
        let finding = on_task("estimate-out-of-bounds", message, entry)
            .with_spot(Spot::Key("estimate"))
            .with_help(format!("split the task, or correct it; [estimates] {key} sets the bound"));
        found.push(finding);
    }
}

/// Minutes as a configuration would have them.
fn span(minutes: Minutes) -> String {
    crate::model::Estimate::from_minutes(minutes, minutes).to_string()
}

/// Open tasks that name files which are not there.
pub(super) fn missing_files(plan: &Plan, missing: &HashSet<String>, found: &mut Vec<Finding>) {
    if missing.is_empty() {
        return;
    }
    let names_files = |at: &usize| plan.entry(*at).task.details.names_files();
    for at in plan.current().filter(|at| !plan.states[*at].status.is_settled() && names_files(at)) {
        let entry = plan.entry(at);
        for file in &entry.task.files {
            let Some(path) = path_of(file).filter(|path| missing.contains(*path)) else { continue };
            let message = format!("{} names the file \"{path}\", which does not exist", entry.id);
            let finding = on_task("missing-file", message, entry)
                .with_spot(Spot::Item("files", file.clone()))
                .with_help("correct the path in files, unless the task is to write it");
            found.push(finding);
        }
    }
}

/// The path that an item of `files` names, without its line; `None` for patterns and addresses, which name no file.
pub fn path_of(file: &str) -> Option<&str> {
    let mut path = file.trim();
    // `src/auth.rs:27`, `:27:5` and `:27-30`
    while let Some((head, tail)) = path.rsplit_once(':') {
        let is_line = !tail.is_empty() && tail.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        if !is_line {
            break;
        }
        path = head;
    }
    let path = path.strip_prefix("./").unwrap_or(path).trim_end_matches('/');
    let is_plain = !path.is_empty() && !path.contains(['*', '?', '{', '<', '\\']) && !path.contains("://");
    is_plain.then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_what_stands_before_the_line() {
        let cases = [
            ("src/auth.rs:27", Some("src/auth.rs")),
            ("src/auth.rs:27:5", Some("src/auth.rs")),
            ("src/auth.rs:27-30", Some("src/auth.rs")),
            ("./src/", Some("src")),
            ("a:b", Some("a:b")),
            ("src/*.rs", None),
            ("https://example.com/x", None),
            ("", None),
        ];
        for (file, path) in cases {
            assert_eq!(path_of(file), path, "{file}");
        }
    }

    #[test]
    fn what_is_repeated_is_told_once() {
        assert_eq!(repeated(&[1, 2, 1, 1, 3]), [&1]);
        assert_eq!(repeated::<u8>(&[]).len(), 0);
    }
}
