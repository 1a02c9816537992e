//! Where two files with one id came from.

use super::commit::RawCommit;
use super::sight::Sights;
use super::{GitError, Oid, Repo};
use crate::model::TaskId;
use gix::objs::Kind;
use std::collections::{HashSet, VecDeque};

/// How far back to look. Whoever merged two tasks of one id and went on for so long has to say what means which.
const MOST: usize = 10_000;

impl Repo {
    /// The nearest commits, from `tips` down, whose plan has exactly one file of that id: the plan as it was on each side
    /// before two of them met.
    pub fn apart(&self, tips: &[Oid], id: &TaskId) -> Result<Vec<Oid>, GitError> {
        let none = HashSet::new();
        let mut sights = Sights::new(self, &none);
        let mut seen: HashSet<Oid> = tips.iter().copied().collect();
        let mut queue: VecDeque<Oid> = tips.iter().copied().collect();
        let (mut apart, mut buffer) = (Vec::new(), Vec::new());
        while let Some(oid) = queue.pop_front().filter(|_| seen.len() < MOST) {
            // What a shallow clone has left out can tell nothing.
            let data = match self.read(&oid, Kind::Commit, &mut buffer) {
                Err(GitError::MissingObject { .. }) => continue,
                data => data?,
            };
            let commit = RawCommit::parse(data);
            let Some(tree) = commit.tree else { continue };
            match sights.count(id, tree)? {
                0 => {}
                1 => apart.push(oid),
                _ => queue.extend(commit.parents.into_iter().filter(|parent| seen.insert(*parent))),
            }
        }
        Ok(apart)
    }
}
