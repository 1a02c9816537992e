//! `tasks done`.

use super::args::Context;
use super::completing::ids;
use super::editing;
use super::writing::{DryRun, Writer};
use crate::change::complete;
use crate::error::CliError;
use clap::Args;

/// Say that tasks are done although no commit says so
#[derive(Debug, Args)]
pub struct DoneArgs {
    /// The tasks
    #[arg(required = true, value_name = "ID", add = ids())]
    ids: Vec<String>,
    #[command(flatten)]
    dry_run: DryRun,
}

/// Completes the tasks.
pub fn run(context: &Context, args: &DoneArgs) -> Result<(), CliError> {
    let writer = Writer::begin(context, args.dry_run)?;
    let edits = editing::edit(&writer, &args.ids, |document, _| {
        complete(document);
        Ok(())
    })?;
    editing::finish(context, writer, edits, |_| "completed".to_owned())
}
