//! What a change of several files is about to do, so that it can be completed by whoever comes next.
//!
//! A crash in the middle leaves every file old or new, but some old and some new: a task that moves may be at both places.
//! The journal lies beside the lock, is written before the first file is replaced, and is gone when the last one is.

use super::FilesError;
use super::read::read_all;
use super::record::{Bytes, put_length, put_text};
use super::temporary::{sweep, temporary_in};
use crate::changeset::{ChangeSet, FileChange};
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Component, Path, PathBuf};

/// What the file begins with.
const MAGIC: &[u8; 8] = b"tasks\0j\x03";

/// A journal that is written.
pub(super) struct Journal {
    path: PathBuf,
}

/// What a command had begun and not completed.
pub(super) struct Begun {
    /// What says so, until it is done.
    pub journal: Journal,
    /// Where.
    pub root: PathBuf,
    /// Those changes whose files still are what they were.
    pub changes: ChangeSet,
}

impl Journal {
    /// Where the journal lies: in the directory of the lock.
    pub fn path_in(dir: &Path) -> PathBuf {
        dir.join("journal")
    }

    /// Writes down what is about to happen below `root`; it is on disk when this returns.
    pub fn write(dir: &Path, root: &Path, changes: &[&FileChange]) -> Result<Self, FilesError> {
        let path = Self::path_in(dir);
        let write = || -> std::io::Result<()> {
            let mut temporary = temporary_in(dir)?;
            temporary.write_all(&encode(&seen_from(dir, root), changes))?;
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

    /// It is not to be done any more.
    pub fn forget(dir: &Path) -> Result<(), FilesError> {
        Self { path: Self::path_in(dir) }.close()
    }

    /// What was begun and not completed. The journal stays until that is done, so whoever is interrupted in doing it leaves it to
    /// the next. A journal that makes no sense says nothing.
    pub fn begun(dir: &Path) -> Result<Option<Begun>, FilesError> {
        let path = Self::path_in(dir);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(FilesError::io("read", path)(error)),
        };
        let journal = Self { path };
        let Some((root, mut changes)) = decode(&bytes) else {
            journal.close()?;
            return Ok(None);
        };
        let root = found_from(dir, root);
        let files = changes.files.iter();
        let dirs: BTreeSet<PathBuf> =
            files.filter_map(|change| Some(root.join(&change.path).parent()?.to_owned())).collect();
        for dir in &dirs {
            sweep(dir);
        }
        changes.files.retain(|change| read_all(&root.join(&change.path)).ok() == change.before);
        Ok(Some(Begun { journal, root, changes }))
    }
}

/// The root as it is written down: where the journal lies below it, by the way up to it, which a repository keeps that is moved
/// or copied meanwhile.
fn seen_from(dir: &Path, root: &Path) -> PathBuf {
    match dir.strip_prefix(root) {
        Ok(below) if !below.as_os_str().is_empty() => {
            below.components().map(|_| Component::ParentDir).collect()
        }
        _ => root.to_owned(),
    }
}

/// The root that was written down.
fn found_from(dir: &Path, written: PathBuf) -> PathBuf {
    let steps = written.components().take_while(|part| *part == Component::ParentDir).count();
    let up = dir.ancestors().nth(steps).filter(|_| steps > 0);
    up.map_or(written, Path::to_owned)
}

/// A path as it is, Unicode or not.
fn bytes_of(path: &Path) -> &[u8] {
    #[cfg(unix)]
    let bytes = std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str());
    // Names are no bytes there, and no file system in use has others than these.
    #[cfg(not(unix))]
    let bytes = path.to_str().unwrap_or_default().as_bytes();
    bytes
}

fn path_of(bytes: &[u8]) -> Option<PathBuf> {
    #[cfg(unix)]
    let text: Option<&OsStr> = Some(std::os::unix::ffi::OsStrExt::from_bytes(bytes));
    #[cfg(not(unix))]
    let text = std::str::from_utf8(bytes).ok().map(OsStr::new);
    text.map(PathBuf::from)
}

fn encode(root: &Path, changes: &[&FileChange]) -> Vec<u8> {
    let mut body = Vec::new();
    let root = bytes_of(root);
    put_length(&mut body, root.len());
    body.extend_from_slice(root);
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
    let root = path_of(rest.block()?)?;
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
        let step = |change: &FileChange, root: &Path| match &change.after {
            Some(after) => fs::write(root.join(&change.path), after).unwrap(),
            None => fs::remove_file(root.join(&change.path)).unwrap(),
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
                step(change, root);
            }
            let left = all.len() - done;
            for again in 0..=left.min(3) {
                // Whoever goes on is stopped as well.
                let begun = Journal::begun(&root.join("tasks")).unwrap().unwrap();
                assert_eq!(begun.changes.files.len(), left - again.saturating_sub(1));
                for change in begun.changes.files.iter().take(usize::from(again > 0)) {
                    step(change, root);
                }
            }
            let lock = crate::files::Lock::acquire(root, std::time::Duration::ZERO).unwrap();
            assert_eq!(lock.completed(), left - left.min(3));
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
        let begun = Journal::begun(root).unwrap().unwrap();
        assert_eq!(
            (begun.root.as_path(), begun.changes.files.as_slice()),
            (root, &all[..2]),
            "3.toml is not what it was"
        );
        begun.journal.close().unwrap();
        assert!(Journal::begun(root).unwrap().is_none());
        for end in 0..bytes.len() {
            assert!(decode(&bytes[..end]).is_none());
        }
    }

    fn new(n: u8) -> FileChange {
        FileChange { path: format!(".tasks/{n}.toml"), before: None, after: Some(vec![n]) }
    }

    #[cfg(unix)]
    #[test]
    fn a_root_whose_name_is_not_unicode_is_found_again() {
        use std::os::unix::ffi::OsStrExt;
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join(OsStr::from_bytes(b"r\xe9"));
        fs::create_dir_all(root.join(".tasks")).unwrap();
        fs::create_dir(dir.path().join("tasks")).unwrap();
        drop(Journal::write(&dir.path().join("tasks"), &root, &[&new(1), &new(2)]).unwrap());
        drop(crate::files::Lock::acquire(dir.path(), std::time::Duration::ZERO).unwrap());
        assert_eq!(fs::read(root.join(".tasks/2.toml")).unwrap(), [2]);
    }

    #[test]
    fn a_repository_that_was_moved_is_completed_where_it_is_now() {
        let dir = tempfile::tempdir().unwrap();
        let (old, now) = (dir.path().join("old"), dir.path().join("now"));
        for folder in [".tasks", ".git/tasks"] {
            fs::create_dir_all(old.join(folder)).unwrap();
        }
        drop(Journal::write(&old.join(".git/tasks"), &old, &[&new(1), &new(2)]).unwrap());
        fs::rename(&old, &now).unwrap();
        fs::create_dir_all(old.join(".tasks")).unwrap();
        let lock = crate::files::Lock::acquire(&now.join(".git"), std::time::Duration::ZERO).unwrap();
        assert_eq!(lock.completed(), 2);
        assert!(now.join(".tasks/2.toml").exists() && !old.join(".tasks/2.toml").exists());
    }

    /// What may pass is tried again, and the journal stays for that.
    #[cfg(unix)]
    #[test]
    fn what_cannot_be_completed_now_is_completed_later() {
        let dir = tempfile::tempdir().unwrap();
        let (root, lock) = (dir.path(), std::time::Duration::ZERO);
        fs::create_dir_all(root.join("tasks")).unwrap();
        let name = "x".repeat(250);
        let change = |name: &str| FileChange {
            path: format!(".tasks/{name}.toml"),
            before: None,
            after: Some(b"x".to_vec()),
        };
        // A name that no file system takes stands for a disk that is full.
        drop(Journal::write(&root.join("tasks"), root, &[&change("1"), &change(&name.repeat(2))]).unwrap());
        let error = crate::files::Lock::acquire(root, lock).unwrap_err().to_string();
        assert!(error.contains("tries again") && error.contains("journal"), "{error}");
        assert!(root.join("tasks/journal").exists());
        drop(Journal::write(&root.join("tasks"), root, &[&change("1"), &change("2")]).unwrap());
        assert!(crate::files::Lock::acquire(root, lock).is_ok());
        assert!(root.join(".tasks/2.toml").exists() && !root.join("tasks/journal").exists());
    }
}
