//! `tasks fmt`.

use super::args::Context;
use super::completing::ids;
use super::writing::{DryRun, Writer};
use crate::changeset::{ChangeSet, FileChange};
use crate::error::CliError;
use crate::format::canonical;
use crate::model::natural_cmp;
use crate::view::Screen;
use clap::Args;

/// Bring plan files into the canonical form
#[derive(Debug, Args)]
pub struct FmtArgs {
    /// The tasks; all files of the plan without any
    #[arg(value_name = "ID", add = ids())]
    ids: Vec<String>,
    /// List the files that are in another form, exit with 1 if there are any, and change nothing
    #[arg(long, conflicts_with = "dry_run")]
    check: bool,
    #[command(flatten)]
    dry_run: DryRun,
}

/// Formats the files, or lists those that would change.
pub fn run(context: &Context, args: &FmtArgs) -> Result<(), CliError> {
    let reads_only = DryRun { dry_run: args.dry_run.dry_run || args.check };
    let writer = Writer::begin(context, reads_only)?;
    let (files, refused) = formatted(&writer, &args.ids)?;
    let changes = ChangeSet { files };
    let is_clean = changes.is_empty();
    let refused = match refused {
        Some(refused) if is_clean => return Err(refused),
        None if args.check && !is_clean => Some(CliError::no()),
        refused => refused,
    };
    let root = writer.root.clone();
    let paths = |screen: &mut Screen| {
        for file in &changes.files {
            screen.plain(&context.shown(&root, &file.path)).line();
        }
    };
    if args.check && !context.is_json() {
        let mut screen = context.screen();
        paths(&mut screen);
        context.ui.show(screen)?;
    } else {
        writer.finish(&changes, |screen| {
            if is_clean {
                screen.plain("every file is in canonical form").line();
            }
            paths(screen);
        })?;
    }
    refused.map_or(Ok(()), Err)
}

/// The files that are in another form, and an error that names every file that cannot be read: it does not keep the others
/// from being formatted.
fn formatted(writer: &Writer<'_>, ids: &[String]) -> Result<(Vec<FileChange>, Option<CliError>), CliError> {
    let mut paths: Vec<&str> = if ids.is_empty() {
        // Templates are no files of the plan: what they become is formatted when it is made.
        let is_plan = |path: &&str| !path.starts_with(".tasks/templates/");
        writer.paths.iter().filter(is_plan).collect()
    } else {
        ids.iter().map(|id| writer.path_of(id)).collect::<Result<_, _>>()?
    };
    paths.sort_by(|a, b| natural_cmp(a, b));
    paths.dedup();
    let mut files = Vec::new();
    let mut refused: Option<CliError> = None;
    for path in paths {
        match writer.change(path, |before| Ok(canonical(path, before)?)) {
            Ok(file) if file.before != file.after => files.push(file),
            Ok(_) => {}
            Err(error) => {
                refused = Some(match refused {
                    Some(first) => first.hint(error.message),
                    None => error,
                });
            }
        }
    }
    Ok((files, refused))
}
