//! `tasks check --fix`.

use super::args::Context;
use super::writing::{DryRun, Writer};
use crate::changeset::{ChangeSet, FileChange};
use crate::check::mend;
use crate::error::CliError;
use crate::finding::rule;
use crate::workspace::Matter;
use std::collections::BTreeSet;

/// Mends what can be, file by file, and says what was done; for a dry run shows the difference instead.
pub fn fix(context: &Context, dry_run: DryRun) -> Result<(), CliError> {
    let writer = Writer::begin(context, dry_run)?;
    let judged = writer.workspace.judge(&Matter::Plan)?;
    let mendable = judged.findings.iter().filter(|f| rule(f.code).is_some_and(|rule| rule.fixes));
    let paths: BTreeSet<&str> = mendable.filter_map(|f| f.path.as_deref()).collect();
    let mut changes = ChangeSet::default();
    let mut done: Vec<(String, String)> = Vec::new();
    for path in paths {
        let before = writer.read(path)?;
        if let Some(mended) = mend(&judged.plan.snapshot, path, &before) {
            done.extend(mended.done.into_iter().map(|what| (path.to_owned(), what)));
            let (before, after) = (Some(before), Some(mended.bytes));
            changes.files.push(FileChange { path: path.to_owned(), before, after });
        }
    }
    if changes.is_empty() {
        context.ui.note("nothing of this mends itself");
        return Ok(());
    }
    if dry_run.dry_run {
        return writer.finish(&changes, |_| {});
    }
    writer.apply(&changes)?;
    // What is left is the answer, and may be read by a program.
    for (path, what) in done {
        context.ui.note(&format!("{path}: {what}"));
    }
    Ok(())
}
