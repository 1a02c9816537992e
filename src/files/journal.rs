//! What a change of several files is about to do, so that it can be completed by whoever comes next.
//!
//! A crash in the middle leaves every file old or new, but some old and some new: a task that moves may be at both places.
//! The journal lies beside the lock, is written before the first file is replaced, and is gone when the last one is.

use super::FilesError;
use super::apply::{sweep, temporary_in};
use super::read::read_all;
use super::record::{Bytes, put_length, put_text};
use crate::changeset::{ChangeSet, FileChange};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// What the file begins with.
const MAGIC: &[u8; 8] = b"tasks\0j\x02";

/// A journal that is written.
pub(super) struct Journal {
    path: PathBuf,
}

impl Journal {
    /// Where the journal lies: in the directory of the lock.
    fn path_in(dir: &Path) -> PathBuf {
        dir.join("journal")
    }

    /// Writes down what is about to happen below `root`; it is on disk when this returns.
    pub fn write(dir: &Path, root: &Path, changes: &[&FileChange]) -> Result<Self, FilesError> {
        let path = Self::path_in(dir);
        let write = || -> std::io::Result<()> {
            let mut temporary = temporary_in(dir)?;
            temporary.write_all(&encode(root, changes))?;
            temporary.as_file().sync_all()?;
            temporary.persist(&path)?;
            if cfg!(unix) { File::open(dir)?.sync_all() } else { Ok(()) }
        };
        write().map_err(FilesError::io("write", &path))?;
        Ok(Self { path })
    }

    /// The work is done.
    pub fn close(self) -> Result<(), FilesError> {
        fs::remove_file(&self.path).map_err(FilesError::io("remove", self.path))
    }

    /// What was begun and not completed: the root, and those changes whose files still are what they were. The journal is
    /// gone afterwards: what cannot be completed is said once. A journal that makes no sense says nothing.
    pub fn take(dir: &Path) -> Result<Option<(PathBuf, ChangeSet)>, FilesError> {
        let path = Self::path_in(dir);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(FilesError::io("read", path)(error)),
        };
        fs::remove_file(&path).map_err(FilesError::io("remove", path))?;
        let Some((root, mut changes)) = decode(&bytes) else { return Ok(None) };
        let files = changes.files.iter();
        let dirs: BTreeSet<PathBuf> =
            files.filter_map(|change| Some(root.join(&change.path).parent()?.to_owned())).collect();
        for dir in &dirs {
            sweep(dir);
        }
        changes.files.retain(|change| read_all(&root.join(&change.path)).ok() == change.before);
        Ok(Some((root, changes)))
    }
}

fn encode(root: &Path, changes: &[&FileChange]) -> Vec<u8> {
    let mut body = Vec::new();
    put_text(&mut body, &root.to_string_lossy());
    put_length(&mut body, changes.len());
    for change in changes {
        put_text(&mut body, &change.path);
        for content in [&change.before, &change.after] {
            body.push(u8::from(content.is_some()));
            let content = content.as_deref().unwrap_or_default();
            put_length(&mut body, content.len());
            body.extend_from_slice(content);
        }
    }
    let mut bytes = MAGIC.to_vec();
    bytes.extend_from_slice(&crc32fast::hash(&body).to_le_bytes());
    bytes.append(&mut body);
    bytes
}

fn decode(bytes: &[u8]) -> Option<(PathBuf, ChangeSet)> {
    let mut rest = Bytes(bytes.strip_prefix(MAGIC)?);
    let sum = u32::from_le_bytes(rest.array()?);
    if crc32fast::hash(rest.0) != sum {
        return None;
    }
    let root = PathBuf::from(rest.text()?);
    let files = rest.list(|bytes| {
        let path = bytes.text()?.to_owned();
        let mut content = || {
            let [is_there] = bytes.array()?;
            let content = bytes.block()?.to_vec();
            Some((is_there == 1).then_some(content))
        };
        Some(FileChange { path, before: content()?, after: content()? })
    })?;
    Some((root, ChangeSet { files }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The files are replaced one by one and then removed one by one: wherever that ends, the next lock goes on.
    #[test]
    fn a_change_that_stopped_anywhere_is_completed() {
        let change = |path: String, before: Option<&[u8]>, after: Option<&[u8]>| FileChange {
            path,
            before: before.map(<[u8]>::to_vec),
            after: after.map(<[u8]>::to_vec),
        };
        let come = (1..4).map(|n| change(format!(".tasks/new/{n}.toml"), None, Some(b"x")));
        let edit = change(".tasks/4.toml".to_owned(), Some(b"x"), Some(b"y"));
        let go = (1..4).map(|n| change(format!(".tasks/old/{n}.toml"), Some(b"x"), None));
        let all: Vec<FileChange> = come.chain([edit]).chain(go).collect();
        for done in 0..=all.len() {
            let dir = tempfile::tempdir().unwrap();
            let root = dir.path();
            for folder in [".tasks/old", ".tasks/new", "tasks"] {
                fs::create_dir_all(root.join(folder)).unwrap();
            }
            for change in &all {
                if let Some(before) = &change.before {
                    fs::write(root.join(&change.path), before).unwrap();
                }
            }
            fs::write(root.join(".tasks/new/.tasks-abc.tmp"), "x").unwrap();
            drop(Journal::write(&root.join("tasks"), root, &all.iter().collect::<Vec<_>>()).unwrap());
            for change in &all[..done] {
                match &change.after {
                    Some(after) => fs::write(root.join(&change.path), after).unwrap(),
                    None => fs::remove_file(root.join(&change.path)).unwrap(),
                }
            }
            let lock = crate::files::Lock::acquire(root, std::time::Duration::ZERO).unwrap();
            assert_eq!(lock.completed(), all.len() - done);
            for change in &all {
                assert_eq!(fs::read(root.join(&change.path)).ok(), change.after, "{} of {done}", change.path);
            }
            assert!(!root.join(".tasks/new/.tasks-abc.tmp").exists() && !root.join("tasks/journal").exists());
        }
    }

    #[test]
    fn what_was_begun_is_remembered_whole_or_not_at_all() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        fs::create_dir(root.join(".tasks")).unwrap();
        fs::write(root.join(".tasks/1.toml"), "one").unwrap();
        let change = |path: &str, before: Option<&str>, after: Option<&str>| FileChange {
            path: format!(".tasks/{path}"),
            before: before.map(|text| text.as_bytes().to_vec()),
            after: after.map(|text| text.as_bytes().to_vec()),
        };
        let all = [
            change("1.toml", Some("one"), None),
            change("2.toml", None, Some("")),
            change("3.toml", Some("x"), Some("y")),
        ];
        let changes: Vec<&FileChange> = all.iter().collect();
        drop(Journal::write(root, root, &changes).unwrap());
        let bytes = fs::read(root.join("journal")).unwrap();
        let (found, taken) = Journal::take(root).unwrap().unwrap();
        assert_eq!((found.as_path(), taken.files.as_slice()), (root, &all[..2]), "3.toml is not what it was");
        assert!(Journal::take(root).unwrap().is_none());
        for end in 0..bytes.len() {
            assert!(decode(&bytes[..end]).is_none());
        }
    }
}
