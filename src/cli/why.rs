//! `tasks why`.

use super::args::Context;
use super::completing::ids;
use super::locating::positions;
use crate::error::CliError;
use crate::view::{WhyAnswer, WhyView, text};
use crate::workspace::Scope;
use clap::Args;

/// Explain why a task has its status
#[derive(Debug, Args)]
#[command(after_long_help = "\
Names the row of the status table that holds, the commit, the line of its message and the form it matched; then every \
other mention of the task, with the reason why it does not count: prose, plan-only, undone, before the boundary, before \
`reopened`, a fixup, overruled by the file.")]
pub struct WhyArgs {
    /// The tasks
    #[arg(required = true, value_name = "ID", add = ids())]
    ids: Vec<String>,
}

/// Explains each task.
pub fn run(context: &Context, args: &WhyArgs) -> Result<(), CliError> {
    let scope = Scope { beyond_boundary: true, ..Scope::default() };
    let plan = context.plan_about(scope, &args.ids)?;
    let views: Vec<WhyView> =
        positions(&plan, &args.ids)?.into_iter().map(|at| WhyView::of(&plan, at)).collect();
    if context.is_json() {
        return context.ui.json(&WhyAnswer::from(views));
    }
    let mut screen = context.ui.screen();
    for (n, view) in views.iter().enumerate() {
        if n > 0 {
            screen.line();
        }
        text::why(view, &mut screen);
    }
    context.ui.show(screen)
}
