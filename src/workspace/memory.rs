//! Where things are remembered that could be read again.

use super::load::Workspace;
use crate::files::Memory;
use std::path::Path;
use std::time::SystemTime;

/// What every work tree remembers for itself: its parsed tasks, and the names of its plan files.
const PLAN: &str = "plan";
const PATHS: &str = "paths";

impl Workspace {
    /// Where parsed task files are remembered: a file for each work tree, since each has its own files.
    pub(super) fn plan_memory(&self) -> Option<Memory> {
        let worktree = self.repo.git_dir().strip_prefix(self.repo.common_dir()).ok()?;
        match worktree.file_name() {
            Some(name) => self.memory(&of_worktree(PLAN, Some(name.to_str()?))),
            None => self.memory(PLAN),
        }
    }

    /// Where the names of the plan files below `root` are remembered, the top of any work tree of the repository.
    pub fn list_memory(&self, root: &Path) -> Option<Memory> {
        // Only in a linked worktree is that a file which names a directory of its own.
        let link = std::fs::read_to_string(root.join(".git")).unwrap_or_default();
        let dir = link.trim_end().rsplit_once("/worktrees/").map(|(_, name)| name);
        self.memory(&of_worktree(PATHS, dir.filter(|name| !name.contains('/'))))
    }

    /// A place in the common directory at which something is remembered; `None` if nothing is.
    pub(super) fn memory(&self, name: &str) -> Option<Memory> {
        self.request.cache.then(|| Memory {
            file: self.repo.common_dir().join("tasks").join(name),
            program: env!("CARGO_PKG_VERSION"),
            now: SystemTime::now(),
            least: Memory::LEAST,
            is_forsaken,
        })
    }
}

/// The name of a file in which a work tree remembers something; the main one has no name.
fn of_worktree(what: &str, worktree: Option<&str>) -> String {
    worktree.map_or_else(|| what.to_owned(), |name| format!("{what}-{name}"))
}

/// Whether a file among those that are remembered is that of a worktree which has been removed.
fn is_forsaken(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let worktree = [PLAN, PATHS].iter().find_map(|what| name.strip_prefix(what)?.strip_prefix('-'));
    let common = path.parent().and_then(Path::parent);
    worktree.zip(common).is_some_and(|(name, common)| {
        let found = common.join("worktrees").join(name).symlink_metadata();
        found.is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound)
    })
}
