//! What `check` judges: the plan as it is, as it is staged, what a range of commits brings, or what a merge would.

use super::load::{Scope, Source, Workspace};
use super::refusing::newer;
use super::zone::local_zone;
use crate::check::{Around, check, locate, path_of};
use crate::error::CliError;
use crate::evidence::Viewpoint;
use crate::files;
use crate::finding::Finding;
use crate::git::{GitError, History, Oid, PlanObjects, Repo};
use crate::plan::{Inputs, Plan};
use crate::snapshot::{CONFIG_PATH, PLAN_DIR, Snapshot};
use std::collections::{HashMap, HashSet};
use std::mem::ManuallyDrop;

/// What is judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Matter {
    /// The work tree, or the revision asked for.
    Plan,
    /// The index.
    Staged,
    /// What `A..B` or `A...B` brings.
    Range(String),
    /// What a branch gains that is moved from one commit to another, as by a push.
    Moved(Oid, Oid),
    /// What merging HEAD, or the revision asked for, into this revision brings.
    Onto(String),
}

/// A plan and what is wrong with it.
pub struct Judged {
    /// The plan. It is never taken apart: the process ends with what is said of it.
    pub plan: ManuallyDrop<Plan>,
    /// By path and place; what lies in no file last.
    pub findings: Vec<Finding>,
    /// The files that findings lie in, by path.
    pub texts: HashMap<String, String>,
}

/// Where the files of a plan can be read once more.
pub(super) enum Origin<'r> {
    WorkTree,
    Commit(Oid),
    /// In objects of that repository.
    Listed(&'r Repo, PlanObjects),
}

impl Workspace {
    /// Loads what is to be judged, and judges it. Changes need all of history that matters; for the plan as it is, the
    /// rules over files hold without it.
    pub fn judge(&self, matter: &Matter) -> Result<Judged, CliError> {
        match matter {
            Matter::Plan => self.judge_plan(),
            Matter::Staged => self.judge_staged(),
            Matter::Range(range) => self.judge_range(range),
            Matter::Moved(from, to) => self.judge_moved(*from, *to),
            Matter::Onto(target) => self.judge_merge(target),
        }
    }

    fn judge_plan(&self) -> Result<Judged, CliError> {
        let source = self.source_of_any_format()?;
        let origin = source.revision.map_or(Origin::WorkTree, Origin::Commit);
        if let Some(finding) = newer(&source.snapshot) {
            return self.nothing_judged(source.revision, vec![finding.clone()], &origin);
        }
        // The index is that of the work tree, and says nothing of other revisions.
        let nested = match source.revision {
            Some(oid) => self.repo.nested_plans_at(oid, &[])?,
            None => self.repo.nested_plans()?,
        };
        // Where Git cannot read what to ignore, it ignores nothing.
        let hidden = if source.revision.is_none() {
            self.repo.hidden(paths(&source.snapshot))
        } else {
            Ok(Vec::new())
        };
        let hidden = hidden.unwrap_or_default();
        let missing_files = self.missing_files(&source.snapshot, source.revision)?;
        let plan = self.derive(source, scope(), &[])?;
        let around = Around { nested, hidden, missing_files, ..self.around() };
        let findings = check(&plan, &around, &plan.snapshot.config);
        self.judged(plan, findings, &origin)
    }

    fn judge_staged(&self) -> Result<Judged, CliError> {
        let staged = self.repo.staged()?.ok_or_else(|| {
            CliError::failed(format!("nothing of a plan is staged: the index has no {PLAN_DIR} directory"))
                .hint(format!("git add {PLAN_DIR} stages it"))
        })?;
        let mut trees = self.trees();
        let snapshot = trees.read(&self.repo, staged.plan.clone())?;
        trees.keep();
        if let Some(finding) = newer(&snapshot) {
            let finding = vec![finding.clone()];
            return self.nothing_judged(None, finding, &Origin::Listed(&self.repo, staged.plan));
        }
        let source = Source { snapshot, revision: None, tip: self.repo.head()?.oid, merged: None };
        let is_missing = |path: &&str| !staged.paths.contains(*path);
        let missing_files = named_files(&source.snapshot).filter(is_missing).map(str::to_owned).collect();
        let missing_files = self.not_left_out(missing_files)?;
        let plan = self.derive(source, scope(), &[])?;
        let around = Around { nested: staged.nested, missing_files, ..self.around() };
        let findings = check(&plan, &around, &plan.snapshot.config);
        self.judged(plan, findings, &Origin::Listed(&self.repo, staged.plan))
    }

    pub(super) fn around(&self) -> Around {
        let now = self.request.now;
        Around { now: Some((now.to_zoned(local_zone()).date(), now)), ..Around::default() }
    }

    pub(super) fn missing_files(
        &self,
        snapshot: &Snapshot,
        revision: Option<Oid>,
    ) -> Result<HashSet<String>, CliError> {
        let named = named_files(snapshot);
        match revision {
            Some(oid) => Ok(self.repo.missing_at(oid, named)?),
            None => self.not_left_out(files::missing(self.root()?, named)),
        }
    }

    /// Those of `missing` that are not only left out by a sparse checkout: to Git what lies outside it is there.
    fn not_left_out(&self, missing: HashSet<String>) -> Result<HashSet<String>, CliError> {
        match self.repo.head()?.oid {
            Some(head) if self.repo.is_sparse() => {
                Ok(self.repo.missing_at(head, missing.iter().map(String::as_str))?)
            }
            _ => Ok(missing),
        }
    }

    /// Findings that say why nothing else is judged, on an empty plan.
    pub(super) fn nothing_judged(
        &self,
        revision: Option<Oid>,
        findings: Vec<Finding>,
        origin: &Origin<'_>,
    ) -> Result<Judged, CliError> {
        let plan = Plan::derive(Inputs {
            snapshot: Snapshot::default(),
            history: History::empty(),
            viewpoint: Viewpoint::default(),
            revision,
            tip: revision,
            today: None,
        });
        self.judged(plan, findings, origin)
    }

    /// Gives every finding its place.
    pub(super) fn judged(
        &self,
        plan: Plan,
        mut findings: Vec<Finding>,
        origin: &Origin<'_>,
    ) -> Result<Judged, CliError> {
        let paths: HashSet<&str> = findings.iter().filter_map(|f| f.path.as_deref()).collect();
        let texts = self.texts(origin, &paths)?;
        locate(&mut findings, |path| texts.get(path).map(String::as_str));
        Ok(Judged { plan: ManuallyDrop::new(plan), findings, texts })
    }

    /// The texts of files, by path; what cannot be read is left out.
    fn texts(&self, origin: &Origin<'_>, paths: &HashSet<&str>) -> Result<HashMap<String, String>, CliError> {
        let files: Vec<(String, Vec<u8>)> = match origin {
            Origin::WorkTree => {
                let root = self.root()?;
                let read = |path: &&str| Some(((*path).to_owned(), files::read_one(root, path).ok()?));
                let present: HashMap<String, Vec<u8>> = paths.iter().filter_map(read).collect();
                let absent = paths.iter().copied().filter(|path| !present.contains_key(*path));
                let skipped = match self.repo.head()?.oid {
                    Some(head) if self.repo.is_sparse() => self.repo.files_at(head, absent)?,
                    _ => HashMap::new(),
                };
                present.into_iter().chain(skipped).collect()
            }
            Origin::Commit(oid) => self.repo.files_at(*oid, paths.iter().copied())?.into_iter().collect(),
            Origin::Listed(repo, listing) => {
                let wanted = listing.files.iter().filter(|(path, _)| paths.contains(path.as_str()));
                wanted
                    .map(|(path, oid)| Ok((path.clone(), repo.blob(*oid)?)))
                    .collect::<Result<_, GitError>>()?
            }
        };
        let text = |(path, bytes): (String, Vec<u8>)| Some((path, String::from_utf8(bytes).ok()?));
        Ok(files.into_iter().filter_map(text).collect())
    }
}

/// The same on every clone: no branch has a part in it.
pub(super) fn scope() -> Scope {
    Scope { shared: true, shallow_will_do: true, alone: true, ..Scope::default() }
}

/// The files of tasks and milestones, and the configuration.
fn paths(snapshot: &Snapshot) -> impl Iterator<Item = &str> {
    let tasks = snapshot.tasks.iter().map(|entry| entry.path.as_str());
    let milestones = snapshot.milestones.iter().map(|entry| entry.path.as_str());
    std::iter::once(CONFIG_PATH).chain(tasks).chain(milestones)
}

/// The paths that tasks name in `files`, each as often as it is named.
fn named_files(snapshot: &Snapshot) -> impl Iterator<Item = &str> {
    let tasks = snapshot.tasks.iter().filter(|entry| !entry.archived && entry.task.details.names_files());
    tasks.flat_map(|entry| entry.task.files.iter().filter_map(|file| path_of(file)))
}
