//! `tasks board`.

use super::args::Context;
use super::filtering::{Filter, FilterArgs};
use crate::error::CliError;
use crate::view::{BoardBy, BoardLimits, BoardView, text};
use crate::workspace::Scope;
use clap::{Args, ValueEnum};

/// How many cards of open and of settled tasks a column has for people, unless told otherwise.
const FOR_PEOPLE: BoardLimits = BoardLimits { open: 10, settled: 5 };

/// Show tasks in columns: ready, in progress, blocked, completed
#[derive(Debug, Args)]
#[command(after_long_help = "\
Cards stand in the order in which to take tasks, completed ones the newest first; a column says how many more it has. \
Cancelled tasks are left out unless --all or --status asks for them. With --by the columns are groups, milestones, \
assignees, priorities or tags, and their cards open tasks, settled ones too with --all; a task of two milestones stands \
in both columns.

The filters are those of tasks list. On a terminal of less than 60 columns the columns stand one below the other; in a \
pipe or a file, too, with a line for each task, unless COLUMNS says how wide it is to be.")]
pub struct BoardArgs {
    /// What the columns stand for
    #[arg(long, value_enum, default_value_t, value_name = "WHAT")]
    by: By,
    /// How many cards a column has; 10, and of settled tasks 5, unless --limit or JSON
    #[arg(short = 'n', long, value_name = "N", value_parser = super::args::number)]
    limit: Option<usize>,
    #[command(flatten)]
    filter: FilterArgs,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum By {
    #[default]
    Status,
    Group,
    Milestone,
    Assignee,
    Priority,
    Tag,
}

impl By {
    fn view(self) -> BoardBy {
        match self {
            Self::Status => BoardBy::Status,
            Self::Group => BoardBy::Group,
            Self::Milestone => BoardBy::Milestone,
            Self::Assignee => BoardBy::Assignee,
            Self::Priority => BoardBy::Priority,
            Self::Tag => BoardBy::Tag,
        }
    }
}

/// Shows the board.
pub fn run(context: &Context, args: &BoardArgs) -> Result<(), CliError> {
    let (workspace, plan) = context.plan(Scope::default())?;
    context.warn_of_knots(&plan);
    let by = args.by.view();
    let filter = Filter::new(&args.filter, &workspace, &plan)?;
    let filter = if by == BoardBy::Status { filter.with_completed() } else { filter };
    let tasks = (0..plan.snapshot.tasks.len()).filter(|&at| filter.fits(&plan, at)).collect();
    let limits = match args.limit {
        Some(limit) => BoardLimits { open: limit, settled: limit },
        None if context.is_json() => BoardLimits { open: usize::MAX, settled: usize::MAX },
        None => FOR_PEOPLE,
    };
    let view = BoardView::of(&plan, by, tasks, limits, |status| filter.admits(status));
    if context.is_json() {
        return context.ui.json(&view);
    }
    let mut screen = context.ui.screen();
    text::board(&view, &mut screen);
    context.ui.show(screen)
}
