//! `tasks start`.

use super::args::Context;
use super::claiming::{Claimer, DryRun, PushArgs, Took, lost};
use super::completing::ids;
use super::locating::positions;
use super::writing::answer;
use crate::change::may_claim;
use crate::error::CliError;
use crate::git::Claim;
use crate::view::{Paint, WrittenTask, ago};
use crate::workspace::Scope;
use clap::Args;
use std::collections::HashSet;

/// Claim tasks, so that others see who works on them
#[derive(Debug, Args)]
#[command(after_long_help = "\
A claim is the reference refs/tasks/claims/ID. Every worktree of this repository sees it at once, and the task is in \
progress, by you, until it is settled, released, or the claim is older than [branches] stale_after. Of several processes \
that claim the same task one succeeds; the others end with 2 and say who has it. Of several tasks all are claimed or \
none. --push shares the claim with a remote; others get it by\n\n  git fetch origin \
'refs/tasks/claims/*:refs/tasks/claims/*'")]
pub struct StartArgs {
    /// The tasks
    #[arg(required = true, value_name = "ID", add = ids())]
    ids: Vec<String>,
    #[command(flatten)]
    push: PushArgs,
    #[command(flatten)]
    dry_run: DryRun,
}

/// Claims the tasks.
pub fn run(context: &Context, args: &StartArgs) -> Result<(), CliError> {
    let scope = Scope { shallow_will_do: true, ..Scope::default() };
    let claimer = Claimer::begin(context, &args.push, args.dry_run, scope)?;
    let mut tasks = positions(&claimer.plan, &args.ids)?;
    let mut seen = HashSet::new();
    tasks.retain(|at| seen.insert(*at));
    for &at in &tasks {
        if let Some(caution) = may_claim(&claimer.plan, at)? {
            context.ui.warn(&format!("{} {caution}", claimer.plan.entry(at).id));
        }
    }
    let now = context.now.as_second();
    let mut made: Vec<Claim> = Vec::new();
    let mut screen = context.screen();
    for &at in &tasks {
        let entry = claimer.plan.entry(at);
        screen.put(Paint::Id, entry.id.as_str());
        match claimer.take(at) {
            Ok(Took::Now(claim)) => {
                screen.plain(" claimed: ").rest(Paint::Plain, &entry.task.title).line();
                made.push(claim);
            }
            Ok(Took::Would) => {
                screen.plain(" would be claimed: ").rest(Paint::Plain, &entry.task.title).line();
            }
            Ok(Took::Before(claim)) => {
                screen.plain(&format!(" is yours already, since {}", ago(claim.since, now))).line();
            }
            Ok(Took::Lost { to, at }) => {
                claimer.withdraw(&made)?;
                return Err(lost(&to, at.as_deref(), now).hint("tasks next --claim takes another one"));
            }
            Err(error) => {
                claimer.withdraw(&made)?;
                return Err(error);
            }
        }
    }
    let task = |&at: &usize| {
        let entry = claimer.plan.entry(at);
        let changed = made.iter().any(|claim| claim.id == entry.id);
        WrittenTask { id: entry.id.to_string(), path: Some(entry.path.clone()), changed }
    };
    answer(context, args.dry_run.dry_run, tasks.iter().map(task).collect(), screen)
}
