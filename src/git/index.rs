//! The plan as it is staged.

use super::{GitError, Repo};
use crate::finding::Finding;
use crate::snapshot::{PLAN_DIR, PlanFiles, is_ignored_name, is_plan_file_name};
use gix::bstr::ByteSlice;
use gix::index::entry::{Mode, Stage};

impl Repo {
    /// The plan files of the index, and what could not be read of them; `None` if it has nothing under `.tasks/`. Of files
    /// that are in conflict our side is read.
    pub fn staged_plan_files(&self) -> Result<Option<PlanFiles>, GitError> {
        let index = self.inner.index_or_empty().map_err(GitError::doing("read the index"))?;
        let prefix = format!("{PLAN_DIR}/");
        let Some(entries) = index.prefixed_entries(prefix.as_bytes().as_bstr()) else { return Ok(None) };
        let mut plan = PlanFiles::default();
        for entry in entries {
            let Ok(path) = std::str::from_utf8(entry.path(&index)) else {
                plan.problems.push(Finding::file_name(entry.path(&index).to_str_lossy()));
                continue;
            };
            let path = path.trim_end_matches('/');
            let name = path.rsplit('/').next().unwrap_or(path);
            let is_ignored = path.split('/').any(|part| part != PLAN_DIR && is_ignored_name(part));
            if is_ignored || !matches!(entry.stage(), Stage::Unconflicted | Stage::Ours) {
                continue;
            }
            match entry.mode {
                // A sparse index keeps whole directories as one entry.
                Mode::DIR => {
                    let within = self.plan_files_of(path.to_owned(), entry.id)?;
                    plan.files.extend(within.files);
                    plan.problems.extend(within.problems);
                }
                Mode::SYMLINK => plan.problems.push(Finding::symlink(path)),
                Mode::FILE | Mode::FILE_EXECUTABLE if is_plan_file_name(name) => {
                    match self.plan_file(path.to_owned(), &entry.id)? {
                        Ok(file) => plan.files.push(file),
                        Err(finding) => plan.problems.push(finding),
                    }
                }
                _ => {}
            }
        }
        Ok(Some(plan))
    }
}
