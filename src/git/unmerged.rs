//! Files that a merge left undecided.

use super::{GitError, Repo};
use crate::snapshot::{PLAN_DIR, is_plan_file_name};
use gix::bstr::ByteSlice;
use gix::index::entry::Stage;
use std::collections::BTreeMap;

/// A file with more than one version in the index.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unmerged {
    /// What both sides had before; `None` where both added it.
    pub base: Option<Vec<u8>>,
    /// Our version; `None` where we removed it.
    pub ours: Option<Vec<u8>>,
    /// Their version; `None` where they removed it.
    pub theirs: Option<Vec<u8>>,
}

impl Repo {
    /// The plan files that are unmerged in the index, by path.
    pub fn unmerged_plan_files(&self) -> Result<BTreeMap<String, Unmerged>, GitError> {
        let index = self.index()?;
        let mut found: BTreeMap<String, Unmerged> = BTreeMap::new();
        for entry in index.entries().iter().filter(|entry| entry.stage() != Stage::Unconflicted) {
            let Ok(path) = entry.path(&index).to_str() else { continue };
            let is_plan = path.strip_prefix(PLAN_DIR).is_some_and(|rest| rest.starts_with('/'));
            if !is_plan || !path.rsplit('/').next().is_some_and(is_plan_file_name) {
                continue;
            }
            let bytes = Some(self.blob(entry.id)?);
            let file = found.entry(path.to_owned()).or_default();
            match entry.stage() {
                Stage::Base => file.base = bytes,
                Stage::Ours => file.ours = bytes,
                _ => file.theirs = bytes,
            }
        }
        Ok(found)
    }
}
