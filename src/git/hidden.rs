//! Plan files that Git is told to ignore: `git add` takes none of them, so nobody else ever sees them.

use super::{GitError, Repo};
use gix::bstr::{BStr, ByteSlice};
use gix::index::State;
use gix::worktree::stack::state::ignore::Source;
use std::path::Path;

/// A file that a pattern hides from Git.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden {
    /// The file, from the root of the work tree.
    pub path: String,
    /// The pattern as written.
    pub pattern: String,
    /// The file that has the pattern, from the root of the work tree if it lies below; `None` for one that was given in
    /// another way.
    pub source: Option<String>,
    /// The pattern's line in that file, from 1.
    pub line: usize,
}

impl Repo {
    /// Those of the files that are neither tracked nor will be by `git add`, with the pattern that hides each: one of a
    /// `.gitignore`, of `info/exclude`, or of `core.excludesFile`. Paths are from the root of the work tree.
    pub fn hidden<'p>(&self, paths: impl IntoIterator<Item = &'p str>) -> Result<Vec<Hidden>, GitError> {
        let Some(root) = self.work_dir() else { return Ok(Vec::new()) };
        let failed = || GitError::doing::<gix::Error>("read which files Git ignores");
        // Without an index all that counts is in the work tree, and most of the time no file is ignored at all.
        let none = State::new(self.inner.object_hash());
        let mut stack =
            self.inner.excludes(&none, None, Source::WorktreeThenIdMappingIfNotSkipped).map_err(failed())?;
        let mut hidden = Vec::new();
        for path in paths {
            let place = stack.at_entry(BStr::new(path), None).map_err(failed())?;
            if let Some(found) = place.matching_exclude_pattern().filter(|found| !found.pattern.is_negative())
            {
                hidden.push(Hidden {
                    path: path.to_owned(),
                    pattern: found.pattern.to_string(),
                    source: found.source.map(|source| from_root(root, source)),
                    line: found.sequence_number,
                });
            }
        }
        if !hidden.is_empty() {
            let index = self.index()?;
            hidden.retain(|file| !is_tracked(&index, &file.path));
        }
        Ok(hidden)
    }
}

/// Whether the index has the file, or a directory around it that a sparse index keeps as one entry.
fn is_tracked(index: &State, path: &str) -> bool {
    let has = |path: &[u8]| index.entry_by_path(path.as_bstr()).is_some();
    let around = path.match_indices('/').map(|(at, _)| &path.as_bytes()[..=at]);
    has(path.as_bytes()) || (index.is_sparse() && around.into_iter().any(has))
}

fn from_root(root: &Path, source: &Path) -> String {
    let path = match (root.canonicalize(), source.canonicalize()) {
        (Ok(root), Ok(source)) => source.strip_prefix(&root).map(Path::to_owned).unwrap_or(source),
        _ => source.to_owned(),
    };
    path.to_string_lossy().into_owned()
}
