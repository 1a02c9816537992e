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

/// How many folders deep below `.tasks/` a plan may nest. What lies deeper is no part of it, wherever it comes from.
pub const MAX_DEPTH: usize = 64;

/// What is said of folders beyond [`MAX_DEPTH`].
pub const TOO_DEEP: &str = "folders nest at most 64 levels deep";

/// What a path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place<'a> {
    /// No file of the plan: not below `.tasks/`, not TOML, a template, or passed over because of its name or a folder's.
    Ignored,
    /// `.tasks/config.toml`
    Config,
    /// A milestone, by its name.
    Milestone(&'a str),
    /// A `group.toml`.
    Group {
        /// The directory relative to `.tasks/` or `.tasks/archive/`.
        dir: &'a str,
        /// Whether it lies under `archive/`.
        archived: bool,
    },
    /// A task, if its name is an id.
    Task {
        /// The directory relative to `.tasks/` or `.tasks/archive/`.
        dir: &'a str,
        /// Whether it lies under `archive/`.
        archived: bool,
        /// The file's name without `.toml`.
        stem: &'a str,
    },
    /// A `.toml` file where none belongs, with the reason.
    Misplaced(&'static str),
}

impl<'a> Place<'a> {
    /// What this path names, relative to the root of the repository: the one rule about which files are tasks.
    pub fn of(path: &'a str) -> Self {
        let inner = path.strip_prefix(PLAN_DIR).and_then(|rest| rest.strip_prefix('/'));
        let Some(stem) = inner.and_then(|inner| inner.strip_suffix(".toml")) else { return Self::Ignored };
        // Byte by byte: names are short, and there may be ten thousand.
        let (mut dir, mut start, mut depth) = ("", 0, 0);
        for (at, _) in stem.bytes().enumerate().filter(|(_, byte)| *byte == b'/') {
            if is_ignored_name(&stem[start..at]) {
                return Self::Ignored;
            }
            (dir, start, depth) = (&stem[..at], at + 1, depth + 1);
        }
        let stem = &stem[start..];
        let top = dir.split('/').next().unwrap_or_default();
        if stem.starts_with('.') || top == TEMPLATES {
            return Self::Ignored;
        }
        match (dir, stem) {
            _ if depth > MAX_DEPTH => return Self::Misplaced(TOO_DEEP),
            ("", "config") => return Self::Config,
            (MILESTONES, _) => return Self::Milestone(stem),
            ("" | "archive", "group") => {
                return Self::Misplaced("a group.toml belongs into a group's folder");
            }
            _ if top == MILESTONES => return Self::Misplaced("milestones lie directly in .tasks/milestones"),
            _ => {}
        }
        let (dir, archived) = match dir.strip_prefix("archive") {
            Some("") => ("", true),
            Some(rest) if rest.starts_with('/') => (&rest[1..], true),
            _ => (dir, false),
        };
        if stem == "group" { Self::Group { dir, archived } } else { Self::Task { dir, archived, stem } }
    }
}

/// The folders directly in `.tasks/` that hold no tasks.
const MILESTONES: &str = "milestones";
const TEMPLATES: &str = "templates";

/// How many folders lie between `.tasks` and what is in `dir`, such as 1 for `.tasks/a`.
pub fn depth_of(dir: &str) -> usize {
    dir.bytes().filter(|byte| *byte == b'/').count()
}

/// The same rule as [`Place::of`] for a walk: whether tasks may lie in or below a folder of this name, which is in a folder
/// `depth` levels below `.tasks`.
pub fn may_hold_tasks(depth: usize, name: &str) -> bool {
    depth < MAX_DEPTH && !is_ignored_name(name) && (depth > 0 || !matches!(name, MILESTONES | TEMPLATES))
}

/// The id of the task whose file has that path; `None` for any other file.
pub fn task_name(path: &str) -> Option<&str> {
    task_word(path).filter(|word| word.parse::<TaskId>().is_ok())
}

/// The same where it is not asked yet whether that can be an id.
pub fn task_word(path: &str) -> Option<&str> {
    match Place::of(path) {
        Place::Task { stem, .. } => Some(stem),
        _ => None,
    }
}

/// Whether a file of this name is read as part of a plan.
pub fn is_plan_file_name(name: &str) -> bool {
    !is_ignored_name(name) && name.strip_suffix(".toml").is_some()
}

/// Whether a name ends in `.toml`, in whatever letter case.
pub fn has_toml_ending(name: &str) -> bool {
    name.len()
        .checked_sub(5)
        .and_then(|at| name.get(at..))
        .is_some_and(|end| end.eq_ignore_ascii_case(".toml"))
}

/// Whether the file at a path below `.tasks/` would be read if its ending were written in lower case: `50.TOML`. Templates
/// may be called anything.
pub fn is_miscased(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let is_template = path.strip_prefix(PLAN_DIR).is_some_and(|rest| rest.starts_with("/templates/"));
    has_toml_ending(name) && name.strip_suffix(".toml").is_none() && !is_ignored_name(name) && !is_template
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
    /// every task that has another id now.
    pub fn reads_history_of(&self, other: &Self) -> bool {
        let akas = |plan: &Self| -> HashSet<TaskId> {
            plan.tasks.iter().flat_map(|entry| entry.task.aka.iter().cloned()).collect()
        };
        let own = akas(self);
        self.config.references == other.config.references
            && self.config.since == other.config.since
            && (own.is_empty() || own.is_subset(&akas(other)))
    }

    /// Whether the plan has that group.
    pub fn has_group(&self, name: &GroupName) -> bool {
        self.group(name).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_is_told_by_its_path() {
        for (path, name) in [
            (".tasks/1.toml", Some("1")),
            (".tasks/archive/a/T-2.toml", Some("T-2")),
            (".tasks/a/milestones/4.toml", Some("4")),
            (".tasks/milestones/2026.toml", None),
            (".tasks/milestones/a/2026.toml", None),
            (".tasks/templates/3.toml", None),
            (".tasks/templates/x/3.toml", None),
            (".tasks/.old/900.toml", None),
            (".tasks/a~/b/900.toml", None),
            (".tasks/#a#/900.toml", None),
            (".tasks/.1.toml", None),
            (".tasks/group.toml", None),
            (".tasks/a/n n.toml", None),
            ("tasks/1.toml", None),
            (".tasksa/1.toml", None),
        ] {
            assert_eq!(task_name(path), name, "{path}");
        }
    }

    /// Walks and paths go by the same rule.
    #[test]
    fn a_folder_may_hold_tasks_if_a_file_in_it_can_be_one() {
        let deep = |count: usize| vec!["a"; count].join("/");
        let folders =
            ["a", "01-a/b", "archive", "archive/a", "milestones", "milestones/x", "a/templates", "templates"];
        let odd = [".old", "a/.old", "a/.old/b", "a~", "#x#/b"];
        let nested = [deep(MAX_DEPTH), deep(MAX_DEPTH + 1)];
        for folder in folders.into_iter().chain(odd).chain(nested.iter().map(String::as_str)) {
            let parts = folder.split('/').enumerate();
            let is_walked = parts.fold(true, |walked, (depth, part)| walked && may_hold_tasks(depth, part));
            assert_eq!(is_walked, task_name(&format!(".tasks/{folder}/1.toml")).is_some(), "{folder}");
            assert_eq!(depth_of(&format!(".tasks/{folder}")), folder.split('/').count());
        }
        assert!(TOO_DEEP.contains(&MAX_DEPTH.to_string()));
        assert_eq!(Place::of(&format!(".tasks/{}/1.toml", nested[1])), Place::Misplaced(TOO_DEEP));
    }
}
