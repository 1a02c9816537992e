//! Objects that lie where Git's variables say: those of a push that is being judged are kept apart until it is accepted.

use super::GitError;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// What the variables say of where objects are.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Elsewhere {
    /// `GIT_OBJECT_DIRECTORY`, then those of `GIT_ALTERNATE_OBJECT_DIRECTORIES`.
    pub directories: Vec<PathBuf>,
}

impl Elsewhere {
    /// Reads the variables; relative paths start in the current directory.
    pub fn of_process() -> Self {
        let own = std::env::var_os("GIT_OBJECT_DIRECTORY").filter(|dir| !dir.is_empty()).map(PathBuf::from);
        let others = std::env::var_os("GIT_ALTERNATE_OBJECT_DIRECTORIES").unwrap_or_default();
        // Git puts a path with a separator in it into double quotes, which no path of a hook has.
        let others = std::env::split_paths(&others).filter(|path| !path.as_os_str().is_empty());
        Self { directories: own.into_iter().chain(others).collect() }
    }
}

/// Lets a repository read objects from there as well, without writing anything there: a directory of our own names the
/// others as its alternates. It has to live as long as the repository.
pub(super) fn admit(
    repo: &mut gix::Repository,
    common_dir: &Path,
    elsewhere: &Elsewhere,
) -> Result<Option<TempDir>, GitError> {
    let own = common_dir.join("objects");
    let canonical = |path: &PathBuf| path.canonicalize().ok();
    let mut stores: Vec<PathBuf> = elsewhere.directories.iter().filter_map(canonical).collect();
    if stores.iter().all(|store| own.canonicalize().is_ok_and(|own| own == *store)) {
        return Ok(None);
    }
    stores.push(own);
    let doing = || "read the objects of a push that is not accepted yet";
    let failed = |cause: String| GitError::Failed { doing: doing().to_owned(), cause };
    let mut list = String::new();
    for store in &stores {
        let path = store.to_str().filter(|path| !path.contains('\n'));
        list += path.ok_or_else(|| failed(format!("the path {} is not plain text", store.display())))?;
        list.push('\n');
    }
    let dir = tempfile::tempdir().map_err(GitError::doing(doing()))?;
    let info = dir.path().join("info");
    fs::create_dir(&info)
        .and_then(|()| fs::write(info.join("alternates"), list))
        .map_err(GitError::doing(doing()))?;
    let handle = gix::odb::at(dir.path(), repo.object_hash()).map_err(GitError::doing(doing()))?;
    repo.objects = handle.into();
    Ok(Some(dir))
}
