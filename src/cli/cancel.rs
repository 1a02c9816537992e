//! `tasks cancel`.

use super::args::Context;
use super::completing::ids;
use super::editing;
use super::writing::{DryRun, Writer};
use crate::change::cancel;
use crate::error::CliError;
use clap::Args;

/// Say that tasks are not to be done
#[derive(Debug, Args)]
pub struct CancelArgs {
    /// The tasks
    #[arg(required = true, value_name = "ID", add = ids())]
    ids: Vec<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    dry_run: DryRun,
}

/// Cancels the tasks.
pub fn run(context: &Context, args: &CancelArgs) -> Result<(), CliError> {
    let writer = Writer::begin(context, args.dry_run)?;
    let reason = args.reason.as_deref();
    let edits = editing::edit(&writer, &args.ids, |document, target| cancel(document, target.task, reason))?;
    editing::finish(writer, edits, |_| match reason {
        Some(reason) => format!("cancelled: {reason}"),
        None => "cancelled".to_owned(),
    })
}
