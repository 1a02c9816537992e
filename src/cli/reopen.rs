//! `tasks reopen`.

use super::args::Context;
use super::completing::ids;
use super::editing;
use super::moving::relocated;
use super::writing::{DryRun, Writer};
use crate::change::{is_blocked, reopen, unarchived};
use crate::changeset::{ChangeSet, FileChange};
use crate::error::CliError;
use crate::shell;
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

/// Opens the tasks again, and takes them out of the archive. What is open is not reopened: that would discard the work that
/// has begun.
pub fn run(context: &Context, args: &ReopenArgs) -> Result<(), CliError> {
    let writer = Writer::begin(context, args.dry_run)?;
    let paths: Vec<&str> = args.ids.iter().map(|id| writer.path_of(id)).collect::<Result<_, _>>()?;
    let standing = editing::standing(context, &writer, &paths)?;
    let edits = editing::edit(&writer, &args.ids, |document, target| {
        let standing = standing.get(target.path);
        if is_blocked(target.task) || !standing.is_some_and(|standing| standing.is_open) {
            let since = standing.map_or(context.now, |standing| standing.reopening(context.now));
            reopen(document, target.task, since);
        }
        Ok(())
    })?;
    let (mut lines, mut changes) = (Vec::new(), ChangeSet::default());
    for edit in edits {
        let target = unarchived(&edit.file.path);
        let mut said = match (is_blocked(&edit.before), edit.is_changed()) {
            (true, true) => "unblocked".to_owned(),
            (false, true) => "reopened".to_owned(),
            (_, false) if target.is_some() => "is open already".to_owned(),
            (_, false) => "is open already; nothing written".to_owned(),
        };
        let FileChange { path, before, after } = edit.file;
        match target {
            Some(target) if writer.paths.contains(&target) => {
                return Err(CliError::failed(format!("{path} cannot leave the archive: {target} is there"))
                    .hint(format!("tasks renumber {} gives one of the two another id", shell::word(&path))));
            }
            Some(target) => {
                said = format!("{said}, and moved to {target}");
                changes.files.extend(relocated(&path, target, before.unwrap_or_default(), after));
            }
            None => changes.files.push(FileChange { path, before, after }),
        }
        lines.push((edit.id, said));
    }
    editing::write(writer, &changes, &lines)
}
