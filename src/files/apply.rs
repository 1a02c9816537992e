//! Putting a set of changes in place.

use super::journal::Journal;
use super::read::{is_plan, read_all};
use super::temporary::{Waiting, put, sweep};
use super::{FilesError, Lock};
use crate::changeset::{ChangeSet, FileChange};
use crate::snapshot::{MAX_DEPTH, PLAN_DIR, TOO_DEEP, depth_of};
use std::collections::{BTreeSet, HashSet};
use std::fs::{self, File, Metadata};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Writes `changes` below `root`.
///
/// Nothing is written unless every file still is what its change was made from. All new contents are on disk before
/// the first file is replaced, and all files are replaced before the first is removed: a crash leaves each file old or
/// new, and never loses one that moves. Whoever takes the lock next completes the work.
pub fn apply(root: &Path, changes: &ChangeSet, lock: &Lock) -> Result<(), FilesError> {
    put_in_place(root, changes, lock.dir(), None)
}

/// Does so; `dir` is where the journal lies, which is written unless these changes are what is left of `begun`. It is gone
/// when everything is in place, and not before.
pub(super) fn put_in_place(
    root: &Path,
    changes: &ChangeSet,
    dir: &Path,
    begun: Option<Journal>,
) -> Result<(), FilesError> {
    let changes: Vec<&FileChange> =
        changes.files.iter().filter(|change| change.before != change.after).collect();
    is_plan(&root.join(PLAN_DIR))?;
    let mut paths = HashSet::new();
    for change in &changes {
        check_path(root, &change.path)?;
        if !paths.insert(change.path.as_str()) {
            return Err(FilesError::Forbidden {
                path: change.path.clone(),
                why: "it is to be changed twice",
            });
        }
    }
    for change in &changes {
        let mut above = change.path.match_indices('/').map(|(at, _)| &change.path[..at]);
        if above.any(|dir| paths.contains(dir)) {
            let why = "a file is to be changed where a directory would have to be";
            return Err(FilesError::Forbidden { path: change.path.clone(), why });
        }
    }
    let mut old = Vec::with_capacity(changes.len());
    for change in &changes {
        old.push(check_unchanged(root, change)?);
    }
    let prepared = prepare(root, &changes, &old, &Waiting::beside_lock(dir))?;
    let journal = match begun {
        None if changes.len() > 1 => Some(Journal::write(dir, root, &changes)?),
        begun => begun,
    };
    commit(root, &changes, prepared, journal.is_some())?;
    journal.map_or(Ok(()), Journal::close)
}

/// A new content, and the file that it is to become.
struct Prepared {
    temporary: NamedTempFile,
    target: PathBuf,
}

/// Only files below `.tasks/`, and no way through a symbolic link.
fn check_path(root: &Path, path: &str) -> Result<(), FilesError> {
    let forbidden = |why| FilesError::Forbidden { path: path.to_owned(), why };
    let mut parts = path.split('/');
    if parts.next() != Some(PLAN_DIR) || parts.clone().next().is_none() {
        return Err(forbidden("only files below .tasks/ are written"));
    }
    // Of the path of a file, that is one more than of its folder.
    if depth_of(path) > MAX_DEPTH + 1 {
        return Err(forbidden(TOO_DEEP));
    }
    let mut place = root.join(PLAN_DIR);
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        if matches!(part, "" | "." | "..")
            || part.contains(['\\', '\0'])
            || (cfg!(windows) && part.contains(':'))
        {
            return Err(forbidden("it is no plain path"));
        }
        place.push(part);
        match place.symlink_metadata() {
            Ok(meta) if meta.is_symlink() => return Err(forbidden("a symbolic link is in the way")),
            Ok(meta) if parts.peek().is_some() && !meta.is_dir() => {
                return Err(forbidden("a file is where a directory would have to be"));
            }
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(FilesError::io("look at", place)(error)),
        }
    }
    Ok(())
}

/// The metadata of the file as it is, which has to be what the change was made from.
fn check_unchanged(root: &Path, change: &FileChange) -> Result<Option<Metadata>, FilesError> {
    let changed = |what| FilesError::Changed { path: change.path.clone(), what };
    let path = root.join(&change.path);
    let meta = match path.symlink_metadata() {
        Ok(meta) => Some(meta),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => None,
        Err(error) => return Err(FilesError::io("look at", path)(error)),
    };
    match (&change.before, &meta) {
        (None, None) => {}
        (None, Some(_)) => return Err(changed("was created")),
        (Some(_), None) => return Err(changed("was removed")),
        (Some(before), Some(meta)) => {
            let same_length = meta.is_file() && meta.len() == before.len() as u64;
            if !same_length || read_all(&path).map_err(FilesError::io("read", &path))? != *before {
                return Err(changed("was changed"));
            }
        }
    }
    Ok(meta)
}

/// Writes every new content to a temporary file, then flushes them all.
fn prepare(
    root: &Path,
    changes: &[&FileChange],
    old: &[Option<Metadata>],
    waiting: &Waiting,
) -> Result<Vec<Prepared>, FilesError> {
    // Dropped last, when the temporary files are gone.
    let mut created = Created(Vec::new());
    let mut prepared = Vec::new();
    let mut swept = HashSet::new();
    for (change, old) in changes.iter().zip(old) {
        let Some(bytes) = &change.after else { continue };
        let target = root.join(&change.path);
        let dir = target.parent().unwrap_or(root);
        created.directories(dir)?;
        if swept.insert(dir.to_owned()) && !waiting.serves(dir) {
            sweep(dir);
        }
        let mut temporary = waiting.file_for(dir).map_err(FilesError::io("create a file in", dir))?;
        temporary.write_all(bytes).map_err(FilesError::io("write", temporary.path()))?;
        if let Some(meta) = old {
            let kept = temporary.as_file().set_permissions(meta.permissions());
            kept.map_err(FilesError::io("set the permissions of", temporary.path()))?;
        }
        prepared.push(Prepared { temporary, target });
    }
    for Prepared { temporary, target } in &prepared {
        temporary.as_file().sync_all().map_err(FilesError::io("flush", target))?;
    }
    created.0.clear();
    Ok(prepared)
}

/// Directories that are taken away again unless all goes well.
struct Created(Vec<PathBuf>);

impl Created {
    fn directories(&mut self, dir: &Path) -> Result<(), FilesError> {
        let missing: Vec<&Path> = dir.ancestors().take_while(|dir| !dir.is_dir()).collect();
        for dir in missing.into_iter().rev() {
            fs::create_dir(dir).map_err(FilesError::io("create the directory", dir))?;
            self.0.push(dir.to_owned());
        }
        Ok(())
    }
}

impl Drop for Created {
    fn drop(&mut self) {
        for dir in self.0.iter().rev() {
            // It may not be empty any more, and then it stays.
            let _ = fs::remove_dir(dir);
        }
    }
}

/// Replaces all, then removes all. A single replacement that a crash undoes leaves the old file, which is as good. Several, or
/// the rest of them, `must_last`: they reach the disk before anything is removed.
fn commit(
    root: &Path,
    changes: &[&FileChange],
    prepared: Vec<Prepared>,
    must_last: bool,
) -> Result<(), FilesError> {
    let removed: Vec<PathBuf> =
        changes.iter().filter(|c| c.after.is_none()).map(|c| root.join(&c.path)).collect();
    let folded = |path: &Path| path.to_string_lossy().to_lowercase();
    let written: HashSet<String> = prepared.iter().map(|p| folded(&p.target)).collect();
    // Where case does not matter, removing the old name of a file afterwards would remove the new one.
    let (first, last): (Vec<_>, Vec<_>) = removed.iter().partition(|path| written.contains(&folded(path)));
    for path in first {
        remove(path)?;
    }
    let mut directories: BTreeSet<PathBuf> = BTreeSet::new();
    for Prepared { temporary, target } in prepared {
        directories.extend(target.parent().map(Path::to_owned));
        put(temporary, &target)?;
    }
    if must_last {
        sync_directories(root, &directories)?;
    }
    for path in &last {
        remove(path)?;
    }
    for path in removed {
        remove_empty_parents(root, &path);
    }
    Ok(())
}

fn remove(path: &Path) -> Result<(), FilesError> {
    fs::remove_file(path).map_err(FilesError::io("remove", path))
}

/// Directories hold the names of files; those just created have names in their parents as well.
fn sync_directories(root: &Path, directories: &BTreeSet<PathBuf>) -> Result<(), FilesError> {
    if cfg!(windows) {
        // A directory cannot be opened there, and need not be.
        return Ok(());
    }
    let up_to_root =
        |dir: &PathBuf| dir.ancestors().skip(1).take_while(|up| *up != root).map(Path::to_owned).collect();
    let parents: BTreeSet<PathBuf> = directories.iter().flat_map::<Vec<_>, _>(up_to_root).collect();
    for dir in directories.union(&parents) {
        let synced = File::open(dir).and_then(|file| file.sync_all());
        synced.map_err(FilesError::io("flush the directory", dir))?;
    }
    Ok(())
}

/// Git keeps no empty directories, so a group without files is no group.
fn remove_empty_parents(root: &Path, path: &Path) {
    let plan = root.join(PLAN_DIR);
    for dir in path.ancestors().skip(1).take_while(|dir| *dir != plan && dir.starts_with(&plan)) {
        if fs::remove_dir(dir).is_err() {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_while_preparing_leaves_nothing_behind() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join(PLAN_DIR)).unwrap();
        fs::write(dir.path().join(".tasks/1.toml"), "one").unwrap();
        let change =
            |path: &str| FileChange { path: path.to_owned(), before: None, after: Some(b"x".to_vec()) };
        // The first is prepared in new directories; the second lies below a file.
        let changes = [change(".tasks/new/deep/2.toml"), change(".tasks/1.toml/3.toml")];
        let changes: Vec<&FileChange> = changes.iter().collect();
        let waiting = Waiting::beside_lock(&dir.path().join("tasks"));
        assert!(prepare(dir.path(), &changes, &[None, None], &waiting).is_err());
        let left: Vec<_> =
            fs::read_dir(dir.path().join(PLAN_DIR)).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(left, ["1.toml"]);
    }
}
