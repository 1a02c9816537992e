//! `tasks next`.

use super::args::Context;
use crate::error::CliError;
use crate::view::{NextView, OrderView, text};
use crate::workspace::Scope;
use clap::Args;

/// Show what to do next, and why
#[derive(Debug, Args)]
#[command(after_long_help = "\
Ready tasks come in the order in which to take them: overdue ones first, then by priority (none counts as medium), then \
those on which the longest chain of remaining work hangs, then by id. A chain is measured in minutes of estimates; a \
task without one counts as the median of those that have one, and where no task has an estimate, tasks are counted.

With --order the whole remaining plan comes as one sequence that respects every dependency, as if each task were \
completed before the next is chosen: what has begun first, what the file says is blocked as late as it can.")]
pub struct NextArgs {
    /// Show all that remains, in an order that respects every dependency
    #[arg(long)]
    order: bool,
    /// How many tasks to show; 10 unless --order or JSON
    #[arg(short = 'n', long, value_name = "N")]
    limit: Option<usize>,
    #[command(flatten)]
    who: super::list::WhoArgs,
}

/// Shows ready tasks, or the whole sequence.
pub fn run(context: &Context, args: &NextArgs) -> Result<(), CliError> {
    let (workspace, plan) = context.plan(Scope::default())?;
    let who = args.who.names(&workspace)?;
    let keep = |at: usize| who.as_ref().is_none_or(|who| who.fits(&plan.entry(at).task.assignees));
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
