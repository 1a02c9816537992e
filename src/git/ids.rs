//! Which ids were ever given.

use super::sight::task_id;
use super::{GitError, Oid, Repo};
use crate::model::TaskId;
use gix::objs::tree::EntryKind;
use std::collections::{BTreeSet, HashSet};

impl Repo {
    /// The ids of all task files in the trees of `commits`. Cheap: a directory that several have is read once.
    pub fn ids_at(&self, commits: &[Oid]) -> Result<BTreeSet<TaskId>, GitError> {
        let mut roots = HashSet::new();
        for commit in commits {
            roots.insert(self.root_tree(commit)?);
        }
        self.ids_in(roots)
    }

    /// The ids of all task files that any commit reachable from `tips` ever had. Looks at every commit.
    pub fn ids_ever(&self, tips: &[Oid]) -> Result<BTreeSet<TaskId>, GitError> {
        self.ids_in(self.root_trees(tips)?)
    }

    fn ids_in(&self, roots: HashSet<Oid>) -> Result<BTreeSet<TaskId>, GitError> {
        let mut ids = BTreeSet::new();
        let mut seen: HashSet<Oid> = HashSet::new();
        let mut stack: Vec<Oid> = self.plans(roots)?.into_values().flatten().collect();
        let mut buffer = Vec::new();
        while let Some(tree) = stack.pop() {
            if !seen.insert(tree) {
                continue;
            }
            self.each_entry(&tree, &mut buffer, |name, kind, oid| match kind {
                EntryKind::Tree => stack.push(oid.to_owned()),
                _ => ids.extend(task_id(name)),
            })?;
        }
        Ok(ids)
    }
}
