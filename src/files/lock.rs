//! The lock under which a plan is written.

use super::FilesError;
use super::apply::put_in_place;
use super::journal::{Begun, Journal};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long to wait between two attempts.
const PAUSE: Duration = Duration::from_millis(5);

/// The right to write, until it is dropped. The operating system takes it back when a process dies, so no stale lock
/// is ever left.
#[derive(Debug)]
pub struct Lock {
    file: File,
    dir: PathBuf,
    completed: usize,
}

impl Lock {
    /// Takes the lock of all worktrees of a repository, `tasks/lock` in its common directory; waits for at most
    /// `timeout`. What a command that was interrupted had begun is completed first.
    pub fn acquire(common_dir: &Path, timeout: Duration) -> Result<Self, FilesError> {
        let dir = common_dir.join("tasks");
        let path = dir.join("lock");
        let file = open(&path).or_else(|_| {
            std::fs::create_dir_all(&dir).map_err(FilesError::io("create the directory", &dir))?;
            open(&path).map_err(FilesError::io("open the lock", &path))
        })?;
        let start = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if start.elapsed() < timeout => std::thread::sleep(PAUSE),
                Err(TryLockError::WouldBlock) => return Err(locked(path, start.elapsed())),
                Err(TryLockError::Error(error)) => return Err(FilesError::io("lock", path)(error)),
            }
        }
        let mut lock = Self { file, dir, completed: 0 };
        // Only for the message of whoever waits: not worth failing for.
        let _ = lock.sign();
        lock.complete()?;
        Ok(lock)
    }

    /// How many files an interrupted command had left to be put in place.
    pub fn completed(&self) -> usize {
        self.completed
    }

    /// Where the lock lies.
    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    fn complete(&mut self) -> Result<(), FilesError> {
        let Some(Begun { journal, root, changes }) = Journal::begun(&self.dir)? else { return Ok(()) };
        // The work tree may be gone, with all that there was to be done in it.
        if !root.is_dir() {
            return journal.close();
        }
        match put_in_place(&root, &changes, &self.dir, Some(journal)) {
            Ok(()) => self.completed = changes.files.len(),
            // The disk may have room again, or a directory its permissions, when the next command comes.
            Err(error @ FilesError::Io { .. }) => {
                return Err(FilesError::Waits {
                    cause: Box::new(error),
                    journal: Journal::path_in(&self.dir),
                });
            }
            Err(error) => {
                // What can never be completed is said once.
                Journal::forget(&self.dir)?;
                return Err(FilesError::Interrupted { cause: Box::new(error) });
            }
        }
        Ok(())
    }

    fn sign(&mut self) -> std::io::Result<()> {
        self.file.set_len(0)?;
        write!(self.file, "{}", std::process::id())
    }
}

fn open(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)
}

fn locked(path: PathBuf, waited: Duration) -> FilesError {
    let mut holder = String::new();
    let read = File::open(&path).and_then(|file| file.take(20).read_to_string(&mut holder));
    let is_pid = read.is_ok() && !holder.is_empty() && holder.bytes().all(|b| b.is_ascii_digit());
    FilesError::Locked { path, holder: is_pid.then_some(holder), waited }
}
