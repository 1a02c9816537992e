//! Bringing back what `tasks export` wrote.

use super::args::Context;
use super::import::{ImportArgs, given_ids, group, prefix};
use super::importing::Outcome;
use super::writing::{DryRun, Writer};
use crate::changeset::{ChangeSet, FileChange};
use crate::error::CliError;
use crate::import::exported::{self, Exported, RestoredFile};
use crate::import::{Draft, Placed, Placing, Source, carry, unstamped};
use crate::model::TaskId;
use crate::snapshot::{PLAN_DIR, PlanFile, Snapshot};
use std::collections::HashSet;

/// Writes the files of an exported plan that are not there, and says which differ.
pub fn run(context: &Context, args: &ImportArgs, source: &str, exported: &Exported) -> Result<(), CliError> {
    let writer = Writer::begin_anywhere(context, DryRun { dry_run: args.dry_run })?;
    let plan = if writer.has_plan { writer.workspace.sound_snapshot()? } else { Snapshot::default() };
    let mut files = writer.workspace.files(None)?;
    let (notes, _) = writer.workspace.notes(None)?;
    files.extend(
        notes.into_iter().map(|note| PlanFile {
            path: format!("{PLAN_DIR}/{}", note.name),
            bytes: note.text.into_bytes(),
        }),
    );
    let (prefix, group) = (prefix(&plan, args)?, group(&writer, args)?);
    let taken: HashSet<TaskId> = writer.task_paths().filter_map(|(id, _)| id.parse().ok()).collect();
    let paths: HashSet<&str> = writer.paths.iter().collect();
    let place = |given: &HashSet<TaskId>| {
        let (group, taken, paths) = (group.as_deref(), &taken, &paths);
        let source = Source { now: source, former: None };
        let placing = Placing { source, group, prefix: &prefix, taken, given, paths };
        exported::place(exported, &plan, &files, &placing)
    };
    let mut restored = place(&HashSet::new());
    if !restored.new_ids.is_empty() {
        restored = place(&given_ids(&writer, &plan)?);
    }
    let mut outcome = Outcome::new(source, args.dry_run);
    let mut changes = ChangeSet::default();
    let config = format!("{PLAN_DIR}/config.toml");
    if !writer.has_plan && restored.files.iter().all(|file| file.path != config) {
        changes.files.push(FileChange { path: config, before: None, after: Some(b"version = 1\n".to_vec()) });
    }
    for file in &restored.files {
        changes.files.extend(change(&writer, file, args, &mut outcome)?);
    }
    let (report, warnings) = (exported.report.clone(), exported.warnings.clone());
    let draft = Draft { warnings, report, ..Draft::default() };
    let placed = Placed {
        new_ids: restored.new_ids,
        known_tasks: restored.known_tasks,
        groups: restored.groups,
        ..Placed::default()
    };
    outcome.finish(context, &writer, &changes, &draft, &placed)
}

/// A new file, or what `--update` makes of one that is there; the outcome notes what is kept.
fn change(
    writer: &Writer<'_>,
    file: &RestoredFile,
    args: &ImportArgs,
    outcome: &mut Outcome,
) -> Result<Option<FileChange>, CliError> {
    let mut after = file.after.clone();
    if !writer.paths.contains(&file.path) && file.before.is_none() {
        return Ok(Some(FileChange {
            path: file.path.clone(),
            before: None,
            after: Some(after.into_bytes()),
        }));
    }
    let Some(before) = &file.before else {
        outcome.keep(&file.path, "it cannot be read".to_owned());
        return Ok(None);
    };
    // Other than of a document that was imported, nobody knows here which side was changed.
    let keys = if file.keys.is_empty() { vec!["text".to_owned()] } else { file.keys.clone() };
    if !args.update {
        if !args.keep {
            outcome.conflict(&file.path, keys);
        }
        return Ok(None);
    }
    let bytes = writer.read(&file.path)?;
    let text = String::from_utf8_lossy(&bytes);
    if text != *before && unstamped(&text).trim_end() != before.trim_end() {
        let why = "it has comments, keys or a layout of its own, so edit it by hand";
        outcome.keep(&file.path, why.to_owned());
        return Ok(None);
    }
    carry(&text, &mut after);
    outcome.update(&file.path, keys);
    Ok(Some(FileChange { path: file.path.clone(), before: Some(bytes), after: Some(after.into_bytes()) }))
}
