//! Files under another name, until they are whole and take the place of what they replace.
//!
//! New contents of plan files wait beside the lock, where a command that is killed leaves nothing that `git add` would take up.
//! Only where no file can be renamed from there into its place do they wait beside it.

use super::FilesError;
use std::fs::{self, Metadata};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// How the names of temporary files begin and end.
const NAME: (&str, &str) = (".tasks-", ".tmp");

/// The directory beside the lock in which new contents wait.
const WAITING: &str = "waiting";

/// Where new contents wait, for whoever holds the lock.
pub(super) struct Waiting {
    dir: PathBuf,
    meta: Option<Metadata>,
}

impl Waiting {
    /// A place beside the lock, which lies in `dir`; what a killed command left there is removed.
    pub fn beside_lock(dir: &Path) -> Self {
        let dir = dir.join(WAITING);
        let meta = fs::create_dir_all(&dir).and_then(|()| dir.metadata()).ok();
        sweep(&dir);
        Self { dir, meta }
    }

    /// Whether a file can be renamed from here into that directory, and is there as if it had been made there.
    pub fn serves(&self, target: &Path) -> bool {
        match (&self.meta, target.metadata()) {
            (Some(here), Ok(there)) => is_alike(here, &there),
            _ => false,
        }
    }

    /// A new file that is to be put into that directory.
    pub fn file_for(&self, target: &Path) -> std::io::Result<NamedTempFile> {
        temporary_in(if self.serves(target) { &self.dir } else { target })
    }
}

/// The same file system, and the same group for new files.
#[cfg(unix)]
fn is_alike(here: &Metadata, there: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    const GROUP_IS_INHERITED: u32 = 0o2000;
    let key = |meta: &Metadata| (meta.dev(), meta.gid(), meta.mode() & GROUP_IS_INHERITED);
    key(here) == key(there)
}

/// It cannot be told.
#[cfg(not(unix))]
fn is_alike(_here: &Metadata, _there: &Metadata) -> bool {
    false
}

/// Puts a file, which is on disk, in place of another.
pub(super) fn put(temporary: NamedTempFile, target: &Path) -> Result<(), FilesError> {
    let Err(error) = temporary.persist(target) else { return Ok(()) };
    let failed = |error| FilesError::io("replace", target)(error);
    // One file system can be mounted at several places, and no file is renamed from one to another.
    if error.error.kind() != ErrorKind::CrossesDevices {
        return Err(failed(error.error));
    }
    copy_beside(&error.file, target).map_err(failed)
}

/// The same where a file cannot be renamed: its copy can, from beside the target.
fn copy_beside(temporary: &NamedTempFile, target: &Path) -> std::io::Result<()> {
    let copy = temporary_in(target.parent().unwrap_or(Path::new(".")))?;
    fs::copy(temporary.path(), copy.path())?;
    copy.as_file().sync_all()?;
    copy.persist(target)?;
    Ok(())
}

/// Removes what a killed command left. The lock is held, so no other command is about to use it.
pub(super) fn sweep(dir: &Path) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let is_left = name.to_str().is_some_and(|n| n.starts_with(NAME.0) && n.ends_with(NAME.1));
        if is_left && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            // What cannot be removed is in nobody's way.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// A file whose name begins with a dot, so that readers pass over it, with the permissions of any new file.
pub(super) fn temporary_in(dir: &Path) -> std::io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(NAME.0).suffix(NAME.1);
    #[cfg(unix)]
    let mode = {
        use std::os::unix::fs::PermissionsExt;
        fs::Permissions::from_mode(0o666)
    };
    // What the user's mask leaves of it.
    #[cfg(unix)]
    builder.permissions(mode);
    builder.tempfile_in(dir)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[cfg(unix)]
    #[test]
    fn new_contents_wait_beside_the_lock_and_what_was_left_there_goes() {
        let dir = tempfile::tempdir().unwrap();
        let (lock, plan) = (dir.path().join("lock"), dir.path().join("plan"));
        fs::create_dir_all(lock.join(WAITING)).unwrap();
        fs::create_dir(&plan).unwrap();
        fs::write(lock.join(WAITING).join(".tasks-left.tmp"), "x").unwrap();
        let waiting = Waiting::beside_lock(&lock);
        assert_eq!(fs::read_dir(&waiting.dir).unwrap().count(), 0);
        let file = waiting.file_for(&plan).unwrap();
        assert_eq!(file.path().parent(), Some(waiting.dir.as_path()));
        put(file, &plan.join("1.toml")).unwrap();
        assert!(plan.join("1.toml").exists());
        // Where it cannot be told whether a file can be renamed, it waits beside its place.
        let nowhere = Waiting { dir: lock, meta: None };
        assert_eq!(nowhere.file_for(&plan).unwrap().path().parent(), Some(plan.as_path()));
    }

    #[test]
    fn what_cannot_be_renamed_is_copied_with_its_permissions() {
        let dir = tempfile::tempdir().unwrap();
        let (from, to) = (dir.path().join("from"), dir.path().join("to"));
        fs::create_dir(&from).unwrap();
        fs::create_dir(&to).unwrap();
        let mut temporary = temporary_in(&from).unwrap();
        temporary.write_all(b"text").unwrap();
        let mut permissions = temporary.as_file().metadata().unwrap().permissions();
        permissions.set_readonly(true);
        temporary.as_file().set_permissions(permissions).unwrap();
        copy_beside(&temporary, &to.join("1.toml")).unwrap();
        assert_eq!(fs::read(to.join("1.toml")).unwrap(), b"text");
        assert!(to.join("1.toml").metadata().unwrap().permissions().readonly());
        assert_eq!(fs::read_dir(&to).unwrap().count(), 1);
    }
}
