//! What a change brings, judged by the rules of what it is based on.

use super::judge::{Judged, Origin, scope};
use super::load::{Source, Workspace};
use super::refusing::newer;
use super::trees::Trees;
use crate::check::{
    Around, Change, Unnamed, brought, check, is_on, names_a_task, plan_removed, policy_change, renumbered,
    reread,
};
use crate::config::Config;
use crate::error::{CliError, Exit};
use crate::evidence::Viewpoint;
use crate::finding::Finding;
use crate::git::Oid;
use crate::plan::{Plan, Sight};
use crate::snapshot::{CONFIG_PATH, PLAN_DIR, PlanFile, Snapshot};
use std::mem::ManuallyDrop;

/// The two ends of a change.
struct Ends {
    /// By whose policy it is judged.
    base: Oid,
    /// Plans that are not its work: the base's, and the merge base's where that is another.
    inherited: Vec<Oid>,
    head: Oid,
    /// Where the change is to go.
    onto: Oid,
}

impl Workspace {
    /// What `A..B` or `A...B` brings.
    pub(super) fn judge_range(&self, range: &str) -> Result<Judged, CliError> {
        let ends = self.ends(range)?;
        if self.loses_plan(ends.base, ends.head)? {
            return self.judge_removal(&ends);
        }
        if self.repo.has_plan(ends.head)? {
            return self.judge_commits(&ends);
        }
        // Commits on a branch that never had a plan change nothing of one.
        if self.repo.has_plan(ends.onto)? {
            self.nothing_judged(Some(ends.head), Vec::new(), &Origin::Commit(ends.head))
        } else {
            Err(no_plan_at(range))
        }
    }

    /// What a branch gains that is moved.
    pub(super) fn judge_moved(&self, from: Oid, to: Oid) -> Result<Judged, CliError> {
        let ends = self.ends(&format!("{from}..{to}"))?;
        let is_emptied = self.repo.has_plan_files(from)? && !self.repo.has_plan_files(to)?;
        if !is_emptied && self.repo.has_plan(to)? {
            self.judge_commits(&ends)
        } else {
            self.judge_removal(&ends)
        }
    }

    /// Whether a branch had the plan of another once, and has none now, or nothing of one.
    pub fn loses_plan(&self, base: Oid, head: Oid) -> Result<bool, CliError> {
        if self.repo.has_plan_files(head)? || !self.repo.has_plan_files(base)? {
            return Ok(false);
        }
        match self.repo.merge_base(base, head)? {
            Some(common) => Ok(self.repo.has_plan_files(common)?),
            None => Ok(false),
        }
    }

    fn judge_commits(&self, ends: &Ends) -> Result<Judged, CliError> {
        let mut trees = self.trees();
        let head = ends.head;
        let snapshot = trees.plan_at(head)?.ok_or_else(|| no_plan_at(&head.to_string()))?;
        let source = Source { snapshot, revision: Some(head), tip: Some(head), merged: None };
        self.judge_change(ends, source, &Origin::Commit(head), trees)
    }

    /// A change that leaves no plan: that is what is wrong with it, by the rules of its base.
    fn judge_removal(&self, ends: &Ends) -> Result<Judged, CliError> {
        let findings = match self.base_of(ends.base)? {
            Some(base) => newer_base(&base).or_else(|| plan_removed(&base.config)),
            None => plan_removed(&Config::default()),
        };
        self.nothing_judged(Some(ends.head), findings.into_iter().collect(), &Origin::Commit(ends.head))
    }

    pub(super) fn judge_merge(&self, target: &str) -> Result<Judged, CliError> {
        let onto = self.repo.resolve(target)?;
        let head = self.repo.resolve(self.request.at.as_deref().unwrap_or("HEAD"))?;
        if self.repo.merge_base(onto, head)?.is_none() && self.repo.is_shallow()? {
            return Err(no_base(target));
        }
        let ends = Ends { base: onto, inherited: vec![onto], head, onto };
        if self.loses_plan(onto, head)? {
            return self.judge_removal(&ends);
        }
        let (merged, listing) = self.repo.merged_plan(onto, head)?.ok_or_else(|| no_plan_at(target))?;
        let mut trees = self.trees();
        let snapshot = trees.read(&merged, listing.clone())?;
        let source = Source { snapshot, revision: None, tip: Some(onto), merged: Some(head) };
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
        // The first is the base, whose word counts for all.
        let mut bases = ends.inherited.iter().filter_map(|oid| self.base_of(*oid).transpose());
        let base = bases.next().transpose()?;
        if let Some(finding) = newer(&source.snapshot).cloned().or_else(|| newer_base(base.as_ref()?)) {
            return self.nothing_judged(source.revision, vec![finding], origin);
        }
        let policy = base.map(|base| base.config);
        let missing_files = self.missing_files(&source.snapshot, Some(ends.head))?;
        let by_base = policy.as_ref().and_then(|policy| source.read_by(policy));
        let plan = self.derive(source, scope(), &ends.inherited)?;
        self.refuse_cut_off(&plan)?;
        let reading = by_base.map(|source| self.reading(source, ends)).transpose()?.flatten();
        let own = &plan.snapshot.config;
        let changed = policy.as_ref().and_then(|base| policy_change(base, own));
        let policy = policy.unwrap_or_else(|| own.clone());
        let read = reading.as_deref().unwrap_or(&plan);
        let change = self.change(ends, read, &policy)?;
        let around = Around { nested: self.nested_by(ends)?, missing_files, ..self.around() };
        let mut found = check(&plan, &around, &policy);
        if let Some(reading) = &reading {
            found = reread(found, check(reading, &around, &policy), &change);
        }
        // Where nothing is wrong, nothing is inherited.
        let inherited =
            if found.is_empty() { Vec::new() } else { self.inherited(ends, read, &policy, &mut trees)? };
        trees.keep();
        let mut findings = brought(found, &inherited, &change, &policy);
        findings.extend(changed);
        self.judged(plan, findings, origin)
    }

    /// The plan with its commits read by other rules; `None` where those cannot be used, which a change may well mend. Its
    /// own rules have been used before, so nothing else can be the matter.
    fn reading(&self, source: Source, ends: &Ends) -> Result<Option<ManuallyDrop<Plan>>, CliError> {
        match self.derive(source, scope(), &ends.inherited) {
            Ok(plan) => {
                self.refuse_cut_off(&plan)?;
                Ok(Some(ManuallyDrop::new(plan)))
            }
            Err(error) if error.exit == Exit::Failed => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn refuse_cut_off(&self, plan: &Plan) -> Result<(), CliError> {
        if plan.history.complete || self.request.allow_shallow {
            return Ok(());
        }
        Err(CliError::shallow("this clone is shallow, so what the change's commits say cannot be judged"))
    }

    /// Plans below the root that a change brings.
    fn nested_by(&self, ends: &Ends) -> Result<Vec<String>, CliError> {
        let nested = self.repo.nested_plans_at(ends.head, &ends.inherited)?;
        if nested.is_empty() {
            return Ok(nested);
        }
        // What the other side has removed meanwhile is not brought back.
        let common = self.repo.merge_base(ends.onto, ends.head)?;
        let bases: Vec<Oid> = ends.inherited.iter().copied().chain(common).collect();
        Ok(self.repo.nested_plans_at(ends.head, &bases)?)
    }

    /// What the configuration of a commit's plan says, as if there were no other file; `None` if it has no plan.
    fn base_of(&self, commit: Oid) -> Result<Option<Snapshot>, CliError> {
        if !self.repo.has_plan(commit)? {
            return Ok(None);
        }
        let files = self.repo.files_at(commit, [CONFIG_PATH])?;
        let files = files.into_iter().map(|(path, bytes)| PlanFile { path, bytes });
        Ok(Some(Snapshot::read(files.collect(), Vec::new())))
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
                    Some(snapshot) if newer(&snapshot).is_none() => {
                        let snapshot = renumbered(&snapshot, &head.snapshot).unwrap_or(snapshot);
                        self.base_plan(head, snapshot, oid)?
                    }
                    _ => continue,
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
        let source = Source { snapshot, revision: Some(oid), tip: Some(oid), merged: None };
        self.derive(source, scope(), &[])
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
            let within = self.repo.within(plan.snapshot.config.since.as_ref(), ends.head, &commits)?;
            for info in self.repo.newest_first(&within)? {
                let record = plan.history.position(&info.oid).and_then(|pos| plan.history.record(pos));
                if record.is_some_and(|record| names_a_task(&record.message, &plan.snapshot))
                    || info.parents.len() > 1
                    || self.repo.is_plan_only(info.oid)?
                {
                    continue;
                }
                let subject = info.subject().to_owned();
                if !["fixup! ", "squash! ", "amend! "].iter().any(|mark| subject.starts_with(mark)) {
                    unnamed.push(Unnamed { oid: info.oid.to_string(), subject });
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
            return Ok(Ends { base: a, inherited: vec![a], head, onto: a });
        };
        let base = if symmetric { merge_base } else { a };
        let mut inherited = vec![base, merge_base];
        inherited.dedup();
        Ok(Ends { base, inherited, head, onto: a })
    }
}

/// From a commit of a plan's history, with no branch beside it.
fn viewpoint_at(plan: &Plan, tip: Oid) -> Viewpoint {
    Viewpoint { tip: plan.history.position(&tip), ..Viewpoint::default() }
}

/// The finding that what a change is judged against has a newer format.
fn newer_base(base: &Snapshot) -> Option<Finding> {
    newer(base).map(|finding| Finding {
        message: format!("what the change is judged against is newer: {}", finding.message),
        place: None,
        ..finding.clone()
    })
}

fn no_plan_at(rev: &str) -> CliError {
    CliError::failed(format!("there is no plan at {rev}: it has no {PLAN_DIR} directory"))
}

fn no_base(range: &str) -> CliError {
    CliError::shallow(format!("this clone is too shallow to find what {range} have in common"))
}
