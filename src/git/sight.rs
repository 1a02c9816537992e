//! Task files as the tree of a commit has them.

use super::{GitError, Oid, Repo, Sighting};
use crate::format::parse_task;
use crate::message::Message;
use crate::model::TaskId;
use crate::snapshot::{PLAN_DIR, depth_of, may_hold_tasks};
use gix::objs::tree::EntryKind;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// Finds task files in trees, and remembers the trees it has seen.
pub(super) struct Sights<'a> {
    repo: &'a Repo,
    always: &'a HashSet<TaskId>,
    levels: HashMap<Oid, Rc<Level>>,
    buffer: Vec<u8>,
}

/// One directory of a plan.
#[derive(Default)]
pub(super) struct Level {
    /// By the id in lower case.
    pub(super) tasks: HashMap<String, Vec<(TaskId, Oid)>>,
    /// Those whose names are Unicode: below others nothing has a path.
    pub(super) directories: Vec<(String, Oid)>,
}

impl<'a> Sights<'a> {
    pub(super) fn new(repo: &'a Repo, always: &'a HashSet<TaskId>) -> Self {
        Self { repo, always, levels: HashMap::new(), buffer: Vec::new() }
    }

    /// The tasks that a message names by step, or that are always to be looked up, in the root tree `root`.
    pub(super) fn of(&mut self, message: &Message, root: Oid) -> Result<Vec<Sighting>, GitError> {
        let mut wanted: Vec<TaskId> = Vec::new();
        for reference in message.parts.iter().flat_map(|part| &part.references) {
            for id in reference.words.iter().filter_map(|word| word.parse::<TaskId>().ok()) {
                if (!reference.steps.is_empty() || self.always.contains(&id)) && !wanted.contains(&id) {
                    wanted.push(id);
                }
            }
        }
        let mut found = Vec::new();
        if wanted.is_empty() {
            return Ok(found);
        }
        if let Some(plan) = self.repo.plan_tree(&root, &mut self.buffer)? {
            for id in wanted {
                self.find(&id, PLAN_DIR, plan, &mut found)?;
            }
        }
        Ok(found)
    }

    /// How many task files have that id in the root tree `root`.
    pub(super) fn count(&mut self, id: &TaskId, root: Oid) -> Result<usize, GitError> {
        let mut count = 0;
        let mut trees: Vec<(Oid, usize)> =
            self.repo.plan_tree(&root, &mut self.buffer)?.into_iter().map(|plan| (plan, 0)).collect();
        while let Some((tree, depth)) = trees.pop() {
            let level = self.level(tree)?;
            count += level.tasks.get(id.key().as_ref()).map_or(0, Vec::len);
            let below = level.directories.iter().filter(|(name, _)| may_hold_tasks(depth, name));
            trees.extend(below.map(|(_, oid)| (*oid, depth + 1)));
        }
        Ok(count)
    }

    fn find(&mut self, id: &TaskId, dir: &str, tree: Oid, found: &mut Vec<Sighting>) -> Result<(), GitError> {
        let level = self.level(tree)?;
        for (id, oid) in level.tasks.get(id.key().as_ref()).into_iter().flatten() {
            let bytes = self.repo.blob(*oid)?;
            found.push(sighting(id, format!("{dir}/{id}.toml"), &bytes));
        }
        for (name, oid) in &level.directories {
            if may_hold_tasks(depth_of(dir), name) {
                self.find(id, &format!("{dir}/{name}"), *oid, found)?;
            }
        }
        Ok(())
    }

    /// A directory of a plan; each is read once.
    pub(super) fn level(&mut self, tree: Oid) -> Result<Rc<Level>, GitError> {
        if let Some(level) = self.levels.get(&tree) {
            return Ok(Rc::clone(level));
        }
        let mut level = Level::default();
        self.repo.each_entry(&tree, &mut self.buffer, |name, kind, oid| match kind {
            EntryKind::Tree => {
                let name = std::str::from_utf8(name).ok();
                level.directories.extend(name.map(|name| (name.to_owned(), oid.to_owned())));
            }
            EntryKind::Blob | EntryKind::BlobExecutable => {
                if let Some(id) = task_id(name) {
                    level.tasks.entry(id.key().into_owned()).or_default().push((id, oid.to_owned()));
                }
            }
            EntryKind::Link | EntryKind::Commit => {}
        })?;
        let level = Rc::new(level);
        self.levels.insert(tree, Rc::clone(&level));
        Ok(level)
    }
}

/// The id of the task that a file of this name holds.
pub(super) fn task_id(name: &[u8]) -> Option<TaskId> {
    std::str::from_utf8(name).ok()?.strip_suffix(".toml")?.parse().ok()
}

/// What identifies a task; a file that cannot be read has a path all the same.
fn sighting(id: &TaskId, path: String, bytes: &[u8]) -> Sighting {
    let mut task = parse_task(&path, bytes).value.unwrap_or_default();
    let steps = std::mem::take(&mut task.steps).into_iter().map(|step| step.text).collect();
    Sighting { id: id.clone(), path, created: task.created, title: task.title, steps }
}
