//! What the plans of branches say themselves of tasks.

use super::sight::{Level, Sights};
use super::{GitError, Oid, Repo};
use crate::format::parse_task;
use crate::model::{FileStatus, TaskId};
use crate::snapshot::{PLAN_DIR, depth_of, may_hold_tasks};
use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// The plan at one commit, as far as it tells which tasks there are and which of them its files settle.
#[derive(Default)]
pub struct OwnPlan {
    levels: Vec<Rc<Level>>,
    settled: HashMap<TaskId, FileStatus>,
    /// Where the last task was found: those asked for one after the other mostly lie in one directory.
    last: Cell<usize>,
}

impl OwnPlan {
    /// Whether the plan has a file for that task.
    pub fn has(&self, id: &TaskId) -> bool {
        let key = id.key();
        let is_there = |level: &Rc<Level>| level.tasks.contains_key(key.as_ref());
        if self.levels.get(self.last.get()).is_some_and(is_there) {
            return true;
        }
        let found = self.levels.iter().position(is_there);
        self.last.set(found.unwrap_or_default());
        found.is_some()
    }

    /// What the task's file says, if that settles it.
    pub fn settled(&self, id: &TaskId) -> Option<FileStatus> {
        self.settled.get(id).copied()
    }
}

impl Repo {
    /// The plan of each commit. Directories and files that several have are read once.
    pub fn own_plans(&self, commits: &[Oid]) -> Result<Vec<OwnPlan>, GitError> {
        let none = HashSet::new();
        let mut reader = Reader {
            repo: self,
            sights: Sights::new(self, &none),
            settled: HashMap::new(),
            files: HashMap::new(),
        };
        commits.iter().map(|commit| reader.plan(commit)).collect()
    }
}

struct Reader<'a> {
    repo: &'a Repo,
    sights: Sights<'a>,
    /// By the object id of a directory, the tasks that its files settle.
    settled: HashMap<Oid, Rc<Vec<(TaskId, FileStatus)>>>,
    /// By the object id of a file, whether it settles its task.
    files: HashMap<Oid, Option<FileStatus>>,
}

impl Reader<'_> {
    fn plan(&mut self, commit: &Oid) -> Result<OwnPlan, GitError> {
        let mut plan = OwnPlan::default();
        let mut buffer = Vec::new();
        let root = self.repo.plan_tree(&self.repo.root_tree(commit)?, &mut buffer)?;
        let mut trees: Vec<(String, Oid)> =
            root.into_iter().map(|tree| (PLAN_DIR.to_owned(), tree)).collect();
        while let Some((dir, tree)) = trees.pop() {
            let level = self.sights.level(tree)?;
            plan.settled.extend(self.settled(&dir, tree, &level)?.iter().cloned());
            let depth = depth_of(&dir);
            let inner = level.directories.iter().filter(|(name, _)| may_hold_tasks(depth, name));
            trees.extend(inner.map(|(name, tree)| (format!("{dir}/{name}"), *tree)));
            plan.levels.push(level);
        }
        Ok(plan)
    }

    fn settled(
        &mut self,
        dir: &str,
        tree: Oid,
        level: &Level,
    ) -> Result<Rc<Vec<(TaskId, FileStatus)>>, GitError> {
        if let Some(known) = self.settled.get(&tree) {
            return Ok(Rc::clone(known));
        }
        let mut settled = Vec::new();
        for (id, blob) in level.tasks.values().flatten() {
            let status = match self.files.get(blob) {
                Some(known) => *known,
                None => self.file(&format!("{dir}/{id}.toml"), *blob)?,
            };
            settled.extend(status.map(|status| (id.clone(), status)));
        }
        let settled = Rc::new(settled);
        self.settled.insert(tree, Rc::clone(&settled));
        Ok(settled)
    }

    fn file(&mut self, path: &str, blob: Oid) -> Result<Option<FileStatus>, GitError> {
        let bytes = self.repo.blob(blob)?;
        // Most files say nothing of the kind, and finding that out is cheaper than parsing them.
        let may = ["completed", "cancelled"].iter().any(|word| contains(&bytes, word.as_bytes()));
        let task = if may { parse_task(path, &bytes).value } else { None };
        let status = task.and_then(|task| task.status).filter(|status| status.is_settled());
        self.files.insert(blob, status);
        Ok(status)
    }
}

fn contains(bytes: &[u8], word: &[u8]) -> bool {
    use gix::bstr::ByteSlice;
    bytes.find(word).is_some()
}
