//! `tasks next`.

use super::args::Context;
use super::claiming::{Claimer, DryRun, PushArgs, Took};
use crate::error::{CliError, Exit};
use crate::view::{NextView, OrderView, Paint, text};
use crate::workspace::Scope;
use clap::Args;

/// Show what to do next, and why
#[derive(Debug, Args)]
#[command(after_long_help = "\
Ready tasks come in the order in which to take them: overdue ones first, then by priority (none counts as medium), then \
those on which the longest chain of remaining work hangs, then by id. A chain is measured in minutes of estimates; a \
task without one counts as the median of those that have one, and where no task has an estimate, tasks are counted.

With --order the whole remaining plan comes as one sequence that respects every dependency, as if each task were \
completed before the next is chosen: what has begun first, what the file says is blocked as late as it can.

With --claim the first ready task that nobody has claimed is claimed and printed, with --quiet its id alone; of several \
processes each gets another task. The exit code is 1 if there is none.")]
pub struct NextArgs {
    /// Show all that remains, in an order that respects every dependency
    #[arg(long)]
    order: bool,
    /// How many tasks to show; 10 unless --order or JSON
    #[arg(short = 'n', long, value_name = "N", value_parser = super::args::number)]
    limit: Option<usize>,
    #[command(flatten)]
    who: super::filtering::WhoArgs,
    /// Claim the first one, as tasks start does
    #[arg(long, conflicts_with_all = ["order", "limit"])]
    claim: bool,
    #[command(flatten)]
    push: PushArgs,
    #[command(flatten)]
    dry_run: DryRun,
}

/// Shows ready tasks, or the whole sequence.
pub fn run(context: &Context, args: &NextArgs) -> Result<(), CliError> {
    if args.claim {
        return claim(context, args);
    }
    if args.push.is_asked_for() {
        return Err(CliError::failed("--push shares a claim, and nothing is claimed without --claim"));
    }
    if args.dry_run.dry_run {
        return Err(CliError::failed("--dry-run is for claims, and nothing is claimed without --claim"));
    }
    let (workspace, plan) = context.plan(Scope::default())?;
    context.warn_of_knots(&plan);
    let who = args.who.names(&workspace)?;
    let keep = |at: usize| who.as_ref().is_none_or(|who| who.fits(&plan, at));
    let mut screen = context.ui.screen();
    if args.order {
        let view = OrderView::of(&plan, args.limit, keep);
        if context.is_json() {
            return context.ui.json(&view);
        }
        text::order(&view, &mut screen);
    } else {
        let limit = args.limit.or((!context.is_json()).then_some(10));
        let view = NextView::of(&plan, limit, keep);
        if context.is_json() {
            return context.ui.json(&view);
        }
        text::next(&view, &mut screen);
    }
    context.ui.show(screen)
}

/// Claims the first ready task that is to be had.
fn claim(context: &Context, args: &NextArgs) -> Result<(), CliError> {
    let claimer = Claimer::begin(context, &args.push, args.dry_run, Scope::default())?;
    let who = args.who.names(&claimer.workspace)?;
    let fits = |at: &usize| who.as_ref().is_none_or(|who| who.fits(&claimer.plan, *at));
    for at in claimer.plan.next().into_iter().filter(fits) {
        let (Took::Now(_) | Took::Would) = claimer.take(at)? else { continue };
        let id = &claimer.plan.entry(at).id;
        if context.global.quiet && !context.is_json() {
            return context.ui.raw(format!("{id}\n").as_bytes());
        }
        let plan = claimer.workspace.plan(Scope::default())?;
        let tasks: Vec<usize> = plan.position(id).into_iter().collect();
        let view = NextView::of_tasks(&plan, &tasks);
        if context.is_json() {
            return context.ui.json(&view);
        }
        let mut screen = context.ui.screen();
        if args.dry_run.dry_run {
            screen.put(Paint::Id, id.as_str()).plain(" would be claimed").line();
        }
        text::next(&view, &mut screen);
        return context.ui.show(screen);
    }
    Err(CliError { exit: Exit::No, ..CliError::failed("nothing is ready that nobody has claimed") }
        .hint("tasks list shows what is in progress and what waits"))
}
