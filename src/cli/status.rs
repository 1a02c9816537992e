//! `tasks status`, and `tasks` alone.

use super::args::Context;
use crate::error::CliError;
use crate::view::{Paint, StatusBy, StatusView, text};
use crate::workspace::Scope;
use clap::{Args, ValueEnum};

/// Show how the plan stands
#[derive(Debug, Args)]
#[command(after_long_help = "\
Counts what is completed, begun, ready and blocked, by group and by milestone. Cancelled and optional tasks are counted \
apart and are no part of any total; archived ones are left out.")]
pub struct StatusArgs {
    /// Add up by this instead of by group
    #[arg(long, value_enum, value_name = "WHAT")]
    by: Option<By>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum By {
    Group,
    Priority,
    Assignee,
    Tag,
    Milestone,
}

/// Shows the dashboard.
pub fn run(context: &Context, args: &StatusArgs) -> Result<(), CliError> {
    let by = args.by.map(|by| match by {
        By::Group => StatusBy::Group,
        By::Priority => StatusBy::Priority,
        By::Assignee => StatusBy::Assignee,
        By::Tag => StatusBy::Tag,
        By::Milestone => StatusBy::Milestone,
    });
    let (workspace, plan) = context.plan(Scope::default())?;
    context.warn_of_knots(&plan);
    let view = StatusView::of(&plan, workspace.name()?, by, 5);
    if context.is_json() {
        return context.ui.json(&view);
    }
    let mut screen = context.ui.screen();
    text::status(&view, &mut screen);
    context.ui.show(screen)
}

/// Shows a short status and what to do next: `tasks` without a command.
pub fn brief(context: &Context) -> Result<(), CliError> {
    let (workspace, plan) = context.plan(Scope::default())?;
    context.warn_of_knots(&plan);
    let view = StatusView::of(&plan, workspace.name()?, None, 3);
    if context.is_json() {
        return context.ui.json(&view);
    }
    let mut screen = context.ui.screen();
    text::brief(&view, &mut screen);
    screen.line();
    let more = "tasks status, next, list, show ID, why ID, new TITLE, check; tasks --help";
    screen.paragraph(Paint::Dim, more, 0);
    context.ui.show(screen)
}
