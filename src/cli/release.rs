//! `tasks release`.

use super::args::Context;
use super::claiming::{DryRun, PushArgs, holder};
use super::completing::claimed as claimed_ids;
use super::writing::answer;
use crate::change::{claim_is_over, claimed};
use crate::error::CliError;
use crate::git::{Claim, Person};
use crate::model::TaskId;
use crate::view::{Paint, WrittenTask};
use crate::workspace::{Scope, Workspace};
use clap::Args;

/// Give up claims, so that others can take the tasks
#[derive(Debug, Args)]
#[command(after_long_help = "\
Claims of settled tasks go by themselves: they count no more, and start and next --claim drop them. --settled drops \
them now, with --push at a remote as well.")]
pub struct ReleaseArgs {
    /// The tasks
    #[arg(required_unless_present = "settled", value_name = "ID", add = claimed_ids())]
    ids: Vec<String>,
    /// Also claims of others, and those made in another worktree
    #[arg(long)]
    force: bool,
    /// Every claim whose task is settled
    #[arg(long, conflicts_with = "ids")]
    settled: bool,
    #[command(flatten)]
    push: PushArgs,
    #[command(flatten)]
    dry_run: DryRun,
}

/// Drops the claims.
pub fn run(context: &Context, args: &ReleaseArgs) -> Result<(), CliError> {
    context.refuse_revisions()?;
    let workspace = context.workspace()?;
    let remote = args.push.remote(&workspace)?;
    let me = workspace.repo.identity()?;
    let claims = if args.settled {
        over(context, &workspace, &me)?
    } else {
        asked(context, &workspace, args, remote.as_deref(), &me)?
    };
    let mut screen = context.screen();
    for claim in &claims {
        screen.put(Paint::Id, claim.id.as_str());
        if args.dry_run.dry_run {
            screen.plain(" would be released").line();
            continue;
        }
        screen.plain(" released");
        // The remote first: if it refuses, the claim is where it was.
        if let Some(remote) = &remote {
            if workspace.repo.push_release(remote, claim)? {
                screen.plain(&format!(", at {remote} as well"));
            } else if let Some(other) = workspace.repo.remote_claim(remote, &claim.id)? {
                let who = holder(&other, context.now.as_second());
                context.ui.warn(&format!("{} stays at {remote}, where it is {who}", claim.id));
            }
        }
        workspace.repo.drop_claim(claim)?;
        screen.line();
    }
    if claims.is_empty() {
        screen.put(Paint::Dim, "no claim is of a settled task").line();
    }
    let task =
        |claim: &Claim| WrittenTask { id: claim.id.to_string(), path: None, changed: !args.dry_run.dry_run };
    answer(context, args.dry_run.dry_run, claims.iter().map(task).collect(), screen)
}

/// The claims of the tasks asked for; a claim that is only at the remote counts as well.
fn asked(
    context: &Context,
    workspace: &Workspace,
    args: &ReleaseArgs,
    remote: Option<&str>,
    me: &Person,
) -> Result<Vec<Claim>, CliError> {
    let mut claims: Vec<Claim> = Vec::new();
    for id in &args.ids {
        let name = id.trim_start_matches('#');
        let id: TaskId = name.parse().map_err(|e| CliError::failed(format!("{id:?} is no task id: {e}")))?;
        let mut claim = workspace.repo.claim(&id)?;
        if claim.is_none() {
            claim = former(context, workspace, &id)?;
        }
        if let (None, Some(remote)) = (&claim, remote) {
            claim = workspace.repo.remote_claim(remote, &id)?;
        }
        let Some(claim) = claim else {
            return Err(CliError::failed(format!("nobody has claimed task {id}"))
                .hint("tasks list --status in_progress shows who works on what"));
        };
        // Another worktree is where another process works, whoever started it.
        let is_from_here = claim.is_by(me) && claim.worktree == workspace.repo.worktree_name();
        if !args.force && !is_from_here {
            let who = holder(&claim, context.now.as_second());
            return Err(CliError::failed(format!("task {id} is {who}"))
                .hint("--force releases it all the same; ask them first"));
        }
        if !claims.iter().any(|known| known.id == claim.id) {
            claims.push(claim);
        }
    }
    Ok(claims)
}

/// The claim of the task that was made when it had another id.
fn former(context: &Context, workspace: &Workspace, id: &TaskId) -> Result<Option<Claim>, CliError> {
    let claims = workspace.repo.claims()?;
    if claims.is_empty() {
        return Ok(None);
    }
    let plan = context.derive(workspace, Scope { shallow_will_do: true, ..Scope::default() })?;
    let Some(at) = plan.position(id) else { return Ok(None) };
    Ok(claims.into_iter().find(|claim| claimed(&plan, claim) == Some(at)))
}

fn over(context: &Context, workspace: &Workspace, me: &Person) -> Result<Vec<Claim>, CliError> {
    let claims = workspace.repo.claims()?;
    let plan = context.derive(workspace, Scope::default())?;
    Ok(claims.into_iter().filter(|claim| claim_is_over(&plan, claim, claim.is_by(me))).collect())
}
