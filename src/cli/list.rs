//! `tasks list`.

use super::args::Context;
use super::filtering::{Filter, FilterArgs};
use crate::error::CliError;
use crate::model::natural_cmp;
use crate::plan::Plan;
use crate::view::{ListView, text};
use crate::workspace::Scope;
use clap::{Args, ValueEnum};

/// List tasks
#[derive(Debug, Args)]
#[command(after_long_help = "\
Filters combine: a task is listed if it fits all of them; of several values of one filter it has to fit one. Settled \
tasks are left out unless --all or --status asks for them; archived ones, settled or not, are listed with --archived.")]
pub struct ListArgs {
    #[command(flatten)]
    filter: FilterArgs,
    /// By what to sort; the order of the files unless given
    #[arg(long, value_enum, value_name = "KEY")]
    sort: Option<Sort>,
    /// The last first
    #[arg(long)]
    reverse: bool,
    /// How many to list
    #[arg(short = 'n', long, value_name = "N", value_parser = super::args::number)]
    limit: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Sort {
    /// What is in progress, what is ready, then what waits, each as next --order has it
    Next,
    Id,
    Title,
    Status,
    Priority,
    Due,
    Estimate,
    Created,
}

/// Lists what fits every filter.
pub fn run(context: &Context, args: &ListArgs) -> Result<(), CliError> {
    let (workspace, plan) = context.plan(Scope::default())?;
    let filter = Filter::new(&args.filter, &workspace, &plan)?;
    let mut tasks: Vec<usize> = (0..plan.snapshot.tasks.len()).filter(|&at| filter.fits(&plan, at)).collect();
    if let Some(sort) = args.sort {
        sort_by(&plan, &mut tasks, sort);
    }
    if args.reverse {
        tasks.reverse();
    }
    let total = tasks.len();
    tasks.truncate(args.limit.unwrap_or(usize::MAX));
    let view = ListView::of(&plan, tasks, total);
    if context.is_json() {
        return context.ui.json(&view);
    }
    let mut screen = context.ui.screen();
    text::list(&view, &mut screen);
    context.ui.show(screen)
}

fn sort_by(plan: &Plan, tasks: &mut [usize], sort: Sort) {
    let task = |at: &usize| &plan.entry(*at).task;
    let calendar = plan.snapshot.config.calendar;
    match sort {
        Sort::Next => plan.sort_as_next(tasks),
        Sort::Id => tasks.sort_by(|a, b| plan.entry(*a).id.cmp(&plan.entry(*b).id)),
        Sort::Title => tasks.sort_by(|a, b| natural_cmp(&task(a).title, &task(b).title)),
        Sort::Status => tasks.sort_by_key(|at| plan.states[*at].status),
        Sort::Priority => tasks.sort_by_key(|at| (task(at).priority.is_none(), task(at).priority)),
        Sort::Due => tasks.sort_by_key(|at| (plan.due(*at).is_none(), plan.due(*at))),
        Sort::Estimate => {
            tasks.sort_by_key(|at| std::cmp::Reverse(task(at).estimate.map_or(0, |e| e.minutes(calendar).1)));
        }
        Sort::Created => tasks.sort_by_key(|at| (task(at).created.is_none(), task(at).created)),
    }
}
