//! What a task may depend on, known by the names of the files alone.

use super::error::ChangeError;
use crate::model::{GroupName, nearest};
use crate::snapshot::{Place, task_name};
use std::collections::BTreeSet;

/// The names that a plan has.
#[derive(Debug, Clone)]
pub struct Names<'a> {
    paths: Vec<&'a str>,
}

impl<'a> Names<'a> {
    /// Takes the paths of all plan files.
    pub fn new(paths: impl Iterator<Item = &'a str>) -> Self {
        Self { paths: paths.collect() }
    }

    /// The dependency that is meant, as a file writes it.
    pub fn dependency(&self, text: &str) -> Result<String, ChangeError> {
        let text = text.trim_start_matches('#');
        if text.ends_with('/') {
            let name = GroupName::from_dir(text);
            let groups = self.groups();
            if groups.contains(name.as_str()) {
                return Ok(format!("{name}/"));
            }
            let near =
                nearest(name.as_str(), groups.iter().map(String::as_str)).map(|near| format!("{near}/"));
            return Err(ChangeError::UnknownDependency { name: text.to_owned(), near });
        }
        if let Some(id) = self.tasks().find(|id| id.eq_ignore_ascii_case(text)) {
            return Ok(id.to_owned());
        }
        let groups = self.groups();
        let near = if groups.contains(text) {
            Some(format!("{text}/"))
        } else {
            nearest(text, self.tasks()).map(str::to_owned)
        };
        Err(ChangeError::UnknownDependency { name: text.to_owned(), near })
    }

    /// Refuses a milestone that the plan does not have.
    pub fn milestone(&self, name: &str) -> Result<(), ChangeError> {
        if self.milestones().any(|known| known == name) {
            return Ok(());
        }
        let near = nearest(name, self.milestones()).map(str::to_owned);
        Err(ChangeError::UnknownMilestone { name: name.to_owned(), near })
    }

    /// The names of all milestones.
    fn milestones(&self) -> impl Iterator<Item = &str> {
        self.paths.iter().filter_map(|path| match Place::of(path) {
            Place::Milestone(name) => Some(name),
            _ => None,
        })
    }

    fn tasks(&self) -> impl Iterator<Item = &'a str> {
        self.paths.iter().filter_map(|path| task_name(path))
    }

    fn groups(&self) -> BTreeSet<String> {
        group_names(self.paths.iter().copied())
    }
}

/// The names of all groups: every folder that holds a file of the plan, and those around it.
pub fn group_names<'p>(paths: impl Iterator<Item = &'p str>) -> BTreeSet<String> {
    let mut groups = BTreeSet::new();
    let mut last = "";
    for path in paths {
        let Some((folder, _)) = path.rsplit_once('/') else { continue };
        // Mostly one file follows another of the same folder.
        if std::mem::replace(&mut last, folder) == folder {
            continue;
        }
        let (Place::Task { dir, .. } | Place::Group { dir, .. }) = Place::of(path) else { continue };
        let mut name = Some(GroupName::from_dir(dir));
        while let Some(group) = name.filter(|group| !group.is_root()) {
            groups.insert(group.as_str().to_owned());
            name = group.parent();
        }
    }
    groups
}

/// The groups that are no more once the files `gone` are not there and the files `new` are.
pub fn groups_lost<'p>(
    paths: impl Iterator<Item = &'p str> + Clone,
    gone: &BTreeSet<&str>,
    new: &[&'p str],
) -> BTreeSet<String> {
    let left = group_names(paths.clone().filter(|path| !gone.contains(path)).chain(new.iter().copied()));
    let before = group_names(paths);
    before.difference(&left).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_lost_with_their_last_file() {
        let paths = [".tasks/a/1.toml", ".tasks/b/2.toml", ".tasks/a/3.toml", ".tasks/archive/b/4.toml"];
        let lost = |gone: &[&str], new: &[&'static str]| {
            groups_lost(paths.into_iter(), &gone.iter().copied().collect(), new)
                .into_iter()
                .collect::<Vec<_>>()
        };
        assert!(lost(&[".tasks/a/1.toml", ".tasks/b/2.toml"], &[]).is_empty());
        assert_eq!(lost(&[".tasks/a/1.toml", ".tasks/a/3.toml"], &[]), ["a"]);
        assert!(lost(&[".tasks/a/1.toml", ".tasks/a/3.toml"], &[".tasks/01-a/9.toml"]).is_empty());
    }

    #[test]
    fn tasks_and_groups_are_known_by_their_paths() {
        let paths =
            [".tasks/01-database/02-schema/T1.toml", ".tasks/archive/old/2.toml", ".tasks/milestones/m.toml"];
        let names = Names::new(paths.into_iter());
        assert_eq!(names.dependency("t1").unwrap(), "T1");
        assert_eq!(names.dependency("#2").unwrap(), "2");
        assert_eq!(names.dependency("01-database/").unwrap(), "database/");
        assert_eq!(names.dependency("database/schema/").unwrap(), "database/schema/");
        assert_eq!(names.dependency("old/").unwrap(), "old/");
        let near = |text: &str| names.dependency(text).unwrap_err().help().unwrap();
        assert_eq!(near("databse/"), "did you mean database/?");
        assert_eq!(near("database"), "did you mean database/?");
        assert_eq!(near("milestones/"), "tasks status shows every group; tasks move makes one");
        assert_eq!(near("99"), "tasks list --all --archived shows every id");
    }
}
