//! Plans below the root of the repository, which nobody reads.

use super::{GitError, Oid, Repo};
use crate::snapshot::PLAN_DIR;
use gix::bstr::ByteSlice;
use gix::index::State;
use gix::index::entry::Mode;
use gix::objs::tree::EntryKind;
use std::collections::BTreeMap;

/// A directory that is looked through.
struct Folder {
    /// From the root of the repository; empty for that itself.
    dir: String,
    tree: Oid,
    /// What each of the bases has in its place, as far as they have it.
    bases: Vec<Oid>,
}

impl Repo {
    /// Directories, other than the root, in which a `.tasks/` is tracked; without a final slash.
    pub fn nested_plans(&self) -> Result<Vec<String>, GitError> {
        self.nested_in(&*self.index()?)
    }

    /// The same for an index that has been read.
    pub(super) fn nested_in(&self, index: &State) -> Result<Vec<String>, GitError> {
        let mut nested: Vec<String> = Vec::new();
        for entry in index.entries() {
            let path = entry.path(index);
            if let Some(at) = path.find(b"/.tasks/") {
                let dir = path[..at].to_str_lossy();
                if nested.last().is_none_or(|last| *last != dir) {
                    nested.push(dir.into_owned());
                }
            } else if entry.mode == Mode::DIR && path != ".tasks/" {
                // A sparse index keeps directories outside the checkout as one entry each.
                let dir = path.to_str_lossy().trim_end_matches('/').to_owned();
                self.nested_below(Folder { dir, tree: entry.id, bases: Vec::new() }, &mut nested)?;
            }
        }
        nested.sort_unstable();
        nested.dedup();
        Ok(nested)
    }

    /// The same for the tree of a commit, without those that one of `bases` has at the same place. Of what is like a base's
    /// nothing is read, and of the rest nothing but trees.
    pub fn nested_plans_at(&self, commit: Oid, bases: &[Oid]) -> Result<Vec<String>, GitError> {
        let bases = bases.iter().map(|base| self.root_tree(base)).collect::<Result<_, _>>()?;
        let root = Folder { dir: String::new(), tree: self.root_tree(&commit)?, bases };
        let mut nested = Vec::new();
        self.nested_below(root, &mut nested)?;
        nested.sort_unstable();
        Ok(nested)
    }

    fn nested_below(&self, top: Folder, nested: &mut Vec<String>) -> Result<(), GitError> {
        let mut pending = vec![top];
        while let Some(Folder { dir, tree, bases }) = pending.pop() {
            if bases.contains(&tree) {
                continue;
            }
            let bases = bases.iter().map(|base| self.folders(base)).collect::<Result<Vec<_>, _>>();
            let (folders, bases) = match (self.folders(&tree), bases) {
                // A partial clone lacks trees; nothing can be said of what lies below, and everything of the rest.
                (Err(GitError::MissingObject { .. }), _) | (_, Err(GitError::MissingObject { .. })) => {
                    continue;
                }
                (folders, bases) => (folders?, bases?),
            };
            for (name, tree) in folders {
                let bases: Vec<Oid> = bases.iter().filter_map(|base| base.get(&name)).copied().collect();
                if name != PLAN_DIR || dir.is_empty() {
                    let dir = if dir.is_empty() { name } else { [&dir, "/", &name].concat() };
                    pending.push(Folder { dir, tree, bases });
                } else if bases.is_empty() {
                    nested.push(dir.clone());
                }
            }
        }
        Ok(())
    }

    /// The directories of a tree.
    fn folders(&self, tree: &Oid) -> Result<BTreeMap<String, Oid>, GitError> {
        let mut found = BTreeMap::new();
        self.each_entry(tree, &mut Vec::new(), |name, kind, oid| {
            if kind == EntryKind::Tree {
                found.insert(name.to_str_lossy().into_owned(), oid.to_owned());
            }
        })?;
        Ok(found)
    }
}
