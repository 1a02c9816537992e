//! The plan in the index: what is about to be committed.

use super::{GitError, PlanObjects, Repo};
use crate::finding::Finding;
use crate::snapshot::{PLAN_DIR, is_ignored_name, is_miscased, is_plan_file_name};
use gix::bstr::ByteSlice;
use gix::index::entry::{Flags, Mode, Stage};
use std::collections::HashSet;

/// What the index holds.
#[derive(Debug, Default)]
pub struct Staged {
    /// The plan files; of those that are in conflict our side.
    pub plan: PlanObjects,
    /// Every path, directories included.
    pub paths: HashSet<String>,
    /// Directories below the root that have plans of their own.
    pub nested: Vec<String>,
}

impl Repo {
    /// The plan of the index that Git uses, `GIT_INDEX_FILE` included; `None` if it has no `.tasks`. An error in a bare repository,
    /// which has none.
    ///
    /// Files in conflict are findings. Of a sparse index, directories that are collapsed to one entry are read as trees.
    pub fn staged(&self) -> Result<Option<Staged>, GitError> {
        if self.is_bare() && !self.has_index() {
            return Err(GitError::NoIndex);
        }
        let index = self.index()?;
        let mut staged = Staged { nested: self.nested_in(&index)?, ..Staged::default() };
        let mut conflicts: HashSet<&[u8]> = HashSet::new();
        for entry in index.entries() {
            let path = entry.path(&index);
            staged.note(&path.to_str_lossy());
            if !is_of_plan(path) || entry.flags.contains(Flags::INTENT_TO_ADD) {
                continue;
            }
            if entry.mode == Mode::DIR {
                let dir = path.to_str_lossy();
                self.add_plan_objects(dir.trim_end_matches('/'), entry.id, &mut staged.plan)?;
                continue;
            }
            let Ok(path) = path.to_str() else {
                staged.plan.problems.push(Finding::file_name(path.to_str_lossy()));
                continue;
            };
            if path.split('/').skip(1).any(is_ignored_name) {
                continue;
            }
            let stage = entry.stage();
            if stage != Stage::Unconflicted && conflicts.insert(entry.path(&index)) {
                staged.plan.problems.push(conflict(path));
            }
            let name = path.rsplit('/').next().unwrap_or_default();
            if entry.mode == Mode::SYMLINK {
                staged.plan.problems.push(Finding::symlink(path));
            } else if matches!(stage, Stage::Unconflicted | Stage::Ours)
                && matches!(entry.mode, Mode::FILE | Mode::FILE_EXECUTABLE)
            {
                if is_plan_file_name(name) {
                    staged.plan.files.push((path.to_owned(), entry.id));
                } else if is_miscased(path) {
                    staged.plan.problems.push(Finding::ending(path));
                }
            }
        }
        let has_plan = staged.paths.contains(PLAN_DIR);
        Ok(has_plan.then_some(staged))
    }
}

fn is_of_plan(path: &gix::bstr::BStr) -> bool {
    path.strip_prefix(PLAN_DIR.as_bytes()).is_some_and(|rest| rest.first() == Some(&b'/'))
}

fn conflict(path: &str) -> Finding {
    Finding::of("merge-conflict", "the file is in conflict in the index")
        .with_path(path)
        .with_help("resolve it, then git add it")
}

impl Staged {
    /// Notes a path and the directories above it.
    fn note(&mut self, path: &str) {
        let mut path = path.trim_end_matches('/');
        while self.paths.insert(path.to_owned()) {
            match path.rsplit_once('/') {
                Some((above, _)) => path = above,
                None => break,
            }
        }
    }
}
