//! `tasks block`.

use super::args::Context;
use super::completing::ids;
use super::editing;
use super::writing::{DryRun, Writer};
use crate::change::block;
use crate::error::CliError;
use clap::Args;

/// Say that tasks wait for something outside the plan
#[derive(Debug, Args)]
pub struct BlockArgs {
    /// The tasks
    #[arg(required = true, value_name = "ID", add = ids())]
    ids: Vec<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Who or what they wait on
    #[arg(long, value_name = "WHO")]
    waiting_on: Option<String>,
    #[command(flatten)]
    dry_run: DryRun,
}

/// Blocks the tasks.
pub fn run(context: &Context, args: &BlockArgs) -> Result<(), CliError> {
    let writer = Writer::begin(context, args.dry_run)?;
    let waiting_on = args.waiting_on.as_deref();
    let edits = editing::edit(&writer, &args.ids, |document, _| block(document, &args.reason, waiting_on))?;
    editing::finish(writer, edits, |_| match waiting_on {
        Some(who) => format!("blocked: {} (waiting on {who})", args.reason),
        None => format!("blocked: {}", args.reason),
    })
}
