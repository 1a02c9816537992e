//! `tasks show`.

use super::args::Context;
use super::completing::ids;
use super::locating::positions;
use crate::error::CliError;
use crate::view::{ShowView, text};
use crate::workspace::Scope;
use clap::Args;

/// Show tasks in full
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// The tasks
    #[arg(required = true, value_name = "ID", add = ids())]
    ids: Vec<String>,
}

/// Shows each task with its steps and its evidence.
pub fn run(context: &Context, args: &ShowArgs) -> Result<(), CliError> {
    let plan = context.plan_about(Scope::default(), &args.ids)?;
    let view = ShowView::of(&plan, &positions(&plan, &args.ids)?);
    if context.is_json() {
        return context.ui.json(&view);
    }
    let mut screen = context.ui.screen();
    text::show(&view, context.now.as_second(), &mut screen);
    context.ui.show(screen)
}
