//! `tasks reopen`.

use super::args::Context;
use super::completing::ids;
use super::editing;
use super::writing::{DryRun, Writer};
use crate::change::{is_blocked, reopen};
use crate::error::CliError;
use clap::Args;

/// Open tasks again: commits made before now no longer complete them; a blocked task is only unblocked
#[derive(Debug, Args)]
pub struct ReopenArgs {
    /// The tasks
    #[arg(required = true, value_name = "ID", add = ids())]
    ids: Vec<String>,
    #[command(flatten)]
    dry_run: DryRun,
}

/// Opens the tasks again.
pub fn run(context: &Context, args: &ReopenArgs) -> Result<(), CliError> {
    let writer = Writer::begin(context, args.dry_run)?;
    let edits = editing::edit(&writer, &args.ids, |document, target| {
        reopen(document, target.task, context.now);
        Ok(())
    })?;
    editing::finish(context, writer, edits, |edit| {
        if is_blocked(&edit.before) { "unblocked".to_owned() } else { "reopened".to_owned() }
    })
}
