//! Branches as they would land: the commits that merging, squashing or rebasing would make, in memory only.

use super::commit::RawCommit;
use super::{GitError, Oid, Repo};
use gix::objs::{Kind, Write as _};
use std::collections::HashSet;

/// How a branch lands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Landing<'a> {
    /// By a merge commit of that message.
    Merge(&'a str),
    /// As one commit of that message.
    Squash(&'a str),
    /// By a copy of each of its commits, without its merges.
    Rebase,
}

impl Repo {
    /// A view of this repository in which what `head` has and `base` has not has landed on `base`, and the commit that it
    /// ends with there. Nothing is written: the commits that come are kept in memory.
    pub fn landed(&self, base: Oid, head: Oid, landing: Landing<'_>) -> Result<(Self, Oid), GitError> {
        let repo = self.with_memory();
        let tree = repo.root_tree(&head)?;
        let tip = match landing {
            Landing::Merge(message) => repo.copy(head, tree, &[base, head], Some(message))?,
            Landing::Squash(message) => repo.copy(head, tree, &[base], Some(message))?,
            Landing::Rebase => repo.rebased(base, head)?,
        };
        Ok((repo, tip))
    }

    fn with_memory(&self) -> Self {
        let mut inner = self.inner.clone();
        inner.objects.prevent_pack_unload();
        self.with_inner(inner.with_object_memory())
    }

    fn rebased(&self, base: Oid, head: Oid) -> Result<Oid, GitError> {
        let mut tip = base;
        for oid in self.in_order(base, head)? {
            let mut buffer = Vec::new();
            let raw = RawCommit::parse(self.read(&oid, Kind::Commit, &mut buffer)?);
            let (tree, parents) = (raw.tree, raw.parents);
            let (Some(tree), [parent]) = (tree, parents.as_slice()) else { continue };
            // What the branch merged meanwhile comes in by a commit that says nothing, so that each copy changes
            // what its original changed, and no more.
            let merged = self.root_tree(parent)?;
            if merged != self.root_tree(&tip)? {
                tip = self.copy(oid, merged, &[tip], Some(""))?;
            }
            tip = self.copy(oid, tree, &[tip], None)?;
        }
        Ok(tip)
    }

    /// What is reachable from `head` and not from `base`, parents before children.
    fn in_order(&self, base: Oid, head: Oid) -> Result<Vec<Oid>, GitError> {
        let within: HashSet<Oid> = self.span(&[head], &[base])?.added.into_iter().collect();
        let mut order = Vec::with_capacity(within.len());
        let mut seen = HashSet::new();
        let mut stack = vec![(head, false)];
        while let Some((oid, left)) = stack.pop() {
            if left {
                order.push(oid);
            } else if within.contains(&oid) && seen.insert(oid) {
                stack.push((oid, true));
                let mut buffer = Vec::new();
                let raw = RawCommit::parse(self.read(&oid, Kind::Commit, &mut buffer)?);
                stack.extend(raw.parents.into_iter().rev().map(|parent| (parent, false)));
            }
        }
        Ok(order)
    }

    /// A commit by the people and at the times of another, with a message of its own or that of the other.
    fn copy(
        &self,
        original: Oid,
        tree: Oid,
        parents: &[Oid],
        message: Option<&str>,
    ) -> Result<Oid, GitError> {
        let mut buffer = Vec::new();
        let bytes = self.read(&original, Kind::Commit, &mut buffer)?;
        let head = bytes.windows(2).position(|pair| pair == b"\n\n").map_or(bytes.len(), |at| at + 1);
        let mut copy = format!("tree {tree}\n").into_bytes();
        for parent in parents {
            copy.extend_from_slice(format!("parent {parent}\n").as_bytes());
        }
        let kept: &[&[u8]] = if message.is_some() {
            &[b"author ", b"committer "]
        } else {
            &[b"author ", b"committer ", b"encoding "]
        };
        for line in bytes[..head].split_inclusive(|&byte| byte == b'\n') {
            if kept.iter().any(|key| line.starts_with(key)) {
                copy.extend_from_slice(line);
            }
        }
        match message {
            Some(message) => copy.extend_from_slice(format!("\n{message}\n").as_bytes()),
            None => copy.extend_from_slice(&bytes[head..]),
        }
        let written = self.inner.objects.write_buf(Kind::Commit, &copy);
        written.map_err(|error| GitError::Failed {
            doing: format!("imagine how {original} lands"),
            cause: error.to_string(),
        })
    }
}
