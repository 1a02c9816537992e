//! Rules over what documents and groups say of their own size.

use super::depends::group_file;
use crate::finding::{Finding, Spot};
use crate::model::{Calendar, Declared, Estimate, GroupName, Minutes};
use crate::plan::Plan;
use crate::snapshot::{GroupEntry, TaskEntry};

/// Groups whose tasks are not as many, or not as much work, as they are said to be.
pub(super) fn groups(plan: &Plan, found: &mut Vec<Finding>) {
    for entry in &plan.snapshot.groups {
        let group = &entry.group;
        let declared = Declared { tasks: group.declared_tasks, estimate: group.estimate };
        if declared.is_empty() {
            continue;
        }
        let tasks: Vec<&TaskEntry> =
            plan.snapshot.tasks.iter().filter(|task| task.group.is_within(&entry.name)).collect();
        let name = group.title.as_deref().unwrap_or(entry.name.as_str());
        let place = |key| (group_file(entry), Spot::Key(key));
        compare(plan, &format!("the group \"{name}\""), declared, &tasks, place, found);
    }
}

/// Documents of which more or fewer tasks, or more or less work, were imported than they say they have; and documents whose
/// groups add up to something else than the whole.
pub(super) fn documents(plan: &Plan, found: &mut Vec<Finding>) {
    for (name, declared) in &plan.snapshot.config.declared {
        let head = format!("{name}#");
        let came = |entry: &&TaskEntry| entry.task.source().is_some_and(|source| source.starts_with(&head));
        let tasks: Vec<&TaskEntry> = plan.snapshot.tasks.iter().filter(came).collect();
        if tasks.is_empty() {
            continue;
        }
        let place = |_| (".tasks/config.toml".to_owned(), Spot::Item("declared", name.clone()));
        compare(plan, &format!("\"{name}\""), *declared, &tasks, place, found);
        let groups: Vec<&GroupEntry> = outermost(plan, &tasks);
        let Some(total) = declared.tasks else { continue };
        let parts: Vec<u64> = groups.iter().filter_map(|entry| entry.group.declared_tasks).collect();
        let sum = parts.iter().copied().fold(0, u64::saturating_add);
        // Some groups may say nothing; only those that say too much are wrong then.
        if sum > total || (parts.len() == groups.len() && sum != total) {
            let message = format!("\"{name}\" declares {total} tasks, and its groups declare {sum} together");
            found.push(finding("declared-tasks", message, place("declared_tasks")));
        }
    }
}

/// The groups of those tasks that have a declared number, the outermost where they nest.
fn outermost<'a>(plan: &'a Plan, tasks: &[&TaskEntry]) -> Vec<&'a GroupEntry> {
    let holds = |entry: &&GroupEntry| tasks.iter().any(|task| task.group.is_within(&entry.name));
    let holding: Vec<&GroupEntry> = plan.snapshot.groups.iter().filter(holds).collect();
    let says = |name: &GroupName| {
        holding.iter().any(|entry| entry.name == *name && entry.group.declared_tasks.is_some())
    };
    let is_inner = |entry: &GroupEntry| {
        std::iter::successors(entry.name.parent(), GroupName::parent).any(|parent| says(&parent))
    };
    holding.iter().copied().filter(|entry| !is_inner(entry)).collect()
}

fn compare(
    plan: &Plan,
    name: &str,
    declared: Declared,
    tasks: &[&TaskEntry],
    place: impl Fn(&'static str) -> (String, Spot),
    found: &mut Vec<Finding>,
) {
    let has = tasks.len() as u64;
    if let Some(said) = declared.tasks.filter(|&said| said != has) {
        let message = format!("{name} declares {said} tasks, and the plan has {has} of them");
        found.push(finding("declared-tasks", message, place("declared_tasks")));
    }
    if let Some(estimate) = declared.estimate
        && let Some(sum) = differing_sum(estimate, tasks, plan.snapshot.config.calendar)
    {
        let message = format!("{name} declares {estimate} of work, and its tasks add up to {sum}");
        found.push(finding("declared-estimate", message, place("estimate")));
    }
}

/// What the tasks add up to, where that is not within what was declared. Tasks without an estimate could be anything, so with
/// such tasks only too much is wrong.
fn differing_sum(declared: Estimate, tasks: &[&TaskEntry], calendar: Calendar) -> Option<Estimate> {
    let estimates: Vec<(Minutes, Minutes)> =
        tasks.iter().filter_map(|entry| Some(entry.task.estimate?.minutes(calendar))).collect();
    let (min, max) = estimates.iter().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    let (least, most) = declared.minutes(calendar);
    let too_much = max > most;
    let too_little = min < least && estimates.len() == tasks.len();
    (too_much || too_little).then(|| Estimate::from_minutes(min, max))
}

fn finding(code: &'static str, message: String, (path, spot): (String, Spot)) -> Finding {
    Finding::of(code, message)
        .with_path(path)
        .with_spot(spot)
        .with_help("correct the number, or remove it if it no longer matters")
}
