//! `tasks done`.

use super::args::Context;
use super::completing::ids;
use super::editing;
use super::writing::{DryRun, Writer};
use crate::change::{Edited, complete};
use crate::changeset::ChangeSet;
use crate::error::CliError;
use clap::Args;
use std::collections::HashMap;

/// Say that tasks are done although no commit says so
#[derive(Debug, Args)]
pub struct DoneArgs {
    /// The tasks
    #[arg(required = true, value_name = "ID", add = ids())]
    ids: Vec<String>,
    /// Also where a commit completes the task: then it stays completed when that commit is reverted
    #[arg(short, long)]
    force: bool,
    #[command(flatten)]
    dry_run: DryRun,
}

/// Completes the tasks; one that a commit completes is left to that commit, so that a revert opens it again.
pub fn run(context: &Context, args: &DoneArgs) -> Result<(), CliError> {
    let writer = Writer::begin(context, args.dry_run)?;
    let paths: Vec<&str> = args.ids.iter().map(|id| writer.path_of(id)).collect::<Result<_, _>>()?;
    let standing = if args.force { HashMap::new() } else { editing::standing(context, &writer, &paths)? };
    let by = |path: &str| Some(standing.get(path)?.completed_by?.to_hex_with_len(8).to_string());
    let edits = editing::edit(&writer, &args.ids, |document, target| {
        if by(target.path).is_none() {
            complete(document);
        }
        Ok(())
    })?;
    let said = |edit: &Edited| match by(&edit.file.path) {
        Some(commit) => format!("is completed already by {commit}; nothing written"),
        None if edit.is_changed() => "completed".to_owned(),
        None => "is unchanged".to_owned(),
    };
    let lines: Vec<(String, String)> = edits.iter().map(|edit| (edit.id.clone(), said(edit))).collect();
    let changes = ChangeSet { files: edits.into_iter().map(|edit| edit.file).collect() };
    editing::write(writer, &changes, &lines)
}
