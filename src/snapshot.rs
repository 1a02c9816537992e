//! The plan files at one revision, read.

use crate::config::Config;
use crate::finding::Finding;
use crate::model::{Group, GroupName, Milestone, Task, TaskId};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// The folder of the plan, at the root of the work tree.
pub const PLAN_DIR: &str = ".tasks";

/// The configuration of the plan.
pub const CONFIG_PATH: &str = ".tasks/config.toml";

/// The most files a plan may have.
pub const MAX_FILES: usize = 1_000_000;

/// Whether a file of this name is read as part of a plan.
pub fn is_plan_file_name(name: &str) -> bool {
    !is_ignored_name(name) && name.strip_suffix(".toml").is_some()
}

/// Whether a file or directory below `.tasks/` is none of the plan's: hidden, a backup, or an editor's swap file.
pub fn is_ignored_name(name: &str) -> bool {
    name.starts_with('.') || name.ends_with('~') || (name.starts_with('#') && name.ends_with('#'))
}

/// One file below `.tasks/`, as bytes. Work tree and Git trees both yield these; paths are relative to the root of
/// the repository, with `/` between parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlanFile {
    /// `.tasks/01-database/412.toml`
    pub path: String,
    /// The content, untouched.
    pub bytes: Vec<u8>,
}

/// The files of a plan, in no order, and what could not be read of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlanFiles {
    /// Every TOML file below `.tasks/`.
    pub files: Vec<PlanFile>,
    /// What was passed over, and why.
    pub problems: Vec<Finding>,
}

/// A plan at one revision. Tasks with an id that another has as well are all here, in the order of their paths;
/// lookups by id give the first.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// What `config.toml` says.
    pub config: Config,
    /// Every task that could be read, archived ones included, in natural order of their paths.
    pub tasks: Vec<TaskEntry>,
    /// Every directory that is a group, with or without a `group.toml`, in natural order of their paths.
    pub groups: Vec<GroupEntry>,
    /// In natural order of their names.
    pub milestones: Vec<MilestoneEntry>,
    /// What could not be read, and what is without effect.
    pub problems: Vec<Finding>,
    /// Position in `tasks` by id.
    pub index: HashMap<TaskId, usize>,
    /// Positions in `tasks`, in their order, by the ids that several tasks have.
    pub shared: HashMap<TaskId, Vec<usize>>,
    /// Positions in `groups` by name: several where directories share it.
    pub group_index: HashMap<GroupName, Vec<usize>>,
}

/// A task and what its path says.
#[derive(Debug, Clone)]
pub struct TaskEntry {
    /// The file's name without `.toml`.
    pub id: TaskId,
    /// `.tasks/01-database/412.toml`
    pub path: String,
    /// The directory; for an archived task the directory below `archive/`.
    pub group: GroupName,
    /// Whether it lies under `archive/`.
    pub archived: bool,
    /// What the file says. Versions of a plan that have the same file share it.
    pub task: Arc<Task>,
}

/// A group and where it lies.
#[derive(Debug, Clone)]
pub struct GroupEntry {
    /// The path without ordinals.
    pub name: GroupName,
    /// `.tasks/01-database`
    pub path: String,
    /// What `group.toml` says, or nothing.
    pub group: Group,
}

/// A milestone and its name.
#[derive(Debug, Clone)]
pub struct MilestoneEntry {
    /// The file's name without `.toml`.
    pub name: String,
    /// `.tasks/milestones/beta.toml`
    pub path: String,
    /// What the file says.
    pub milestone: Milestone,
}

impl Snapshot {
    /// The task of that id.
    pub fn task(&self, id: &TaskId) -> Option<&TaskEntry> {
        self.index.get(id).map(|&at| &self.tasks[at])
    }

    /// The positions of the tasks that have an id: mostly one.
    pub fn all_of(&self, id: &TaskId) -> Vec<usize> {
        match self.shared.get(id) {
            Some(tasks) => tasks.clone(),
            None => self.index.get(id).copied().into_iter().collect(),
        }
    }

    /// The ids by which a commit can mean more than one task, so that its own tree has to be asked: those that tasks had
    /// before they were renumbered, and those that several have.
    pub fn ambiguous_ids(&self) -> HashSet<TaskId> {
        let former = self.tasks.iter().flat_map(|entry| &entry.task.aka);
        former.chain(self.shared.keys()).cloned().collect()
    }

    /// Whether there is a file for a task of that id which could not be read. Such a task is not unknown.
    pub fn is_unreadable(&self, id: &TaskId) -> bool {
        !self.index.contains_key(id) && self.problems.iter().any(|problem| problem.ids.contains(id))
    }

    /// The group of that name. Two directories may share a name (`01-a` and `02-a`); this is the first.
    pub fn group(&self, name: &GroupName) -> Option<&GroupEntry> {
        self.groups_named(name.as_str()).next()
    }

    /// The group of that name and all around it, the innermost first; of those that share a name, all.
    pub fn groups_around<'a>(&'a self, name: &'a GroupName) -> impl Iterator<Item = &'a GroupEntry> {
        name.with_outer().flat_map(|name| self.groups_named(name))
    }

    fn groups_named(&self, name: &str) -> impl Iterator<Item = &GroupEntry> {
        self.group_index.get(name).into_iter().flatten().map(|&at| &self.groups[at])
    }

    /// Whether a history that was read for `other` is what this plan would read: by the same rules, and with a look at
    /// every task that has another id now, or the same as another.
    pub fn reads_history_of(&self, other: &Self) -> bool {
        let own = self.ambiguous_ids();
        self.config.references == other.config.references
            && self.config.since == other.config.since
            && (own.is_empty() || own.is_subset(&other.ambiguous_ids()))
    }

    /// Whether the plan has that group.
    pub fn has_group(&self, name: &GroupName) -> bool {
        self.group(name).is_some()
    }
}
