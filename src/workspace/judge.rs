//! What `check` judges: the plan as it is, as it is staged, what a range of commits brings, or what a merge would.

use super::load::{Scope, Source, Workspace, refuse_newer};
use super::trees::Trees;
use super::zone::local_zone;
use crate::check::{Around, Change, Unnamed, brought, check, is_on, locate, path_of, policy_change};
use crate::config::Config;
use crate::error::CliError;
use crate::evidence::Viewpoint;
use crate::files;
use crate::finding::Finding;
use crate::git::{GitError, Oid, PlanObjects, Repo};
use crate::plan::{Plan, Sight};
use crate::snapshot::{CONFIG_PATH, PLAN_DIR, PlanFile, Snapshot};
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
enum Origin<'r> {
    WorkTree,
    Commit(Oid),
    /// In objects of that repository.
    Listed(&'r Repo, PlanObjects),
}

/// The two ends of a change.
struct Ends {
    /// By whose policy it is judged.
    base: Oid,
    /// Plans that are not its work: the base's, and the merge base's where that is another.
    inherited: Vec<Oid>,
    head: Oid,
}

impl Workspace {
    /// Loads what is to be judged, and judges it. Changes need all of history that matters; for the plan as it is, the
    /// rules over files hold without it.
    pub fn judge(&self, matter: &Matter) -> Result<Judged, CliError> {
        match matter {
            Matter::Plan => self.judge_plan(),
            Matter::Staged => self.judge_staged(),
            Matter::Range(range) => {
                let ends = self.ends(range)?;
                let mut trees = self.trees();
                let snapshot = trees.plan_at(ends.head)?.ok_or_else(|| no_plan_at(range))?;
                let source = source_of(snapshot, Some(ends.head), Some(ends.head), None)?;
                self.judge_change(&ends, source, &Origin::Commit(ends.head), trees)
            }
            Matter::Onto(target) => self.judge_merge(target),
        }
    }

    fn judge_plan(&self) -> Result<Judged, CliError> {
        let source = self.source()?;
        let origin = source.revision.map_or(Origin::WorkTree, Origin::Commit);
        // The index is that of the work tree, and says nothing of other revisions.
        let nested = if source.revision.is_none() { self.repo.nested_plans()? } else { Vec::new() };
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
        let source = source_of(snapshot, None, self.repo.head()?.oid, None)?;
        let is_missing = |path: &&str| !staged.paths.contains(*path);
        let missing_files = named_files(&source.snapshot).filter(is_missing).map(str::to_owned).collect();
        let missing_files = self.not_left_out(missing_files)?;
        let plan = self.derive(source, scope(), &[])?;
        let around = Around { missing_files, ..self.around() };
        let findings = check(&plan, &around, &plan.snapshot.config);
        self.judged(plan, findings, &Origin::Listed(&self.repo, staged.plan))
    }

    fn judge_merge(&self, target: &str) -> Result<Judged, CliError> {
        let onto = self.repo.resolve(target)?;
        let head = self.repo.resolve(self.request.at.as_deref().unwrap_or("HEAD"))?;
        if self.repo.merge_base(onto, head)?.is_none() && self.repo.is_shallow()? {
            return Err(no_base(target));
        }
        let (merged, listing) = self.repo.merged_plan(onto, head)?.ok_or_else(|| no_plan_at(target))?;
        let mut trees = self.trees();
        let source = source_of(trees.read(&merged, listing.clone())?, None, Some(onto), Some(head))?;
        let ends = Ends { base: onto, inherited: vec![onto], head };
        self.judge_change(&ends, source, &Origin::Listed(&merged, listing), trees)
    }

    /// Judges the plan at the end of a change by what its base has and wants.
    fn judge_change(
        &self,
        ends: &Ends,
        source: Source,
        origin: &Origin<'_>,
        mut trees: Trees<'_>,
    ) -> Result<Judged, CliError> {
        let missing_files = self.missing_files(&source.snapshot, Some(ends.head))?;
        let plan = self.derive(source, scope(), &ends.inherited)?;
        if !plan.history.complete && !self.request.allow_shallow {
            return Err(CliError::shallow(
                "this clone is shallow, so what the change's commits say cannot be judged",
            ));
        }
        // The first is the base, whose word counts for all.
        let mut policies = ends.inherited.iter().filter_map(|oid| self.policy(*oid).transpose());
        let policy = policies.next().transpose()?;
        let own = &plan.snapshot.config;
        let changed = policy.as_ref().and_then(|base| policy_change(base, own));
        let policy = policy.unwrap_or_else(|| own.clone());
        let change = self.change(ends, &plan, &policy)?;
        let found = check(&plan, &Around { missing_files, ..self.around() }, &policy);
        // Where nothing is wrong, nothing is inherited.
        let inherited = if found.is_empty() {
            Vec::new()
        } else {
            self.inherited(ends, &plan, &policy, &mut trees)?
        };
        trees.keep();
        let mut findings = brought(found, &inherited, &change, &policy);
        findings.extend(changed);
        self.judged(plan, findings, origin)
    }

    /// The configuration of a commit's plan; `None` if it has no plan.
    fn policy(&self, commit: Oid) -> Result<Option<Config>, CliError> {
        if !self.repo.has_plan(commit)? {
            return Ok(None);
        }
        let files = self.repo.files_at(commit, [CONFIG_PATH])?;
        let files = files.into_iter().map(|(path, bytes)| PlanFile { path, bytes });
        let snapshot = Snapshot::read(files.collect(), Vec::new());
        refuse_newer(&snapshot)?;
        Ok(Some(snapshot.config))
    }

    /// What was wrong with each of the plans that are not the work of a change.
    fn inherited(
        &self,
        ends: &Ends,
        head: &Plan,
        policy: &Config,
        trees: &mut Trees<'_>,
    ) -> Result<Vec<Vec<Finding>>, CliError> {
        let mut found = Vec::new();
        let mut last: Option<(Option<Oid>, ManuallyDrop<Plan>)> = None;
        for &oid in &ends.inherited {
            let tree = self.repo.plan_tree_of(oid)?;
            // Commits that do not change the plan are seldom far from each other.
            let plan = match last.take().filter(|(known, _)| tree.is_some() && *known == tree) {
                Some((_, same)) if Self::is_shared(&same, &same.snapshot, oid) => {
                    same.seen_at(viewpoint_at(&same, oid), oid)
                }
                _ => match trees.plan_at(oid)? {
                    Some(snapshot) => self.base_plan(head, snapshot, oid)?,
                    None => continue,
                },
            };
            let missing_files = self.missing_files(&plan.snapshot, Some(oid))?;
            found.push(check(&plan, &Around { missing_files, ..self.around() }, policy));
            last = Some((tree, ManuallyDrop::new(plan)));
        }
        Ok(found)
    }

    /// A plan that is not the work of a change, by the history that was read for the change, if that is the same.
    fn base_plan(&self, head: &Plan, snapshot: Snapshot, oid: Oid) -> Result<Plan, CliError> {
        if Self::is_shared(head, &snapshot, oid) {
            let viewpoint = viewpoint_at(head, oid);
            let (revision, tip) = (Some(oid), Some(oid));
            return Ok(head.beside(Sight { snapshot, viewpoint, revision, tip, today: None }));
        }
        self.derive(source_of(snapshot, Some(oid), Some(oid), None)?, scope(), &[])
    }

    /// Whether the history of a plan says the same of another that ends at a commit of it. Commits that could not be understood
    /// are told of a whole history, and so have to be those of this plan.
    fn is_shared(plan: &Plan, other: &Snapshot, tip: Oid) -> bool {
        let history = &plan.history;
        history.complete
            && history.warnings.is_empty()
            && history.position(&tip).is_some_and(|pos| history.is_complete_at(pos))
            && other.reads_history_of(&plan.snapshot)
    }

    /// The commits that a change consists of.
    fn change(&self, ends: &Ends, plan: &Plan, policy: &Config) -> Result<Change, CliError> {
        let commits = self.repo.span(&[ends.head], &[ends.base])?.added;
        let mut unnamed = Vec::new();
        if is_on(policy, "commit-without-task") {
            let named: HashSet<Oid> = plan.history.places().map(|pos| plan.history.oid(pos)).collect();
            for &oid in &self.repo.within(plan.snapshot.config.since.as_ref(), ends.head, &commits)? {
                if named.contains(&oid) {
                    continue;
                }
                let info = self.repo.commit_info(oid)?;
                if info.parents.len() > 1 || self.repo.is_plan_only(oid)? {
                    continue;
                }
                let subject = info.subject().to_owned();
                if !["fixup! ", "squash! ", "amend! "].iter().any(|mark| subject.starts_with(mark)) {
                    unnamed.push(Unnamed { oid: oid.to_string(), subject });
                }
            }
        }
        Ok(Change { commits: commits.iter().map(ToString::to_string).collect(), unnamed })
    }

    /// `A..B` is judged against A, and forgiven what the merge base had; `A...B` against the merge base. An end that is
    /// left out is HEAD, and a single revision is the base.
    fn ends(&self, range: &str) -> Result<Ends, CliError> {
        let (a, b, symmetric) = match (range.split_once("..."), range.split_once("..")) {
            (Some((a, b)), _) => (a, b, true),
            (None, Some((a, b))) => (a, b, false),
            (None, None) => (range, "", false),
        };
        let named = |rev: &str| self.repo.resolve(if rev.is_empty() { "HEAD" } else { rev });
        let (a, head) = (named(a)?, named(b)?);
        let Some(merge_base) = self.repo.merge_base(a, head)? else {
            if self.repo.is_shallow()? {
                return Err(no_base(range));
            }
            if symmetric {
                return Err(CliError::failed(format!("{range}: the two have no commit in common"))
                    .hint("with two dots, A..B compares them as they are"));
            }
            return Ok(Ends { base: a, inherited: vec![a], head });
        };
        let base = if symmetric { merge_base } else { a };
        let mut inherited = vec![base, merge_base];
        inherited.dedup();
        Ok(Ends { base, inherited, head })
    }

    fn around(&self) -> Around {
        let now = self.request.now;
        Around { now: Some((now.to_zoned(local_zone()).date(), now)), ..Around::default() }
    }

    fn missing_files(&self, snapshot: &Snapshot, revision: Option<Oid>) -> Result<HashSet<String>, CliError> {
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

    /// Gives every finding its place.
    fn judged(
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

fn source_of(
    snapshot: Snapshot,
    revision: Option<Oid>,
    tip: Option<Oid>,
    merged: Option<Oid>,
) -> Result<Source, CliError> {
    refuse_newer(&snapshot)?;
    Ok(Source { snapshot, revision, tip, merged })
}

/// From a commit of a plan's history, with no branch beside it.
fn viewpoint_at(plan: &Plan, tip: Oid) -> Viewpoint {
    Viewpoint { tip: plan.history.position(&tip), ..Viewpoint::default() }
}

/// The same on every clone: no branch has a part in it.
fn scope() -> Scope {
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

fn no_plan_at(rev: &str) -> CliError {
    CliError::failed(format!("there is no plan at {rev}: it has no {PLAN_DIR} directory"))
}

fn no_base(range: &str) -> CliError {
    CliError::shallow(format!("this clone is too shallow to find what {range} have in common"))
}
