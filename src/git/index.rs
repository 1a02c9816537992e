//! The index: the one that Git itself would use.

use super::{GitError, Repo};
use gix::worktree::Index;
use std::path::{Path, PathBuf};

/// The file that `GIT_INDEX_FILE` names, where that has to be understood in another way than by the current directory:
/// Git goes to the top of the work tree before it opens the index.
pub(super) fn own_index(work_dir: Option<&Path>) -> Option<PathBuf> {
    let named = PathBuf::from(std::env::var_os("GIT_INDEX_FILE")?);
    let is_relative = named.is_relative() && !named.as_os_str().is_empty();
    Some(work_dir.filter(|_| is_relative)?.join(named))
}

impl Repo {
    /// The index; an empty one where there is none.
    pub(super) fn index(&self) -> Result<Index, GitError> {
        let Some(path) = self.own_index() else {
            return self.inner.index_or_empty().map_err(GitError::doing("read the index"));
        };
        let (hash, options) = (self.inner.object_hash(), gix::index::decode::Options::default());
        let file = gix::index::File::at_or_default(path, hash, false, options);
        Ok(Index::new(file.map_err(GitError::doing("read the index"))?.into()))
    }

    /// Whether there is an index on disk.
    pub(super) fn has_index(&self) -> bool {
        self.own_index().map_or_else(|| self.inner.index_path().is_file(), Path::is_file)
    }
}
