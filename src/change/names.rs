//! What a task may depend on, known by the names of the files alone.

use super::error::ChangeError;
use crate::model::{GroupName, nearest};
use std::collections::BTreeSet;

/// The names that a plan has.
#[derive(Debug, Clone)]
pub struct Names<'a> {
    tasks: Vec<&'a str>,
    paths: &'a [String],
}

impl<'a> Names<'a> {
    /// Takes the ids of all tasks, and the paths of all plan files.
    pub fn new(tasks: impl Iterator<Item = &'a str>, paths: &'a [String]) -> Self {
        Self { tasks: tasks.collect(), paths }
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
        if let Some(id) = self.tasks.iter().find(|id| id.eq_ignore_ascii_case(text)) {
            return Ok((*id).to_owned());
        }
        let groups = self.groups();
        let near = if groups.contains(text) {
            Some(format!("{text}/"))
        } else {
            nearest(text, self.tasks.iter().copied()).map(str::to_owned)
        };
        Err(ChangeError::UnknownDependency { name: text.to_owned(), near })
    }

    /// The names of all milestones.
    pub fn milestones(&self) -> impl Iterator<Item = &str> {
        self.paths.iter().filter_map(|path| path.strip_prefix(".tasks/milestones/")?.strip_suffix(".toml"))
    }

    fn groups(&self) -> BTreeSet<String> {
        group_names(self.paths.iter().map(String::as_str))
    }
}

/// The names of all groups: every folder that holds a file of the plan, and those around it.
pub fn group_names<'p>(paths: impl Iterator<Item = &'p str>) -> BTreeSet<String> {
    let mut groups = BTreeSet::new();
    for path in paths {
        let within = path.strip_prefix(".tasks/").unwrap_or(path);
        let within = within.strip_prefix("archive/").unwrap_or(within);
        let Some((folder, _)) = within.rsplit_once('/') else { continue };
        if folder == "milestones" || folder.split('/').next() == Some("templates") {
            continue;
        }
        let mut name = Some(GroupName::from_dir(folder));
        while let Some(group) = name.filter(|group| !group.is_root()) {
            groups.insert(group.as_str().to_owned());
            name = group.parent();
        }
    }
    groups
}

/// The groups that are no more once the files `gone` are not there and the files `new` are.
pub fn groups_lost(paths: &[String], gone: &BTreeSet<&str>, new: &[&str]) -> BTreeSet<String> {
    let left = paths.iter().map(String::as_str).filter(|path| !gone.contains(path));
    let left = group_names(left.chain(new.iter().copied()));
    let before = group_names(paths.iter().map(String::as_str));
    before.difference(&left).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_and_groups_are_known_by_their_paths() {
        let paths =
            [".tasks/01-database/02-schema/T1.toml", ".tasks/archive/old/2.toml", ".tasks/milestones/m.toml"]
                .map(str::to_owned);
        let names = Names::new(["T1", "2"].into_iter(), &paths);
        assert_eq!(names.dependency("t1").unwrap(), "T1");
        assert_eq!(names.dependency("#2").unwrap(), "2");
        assert_eq!(names.dependency("01-database/").unwrap(), "database/");
        assert_eq!(names.dependency("database/schema/").unwrap(), "database/schema/");
        assert_eq!(names.dependency("old/").unwrap(), "old/");
        let near = |text: &str| names.dependency(text).unwrap_err().help().unwrap();
        assert_eq!(near("databse/"), "did you mean database/?");
        assert_eq!(near("database"), "did you mean database/?");
        assert_eq!(near("milestones/"), "tasks list --all --archived shows every id");
        assert_eq!(near("99"), "tasks list --all --archived shows every id");
    }
}
