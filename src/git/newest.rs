//! Commits in an order that depends on nothing but themselves.

use super::object::CommitInfo;
use super::{GitError, Oid, Repo};
use std::collections::{BinaryHeap, HashMap};

impl Repo {
    /// What those commits are: each before its parents, and else the newest first.
    pub fn newest_first(&self, commits: &[Oid]) -> Result<Vec<CommitInfo>, GitError> {
        let mut infos = HashMap::with_capacity(commits.len());
        for &oid in commits {
            infos.insert(oid, self.commit_info(oid)?);
        }
        let mut children: HashMap<Oid, usize> = HashMap::new();
        for parent in infos.values().flat_map(|info| &info.parents) {
            *children.entry(*parent).or_default() += 1;
        }
        let tips = infos.values().filter(|info| !children.contains_key(&info.oid));
        let mut next: BinaryHeap<(i64, Oid)> = tips.map(|info| (info.time, info.oid)).collect();
        let mut ordered = Vec::with_capacity(infos.len());
        while let Some((_, oid)) = next.pop() {
            let Some(info) = infos.remove(&oid) else { continue };
            for parent in &info.parents {
                let Some(waiting) = children.get_mut(parent) else { continue };
                *waiting -= 1;
                if *waiting == 0
                    && let Some(parent) = infos.get(parent)
                {
                    next.push((parent.time, parent.oid));
                }
            }
            ordered.push(info);
        }
        Ok(ordered)
    }
}
