//! What a report needs of the repository besides the plan.

use super::log::id_of;
use super::ranging::Covered;
use crate::error::CliError;
use crate::format::parse_task;
use crate::git::{Oid, Repo};
use crate::model::{FileStatus, Task, TaskId};
use crate::plan::{Plan, Release, Start};
use crate::view::{ReportParts, ReportView, TaskVersions};
use std::collections::{BTreeMap, HashMap};

/// Tasks whose files differ, by id, and the paths of other files of the plan that do.
type PlanChanges = (BTreeMap<TaskId, TaskVersions>, Vec<String>);

/// The report on a range; of milestones that which is released, and that which is required.
pub(super) fn view(
    covered: &Covered,
    milestone: Option<&str>,
    required: Option<&str>,
) -> Result<ReportView, CliError> {
    let (repo, plan) = (&covered.workspace.repo, &*covered.plan);
    let changes = match (&covered.from, plan.revision) {
        (Some(from), Some(revision)) => Some(plan_changes(repo, from.commit, revision)?),
        _ => None,
    };
    let start = covered.from.as_ref().zip(changes.as_ref()).map(|(from, (tasks, _))| Start {
        head: plan.history.position(&from.commit),
        settled: settled(plan, tasks),
        reopened: reopened(plan, tasks).collect(),
    });
    let release = Release::of(plan, start.as_ref());
    let [(newer, oldest), (older, oldest_before)] = ReportParts::commits_of(plan, &release);
    let to = covered.to.commit;
    let mut credits = repo.credits(to, to, &newer, oldest)?;
    if let Some(from) = covered.from.as_ref().filter(|_| !older.is_empty()) {
        credits.extend(repo.credits(to, from.commit, &older, oldest_before)?);
    }
    Ok(ReportView::of(
        plan,
        &ReportParts {
            from: covered.from.clone(),
            to: covered.to.clone(),
            version: covered.version.clone(),
            release: &release,
            credits: &credits,
            changes,
            milestone,
            required,
        },
    ))
}

/// The tasks that files at the older end settle: those whose files differ by what they said there, the others by what they
/// say now.
fn settled(plan: &Plan, changed: &BTreeMap<TaskId, TaskVersions>) -> HashMap<TaskId, FileStatus> {
    let is_settled = |task: &Task| task.status.filter(|status| status.is_settled());
    let kept = plan.snapshot.tasks.iter().filter(|entry| !changed.contains_key(&entry.id));
    let kept = kept.filter_map(|entry| Some((entry.id.clone(), is_settled(&entry.task)?)));
    let before = changed.iter().filter_map(|(id, versions)| {
        let (_, task) = versions.before.as_ref()?;
        Some((id.clone(), is_settled(task)?))
    });
    kept.chain(before).collect()
}

/// The tasks whose files were reopened between both ends.
fn reopened<'p>(
    plan: &'p Plan,
    tasks: &'p BTreeMap<TaskId, TaskVersions>,
) -> impl Iterator<Item = usize> + 'p {
    let when = |version: &Option<(String, Task)>| version.as_ref().and_then(|(_, task)| task.reopened);
    let changed =
        tasks.iter().filter(move |(_, v)| when(&v.after).is_some() && when(&v.before) != when(&v.after));
    changed.filter_map(|(id, _)| plan.position(id))
}

/// What differs between the plans of two commits.
fn plan_changes(repo: &Repo, from: Oid, to: Oid) -> Result<PlanChanges, CliError> {
    let (mut tasks, mut others) = (BTreeMap::<TaskId, TaskVersions>::new(), Vec::new());
    for delta in repo.plan_delta(Some(from), to)?.unwrap_or_default() {
        let Some(id) = id_of(&delta.path) else {
            others.push(delta.path);
            continue;
        };
        let read = |oid: Option<Oid>| -> Result<Option<(String, Task)>, CliError> {
            let Some(oid) = oid else { return Ok(None) };
            Ok(parse_task(&delta.path, &repo.blob(oid)?).value.map(|task| (delta.path.clone(), task)))
        };
        let (before, after) = (read(delta.before)?, read(delta.after)?);
        let versions = tasks.entry(id).or_default();
        versions.before = versions.before.take().or(before);
        versions.after = versions.after.take().or(after);
    }
    Ok((tasks, others))
}
