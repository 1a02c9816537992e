//! The plan that a change is based on, with the ids that its tasks have at the end of the change.

use crate::diff::PlanDiff;
use crate::format::path_cmp;
use crate::model::{Dependency, TaskId};
use crate::snapshot::{Snapshot, TaskEntry};
use camino::Utf8Path;
use std::collections::HashMap;
use std::sync::Arc;

/// The base as it would be if its tasks had been renumbered in it already, so that what is wrong with it is told in the same
/// words; `None` where no task was renumbered.
pub fn renumbered(base: &Snapshot, head: &Snapshot) -> Option<Snapshot> {
    let came = |entry: &TaskEntry| {
        !base.index.contains_key(&entry.id) && entry.task.aka.iter().any(|id| base.index.contains_key(id))
    };
    if !head.tasks.iter().any(came) {
        return None;
    }
    let pairs = PlanDiff::of(base, head).renumbered;
    let named = |(old, new): &(usize, usize)| head.tasks[*new].task.aka.contains(&base.tasks[*old].id);
    let new: HashMap<usize, &TaskEntry> =
        pairs.into_iter().filter(named).map(|(old, new)| (old, &head.tasks[new])).collect();
    if new.is_empty() {
        return None;
    }
    Some(Carrying { base, head, new }.snapshot())
}

struct Carrying<'a> {
    base: &'a Snapshot,
    head: &'a Snapshot,
    /// The tasks with another id, by their positions in the base.
    new: HashMap<usize, &'a TaskEntry>,
}

impl Carrying<'_> {
    fn snapshot(&self) -> Snapshot {
        let mut carried = self.base.clone();
        let ids = self.ids();
        for (at, entry) in carried.tasks.iter_mut().enumerate() {
            if entry.task.depends.iter().any(|d| replaced(d, &ids).is_some()) {
                replace(&mut Arc::make_mut(&mut entry.task).depends, &ids);
            }
            let Some(new) = self.new.get(&at) else { continue };
            let path = Utf8Path::new(&entry.path).with_file_name(format!("{}.toml", new.id)).into_string();
            for problem in carried.problems.iter_mut().filter(|p| p.path.as_ref() == Some(&entry.path)) {
                problem.path = Some(path.clone());
                for id in problem.ids.iter_mut().filter(|id| **id == entry.id) {
                    *id = new.id.clone();
                }
            }
            (entry.id, entry.path) = (new.id.clone(), path);
            // Commits that name it by its old id stay its own.
            Arc::make_mut(&mut entry.task).aka.clone_from(&new.task.aka);
        }
        for entry in &mut carried.groups {
            replace(&mut entry.group.depends, &ids);
        }
        for entry in &mut carried.milestones {
            replace(&mut entry.milestone.tasks, &ids);
        }
        carried.tasks.sort_by(|a, b| path_cmp(&a.path, &b.path));
        carried.index.clear();
        for (at, entry) in carried.tasks.iter().enumerate() {
            carried.index.entry(entry.id.clone()).or_insert(at);
        }
        carried
    }

    /// New ids by old ones, for what names them. An id that is another task's now still means that.
    fn ids(&self) -> HashMap<TaskId, TaskId> {
        let pairs = self.new.iter().map(|(&old, new)| (self.base.tasks[old].id.clone(), new.id.clone()));
        pairs.filter(|(old, _)| !self.head.index.contains_key(old)).collect()
    }
}

fn replaced(dependency: &Dependency, ids: &HashMap<TaskId, TaskId>) -> Option<Dependency> {
    match dependency {
        Dependency::Task(id) => ids.get(id).cloned().map(Dependency::Task),
        Dependency::Group(_) => None,
    }
}

fn replace(list: &mut [Dependency], ids: &HashMap<TaskId, TaskId>) {
    for dependency in list {
        if let Some(new) = replaced(dependency, ids) {
            *dependency = new;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_takes_over_the_ids_of_the_head() {
        let base = Snapshot::sample(&[
            ("2", "title = \"Two\"\ndepends = [\"99\"]\ndepend = 1\n"),
            ("3", "title = \"Three\"\ndepends = [\"2\", \"a/\"]\n"),
            ("a/group", "depends = [\"2\"]\n"),
            ("a/4", "title = \"Four\"\naka = [\"2\"]\n"),
            ("milestones/beta", "tasks = [\"2\"]\n"),
        ]);
        let head = Snapshot::sample(&[
            ("50", "title = \"Second\"\naka = [\"2\"]\n"),
            ("3", "title = \"Three\"\n"),
            ("a/4", "title = \"Four\"\naka = [\"2\"]\n"),
        ]);
        let carried = renumbered(&base, &head).unwrap();
        let paths: Vec<&str> = carried.tasks.iter().map(|entry| entry.path.as_str()).collect();
        assert_eq!(paths, [".tasks/3.toml", ".tasks/50.toml", ".tasks/a/4.toml"]);
        let second = carried.task(&"50".parse().unwrap()).unwrap();
        assert_eq!((second.task.title.as_str(), &second.task.aka), ("Two", &vec!["2".parse().unwrap()]));
        let to = |list: &[Dependency]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(to(&carried.task(&"3".parse().unwrap()).unwrap().task.depends), ["50", "a/"]);
        assert_eq!(to(&carried.groups[0].group.depends), ["50"]);
        assert_eq!(to(&carried.milestones[0].milestone.tasks), ["50"]);
        let problem = &carried.problems[0];
        assert_eq!((problem.path.as_deref(), problem.ids[0].as_str()), (Some(".tasks/50.toml"), "50"));
        assert!(carried.task(&"2".parse().unwrap()).is_none());
    }

    #[test]
    fn where_nothing_was_renumbered_the_base_stays_as_it_is() {
        let plan = [("2", "title = \"Two\"\n"), ("3", "title = \"Three\"\naka = [\"2\"]\n")];
        let base = Snapshot::sample(&plan);
        assert!(renumbered(&base, &base).is_none());
        assert!(renumbered(&base, &Snapshot::sample(&plan[1..])).is_none());
    }
}
