//! Which plan files there are, and which ids were ever given: by names alone, for commands that write.

use super::load::Workspace;
use crate::config::Config;
use crate::error::CliError;
use crate::files::{FilesError, Listing, Memory};
use crate::git::{HistoryOptions, Oid, Words};
use crate::message::Rules;
use std::collections::HashSet;
use std::path::Path;
use std::time::SystemTime;

impl Workspace {
    /// The plan files below the top of a work tree of this repository.
    pub fn listing(&self, root: &Path) -> Result<Option<Listing>, FilesError> {
        Listing::read(root, self.list_memory(root).as_ref())
    }

    /// Where the names of plan files are remembered: a file for each work tree.
    pub fn list_memory(&self, root: &Path) -> Option<Memory> {
        let name = format!("paths-{:08x}", crc32fast::hash(root.as_os_str().as_encoded_bytes()));
        self.request.cache.then(|| Memory {
            file: self.repo.common_dir().join("tasks").join(name),
            program: env!("CARGO_PKG_VERSION"),
            now: SystemTime::now(),
            least: Memory::LEAST,
            is_forsaken: |_| false,
        })
    }

    /// Every id that a task has or once had on any branch.
    pub fn ids_ever(&self) -> Result<Words, CliError> {
        let tips = self.heads()?;
        let words = self.repo.ids_ever(&tips);
        words.or_else(|error| self.explained(error.into()))
    }

    /// Every word that a commit on any branch has where an id can stand, whether there is such a task or not.
    pub fn words_named(&self, config: &Config) -> Result<Words, CliError> {
        let rules = Rules::from_config(&config.references)?;
        let (since, sight) = (config.since.as_ref(), &HashSet::new());
        let options = HistoryOptions { rules: &rules, since, beyond_boundary: true, sight };
        let words = self.repo.words_named(&self.heads()?, &options);
        words.or_else(|error| self.explained(error.into()))
    }

    /// The commits of `HEAD` and of every branch.
    fn heads(&self) -> Result<Vec<Oid>, CliError> {
        Ok(self.repo.head()?.oid.into_iter().chain(self.repo.branch_tips()?).collect())
    }

    /// An error, said better if it is a branch that points to nothing.
    fn explained<T>(&self, error: CliError) -> Result<T, CliError> {
        self.repo.branches()?;
        Err(error)
    }
}
