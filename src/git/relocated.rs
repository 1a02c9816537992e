//! Files that one side put into a directory which the other side renamed: `git merge` stops and asks where they belong.
//!
//! This follows what Git's merge strategy `ort` does unless `merge.directoryRenames` says otherwise. A directory is renamed
//! if a side has it no more, and goes where most of its files went.

use super::{GitError, Oid, Repo};
use gix::bstr::ByteSlice;
use gix::diff::tree_with_rewrites::Change;
use gix::objs::tree::EntryKind;
use std::collections::BTreeMap;

/// A file that is new on one side, below the plan's directory.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Relocated {
    /// Where that side has it.
    pub from: String,
    /// Where the other side's renaming would have it; the same place where that cannot be told.
    pub to: String,
}

/// Where each directory went that a side has no more; `None` where that cannot be told.
type Renames = BTreeMap<String, Option<String>>;

/// What a tree has by name.
type Entries = BTreeMap<String, (EntryKind, Oid)>;

impl Repo {
    /// The files that `git merge` would ask about, of a merge of two trees of a plan with their base.
    pub(super) fn relocated(&self, base: Oid, sides: [Oid; 2]) -> Result<Vec<Relocated>, GitError> {
        let [own, other] = sides;
        let (mut of_other, mut of_own) = (Vec::new(), Vec::new());
        self.left_behind("", base, Some(own), other, &mut of_other)?;
        self.left_behind("", base, Some(other), own, &mut of_own)?;
        if of_other.is_empty() && of_own.is_empty() {
            return Ok(Vec::new());
        }
        let (own, other) = (self.renamed_directories(base, own)?, self.renamed_directories(base, other)?);
        let here = of_other.into_iter().filter_map(|path| relocate(path, &own, &other));
        let there = of_own.into_iter().filter_map(|path| relocate(path, &other, &own));
        Ok(here.chain(there).collect())
    }

    /// The files that a side added to directories of the base which the renaming side has no more.
    fn left_behind(
        &self,
        dir: &str,
        base: Oid,
        renaming: Option<Oid>,
        adding: Oid,
        found: &mut Vec<String>,
    ) -> Result<(), GitError> {
        if adding == base || renaming == Some(base) {
            return Ok(());
        }
        // Files matter only where the renaming side has nothing any more.
        let left = renaming.map(|tree| self.by_name(tree, false)).transpose()?;
        let (known, added) = (self.by_name(base, left.is_none())?, self.by_name(adding, left.is_none())?);
        for (name, (kind, oid)) in added {
            let path = if dir.is_empty() { name.clone() } else { format!("{dir}/{name}") };
            let of_base = known.get(&name);
            let is_tree = |entry: &&(EntryKind, Oid)| entry.0 == EntryKind::Tree;
            if kind != EntryKind::Tree {
                if left.is_none() && of_base.is_none() {
                    found.push(path);
                }
                continue;
            }
            match (of_base.filter(is_tree), &left) {
                (Some((_, base)), left) => {
                    let left = left.as_ref().and_then(|left| left.get(&name)).filter(is_tree);
                    self.left_behind(&path, *base, left.map(|(_, tree)| *tree), oid, found)?;
                }
                (None, None) => self.left_behind(&path, self.empty_tree(), None, oid, found)?,
                (None, Some(_)) => {}
            }
        }
        Ok(())
    }

    /// What a tree has by name; of one that is not `whole` only the directories, which may be few among many files.
    fn by_name(&self, tree: Oid, whole: bool) -> Result<Entries, GitError> {
        let mut entries = Entries::new();
        self.each_entry(&tree, &mut Vec::new(), |name, kind, oid| {
            if whole || kind == EntryKind::Tree {
                entries.insert(name.to_str_lossy().into_owned(), (kind, oid.to_owned()));
            }
        })?;
        Ok(entries)
    }

    /// Every directory that a side has no more, and where it went.
    fn renamed_directories(&self, base: Oid, side: Oid) -> Result<Renames, GitError> {
        let doing = || GitError::doing("find renamed directories");
        let tree = |oid: Oid| self.inner.find_tree(oid).map_err(doing());
        let options = gix::diff::Options::default().with_rewrites(Some(gix::diff::Rewrites::default()));
        let changes = self.inner.diff_tree_to_tree(&tree(base)?, &tree(side)?, options).map_err(doing())?;
        let mut directories = BTreeMap::new();
        let mut counts: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
        for change in changes {
            let Change::Rewrite { source_location, location, entry_mode, copy: false, .. } = change else {
                continue;
            };
            if entry_mode.is_tree() {
                continue;
            }
            let (old, new) = (source_location.to_str_lossy(), location.to_str_lossy());
            for (old, new) in moved_directories(&old, &new) {
                if self.directory(side, old, &mut directories)?.is_some() {
                    break;
                }
                *counts.entry(old.to_owned()).or_default().entry(new.to_owned()).or_default() += 1;
            }
        }
        Ok(counts.into_iter().map(|(dir, places)| (dir, most(places))).collect())
    }

    /// A directory of a tree; what was found out is kept.
    fn directory(
        &self,
        tree: Oid,
        dir: &str,
        known: &mut BTreeMap<String, Option<Oid>>,
    ) -> Result<Option<Oid>, GitError> {
        if dir.is_empty() {
            return Ok(Some(tree));
        }
        if let Some(found) = known.get(dir) {
            return Ok(*found);
        }
        let (parent, name) = dir.rsplit_once('/').unwrap_or(("", dir));
        let found = match self.directory(tree, parent, known)? {
            Some(parent) => self.by_name(parent, false)?.get(name).map(|(_, oid)| *oid),
            None => None,
        };
        known.insert(dir.to_owned(), found);
        Ok(found)
    }
}

/// The directories that a renamed file says are renamed: its own, and those around it as long as the names below them are
/// the same.
fn moved_directories<'p>(old: &'p str, new: &'p str) -> Vec<(&'p str, &'p str)> {
    let parent = |path: &'p str| path.rsplit_once('/').map_or(("", path), |(dir, name)| (dir, name));
    let (mut old, mut new) = (parent(old).0, parent(new).0);
    let mut moved = Vec::new();
    while old != new && !old.is_empty() {
        moved.push((old, new));
        let ((old_dir, old_name), (new_dir, new_name)) = (parent(old), parent(new));
        if new.is_empty() || old_name != new_name {
            break;
        }
        (old, new) = (old_dir, new_dir);
    }
    moved
}

/// The place with the most files; `None` where several have as many.
fn most(places: BTreeMap<String, usize>) -> Option<String> {
    let most = places.values().copied().max()?;
    let mut first = places.into_iter().filter(|(_, count)| *count == most).map(|(place, _)| place);
    let place = first.next();
    if first.next().is_some() { None } else { place }
}

/// Where the renaming side would have a file that the adding side has there; `None` if it has no say in that.
fn relocate(path: String, renaming: &Renames, adding: &Renames) -> Option<Relocated> {
    let mut dir = path.rsplit_once('/')?.0;
    loop {
        if let Some(place) = renaming.get(dir) {
            // What both sides renamed is not moved on, and nothing is moved twice.
            if adding.contains_key(dir) || place.as_ref().is_some_and(|place| adding.contains_key(place)) {
                return None;
            }
            let Some(place) = place else { return Some(Relocated { to: path.clone(), from: path }) };
            let rest = &path[dir.len() + 1..];
            let to = if place.is_empty() { rest.to_owned() } else { format!("{place}/{rest}") };
            return Some(Relocated { from: path, to });
        }
        dir = dir.rsplit_once('/')?.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_are_renamed_as_far_up_as_names_are_the_same() {
        for (old, new, expected) in [
            ("a/1", "b/1", "a>b"),
            ("a/1", "1", "a>"),
            ("1", "a/1", ""),
            ("a/x/1", "b/x/2", "a/x>b/x a>b"),
            ("a/x/1", "b/y/1", "a/x>b/y"),
            ("a/x/1", "a/y/1", "a/x>a/y"),
            ("a/x/1", "x/1", "a/x>x a>"),
            ("a/1", "a/2", ""),
        ] {
            let moved: Vec<String> =
                moved_directories(old, new).into_iter().map(|(old, new)| format!("{old}>{new}")).collect();
            assert_eq!(moved.join(" "), expected, "{old} {new}");
        }
    }

    #[test]
    fn a_file_goes_where_most_of_its_directory_went() {
        let renames = |pairs: &[(&str, Option<&str>)]| -> Renames {
            pairs.iter().map(|(dir, place)| ((*dir).to_owned(), place.map(str::to_owned))).collect()
        };
        let own = renames(&[("a", Some("b")), ("c", None), ("r", Some(""))]);
        let to = |path: &str, other: &Renames| relocate(path.to_owned(), &own, other).map(|found| found.to);
        let none = Renames::new();
        for (path, expected) in [
            ("a/1", Some("b/1")),
            ("a/x/1", Some("b/x/1")),
            ("c/1", Some("c/1")),
            ("r/1", Some("1")),
            ("1", None),
            ("z/1", None),
        ] {
            assert_eq!(to(path, &none).as_deref(), expected, "{path}");
        }
        assert_eq!(to("a/1", &renames(&[("a", Some("z"))])), None);
        assert_eq!(to("a/1", &renames(&[("b", Some("z"))])), None);
        let count =
            |pairs: &[(&str, usize)]| most(pairs.iter().map(|(p, n)| ((*p).to_owned(), *n)).collect());
        assert_eq!(count(&[("x", 2), ("y", 3)]).as_deref(), Some("y"));
        assert_eq!(count(&[("x", 3), ("y", 3)]), None);
    }
}
