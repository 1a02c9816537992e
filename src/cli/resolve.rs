//! `tasks resolve`.

use super::args::Context;
use super::writing::{DryRun, Writer, difference};
use crate::changeset::{ChangeSet, FileChange};
use crate::error::CliError;
use crate::files;
use crate::git::Unmerged;
use crate::merge::{Favor, Mended, Stages, mend};
use crate::view::{ResolveView, text};
use clap::Args;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Mend plan files that a merge left with conflicts
///
/// Merges them again by key, list element and step, and writes back what that decides. What both sides changed
/// differently keeps its markers and is listed with its line. What is mended by hand in a file stays.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Ends with 1 if conflicts are left. The index is not written: git add says that a file is resolved, as after any merge. \
During a rebase, ours is the branch that is rebased onto, as for Git. A file that is not unmerged in the index and has no \
markers in the style diff3 does not tell what both sides had before; what one of them removed may come back there, and \
the answer says so.")]
pub struct ResolveArgs {
    /// The files, or folders with them; all of the plan without any
    #[arg(value_name = "PATH", value_hint = clap::ValueHint::AnyPath)]
    paths: Vec<PathBuf>,
    /// Take our side where both changed the same
    #[arg(long, conflicts_with = "theirs")]
    ours: bool,
    /// Take their side where both changed the same
    #[arg(long)]
    theirs: bool,
    #[command(flatten)]
    dry_run: DryRun,
}

/// Merges again what is left of a merge.
pub fn run(context: &Context, args: &ResolveArgs) -> Result<(), CliError> {
    let writer = Writer::begin(context, args.dry_run)?;
    let favor = match (args.ours, args.theirs) {
        (true, _) => Some(Favor::Ours),
        (_, true) => Some(Favor::Theirs),
        _ => None,
    };
    let unmerged = writer.workspace.repo.unmerged_plan_files()?;
    let (mut changes, mut view) = (ChangeSet::default(), ResolveView::default());
    for path in paths(&writer, &args.paths, &unmerged)? {
        let is_file = writer.root.join(&path).symlink_metadata().is_ok_and(|meta| meta.is_file());
        let file = if is_file { Some(writer.read(&path)?) } else { None };
        let stages = unmerged.get(&path).map(stages);
        // What is neither a file nor unmerged has nothing to mend, whatever it is called.
        if file.is_none() && stages.is_none() {
            continue;
        }
        let mended = mend(&path, file.as_deref(), stages.as_ref(), favor);
        view.add(&path, &mended, stages.is_some());
        if let Mended::Merged { merged, .. } = mended {
            changes.files.push(FileChange { path, before: file, after: Some(merged.bytes) });
        }
    }
    writer.apply(&changes)?;
    if context.is_json() {
        view.written = writer.written(&changes, |screen| text::resolve(&view, screen));
        context.ui.json(&view)?;
    } else {
        let mut screen = context.ui.screen();
        if args.dry_run.dry_run {
            difference(&changes, &mut screen);
        }
        if !args.dry_run.dry_run || !view.is_clean() {
            text::resolve(&view, &mut screen);
        }
        if view.is_clean() && !args.dry_run.dry_run {
            context.ui.done(screen)?;
        } else {
            context.ui.show(screen)?;
        }
    }
    if view.is_clean() { Ok(()) } else { Err(CliError::no()) }
}

fn stages(unmerged: &Unmerged) -> Stages<'_> {
    Stages {
        base: unmerged.base.as_deref(),
        ours: unmerged.ours.as_deref(),
        theirs: unmerged.theirs.as_deref(),
    }
}

/// The files that were asked for, unmerged ones that are not in the work tree included, in the order of their paths.
fn paths(
    writer: &Writer<'_>,
    asked: &[PathBuf],
    unmerged: &BTreeMap<String, Unmerged>,
) -> Result<Vec<String>, CliError> {
    let mut all: Vec<String> =
        writer.paths.iter().map(str::to_owned).chain(unmerged.keys().cloned()).collect();
    all.sort_by(|a, b| crate::model::natural_cmp(a, b).then_with(|| a.cmp(b)));
    all.dedup();
    if asked.is_empty() {
        return Ok(all);
    }
    let mut wanted = Vec::new();
    for path in asked {
        let inside = files::path_below(&writer.root, path)?;
        let is_wanted = |found: &&String| {
            inside.as_ref().is_some_and(|inside| Path::new(found.as_str()).starts_with(inside))
        };
        let found: Vec<&String> = all.iter().filter(is_wanted).collect();
        if found.is_empty() {
            return Err(CliError::failed(format!("{} is no plan file", path.display()))
                .hint("tasks resolve without a path looks at all of them"));
        }
        wanted.extend(found.into_iter().cloned());
    }
    wanted.dedup();
    Ok(wanted)
}
