//! Sparse checkouts: plan files that the index has, but the work tree was told to do without.

use super::{GitError, Oid, PlanObjects, Repo};
use crate::snapshot::{PLAN_DIR, PlanFiles, is_ignored_name};
use gix::bstr::ByteSlice;
use gix::index::entry::{Flags, Mode};

/// What the index has under `.tasks/` outside the sparse checkout.
#[derive(Default)]
struct Skipped {
    /// Paths and objects of files.
    files: Vec<(String, Oid)>,
    /// Paths without a final slash and objects of directories that a sparse index keeps as one entry.
    trees: Vec<(String, Oid)>,
}

impl Repo {
    /// The plan files that lie outside the sparse checkout, as the index has them; `None` if there are none. To Git
    /// such files are there and unchanged.
    pub fn skipped_plan_files(&self) -> Result<Option<PlanFiles>, GitError> {
        let skipped = self.skipped()?;
        if skipped.files.is_empty() && skipped.trees.is_empty() {
            return Ok(None);
        }
        let mut listing = PlanObjects { files: skipped.files, ..PlanObjects::default() };
        for (path, tree) in skipped.trees {
            self.add_plan_objects(&path, tree, &mut listing)?;
        }
        self.files_of(listing).map(Some)
    }

    /// One plan file or directory that lies outside the sparse checkout, if there is any.
    pub fn first_skipped(&self) -> Result<Option<String>, GitError> {
        let skipped = self.skipped()?;
        Ok(skipped.files.into_iter().chain(skipped.trees).map(|(path, _)| path).min())
    }

    /// Whether the work tree was told to do without some files.
    pub fn is_sparse(&self) -> bool {
        self.inner.config_snapshot().boolean("core.sparseCheckout") == Some(true)
    }

    fn skipped(&self) -> Result<Skipped, GitError> {
        let mut skipped = Skipped::default();
        if !self.is_sparse() {
            return Ok(skipped);
        }
        let index = self.index()?;
        let prefix = format!("{PLAN_DIR}/");
        for entry in index.prefixed_entries(prefix.as_bytes().as_bstr()).unwrap_or_default() {
            if !entry.flags.contains(Flags::SKIP_WORKTREE) {
                continue;
            }
            let path = entry.path(&index).to_str_lossy();
            let path = path.trim_end_matches('/');
            if path.split('/').any(|part| part != PLAN_DIR && is_ignored_name(part)) {
                continue;
            }
            let kept = (path.to_owned(), entry.id);
            match entry.mode {
                Mode::DIR => skipped.trees.push(kept),
                Mode::FILE | Mode::FILE_EXECUTABLE if path.rsplit('.').next() == Some("toml") => {
                    skipped.files.push(kept);
                }
                _ => {}
            }
        }
        Ok(skipped)
    }
}
