//! Trees: the plan at a commit, and what a commit changed.

use super::commit::RawCommit;
use super::{GitError, Oid, Repo};
use crate::snapshot::{MAX_DEPTH, PLAN_DIR, depth_of, is_ignored_name, is_plan_file_name};
use gix::objs::tree::EntryKind;
use gix::objs::{Kind, TreeRefIter};

/// An entry of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub name: Vec<u8>,
    pub kind: EntryKind,
    pub oid: Oid,
}

impl Repo {
    /// The entries of a tree, in its order.
    pub(super) fn entries(&self, tree: &Oid) -> Result<Vec<Entry>, GitError> {
        let mut buffer = Vec::new();
        let mut entries = Vec::new();
        self.each_entry(tree, &mut buffer, |name, kind, oid| {
            entries.push(Entry { name: name.to_owned(), kind, oid: oid.to_owned() });
        })?;
        Ok(entries)
    }

    /// Calls `f` with every entry of a tree, without keeping any.
    pub(super) fn each_entry(
        &self,
        tree: &Oid,
        buffer: &mut Vec<u8>,
        mut f: impl FnMut(&[u8], EntryKind, &gix::oid),
    ) -> Result<(), GitError> {
        let data = self.read_tree(tree, buffer)?;
        for entry in TreeRefIter::from_bytes(data, tree.kind()) {
            let entry = entry.map_err(|error| broken(tree, &error))?;
            f(entry.filename, entry.mode.kind(), entry.oid);
        }
        Ok(())
    }

    /// The bytes of a tree; the empty one need not be stored.
    pub(super) fn read_tree<'b>(&self, tree: &Oid, buffer: &'b mut Vec<u8>) -> Result<&'b [u8], GitError> {
        if tree.is_empty_tree() {
            buffer.clear();
            return Ok(buffer);
        }
        self.read(tree, Kind::Tree, buffer)
    }

    /// The root tree of a commit.
    pub(super) fn root_tree(&self, commit: &Oid) -> Result<Oid, GitError> {
        let mut buffer = Vec::new();
        let raw = RawCommit::parse(self.read(commit, Kind::Commit, &mut buffer)?);
        raw.tree.ok_or_else(|| GitError::BrokenObject {
            oid: *commit,
            kind: "commit",
            cause: "it names no tree".to_owned(),
        })
    }

    /// The entry `.tasks` of a root tree, whatever it is.
    pub(super) fn plan_entry(
        &self,
        root: &Oid,
        buffer: &mut Vec<u8>,
    ) -> Result<Option<(EntryKind, Oid)>, GitError> {
        let data = self.read_tree(root, buffer)?;
        for entry in TreeRefIter::from_bytes(data, root.kind()) {
            let entry = entry.map_err(|error| broken(root, &error))?;
            if entry.filename == PLAN_DIR {
                return Ok(Some((entry.mode.kind(), entry.oid.to_owned())));
            }
            // Entries are sorted: what starts with more than a dot comes behind `.tasks`.
            if entry.filename.first().is_some_and(|&first| first > b'.') {
                break;
            }
        }
        Ok(None)
    }

    /// The tree `.tasks` of a root tree.
    pub(super) fn plan_tree(&self, root: &Oid, buffer: &mut Vec<u8>) -> Result<Option<Oid>, GitError> {
        let entry = self.plan_entry(root, buffer)?;
        Ok(entry.filter(|(kind, _)| *kind == EntryKind::Tree).map(|(_, oid)| oid))
    }

    /// The files below `.tasks/templates/` at a commit by their path from there, in its order. Links are not followed.
    pub fn templates(&self, commit: Oid) -> Result<Vec<(String, Vec<u8>)>, GitError> {
        let mut found = Vec::new();
        let Some(plan) = self.plan_tree(&self.root_tree(&commit)?, &mut Vec::new())? else {
            return Ok(found);
        };
        let is_templates = |entry: &Entry| entry.kind == EntryKind::Tree && entry.name == b"templates";
        let mut trees: Vec<(String, Oid)> =
            self.entries(&plan)?.iter().filter(|e| is_templates(e)).map(|e| (String::new(), e.oid)).collect();
        while let Some((dir, tree)) = trees.pop() {
            for entry in self.entries(&tree)? {
                let Ok(name) = String::from_utf8(entry.name) else { continue };
                match entry.kind {
                    EntryKind::Tree if depth_of(&dir) < MAX_DEPTH => {
                        trees.push((format!("{dir}{name}/"), entry.oid));
                    }
                    EntryKind::Blob | EntryKind::BlobExecutable => {
                        found.push((format!("{dir}{name}"), self.blob(entry.oid)?));
                    }
                    EntryKind::Tree | EntryKind::Link | EntryKind::Commit => {}
                }
            }
        }
        found.sort();
        Ok(found)
    }

    /// Whether a commit changes something under `.tasks/` against its first parent, and nothing else.
    pub fn is_plan_only(&self, commit: Oid) -> Result<bool, GitError> {
        let (mut buffer, mut other) = (Vec::new(), Vec::new());
        let parents = RawCommit::parse(self.read(&commit, Kind::Commit, &mut buffer)?).parents;
        let after = self.root_tree(&commit)?;
        let before = match parents.first() {
            Some(parent) => self.root_tree(parent)?,
            None => Oid::empty_tree(after.kind()),
        };
        let before = self.read_tree(&before, &mut buffer)?;
        differs_in_plan_only(before, self.read_tree(&after, &mut other)?, &after)
    }

    /// The tree `.tasks` at a commit, by which plans are told to be the same.
    pub fn plan_tree_of(&self, commit: Oid) -> Result<Option<Oid>, GitError> {
        self.plan_tree(&self.root_tree(&commit)?, &mut Vec::new())
    }

    /// Whether there is a plan at a commit.
    pub fn has_plan(&self, commit: Oid) -> Result<bool, GitError> {
        let mut buffer = Vec::new();
        Ok(self.plan_tree(&self.root_tree(&commit)?, &mut buffer)?.is_some())
    }

    /// Whether the plan at a commit has a file: the configuration, a task, a group or a milestone. Notes and templates alone
    /// are no plan.
    pub fn has_plan_files(&self, commit: Oid) -> Result<bool, GitError> {
        let plan = self.plan_tree_of(commit)?;
        let mut trees: Vec<Oid> = plan.into_iter().collect();
        let mut buffer = Vec::new();
        while let Some(tree) = trees.pop() {
            let (is_root, mut found) = (Some(tree) == plan, false);
            self.each_entry(&tree, &mut buffer, |name, kind, oid| {
                let Ok(name) = std::str::from_utf8(name) else { return };
                match kind {
                    EntryKind::Tree if is_ignored_name(name) || (is_root && name == "templates") => {}
                    EntryKind::Tree => trees.push(oid.to_owned()),
                    EntryKind::Blob | EntryKind::BlobExecutable => found |= is_plan_file_name(name),
                    _ => {}
                }
            })?;
            if found {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Whether all that differs between two root trees lies under `.tasks/`, and something does.
pub(super) fn differs_in_plan_only(before: &[u8], after: &[u8], tree: &Oid) -> Result<bool, GitError> {
    let mut old = TreeRefIter::from_bytes(before, tree.kind());
    let mut new = TreeRefIter::from_bytes(after, tree.kind());
    let others = |iter: &mut TreeRefIter<'_>| {
        let next = iter.by_ref().find(|e| e.as_ref().map_or(true, |e| e.filename != PLAN_DIR));
        next.transpose().map(|e| e.map(|e| (e.filename.to_owned(), e.mode, e.oid.to_owned())))
    };
    loop {
        let a = others(&mut old).map_err(|error| broken(tree, &error))?;
        let b = others(&mut new).map_err(|error| broken(tree, &error))?;
        if a != b {
            return Ok(false);
        }
        if a.is_none() {
            return Ok(before != after);
        }
    }
}

fn broken(tree: &Oid, error: &gix::Error) -> GitError {
    GitError::BrokenObject { oid: *tree, kind: "tree", cause: super::error::chain(error) }
}
