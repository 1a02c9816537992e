//! What `check` judges: the plan as it is, as it is staged, what a range of commits brings, or what a merge would.

use super::load::{Scope, Source, Workspace, refuse_newer};
use super::zone::local_zone;
use crate::check::{Around, Change, Unnamed, brought, check, is_on, locate, path_of, policy_change};
use crate::config::Config;
use crate::error::CliError;
use crate::files;
use crate::finding::Finding;
use crate::git::Oid;
use crate::plan::Plan;
use crate::snapshot::{CONFIG_PATH, PLAN_DIR, PlanFiles, Snapshot};
use std::collections::{HashMap, HashSet};

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
    /// The plan.
    pub plan: Plan,
    /// By path and place; what lies in no file last.
    pub findings: Vec<Finding>,
    /// The files that findings lie in, by path.
    pub texts: HashMap<String, String>,
}

/// Where the files of a plan can be read once more.
enum Origin {
    WorkTree,
    Commit(Oid),
    Memory(HashMap<String, Vec<u8>>),
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
                let files = self.repo.plan_files(ends.head)?.ok_or_else(|| no_plan_at(range))?;
                let source = source_of(files, Some(ends.head), Some(ends.head), None)?;
                self.judge_change(&ends, source, &Origin::Commit(ends.head))
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
        let origin = Origin::memory(&staged.plan);
        let source = source_of(staged.plan, None, self.repo.head()?.oid, None)?;
        let is_missing = |path: &&str| !staged.paths.contains(*path);
        let missing_files = named_files(&source.snapshot).filter(is_missing).map(str::to_owned).collect();
        let missing_files = self.not_left_out(missing_files)?;
        let plan = self.derive(source, scope(), &[])?;
        let around = Around { missing_files, ..self.around() };
        let findings = check(&plan, &around, &plan.snapshot.config);
        self.judged(plan, findings, &origin)
    }

    fn judge_merge(&self, target: &str) -> Result<Judged, CliError> {
        let onto = self.repo.resolve(target)?;
        let head = self.repo.resolve(self.request.at.as_deref().unwrap_or("HEAD"))?;
        if self.repo.merge_base(onto, head)?.is_none() && self.repo.is_shallow()? {
            return Err(no_base(target));
        }
        let files = self.repo.merged_plan(onto, head)?.ok_or_else(|| no_plan_at(target))?;
        let origin = Origin::memory(&files);
        let source = source_of(files, None, Some(onto), Some(head))?;
        let ends = Ends { base: onto, inherited: vec![onto], head };
        self.judge_change(&ends, source, &origin)
    }

    /// Judges the plan at the end of a change by what its base has and wants.
    fn judge_change(&self, ends: &Ends, source: Source, origin: &Origin) -> Result<Judged, CliError> {
        let missing_files = self.missing_files(&source.snapshot, Some(ends.head))?;
        let plan = self.derive(source, scope(), &[])?;
        if !plan.history.complete && !self.request.allow_shallow {
            return Err(CliError::shallow(
                "this clone is shallow, so what the change's commits say cannot be judged",
            ));
        }
        let mut policy: Option<Config> = None;
        let mut inherited = Vec::new();
        for &oid in &ends.inherited {
            let Some(files) = self.repo.plan_files(oid)? else { continue };
            let source = source_of(files, Some(oid), Some(oid), None)?;
            // The first is the base, whose word counts for all.
            let policy = policy.get_or_insert_with(|| source.snapshot.config.clone());
            let missing_files = self.missing_files(&source.snapshot, Some(oid))?;
            let base = self.derive(source, scope(), &[])?;
            inherited.push(check(&base, &Around { missing_files, ..self.around() }, policy));
        }
        let own = &plan.snapshot.config;
        let changed = policy.as_ref().and_then(|base| policy_change(base, own));
        let policy = policy.unwrap_or_else(|| own.clone());
        let change = self.change(ends, &plan, &policy)?;
        let around = Around { missing_files, ..self.around() };
        let mut findings = brought(check(&plan, &around, &policy), &inherited, &change, &policy);
        findings.extend(changed);
        self.judged(plan, findings, origin)
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
    fn judged(&self, plan: Plan, mut findings: Vec<Finding>, origin: &Origin) -> Result<Judged, CliError> {
        let paths: HashSet<&str> = findings.iter().filter_map(|f| f.path.as_deref()).collect();
        let texts = self.texts(origin, &paths)?;
        locate(&mut findings, |path| texts.get(path).map(String::as_str));
        Ok(Judged { plan, findings, texts })
    }

    /// The texts of files, by path; what cannot be read is left out.
    fn texts(&self, origin: &Origin, paths: &HashSet<&str>) -> Result<HashMap<String, String>, CliError> {
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
            Origin::Memory(files) => paths
                .iter()
                .filter_map(|path| Some(((*path).to_owned(), files.get(*path)?.clone())))
                .collect(),
        };
        let text = |(path, bytes): (String, Vec<u8>)| Some((path, String::from_utf8(bytes).ok()?));
        Ok(files.into_iter().filter_map(text).collect())
    }
}

impl Origin {
    fn memory(files: &PlanFiles) -> Self {
        Self::Memory(files.files.iter().map(|file| (file.path.clone(), file.bytes.clone())).collect())
    }
}

fn source_of(
    files: PlanFiles,
    revision: Option<Oid>,
    tip: Option<Oid>,
    merged: Option<Oid>,
) -> Result<Source, CliError> {
    let snapshot = Snapshot::read(files.files, files.problems);
    refuse_newer(&snapshot)?;
    Ok(Source { snapshot, revision, tip, merged })
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
    let tasks = snapshot.tasks.iter().filter(|entry| !entry.archived);
    tasks.flat_map(|entry| entry.task.files.iter().filter_map(|file| path_of(file)))
}

fn no_plan_at(rev: &str) -> CliError {
    CliError::failed(format!("there is no plan at {rev}: it has no {PLAN_DIR} directory"))
}

fn no_base(range: &str) -> CliError {
    CliError::shallow(format!("this clone is too shallow to find what {range} have in common"))
}
