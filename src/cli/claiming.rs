//! What commands that claim tasks share: taking a claim, sharing it, and giving it up when another was first.

use super::args::Context;
use crate::change::{claim_counts, claim_is_over, claimed};
use crate::error::CliError;
use crate::git::{Claim, Claimed, NewClaim, Person};
use crate::plan::Plan;
use crate::view::{ago, in_worktree, rfc3339};
use crate::workspace::{Scope, Workspace};
use clap::Args;
use std::mem::ManuallyDrop;

/// With whom to share claims.
#[derive(Debug, Args)]
pub struct PushArgs {
    /// Share it with a remote, or with the one that git push uses; refused if another was first
    #[arg(long, value_name = "REMOTE", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    push: Option<String>,
}

impl PushArgs {
    /// Whether a claim is to be shared.
    pub fn is_asked_for(&self) -> bool {
        self.push.is_some()
    }

    /// The remote to share with, if that was asked for.
    pub fn remote(&self, workspace: &Workspace) -> Result<Option<String>, CliError> {
        match self.push.as_deref() {
            None => Ok(None),
            Some("") => Ok(Some(workspace.repo.push_remote()?)),
            Some(remote) => Ok(Some(remote.to_owned())),
        }
    }
}

/// A plan whose tasks are about to be claimed.
pub struct Claimer<'a> {
    context: &'a Context,
    /// The repository.
    pub workspace: Workspace,
    /// Its plan, claims included.
    pub plan: ManuallyDrop<Plan>,
    me: Person,
    /// The claims that there were before the plan was derived, with the positions of their tasks.
    known: Vec<(Claim, Option<usize>)>,
    remote: Option<String>,
    /// Whether nothing is to be written.
    dry_run: bool,
}

/// The option to claim nothing.
#[derive(Debug, Clone, Copy, Args)]
pub struct DryRun {
    /// Show which claims would be made or dropped here, and change nothing; remotes are not asked
    #[arg(long)]
    pub dry_run: bool,
}

/// How it went with one task.
pub enum Took {
    /// It is claimed now.
    Now(Claim),
    /// It would be claimed if this were no dry run.
    Would,
    /// It was claimed from here already.
    Before(Claim),
    /// Somebody else has it, here or at a remote.
    Lost {
        /// Their claim.
        to: Claim,
        /// The remote that has it.
        at: Option<String>,
    },
}

impl<'a> Claimer<'a> {
    /// Reads the plan and the claims, and drops claims whose tasks are settled.
    pub fn begin(
        context: &'a Context,
        push: &PushArgs,
        DryRun { dry_run }: DryRun,
        scope: Scope,
    ) -> Result<Self, CliError> {
        context.refuse_revisions()?;
        let mut workspace = context.workspace()?;
        // Without them, a claim that counts could not be told from one that does not.
        workspace.request.branches = true;
        let me = workspace.repo.identity()?;
        let known = workspace.repo.claims()?;
        let plan = context.derive(&workspace, scope)?;
        let remote = push.remote(&workspace)?;
        let is_over = |claim: &&Claim| !dry_run && claim_is_over(&plan, claim, claim.is_by(&me));
        for claim in known.iter().filter(is_over) {
            workspace.repo.drop_claim(claim)?;
        }
        let of = |claim: Claim| {
            let task = claimed(&plan, &claim);
            (claim, task)
        };
        let known = known.into_iter().map(of).collect();
        Ok(Self { context, workspace, plan, me, known, remote, dry_run })
    }

    /// Claims the task at that position, and shares the claim if that was asked for. A claim that counts no more is
    /// replaced; one that is lost at the remote is withdrawn here.
    pub fn take(&self, at: usize) -> Result<Took, CliError> {
        let entry = self.plan.entry(at);
        let repo = &self.workspace.repo;
        let claims = || self.known.iter().filter(|(_, task)| *task == Some(at)).map(|(claim, _)| claim);
        // One that was made when the task had another id is as good as one that bears its id.
        for former in claims().filter(|claim| claim.id != entry.id) {
            if claim_counts(&self.plan, former) {
                return self.held(former.clone());
            }
            if !self.dry_run {
                repo.drop_claim(former)?;
            }
        }
        let old = self.known.iter().map(|(claim, _)| claim).find(|claim| claim.id == entry.id);
        let old = old.filter(|claim| !claim_counts(&self.plan, claim));
        // One that has ended may have been dropped above, or by somebody else.
        let old = match old {
            Some(old) => repo.claim(&entry.id)?.filter(|now| now.oid == old.oid),
            None => None,
        };
        if self.dry_run {
            let held =
                repo.claim(&entry.id)?.filter(|held| old.as_ref().is_none_or(|old| old.oid != held.oid));
            return held.map_or(Ok(Took::Would), |held| self.held(held));
        }
        let now = self.context.now.as_second();
        let new = NewClaim { id: &entry.id, title: &entry.task.title, by: &self.me, now };
        let claim = match repo.make_claim(&new, old.as_ref())? {
            Claimed::Made(claim) => claim,
            Claimed::Held(held) => return self.held(held),
        };
        match self.share(&claim) {
            Ok(None) => Ok(Took::Now(claim)),
            Ok(Some(lost)) => Ok(lost),
            Err(error) => {
                repo.drop_claim(&claim)?;
                Err(error.hint("the claim was withdrawn; without --push it is made here alone"))
            }
        }
    }

    /// What comes of a task that somebody has: whoever asks, or another.
    fn held(&self, claim: Claim) -> Result<Took, CliError> {
        if !self.is_from_here(&claim) {
            return Ok(Took::Lost { to: claim, at: None });
        }
        Ok(self.share(&claim)?.unwrap_or(Took::Before(claim)))
    }

    /// Gives up what was claimed by this command.
    pub fn withdraw(&self, claims: &[Claim]) -> Result<(), CliError> {
        for claim in claims {
            if let Some(remote) = &self.remote {
                self.workspace.repo.push_release(remote, claim)?;
            }
            self.workspace.repo.drop_claim(claim)?;
        }
        Ok(())
    }

    /// Pushes a claim; if another was first, theirs takes its place here.
    fn share(&self, claim: &Claim) -> Result<Option<Took>, CliError> {
        let Some(remote) = self.remote.as_ref().filter(|_| !self.dry_run) else { return Ok(None) };
        let repo = &self.workspace.repo;
        let mut over: Option<Claim> = None;
        // A claim there may be stale, and may change while it is looked at.
        for _ in 0..3 {
            if repo.push_claim(remote, claim, over.as_ref())? {
                return Ok(None);
            }
            over = repo.remote_claim(remote, &claim.id)?;
            if let Some(to) = over.clone().filter(|there| there.since >= self.oldest()) {
                repo.yield_claim(claim, &to)?;
                return Ok(Some(Took::Lost { to, at: Some(remote.clone()) }));
            }
        }
        Err(CliError::failed(format!("{remote} does not take the claim of task {}", claim.id))
            .hint("somebody may be claiming and releasing it at this moment; try again"))
    }

    fn oldest(&self) -> i64 {
        self.workspace.oldest(&self.plan.snapshot.config)
    }

    fn is_from_here(&self, claim: &Claim) -> bool {
        claim.is_by(&self.me) && claim.worktree == self.workspace.repo.worktree_name()
    }
}

/// `claimed by Ann <ann@example.com> in worktree x, since 2 hours ago (2026-11-21T10:00:00Z)`.
pub fn holder(claim: &Claim, now: i64) -> String {
    let worktree = in_worktree(claim.worktree.as_deref());
    let (since, time) = (ago(claim.since, now), rfc3339(claim.since));
    format!("claimed by {} <{}> {worktree}, {since} ({time})", claim.by.name, claim.by.email)
}

/// That a task belongs to somebody else.
pub fn lost(claim: &Claim, at: Option<&str>, now: i64) -> CliError {
    let at = at.map_or(String::new(), |remote| format!(" at {remote}"));
    CliError::failed(format!("task {} is{at} {}", claim.id, holder(claim, now)))
}
