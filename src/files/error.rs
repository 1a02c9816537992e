//! What can go wrong in the work tree.

use std::path::PathBuf;
use std::time::Duration;

/// Why the plan could not be read or written. Every sentence names the file and, where there is one, what to do.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// `.tasks` is something else.
    #[error("{} is {what}, not a directory; a plan is a directory of files", .path.display())]
    PlanIsNoDirectory {
        /// `.tasks`
        path: PathBuf,
        /// What it is.
        what: &'static str,
    },
    /// More files than a plan may have.
    #[error("{} has more than {max} files; is it a plan?", .path.display())]
    TooManyFiles {
        /// `.tasks`
        path: PathBuf,
        /// How many there may be.
        max: usize,
    },
    /// Another process writes.
    #[error(
        "cannot lock {}: {} has held it for more than {:.1} s; wait for it to end and try again",
        .path.display(),
        .holder.as_ref().map_or("another process".to_owned(), |pid| format!("process {pid}")),
        .waited.as_secs_f32()
    )]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// The process id of whoever holds it, if it could be told.
        holder: Option<String>,
        /// How long it was waited for.
        waited: Duration,
    },
    /// A file is no longer what the change was made from. Nothing was written.
    #[error("{path} {what} meanwhile, so nothing was written; run the command again")]
    Changed {
        /// Relative to the root.
        path: String,
        /// What happened to it.
        what: &'static str,
    },
    /// What an interrupted command had begun cannot be completed.
    #[error(
        "a command was interrupted while it changed files, and what it left cannot be completed: {cause}; git status shows where it got to"
    )]
    Interrupted {
        /// Why not.
        cause: Box<FilesError>,
    },
    /// The same, for a reason that may pass.
    #[error(
        "a command was interrupted while it changed files, and what it left cannot be completed now: {cause}; the next command that writes tries again, and removing {} gives it up",
        .journal.display()
    )]
    Waits {
        /// Why not.
        cause: Box<FilesError>,
        /// What says how to go on.
        journal: PathBuf,
    },
    /// A path that no change may touch.
    #[error("will not write {path:?}: {why}")]
    Forbidden {
        /// Relative to the root.
        path: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The operating system refused.
    #[error("cannot {doing} {}: {source}", .path.display())]
    Io {
        /// What was being done.
        doing: &'static str,
        /// To what.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
}

impl FilesError {
    /// For use with `map_err`.
    pub(super) fn io(doing: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Io { doing, path: path.into(), source }
    }
}
