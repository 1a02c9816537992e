//! What changed in the plan itself.

use super::contract::{EditedTask, MovedTask, NamedTask, PlanChangesView};
use crate::diff::task_changes;
use crate::model::{FileStatus, GroupName, Task, TaskId, natural_cmp};
use std::collections::BTreeMap;

/// A task's file at both ends of a range.
#[derive(Debug, Clone, Default)]
pub struct TaskVersions {
    /// Path and content at the older end.
    pub before: Option<(String, Task)>,
    /// Path and content at the newer end.
    pub after: Option<(String, Task)>,
}

/// Sorts the tasks whose files differ, by id, and the paths of other files that do.
pub(super) fn plan_changes(tasks: &BTreeMap<TaskId, TaskVersions>, files: &[String]) -> PlanChangesView {
    let mut view = PlanChangesView { files: files.to_vec(), ..PlanChangesView::default() };
    view.files.sort_by(|a, b| natural_cmp(a, b));
    for (id, versions) in tasks {
        match (&versions.before, &versions.after) {
            (Some(before), Some(after)) => changed(&mut view, id, before, after),
            (None, Some((_, task))) => match former(task, tasks) {
                Some(former) => view.renumbered.push(MovedTask {
                    id: id.to_string(),
                    title: task.title.clone(),
                    before: former.to_string(),
                    after: id.to_string(),
                }),
                None => view.added.push(named(id, task)),
            },
            (Some((_, task)), None) => {
                let is_renumbered = tasks.values().any(|other| {
                    other.before.is_none()
                        && other.after.as_ref().is_some_and(|(_, task)| task.aka.contains(id))
                });
                if !is_renumbered {
                    view.removed.push(named(id, task));
                }
            }
            (None, None) => {}
        }
    }
    view
}

/// The id under which the older end has the task.
fn former<'t>(task: &'t Task, tasks: &BTreeMap<TaskId, TaskVersions>) -> Option<&'t TaskId> {
    task.aka.iter().find(|aka| tasks.get(aka).is_some_and(|v| v.before.is_some() && v.after.is_none()))
}

fn changed(view: &mut PlanChangesView, id: &TaskId, before: &(String, Task), after: &(String, Task)) {
    let ((old_path, old), (new_path, new)) = (before, after);
    let is_cancelled = |task: &Task| task.status == Some(FileStatus::Cancelled);
    if is_cancelled(new) && !is_cancelled(old) {
        view.cancelled.push(named(id, new));
    }
    let (old_place, new_place) = (place(old_path), place(new_path));
    if new_place.archived && !old_place.archived {
        view.archived.push(named(id, new));
    }
    if old_place.group != new_place.group {
        view.moved.push(MovedTask {
            id: id.to_string(),
            title: new.title.clone(),
            before: old_place.group.to_string(),
            after: new_place.group.to_string(),
        });
    }
    let fields: Vec<_> = task_changes(old, new).into_iter().map(Into::into).collect();
    if !fields.is_empty() {
        view.edited.push(EditedTask { id: id.to_string(), title: new.title.clone(), fields });
    }
}

struct Place {
    archived: bool,
    group: GroupName,
}

/// Where a task's file lies.
fn place(path: &str) -> Place {
    let inner = path.strip_prefix(".tasks/").unwrap_or(path);
    let dir = inner.rsplit_once('/').map_or("", |(dir, _)| dir);
    let below = if dir == "archive" { Some("") } else { dir.strip_prefix("archive/") };
    Place { archived: below.is_some(), group: GroupName::from_dir(below.unwrap_or(dir)) }
}

fn named(id: &TaskId, task: &Task) -> NamedTask {
    let reason = task.reason.clone().filter(|_| task.status == Some(FileStatus::Cancelled));
    NamedTask { id: id.to_string(), title: task.title.clone(), reason }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::parse_task;

    fn version(path: &str, text: &str) -> Option<(String, Task)> {
        let text = format!("title = \"T\"\n{text}");
        parse_task(path, text.as_bytes()).value.map(|task| (path.to_owned(), task))
    }

    #[test]
    fn each_change_is_told_once_where_it_belongs() {
        let same = |path: &str| version(path, "");
        let tasks: BTreeMap<TaskId, TaskVersions> = [
            ("1", None, same(".tasks/1.toml")),
            ("2", same(".tasks/2.toml"), None),
            ("3", same(".tasks/3.toml"), version(".tasks/3.toml", "status = \"cancelled\"\nreason = \"no\"")),
            ("4", same(".tasks/01-a/4.toml"), same(".tasks/02-b/4.toml")),
            ("5", same(".tasks/01-a/5.toml"), same(".tasks/archive/01-a/5.toml")),
            ("6", same(".tasks/6.toml"), None),
            ("7", None, version(".tasks/7.toml", "aka = [\"6\"]")),
            ("8", same(".tasks/01-a/8.toml"), same(".tasks/03-a/8.toml")),
            ("9", same(".tasks/9.toml"), version(".tasks/9.toml", "priority = \"high\"")),
        ]
        .into_iter()
        .map(|(id, before, after)| (id.parse().unwrap(), TaskVersions { before, after }))
        .collect();
        let view = plan_changes(&tasks, &[".tasks/config.toml".to_owned()]);
        let ids = |tasks: &[NamedTask]| tasks.iter().map(|t| t.id.clone()).collect::<Vec<_>>().join(" ");
        assert_eq!((ids(&view.added), ids(&view.removed)), ("1".to_owned(), "2".to_owned()));
        assert_eq!((ids(&view.cancelled), ids(&view.archived)), ("3".to_owned(), "5".to_owned()));
        assert_eq!(view.cancelled[0].reason.as_deref(), Some("no"));
        let moves = |tasks: &[MovedTask]| {
            let each = tasks.iter().map(|t| format!("{} {} {}", t.id, t.before, t.after));
            each.collect::<Vec<_>>().join("; ")
        };
        assert_eq!(moves(&view.moved), "4 a b");
        assert_eq!(moves(&view.renumbered), "7 6 7");
        let edited: Vec<&str> = view.edited.iter().map(|t| t.id.as_str()).collect();
        assert_eq!(edited, ["3", "9"]);
        assert_eq!(view.files, [".tasks/config.toml"]);
    }
}
