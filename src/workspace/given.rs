//! Which plan files there are, and which ids were ever given: by names alone, for commands that write.

use super::load::Workspace;
use super::refusing::{refuse_broken_config, refuse_newer};
use crate::config::Config;
use crate::error::{CliError, Exit};
use crate::evidence::{TaskEvidence, few};
use crate::files::{self, FilesError, Listing};
use crate::git::{GitError, History, HistoryOptions, Oid, Words};
use crate::message::Rules;
use crate::snapshot::{CONFIG_PATH, Snapshot};
use std::collections::HashSet;
use std::path::Path;

/// Some tasks of a plan, and what commits say of them. Nothing is known of others, which could be what a commit means.
pub struct Few {
    /// The files.
    pub snapshot: Snapshot,
    /// The commits.
    pub history: History,
    /// For each task of the snapshot what counts for it.
    pub evidence: Vec<TaskEvidence>,
}

impl Workspace {
    /// The plan files below the top of a work tree of this repository.
    pub fn listing(&self, root: &Path) -> Result<Option<Listing>, FilesError> {
        Listing::read(root, self.list_memory(root).as_ref())
    }

    /// The plan files of the work tree as if there were these alone, and the configuration.
    pub fn snapshot_of(&self, paths: &[&str]) -> Result<Snapshot, CliError> {
        let root = self.root()?;
        let plan = files::read_some(root, paths.iter().copied().chain([CONFIG_PATH]));
        let snapshot = Snapshot::read(plan.files, plan.problems);
        refuse_newer(&snapshot)?;
        Ok(snapshot)
    }

    /// The configuration of the plan that was asked for; where it lies in the work tree, no other file is read.
    pub fn config(&self) -> Result<Config, CliError> {
        let is_here = self.request.at.is_none() && self.request.plan_from.is_none() && !self.repo.is_bare();
        if is_here && self.root()?.join(CONFIG_PATH).is_file() {
            return Ok(self.snapshot_of(&[])?.config);
        }
        Ok(self.snapshot()?.config)
    }

    /// Refuses to write into a plan of a newer format: what its files mean is not known here.
    pub fn refuse_newer_format(&self) -> Result<(), CliError> {
        self.snapshot_of(&[]).map(drop)
    }

    /// Some files of the work tree, and what every clone would say of their tasks.
    pub fn few(&self, paths: &[&str]) -> Result<Few, CliError> {
        let snapshot = self.snapshot_of(paths)?;
        refuse_broken_config(&snapshot)?;
        let tips: Vec<Oid> = self.repo.head()?.oid.into_iter().collect();
        let history = match self.history(&snapshot, &tips, false) {
            // Where history is cut off nothing is known of it.
            Err(error) if error.exit == Exit::Shallow => History::default(),
            history => history?,
        };
        let tip = tips.first().and_then(|oid| history.position(oid));
        let evidence = few(&snapshot, &history, tip);
        Ok(Few { snapshot, history, evidence })
    }

    /// Every id that a task has or once had on any branch.
    pub fn ids_ever(&self) -> Result<Words, CliError> {
        self.over_heads(|tips| self.repo.ids_ever(tips))
    }

    /// Every word that a commit on any branch has where an id can stand, whether there is such a task or not.
    pub fn words_named(&self, config: &Config) -> Result<Words, CliError> {
        self.named(config, |tips, options| self.repo.words_named(tips, options))
    }

    /// The largest integer behind the prefix of new ids in any of all these.
    pub fn largest_number(&self, config: &Config) -> Result<u64, CliError> {
        self.named(config, |tips, options| self.repo.largest_number(tips, options, &config.id_prefix))
    }

    /// What is said on any branch, on whatever side of the boundary.
    fn named<T>(
        &self,
        config: &Config,
        read: impl Fn(&[Oid], &HistoryOptions<'_>) -> Result<T, GitError>,
    ) -> Result<T, CliError> {
        let rules = Rules::from_config(&config.references)?;
        let (since, sight) = (config.since.as_ref(), &HashSet::new());
        let options = HistoryOptions { rules: &rules, since, beyond_boundary: true, sight };
        self.over_heads(|tips| read(tips, &options))
    }

    /// What is read from the commits of `HEAD` and of every branch. Whether these are there is asked only where one is not.
    fn over_heads<T>(&self, read: impl Fn(&[Oid]) -> Result<T, GitError>) -> Result<T, CliError> {
        let head = self.repo.head()?.oid;
        let with = |tips: Vec<Oid>| read(&head.into_iter().chain(tips).collect::<Vec<_>>());
        match with(self.repo.branch_tips()?) {
            Err(GitError::MissingObject { .. }) => {
                let mut branches = self.repo.branches()?;
                self.leave_out_broken(head, &mut [&mut branches]);
                Ok(with(branches.into_iter().map(|branch| branch.tip).collect())?)
            }
            found => Ok(found?),
        }
    }
}
